from .ch01.by_hand import WHICH_IS_WRONG as EXERCISE  # noqa: F401
