from .ch06.confusion import CONFUSION as EXERCISE  # noqa: F401
