from .ch07.by_hand import SHARED_GRADIENT as EXERCISE  # noqa: F401
