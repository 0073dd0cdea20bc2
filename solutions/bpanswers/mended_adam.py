from .ch05.repair import MENDED_ADAM as EXERCISE  # noqa: F401
