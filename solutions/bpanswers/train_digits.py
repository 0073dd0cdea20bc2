from .ch06.digits import TRAIN_DIGITS as EXERCISE  # noqa: F401
