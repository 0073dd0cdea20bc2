from .ch01.weighted import SILU_AND_GELU as EXERCISE  # noqa: F401
