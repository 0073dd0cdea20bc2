from .ch01.softmax_back import SOFTMAX_BACK as EXERCISE  # noqa: F401
