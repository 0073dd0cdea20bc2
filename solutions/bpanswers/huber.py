from .ch02.huber import HUBER as EXERCISE  # noqa: F401
