from .ch03.layers import LAYER_BACKWARD as EXERCISE  # noqa: F401
