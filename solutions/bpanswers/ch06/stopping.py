"""Chapter 06: early stopping."""

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception

from .stopping_walks import (
    BOUNDS,
    FUTURES,
    GAINS,
    by_running_minimum,
    equal_begins_anew,
    first_nan,
    is_one_of,
    lowest,
    mistake,
    walk,
    with_nan_as,
)

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
    cases.append({"losses": np.r_[down(9.0, 125), np.sort(up(9.0, 9))], "patience": 6})  # long
    cases.append({"losses": np.r_[2.0, 1.5, 1.7, 1.5, 1.0], "patience": 2})  # the last one of the wait is equal
    cases.append({"losses": np.r_[2.0, 1.0, 1.3, 1.4, 1.1], "patience": 2})
    cases.append({"losses": np.r_[NAN, 4e15, 3e15, 5e15, 2e15, 3e15], "patience": 2})
    cases = [case | {"losses": case["losses"].round(5).tolist()} for case in cases]
    below_0 = -rng.uniform(0.5, 0.7)  # the loss may be negative, and any gain is one
    losses = 0.4, -0.1, 0.2, below_0, below_0 - 1e-9, -0.3, -0.4, -0.2, -0.9
    return [*cases, {"losses": list(losses), "patience": 3}]


def _wide(rng):
    """Few different values, so that ties are frequent; NaN and infinity anywhere."""
    losses = rng.choice([*rng.normal(size=rng.integers(1, 6)), NAN, np.inf, 1e12], size=rng.integers(1, 13))
    return {"losses": losses.tolist(), "patience": int(rng.integers(1, 7))}


EARLY_STOPPING = Exercise(
    name="early_stopping",
    inputs=_inputs,
    truth=by_running_minimum,
    parts={"best": 2, "stop": 1},
    room={
        "NaN first": lambda case: np.isnan(case["losses"][0]),
        "NaN later": lambda case: not np.isnan(case["losses"][0]) and np.isnan(case["losses"]).any(),
        "nothing but NaN": lambda case: np.isnan(case["losses"]).all(),
        "a negative loss": lambda case: np.nanmin([*case["losses"], np.inf]) < 0,
        "more than a hundred epochs": lambda case: len(case["losses"]) > 100,
        "an infinite loss": lambda case: np.isinf(case["losses"]).any(),
        "a single epoch": lambda case: len(case["losses"]) == 1,
        "patience 1": lambda case: case["patience"] == 1,
        "no stop before the end of the list": lambda case: by_running_minimum(**case)[1] == len(case["losses"]),
        "the last epoch as the best": lambda case: by_running_minimum(**case)[0] == len(case["losses"]),
        "the first epoch as the best": lambda case: by_running_minimum(**case)[0] == 1,
        "the lowest loss after the stop": lambda case: (
            np.nanmin([*case["losses"], np.inf])
            < np.nanmin([*case["losses"][: int(by_running_minimum(**case)[1])], np.inf])
        ),
    },
    wide=_wide,
    ask={
        "best": "Which epochs of this list, up to the stop, have a loss lower than all before?",
        "stop": "In this list, how many epochs later than the latest new best is each epoch?",
    },
    points=3,  # all or none: most mistakes leave one of the two right in most of the curves
    passed="Noise, an equal loss, a NaN, and a lower loss that comes too late: your function keeps to the rule.",
    misconceptions=(
        Misconception(
            "looks_into_the_future",
            lambda losses, patience: (lowest(losses), walk(losses, patience)[1]),
            "Where the lowest loss of the whole list comes after the stop, your `best` is its epoch. Had training "
            "stopped where it should, who would have seen it?",
            shows=lambda case, outcome: is_one_of(case, outcome, *FUTURES),
        ),
        Misconception(
            "argmin",
            lambda losses, patience: (np.argmin(losses) + 1, walk(losses, patience)[1]),
            "`best` comes from `argmin` over the whole list, and to it a NaN is the smallest. Which epochs have run "
            "when training stops?",
        ),
        Misconception(
            "never_stops",
            lambda losses, patience: (lowest(losses), len(losses)),
            "Your training runs through the whole list. Where does `patience` end it?",
            shows=lambda case, outcome: bool(outcome.parts) and outcome.parts[1] == len(case["losses"]),
        ),
        Misconception(
            "epoch_0",
            mistake(first=0),
            "Where no loss is smaller than infinity, your `best` is epoch 0, and there is none. With which epoch does "
            "the rule begin, whatever its loss?",
        ),
        Misconception(
            "first_loss_nan_is_never_beaten",
            mistake(lowest=lambda losses: losses[0], begin=1),
            "If the first loss is NaN, no later one becomes a new best with you. (`loss < nan` is always False.) How "
            "large does the task say that a NaN is?",
        ),
        Misconception(
            "nan_as_0",
            with_nan_as(0.0),
            "You take a NaN for 0, and then it is the lowest loss. How large does the task say that a NaN is?",
        ),
        Misconception(
            "nan_left_out",
            lambda losses, patience: walk([loss for loss in losses if not np.isnan(loss)] or [0.0], patience),
            "You take the NaN out of the list, and then the epochs behind them get other numbers. Does an epoch with a "
            "NaN count?",
        ),
        Misconception(
            "stops_at_nan",
            lambda losses, patience: walk(losses[: first_nan(losses)], patience),
            "Your training ends with the first NaN. What does the task say that a NaN does?",
        ),
        Misconception(
            "a_loss_can_be_larger",
            mistake(lowest=lambda losses: 1e9),
            "You begin with a lowest loss that a loss may exceed: then no epoch becomes a new best. Which number is "
            "larger than every loss?",
            shows=lambda case, outcome: is_one_of(case, outcome, *(mistake(lowest=lambda _, b=b: b) for b in BOUNDS)),
        ),
        Misconception(
            "counted_from_zero",
            mistake(back=1),
            "Both numbers are too small by one. With which number does the task begin to count epochs?",
        ),
        Misconception(
            "one_too_patient",
            mistake(extra=1),
            "You wait one epoch too long. If `patience` is 3 and epoch 10 was the best, which epoch is the last?",
        ),
        Misconception(
            "one_too_impatient",
            mistake(extra=-1),
            "You stop one epoch too early. If `patience` is 3 and epoch 10 was the best, which epoch is the last?",
        ),
        Misconception(
            "equal_is_better",
            mistake(lower=lambda loss, best: loss <= best),
            "An epoch with exactly the same loss as the best counts as better with you. Is it `<` or `<=`?",
        ),
        Misconception(
            "small_gains_left_out",
            GAINS[2],
            "A loss that is smaller by very little is no new best with you. How much smaller does the task want it?",
            shows=lambda case, outcome: is_one_of(case, outcome, *GAINS),
        ),
        Misconception(
            "losses_below_0",
            mistake(lower=lambda loss, best: 0 <= loss < best),
            "A loss below 0 is no new best with you. Does the task set a lower bound?",
        ),
        Misconception(
            "sizes_of_losses",
            lambda losses, patience: walk(np.abs(losses), patience),
            "You compare the sizes of the losses, without their signs. Is -0.5 smaller than 0.4?",
        ),
        Misconception(
            "equal_begins_anew",
            equal_begins_anew,
            "With you an epoch that is as good as the best begins the wait anew. From which epoch does the task count?",
        ),
        Misconception(
            "gives_up_at_once",
            lambda losses, patience: walk(losses, 1),
            "Your training ends with the first epoch that is no new best. What is `patience` for?",
        ),
        Misconception(
            "compared_with_the_previous",
            mistake(previous=True),
            "You compare each loss with the one just before. After a leap upward, is every fall a new best?",
        ),
        Misconception(
            "patience_never_renewed",
            mistake(reset=False),
            "You count all epochs without a new best, also those before the last one. What happens to the count when "
            "a new best comes?",
        ),
        Misconception(
            "nan_does_not_count",
            mistake(worse=lambda loss, best: loss >= best),
            "It is right but for NaN: a comparison with NaN is always False, so neither of your branches sees it. What "
            "should an epoch with a NaN do to the count?",
        ),
        Misconception(
            "equal_and_nan_do_not_count",
            mistake(worse=lambda loss, best: loss > best),
            "An epoch counts with you only if its loss is *above* the best. What about one that is equal to it, or "
            "NaN?",
        ),
        Misconception(
            "nan_is_better",
            mistake(lower=lambda loss, best: not loss >= best),
            "A NaN becomes your best loss: `not loss >= best` is True for it. Which comparison is False for a NaN?",
        ),
        Misconception(
            "counts_from_the_first_epoch",
            lambda losses, patience: (lowest(losses[:patience]), min(patience, len(losses))),
            "With you training ends after `patience` epochs in all. From which epoch on does the task count them?",
        ),
        Misconception(
            "keeps_the_last",
            lambda losses, patience: (walk(losses, patience)[1],) * 2,
            "You keep the parameters of the epoch at which training stops. Was that the best one?",
        ),
        Misconception(
            "patience_typed_in",
            lambda losses, patience: walk(losses, 3),
            "Your function takes the same `patience` whatever comes in. Where is it typed in?",
        ),
        Misconception(
            "loss_for_best",
            lambda losses, patience: (losses[walk(losses, patience)[0] - 1], walk(losses, patience)[1]),
            "Your {parts} is a loss. What is asked for: how low, or when?",
            alone=True,
        ),
        Misconception(
            "waited_for_stop",
            lambda losses, patience: (walk(losses, patience)[0], -np.subtract(*walk(losses, patience))),
            "Your {parts} is the number of epochs since the best one. From where does the task count?",
            alone=True,
        ),
        Misconception(
            "swapped",
            lambda losses, patience: walk(losses, patience)[::-1],
            "The two numbers are right, in the other order. Which one comes first?",
        ),
        Misconception(
            "losses_returned",
            lambda losses, patience: tuple(losses[epoch - 1] for epoch in walk(losses, patience)),
            "You return losses. What is asked for: how low, or when?",
        ),
    ),
)
