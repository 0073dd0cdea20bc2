"""The exercises of chapter 07, convolution and pooling, in the order of its notebook."""

from .by_hand import OUTPUT_SIZE, SHARED_GRADIENT, WHICH_FILTER
from .filters import INPUT_GRADIENT, KERNEL_GRADIENT
from .layers import CONV_LAYER_BACKWARD, MENDED_CONVOLUTION
from .maxima import OVERLAPPING_MAX_BACKWARD
from .pictures import FILTER_PICTURE
from .pools import SOFT_POOL_BACKWARD

EXERCISES = (
    OUTPUT_SIZE,
    SHARED_GRADIENT,
    WHICH_FILTER,
    FILTER_PICTURE,
    SOFT_POOL_BACKWARD,
    KERNEL_GRADIENT,
    INPUT_GRADIENT,
    OVERLAPPING_MAX_BACKWARD,
    MENDED_CONVOLUTION,
    CONV_LAYER_BACKWARD,
)
