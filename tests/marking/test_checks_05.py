"""The exercises of chapter 05: what holds for one of them only; test_checks_exercises.py has the rest."""

import re
from itertools import combinations

import answers_05 as answers
import numpy as np
import pytest
import stored
import wrong_answers_05 as wrong
from bpanswers.ch05 import EXERCISES as CHAPTER
from bpanswers.ch05.adam_program import nadam
from bpanswers.ch05.adamw_program import adamw
from bpanswers.ch05.convert import convert
from bpanswers.ch05.reading import CAUSES
from bpanswers.ch05.repair import adam_of_two
from bpanswers.ch05.rmsprop import _rmsprop
from bpanswers.ch05.stability import limit
from bpanswers.ch05.weights import weights
from support import cases_again

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.exercises import everything

EXERCISES = everything()

SEEDS = wrong.SEEDS
CELLS = stored.cells("solutions", "05")
FUNCTIONS = [exercise for exercise in CHAPTER if isinstance(exercise, Exercise)]


# ----- the inputs and the truth


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_inputs_are_random(exercise):
    """The same seed gives the same cases, another seed others; what is 0 or 1 by its nature may be the same."""
    for case, same, different in cases_again(exercise):
        for name, value in case.items():
            if isinstance(value, float) and value:
                assert value == same[name] != different[name]
            if isinstance(value, np.ndarray):
                assert np.array_equal(value, same[name])
                fixed = set(value.ravel()) <= {0.0, 1.0}
                assert fixed or not np.array_equal(value, different[name])
    assert len({tuple(np.shape(value) for value in case.values()) for case in exercise.cases(0)}) >= 4


def test_programs_without_a_mistake_are_the_truth():
    """The faulty programs differ from the truth by their faults alone."""
    right = {
        "convert_momentum": convert, "largest_rate": limit, "rmsprop_step": _rmsprop, "moment_weights": weights,
        "nadam_step": nadam, "mended_adam": adam_of_two, "train_adamw": adamw,
    }  # fmt: skip
    for name, function in right.items():
        assert all(bp.check(name, function, seed=seed).passed for seed in SEEDS), name


def test_limit_by_hand_is_that_of_the_hessian():
    H = np.array([[7.0, 2.0], [2.0, 4.0]])
    assert EXERCISES["largest_rate_by_hand"].truth == pytest.approx(2 / np.linalg.eigvalsh(H)[-1], rel=1e-12)
    theta = {}
    for factor in (0.999, 1.001):
        theta[factor] = np.array([1.0, 1.0])
        for _ in range(5000):
            theta[factor] = theta[factor] - factor * 0.25 * H @ theta[factor]
    assert np.abs(theta[0.999]).max() < 1e-3 and np.abs(theta[1.001]).max() > 1e3


def test_largest_rate_parts_what_converges_from_what_does_not():
    """Walks in form C, written out; no eigenvalue in it."""
    for case in EXERCISES["largest_rate"].cases(0):
        H, beta = case["H"], case["beta"]
        assert np.array_equal(H, H.T) and np.linalg.eigvalsh(H)[0] > 4e-4
        rate, ends = float(EXERCISES["largest_rate"].truth(H, beta)), {}
        for factor in (0.99, 1.01):
            theta, m = np.ones(len(H)), np.zeros(len(H))
            for _ in range(20000):
                m = beta * m + (1 - beta) * H @ theta
                theta = theta - factor * rate * m
                if np.abs(theta).max() > 1e6:
                    break
            ends[factor] = np.abs(theta).max()
        assert ends[0.99] < 1e-6 and ends[1.01] > 1e6


@pytest.mark.parametrize(
    "name, library",
    [
        ("momentum_step", answers.momentum_library),
        ("rmsprop_step", answers.rmsprop_library),
        ("nadam_step", answers.nadam_from_library),
    ],
)
def test_truth_is_the_rule_of_the_module_to_the_last_digits(name, library):
    for case in EXERCISES[name].cases(3):
        for came, right in zip(library(**case), EXERCISES[name].truth(**case), strict=True):
            np.testing.assert_allclose(came, right, rtol=1e-12, atol=1e-13)


def test_eps_decay_and_batch_can_be_seen():
    """None of these is hidden by Adam's division: each moves the answer by far more than the tolerance."""
    for name, hidden in (("train_adamw", {"divide": lambda X, Y: (1, 1)}), ("train_adamw", {"place": "inside"})):
        for case in EXERCISES[name].cases(0):
            if len(case["X"]) == 1 or len(case["W"]) == 1:
                continue  # a mean over one example; or gradients that are 0
            came, right = adamw(**case, **hidden)[0], adamw(**case)[0]
            assert np.abs(came - right).max() > 1e-4 * np.abs(right).max()


# ----- what is said


def momentum_turned(theta, g, v, alpha, beta):
    v = beta * v + alpha * g
    return theta - v, v


def adam_hats_stored(p, q, gradients, steps, alpha, beta1, beta2, eps):
    theta, state = [p.copy(), q.copy()], [[0 * p, 0 * p], [0 * q, 0 * q]]
    for t in range(1, steps + 1):
        for k, g in enumerate(gradients(*theta)):
            m = (beta1 * state[k][0] + (1 - beta1) * g) / (1 - beta1**t)
            v = (beta2 * state[k][1] + (1 - beta2) * g**2) / (1 - beta2**t)
            state[k], theta[k] = [m, v], theta[k] - alpha * m / (np.sqrt(v) + eps)
    return theta


def adamw_hats_stored(W, b, X, Y, alpha, decay, eps, warm_up, steps):
    theta, state = [W, b], [[0 * W, 0 * W], [0 * b, 0 * b]]
    for t in range(1, steps + 1):
        delta = (bp.softmax(X @ theta[0].T + theta[1]) - Y) / len(X)
        for k, g in enumerate((delta.T @ X, delta.sum(axis=0))):
            m = (0.9 * state[k][0] + 0.1 * g) / (1 - 0.9**t)
            v = (0.999 * state[k][1] + 0.001 * g**2) / (1 - 0.999**t)
            state[k] = [m, v]
            theta[k] = theta[k] - alpha * min(t / warm_up, 1) * (m / (np.sqrt(v) + eps) + (decay, 0)[k] * theta[k])
    return theta


def a_rate_for_all(theta, g, s, alpha, rho, eps):
    s = rho * s + (1 - rho) * g.mean() ** 2
    return theta - alpha * g / (np.sqrt(s) + eps), s


def limit_of_the_first(H, beta):
    return 2 * (1 + beta) / ((1 - beta) * np.sort(np.linalg.eigvalsh(H))[len(H) // 3])


@pytest.mark.parametrize(
    ("name", "answer", "diagnosis", "words"),
    [
        ("momentum_step", momentum_turned, "turned_velocity", ""),
        ("mended_adam", adam_hats_stored, "hats_kept", "The three bugs are mended, but there is a new one"),
        ("train_adamw", adamw_hats_stored, "hats_kept", ""),
        ("largest_rate", limit_of_the_first, "another_eigenvalue", "not always by the largest"),
        ("momentum_step", lambda theta, g, v, alpha, beta: answers.momentum_entries(theta, g, v, alpha, 0.9), None,
         "`theta` stays the same"),
        ("rmsprop_step", lambda *args: answers.rmsprop_moves(*args[:-1], 1e-8), None, "`theta` stays the same"),
        ("rmsprop_step", a_rate_for_all, None, "entries of your `theta`"),
        ("nadam_step", lambda *args: answers.nadam_joined(*args[:4], max(args[4], 2), *args[5:]), None,
         "not in those with t = 1"),
    ],
)  # fmt: skip
def test_what_is_said_of_answers_from_outside(name, answer, diagnosis, words):
    for seed in SEEDS:
        result = bp.check(name, answer, seed=seed)
        assert result.diagnosis == diagnosis and words in result.message and result.message.count("?") <= 1


# ----- points in part


def test_partial_points_for_each_part_alone():
    exercise = EXERCISES["nadam_step"]
    for i, (part, points) in enumerate(exercise.parts.items()):

        def one_right(*inputs, i=i):
            return [x if k == i else x + 1 for k, x in enumerate(answers.nadam_joined(*inputs))]

        result = bp.check("nadam_step", one_right)
        assert (result.points, result.status) == (points, "In part")
        assert result.message.startswith(f"`{part}` is right. ")


def test_each_run_gives_its_share():
    for text, points in (("DCEA", 2.0), ("DCEB", 1.5), ("DCBB", 1.0), ("DBBB", 0.5), ("BBBB", 0.0)):
        result = bp.check("causes", text)
        assert (result.points, result.passed) == (points, points == 2.0)
    assert bp.check("causes", "DBBB").message.startswith("Run 1 is right. Run 2 is not B. ")
    assert bp.check("causes", "BCEB").message.startswith("Runs 2 and 3 are right. Run 1 is not B. ")
    assert bp.check("causes", "BBBB").diagnosis == "run_1_as_B"


def test_causes_left_open_are_not_attempted_and_odd_ones_are_told_the_form():
    for blank in (..., None, [...] * 4):
        assert bp.check("causes", blank).status == "Not attempted"
    for odd in ("DCE", "DCEAA", "DCEX", 4, [1, 2, 3, 4], ["D", ..., "E", "A"]):
        result = bp.check("causes", odd)
        assert (result.points, result.diagnosis) == (0.0, None) and "should be 4 letters" in result.message


def test_every_cause_and_every_run_has_its_words():
    assert dict(CAUSES.looks).keys() == set(CAUSES.letters) and len(CAUSES.asks) == len(CAUSES.truth)
    assert len(CAUSES.misconceptions) == len(CAUSES.truth) * (len(CAUSES.letters) - 1)
    listed = re.findall(r"^- \*\*(\w)\*\* ", CELLS["causes-task"].source, re.MULTILINE)
    assert "".join(listed) == CAUSES.letters


# ----- the notebook


def runs():
    """The paths that the two given cells draw."""
    drawn = {}
    for cell in ("causes-given", "causes-run"):
        given = {"bp": bp, "np": np}
        given["bowl"] = bp.surfaces.bowl(condition=16)
        exec(CELLS[cell].source.split("ax =")[0], given)
        drawn |= given["runs"]
    return drawn


def test_runs_of_exercise_3_have_their_causes():
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


def test_runs_of_exercise_3_look_as_the_hints_say():
    drawn = runs()
    for name, jumps in (("run 1", "shrink"), ("run 4", "grow")):
        across = drawn[name][:, 1][:12]
        assert (across[1:] * across[:-1] < 0).all()
        assert (np.diff(np.abs(across)) < 0).all() if jumps == "shrink" else (np.diff(np.abs(across)) > 0).all()
    swings = drawn["run 2"]
    assert swings[:, 0].max() > 1.5 and swings[-10:, 0].min() < -1 and swings[:, 1].min() < -1
    assert np.abs(drawn["run 3"][20:]).max() < 1, "it stays near the minimum"
    assert np.abs(drawn["run 3"][-10:, 0]).max() > 0.2, "and does not settle"


def test_lines_of_exercise_4_do_what_they_say_but_one():
    """The code that the task prints, run against another form of what its sentence says."""
    rng = np.random.default_rng(5)
    theta, g = rng.normal(size=4), rng.normal(size=4)
    state = {
        "np": np, "theta": theta, "g": g, "v": rng.uniform(0.1, 1, 4), "m": rng.normal(size=4),
        "s": rng.uniform(0.1, 1, 4), "alpha": 0.3, "beta": 0.8, "beta1": 0.7, "beta2": 0.9, "eps": 0.1, "t": 3,
        "decay": 0.4,
    }  # fmt: skip
    blocks = re.findall(r"^\*\*(\w)\*\* .*?```python\n(.*?)```", CELLS["not_as_said-task"].source, re.DOTALL | re.MULTILINE)
    came = {}
    for letter, block in blocks:
        after = dict(state)
        exec(block, after)
        came[letter] = after["theta"]
    assert "".join(came) == "ABCDE"

    m, v, s = state["m"], state["v"], state["s"]
    m_hat, v_hat = m / (1 - 0.7**3), v / (1 - 0.9**3)
    same = {
        "A": theta + (0.8 * (-0.3 * v) - 0.3 * g),  # the course's form, with velocity -alpha v
        "B": theta - 0.3 * m_hat / (np.sqrt(v_hat) + 0.1 / np.sqrt(1 - 0.9**3)),
        "C": theta - 0.3 * g / (s + 0.1) ** 0.5,
        "D": theta - 0.3 * (g + 0.4 * theta),  # the gradient of the cost and of the penalty
    }
    for letter, right in same.items():
        np.testing.assert_allclose(came[letter], right, rtol=1e-12)

    def adam(g, beside):
        m_hat, v_hat = (0.7 * m + (1 - 0.7) * g) / (1 - 0.7**3), (0.9 * v + (1 - 0.9) * g**2) / (1 - 0.9**3)
        return theta - 0.3 * (m_hat / (np.sqrt(v_hat) + 0.1) + beside * theta)

    np.testing.assert_allclose(came["E"], adam(g + 0.4 * theta, 0), rtol=1e-12)  # L2 inside the moments
    assert np.abs(came["E"] - adam(g, 0.4)).max() > 0.01  # and no AdamW


BUGS = {
    "t_never_moves": [
        ("    for step in range(steps):", "    for t in range(1, steps + 1):"),
    ],
    "eps_by_precedence": [("/ np.sqrt(v_hat) + eps", "/ (np.sqrt(v_hat) + eps)")],
    "shared_state": [
        ("[[np.zeros_like(p), np.zeros_like(p)]] * 2", "[[np.zeros_like(p), np.zeros_like(p)] for _ in theta]"),
    ],
}


@pytest.mark.parametrize("count", range(4))
def test_faulty_adam_has_three_bugs_and_each_is_worth_a_point(count):
    for left in combinations(BUGS, count):
        source = CELLS["mended_adam-given"].source
        for name, changes in BUGS.items():
            for bug, right in changes:
                assert source.count(bug) == 1
                source = source if name in left else source.replace(bug, right)
        names = {"np": np, "bp": bp}
        exec(source, names)
        for seed in SEEDS:
            result = bp.check("mended_adam", names["faulty_adam"], seed=seed)
            assert result.points == 3 - count and result.passed == (count == 0)
            assert result.diagnosis == ("+".join(left) or None)


def test_points_of_the_mended_adam_follow_what_is_promised():
    """One a mended bug, one less for a new one: also where a bug is mended wrongly and the two others are not."""
    expected = {"t_one_ahead": 2, "t_counts_parameters": 2, "t_from_zero": 2, "eps_inside_root": 2, "in_place": 2,
                "hats_kept": 2, "t_one_ahead+shared_state": 1, "t_one_ahead+eps_by_precedence": 1,
                "t_never_moves+eps_missing": 1, "t_never_moves+eps_by_precedence+moments_forgotten": 0}  # fmt: skip
    mistakes = {mistake.name: mistake.wrong for mistake in EXERCISES["mended_adam"].misconceptions}
    for name, points in expected.items():
        result = bp.check("mended_adam", mistakes[name])
        assert (result.diagnosis, result.points) == (name, points)
    lost = [name for name in mistakes if name not in dict(EXERCISES["mended_adam"].credit)]
    assert not lost, "each says how many bugs are mended, so each has its points"


def test_example_of_exercise_8():
    assert "`betas = np.array([0.5, 0.8])`" in CELLS["moment_weights-task"].source
    np.testing.assert_allclose(EXERCISES["moment_weights"].truth(np.array([0.5, 0.8])), [2 / 3, 1 / 3], rtol=1e-12)
    for case in EXERCISES["moment_weights"].cases(0):
        assert EXERCISES["moment_weights"].truth(**case).sum() == pytest.approx(1, rel=1e-12)
