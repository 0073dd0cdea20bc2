from .ch04.output_delta import DELTA_OUTPUT as EXERCISE  # noqa: F401
