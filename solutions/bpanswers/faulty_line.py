from .ch04.by_hand import FAULTY_LINE as EXERCISE  # noqa: F401
