from .ch04.programs import ONE_STEP as EXERCISE  # noqa: F401
