from .ch01.curves import THREE_CURVES as EXERCISE  # noqa: F401
