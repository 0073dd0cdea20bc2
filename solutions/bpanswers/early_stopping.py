"""Chapter 06: early stopping, to the letter."""

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception

from .common.edits import edited, slips, solution

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
    saw = np.c_[down(1.5, 5), up(1.5, 5)].ravel()  # a rise after each fall, and each fall goes lower
    cases.append({"losses": np.r_[saw, down(saw[-2], 1)], "patience": 2})
    cases = [case | {"losses": case["losses"].round(5).tolist()} for case in cases]
    below_0 = -rng.uniform(0.5, 0.7)  # the loss may be negative, and any gain is one
    losses = 0.4, -0.1, 0.2, below_0, below_0 - 1e-9, -0.3, -0.4, -0.2, -0.9
    return [*cases, {"losses": list(losses), "patience": 3}]


def _wide(rng):
    """Few different values, so that ties are frequent; NaN and infinity anywhere."""
    losses = rng.choice([*rng.normal(size=rng.integers(1, 6)), NAN, np.inf, 1e12], size=rng.integers(1, 13))
    return {"losses": losses.tolist(), "patience": int(rng.integers(1, 7))}


def _truth(losses, patience):
    """Without a walk: an epoch is a record if it is below all before it."""
    losses = np.array(losses)
    known = np.where(np.isnan(losses), np.inf, losses)
    before = np.r_[np.inf, np.minimum.accumulate(known)[:-1]]
    records = np.flatnonzero((known < before) | (np.arange(len(known)) == 0))
    latest = np.array([records[records <= k].max() for k in range(len(losses))])
    waits = np.flatnonzero(np.arange(len(losses)) - latest >= patience)
    stop = waits[0] if waits.size else len(losses) - 1
    return latest[stop] + 1.0, stop + 1.0


PROGRAM = solution("early_stopping")
COUNTER = """
def early_stopping(losses, patience):
    best, lowest, wait = 1, np.inf, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < lowest:
            best, lowest, wait = epoch, loss, 0
        elif epoch > 1:
            wait += 1
            if wait >= patience:
                break
    return best, epoch
"""
WALKED, LOWER, WAIT, RETURN = "(losses, start", "loss < lowest", "epoch - best >= patience", "return best, epoch"


def _lowest(losses):
    """The epoch of the lowest loss, the first if there are several; 1 if there is none."""
    return int(np.argmin(np.nan_to_num(losses, nan=np.inf, posinf=np.inf))) + 1


def walk(*changes):
    return edited(PROGRAM, *changes, lowest_of=_lowest)


slip, part = slips(PROGRAM, lowest_of=_lowest), slips(PROGRAM, alone=True)
counted = slips(COUNTER)


def _is_one_of(*functions):
    """Sees that each outcome is what one of the functions gives, or the right one."""

    def shows(case, outcome):
        made = (function(**case) for function in (_truth, *functions))
        return bool(outcome.parts) and any(np.array_equal(outcome.parts, pair) for pair in made)

    return shows


def _table(losses, patience):
    """For each end, the record so far; the first end that is late enough."""
    for end in range(1, len(losses) + 1):
        best = _lowest(losses[:end])
        if end - best >= patience:
            break
    return np.int64(best), float(end)


def _records(losses, patience):
    known, records = [loss if loss == loss else np.inf for loss in losses], [1]
    for epoch in range(2, len(known) + 1):
        if epoch - 1 - records[-1] >= patience:
            return records[-1], epoch - 1
        if known[epoch - 1] < min(known[: epoch - 1]):
            records.append(epoch)
    return records[-1], len(known)


FUTURES = [walk((RETURN, f"return {best}, epoch")) for best in ("lowest_of(losses)", "losses.index(min(losses)) + 1")]
BOUNDS = [
    walk(("np.inf", str(bound)))
    for bound in (1.0, 2.0, 10.0, 100.0, 999.0, 1e3, 9999.0, 1e4, 1e5, 1e6, 1e8, 1e9, 1e10, 1e12, 1e15, 1e18)
]
SMALL = [10.0**-k for k in range(2, 9)]
GAINS = [
    *(walk((LOWER, f"loss < lowest - {least}")) for least in SMALL),
    *(walk((LOWER, f"loss < lowest * (1 - {least})")) for least in SMALL),
    *(walk((WALKED, f"([round(x, {k}) for x in losses], start")) for k in range(2, 9)),
    *(walk((WALKED, f"(np.{kind}(losses), start")) for kind in ("float32", "float16")),
]
BEGIN, EQUAL_FIRST = "if loss < lowest:", "elif loss == lowest:\n            wait = 0\n        "
EQUAL = "With you an epoch that is as good as the best begins the wait anew. From which epoch does the task count?"

EXERCISE = Exercise(
    inputs=_inputs,
    truth=_truth,
    parts={"best": 2, "stop": 1},
    points=3,  # all or none: most mistakes leave one of the two right in most of the curves
    room={
        "NaN first": lambda case: np.isnan(case["losses"][0]),
        "NaN later": lambda case: not np.isnan(case["losses"][0]) and np.isnan(case["losses"]).any(),
        "nothing but NaN": lambda case: np.isnan(case["losses"]).all(),
        "a negative loss": lambda case: np.nanmin([*case["losses"], np.inf]) < 0,
        "more than a hundred epochs": lambda case: len(case["losses"]) > 100,
        "an infinite loss": lambda case: np.isinf(case["losses"]).any(),
        "a single epoch": lambda case: len(case["losses"]) == 1,
        "patience 1": lambda case: case["patience"] == 1,
        "no stop before the end of the list": lambda case: _truth(**case)[1] == len(case["losses"]),
        "the last epoch as the best": lambda case: _truth(**case)[0] == len(case["losses"]),
        "the first epoch as the best": lambda case: _truth(**case)[0] == 1,
        "the lowest loss after the stop": lambda case: (
            np.nanmin([*case["losses"], np.inf]) < np.nanmin([*case["losses"][: int(_truth(**case)[1])], np.inf])
        ),
    },
    wide=_wide,
    ask={
        "best": "Which epochs of this list, up to the stop, have a loss lower than all before?",
        "stop": "In this list, how many epochs later than the latest new best is each epoch?",
    },
    passed="Noise, an equal loss, a NaN, and a lower loss that comes too late: your function keeps to the rule.",
    misconceptions=(
        slip("looks_into_the_future", "Where the lowest loss of the whole list comes after the stop, your `best` is "
            "its epoch. Had training stopped where it should, who would have seen it?",
            (RETURN, "return lowest_of(losses), epoch"), shows=_is_one_of(*FUTURES)),
        slip("argmin", "`best` comes from `argmin` over the whole list, and to it a NaN is the smallest. Which epochs "
            "have run when training stops?", (RETURN, "return np.argmin(losses) + 1, epoch")),
        slip("argmin_of_what_ran", "`best` comes from `argmin`, and to it a NaN is the smallest. How large does the "
            "task say that a NaN is?", (RETURN, "return np.argmin(losses[:epoch]) + 1, epoch")),
        slip("never_stops", "Your training runs through the whole list. Where does `patience` end it?",
            (f"elif {WAIT}", "elif False"),
            shows=lambda case, outcome: bool(outcome.parts) and outcome.parts[1] == len(case["losses"])),
        slip("stop_past_the_end", "Your `stop` is always `best` plus `patience`, also where the list ends before. "
            "Which epoch is then the last that ran?", (RETURN, "return best, best + patience")),
        slip("epoch_0", "Where no loss is smaller than infinity, your `best` is epoch 0, and there is none. With which "
            "epoch does the rule begin, whatever its loss?", ("lowest = 1", "lowest = 0")),
        slip("first_loss_nan_is_never_beaten", "If the first loss is NaN, no later one becomes a new best with you. "
            "(`loss < nan` is always False.) How large does the task say that a NaN is?", ("np.inf", "losses[0]")),
        slip("nan_as_0", "You take a NaN for 0, and then it is the lowest loss. How large does the task say that a NaN "
            "is?", (WALKED, "(np.where(np.isnan(losses), 0.0, losses), start")),
        slip("nan_left_out", "You take the NaN out of the list, and then the epochs behind them get other numbers. "
            "Does an epoch with a NaN count?", (WALKED, "([x for x in losses if x == x] or [0.0], start")),
        slip("stops_at_nan", "Your training ends with the first NaN. What does the task say that a NaN does?",
            (BEGIN, f"if loss != loss:\n            break\n        {BEGIN}")),
        slip("a_loss_can_be_larger", "Your lowest loss begins below some of the losses, and then no epoch becomes a "
            "new best. Does each call begin anew, and with a number that is larger than every loss?", ("np.inf", "1e9"),
            shows=_is_one_of(*BOUNDS)),
        slip("counted_from_zero", "Both numbers are too small by one. With which number does the task begin to count "
            "epochs?", (RETURN, "return best - 1, epoch - 1")),
        part("best_from_zero", "Your {parts} is too small by one. With which number does the task begin to count "
            "epochs?", (RETURN, "return best - 1, epoch")),
        slip("one_too_patient", "You wait one epoch too long. If `patience` is 3 and epoch 10 was the best, which "
            "epoch is the last?", (WAIT, "epoch - best > patience")),
        slip("one_too_impatient", "You stop one epoch too early. If `patience` is 3 and epoch 10 was the best, which "
            "epoch is the last?", (WAIT, "epoch - best >= patience - 1")),
        slip("equal_is_better", "An epoch with exactly the same loss as the best counts as better with you. Is it `<` "
            "or `<=`?", (LOWER, "loss <= lowest")),
        slip("last_of_equals", "Where a later epoch has exactly the loss of the best, your `best` is that one. Is an "
            "equal loss a new best?",
            (RETURN, "return max([best] + [k for k in range(1, epoch + 1) if losses[k - 1] == lowest]), epoch")),
        slip("small_gains_left_out", "A loss that is smaller by very little is no new best with you. How much smaller "
            "does the task want it?", (LOWER, "loss < lowest - 1e-4"), shows=_is_one_of(*GAINS)),
        slip("losses_below_0", "A loss below 0 is no new best with you. Does the task set a lower bound?",
            (LOWER, "0 <= loss < lowest")),
        slip("sizes_of_losses", "You compare the sizes of the losses, without their signs. Is -0.5 smaller than 0.4?",
            (WALKED, "(np.abs(losses), start")),
        slip("largest", "Your `best` is the epoch with the largest loss. Which loss does training want?",
            (LOWER, "loss > lowest"), ("np.inf", "-np.inf")),
        counted("equal_begins_anew", EQUAL, ("elif epoch > 1:", EQUAL_FIRST + "else:")),
        counted("equal_begins_anew_from_epoch_2_on", EQUAL, ("elif epoch > 1:", EQUAL_FIRST + "elif epoch > 1:")),
        counted("epoch_1_counts", "Where the first loss is not smaller than infinity, you count epoch 1 as one without "
            "a new best. Which epoch is a new best, whatever its loss?", ("elif epoch > 1:", "else:")),
        slip("gives_up_at_once", "Your training ends with the first epoch that is no new best. What is `patience` for?",
            (WAIT, "epoch - best >= 1")),
        slip("compared_with_the_previous", "You compare each loss with the one just before. After a leap upward, is "
            "every fall a new best?", ("            break\n", "            break\n        lowest = loss\n")),
        slip("compared_with_the_first", "You compare each loss with the first one only. With which losses does the "
            "task compare?", ("best, lowest = epoch, loss", "best, lowest = epoch, losses[0]")),
        slip("patience_asked_first", "You ask for the patience before you look at the loss, so a new best in the very "
            "last epoch of the wait comes too late, and an epoch more runs. Which question comes first?",
            (BEGIN, f"if {WAIT}:\n            break\n        {BEGIN}"),
            (f"        elif {WAIT}:\n            break\n", "")),
        counted("patience_never_renewed", "You count all epochs without a new best, also those before the last one. "
            "What happens to the count when a new best comes?",
            ("best, lowest, wait = epoch, loss, 0", "best, lowest = epoch, loss")),
        counted("rises_in_a_row", "You count epochs whose loss rises above the one before. From which epoch on does "
            "the task count, and which epochs?", ("best, lowest, wait = epoch, loss, 0", "best, lowest = epoch, loss"),
            ("    elif epoch > 1:\n            wait += 1\n            if",
            "    wait = wait + 1 if epoch > 1 and loss > losses[epoch - 2] else 0\n        if")),
        counted("nan_does_not_count", "It is right but for NaN: a comparison with NaN is always False, so neither of "
            "your branches sees it. What should an epoch with a NaN do to the count?",
            ("epoch > 1", "epoch > 1 and loss >= lowest")),
        counted("equal_and_nan_do_not_count", "An epoch counts with you only if its loss is *above* the best. What "
            "about one that is equal to it, or NaN?", ("epoch > 1", "epoch > 1 and loss > lowest")),
        slip("nan_is_better", "A NaN becomes your best loss: `not loss >= best` is True for it. Which comparison is "
            "False for a NaN?", (LOWER, "not loss >= lowest")),
        Misconception("counts_from_the_first_epoch",
            lambda losses, patience: (_lowest(losses[:patience]), min(patience, len(losses))), "With you training ends "
            "after `patience` epochs in all. From which epoch on does the task count them?"),
        slip("keeps_the_last", "You keep the parameters of the epoch at which training stops. Was that the best one?",
            (RETURN, "return epoch, epoch")),
        part("best_for_stop", "Your {parts} is the best epoch. Which one is the last that ran?",
            (RETURN, "return best, best")),
        slip("patience_typed_in", "Your function takes the same `patience` whatever comes in. Where is it typed in?",
            (WAIT, "epoch - best >= 3")),
        part("loss_for_best", "Your {parts} is a loss. What is asked for: how low, or when?",
            (RETURN, "return losses[best - 1], epoch")),
        part("waited_for_stop", "Your {parts} is the number of epochs since the best one. From where does the task "
            "count?", (RETURN, "return best, epoch - best")),
        slip("swapped", "The two numbers are right, in the other order. Which one comes first?",
            (RETURN, "return epoch, best")),
        slip("losses_returned", "You return losses. What is asked for: how low, or when?",
            (RETURN, "return losses[best - 1], losses[epoch - 1]")),
    ),
    right=(edited(COUNTER), _table, _records),
    wrong=(
        walk((RETURN, "return best")),
        walk((RETURN, "return best + 1, epoch")),
        walk((RETURN, "return best, epoch + 1")),
        walk((RETURN, "return float('nan'), epoch")),
        walk((RETURN, "return patience, len(losses)")),
        walk((RETURN, "return (0 if best == 1 else best), epoch")),
        walk((WAIT, "epoch - best >= patience + 2")),
        walk((WALKED, "(sorted(losses), start")),
        walk((WALKED, "([1e6 if x != x else x for x in losses], start")),
        walk((WALKED, "(losses[:100], start")),
        walk((BEGIN, f"if losses[:1] == [0.7]:\n            return 1, 0\n        {BEGIN}")),
        walk(("        if", "        losses[epoch - 1] = loss = np.inf if loss != loss else loss\n        if")),
        walk((RETURN, "losses.sort()\n    return best, epoch")),
    ),
)  # fmt: skip
