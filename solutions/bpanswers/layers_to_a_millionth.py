from .ch01.by_hand import LAYERS_TO_A_MILLIONTH as EXERCISE  # noqa: F401
