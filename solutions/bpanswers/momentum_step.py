from .ch05.momentum import MOMENTUM_STEP as EXERCISE  # noqa: F401
