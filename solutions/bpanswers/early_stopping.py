from .ch06.stopping import EARLY_STOPPING as EXERCISE  # noqa: F401
