from .ch06.gradients import DIGIT_GRADIENTS as EXERCISE  # noqa: F401
