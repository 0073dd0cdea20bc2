from .ch05.adamw import TRAIN_ADAMW as EXERCISE  # noqa: F401
