"""Runs of training that can be taken up again, for whoever goes to and fro between epochs: the explorers."""

import math
import time

import numpy as np

from .training import History, minibatches, one_epoch, validate


class Run:
    """The very steps of `train`, in pieces, with the parameters of every epoch kept.

    Takes the arguments of `train`. `history` is that of `train` after as many epochs. `overflow`: the number of the
    epoch in which a parameter or a loss was no longer a finite number, else None; that epoch is not kept, and the
    run stays there. NumPy's warnings about it are not shown: whoever draws the run says it.
    """

    def __init__(self, net, params, X, Y, rule, batch_size=32, seed=0, validation=None):
        self.net, self.X, self.Y, self.rule, self.batch_size = net, X, net.targets(Y), rule, batch_size
        self.validation = validation and (validation[0], net.targets(validation[1]))
        self.overflow = None
        self._params, self._rng = params.copy(), np.random.default_rng(seed)
        self._grads, self._state = params.copy(), rule.init(params)
        self.history = History(self._params, gradient_norm={layer: [] for layer in params.W})
        self._kept = [params.vector.copy()]

    @property
    def reached(self):
        """The last epoch whose parameters are kept; 0 is the start."""
        return len(self._kept) - 1

    def parameters(self, epoch):
        """The parameters after `epoch` epochs, which `reach` must have reached."""
        return self.net.parameters(self._kept[epoch])

    def reach(self, epoch, seconds=math.inf):
        """Train until `epoch` is reached, the numbers overflow or the time is up; return the epoch to show.

        At least one epoch is trained, where one is left. What was trained before costs nothing.
        """
        end = time.perf_counter() + seconds
        while self.reached < epoch and self.overflow is None:
            self._one_more()
            if time.perf_counter() >= end:
                break
        return min(epoch, self.reached)

    def _one_more(self):
        batches = minibatches(len(self.X), self.batch_size, self._rng)
        with np.errstate(all="ignore"):
            self._state = one_epoch(
                self.net, self._params, self.X, self.Y, self.rule, self._state, self._grads, batches, self.history
            )
            if self.validation:
                validate(self.net, self._params, *self.validation, self.history)
        theta = self._params.vector
        losses = self.history.loss[-1:] + self.history.validation_loss[-1:]
        if np.isfinite(theta).all() and np.isfinite(losses).all():
            self._kept.append(theta.copy())
        else:
            self.overflow = self.reached + 1
