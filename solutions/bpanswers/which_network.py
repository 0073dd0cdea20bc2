from .ch01.by_hand import WHICH_NETWORK as EXERCISE  # noqa: F401
