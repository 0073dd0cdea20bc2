from .ch07.by_hand import OUTPUT_SIZE as EXERCISE  # noqa: F401
