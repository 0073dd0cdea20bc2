from .ch07.by_hand import WHICH_FILTER as EXERCISE  # noqa: F401
