from .ch02.deltas import OUTPUT_DELTAS as EXERCISE  # noqa: F401
