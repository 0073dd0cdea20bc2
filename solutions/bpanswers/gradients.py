from .ch04.gradients import GRADIENTS as EXERCISE  # noqa: F401
