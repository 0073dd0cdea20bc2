from .ch05.reading import CAUSES as EXERCISE  # noqa: F401
