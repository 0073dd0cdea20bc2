"""Explorers: sliders on plots. Each function here makes one; show it by making it the last line of a cell."""

from .numeric import NumericExample
from .single import OneWeight


def one_weight():
    """One weight, one example: the loss curve, its slope, and the step downhill (chapter 00)."""
    return OneWeight()


def numeric_example():
    """The 2-2-2 network of chapter 04, one operation at a time, forward and backward, with the numbers put in."""
    return NumericExample()
