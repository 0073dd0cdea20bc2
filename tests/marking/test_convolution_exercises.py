"""The exercises on convolution and pooling: what holds for one of them only; test_exercises.py has the rest."""

from functools import partial

import numpy as np
import pytest
from bpanswers.common.conv_layers import by_entries, forward
from bpanswers.common.correlation import correlate
from bpanswers.overlapping_max_backward import STEP, by_masks
from support import cases_again
from test_exercises import CELLS, EXERCISES, NUMBERS, SEEDS, SOLVED

import bpcourse as bp
from bpcourse.marking.engine import Exercise

HERE = NUMBERS["which_filter"]
NAMES = [name for name, number in NUMBERS.items() if number == HERE]
FUNCTIONS = [name for name in NAMES if isinstance(EXERCISES[name], Exercise)]
LAYERS = ["mended_convolution", "conv_layer_backward"]


def given(name):
    """The code that a task gives."""
    return CELLS[HERE][f"{name}-given"].source


def differences(f, array, h=1e-5):
    out = np.empty_like(array)
    for i in np.ndindex(array.shape):
        up, down = array.copy(), array.copy()
        up[i] += h
        down[i] -= h
        out[i] = (f(up) - f(down)) / (2 * h)
    return out


# ----- the inputs


@pytest.mark.parametrize("name", FUNCTIONS)
def test_inputs_are_random(name):
    """Other numbers for another seed, no zeros, no two equal entries in an array, or in a picture where pictures may
    share their numbers.
    """
    for case, same, different in cases_again(EXERCISES[name]):
        for key, array in case.items():
            if isinstance(array, np.ndarray):
                assert np.array_equal(array, same[key]) and not np.array_equal(array, different[key])
                shared = name == "overlapping_max_backward" and key == "A"
                assert array.all() and all(np.unique(one).size == one.size for one in (array if shared else [array]))


def test_an_entry_wins_in_several_windows_and_keeps_winning_when_it_is_nudged():
    exercise = EXERCISES["overlapping_max_backward"]
    for seed in SEEDS:
        wins = []
        for case in exercise.cases(seed) + [exercise.wide(np.random.default_rng(seed))]:
            gaps = np.diff(np.sort(case["A"].reshape(len(case["A"]), -1), axis=1), axis=1)
            assert gaps.min(initial=1.0) > 2 * STEP
            wins.append(by_masks(**{**case, "upstream": np.ones_like(case["upstream"])}).max())
        assert max(wins) > 1


# ----- the truth, by another way


@pytest.mark.parametrize("name", LAYERS)
def test_truth_of_the_layers_is_the_slope_of_a_layer_written_with_windows(name):
    for case in EXERCISES[name].cases(3):
        delta, X, K = case["delta"], case["X"], case["K"]
        p, t, n, b = case.get("padding", 0), case.get("stride", 1), len(case["X"]), np.zeros(len(case["K"]))

        def message(X, K, b, delta=delta, p=p, t=t):
            X = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
            windows = np.lib.stride_tricks.sliding_window_view(X, K.shape[2:], axis=(2, 3))[:, :, ::t, ::t]
            return (delta * (np.einsum("ncrsij,mcij->nmrs", windows, K) + b[:, None, None])).sum()

        dK, db, dX = EXERCISES[name].truth(**case)
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
        b, n, where = torch.zeros(len(K), dtype=torch.float64, requires_grad=True), len(X), ("padding", "stride")
        Z = torch.nn.functional.conv2d(X, K, b, **{name: case[name] for name in where})
        Z.backward(torch.tensor(case["delta"]))
        ours = forward(case["X"], case["K"], np.zeros(len(K)), *(case[name] for name in where))
        np.testing.assert_allclose(ours, Z.detach(), atol=1e-12)
        truth = EXERCISES["conv_layer_backward"].truth(**case)
        for came, right in zip(truth, (K.grad / n, b.grad / n, X.grad), strict=True):
            np.testing.assert_allclose(came, right, rtol=1e-10, atol=1e-10)


# ----- points, and the program to mend


@pytest.mark.parametrize("name", LAYERS)
def test_points_for_each_part_alone(name):
    for i, (part, points) in enumerate(EXERCISES[name].parts.items()):

        def one_right(*inputs, i=i):
            return [grad if k == i else np.zeros_like(grad) for k, grad in enumerate(by_entries(*inputs))]

        result = bp.check(name, one_right)
        assert (result.points, result.status) == (points, "In part")
        assert result.message.startswith(f"`{part}` is right. ")


BUGS = (
    ("columns]) / n", "columns])", "averaged_twice"),
    ("dX[:, :, rows, columns] = ", "dX[:, :, rows, columns] += ", "overwritten"),
    ("K[:, :, ::-1, ::-1])", "K)", "turned_round"),
    ("delta.mean(axis=(0, 2, 3))", "delta.sum(axis=(0, 2, 3)) / n", "bias_mean_over_places"),
)


def test_faulty_layer_has_four_bugs():
    names, source = {"np": np, "bp": bp}, given("mended_convolution")
    exec(source, names)
    for seed in SEEDS:
        assert bp.check("mended_convolution", names["faulty_convolution"], seed=seed).diagnosis == "as_given"
    for left, (_, _, name) in enumerate(BUGS):  # with one bug left it is called by its name
        mended = source
        for k, (bug, right, _) in enumerate(BUGS):
            assert source.count(bug) == 1
            mended = mended if k == left else mended.replace(bug, right)
        exec(mended, names)
        for seed in SEEDS:
            assert bp.check("mended_convolution", names["faulty_convolution"], seed=seed).diagnosis == name
    for bug, right, _ in BUGS:
        source = source.replace(bug, right)
    exec(source, names)
    assert bp.check("mended_convolution", names["faulty_convolution"]).passed


def test_its_author_could_not_see_the_bugs():
    """As the task says: a kernel of 1 × 1 and one picture of one pixel hide all four."""
    names, rng = {"np": np}, np.random.default_rng(0)
    exec(given("mended_convolution"), names)
    delta, X, K = rng.normal(size=(1, 3, 1, 1)), rng.normal(size=(1, 2, 1, 1)), rng.normal(size=(3, 2, 1, 1))
    for came, right in zip(names["faulty_convolution"](delta, X, K), by_entries(delta, X, K), strict=True):
        np.testing.assert_allclose(came, right, rtol=1e-12)


# ----- questions


def test_places_are_counted():
    assert EXERCISES["output_size"].truth == len(np.lib.stride_tricks.sliding_window_view(np.zeros(22 + 8), 5)[::2])


def test_shared_weight_has_a_slope():
    x, w, delta = np.array([2.0, -1, 3, 1]), np.array([1.0, 4.0]), np.array([1, -2, 0.5])
    slope = differences(lambda w: delta @ np.correlate(x, w, "valid"), w)
    assert EXERCISES["shared_gradient"].truth == pytest.approx(slope[1], abs=1e-9)
    found = {mistake.name: mistake.wrong for mistake in EXERCISES["shared_gradient"].misconceptions}
    terms = delta * x[1:]
    assert found["the_other_weight"] == pytest.approx(slope[0]) and found["the_other_weight"] == terms @ [1, -1, 1]
    assert (found["sign_of_the_first_term"], found["sign_of_the_last_term"]) == (terms @ [-1, 1, 1], terms @ [1, 1, -1])
    assert found["value_for_delta"] == np.correlate(x, w, "valid") @ x[1:]
    assert found["weight_times_delta"] == w[1] * delta.sum() and found["times_the_weight"] == w[1] * terms.sum()
    assert (found["inputs_left_out"], found["deltas_left_out"]) == (delta.sum(), x[1:].sum())
    assert found["delta_reversed"] == delta[::-1] @ x[1:] == terms[1:].sum()


def test_picture_is_what_the_filter_makes():
    names = {"np": np, "bp": bp}
    exec(given("which_filter").split("ax =")[0], names)
    answers = {name: correlate(names["image"], kernel) for name, (kernel, _) in names["kernels"].items()}
    distances = {name: np.abs(answer - names["answer"]).max() for name, answer in answers.items()}
    assert distances.pop(SOLVED["which_filter"]) < 0.0501 and min(distances.values()) > 2
