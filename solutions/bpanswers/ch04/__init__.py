"""The exercises of chapter 04, the numeric example, in the order of its notebook."""

from .by_hand import DELTA_BY_HAND, FAULTY_LINE
from .differences import CENTRAL_DIFFERENCES
from .gradients import GRADIENTS
from .hidden import HIDDEN_DELTA
from .output_delta import DELTA_OUTPUT
from .passes import FORWARD
from .programs import ONE_STEP, TRAIN
from .shared_bias import SHARED_BIAS_GRADIENTS

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
