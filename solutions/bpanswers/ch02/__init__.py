"""The exercises of chapter 02, losses, in the order of its notebook."""

from .by_hand import EQUIVALENT_RATE, LARGEST_DELTA, LOSS_BY_HAND, SOFTMAX_TWICE
from .deltas import OUTPUT_DELTAS
from .huber import HUBER
from .log_sum_exp import LOG_SUM_EXP
from .programs import LOSS_AND_ACCURACY
from .stable import SOFTMAX_CROSS_ENTROPY
from .tempered import TEMPERED_CROSS_ENTROPY

EXERCISES = (
    LOSS_BY_HAND,
    EQUIVALENT_RATE,
    HUBER,
    SOFTMAX_TWICE,
    LOG_SUM_EXP,
    OUTPUT_DELTAS,
    LOSS_AND_ACCURACY,
    LARGEST_DELTA,
    SOFTMAX_CROSS_ENTROPY,
    TEMPERED_CROSS_ENTROPY,
)
