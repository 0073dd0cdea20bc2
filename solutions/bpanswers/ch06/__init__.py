"""The exercises of chapter 06, training on real data, in the order of its notebook."""

from .accumulate import BIG_GRADIENT
from .batches import EPOCH_BATCHES
from .by_hand import COUNT_UPDATES, LEAKY_DEVIATION, RIGHT_ADVICE
from .confusion import CONFUSION
from .digits import TRAIN_DIGITS
from .epochs import LINEAR_EPOCH
from .experiment import EXPERIMENT
from .gradients import DIGIT_GRADIENTS
from .stopping import EARLY_STOPPING

EXERCISES = (
    COUNT_UPDATES,
    EPOCH_BATCHES,
    CONFUSION,
    RIGHT_ADVICE,
    LEAKY_DEVIATION,
    BIG_GRADIENT,
    EARLY_STOPPING,
    LINEAR_EPOCH,
    EXPERIMENT,
    DIGIT_GRADIENTS,
    TRAIN_DIGITS,
)
