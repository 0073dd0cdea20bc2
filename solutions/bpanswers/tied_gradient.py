from .ch03.tied import TIED_GRADIENT as EXERCISE  # noqa: F401
