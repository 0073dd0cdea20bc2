from .ch05.rmsprop import RMSPROP_STEP as EXERCISE  # noqa: F401
