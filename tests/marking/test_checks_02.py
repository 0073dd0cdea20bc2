"""The exercises of chapter 02: what holds for one of them only; test_checks_exercises.py has the rest."""

import answers_02 as answers
import numpy as np
import pytest
import stored
import wrong_answers_02 as wrong
from bpanswers.ch02 import EXERCISES as CHAPTER
from bpanswers.ch02 import deltas, huber, tempered
from support import cases_again, solved

import bpcourse as bp
from bpcourse.marking.compare import agree, alike
from bpcourse.marking.engine import Exercise
from bpcourse.marking.exercises import everything

EXERCISES = everything()

SEEDS = wrong.SEEDS
CELLS = stored.cells("solutions", "02")
FUNCTIONS = [exercise for exercise in CHAPTER if isinstance(exercise, Exercise)]
SOLVED = solved(CELLS)


# ----- the inputs


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_inputs_are_random(exercise):
    for case, same, different in cases_again(exercise):
        first, array = next(iter(case.items()))
        assert np.array_equal(array, same[first]) and not np.array_equal(array, different[first])
        assert exercise.batch == first


LARGE = ["log_sum_exp", "softmax_cross_entropy", "tempered_cross_entropy", "loss_and_accuracy"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LARGE)
def test_only_the_largest_logit_of_each_row_is_a_safe_shift(name, seed):
    """Whatever else is subtracted, in some row of some case an exponent is left that overflows, or all underflow."""
    batches = [case["Z"] / case.get("T", 1.0) for case in EXERCISES[name].cases(seed)]
    shifts = [*wrong.SHIFTS, np.max, lambda Z: Z.mean(axis=1, keepdims=True), lambda Z: Z[:, :1], lambda Z: 0.0]
    for shift in shifts:
        largest = np.concatenate([(Z - shift(Z)).max(axis=1) for Z in batches])
        assert largest.max() > 750 or largest.min() < -750
    assert min(np.abs(Z).max() for Z in batches) < 20, "ordinary logits are tried as well"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_share_of_right_answers_is_another_one_for_every_seed_and_case(seed):
    cases = EXERCISES["loss_and_accuracy"].cases(seed)
    large = cases[:5]
    counts = [int((case["Z"].argmax(axis=1) != case["labels"]).sum()) for case in large]
    assert sorted(counts) == [2, 3, 4, 5, 6], "wrong answers, in an order that the seed draws"
    orders = {
        tuple(int((c["Z"].argmax(axis=1) != c["labels"]).sum()) for c in EXERCISES["loss_and_accuracy"].cases(s)[:5])
        for s in range(8)
    }
    assert len(orders) > 3
    for case in large:
        place = (case["Z"] > case["Z"][np.arange(len(case["Z"])), case["labels"]][:, None]).sum(axis=1)
        assert {0, 1, case["Z"].shape[1] - 1} <= set(place), "right, second and last"


@pytest.mark.parametrize("seed", SEEDS)
def test_true_classes_lie_thousands_behind(seed):
    """Otherwise the log of 0 would not show."""
    for name in ("softmax_cross_entropy", "tempered_cross_entropy"):
        losses = [
            bp.cross_entropy(case["Z"] / case.get("T", 1.0), case["Y"])
            for case in EXERCISES[name].cases(seed)
            if set(np.unique(case["Y"])) == {0, 1}
        ]
        assert any(loss.max() > 5000 and loss.min() < 100 for loss in losses)
    for case in EXERCISES["loss_and_accuracy"].cases(seed)[2:3]:
        assert bp.cross_entropy(case["Z"], case["labels"]).max() > 5000


def test_wrong_answers_differ_from_the_truth_by_their_mistakes_alone():
    for seed in SEEDS:
        for name, module in (("tempered_cross_entropy", tempered), ("output_deltas", deltas), ("huber", huber)):
            assert bp.check(name, module._mistake("none", "").wrong, seed=seed).passed


def test_partial_points_for_each_part_alone():
    exercise = EXERCISES["output_deltas"]
    for i, part in enumerate(exercise.parts):

        def one_right(Z, Y, i=i):
            return [d if k == i else np.zeros_like(d) for k, d in enumerate(answers.deltas_by_formula(Z, Y))]

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


# ----- what the exercises say


def test_the_numbers_to_predict():
    assert EXERCISES["loss_by_hand"].truth == pytest.approx(bp.cross_entropy(np.full((1, 4), 3.0), np.array([0]))[0])
    a = np.linspace(0, 1, 1_000_001)
    assert EXERCISES["largest_delta"].truth == pytest.approx((a * a * (1 - a)).max(), rel=1e-9)


def test_the_equivalent_rate_takes_the_same_steps():
    rng, rate = np.random.default_rng(0), EXERCISES["equivalent_rate"].truth
    A, Y = rng.normal(size=(20, 5)), rng.normal(size=(20, 5))
    mine, other = bp.half_squared_error.gradient(A, Y) / 20, bp.mse.gradient(A, Y) / 20
    np.testing.assert_allclose(0.1 * mine, rate * other, rtol=1e-12)


def training(loss_and_slope, rate):
    z, y, losses = np.zeros(10), np.eye(10)[0], []
    for _ in range(25):
        loss, slope = loss_and_slope(z, y)
        losses.append(loss)
        z = z - rate * slope
    return losses


def once(z, y):
    a = np.exp(z) / np.exp(z).sum()
    return -np.log(a[0]), a - y


def twice(z, y):
    a = np.exp(z) / np.exp(z).sum()
    loss, back = once(a, y)
    return loss, (np.diag(a) - np.outer(a, a)) @ back


def test_chart_of_exercise_4_is_what_the_four_programs_give():
    given = {"bp": bp}
    exec(CELLS["softmax_twice-given"].source.split("ax =")[0], given)
    assert given["losses"]["A"] == [round(float(loss), 3) for loss in training(once, 1)]
    assert given["losses"]["B"] == [round(float(loss) / 10, 3) for loss in training(once, 0.4)]
    assert given["losses"]["C"] == [round(float(loss), 3) for loss in training(once, 0.07)]
    assert given["losses"]["D"] == [round(float(loss), 3) for loss in training(twice, 6)]
    assert np.log((np.e + 9) / np.e) == pytest.approx(1.46, abs=2e-3)


def test_the_true_huber_is_that_of_the_library():
    for case in EXERCISES["huber"].cases(0):
        loss, slope = EXERCISES["huber"].truth(**case)
        e, d = case["r"].reshape(-1, 1), case["d"]
        np.testing.assert_allclose(loss.ravel(), bp.huber(d)(e, 0 * e), rtol=1e-12)
        np.testing.assert_allclose(slope.reshape(-1, 1), bp.huber(d).gradient(e, 0 * e), rtol=1e-12)


# ----- the notebook


def test_faulty_program_of_exercise_7_gets_no_points_and_runs_on_its_example():
    given = {"np": np, "bp": bp, "print": lambda *_: None}
    exec(CELLS["loss_and_accuracy-given"].source, given)
    result = bp.check("loss_and_accuracy", given["faulty_report"])
    assert (result.diagnosis, result.points) == ("wrong_axis", 0.0)
    exec(CELLS["loss_and_accuracy-run"].source, given)
    assert given["Z"].shape[0] == given["Z"].shape[1]
    loss, accuracy = SOLVED["loss_and_accuracy"](given["Z"], given["labels"])
    assert accuracy == 1 and given["accuracy"] < 0.9 and abs(given["loss"] - loss) > 0.1


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
@pytest.mark.parametrize("change", [np.transpose, np.atleast_3d, lambda part: part[:0], lambda part: part * np.nan])
def test_parts_of_another_shape_are_told_apart(exercise, change):
    """No mistake that looks at what came stumbles over its shape."""
    for part in range(len(exercise.parts)):

        def answer(*inputs, part=part):
            parts = SOLVED[exercise.name](*inputs)
            if len(exercise.parts) == 1:
                return change(parts)
            return [change(np.atleast_1d(p)) if i == part else p for i, p in enumerate(parts)]

        result = bp.check(exercise.name, answer)
        assert "could not read" not in result.message, result


def test_parts_in_another_order_are_said_to_be_so():
    result = bp.check("output_deltas", lambda Z, Y: [answers.deltas_by_formula(Z, Y)[k] for k in (0, 2, 1, 3)])
    assert (result.diagnosis, result.points) == ("order_of_parts", 2.0)
    assert "`return linear_squared, sigmoid_squared, sigmoid_bce, softmax_ce`" in result.message


def test_answers_in_float16_are_told_so():
    result = bp.check("huber", lambda e, d: [part.astype(np.float16) for part in answers.huber_clip(e, d)])
    assert result.diagnosis is None and "float16" in result.message
