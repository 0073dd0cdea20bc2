"""A patient's training, run once and kept: what the instruments can be read off from."""

from functools import cache
from typing import NamedTuple

import numpy as np

from .. import vitals
from ..parameters import Parameters
from .program import RULES, L

STEPS = 300
TICKS = (0, 1, 2, 5, 10, 15, 20, *range(30, STEPS + 1, 10))  # the steps after which the program is looked at
STEP = 1e-6  # of the gradient check
WRONG = 1e-4  # an array's error above this is a mistake; a right one stays below a hundredth of it


class Moment(NamedTuple):
    """The program as it stands after `step` steps, and the batch that it takes next.

    rows: of the batch; mask: dropout's; grads: what the program hands to its rule; passed: z, a and delta of the batch.
    """

    step: int
    params: Parameters
    rows: np.ndarray
    mask: np.ndarray | None
    grads: Parameters
    passed: tuple


class Check(NamedTuple):
    """A gradient check of one array. error: the largest difference from central differences, beside the array's largest
    entry. factor: by what the right gradient is multiplied at best; rest: the share of the gradient's length that this
    leaves unexplained. All nan where the gradient is too small to be judged.
    """

    error: float
    factor: float
    rest: float


class Record:
    """The run of a program. moments: by tick, as far as the numbers stay finite; `overflow` is the step in which they
    did not, else None.

    train, test, right, right_test: loss and share of right answers after each tick; batch_loss (steps + 1,): of the
    batch before each step. ratio[l] (steps,): the update-to-weight ratio of each step. seen (steps + 1,): how many rows
    of the training part have been used. move: the largest change of one parameter in the first step.
    """

    def __init__(self, program):
        self.program, self.classes = program, program.classes
        self.alpha = RULES[program.case.rule][1]  # that is usual for its rule
        self.chance = vitals.chance_loss("cross_entropy", program.labels)
        self.moments, self.batch_loss, self.seen, self.overflow = [], [], [], None
        self.ratio = {l: [] for l in range(1, L + 1)}
        with np.errstate(all="ignore"):
            self._run()
            self._look()

    def _run(self):
        program, used = self.program, set()
        for step in range(STEPS + 1):
            rows = program.next_rows()
            mask, labels = program.draw_mask(len(rows)), program.labels[rows]
            before = program.params
            grads = program.gradients(program.X[rows], labels, mask)
            output = program.passed[1][L]
            self.batch_loss.append(float(program.losses(output, labels).mean()))
            if step in TICKS:
                self.moments.append(Moment(step, before, rows, mask, grads.copy(), program.passed))
            used.update(rows.tolist())
            self.seen.append(len(used))
            if step == STEPS:
                break
            program.update(grads)
            for l, ratio in vitals.update_ratio(before, program.params).items():
                self.ratio[l].append(ratio)
            if step == 0:
                self.move = float(np.abs(program.params.vector - before.vector).max())
            if not (np.isfinite(program.params.vector).all() and np.isfinite(self.batch_loss[-1])):
                self.overflow = step + 1
                break

    def _look(self):
        p, found = self.program, []
        for moment in self.moments:
            row = []
            for part, (X, labels) in enumerate(((p.X, p.labels), (p.X_test, p.labels_test))):
                output = self.answer(moment, X, part)
                row += [float(p.losses(output, labels).mean()), float(np.mean(output.argmax(axis=1) == labels))]
            found.append(row)
        self.train, self.right, self.test, self.right_test = np.array(found).T

    def answer(self, moment, X, asked=0):
        """The logits for X; `asked` again, with another number, a program may answer something else."""
        rng = np.random.default_rng((self.program.case.seed, moment.step, asked))
        return self.program.answer(moment.params, X, rng)

    @property
    def last(self):
        """The last moment."""
        return self.moments[-1]

    def at(self, step):
        """The index of the last moment that is not after `step`."""
        return max(i for i, moment in enumerate(self.moments) if moment.step <= step)

    def least(self, i):
        """The smallest loss of a training example at moment i."""
        program = self.program
        least = float(program.losses(self.answer(self.moments[i], program.X), program.labels).min())
        return max(least, 0.0) + 0.0  # rounding may leave it below 0, or at minus 0

    def asked_twice(self, i):
        """The loss on the test part at moment i, asked two times."""
        p, moment = self.program, self.moments[i]
        return tuple(float(p.losses(self.answer(moment, p.X_test, k), p.labels_test).mean()) for k in (1, 2))

    @cache  # noqa: B019  a Record lives as long as the cache that holds it
    def trained(self, i):
        """(z, a) of the whole training part at moment i, by layer."""
        with np.errstate(all="ignore"):
            return self.program.forward(self.moments[i].params, self.program.X)

    def dead(self, i):
        """The share of units of each hidden layer whose slope is 0 for every training example, at moment i."""
        z, _ = self.trained(i)
        return {l: float(np.mean((self.program.g.derivative(z[l]) == 0).all(axis=0))) for l in range(1, L)}

    @cache  # noqa: B019
    def check(self, i):
        """{"W1": Check, ...} of the gradient that the program hands to its rule at moment i, on its batch."""
        moment, program = self.moments[i], self.program
        given, theta = moment.grads, moment.params.vector
        with np.errstate(all="ignore"):
            nudged = Stack(given.sizes, theta + STEP * np.vstack([np.eye(len(theta)), -np.eye(len(theta)), 0 * theta]))
            up, down, here = np.split(program.cost(nudged, *self.batch(i), moment.mask), [len(theta), 2 * len(theta)])
            up, down = (up - here) / STEP, (here - down) / STEP
            kink = np.abs(up - down) > 1e-5 * np.maximum(np.abs(up), np.abs(down))
            # At a kink any slope between those of its two sides is right.
            inside = np.clip(given.vector, np.minimum(up, down), np.maximum(up, down))
            right = Parameters(given.sizes, np.where(kink, inside, (up + down) / 2))
            return {f"{k}{l}": _compare(getattr(given, k)[l], getattr(right, k)[l]) for l in given.W for k in "Wb"}

    def batch(self, i):
        """(X, labels) of the batch that is taken at moment i, as it goes into the network."""
        rows = self.moments[i].rows
        return self.program.X[rows], self.program.labels[rows]


class Stack:
    """Many Parameters at once: vector (many, all), W[l] (many, n_l, n_{l-1}), b[l] (many, n_l)."""

    def __init__(self, sizes, vector):
        self.W, self.b, at = {}, {}, 0
        for l, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1):
            middle, end = at + n_out * n_in, at + n_out * (n_in + 1)
            self.W[l], self.b[l] = vector[:, at:middle].reshape(-1, n_out, n_in), vector[:, middle:end]
            at = end


DROWNED = 1e-5  # where all of an array's gradient is smaller, the loss is rounded by more than WRONG of it


def _compare(given, right):
    given, right = given.ravel(), right.ravel()
    largest = max(np.abs(given).max(), np.abs(right).max())
    if not np.isfinite(largest):
        return Check(np.inf, np.nan, np.nan)
    if largest < DROWNED:
        return Check(np.nan, np.nan, np.nan)
    factor = given @ right / (right @ right) if np.abs(right).max() > DROWNED else np.inf
    rest = np.linalg.norm(given - factor * right) / max(np.linalg.norm(given), np.linalg.norm(right))
    return Check(float(np.abs(given - right).max() / largest), float(factor), float(rest))
