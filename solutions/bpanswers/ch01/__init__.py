"""The exercises of chapter 01, activations, in the order of its notebook."""

from .backward import MENDED_BACKWARD
from .by_hand import LAYERS_TO_A_MILLIONTH, SLOPE_IN_HEAD, WHICH_IS_WRONG, WHICH_NETWORK
from .curves import THREE_CURVES
from .elu import ELU
from .families import PARAMETRIC_RELU
from .softmax import SOFTMAX_JACOBIAN
from .softmax_back import SOFTMAX_BACK
from .weighted import SILU_AND_GELU

EXERCISES = (
    SLOPE_IN_HEAD,
    WHICH_IS_WRONG,
    WHICH_NETWORK,
    LAYERS_TO_A_MILLIONTH,
    PARAMETRIC_RELU,
    ELU,
    THREE_CURVES,
    SILU_AND_GELU,
    MENDED_BACKWARD,
    SOFTMAX_JACOBIAN,
    SOFTMAX_BACK,
)
