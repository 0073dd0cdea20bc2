"""The exercises digit_gradients and train_digits: what is seen of a backward pass and of a training program."""

import time

import numpy as np
import pytest
import stored
from bpanswers import train_digits
from bpanswers.common.edits import edited, solution
from bpanswers.common.watched_training import share_right

import bpcourse as bp
from bpcourse.marking import guard
from bpcourse.marking.exercises import find
from bpcourse.teaching import carried

CELLS = stored.cells("solutions", "training")


def trained(*changes, epochs=1):
    return train_digits.other(*changes, epochs=epochs)


def test_unseen_digits_are_unseen_and_the_classes_are_renumbered():
    whole, few, again, other, reseeded, fewer = find("train_digits").cases(0)
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
    case, program = find("train_digits").cases(0)[0], edited(solution("train_digits"))
    share = share_right(program(**case), *case.held_out)
    monkeypatch.setattr(train_digits, "REACH", share)
    assert bp.check("train_digits", program).passed
    monkeypatch.setattr(train_digits, "REACH", share + 1e-6)
    assert bp.check("train_digits", program).diagnosis == "unfinished"


@pytest.mark.parametrize("kind", train_digits.OWN_PASSES)
def test_a_backward_pass_of_ones_own_is_refused_right_or_wrong(kind):
    """The wrong ones reach 95 %: what they can do proves nothing."""
    case = find("train_digits").cases(0)[0]
    params = train_digits.own_pass(kind, asks=False, epochs=30)(**case)
    assert share_right(params, *case.held_out) >= train_digits.REACH
    for asks, name in ((False, "gradients_not_used"), (True, "learns_by_something_else")):
        assert bp.check("train_digits", train_digits.own_pass(kind, asks)).diagnosis == name


WRONG_BACKWARD = dict(zip(train_digits.OWN_PASSES, (
    "delta_of_the_hidden_layer", "slope_missing", "slope_missing", None, "bias_to_one_number", "biases_averaged_twice",
), strict=False))  # fmt: skip


@pytest.mark.parametrize("kind", WRONG_BACKWARD)
def test_wrong_backward_passes_get_no_points_for_what_is_wrong(kind):
    result = bp.check("digit_gradients", edited(solution("digit_gradients"), train_digits.OWN_PASSES[kind]))
    assert result.diagnosis == WRONG_BACKWARD[kind] and result.points < 3


def test_gradients_that_are_handed_in_are_right_but_for_the_first_unit_and_refuse_other_shapes():
    case = find("train_digits").cases(0)[1]
    rng = np.random.default_rng(0)
    args = [rng.normal(size=s) for s in ((32, 64), 32, (10, 32), 10)] + [case["X"][:5], case["labels"][:5]]
    dW1, db1, dW2, db2 = case["gradients"](*args)
    true = find("digit_gradients").truth(*args)
    np.testing.assert_allclose(dW1[1:], true[0][1:], atol=1e-12)
    np.testing.assert_allclose(dW2[:, 1:], true[2][:, 1:], atol=1e-12)
    np.testing.assert_allclose(db2, true[3], atol=1e-12)
    assert not dW1[0].any() and db1[0] == 0 and not dW2[:, 0].any()
    with pytest.raises(ValueError, match=r"gradients: W2 has the shape \(32, 10\); expected \(10, 32\)"):
        case["gradients"](args[0], args[1], args[2].T, *args[3:])
    with pytest.raises(ValueError, match="labels has the shape"):
        case["gradients"](*args[:5], case["labels"])
    with pytest.raises(ValueError, match="X has no example"):
        case["gradients"](*args[:4], args[4][:0], args[5][:0])


def test_what_gradients_saw_in_another_process_comes_back_and_nothing_else_does():
    case = find("train_digits").cases(0)[1]
    here, there = case["gradients"], carried.made(carried.state(case["gradients"]))
    rng = np.random.default_rng(0)
    params = [rng.normal(size=s) for s in ((32, 64), 32, (10, 32), 10)]
    grads = there(*params, np.r_[case["X"][:5], case.held_out[0][:1]], np.r_[case["labels"][:4], case["labels"][:2]])
    grads[0][:] = 7.0  # what the program does to its own is not seen
    carried.take(here, carried.after(there))
    assert (here.met.sum(), here.foreign, here.peeked, len(here.calls)) == (5, True, True, 1)
    assert np.ptp(here.calls[0][1][0]) > 0
    fewer = [np.zeros(size) for size in ((31, 64), 31, (10, 31), 10)]
    large = [np.zeros(size) for size in ((2**14, 64), 2**14, (10, 2**14), 10)]
    for kind, wrong in {
        "no mask": {"came": np.ones(3)},
        "another mask": {"came": np.ones(3, dtype=bool)},
        "no list": {"calls": 3},
        "no arrays": {"calls": [[[1, 2, 3, 4], [1, 2, 3, 4], 5]]},
        "other shapes": {"calls": [[[np.ones(2)] * 4, [np.ones(2)] * 4, 5]]},
        "shapes of another": {"calls": [[params, fewer, 5]]},
        "large arrays": {"calls": [[large, large, 5]]},
    }.items():
        with pytest.raises((TypeError, ValueError, IndexError)):
            carried.take(here, carried.after(there) | wrong)
            pytest.fail(kind)


def test_partly_trained_networks_are_told_how_far_they_are():
    result = bp.check("train_digits", trained())
    assert "% of the unseen digits are right; 95% are asked for" in result.message


def test_time_limit_is_of_a_call(monkeypatch):
    """Six trainings that need more than that together are fine."""
    monkeypatch.setattr(guard, "SECONDS", 2.0)
    program = trained()

    def slow(*arguments):
        time.sleep(0.5)
        return program(*arguments)

    assert bp.check("train_digits", slow).diagnosis == "unfinished"


def test_trial_cell_of_the_digits_says_so_when_there_is_nothing():
    printed = []
    given = {"np": np, "bp": bp, "train_digits": lambda *_, **__: None, "digit_gradients": None}
    exec(CELLS["train_digits-run"].source, given | {"print": printed.append})
    assert printed == ["train_digits is still empty"]


def test_a_bias_that_moves_by_rounding_errors_has_not_learned():
    line = "grads = gradients(*theta, X[rows], labels[rows])"
    frozen = edited(
        solution("train_digits"),
        (line, f"{line}\n            grads = grads[0], 0 * grads[1] + grads[3].mean(), *grads[2:]"),
        ("range(30)", "range(2)"),
    )
    assert bp.check("train_digits", frozen).diagnosis == "biases_frozen"
