from .ch04.hidden import HIDDEN_DELTA as EXERCISE  # noqa: F401
