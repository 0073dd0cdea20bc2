from .ch07.pools import SOFT_POOL_BACKWARD as EXERCISE  # noqa: F401
