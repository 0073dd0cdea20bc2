"""The exercises of chapter 03, the derivation, in the order of its notebook."""

from .by_hand import COUNT_MULTIPLICATIONS, TRANSPOSED_MATRIX, TWO_WAYS
from .deep import FIRST_DELTA
from .joins import SKIP_BACKWARD
from .layers import LAYER_BACKWARD
from .programs import MENDED_STEP
from .sweeps import REVERSE_SWEEP
from .tied import TIED_GRADIENT

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
