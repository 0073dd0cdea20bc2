"""The exercises of chapter 01, activations, in the order of its notebook."""

from .backward import MENDED_BACKWARD
from .by_hand import LAYERS_TO_A_MILLIONTH, SLOPE_IN_HEAD, WHICH_IS_WRONG, WHICH_NETWORK
from .families import ELU, PARAMETRIC_RELU, SILU_SLOPE
from .softmax import SOFTMAX_BACK, SOFTMAX_JACOBIAN

EXERCISES = (
    SLOPE_IN_HEAD,
    WHICH_IS_WRONG,
    WHICH_NETWORK,
    LAYERS_TO_A_MILLIONTH,
    PARAMETRIC_RELU,
    ELU,
    SILU_SLOPE,
    MENDED_BACKWARD,
    SOFTMAX_JACOBIAN,
    SOFTMAX_BACK,
)
