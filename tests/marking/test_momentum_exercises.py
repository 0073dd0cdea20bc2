"""The exercises on momentum: what holds for one of them only; test_exercises.py has the rest."""

import re

import numpy as np
import pytest
import stored
from bpanswers import momentum_step
from support import inputs_are_random

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.exercises import find

SEEDS = range(5)
CELLS = stored.cells("solutions", "momentum")
FUNCTIONS = [name for name in stored.exercises("momentum") if isinstance(find(name), Exercise)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_inputs_are_random(name):
    inputs_are_random(find(name))


def test_limit_by_hand_is_that_of_the_hessian():
    H = np.array([[7.0, 2.0], [2.0, 4.0]])
    assert find("largest_rate_by_hand").truth == pytest.approx(2 / np.linalg.eigvalsh(H)[-1], rel=1e-12)
    theta = {}
    for factor in (0.999, 1.001):
        theta[factor] = np.array([1.0, 1.0])
        for _ in range(5000):
            theta[factor] = theta[factor] - factor * 0.25 * H @ theta[factor]
    assert np.abs(theta[0.999]).max() < 1e-3 and np.abs(theta[1.001]).max() > 1e3


def test_largest_rate_parts_what_converges_from_what_does_not():
    """Walks in form C, written out; no eigenvalue in it."""
    for case in find("largest_rate").cases(0):
        H, beta = case["H"], case["beta"]
        assert np.array_equal(H, H.T) and np.linalg.eigvalsh(H)[0] > 4e-4
        rate, ends = float(find("largest_rate").truth(H, beta)), {}
        for factor in (0.99, 1.01):
            theta, m = np.ones(len(H)), np.zeros(len(H))
            for _ in range(20000):
                m = beta * m + (1 - beta) * H @ theta
                theta = theta - factor * rate * m
                if np.abs(theta).max() > 1e6:
                    break
            ends[factor] = np.abs(theta).max()
        assert ends[0.99] < 1e-6 and ends[1.01] > 1e6


@pytest.mark.parametrize("answers", [momentum_step])
def test_truth_is_the_rule_of_the_module_to_the_last_digits(answers):
    for case in answers.EXERCISE.cases(3):
        for came, right in zip(answers.library(**case), answers.truth(**case), strict=True):
            np.testing.assert_allclose(came, right, rtol=1e-12, atol=1e-13)


def test_each_run_gives_its_share():
    for text, points in (("DCEA", 2.0), ("DCEB", 1.5), ("DCBB", 1.0), ("DBBB", 0.5), ("BBBB", 0.0)):
        result = bp.check("causes", text)
        assert (result.points, result.passed) == (points, points == 2.0)
    assert bp.check("causes", "DBBB").message.startswith("Run 1 is right. Run 2 is not B. ")
    assert bp.check("causes", "BCEB").message.startswith("Runs 2 and 3 are right. Run 1 is not B. ")
    assert bp.check("causes", "BBBB").diagnosis == "run_1_as_B"


def test_causes_left_open_are_not_attempted_and_odd_ones_are_told_the_form():
    assert bp.check("causes", [...] * 4).status == "Not attempted"
    for odd, came in (
        ("DCE", '"DCE"'),
        ("DCEX", '"DCEX"'),
        (["D", "C", "E"], "a list"),
        (["D", ..., "E", "A"], "a list"),
    ):
        result = bp.check("causes", odd)
        assert (result.points, result.diagnosis) == (0.0, None)
        assert "should be 4 letters" in result.message and result.message.endswith(f"; {came} came.")


def test_every_cause_and_every_run_has_its_words():
    causes = find("causes")
    letters = [letter for letter, _ in causes.looks]
    assert len(causes.asks) == len(causes.truth)
    assert len(causes.misconceptions) == len(causes.truth) * (len(letters) - 1)
    assert re.findall(r"^- \*\*(\w)\*\* ", CELLS["causes-task"].source, re.MULTILINE) == letters


def runs():
    """The paths that the two given cells draw."""
    drawn = {}
    for cell in ("causes-given", "causes-run"):
        given = {"bp": bp, "np": np}
        given["bowl"] = bp.surfaces.bowl(condition=16)
        exec(CELLS[cell].source.split("ax =")[0], given)
        drawn |= given["runs"]
    return drawn


def test_runs_have_their_causes():
    """Each drawn path, made again from what is said to cause it."""

    def path(start, steps, alpha, beta=0.0, noise=(0.0, 0.0), seed=0):
        rng, theta, v = np.random.default_rng(seed), np.array(start), np.zeros(2)
        rows = [theta]
        for _ in range(steps):
            v = beta * v - alpha * (np.array([1.0, 16.0]) * theta + noise * rng.normal(size=2))
            theta = theta + v
            rows.append(theta)
        return np.array(rows)

    made = {
        "run 1": path((-2.8, 2.0), 20, 1.7 / 16),  # D: 15 % below the limit across, a factor of 0.89 along
        "run 2": path((-2.8, 1.2), 44, 0.03, beta=0.95),  # C
        "run 3": path((-2.8, 1.6), 60, 0.05, noise=(3.5, 4.0), seed=7),  # E
        "run 4": path((-2.8, 0.4), 16, 2.09 / 16),  # A: above the limit across
    }
    drawn = runs()
    assert drawn.keys() == made.keys()
    for name in made:
        np.testing.assert_allclose(drawn[name], made[name], rtol=0, atol=0.0051)


def test_runs_look_as_the_hints_say():
    drawn = runs()
    for name, jumps in (("run 1", "shrink"), ("run 4", "grow")):
        across = drawn[name][:, 1][:12]
        assert (across[1:] * across[:-1] < 0).all()
        assert (np.diff(np.abs(across)) < 0).all() if jumps == "shrink" else (np.diff(np.abs(across)) > 0).all()
    swings = drawn["run 2"]
    assert swings[:, 0].max() > 1.5 and swings[-10:, 0].min() < -1 and swings[:, 1].min() < -1
    assert np.abs(drawn["run 3"][20:]).max() < 1, "it stays near the minimum"
    assert np.abs(drawn["run 3"][-10:, 0]).max() > 0.2, "and does not settle"


def test_examples_of_the_tasks():
    for name, text, case, expected in (
        ("knobs", "`np.array([1.0, 0.8, 0.54, 0.302])` you read αλ = 0.2 and β = 0.5",
         {"e": np.array([1.0, 0.8, 0.54, 0.302])}, (0.2, 0.5)),
        ("best_momentum", "αλ = 0.25 they are 0.25 and 0.5", {"H": np.array([[0.5]]), "alpha": 0.5}, (0.25, 0.5)),
    ):  # fmt: skip
        assert text in CELLS[f"{name}-task"].source
        np.testing.assert_allclose(find(name).truth(**case), expected, rtol=1e-9)


def test_no_other_momentum_is_as_fast():
    """Of a thousand betas none leaves less of the slowest direction, by NumPy's eigenvalues of the step's matrix."""
    for case in find("best_momentum").cases(0):
        beta, rate = find("best_momentum").truth(**case)
        stretch = case["alpha"] * np.linalg.eigvalsh(case["H"])
        for other in np.linspace(0, 0.999, 300):
            matrices = [np.array([[other, -s], [other, 1 - s]]) for s in stretch]
            assert max(np.abs(np.linalg.eigvals(M)).max() for M in matrices) >= rate - 1e-12
        # At a double root the last bits count by their square root.
        assert 0 < beta < 1 and rate == pytest.approx(np.sqrt(beta), rel=1e-7)
