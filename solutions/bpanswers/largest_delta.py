from .ch02.by_hand import LARGEST_DELTA as EXERCISE  # noqa: F401
