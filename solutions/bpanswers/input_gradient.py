from .ch07.filters import INPUT_GRADIENT as EXERCISE  # noqa: F401
