"""The exercises on losses: what holds for one of them only."""

import numpy as np
import pytest
import stored
from bpanswers import loss_and_accuracy
from bpanswers.common.logits import one_hot
from bpanswers.common.shifts import LARGEST, SHIFTS
from support import cases_again, solved

import bpcourse as bp
from bpcourse.marking.compare import agree, alike
from bpcourse.marking.exercises import find

SEEDS = range(5)
CELLS = stored.cells("solutions", "losses")
SOLVED = solved(CELLS)
LARGE = ["log_sum_exp", "softmax_cross_entropy", "tempered_cross_entropy", "loss_and_accuracy"]
FUNCTIONS = ["huber", "output_deltas", *LARGE]


# ----- the inputs


@pytest.mark.parametrize("name", FUNCTIONS)
def test_inputs_are_random(name):
    for case, same, different in cases_again(find(name)):
        first, array = next(iter(case.items()))
        assert np.array_equal(array, same[first]) and not np.array_equal(array, different[first])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LARGE)
def test_only_the_largest_logit_of_each_row_is_a_safe_shift(name, seed):
    """Whatever else is subtracted, in some row of some case an exponent is left that overflows, or all underflow."""
    batches = [case["Z"] / case.get("T", 1.0) for case in find(name).cases(seed)]
    for _, shift, _ in (*SHIFTS, ("nothing", "0.0", ""), ("half", f"{LARGEST} / 2", "")):
        exponents = eval(f"lambda Z: Z - {shift}", {"np": np})
        largest = np.concatenate([exponents(Z).max(axis=1) for Z in batches])
        assert largest.max() > 750 or largest.min() < -750, shift
    assert min(np.abs(Z).max() for Z in batches) < 20, "ordinary logits are tried as well"


def wrong_decisions(seed):
    """Their number in each of the five large cases of loss_and_accuracy."""
    cases = find("loss_and_accuracy").cases(seed)[:5]
    return tuple(int((case["Z"].argmax(axis=1) != case["labels"]).sum()) for case in cases)


def test_the_share_of_right_answers_is_another_one_for_every_seed_and_case():
    assert all(sorted(wrong_decisions(seed)) == [2, 3, 4, 5, 6] for seed in SEEDS)
    assert len({wrong_decisions(seed) for seed in range(8)}) > 3
    for seed in SEEDS:
        for case in find("loss_and_accuracy").cases(seed)[:5]:
            true = np.take_along_axis(case["Z"], case["labels"][:, None], axis=1)
            assert {0, 1, case["Z"].shape[1] - 1} <= set((case["Z"] > true).sum(axis=1)), "right, second and last"


@pytest.mark.parametrize("seed", SEEDS)
def test_true_classes_lie_thousands_behind(seed):
    """Otherwise the log of 0 would not show."""
    for name in ("softmax_cross_entropy", "tempered_cross_entropy"):
        cases = [case for case in find(name).cases(seed) if one_hot(case)]
        losses = [bp.cross_entropy(case["Z"] / case.get("T", 1.0), case["Y"]) for case in cases]
        assert any(loss.max() > 5000 and loss.min() < 100 for loss in losses)
    case = find("loss_and_accuracy").cases(seed)[2]
    assert bp.cross_entropy(case["Z"], case["labels"]).max() > 5000


# ----- what is said


def test_partial_points_for_each_part_alone():
    parts = find("output_deltas").parts
    for i, part in enumerate(parts):

        def one_right(Z, Y, i=i):
            return [d if k == i else np.zeros_like(d) for k, d in enumerate(SOLVED["output_deltas"](Z, Y))]

        result = bp.check("output_deltas", one_right)
        assert (result.points, result.status) == (1.0, "In part")
        assert result.message.startswith(f"`{part}` is right. ")


def test_an_answer_that_overflows_is_like_the_misconception_that_does():
    """NaN is no number, but it is the mark of a mistake; of the one in these places, and of no other."""
    bad, other = np.array([1.0, np.nan, np.inf]), np.array([1.0, np.nan, 3.0])
    assert alike(bad, bad.copy()) and not alike(bad, other) and not alike(other, bad)
    assert not alike(np.array([2.0, np.nan, np.inf]), bad) and not alike(bad, -bad) and not alike(bad[:2], bad)
    with np.errstate(invalid="ignore"):
        assert not agree(bad, bad)  # and it never passes


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("change", [np.transpose, np.atleast_3d, lambda part: part[:0]])
def test_parts_of_another_shape_are_told_apart(name, change):
    """No mistake that looks at what came stumbles over its shape."""
    count = len(find(name).parts)
    for k in range(count):

        def answer(*inputs, k=k):
            parts = SOLVED[name](*inputs)
            if count == 1:
                return change(parts)
            return [change(np.atleast_1d(part)) if i == k else part for i, part in enumerate(parts)]

        assert "could not read" not in bp.check(name, answer).message


def test_the_label_that_is_no_row_is_the_first_one_that_numpy_names():
    Z, labels = np.zeros((3, 6)), np.array([1, 5, 4])
    with pytest.raises(IndexError) as raised:
        Z[labels]
    case = {"Z": Z, "labels": labels}
    came = find("loss_and_accuracy").outcome(lambda Z, labels: Z[labels], case)
    assert str(raised.value) in came.error and loss_and_accuracy._labels_for_rows(case, came)


# ----- the numbers


def test_the_numbers_to_predict():
    assert find("loss_by_hand").truth == pytest.approx(bp.cross_entropy(np.full((1, 4), 3.0), np.array([0]))[0])
    a = np.linspace(0, 1, 1_000_001)
    assert find("largest_delta").truth == pytest.approx((a * a * (1 - a)).max(), rel=1e-9)


@pytest.mark.parametrize("name", ["loss_by_hand", "largest_delta"])
def test_four_digits_are_enough_and_all_four_must_be_right(name):
    typed = float(f"{find(name).truth:.4g}")
    last = 10.0 ** np.floor(np.log10(typed) - 3)
    assert bp.check(name, typed).passed
    assert not bp.check(name, typed + last).passed and not bp.check(name, typed - last).passed


def test_the_equivalent_rate_takes_the_same_steps():
    rng, rate = np.random.default_rng(0), find("equivalent_rate").truth
    A, Y = rng.normal(size=(20, 5)), rng.normal(size=(20, 5))
    mine, other = bp.half_squared_error.gradient(A, Y) / 20, bp.mse.gradient(A, Y) / 20
    np.testing.assert_allclose(0.1 * mine, rate * other, rtol=1e-12)


def once(z, y):
    a = np.exp(z) / np.exp(z).sum()
    return -np.log(a[0]), a - y


def twice(z, y):
    a = np.exp(z) / np.exp(z).sum()
    loss, back = once(a, y)
    return loss, (np.diag(a) - np.outer(a, a)) @ back


def test_the_chart_of_four_programs_is_what_they_give():
    def training(loss_and_slope, rate, divisor=1):
        z, y, losses = np.zeros(10), np.eye(10)[0], []
        for _ in range(25):
            loss, slope = loss_and_slope(z, y)
            losses.append(round(float(loss) / divisor, 3))
            z = z - rate * slope
        return losses

    given = {"bp": bp}
    exec(CELLS["softmax_twice-given"].source.split("ax =")[0], given)
    four = {"A": training(once, 1), "B": training(once, 0.4, 10), "C": training(once, 0.07), "D": training(twice, 6)}
    assert given["losses"] == four
    assert np.log((np.e + 9) / np.e) == pytest.approx(1.46, abs=2e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_lost_logits_are_named_however_large_the_rounding_is(seed):
    """The sum of a - y is 0 but for rounding. Without a shift of the logits, the rounding is larger."""

    def answer(Z, Y, T):
        log_A = Z / T - np.logaddexp.reduce(Z / T, axis=1)[:, None]
        dU = np.exp(log_A) - Y
        return -(Y * log_A).sum(axis=1), dU / T, -dU.sum(axis=1) / T**2

    result = bp.check("tempered_cross_entropy", answer, seed=seed)
    assert (result.diagnosis, result.points) == ("logits_missing_in_dT", 2.0)


def test_the_true_huber_is_that_of_the_library():
    for case in find("huber").cases(0):
        loss, slope = find("huber").truth(**case)
        e, d = case["r"].reshape(-1, 1), case["d"]
        np.testing.assert_allclose(loss.ravel(), bp.huber(d)(e, 0 * e), rtol=1e-12)
        np.testing.assert_allclose(slope.reshape(-1, 1), bp.huber(d).gradient(e, 0 * e), rtol=1e-12)


def test_the_faulty_program_gets_no_points_and_runs_on_its_example():
    given = {"np": np, "bp": bp, "print": lambda *_: None}
    exec(CELLS["loss_and_accuracy-given"].source, given)
    result = bp.check("loss_and_accuracy", given["faulty_report"])
    assert (result.diagnosis, result.points) == ("wrong_axis", 0.0)
    exec(CELLS["loss_and_accuracy-run"].source, given)
    assert given["Z"].shape[0] == given["Z"].shape[1]
    loss, accuracy = SOLVED["loss_and_accuracy"](given["Z"], given["labels"])
    assert accuracy == 1 and given["accuracy"] < 0.9 and abs(given["loss"] - loss) > 0.1
