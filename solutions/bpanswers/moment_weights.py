from .ch05.weights import MOMENT_WEIGHTS as EXERCISE  # noqa: F401
