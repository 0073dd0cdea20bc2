from .ch03.by_hand import TWO_WAYS as EXERCISE  # noqa: F401
