"""The list of faults: of each, the program that has it, where it can be seen, and what it leaves open.

shows: {sign: the case that it must show}. open: signs that may show anything with it, since they depend on the network
and the data. Every other sign is that of a right program. needs: what a case must be, {field: values}.
"""

from typing import NamedTuple

from . import faulty
from .program import Program

AFTER = ("train", "test", "least")  # how the training ends


class Fault(NamedTuple):
    program: type
    shows: dict
    open: tuple = ()
    needs: dict = {}


RISES = ("sign", "slope_missing", "sum_for_mean", "rate_large", "gradient_added", "not_zeroed")  # the loss, with these
PLANE = ("moons", "spirals", "xor", "clouds")
SMOOTH = ("tanh", "sigmoid")

FAULTS = {
    "healthy": Fault(Program, {}),
    # data
    "labels_shuffled": Fault(faulty.LabelsShuffled, {"train": "hardly", "least": "unlearned"}, needs={"data": PLANE}),
    "labels_one_off": Fault(faulty.LabelsOneOff, {"test": "apart"}),
    "not_scaled": Fault(faulty.NotScaled, {"inputs": "wide"}, ("start", "hidden", "dead", "ratio", "move", *AFTER)),
    "column_constant": Fault(
        faulty.ColumnConstant, {"inputs": "constant"}, ("hidden", "dead", *AFTER), {"data": PLANE}
    ),
    "test_not_scaled": Fault(faulty.TestNotScaled, {"test_inputs": "other"}, ("test",)),
    # start
    "start_zero": Fault(faulty.StartZero, {"hidden": "zero"}, ("ratio", *AFTER), {"activation": SMOOTH}),
    "start_large": Fault(faulty.StartLarge, {"hidden": "saturated"}, ("start", *AFTER), {"activation": SMOOTH}),
    "start_small": Fault(faulty.StartSmall, {"hidden": "small"}, ("ratio", *AFTER)),
    "units_dead": Fault(
        faulty.UnitsDead, {"dead": "many"}, ("hidden", "ratio", *AFTER), {"activation": ("relu",), "data": PLANE}
    ),
    # forward
    "softmax_twice": Fault(faulty.SoftmaxTwice, {"least": "floor"}, ("train",), {"activation": ("tanh", "relu")}),
    "activation_missing": Fault(
        faulty.ActivationMissing, {"hidden": "beyond"}, AFTER, {"activation": ("tanh", "relu")}
    ),
    # backward
    "sign": Fault(faulty.Uphill, {"check": "sign"}, ("ratio", *AFTER), {"extra": ("", "dropout")}),
    "slope_missing": Fault(faulty.SlopeMissing, {"check": "below"}, ("ratio", *AFTER), {"activation": ("relu",)}),
    "slope_of_a": Fault(faulty.SlopeOfA, {"check": "below, near"}, AFTER, {"activation": ("sigmoid",)}),
    "transposed": Fault(faulty.Transposed, {"check": "first layer"}, AFTER),
    "updated_first": Fault(faulty.UpdatedFirst, {"check": "below, shrinking"}),
    "biases_forgotten": Fault(faulty.BiasesForgotten, {"check": "biases 0"}, AFTER),
    "bias_one_number": Fault(faulty.BiasOneNumber, {"check": "biases"}, AFTER),
    "sum_for_mean": Fault(faulty.SumForMean, {"check": "sum"}, ("ratio", *AFTER)),
    "penalty_in_loss_only": Fault(faulty.PenaltyInLossOnly, {"check": "weights"}, needs={"extra": ("L2",)}),
    # the rule
    "rate_large": Fault(faulty.RateLarge, {"ratio": "large"}, ("move", *AFTER), {"activation": ("tanh", "relu")}),
    "rate_small": Fault(faulty.RateSmall, {"ratio": "tiny", "train": "hardly"}, ("least",)),
    "gradient_added": Fault(faulty.GradientAdded, {"train": "worse"}, ("least",), {"activation": SMOOTH}),
    "adam_uncorrected": Fault(faulty.AdamUncorrected, {"move": "more"}, needs={"rule": ("adam",)}),
    "first_layer_frozen": Fault(faulty.FirstLayerFrozen, {"ratio": "frozen"}, AFTER),
    # the loop
    "not_zeroed": Fault(faulty.NotZeroed, {"later": "fails"}, ("ratio", *AFTER)),
    "same_batch": Fault(faulty.SameBatch, {"rows": "few"}, AFTER),
    "not_shuffled": Fault(faulty.NotShuffled, {"batches": "one class"}, ("ratio", *AFTER)),
    "dropout_at_test": Fault(faulty.DropoutAtTest, {"twice": "differ"}, AFTER, {"extra": ("dropout",)}),
}
