from .ch01.by_hand import SLOPE_IN_HEAD as EXERCISE  # noqa: F401
