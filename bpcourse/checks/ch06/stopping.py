"""Chapter 06: early stopping."""

import numpy as np

from ..engine import Exercise, Misconception

NAN = float("nan")


def _inputs(rng):
    """Curves with every trap: an equal value, a lower one after the stop, noise, NaN in every place, no stop at all."""

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
        cases.append({"losses": curve * (1e20 if patience == 3 else 1), "patience": patience})  # no loss is too large
    losses = np.r_[down(1.8, 6), np.sort(up(1.8, 3))]
    cases.append({"losses": np.r_[losses, losses.min() - 0.1, losses.min() + 0.1], "patience": 4})  # never stops
    lost = np.r_[down(1.7, 3), up(1.7, 1), np.nan, down(1.4, 3), np.full(9, np.nan)]
    cases.append({"losses": lost, "patience": 3})
    cases.append({"losses": np.r_[NAN, NAN, down(1.6, 3), up(1.6, 2), down(1.2, 2)], "patience": 2})
    cases.append({"losses": np.r_[np.inf, 3, 2, 2, 1, np.inf, NAN, 0], "patience": 2})  # whole, and infinite
    cases += [{"losses": np.full(6, NAN), "patience": patience} for patience in (2, 9)]
    cases.append({"losses": np.r_[down(1.5, 3), up(1.5, 1), down(1, 2)], "patience": 1})
    cases.append({"losses": down(2.0, 5), "patience": 1})  # the last epoch is the best
    cases.append({"losses": np.r_[down(1.5, 4), up(1.5, 3)], "patience": 3})  # patience and list end together
    cases += [{"losses": np.array([loss]), "patience": patience} for loss, patience in ((0.7, 1), (NAN, 3))]
    cases.append({"losses": np.r_[0.5, up(0.6, 5)], "patience": 4})  # the first epoch is the best
    return [case | {"losses": case["losses"].round(5).tolist()} for case in cases]


def _wide(rng):
    """Few different values, so that ties are frequent; NaN and infinity anywhere."""
    losses = rng.choice([*rng.normal(size=rng.integers(1, 6)), NAN, np.inf, 1e12], size=rng.integers(1, 13))
    return {"losses": losses.tolist(), "patience": int(rng.integers(1, 7))}


def _by_running_minimum(losses, patience):
    """Without a walk: an epoch is a record if it is below all before it."""
    losses = np.array(losses)
    known = np.where(np.isnan(losses), np.inf, losses)
    before = np.r_[np.inf, np.minimum.accumulate(known)[:-1]]
    records = np.flatnonzero((known < before) | (np.arange(len(known)) == 0))
    latest = np.array([records[records <= k].max() for k in range(len(losses))])
    waits = np.flatnonzero(np.arange(len(losses)) - latest >= patience)
    stop = waits[0] if waits.size else len(losses) - 1
    return latest[stop] + 1.0, stop + 1.0


def _walk(
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


def _mistake(**options):
    return lambda losses, patience: _walk(losses, patience, **options)


def _lowest(losses):
    """The epoch of the lowest loss, the first if there are several; 1 if there is none."""
    return int(np.argmin(np.nan_to_num(losses, nan=np.inf, posinf=np.inf))) + 1


def _first_nan(losses):
    return next((epoch for epoch, loss in enumerate(losses, start=1) if np.isnan(loss)), len(losses))


def _is_one_of(case, outcome, *functions):
    """True if the outcome is what one of the functions gives, or the right one."""
    made = (function(**case) for function in (_by_running_minimum, *functions))
    return bool(outcome.parts) and any(np.array_equal(outcome.parts, pair) for pair in made)


_FUTURES = [
    lambda losses, patience, f=find: (f(losses), _walk(losses, patience)[1])
    for find in (_lowest, lambda losses: losses.index(min(losses)) + 1)
]


def _with_nan_as(value):
    return lambda losses, patience: _walk([value if np.isnan(loss) else loss for loss in losses], patience)


EARLY_STOPPING = Exercise(
    name="early_stopping",
    inputs=_inputs,
    truth=_by_running_minimum,
    parts={"best": 2, "stop": 1},
    room={
        "NaN first": lambda case: np.isnan(case["losses"][0]),
        "NaN later": lambda case: not np.isnan(case["losses"][0]) and np.isnan(case["losses"]).any(),
        "nothing but NaN": lambda case: np.isnan(case["losses"]).all(),
        "an infinite loss": lambda case: np.isinf(case["losses"]).any(),
        "a single epoch": lambda case: len(case["losses"]) == 1,
        "patience 1": lambda case: case["patience"] == 1,
        "no stop before the end of the list": lambda case: _by_running_minimum(**case)[1] == len(case["losses"]),
        "the last epoch as the best": lambda case: _by_running_minimum(**case)[0] == len(case["losses"]),
        "the first epoch as the best": lambda case: _by_running_minimum(**case)[0] == 1,
        "the lowest loss after the stop": lambda case: (
            np.nanmin([*case["losses"], np.inf])
            < np.nanmin([*case["losses"][: int(_by_running_minimum(**case)[1])], np.inf])
        ),
    },
    wide=_wide,
    points=3,  # all or none: most mistakes leave one of the two right in most of the curves
    passed="Noise, an equal loss, a NaN, and a lower loss that comes too late: your function keeps to the rule.",
    misconceptions=(
        Misconception(
            "looks_into_the_future",
            lambda losses, patience: (_lowest(losses), _walk(losses, patience)[1]),
            "Where the lowest loss of the whole list comes after the stop, your `best` is its epoch. Had training "
            "stopped where it should, who would have seen it?",
            shows=lambda case, outcome: _is_one_of(case, outcome, *_FUTURES),
        ),
        Misconception(
            "argmin",
            lambda losses, patience: (np.argmin(losses) + 1, _walk(losses, patience)[1]),
            "`best` comes from `argmin` over the whole list, and to it a NaN is the smallest. Which epochs have run "
            "when training stops?",
        ),
        Misconception(
            "never_stops",
            lambda losses, patience: (_lowest(losses), len(losses)),
            "Your training runs through the whole list. Where does `patience` end it?",
            shows=lambda case, outcome: bool(outcome.parts) and outcome.parts[1] == len(case["losses"]),
        ),
        Misconception(
            "epoch_0",
            _mistake(first=0),
            "Where no loss is smaller than infinity, your `best` is epoch 0, and there is none. With which epoch does "
            "the rule begin, whatever its loss?",
        ),
        Misconception(
            "first_loss_nan_is_never_beaten",
            _mistake(lowest=lambda losses: losses[0], begin=1),
            "If the first loss is NaN, no later one becomes a new best with you: `loss < nan` is always False. How "
            "large does the task say that a NaN is?",
        ),
        Misconception(
            "nan_as_0",
            _with_nan_as(0.0),
            "You take a NaN for 0, and then it is the lowest loss. How large does the task say that a NaN is?",
        ),
        Misconception(
            "nan_left_out",
            lambda losses, patience: _walk([loss for loss in losses if not np.isnan(loss)] or [0.0], patience),
            "You take the NaN out of the list, and then the epochs behind them get other numbers. Does an epoch with a "
            "NaN count?",
        ),
        Misconception(
            "stops_at_nan",
            lambda losses, patience: _walk(losses[: _first_nan(losses)], patience),
            "Your training ends with the first NaN. What does the task say that a NaN does?",
        ),
        Misconception(
            "a_loss_can_be_larger",
            _mistake(lowest=lambda losses: 1e9),
            "You begin with a lowest loss that a loss may exceed: then no epoch becomes a new best. Which number is "
            "larger than every loss?",
            shows=lambda case, outcome: _is_one_of(case, outcome, *(_mistake(lowest=lambda _, b=b: b) for b in BOUNDS)),
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
            "It is right but for NaN: a comparison with NaN is always False, so neither of your branches sees it. What "
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
            "counts_from_the_first_epoch",
            lambda losses, patience: (_lowest(losses[:patience]), min(patience, len(losses))),
            "With you training ends after `patience` epochs in all. From which epoch on does the task count them?",
        ),
        Misconception(
            "keeps_the_last",
            lambda losses, patience: (_walk(losses, patience)[1],) * 2,
            "You keep the parameters of the epoch at which training stops. Was that the best one?",
        ),
        Misconception(
            "patience_typed_in",
            lambda losses, patience: _walk(losses, 3),
            "Your function takes the same `patience` whatever comes in. Where is it typed in?",
        ),
        Misconception(
            "loss_for_best",
            lambda losses, patience: (losses[_walk(losses, patience)[0] - 1], _walk(losses, patience)[1]),
            "Your {parts} is a loss. What is asked for: how low, or when?",
            alone=True,
        ),
        Misconception(
            "waited_for_stop",
            lambda losses, patience: (_walk(losses, patience)[0], -np.subtract(*_walk(losses, patience))),
            "Your {parts} is the number of epochs since the best one. From where does the task count?",
            alone=True,
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
