from .ch05.adam import NADAM_STEP as EXERCISE  # noqa: F401
