"""Rows that add up to 0."""

import numpy as np


def add_up_to_zero(rows):
    """True if every row of an array adds up to 0, but for rounding in the array's own precision."""
    limit = max(1e-6, 100 * np.finfo(rows.dtype).eps) if rows.dtype.kind == "f" else 1e-6
    return bool(np.abs(rows.sum(axis=1)).max() <= limit)
