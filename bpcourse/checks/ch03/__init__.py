"""The exercises of chapter 03, the derivation, in the order of its notebook."""

from .by_hand import COUNT_MULTIPLICATIONS, TRANSPOSED_MATRIX, TWO_WAYS
from .joins import SKIP_BACKWARD, TIED_GRADIENT
from .layers import FIRST_DELTA, LAYER_BACKWARD
from .programs import MENDED_STEP
from .sweeps import REVERSE_SWEEP

EXERCISES = (
    TWO_WAYS,
    COUNT_MULTIPLICATIONS,
    TRANSPOSED_MATRIX,
    LAYER_BACKWARD,
    SKIP_BACKWARD,
    FIRST_DELTA,
    MENDED_STEP,
    TIED_GRADIENT,
    REVERSE_SWEEP,
)
