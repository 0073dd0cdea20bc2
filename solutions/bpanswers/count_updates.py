from .ch06.by_hand import COUNT_UPDATES as EXERCISE  # noqa: F401
