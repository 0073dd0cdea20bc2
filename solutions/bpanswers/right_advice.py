from .ch06.by_hand import RIGHT_ADVICE as EXERCISE  # noqa: F401
