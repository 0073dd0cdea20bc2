from .ch05.reading import LARGEST_RATE_BY_HAND as EXERCISE  # noqa: F401
