from .ch03.by_hand import COUNT_MULTIPLICATIONS as EXERCISE  # noqa: F401
