"""Known mistakes, as what they change in the formulas of a training step: for a printed number that is wrong.

The first thirteen are those of `mistakes`, by the same names. A slip is a subclass of `Formulas` in which one thing is
wrong; where it cannot be made (layers of unequal width, no learning rate), its numbers are the right ones.
"""

from . import backward, forward  # noqa: F401 (each puts its slips into the table)
from .table import SLIPS, with_slip

__all__ = ["SLIPS", "with_slip"]
