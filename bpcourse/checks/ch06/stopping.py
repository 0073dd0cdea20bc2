"""Chapter 06: early stopping."""

import numpy as np

from ..engine import Exercise, Misconception


def _inputs(rng):
    """Curves with every trap: an equal value, a lower one after the stop, noise on the way down, a NaN, no stop at "
    "all."""

    def down(start, count):  # falling, every step by something else
        return start - np.cumsum(rng.uniform(0.02, 0.05, count))

    def up(start, count):
        return start + rng.uniform(0.03, 0.2, count)

    cases = []
    for patience, falling, gap in ((4, 5, 2), (3, 7, 1), (5, 4, 3)):
        first = down(rng.uniform(1.5, 2.0), falling)
        noise = up(first[-1], gap)  # a rise that is shorter than the patience
        second = down(first[-1], 3)
        second = np.r_[second, second[-1] - 1e-5]  # a small gain is a gain
        tie = np.r_[up(second[-1], patience - 2), second[-1]]  # the same low value again, before the stop
        late = second[-1] - rng.uniform(0.3, 0.5, 3)  # better than ever, but after the stop
        curve = np.r_[first, noise, second, tie, np.sort(up(second[-1], patience + 3))[::-1], late]
        cases.append({"losses": curve * (1000 if patience == 3 else 1), "patience": patience})  # no loss is too large
    losses = np.r_[down(1.8, 6), np.sort(up(1.8, 3))]
    cases.append({"losses": np.r_[losses, losses.min() - 0.1, losses.min() + 0.1], "patience": 4})  # never stops
    lost = np.r_[down(1.7, 3), up(1.7, 1), np.nan, down(1.4, 3), np.full(9, np.nan)]
    cases.append({"losses": lost, "patience": 3})
    return [case | {"losses": tuple(case["losses"].round(5).tolist())} for case in cases]


def _by_running_minimum(losses, patience):
    """Without a walk: an epoch is a record if it is below all before it."""
    losses = np.array(losses)
    known = np.where(np.isnan(losses), np.inf, losses)
    before = np.r_[np.inf, np.minimum.accumulate(known)[:-1]]
    records = np.flatnonzero(known < before)
    latest = np.array([records[records <= k].max() for k in range(len(losses))])
    waits = np.flatnonzero(np.arange(len(losses)) - latest >= patience)
    stop = waits[0] if waits.size else len(losses) - 1
    return latest[stop] + 1.0, stop + 1.0


def _walk(
    losses, patience, *, extra=0, lower=lambda loss, best: loss < best, worse=None, previous=False, reset=True, back=0
):
    """The walk; the keywords switch single mistakes on, none by default."""
    best, best_epoch, wait, last = np.inf, 1, 0, np.inf
    for epoch, loss in enumerate(losses, start=1):
        if lower(loss, last if previous else best):
            best, best_epoch, wait = loss, epoch, 0 if reset else wait
        elif worse is None or worse(loss, best):
            wait += 1
            if wait >= patience + extra:
                return best_epoch - back, epoch - back
        last = loss
    return best_epoch - back, len(losses) - back


def _mistake(**options):
    return lambda losses, patience: _walk(losses, patience, **options)


EARLY_STOPPING = Exercise(
    name="early_stopping",
    inputs=_inputs,
    truth=_by_running_minimum,
    parts={"best": 2, "stop": 1},
    points=3,  # all or none: most mistakes leave one of the two right in most of the curves
    passed="Noise, an equal loss, a NaN, and a lower loss that comes too late: your function keeps to the rule.",
    misconceptions=(
        Misconception(
            "looks_into_the_future",
            lambda losses, patience: (np.nanargmin(losses) + 1, _walk(losses, patience)[1]),
            "`best` is the epoch of the smallest loss of the whole list. Had training stopped where it should, who "
            "would have seen it?",
        ),
        Misconception(
            "argmin",
            lambda losses, patience: (np.argmin(losses) + 1, _walk(losses, patience)[1]),
            "`best` comes from `argmin` over the whole list, and to it a NaN is the smallest. Which epochs have run "
            "when training stops?",
        ),
        Misconception(
            "never_stops",
            lambda losses, patience: (np.nanargmin(losses) + 1, len(losses)),
            "Your training runs through the whole list. Where does `patience` end it?",
        ),
        Misconception(
            "counted_from_zero",
            _mistake(back=1),
            "Both numbers are too small by one. With which number does the task begin to count epochs?",
        ),
        Misconception(
            "one_too_patient",
            _mistake(extra=1),
            "You wait one epoch too long. If `patience` is 3 and epoch 10 was the best, which epoch is the last?",
        ),
        Misconception(
            "one_too_impatient",
            _mistake(extra=-1),
            "You stop one epoch too early. If `patience` is 3 and epoch 10 was the best, which epoch is the last?",
        ),
        Misconception(
            "equal_is_better",
            _mistake(lower=lambda loss, best: loss <= best),
            "An epoch with exactly the same loss as the best counts as better with you. Is it `<` or `<=`?",
        ),
        Misconception(
            "compared_with_the_previous",
            _mistake(previous=True),
            "You compare each loss with the one just before. After a leap upward, is every fall a new best?",
        ),
        Misconception(
            "patience_never_renewed",
            _mistake(reset=False),
            "You count all epochs without a new best, also those before the last one. What happens to the count when "
            "a new best comes?",
        ),
        Misconception(
            "nan_does_not_count",
            _mistake(worse=lambda loss, best: loss >= best),
            "Right, but for NaN: a comparison with NaN is always False, so neither of your branches sees it. What "
            "should an epoch with a NaN do to the count?",
        ),
        Misconception(
            "equal_and_nan_do_not_count",
            _mistake(worse=lambda loss, best: loss > best),
            "An epoch counts with you only if its loss is *above* the best. What about one that is equal to it, or "
            "NaN?",
        ),
        Misconception(
            "nan_is_better",
            _mistake(lower=lambda loss, best: not loss >= best),
            "A NaN becomes your best loss: `not loss >= best` is True for it. Which comparison is False for a NaN?",
        ),
        Misconception(
            "keeps_the_last",
            lambda losses, patience: (_walk(losses, patience)[1],) * 2,
            "You keep the parameters of the epoch at which training stops. Was that the best one?",
        ),
        Misconception(
            "swapped",
            lambda losses, patience: _walk(losses, patience)[::-1],
            "The two numbers are right, in the other order. Which one comes first?",
        ),
        Misconception(
            "losses_returned",
            lambda losses, patience: tuple(losses[epoch - 1] for epoch in _walk(losses, patience)),
            "You return losses. What is asked for: how low, or when?",
        ),
    ),
)
