from .ch04.by_hand import DELTA_BY_HAND as EXERCISE  # noqa: F401
