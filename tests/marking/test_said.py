"""What is said of answers that no list holds: small edits of a solution, and what is right for small sizes only."""

import pytest
from bpanswers.common.edits import edited, solution

import bpcourse as bp
from bpcourse.marking.exercises import find

SEEDS = range(5)


@pytest.mark.parametrize(
    ("name", "change", "diagnosis", "words"),
    [
        ("largest_rate", ("eigvalsh(H).max()", "eigvalsh(H)[len(H) // 3]"), "another_eigenvalue", "not always by the"),
        ("momentum_step", ("beta * v", "0.9 * v"), None, "`theta` stays the same"),
        ("rmsprop_step", ("+ eps", "+ 1e-8"), None, "`theta` stays the same"),
        ("rmsprop_step", ("g**2", "g.mean() ** 2"), None, "entries of your `theta`"),
        ("rmsprop_step", ("g**2", "g"), "square_missing", "so it can be negative"),
        ("nadam_step", ("**t", " ** max(t, 2)"), None, "not in those with t = 1"),
        ("nadam_step", ("+ eps", "+ max(eps, 0.01)"), None, "not in those with an eps below 0.01"),
        ("moment_weights", ("(1 - betas) *", "(1 - betas[-1]) *"), "share_missing", "the same in all steps, or with none"),
        ("train_adamw", ("delta.sum(axis=0) / n", "delta.mean()"), "bias_to_one_number", "one gradient for all, or none"),
    ],
)  # fmt: skip
def test_what_is_said_of_an_edited_solution(name, change, diagnosis, words):
    for seed in SEEDS:
        result = bp.check(name, edited(solution(name), change), seed=seed)
        assert result.diagnosis == diagnosis and words in result.message and result.message.count("?") <= 1, result


@pytest.mark.parametrize(
    ("name", "ending", "words"),
    [
        ("momentum_step", "v.ndim < 4", "more than three dimensions"),
        ("momentum_step", "v.size < 101", "more than 100 entries"),
        ("largest_rate", "len(H) < 7", "more than six directions"),
        ("moment_weights", "len(betas) < 101", "more than 100 steps"),
    ],
)
def test_right_for_small_sizes_only(name, ending, words):
    """An answer that gives the half of the right one elsewhere."""
    right = edited(solution(name))

    def answer(*args):
        names = dict(zip(find(name).cases(0)[0], args, strict=True))
        came = right(*args)
        if eval(ending, names):
            return came
        return [part / 2 for part in came] if isinstance(came, tuple) else came / 2

    for seed in SEEDS:
        result = bp.check(name, answer, seed=seed)
        assert not result.passed and f"not in those with {words}" in result.message, result
