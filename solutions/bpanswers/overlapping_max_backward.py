from .ch07.maxima import OVERLAPPING_MAX_BACKWARD as EXERCISE  # noqa: F401
