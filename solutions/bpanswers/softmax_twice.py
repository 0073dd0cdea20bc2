from .ch02.by_hand import SOFTMAX_TWICE as EXERCISE  # noqa: F401
