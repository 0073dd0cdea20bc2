from .ch03.by_hand import TRANSPOSED_MATRIX as EXERCISE  # noqa: F401
