"""What a check says of a mistake that nobody foresaw: true of all numbers, and only where several cases show it."""

import numpy as np
import pytest

from bpcourse.marking import messages as say
from bpcourse.marking.engine import Exercise, Misconception


def judged(change, truth=lambda X, c: np.sin(3 * X) * c, sizes=((4, 3), (2, 5), (1, 4)), **options):
    """What the check says to the truth after `change(right, X, c)`, on cases of these sizes."""

    def inputs(rng):
        return [{"X": rng.normal(size=size), "c": float(rng.uniform(2, 3))} for size in sizes]

    options = {"batch": "X", "shapes": {"X": "n m"}} | options
    exercise = Exercise(inputs, truth, {"y": 1}, "Fine.", (), **options)
    return exercise.judge(lambda X, c: change(truth(X, c), X, c)).message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda y, X, c: -y, say.SIGN),
        (lambda y, X, c: y * 3, say.TIMES.format(factor="3")),
        (lambda y, X, c: y / -3, say.TIMES.format(factor="-1/3")),
        (lambda y, X, c: y * len(X), say.TIMES_LENGTH.format(name=say.BATCH)),
        (lambda y, X, c: y / len(X), say.OVER_LENGTH.format(name=say.BATCH)),
        (lambda y, X, c: y * X.shape[1], say.TIMES_LENGTH.format(name="m")),
        (lambda y, X, c: y / c, say.OVER_LENGTH.format(name="`c`")),
        (lambda y, X, c: y * X.sum(), " is the right one times a number, and the number differs"),
        (lambda y, X, c: y + 0.5, say.OFFSET.format(offset="0.5", word=say.MORE)),
        (lambda y, X, c: y - 2, say.OFFSET.format(offset="2", word=say.LESS)),
        (lambda y, X, c: y * X, say.TIMES_ARGUMENT.format(name="X")),
        (lambda y, X, c: y - X, say.MINUS_ARGUMENT.format(name="X")),
        (lambda y, X, c: X + 0, say.IS_ARGUMENT.format(name="X")),
        (lambda y, X, c: np.abs(y), say.ABSOLUTE),
        (lambda y, X, c: y**2, say.SQUARED),
        (lambda y, X, c: np.round(y, 3), say.DECIMALS.format(d=3)),
        (lambda y, X, c: np.maximum(y, 0), say.CUT_BELOW),
        (lambda y, X, c: y * np.sign(X), say.SIGNS),
        (lambda y, X, c: y[:, ::-1], say.PERMUTED),
        (lambda y, X, c: np.where(X < 0, 7.0 + X, y), say.WHERE_NEGATIVE.format(name="X")),
        (lambda y, X, c: np.hstack([y[:, :-1], X[:, :1]]), say.ONLY_LINE.format(which=say.LAST, axis=1)),
        (lambda y, X, c: np.hstack([y[:, :1], y[:, 1:] + X[:, :1]]), say.ALL_BUT_LINE.format(which=say.FIRST, axis=1)),
        (lambda y, X, c: 0 * y, say.ALL_ZERO.format(label="")),
    ],
)
def test_relation_is_named(change, said):
    assert judged(change).startswith("What your function returned" + said), judged(change)


@pytest.mark.parametrize(
    "change",
    [
        lambda y, X, c: np.where(X.shape[0] == 4, 2 * y, y + X.cumsum(axis=1)),  # a factor in one case only
        lambda y, X, c: y + X.cumsum(axis=1) * 0.1,
        lambda y, X, c: np.cos(y),
    ],
)
def test_what_one_case_shows_is_not_claimed(change):
    assert "The largest difference" in judged(change) and "times the right one" not in judged(change)


def test_no_factor_of_whole_numbers():
    def count(X, c):
        return np.array([11.0 + X.shape[0], 22.0 + 2 * X.shape[0]])

    said = judged(lambda y, X, c: y / y[0], truth=count)
    assert "times" not in said and "The largest difference" in said
    assert "times" not in judged(lambda y, X, c: 3 * y, truth=count), "for counts a factor is chance"


def test_no_factor_from_a_single_number():
    assert "times" not in judged(lambda y, X, c: y * 2, truth=lambda X, c: np.sin(X).sum(), sizes=((4, 3),))


@pytest.mark.parametrize(
    ("wrong_there", "said"),
    [
        (lambda X, c: len(X) == 1, "n = 1, where `X` is (n, m)"),
        (lambda X, c: X.shape[0] < X.shape[1], "n < m, where `X` is (n, m)"),
        (lambda X, c: X[0, 0] > 0, "a positive corner"),
    ],
)
def test_what_the_wrong_cases_have_in_common_is_said(wrong_there, said):
    room = {"a positive corner": lambda case: case["X"][0, 0] > 0}
    sizes = ((4, 3), (3, 5), (1, 4), (5, 2), (1, 1))
    message = judged(lambda y, X, c: y + wrong_there(X, c) * np.cos(X), sizes=sizes, room=room)
    assert message.startswith(say.WHEREVER.format(what=said)), message


def test_an_error_in_some_cases_only():
    def change(y, X, c):
        if len(X) == 1:
            raise ValueError("one row only")
        return y

    message = judged(change)
    assert message.startswith(say.WHEREVER.format(what="n = 1, where `X` is (n, m)")) and "one row only" in message


def test_state_between_calls():
    calls = []

    def answer(y, X, c):
        calls.append(1)
        return y if len(calls) < 5 else y + 1

    assert judged(answer) == say.AGAIN


def test_an_argument_inside_a_list_or_a_dictionary_is_copied_and_watched():
    def inputs(rng):
        return [{"W": {1: rng.normal(size=3)}, "steps": [1.0, 2.0]}]

    exercise = Exercise(inputs, lambda W, steps: W[1] * steps[0], {"y": 1}, "Fine.", ())

    def spoils(change):
        def answer(W, steps):
            y = W[1] * steps[0]
            change(W, steps)
            return y

        return exercise.judge(answer).message

    assert spoils(lambda W, steps: None) == "Fine."
    assert "`W`" in spoils(lambda W, steps: W.update({1: 0 * W[1]})) and "`W`" in spoils(lambda W, steps: W.clear())
    assert "`W`" in spoils(lambda W, steps: W[1].fill(0)) and "`steps`" in spoils(lambda W, steps: steps.append(3))
    assert "`steps`" in spoils(lambda W, steps: steps.reverse())


def test_a_factor_of_nearly_one_is_said_with_its_digits():
    assert " is 1.0003 times the right one" in judged(lambda y, X, c: 1.0003 * y)
    assert "times" not in judged(lambda y, X, c: (1 + 5e-6) * y)


def test_no_factor_makes_something_of_zero():
    def truth(X, c):
        return np.sin(X) * (len(X) > 1)

    said = judged(lambda y, X, c: y if len(X) > 1 else y + 1, truth=truth)
    assert "times" not in said and "n = 1" in said
    assert say.TIMES.format(factor="2") in judged(lambda y, X, c: 2 * y, truth=truth)


def test_wrong_only_where_though_not_everywhere_there():
    def change(y, X, c):
        lucky = np.arange(X.size).reshape(X.shape) == np.flatnonzero(X < 0)[0]  # right by chance
        return np.where((X < 0) & ~lucky, 5 * y + X, y)

    assert say.ONLY_NEGATIVE.format(name="X") in judged(change, sizes=((8, 6), (7, 9), (6, 6)))
    assert "where `X`" not in judged(lambda y, X, c: np.where(X < 0.3, 5 * y + X, y), sizes=((8, 6), (7, 9), (6, 6)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda y, X, c: y + np.cumsum(np.cos(X)).reshape(X.shape), say.MIXED.format(part=say.RESULT, name="X")),
        (lambda y, X, c: y + 0.3 * X, say.FOLLOWS.format(part=say.RESULT, fine="`c`", off="`X`")),
    ],
)
def test_what_changing_one_argument_shows(change, said):
    message = judged(change)
    assert message.endswith(said), message


def test_an_argument_ignored_and_one_too_many():
    said = judged(lambda y, X, c: np.sin(3 * X) + 2.5 * X**2, truth=lambda X, c: np.sin(3 * X) + c * X**2)
    assert said.endswith(say.IGNORED.format(part=say.RESULT, name="c"))
    said = judged(lambda y, X, c: y + c * np.cos(X), truth=lambda X, c: np.sin(3 * X))
    assert said.endswith(say.EXTRA.format(part=say.RESULT, name="c"))


def test_an_argument_that_cannot_change_alone_is_left():
    options = {"truth": lambda X, c: np.sin(3 * X) + c * X**2, "ask": {"y": "What is y at 0?"}}
    said = judged(lambda y, X, c: np.sin(3 * X) + 2.5 * X**2, fixed=("c", "X"), **options)
    assert said.endswith("What is y at 0?") and "changes" not in said


def test_an_error_in_one_case_and_wrong_in_others():
    def change(y, X, c):
        if len(X) == 1:
            raise ValueError("one row only")
        return y + np.cos(X)

    assert "right in other cases" not in judged(change)


def test_nothing_false_is_said_of_what_a_common_shift_leaves_alone():
    """A softmax does not change when the same is added to all; it changes with its argument all the same."""

    def softmax(X, c):
        e = np.exp(X - X.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    for wrong in (lambda y, X, c: np.exp(X), lambda y, X, c: y * np.cos(y) + y**3, lambda y, X, c: y - y.mean() * X):
        said = judged(wrong, truth=softmax)
        assert "the right one does not" not in said, said


def test_a_part_that_a_mistake_has_right_is_not_explained_by_it():
    def inputs(rng):
        return [{"x": rng.normal(size=5) * 1e-14}, {"x": rng.normal(size=3)}]

    mistake = Misconception("sign", lambda x: (-x, x), "{parts} has the wrong sign.", alone=True)
    exercise = Exercise(inputs, lambda x: (x, x), {"a": 1, "b": 1}, "", (mistake,), tolerance=1e-9)
    assert exercise.judge(lambda x: (-x, x * (1 + 1e-7))).message.startswith("`a` has the wrong sign.")
    assert "sign" not in exercise.judge(lambda x: (x, x * (1 + 1e-7))).message


def test_what_a_few_cases_have_in_common_by_chance_is_not_said():
    """Wrong where X begins above 1; the only such case is also the only one with n = 1."""

    def inputs(rng):
        return [{"X": sign + rng.uniform(0, 0.5, size)} for sign, size in ((-1, (4, 3)), (-2, (2, 3)), (1, (1, 3)))]

    def wide(rng):
        return {"X": rng.choice([-1, 1]) + rng.uniform(0, 0.5, rng.integers(1, 5, 2))}

    def judge(wide):
        exercise = Exercise(inputs, lambda X: np.sin(X), {"y": 1}, "Fine.", (), shapes={"X": "n m"}, wide=wide)
        return exercise.judge(lambda X: np.sin(X) + (X[0, 0] > 0) * np.cos(X)).message

    assert "n = 1" in judge(None) and "n = 1" not in judge(wide)


def test_what_is_kept_by_size_is_seen():
    kept = {}

    def change(y, X, c):
        return kept.setdefault(X.shape, y)

    assert "right in other cases" in judged(change)


def test_what_is_right_in_the_cases_is_tried_on_wider_ones():
    def wide(rng):
        return {"X": rng.normal(size=rng.integers(1, 9, 2)), "c": float(rng.uniform(2, 3))}

    said = judged(lambda y, X, c: y[:, :5] if X.shape[1] > 5 else y, wide=wide)
    assert "right in other cases" in said and "(" in said
    assert judged(lambda y, X, c: y[:, :5]) == "Fine.", "no case is so wide"
    assert judged(lambda y, X, c: +y, wide=wide) == "Fine."


def test_what_is_kept_is_said_where_the_first_call_is_wrong_too():
    sums = []

    def change(y, X, c):
        sums.append(y.sum())
        return y + sum(sums) * np.cos(X)

    assert judged(change).endswith(say.TWICE.format(part=say.RESULT))


def test_nearly_right_is_told_with_its_digits():
    assert "right to about 3 digits" in judged(lambda y, X, c: y + 0.002 * np.cos(X * 7))
    assert "digits" not in judged(lambda y, X, c: y + 0.2 * np.cos(X * 7))


def test_a_place_is_not_claimed_from_one_case():
    said = judged(
        lambda y, X, c: np.hstack([y[:, :-1], X[:, -1:]]) if len(X) == 4 else y, sizes=((2, 3), (4, 5), (1, 4))
    )
    assert "place along axis" not in said and "right in other cases" in said
