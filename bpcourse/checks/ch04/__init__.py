"""The exercises of chapter 04, the numeric example, in the order of its notebook."""

from .by_hand import DELTA_BY_HAND, DELTA_OUTPUT, FAULTY_LINE, SHARED_BIAS_GRADIENTS
from .differences import CENTRAL_DIFFERENCES
from .gradients import GRADIENTS
from .passes import FORWARD, HIDDEN_DELTA
from .programs import ONE_STEP, TRAIN

EXERCISES = (
    DELTA_BY_HAND,
    FORWARD,
    DELTA_OUTPUT,
    FAULTY_LINE,
    HIDDEN_DELTA,
    GRADIENTS,
    ONE_STEP,
    SHARED_BIAS_GRADIENTS,
    CENTRAL_DIFFERENCES,
    TRAIN,
)
