"""Explorers: sliders on plots. Each function here makes one; show it by making it the last line of a cell."""

from .computational import ComputationalGraph
from .curves import Activations
from .deep import Depth
from .logits import Softmax
from .numeric import NumericExample
from .paths import Optimisers
from .playground import Training
from .predictions import Losses
from .replay import Digits
from .single import OneWeight
from .window import Convolution


def one_weight():
    """One weight, one example: the loss curve, its slope, and the step downhill (chapter 00)."""
    return OneWeight()


def numeric_example():
    """The 2-2-2 network of chapter 04, one operation at a time, forward and backward, with the numbers put in."""
    return NumericExample()


def activations():
    """Any activation: its value, tangent and slope at the z that you set, and where it is flat (chapter 01)."""
    return Activations()


def depth():
    """What 1 to 50 layers leave of a message: product of slopes and weights, and a real network (chapter 01)."""
    return Depth()


def graph():
    """A small computational graph, stepped forward and backward, with the chains of one weight (chapter 03)."""
    return ComputationalGraph()


def losses():
    """One prediction, judged by four losses side by side, and their slopes (chapter 02)."""
    return Losses()


def softmax():
    """Softmax with three logits and a temperature: probabilities, loss, slopes that sum to zero (chapter 02)."""
    return Softmax()


def optimizers():
    """Optimisers on a surface: rate and momentum, the path, the loss, and the plane of regimes (chapter 05)."""
    return Optimisers()


def training():
    """Training in the plane, live: the field of probabilities, the loss, each layer's gradient (chapter 06)."""
    return Training()


def digits():
    """Training on the digits, replayed: the features of the first layer, the curves, predictions (chapter 06)."""
    return Digits()


def convolution():
    """A 3 x 3 window on a digit: forward, and what comes back to one weight and to one pixel (chapter 07)."""
    return Convolution()
