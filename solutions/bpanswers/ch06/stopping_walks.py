"""Chapter 06: early stopping: the rule without a walk, and the walk with its single mistakes."""

import numpy as np


def by_running_minimum(losses, patience):
    """Without a walk: an epoch is a record if it is below all before it."""
    losses = np.array(losses)
    known = np.where(np.isnan(losses), np.inf, losses)
    before = np.r_[np.inf, np.minimum.accumulate(known)[:-1]]
    records = np.flatnonzero((known < before) | (np.arange(len(known)) == 0))
    latest = np.array([records[records <= k].max() for k in range(len(losses))])
    waits = np.flatnonzero(np.arange(len(losses)) - latest >= patience)
    stop = waits[0] if waits.size else len(losses) - 1
    return latest[stop] + 1.0, stop + 1.0


def walk(
    losses, patience, *, extra=0, lower=lambda loss, best: loss < best, worse=None, previous=False, reset=True, back=0,
    lowest=lambda losses: np.inf, first=1, begin=0,
):  # fmt: skip
    """The walk; the keywords switch single mistakes on, none by default."""
    best, best_epoch, wait, last = lowest(losses), first, 0, np.inf
    for epoch, loss in enumerate(losses[begin:], start=begin + 1):
        if lower(loss, last if previous else best):
            best, best_epoch, wait = loss, epoch, 0 if reset else wait
        elif (worse is None or worse(loss, best)) and epoch > first:
            wait += 1
            if wait >= patience + extra:
                return best_epoch - back, epoch - back
        last = loss
    return best_epoch - back, len(losses) - back


BOUNDS = 1.0, 2.0, 10.0, 100.0, 999.0, 1000.0, 9999.0, 1e4, 1e5, 1e6, 1e8, 1e9, 1e10, 1e12, 1e15, 1e18


def mistake(**options):
    return lambda losses, patience: walk(losses, patience, **options)


def lowest(losses):
    """The epoch of the lowest loss, the first if there are several; 1 if there is none."""
    return int(np.argmin(np.nan_to_num(losses, nan=np.inf, posinf=np.inf))) + 1


def first_nan(losses):
    return next((epoch for epoch, loss in enumerate(losses, start=1) if np.isnan(loss)), len(losses))


def is_one_of(case, outcome, *functions):
    """True if the outcome is what one of the functions gives, or the right one."""
    made = (function(**case) for function in (by_running_minimum, *functions))
    return bool(outcome.parts) and any(np.array_equal(outcome.parts, pair) for pair in made)


FUTURES = [
    lambda losses, patience, f=find: (f(losses), walk(losses, patience)[1])
    for find in (lowest, lambda losses: losses.index(min(losses)) + 1)
]


def rounded(digits):
    return lambda losses, patience: walk([round(x, digits) if np.isfinite(x) else x for x in losses], patience)


GAINS = [
    *(mistake(lower=lambda loss, best, least=10.0**-k: loss < best - least) for k in range(2, 9)),
    *(mistake(lower=lambda loss, best, least=10.0**-k: loss < best * (1 - least)) for k in range(2, 9)),
    *(rounded(digits) for digits in range(2, 9)),
    lambda losses, patience: walk(np.float32(losses), patience),
]


def with_nan_as(value):
    return lambda losses, patience: walk([value if np.isnan(loss) else loss for loss in losses], patience)


def equal_begins_anew(losses, patience):
    best, lowest, wait = 1, np.inf, 0
    for epoch, loss in enumerate(losses, start=1):
        wait += 1
        if loss < lowest:
            best, lowest, wait = epoch, loss, 0
        elif loss == lowest:
            wait = 0
        if wait >= patience and epoch > 1:
            return best, epoch
    return best, len(losses)
