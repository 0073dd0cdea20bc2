from .ch02.by_hand import EQUIVALENT_RATE as EXERCISE  # noqa: F401
