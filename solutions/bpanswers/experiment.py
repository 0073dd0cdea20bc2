from .ch06.experiment import EXPERIMENT as EXERCISE  # noqa: F401
