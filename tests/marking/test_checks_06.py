"""The exercises of chapter 06: what holds for one of them only; test_checks_exercises.py has the rest."""

import copy
import math
import time

import answers_06 as answers
import numpy as np
import pytest
import stored
import wrong_answers_06 as wrong
from bpanswers.ch06 import EXERCISES as CHAPTER
from bpanswers.ch06 import digits
from bpanswers.ch06.accumulate import _Grad
from bpanswers.ch06.digit_programs import fit
from bpanswers.ch06.epochs import epoch
from bpanswers.ch06.experiment import _equal_matters, _picks, experiment
from bpanswers.ch06.gradients import gradients
from bpanswers.ch06.stopping_walks import walk
from support import cases_again

import bpcourse as bp
from bpcourse.marking import guard
from bpcourse.marking.engine import Exercise
from bpcourse.marking.exercises import everything
from bpcourse.plots import style
from bpcourse.training import minibatches

EXERCISES = everything()

SEEDS = wrong.SEEDS
CELLS = stored.cells("solutions", "06")
FUNCTIONS = [exercise for exercise in CHAPTER if isinstance(exercise, Exercise)]


# ----- the inputs


def numbers(value):
    """Every array in a value of a case, also those in lists and tuples."""
    if isinstance(value, np.ndarray):
        return [value]
    return [array for entry in value for array in numbers(entry)] if isinstance(value, list | tuple) else []


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_inputs_are_random(exercise):
    for case, same, different in cases_again(exercise):
        for name, value in case.items():
            for array, twin in zip(numbers(value), numbers(same[name]), strict=True):
                assert np.array_equal(array, twin)
                assert array.dtype in (np.float64, np.int64)
            pairs = zip(numbers(value), numbers(different[name]), strict=True)
            assert all(not np.array_equal(a, b) for a, b in pairs if a.dtype == float)


@pytest.mark.parametrize("name", ["linear_epoch", "experiment", "big_gradient"])
def test_what_comes_in_lists_can_be_copied_and_a_change_of_it_is_seen(name):
    def spoils(*args):
        copy.deepcopy(args[-3:])
        for array in (array for value in args for array in numbers(value)):
            array[...] = 0
        return EXERCISES[name].truth(*args)

    assert "changed its argument" in bp.check(name, spoils).message


def test_programs_without_a_mistake_are_the_truth():
    """The faulty programs differ from the truth by their faults alone."""
    for name, function in (
        ("linear_epoch", epoch),
        ("experiment", experiment),
        ("early_stopping", walk),
        ("digit_gradients", gradients),
        ("train_digits", fit),
    ):
        assert all(bp.check(name, function, seed=seed).passed for seed in SEEDS), name


# ----- with a pencil


def test_count_of_exercise_1_is_counted():
    rng = np.random.default_rng(0)
    updates = sum(1 for _ in range(20) for _ in minibatches(1437, 32, rng))
    assert EXERCISES["count_updates"].truth == updates


@pytest.mark.parametrize("slope, square", [(0.0, 0.5), (1.0, 1.0), (0.3, 0.545)])
def test_deviation_is_he_for_slope_0_and_keeps_z_for_slope_1(slope, square):
    assert EXERCISES["leaky_deviation"].truth(40, 7, slope) == pytest.approx((40 * square) ** -0.5, rel=1e-12)


def test_deviation_keeps_the_variance_through_ten_layers():
    rng, z = np.random.default_rng(0), np.random.default_rng(1).normal(size=(2000, 60))
    for _ in range(10):
        W = EXERCISES["leaky_deviation"].truth(60, 60, 0.4) * rng.normal(size=(60, 60))
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
        return batches_check(lambda n, size, rng: answers.batches_by_choice(n, size, generator())).diagnosis

    assert with_own(lambda: np.random.default_rng(3)) == "same_every_epoch"
    assert with_own(lambda: np.random.default_rng()) == "own_dice"


# ----- accumulation and stopping


def test_grad_is_a_mean_and_refuses_what_is_too_large():
    rng = np.random.default_rng(0)
    grad, X, Y = _Grad(rng.normal(size=(4, 3)), 6), rng.normal(size=(6, 4)), rng.uniform(-0.9, 0.9, (6, 3))
    np.testing.assert_allclose(grad(X, Y), grad.of_all([(X, Y)]), rtol=1e-12)
    with pytest.raises(MemoryError, match="at most 6 examples; 7 came"):
        grad(np.ones((7, 4)), np.ones((7, 3)))


@pytest.mark.parametrize("seed", SEEDS)
def test_curves_have_every_trap(seed):
    cases = EXERCISES["early_stopping"].cases(seed)
    ties = late = rises = small = lost = passing = unstopped = 0
    for losses, patience in (case.values() for case in cases):
        best, stop = (int(k) for k in EXERCISES["early_stopping"].truth(losses, patience))
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
    ],
)
def test_rule_of_stopping_on_losses_that_are_no_numbers(losses, patience, expected):
    truth = EXERCISES["early_stopping"].truth
    assert truth(list(losses), patience) == expected == answers.stopping_records(list(losses), patience)


# ----- the experiment


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_kept_depends_on_what_it_is_chosen_by(seed):
    first, second, third, fourth, *_ = EXERCISES["experiment"].cases(seed)
    by_validation, by_test, _, by_train = _picks(first)
    assert by_validation not in (by_test, by_train, 0, len(first["orders"]) - 1)
    for bug in ({"own_labels": False}, {"keep": 1.0}, {"own_labels": False, "keep": 1.0}):
        assert _picks(second, **bug)[0] != _picks(second, **bug)[1]
    assert _picks(third)[0] != _picks(third)[2] and _equal_matters(fourth)


BUGS = {
    "labels_left_behind": ("labels[at : at + size], classes", "labels[rows], classes"),
    "gradients_not_zeroed": ("+= delta", "= delta"),
    "chosen_by_the_test_set": (
        ("right = np.mean((test[0] @ W.T + b).argmax(axis=1) == test[1])", "return *kept, best"),
        (
            "right = np.mean((validation[0] @ W.T + b).argmax(axis=1) == validation[1])",
            "return *kept, np.mean((test[0] @ kept[0].T + kept[1]).argmax(axis=1) == test[1])",
        ),
    ),
}


def mended(source, names):
    for name in names:
        faults, repairs = ([text] if isinstance(text, str) else text for text in BUGS[name])
        for fault, repair in zip(faults, repairs, strict=True):
            assert fault in source
            source = source.replace(fault, repair)
    given = {"np": np, "bp": bp}
    exec(source, given)
    return given["faulty_experiment"]


def test_faulty_program_of_exercise_9_has_three_bugs():
    source = CELLS["experiment-given"].source
    for seed in SEEDS:
        for kept in range(8):
            left = [name for k, name in enumerate(BUGS) if kept >> k & 1]
            result = bp.check("experiment", mended(source, [name for name in BUGS if name not in left]), seed=seed)
            assert result.passed if not left else result.diagnosis == "_and_".join(left), result
            assert ("not the only bug" in result.message) == (len(left) > 1)


def test_half_a_repair_of_the_leak_is_seen():
    """Chosen by the validation set, but what is reported is the accuracy that it was chosen by."""
    source = CELLS["experiment-given"].source.replace("test[0]", "validation[0]").replace("test[1]", "validation[1]")
    function = mended(source, ["labels_left_behind", "gradients_not_zeroed"])
    assert bp.check("experiment", function).diagnosis == "validation_accuracy_reported"


# ----- learning curves


def test_runs_of_exercise_4_are_what_the_messages_say():
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


# ----- digits


def test_unseen_digits_are_unseen_and_the_classes_are_renumbered():
    whole, few, again, other, reseeded, fewer = EXERCISES["train_digits"].cases(0)
    held, labels = whole.held_out
    assert held.shape == (360, 64) and whole["X"].shape == (1437, 64) and len(np.unique(few["labels"])) == 10
    rows = {row.tobytes() for row in whole["X"]}
    assert sum(row.tobytes() in rows for row in held) <= 5  # the data set may have twins
    assert np.array_equal(few["labels"], again["labels"]) and not (few["labels"] == other["labels"]).any()
    assert np.array_equal(few["X"], reseeded["X"]) and few["seed"] == again["seed"] != reseeded["seed"]
    assert fewer["labels"].max() < 9 and fewer["hidden"] != whole["hidden"] and len(fewer["X"]) < 64
    X, y, X_test, y_test = bp.datasets.digits()
    names = {row.tobytes(): label for row, label in zip(np.r_[X, X_test], np.r_[y, y_test], strict=True)}
    pairs = {(names[row.tobytes()], label) for row, label in zip(held, labels, strict=True)}
    assert len(pairs) == 10 and any(digit != label for digit, label in pairs)


def test_95_percent_is_the_line(monkeypatch):
    case = EXERCISES["train_digits"].cases(0)[0]
    share = digits._share_right(fit(**case), *case.held_out)
    monkeypatch.setattr(digits, "REACH", share)
    assert bp.check("train_digits", fit).passed
    monkeypatch.setattr(digits, "REACH", share + 1e-6)
    assert bp.check("train_digits", fit).diagnosis == "unfinished"


@pytest.mark.parametrize("kind", wrong.KINDS)
def test_a_backward_pass_of_ones_own_is_refused_right_or_wrong(kind):
    """The six of the case `train_digits_wrong_gradients` reach 95 %: what they can do proves nothing."""
    backward = wrong.own_backward(kind)
    case = EXERCISES["train_digits"].cases(0)[0]
    params = wrong.by_own_gradients(backward, epochs=30)(**case)
    assert digits._share_right(params, *case.held_out) >= digits.REACH
    for asks, name in ((False, "gradients_not_used"), (True, "learns_by_something_else")):
        assert bp.check("train_digits", wrong.by_own_gradients(backward, asks)).diagnosis == name


WRONG_BACKWARD = dict(zip(wrong.KINDS, (
    "delta_of_the_hidden_layer", "slope_missing", "slope_missing", None, "bias_to_one_number", "biases_averaged_twice",
), strict=False))  # fmt: skip


@pytest.mark.parametrize("kind", WRONG_BACKWARD)
def test_wrong_backward_passes_get_no_points_for_what_is_wrong(kind):
    backward = wrong.own_backward(kind)

    def digit_gradients(W1, b1, W2, b2, X, labels):
        return backward(W1, b1, W2, b2, X, np.eye(len(b2))[labels])

    result = bp.check(digit_gradients)
    assert result.diagnosis == WRONG_BACKWARD[kind] and result.points < 3


def test_gradients_that_are_handed_in_are_right_but_for_the_first_unit_and_refuse_other_shapes():
    case = EXERCISES["train_digits"].cases(0)[1]
    rng = np.random.default_rng(0)
    args = [rng.normal(size=s) for s in ((32, 64), 32, (10, 32), 10)] + [case["X"][:5], case["labels"][:5]]
    dW1, db1, dW2, db2 = case["gradients"](*args)
    true = answers.gradients_one_by_one(*args)
    np.testing.assert_allclose(dW1[1:], true[0][1:], atol=1e-12)
    np.testing.assert_allclose(dW2[:, 1:], true[2][:, 1:], atol=1e-12)
    np.testing.assert_allclose(db2, true[3], atol=1e-12)
    assert not dW1[0].any() and db1[0] == 0 and not dW2[:, 0].any()
    with pytest.raises(ValueError, match=r"gradients: W2 has the shape \(32, 10\); expected \(10, 32\)"):
        case["gradients"](args[0], args[1], args[2].T, *args[3:])
    with pytest.raises(ValueError, match="labels has the shape"):
        case["gradients"](*args[:5], case["labels"])


def test_own_class_may_be_called_Network():
    assert bp.check("train_digits", answers.digits_class).passed and answers.Network.__name__ == "Network"


def test_partly_trained_networks_are_told_how_far_they_are():
    result = bp.check("train_digits", lambda *args: fit(*args, epochs=1))
    assert "% of the unseen digits are right; 95% are asked for" in result.message


def test_time_limit_is_of_a_call(monkeypatch):
    """Six trainings that need more than that together are fine."""
    monkeypatch.setattr(guard, "SECONDS", 2.0)

    def train_digits(gradients, X, labels, hidden, seed):
        time.sleep(0.5)
        return fit(gradients, X, labels, hidden, seed, epochs=1)

    assert bp.check(train_digits).diagnosis == "unfinished"


def test_trial_cell_of_exercise_11_says_so_when_there_is_nothing():
    printed = []
    given = {"np": np, "bp": bp, "train_digits": lambda *_, **__: None, "digit_gradients": None}
    exec(CELLS["train_digits-run"].source, given | {"print": printed.append})
    assert printed == ["train_digits is still empty"]
