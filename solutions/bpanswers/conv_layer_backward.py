from .ch07.layers import CONV_LAYER_BACKWARD as EXERCISE  # noqa: F401
