"""The exercises of chapter 07: what holds for one of them only; test_checks_exercises.py has the rest."""

from functools import partial

import answers_07 as answers
import numpy as np
import pytest
import stored
import wrong_answers_07 as wrong
from bpanswers.ch07 import EXERCISES as CHAPTER
from bpanswers.ch07.filters import correlate
from bpanswers.ch07.layers import forward, program
from support import cases_again

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.exercises import everything

EXERCISES = everything()

SEEDS = wrong.SEEDS
CELLS = stored.cells("solutions", "07")
FUNCTIONS = [exercise for exercise in CHAPTER if isinstance(exercise, Exercise)]


def differences(f, array, h=1e-5):
    out = np.empty_like(array)
    for i in np.ndindex(array.shape):
        up, down = array.copy(), array.copy()
        up[i] += h
        down[i] -= h
        out[i] = (f(up) - f(down)) / (2 * h)
    return out


# ----- the inputs


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_inputs_are_random(exercise):
    """Other numbers for another seed, no zeros, no two equal entries in an array, or in a picture where pictures may
    share their numbers. (Sizes: test_checks_room.py.)
    """
    for case, same, different in cases_again(exercise):
        for name, array in case.items():
            if isinstance(array, np.ndarray):
                assert np.array_equal(array, same[name]) and not np.array_equal(array, different[name])
                shared = exercise.name == "overlapping_max_backward" and name == "A"
                assert array.all() and all(np.unique(one).size == one.size for one in (array if shared else [array]))


def test_overlapping_windows_overlap_and_share_winners():
    for seed in SEEDS:
        joined = False
        for case in EXERCISES["overlapping_max_backward"].cases(seed):
            A, p, t = case["A"], case["p"], case["t"]
            won = answers.max_masks(np.ones_like(case["upstream"]), A, p, t)
            joined = joined or won.max() > 1
            gaps = np.diff(np.sort(A.reshape(len(A), -1), axis=1), axis=1)
            assert gaps.min(initial=1.0) > 2e-4, "steps of the differences change no winner"
        assert joined


def test_strides_leave_pixels_over():
    """In some case the last step does not fit, some case has stride one, and one has no padding."""
    cases = EXERCISES["conv_layer_backward"].cases(0)
    left = [
        (case["X"].shape[2 + a] + 2 * case["padding"] - case["K"].shape[2 + a]) % case["stride"]
        for case in cases
        for a in (0, 1)
    ]
    assert any(left)
    assert {case["stride"] for case in cases} == {1, 2, 3} and {case["padding"] for case in cases} == {0, 1, 2, 3}


# ----- the truth, against plain differences


@pytest.mark.parametrize("name", ["mended_convolution", "conv_layer_backward"])
def test_truth_of_the_layers_is_the_slope_of_a_layer_written_with_windows(name):
    exercise = EXERCISES[name]
    for case in exercise.cases(3):
        delta, X, K = case["delta"], case["X"], case["K"]
        p, t, n, b = case.get("padding", 0), case.get("stride", 1), len(case["X"]), np.zeros(len(case["K"]))

        def message(X, K, b, delta=delta, p=p, t=t):
            X = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
            windows = np.lib.stride_tricks.sliding_window_view(X, K.shape[2:], axis=(2, 3))[:, :, ::t, ::t]
            return (delta * (np.einsum("ncrsij,mcij->nmrs", windows, K) + b[:, None, None])).sum()

        dK, db, dX = exercise.truth(**case)
        np.testing.assert_allclose(dK, differences(partial(message, X, b=b), K) / n, atol=1e-8)
        np.testing.assert_allclose(db, differences(partial(message, X, K), b) / n, atol=1e-8)
        np.testing.assert_allclose(dX, differences(partial(message, K=K, b=b), X), atol=1e-8)


def test_truth_of_the_filters_is_the_slope_of_one_written_with_windows():
    for case in EXERCISES["input_gradient"].cases(2):
        delta, K = case["delta"], case["K"]
        X = np.random.default_rng(0).normal(size=(len(delta), *(np.array(delta.shape[1:]) + K.shape - 1)))

        def message(X, K=K, delta=delta):
            windows = np.lib.stride_tricks.sliding_window_view(X, K.shape, axis=(1, 2))
            return (delta * np.tensordot(windows, K, 2)).sum()

        np.testing.assert_allclose(EXERCISES["input_gradient"].truth(delta, K), differences(message, X), atol=1e-8)


def test_layers_agree_with_pytorch():
    torch = pytest.importorskip("torch")
    for case in EXERCISES["conv_layer_backward"].cases(1):
        X, K = (torch.tensor(case[name], requires_grad=True) for name in "XK")
        b = torch.zeros(len(K), dtype=torch.float64, requires_grad=True)
        Z = torch.nn.functional.conv2d(X, K, b, stride=case["stride"], padding=case["padding"])
        Z.backward(torch.tensor(case["delta"]))
        np.testing.assert_allclose(
            forward(case["X"], case["K"], np.zeros(len(K)), case["padding"], case["stride"]), Z.detach(), atol=1e-12
        )
        n = len(X)
        for came, right in zip(
            EXERCISES["conv_layer_backward"].truth(**case), (K.grad / n, b.grad / n, X.grad), strict=True
        ):
            np.testing.assert_allclose(came, right, rtol=1e-10, atol=1e-10)


# ----- points, programs, questions


@pytest.mark.parametrize("name", ["mended_convolution", "conv_layer_backward"])
def test_partial_points_for_each_part_alone(name):
    exercise = EXERCISES[name]
    for i, (part, points) in enumerate(exercise.parts.items()):

        def one_right(*inputs, i=i):
            return [grad if k == i else np.zeros_like(grad) for k, grad in enumerate(answers.layer_entries(*inputs))]

        result = bp.check(name, one_right)
        assert (result.points, result.status) == (points, "In part")
        assert result.message.startswith(f"`{part}` is right. ")


def test_program_without_a_mistake_is_the_truth():
    """The faulty programs differ from the truth by their faults alone."""
    for name in ("mended_convolution", "conv_layer_backward"):
        assert all(bp.check(name, lambda *inputs: program(*inputs), seed=seed).passed for seed in SEEDS)


BUGS = (
    ("columns]) / n", "columns])", "averaged_twice"),
    ("dX[:, :, rows, columns] = ", "dX[:, :, rows, columns] += ", "overwritten"),
    ("K[:, :, ::-1, ::-1])", "K)", "turned_round"),
    ("delta.mean(axis=(0, 2, 3))", "delta.sum(axis=(0, 2, 3)) / n", "bias_mean_over_places"),
)


def test_faulty_layer_of_exercise_9_has_four_bugs():
    given, source = {"np": np, "bp": bp}, CELLS["mended_convolution-given"].source
    exec(source, given)
    for seed in SEEDS:
        assert bp.check("mended_convolution", given["faulty_convolution"], seed=seed).diagnosis == "as_given"
    for left, (_, _, name) in enumerate(BUGS):  # with one bug left it is called by its name
        mended = source
        for k, (bug, right, _) in enumerate(BUGS):
            assert source.count(bug) == 1
            mended = mended if k == left else mended.replace(bug, right)
        exec(mended, given)
        for seed in SEEDS:
            assert bp.check("mended_convolution", given["faulty_convolution"], seed=seed).diagnosis == name
    for bug, right, _ in BUGS:
        source = source.replace(bug, right)
    exec(source, given)
    assert bp.check("mended_convolution", given["faulty_convolution"]).passed


def test_its_author_could_not_see_the_bugs():
    """As the exercise says: a kernel of 1 x 1 and one picture of one pixel hide all four."""
    given = {"np": np}
    exec(CELLS["mended_convolution-given"].source, given)
    rng = np.random.default_rng(0)
    delta, X, K = rng.normal(size=(1, 3, 1, 1)), rng.normal(size=(1, 2, 1, 1)), rng.normal(size=(3, 2, 1, 1))
    for came, right in zip(given["faulty_convolution"](delta, X, K), program(delta, X, K), strict=True):
        np.testing.assert_allclose(came, right, rtol=1e-12)


def test_places_of_exercise_1_are_counted():
    assert EXERCISES["output_size"].truth == len(np.lib.stride_tricks.sliding_window_view(np.zeros(22 + 8), 5)[::2])


def test_shared_weight_of_exercise_2_is_a_slope():
    x, delta = np.array([2.0, -1, 3, 1]), np.array([1, -2, 0.5])
    slope = differences(lambda w: delta @ np.correlate(x, w, "valid"), np.array([1.0, 4.0]))[1]
    assert EXERCISES["shared_gradient"].truth == pytest.approx(slope, abs=1e-9)
    found = {mistake.name: mistake.wrong for mistake in EXERCISES["shared_gradient"].misconceptions}
    z = np.correlate(x, [1.0, 4.0], "valid")
    assert found["value_for_delta"] == z @ x[1:] and found["the_other_weight"] == delta @ x[:3]
    assert found["weight_times_delta"] == 4 * delta.sum() and found["delta_reversed"] == delta[::-1] @ x[1:]


def test_picture_of_exercise_3_is_what_the_filter_makes():
    given = {"np": np, "bp": bp}
    exec(CELLS["which_filter-given"].source.split("ax =")[0], given)
    answers_of = {name: correlate(given["image"], kernel) for name, (kernel, _) in given["kernels"].items()}
    distances = {name: np.abs(answer - given["answer"]).max() for name, answer in answers_of.items()}
    assert distances.pop(EXERCISES["which_filter"].truth) < 0.0501 and min(distances.values()) > 2


def test_nobody_can_pass_exercise_8_without_adding():
    assert bp.check("overlapping_max_backward", answers.max_add_at).passed
    for name in ("overwritten", "first_message_only"):
        (mistake,) = [m for m in EXERCISES["overlapping_max_backward"].misconceptions if m.name == name]
        assert bp.check("overlapping_max_backward", mistake.wrong).diagnosis == name
