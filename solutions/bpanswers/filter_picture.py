from .ch07.pictures import FILTER_PICTURE as EXERCISE  # noqa: F401
