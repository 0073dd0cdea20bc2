"""The exercises on training with real data: what holds for one of them only; test_exercises.py has the rest."""

import copy
import math

import numpy as np
import pytest
import stored
from bpanswers import big_gradient, experiment
from bpanswers.common.choice_of_epoch import choice_matters, equal_sign_matters, equals_matter
from bpanswers.common.edits import edited, solution
from support import SEEDS, cases_again

import bpcourse as bp
from bpcourse.marking.exercises import find
from bpcourse.plots import style
from bpcourse.training import minibatches

CELLS = stored.cells("solutions", "training")
FUNCTIONS = ("epoch_batches", "confusion", "leaky_deviation", "big_gradient", "early_stopping", "linear_epoch",
             "experiment", "digit_gradients", "train_digits")  # fmt: skip


# ----- the inputs


def numbers(value):
    """Every array in a value of a case, also those in lists and tuples."""
    if isinstance(value, np.ndarray):
        return [value]
    return [array for entry in value for array in numbers(entry)] if isinstance(value, list | tuple) else []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_inputs_are_random(name):
    for case, same, different in cases_again(find(name)):
        for key, value in case.items():
            for array, twin in zip(numbers(value), numbers(same[key]), strict=True):
                assert np.array_equal(array, twin)
                assert array.dtype in (np.float64, np.int64)
            pairs = zip(numbers(value), numbers(different[key]), strict=True)
            assert all(not np.array_equal(a, b) for a, b in pairs if a.dtype == float)


@pytest.mark.parametrize("name", ["linear_epoch", "experiment", "big_gradient"])
def test_what_comes_in_lists_can_be_copied_and_a_change_of_it_is_seen(name):
    def spoils(*args):
        copy.deepcopy(args[-3:])
        for array in (array for value in args for array in numbers(value)):
            array[...] = 0
        return find(name).truth(*args)

    assert "changed its argument" in bp.check(name, spoils).message


# ----- with a pencil


def test_updates_are_counted():
    rng = np.random.default_rng(0)
    updates = sum(1 for _ in range(20) for _ in minibatches(1437, 32, rng))
    assert find("count_updates").truth == updates


@pytest.mark.parametrize("slope, square", [(0.0, 0.5), (1.0, 1.0), (0.3, 0.545)])
def test_deviation_is_he_for_slope_0_and_keeps_z_for_slope_1(slope, square):
    assert find("leaky_deviation").truth(40, 7, slope) == pytest.approx((40 * square) ** -0.5, rel=1e-12)


def test_deviation_keeps_the_variance_through_ten_layers():
    rng, z = np.random.default_rng(0), np.random.default_rng(1).normal(size=(2000, 60))
    for _ in range(10):
        W = find("leaky_deviation").truth(60, 60, 0.4) * rng.normal(size=(60, 60))
        z = bp.leaky_relu(0.4)(z) @ W.T
    assert 0.5 < z.var() < 2  # He's deviation gives 1.16 ** 10 = 4.4 times as much, one without an activation 0.004


# ----- batches


def batches_check(function):
    return bp.check("epoch_batches", function)


def test_answer_that_is_no_list_of_arrays_is_told_what_came():
    asked = "should return a list of arrays of indices, one array for each batch; "
    for value, words in (
        (7, "an int came"),
        ({"a": 1}, "a dict came"),
        ("text", "text came"),
        ([np.array([0.5])], "a piece holds float64, and only whole numbers are indices"),
        ([np.array([True])], "a piece holds bool"),
        ([np.zeros((2, 2), int)], "a piece has 2 axes"),
    ):
        message = batches_check(lambda n, size, rng, value=value: value).message
        assert asked + words in message


def test_error_in_the_batches_names_the_line_of_the_answer():
    def epoch_batches(n, size, rng):
        return rng.permute(n)

    result = bp.check(epoch_batches)
    assert "`return rng.permute(n)`" in result.message and "AttributeError" in result.message


def test_order_is_looked_at_in_both_ways():
    """A generator of one's own is caught whether its seed is fixed or not."""

    def with_own(generator):
        return batches_check(lambda n, size, rng: np.split(generator().permutation(n), range(size, n, size))).diagnosis

    assert with_own(lambda: np.random.default_rng(3)) == "same_every_epoch"
    assert with_own(lambda: np.random.default_rng()) == "own_dice"


@pytest.mark.parametrize(
    "slices, held",
    [
        ("order[at : at + size + 1]", "5, 5, 5, 5, ..."),
        ("order[:1]", None),
        ("order[at : at + 2 * size]", "8, 8, 8, 8, ..."),
    ],
)
def test_what_batches_hold_is_said_where_they_are_too_long(slices, held):
    result = batches_check(edited(solution("epoch_batches"), ("order[at : at + size]", slices)))
    assert (result.diagnosis == "other_lengths") == bool(held)
    assert (held or "What would you do with a pack of cards?") in result.message


# ----- what was accepted once


@pytest.mark.parametrize(
    "answers, kind",
    [
        ("bp.softmax(scores).argmax(axis=1)", "very small scores"),
        ("scores.astype(np.float32).argmax(axis=1)", "scores that differ in late digits only"),
    ],
)
def test_scores_of_any_size_are_told_apart(answers, kind):
    wrong = edited(solution("confusion"), ("scores.argmax(axis=1)", answers))
    for seed in SEEDS:
        assert f"but not in those with {kind}." in bp.check("confusion", wrong, seed=seed).message


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
def test_counts_that_wrap_round_are_seen(dtype):
    def confusion(labels, scores):
        counts, accuracy = edited(solution("confusion"))(labels, scores)
        return counts.astype(np.int64).astype(dtype), accuracy

    assert [bp.check(confusion, seed=seed).points for seed in SEEDS] == [1.0] * len(SEEDS)


# ----- accumulation and stopping


def test_grad_is_a_mean_and_refuses_what_is_too_large():
    rng = np.random.default_rng(0)
    grad, X, Y = big_gradient._Grad(rng.normal(size=(4, 3)), 6), rng.normal(size=(6, 4)), rng.uniform(-0.9, 0.9, (6, 3))
    np.testing.assert_allclose(grad(X, Y), grad.of_all([(X, Y)]), rtol=1e-12)
    with pytest.raises(MemoryError, match="at most 6 examples; 7 came"):
        grad(np.ones((7, 4)), np.ones((7, 3)))


@pytest.mark.parametrize("seed", SEEDS)
def test_curves_have_every_trap(seed):
    ties = late = rises = small = lost = passing = unstopped = 0
    for losses, patience in (case.values() for case in find("early_stopping").cases(seed)):
        best, stop = (int(k) for k in find("early_stopping").truth(losses, patience))
        seen = losses[:stop]
        ties += losses[best - 1] in losses[best:stop]
        late += any(loss < losses[best - 1] for loss in losses)
        rises += any(later > earlier for earlier, later in zip(seen[: best - 1], seen[1:best], strict=True))
        small += any(0 < a - b < 1e-4 * a for a, b in zip(seen, seen[1:], strict=False))
        lost += any(math.isnan(loss) for loss in seen)
        passing += any(math.isnan(loss) for loss in losses[:best])
        unstopped += stop == len(losses)
    assert min(ties, late, rises, small) >= 3 and min(lost, passing, unstopped) > 1


@pytest.mark.parametrize(
    "losses, patience, expected",
    [
        ((np.nan, np.nan, np.nan), 2, (1, 3)),
        ((np.nan, 5.0, np.nan, 4.0), 2, (4, 4)),
        ((np.inf, np.inf, 1.0, 1.0), 1, (1, 2)),
        ((np.nan, np.inf, 1.0, 1.0), 2, (3, 4)),
        ((3.0,), 1, (1, 1)),
        ((3.0, 4.0, 2.0, 3.0, 1.0), 2, (5, 5)),
    ],
)
def test_rule_of_stopping_on_losses_that_are_traps(losses, patience, expected):
    exercise = find("early_stopping")
    assert exercise.truth(list(losses), patience) == expected
    assert all(right(list(losses), patience) == expected for right in exercise.right)


# ----- the experiment


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_kept_depends_on_what_it_is_chosen_by(seed):
    first, second, third, fourth, *_ = find("experiment").cases(seed)
    assert choice_matters(first, experiment._epochs(first)) and experiment._bugs_matter(second)
    assert equals_matter(third, experiment._epochs(third)) and equal_sign_matters(fourth, experiment._epochs(fourth))


BUGS = {
    "labels_left_behind": (("labels[at : at + size], classes", "labels[rows], classes"),),
    "gradients_not_zeroed": (("+= delta", "= delta"),),
    "chosen_by_the_test_set": (
        ("right = np.mean((test[0] @ W.T + b).argmax(axis=1) == test[1])",
         "right = np.mean((validation[0] @ W.T + b).argmax(axis=1) == validation[1])"),
        ("return *kept, best", "return *kept, np.mean((test[0] @ kept[0].T + kept[1]).argmax(axis=1) == test[1])"),
    ),
}  # fmt: skip


def mended(source, names):
    return edited(source, *(change for name in names for change in BUGS[name]))


def test_faulty_program_has_three_bugs():
    source = CELLS["experiment-given"].source
    for seed in SEEDS:
        for kept in range(8):
            left = [name for k, name in enumerate(BUGS) if kept >> k & 1]
            result = bp.check("experiment", mended(source, [name for name in BUGS if name not in left]), seed=seed)
            assert result.passed if not left else result.diagnosis == "_and_".join(left), result
            assert (len(left) > 1) == ("not the only bug" in result.message)


def test_half_a_repair_of_the_leak_is_seen():
    """Chosen by the validation set, but what is reported is the accuracy that it was chosen by."""
    source = CELLS["experiment-given"].source.replace("test[0]", "validation[0]").replace("test[1]", "validation[1]")
    function = mended(source, ["labels_left_behind", "gradients_not_zeroed"])
    assert bp.check("experiment", function).diagnosis == "validation_accuracy_reported"


# ----- learning curves


def test_runs_are_what_the_messages_say():
    given = {"np": np, "bp": bp}
    exec(CELLS["right_advice-given"].source, given)
    exec(CELLS["right_advice-run"].source.split("ax = ")[0], given)
    training, validation = zip(*(np.array(given["runs"][name]) for name in "ABCD"), strict=True)
    leaps = [(np.diff(losses) > 0.1).sum() for losses in training]
    assert leaps[0] >= 8 and leaps[1:] == [0, 0, 0]
    assert (np.diff(training[1]) < 0).all() and (np.diff(validation[1]) < 0).all()
    assert abs(training[1] - validation[1])[5:].max() < 0.15 and validation[1][-1] > 1
    lowest = validation[2].argmin() + 1
    assert 7 <= lowest <= 13 and validation[2][-1] > validation[2].min() + 0.2 and training[2][-1] < 0.6
    assert validation[3][-1] < 1.03 * validation[3].min() and validation[3].argmin() > 30
    assert (validation[3] > training[3])[5:].all()


def test_plot_of_runs_shows_each_in_its_panel():
    runs = {"P": ([3.0, 2.0, 1.0], [3.0, 2.5, 2.2]), "Q": ([2.0, 1.5, 1.2, 1.1], [2.0, 1.6, 1.3, 1.2])}
    ax = bp.plots.plot_runs(runs, title="A claim")
    lines = [line for line in ax.lines if line.get_color() in (style.INK, style.ACCENT)]
    assert [list(line.get_ydata()) for line in lines] == [losses for pair in runs.values() for losses in pair]
    ends = [line.get_xdata()[[0, -1]] for line in lines]
    assert ends[1][1] < ends[2][0] and len(lines[2].get_xdata()) == 4
    texts = [text.get_text() for text in ax.texts]
    assert texts.count("validation") == texts.count("training") == 1 and {"run P", "run Q"} < set(texts)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "3", "1", "2", "4"]
    assert ax.get_ylim()[0] == 0 and ax.get_title(loc="left") == "A claim"
