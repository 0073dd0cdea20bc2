"""The exercises on activations: what holds for one of them only; test_exercises.py has the rest."""

import math

import mpmath as mp
import numpy as np
import pytest
import stored
from bpanswers.common.edits import edited, solution
from bpanswers.common.right_in_part import two_loops
from support import cases_again

import bpcourse as bp
from bpcourse.explore.depth import depths
from bpcourse.marking.engine import Exercise
from bpcourse.marking.exercises import find

CELLS = stored.cells("solutions", "activations")
EXERCISES = {name: find(name) for name in stored.exercises("activations")}
FUNCTIONS = {name: exercise for name, exercise in EXERCISES.items() if isinstance(exercise, Exercise)}


def given(name, until="\0"):
    """The names that the given cell of an exercise defines, up to the line that begins with `until`."""
    names = {"np": np, "bp": bp}
    exec(CELLS[f"{name}-given"].source.partition(until)[0], names)
    return names


# ----- the inputs


@pytest.mark.parametrize("name", FUNCTIONS)
def test_inputs_are_random_and_the_first_of_unequal_shape(name):
    for k, (case, same, different) in enumerate(cases_again(FUNCTIONS[name])):
        for key, array in case.items():
            if isinstance(array, np.ndarray):
                assert np.array_equal(array, same[key])
                assert not np.array_equal(array, different[key]) or (array == 1).all(), "the p of a single class"
                assert k or len(set(array.shape)) == array.ndim, "the first, which messages name, is not square"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_tells_cases_apart_never_names_the_same_ones(name):
    """A message says "not in those with ...": that must not be chance."""
    kinds = [has for has in FUNCTIONS[name].room.values() if callable(has)]
    found = [tuple(bool(has(case)) for case in FUNCTIONS[name].cases()) for has in kinds]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_cases_are_larger_than_twenty_somewhere(name):
    rng = np.random.default_rng(0)
    for cases in (FUNCTIONS[name].cases(), [FUNCTIONS[name].wide(rng) for _ in range(60)]):
        shapes = [array.shape for case in cases for array in case.values() if isinstance(array, np.ndarray)]
        assert max(shape[0] for shape in shapes) >= 20
        if "..." in " ".join(FUNCTIONS[name].shapes.values()):
            assert {1, 2, 3, 5} <= {len(shape) for shape in shapes}


@pytest.mark.parametrize("seed", range(5))
def test_a_softmax_without_the_maximum_overflows_somewhere(seed):
    """In the vectors of the check lie thousands between two z, and the largest is neither first nor last nor alone."""
    vectors = [case["z"] for case in EXERCISES["softmax_jacobian"].cases(seed)][:6]
    assert any(z.min() > 900 for z in vectors) and any(z.max() < -900 for z in vectors)
    last = vectors[-1]
    assert last.max() - np.mean(last) > 5000 and last.max() / 2 > 5000 and 0 < last.argmax() < len(last) - 1
    p, J = EXERCISES["softmax_jacobian"].truth(last)
    np.testing.assert_allclose(p, bp.softmax(last), rtol=0, atol=1e-11)
    assert np.sort(p)[-2] > 1e-3 and np.abs(J).max() > 1e-3, "the Jacobian is not all zero"


@pytest.mark.parametrize("seed", range(5))
def test_the_kink_and_slopes_of_either_sign_are_tried(seed):
    for name in ("parametric_relu", "elu", "mended_backward"):
        cases = EXERCISES[name].cases(seed)
        assert any((case["z"] == 0).sum() == 1 and np.isin([0.001, -0.001], case["z"]).all() for case in cases)
    for name in ("parametric_relu", "mended_backward"):
        assert min(case["c"] for case in EXERCISES[name].cases(seed)) < 0
    assert {case["c"] > 1 for case in EXERCISES["parametric_relu"].cases(seed)} == {True, False}


# ----- the truth


def test_true_curves_by_fifty_digits():
    z = np.array([[-800.0, -3.2, 0.7, 41.0, 800.0]])
    with mp.workdps(50):
        s = [1 / (1 + mp.exp(-mp.mpf(x))) for x in z[0]]
        soft = [mp.log(1 + mp.exp(mp.mpf(x))) for x in z[0]]
        right = [s, [v * (1 - v) for v in s], [mp.tanh(x) for x in z[0]], [mp.sech(x) ** 2 for x in z[0]], soft, s]
        Phi = [mp.ncdf(x) for x in (-2.5, 0.3, 3.0)]
        bell = [mp.npdf(x) for x in (-2.5, 0.3, 3.0)]
    for mine, true in zip(EXERCISES["three_curves"].truth(z), right, strict=True):
        np.testing.assert_allclose(mine[0], np.array(true, dtype=float), rtol=1e-12)
    z = np.array([-2.5, 0.3, 3.0])
    gelu_slope = np.array(Phi, dtype=float) + z * np.array(bell, dtype=float)
    np.testing.assert_allclose(EXERCISES["silu_and_gelu"].truth(z, None)[3], gelu_slope, rtol=1e-10)


def test_true_message_is_the_slope_of_a_loss_behind_softmax():
    rng = np.random.default_rng(0)
    U, Z = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    E = lambda Z: (U * bp.softmax(Z)).sum()  # noqa: E731
    measured = np.empty_like(Z)
    for i in np.ndindex(Z.shape):
        nudge = np.zeros_like(Z)
        nudge[i] = 1e-6
        measured[i] = (E(Z + nudge) - E(Z - nudge)) / 2e-6
    np.testing.assert_allclose(EXERCISES["softmax_back"].truth(U, bp.softmax(Z)), measured, atol=1e-9)


# ----- what the tasks give


def test_exactly_one_of_the_four_programs_is_wrong():
    programs = given("which_is_wrong")
    u, z = np.array([0.5, -1.0, 2.0]), np.array([-3.0, 0.4, 1.2])
    slope = np.array([mp.diff(lambda x: 1 / (1 + mp.exp(-x)), value) for value in z], dtype=float)
    right = {name for name in "ABCD" if np.allclose(programs[name](u, z), u * slope, rtol=1e-12)}
    assert right == set("ABCD") - {EXERCISES["which_is_wrong"].truth}


def test_the_chart_shows_the_networks_that_the_message_names():
    powers = given("which_network", "ax =")["powers"]
    networks = {"A": ("sigmoid", 1), "B": ("relu", 1), "C": ("tanh", 1), "D": ("relu", 2)}
    for name, (activation, scale) in networks.items():
        real, *_ = depths(activation, float(scale), 20)
        assert np.abs(np.log10(real) - powers[name]).max() < 0.0501
    assert networks[EXERCISES["which_network"].truth] == ("relu", 1)


def test_the_faulty_program_gets_no_points():
    result = bp.check("mended_backward", given("mended_backward", "u, z =")["faulty_backward"])
    assert (result.diagnosis, result.points) == ("both_bugs_left", 0.0)


# ----- what is said


@pytest.mark.parametrize("name", [name for name, exercise in FUNCTIONS.items() if len(exercise.parts) > 1])
def test_partial_points_for_each_part_alone(name):
    for i, (part, worth) in enumerate(FUNCTIONS[name].parts.items()):

        def one_right(*inputs, i=i):
            right = FUNCTIONS[name].right[0](*inputs)
            return [array if k == i else np.full(np.shape(array), 0.123) for k, array in enumerate(right)]

        result = bp.check(name, one_right)
        assert (result.points, result.status) == (worth, "In part")
        assert result.message.startswith(f"`{part}` is right. ")


@pytest.mark.parametrize("seed", range(5))
def test_the_memory_of_softmax_back_is_measured(seed):
    for answer in EXERCISES["softmax_back"].wrong[:2]:  # one Jacobian at a time, and all at once
        result = bp.check("softmax_back", answer, seed=seed)
        assert (result.diagnosis, result.points, result.passed) == ("jacobian_stored", 2.0, False)
        assert result.message.startswith("The numbers are right. ") and result.message.count("?") == 1


def test_an_if_on_an_array_and_math_on_an_array_are_explained():
    def with_if(z, c):
        return (z, 1.0, 0.0) if z > 0 else (c * z, c, z)

    def with_math(z, Phi):
        return 1 / (1 + math.exp(-z))

    assert "`if` needs one" in bp.check("parametric_relu", with_if).message
    assert "where `math` or `float` want one number" in bp.check("silu_and_gelu", with_math).message


def test_what_the_wrong_cases_have_in_common_is_told():
    relu = edited(solution("parametric_relu"), ("return a, da_dz, da_dc", "return map(np.squeeze, (a, da_dz, da_dc))"))
    result = bp.check("parametric_relu", lambda z, c: list(relu(z, c)))
    assert "in the wrong shape" in result.message
    result = bp.check("elu", two_loops(edited(solution("elu"))))
    assert "not in those with one dimension of `z`" in result.message and "IndexError" in result.message
    result = bp.check("softmax_back", edited(solution("softmax_back"), ("return P", "return 0 * np.log(P) + P")))
    assert "not in those with probabilities that are exactly 0" in result.message


@pytest.mark.parametrize("name", ["softmax_jacobian", "softmax_back", "mended_backward", "parametric_relu"])
def test_what_one_change_leaves_alone_is_not_said_to_be_ignored(name):
    """p does not move if all z move alike, nor ReLU's slope while z stays on its side; both depend on z all the same."""
    right = FUNCTIONS[name].right[0]
    spoilt = lambda *inputs: [np.asarray(part) + np.tanh(inputs[0]).sum() for part in right(*inputs)]  # noqa: E731
    assert "stays the same" not in bp.check(name, spoilt).message


@pytest.mark.parametrize("name", ["parametric_relu", "elu", "three_curves", "mended_backward"])
def test_decimals_lost_by_vectorize_are_told(name):
    def vectorized(*inputs):
        return [np.vectorize(lambda x: x, otypes=[int])(part) for part in FUNCTIONS[name].right[0](*inputs)]

    assert bp.check(name, vectorized).diagnosis == "cut_to_whole"


def test_an_argument_that_was_changed_is_no_lost_decimal():
    def in_place(z, c):
        a = np.where(z > 0, z, c * np.expm1(z))
        da_dz = np.where(z > 0, 1, a + c)
        z[z <= 0] = 0
        return a, da_dz

    result = bp.check("elu", in_place)
    assert result.diagnosis is None and "changed its argument `z`" in result.message


def test_softmax_shifted_by_anything_else_is_told_nothing_false():
    for shift, diagnosis in (("np.median(z)", "shifted_by_too_little"), ("z.min()", "shifted_by_the_smallest")):
        result = bp.check("softmax_jacobian", edited(solution("softmax_jacobian"), ("z.max()", shift)))
        assert result.diagnosis == diagnosis and "mean" not in result.message and "first" not in result.message


@pytest.mark.parametrize("seed", range(3))
def test_what_holds_of_every_right_answer_is_asked_of_a_wrong_one(seed):
    """The Jacobian's rows, and what comes back through it, add up to 0."""
    p_is_right = bp.check("softmax_jacobian", lambda z: (bp.softmax(z), np.eye(len(z))), seed=seed)
    assert p_is_right.diagnosis == "rows_do_not_add_up" and p_is_right.points == 1
    assert bp.check("softmax_back", lambda U, P: U * P * P, seed=seed).diagnosis == "rows_do_not_add_up"
    assert bp.check("softmax_back", lambda U, P: 0 * U * P, seed=seed).diagnosis is None


@pytest.mark.parametrize("seed", range(3))
def test_the_c_of_the_first_call_is_told(seed):
    """FIRST_C is the c of the first case at every seed: who keeps the first one answers as if c were always that."""
    for name in ("parametric_relu", "elu", "mended_backward"):
        kept = []
        relu = FUNCTIONS[name].right[0]
        keeps = lambda *inputs, relu=relu, kept=kept: kept.append(inputs[-1]) or relu(*inputs[:-1], kept[0])  # noqa: E731
        assert bp.check(name, keeps, seed=seed).diagnosis == "first_c"
