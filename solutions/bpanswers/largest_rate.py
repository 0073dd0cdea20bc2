from .ch05.stability import LARGEST_RATE as EXERCISE  # noqa: F401
