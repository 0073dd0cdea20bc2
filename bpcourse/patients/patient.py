"""A patient, by its number: a network, data and a training loop, with one fault or none."""

from functools import cached_property, lru_cache

import numpy as np

from . import verdict
from .data import KINDS
from .faults import FAULTS
from .program import BATCH, RULES, UNITS, Case
from .record import Record

ROUND = [*FAULTS, "healthy"]  # in each round all faults in another order, and a right program twice
ROUNDS = 2
COUNT = ROUNDS * len(ROUND)
EXTRAS = ("", "", "dropout", "L2")
LEARNS = {"tanh": tuple(KINDS), "relu": tuple(KINDS), "sigmoid": ("spirals", "clouds", "digits")}
SHOWN = {"tanh": "tanh", "sigmoid": "sigmoid", "relu": "ReLU"}


def fault_of(number):
    """The fault of a patient, 1 to COUNT: a name in FAULTS."""
    turn, place = divmod(number - 1, len(ROUND))
    return ROUND[np.random.default_rng(turn).permutation(len(ROUND))[place]]


def case_of(fault, seed):
    """A Case that suits the fault, from a seed."""
    needs, rng = FAULTS[fault].needs, np.random.default_rng(seed)

    def one(options):
        return options[rng.integers(len(options))]

    activation = one(needs.get("activation", tuple(LEARNS)))
    data = one([kind for kind in needs.get("data", tuple(KINDS)) if kind in LEARNS[activation]])
    return Case(data, activation, one(needs.get("rule", tuple(RULES))), one(needs.get("extra", EXTRAS)), seed)


class Patient:
    """A patient of this number; its run is computed when it is first looked at."""

    def __init__(self, number):
        if not (isinstance(number, int) and 1 <= number <= COUNT):
            raise ValueError(f"number is {number!r}; expected a whole number from 1 to {COUNT}")
        self.number, self.fault = number, fault_of(number)
        self.case = case_of(self.fault, number)

    @cached_property
    def record(self):
        return Record(FAULTS[self.fault].program(self.case))

    @cached_property
    def signs(self):
        return verdict.signs(self.record)

    def judge(self, guess):
        """The Verdict on a diagnosis, one of FAULTS."""
        return verdict.judge(self.fault, guess, self.case, self.signs)

    def reveal(self):
        return verdict.reveal(self.fault, self.signs)

    @property
    def about(self):
        """What the program is said to be, in words."""
        case, (data, classes, _) = self.case, KINDS[self.case.data]
        network = [f"{16 if case.data == 'digits' else 2}-{UNITS}-{UNITS}-{classes}", SHOWN[case.activation]]
        network += [case.extra] * bool(case.extra)
        return f"{data}  ·  {', '.join(network)}  ·  {RULES[case.rule][0]}, batches of {BATCH}"


@lru_cache(maxsize=8)  # a record has some 2 MB
def patient(number):
    return Patient(number)
