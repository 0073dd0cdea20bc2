from .ch06.by_hand import LEAKY_DEVIATION as EXERCISE  # noqa: F401
