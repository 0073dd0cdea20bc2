"""The exercises on rules that adapt: what holds for one of them only; test_exercises.py has the rest."""

import re
from itertools import combinations

import numpy as np
import pytest
import stored
from bpanswers import nadam_step, rmsprop_step
from bpanswers.common.edits import edited, solution
from support import inputs_are_random

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.exercises import find

SEEDS = range(5)
CELLS = stored.cells("solutions", "adaptive_rules")
FUNCTIONS = [name for name in stored.exercises("adaptive_rules") if isinstance(find(name), Exercise)]


def wrong_of(name):
    """{name of a misconception: the wrong answer}."""
    return {mistake.name: mistake.wrong for mistake in find(name).misconceptions}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_inputs_are_random(name):
    inputs_are_random(find(name))


@pytest.mark.parametrize("answers", [rmsprop_step, nadam_step])
def test_truth_is_the_rule_of_the_module_to_the_last_digits(answers):
    for case in answers.EXERCISE.cases(3):
        for came, right in zip(answers.library(**case), answers.truth(**case), strict=True):
            np.testing.assert_allclose(came, right, rtol=1e-12, atol=1e-13)


def test_eps_and_batch_can_be_seen():
    """Adam's division hides neither: each moves the answer by far more than the tolerance."""
    for mistake in ("not_averaged", "eps_inside_root"):
        for case in find("train_adamw").cases(0):
            if len(case["X"]) == 1 or len(case["W"]) == 1:
                continue  # a mean over one example; or gradients that are 0
            came, right = wrong_of("train_adamw")[mistake](**case)[0], find("train_adamw").truth(**case)[0]
            assert np.abs(came - right).max() > 1e-4 * np.abs(right).max()


def test_weights_add_up_to_one():
    weights = find("moment_weights")
    assert "`betas = np.array([0.5, 0.8])`" in CELLS["moment_weights-task"].source
    np.testing.assert_allclose(weights.truth(np.array([0.5, 0.8])), [2 / 3, 1 / 3], rtol=1e-12)
    for case in weights.cases(0):
        assert weights.truth(**case).sum() == pytest.approx(1, rel=1e-12)


def test_partial_points_for_each_part_alone():
    for i, (part, points) in enumerate(find("nadam_step").parts.items()):

        def one_right(*inputs, i=i):
            return [x if k == i else x + 1 for k, x in enumerate(nadam_step.joined(*inputs))]

        result = bp.check("nadam_step", one_right)
        assert (result.points, result.status) == (points, "In part")
        assert result.message.startswith(f"`{part}` is right. ")


def test_lines_do_what_they_say_but_one():
    """The code that the task prints, run against another form of what its sentence says."""
    rng = np.random.default_rng(5)
    theta, g = rng.normal(size=4), rng.normal(size=4)
    state = {
        "np": np, "theta": theta, "g": g, "v": rng.uniform(0.1, 1, 4), "m": rng.normal(size=4),
        "s": rng.uniform(0.1, 1, 4), "alpha": 0.3, "beta": 0.8, "beta1": 0.7, "beta2": 0.9, "eps": 0.1, "t": 3,
        "decay": 0.4,
    }  # fmt: skip
    blocks = re.findall(
        r"^\*\*(\w)\*\* .*?```python\n(.*?)```", CELLS["not_as_said-task"].source, re.DOTALL | re.MULTILINE
    )
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
                "hats_kept": 2, "t_never_moves_for_m": 2, "t_one_ahead+shared_state": 1,
                "t_one_ahead+eps_by_precedence": 1, "t_never_moves+eps_missing": 1,
                "t_never_moves+eps_by_precedence+moments_forgotten": 0}  # fmt: skip
    for name, points in expected.items():
        result = bp.check("mended_adam", wrong_of("mended_adam")[name])
        assert (result.diagnosis, result.points) == (name, points)
    lost = [name for name in wrong_of("mended_adam") if name not in dict(find("mended_adam").credit)]
    assert not lost, "each says how many bugs are mended, so each has its points"
    unnamed = edited(solution("mended_adam"), ("alpha * m_hat", "1.5 * alpha * m_hat"))
    assert bp.check("mended_adam", unnamed).points == 0
    assert "all three if the check cannot tell" in CELLS["mended_adam-task"].source
