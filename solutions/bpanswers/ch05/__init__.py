"""The exercises of chapter 05, the optimisers, in the order of its notebook."""

from .adam import NADAM_STEP
from .adamw import TRAIN_ADAMW
from .convert import CONVERT_MOMENTUM
from .momentum import MOMENTUM_STEP
from .reading import CAUSES, LARGEST_RATE_BY_HAND, NOT_AS_SAID
from .repair import MENDED_ADAM
from .rmsprop import RMSPROP_STEP
from .stability import LARGEST_RATE
from .weights import MOMENT_WEIGHTS

EXERCISES = (
    LARGEST_RATE_BY_HAND,
    MOMENTUM_STEP,
    CAUSES,
    NOT_AS_SAID,
    RMSPROP_STEP,
    CONVERT_MOMENTUM,
    LARGEST_RATE,
    MOMENT_WEIGHTS,
    NADAM_STEP,
    MENDED_ADAM,
    TRAIN_ADAMW,
)
