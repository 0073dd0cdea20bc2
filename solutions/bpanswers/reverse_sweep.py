from .ch03.sweeps import REVERSE_SWEEP as EXERCISE  # noqa: F401
