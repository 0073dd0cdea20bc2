from .ch02.programs import LOSS_AND_ACCURACY as EXERCISE  # noqa: F401
