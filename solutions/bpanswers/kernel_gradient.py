from .ch07.filters import KERNEL_GRADIENT as EXERCISE  # noqa: F401
