from .ch04.shared_bias import SHARED_BIAS_GRADIENTS as EXERCISE  # noqa: F401
