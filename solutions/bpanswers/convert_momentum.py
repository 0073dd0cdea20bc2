from .ch05.convert import CONVERT_MOMENTUM as EXERCISE  # noqa: F401
