from .ch03.programs import MENDED_STEP as EXERCISE  # noqa: F401
