from .ch03.deep import FIRST_DELTA as EXERCISE  # noqa: F401
