"""Training: minibatches, a rule, and a History of what happened on the way."""

import math
from dataclasses import dataclass, field

import numpy as np

from .arrays import batch, number, whole
from .optimizers import Rule

FAR = 10  # times the larger of the loss at the start and that of an output of zeros: what ends above it, diverged
LARGE = 10  # inputs and targets beyond this are worth a word

DIVERGED = "diverged in epoch {epoch}: {what}. The usual cause is a learning rate that is too large: try a tenth of it."
NOT_FINITE = "the numbers overflowed"
TOO_LARGE = "the loss rose to {last:.3g}, from {first:.3g} at the start"
UNSCALED = " And {name} reaches {most:.3g}: numbers of about 1 allow a larger one."


@dataclass
class History:
    """What `train` did. Lists have one entry an epoch; an entry of `loss` is the mean over the epoch's minibatches,
    each taken before its update.

    accuracy: the same for the share of right answers (empty where the loss decides nothing). gradient_norm[l]: the
    mean length of dC/dW[l]. validation_loss, validation_accuracy: after the epoch, on the data given for it.
    snapshots: (epochs + 1, parameters), the first before the first step, if asked for. params: the parameters at the
    end. stopped_by: "epochs", "change" or "you". diverged: None, or the first epoch, from 1, from which on the loss was
    no finite number or far above the start, to the end. message: what there is to say of that, or "".
    """

    params: object
    loss: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    gradient_norm: dict = field(default_factory=dict)
    validation_loss: list = field(default_factory=list)
    validation_accuracy: list = field(default_factory=list)
    snapshots: np.ndarray | None = None
    steps: int = 0
    stopped_by: str = "epochs"
    diverged: int | None = None
    message: str = ""

    def __repr__(self):
        last = f", loss {self.loss[0]:.6g} -> {self.loss[-1]:.6g}" if self.loss else ""
        more = f"; {self.message}" if self.message else ""
        return f"<History of {len(self.loss)} epochs, {self.steps} steps{last}; stopped by {self.stopped_by}{more}>"


def minibatches(n, batch_size, rng):
    """The indices 0..n-1 in random order, in pieces of batch_size; the last piece holds what is left."""
    order = rng.permutation(n)
    return [order[at : at + batch_size] for at in range(0, n, batch_size)]


def train(
    net, params, X, Y, rule, epochs=50, batch_size=32, seed=0,
    *, validation=None, min_change=0.0, snapshots=False, progress=True, on_epoch=None,
):  # fmt: skip
    """Train on X (n, n_0), Y (n, n_L) or labels (n,): a History. `params` is not changed; history.params is the result.

    rule: such as bp.momentum(0.1). batch_size: None takes all examples at once. seed: of the order of the examples.
    validation: (X, Y) to measure after each epoch. min_change: stop when an epoch moves the parameters by less.
    snapshots: keep the parameters of each epoch. progress: a bar, shown when the run takes more than two seconds.
    on_epoch(history): called after each epoch; if it returns True, training stops. Interrupting the kernel (or
    Ctrl-C) stops training, too; nothing is lost. Numbers that overflow give no warning: history.diverged and .message
    say it, and so does a line below the bar.
    """
    if not isinstance(rule, Rule):
        raise TypeError(f"rule is {rule!r}; expected a rule such as bp.momentum(0.1)")
    X, Y = batch("X", X, net.sizes[0]), net.targets(Y)
    if len(X) != len(Y):
        raise ValueError(f"Y has {len(Y)} rows; expected {len(X)}, one for each row of X")
    epochs, size = whole("epochs", epochs, 0), len(X) if batch_size is None else whole("batch_size", batch_size, 1)
    min_change = number("min_change", min_change, 0, np.inf, low_too=True)
    if validation is not None:
        validation = batch("validation X", validation[0], net.sizes[0]), net.targets(validation[1])
    net.forward(params, X[:1])  # refuses foreign parameters before anything is done

    params, rng = params.copy(), np.random.default_rng(seed)
    theta, grads, state = params.vector, params.copy(), rule.init(params)
    history = History(params, gradient_norm={layer: [] for layer in params.W})
    kept = [theta.copy()] if snapshots else []
    with np.errstate(over="ignore", invalid="ignore"):
        start = mean_loss(net, params, X, Y)
    try:
        for _ in bar(epochs, progress):
            before = theta.copy() if min_change else None
            batches = minibatches(len(X), size, rng)
            with np.errstate(over="ignore", invalid="ignore"):
                state = one_epoch(net, params, X, Y, rule, state, grads, batches, history)
                if validation:
                    validate(net, params, *validation, history)
            if snapshots:
                kept.append(theta.copy())
            if min_change and np.linalg.norm(theta - before) < min_change:
                history.stopped_by = "change"
                break
            if on_epoch and on_epoch(history):
                history.stopped_by = "you"
                break
    except KeyboardInterrupt:
        history.stopped_by = "you"
    history.snapshots = np.array(kept) if snapshots else None
    say_if_diverged(history, net, X, Y, start)
    if history.message and progress:
        print(f"Training {history.message}")
    return history


def one_epoch(net, params, X, Y, rule, state, grads, batches, history):
    """One pass over the data: the new state of the rule.

    Nothing is checked, and params, grads, the moments of state and history are changed in place. Y: as `net.targets`
    gives it; grads: Parameters to write gradients into; batches: the rows of each step.
    """
    loss, right, lengths = 0.0, 0.0, dict.fromkeys(grads.W, 0.0)
    for rows in batches:
        y = Y[rows]
        trace = net.backpropagate(params, *net.propagate(params, X[rows]), y, grads)
        loss += trace.loss * len(rows)
        if net.loss.decide:
            right += net.share_right(trace.output, y) * len(rows)
        for layer, W in grads.W.items():
            lengths[layer] += math.sqrt(np.vdot(W, W))
        params, state = rule.update(params, grads, state, in_place=True)
        history.steps = state.t
    history.loss.append(loss / len(X))
    if net.loss.decide:
        history.accuracy.append(right / len(X))
    for layer, length in lengths.items():
        history.gradient_norm[layer].append(length / len(batches))
    return state


def say_if_diverged(history, net, X, Y, start):
    """Set `diverged` and `message` of a history. start: the mean loss before the first step. Nothing is checked."""
    with np.errstate(over="ignore", invalid="ignore"):
        level = max(start, float(net.loss.value(np.zeros_like(Y), Y).mean()))
    finite = bool(np.isfinite(history.params.vector).all())
    if not history.loss or (finite and history.loss[-1] <= FAR * level):  # False for NaN
        return
    history.diverged = max((epoch for epoch, loss in enumerate(history.loss, 2) if loss <= FAR * level), default=1)
    history.diverged = min(history.diverged, len(history.loss))  # where the last step alone did it
    finite = finite and math.isfinite(history.loss[-1])
    what = TOO_LARGE.format(last=history.loss[-1], first=start) if finite else NOT_FINITE
    history.message = DIVERGED.format(epoch=history.diverged, what=what)
    for name, most in (("X", np.abs(X).max()), ("Y", np.abs(Y).max())):
        if most > LARGE:
            history.message += UNSCALED.format(name=name, most=most)


def mean_loss(net, params, X, Y):
    """The mean loss of examples; nothing is checked. Y: as `net.targets` gives it."""
    return float(net.loss.value(net.propagate(params, X)[1][net.L], Y).mean())


def validate(net, params, X, Y, history):
    """Add to `history` the loss and the accuracy on X and Y; nothing is checked. Y: as `net.targets` gives it."""
    output = net.propagate(params, X)[1][net.L]
    history.validation_loss.append(float(net.loss.value(output, Y).mean()))
    if net.loss.decide:
        history.validation_accuracy.append(net.share_right(output, Y))


def bar(epochs, progress):
    """range(epochs), with a bar if `progress`: shown when the run takes more than two seconds."""
    if not progress:
        return range(epochs)
    from tqdm.auto import tqdm  # a bar in a notebook, a line in a terminal

    return tqdm(range(epochs), unit="epoch", delay=2, leave=False)
