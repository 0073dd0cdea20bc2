from .ch05.reading import NOT_AS_SAID as EXERCISE  # noqa: F401
