from .ch04.differences import CENTRAL_DIFFERENCES as EXERCISE  # noqa: F401
