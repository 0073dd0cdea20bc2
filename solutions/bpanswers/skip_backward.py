from .ch03.joins import SKIP_BACKWARD as EXERCISE  # noqa: F401
