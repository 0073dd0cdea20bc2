from .ch06.accumulate import BIG_GRADIENT as EXERCISE  # noqa: F401
