from .ch04.programs import TRAIN as EXERCISE  # noqa: F401
