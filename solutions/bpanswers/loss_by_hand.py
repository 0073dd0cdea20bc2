from .ch02.by_hand import LOSS_BY_HAND as EXERCISE  # noqa: F401
