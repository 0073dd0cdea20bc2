"""The parts of the checks: results, questions, exercises, comparison, and `check` itself when it is misused."""

import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import stored
from support import AlwaysEqual, Equal, Pretender, Rogue, hidden, instead, judge, refuses, returning

import bpcourse as bp
from bpcourse.marking import check
from bpcourse.marking.answer import shown
from bpcourse.marking.compare import WrongType, agree, alike, describe, plain
from bpcourse.marking.engine import Demand, Exercise, Misconception, Question
from bpcourse.marking.exercises import everything
from bpcourse.marking.result import Result

EXERCISES = everything()

CHECKS = Path(bp.__file__).parent / "marking"


# ----- the result


def test_result_as_text_and_html():
    result = Result(False, 1.0, 2.0, None, "`dW` < 1 & <b>bold</b>")
    assert str(result) == repr(result) == "In part (1 of 2 points). `dW` < 1 & <b>bold</b>"
    html = result._repr_html_()
    assert "<strong>In part (1 of 2 points).</strong>" in html and "border-left: 5px solid #" in html
    assert "<code>dW</code> &lt; 1 &amp; &lt;b&gt;bold&lt;/b&gt;" in html


def test_result_says_its_state_in_words_and_colours():
    results = [
        Result(True, 2.0, 2.0, None, "."),
        Result(False, 1.0, 2.0, None, "."),
        Result(False, 0.0, 2.0, None, "."),
        Result(False, 0.0, 2.0, None, ".", attempted=False),
    ]
    assert [result.status for result in results] == ["Passed", "In part", "Not yet", "Not attempted"]
    colours = [result._repr_html_().split("solid ")[1][:7] for result in results]
    assert len(set(colours)) == 4
    for colour in colours:  # 3 to 1 on white and on JupyterLab's dark grey, as WCAG asks of a graphic
        assert contrast(colour, "#ffffff") >= 3 and contrast(colour, "#111111") >= 3, colour
    assert all("color:" not in result._repr_html_() for result in results), "the text keeps the theme's colour"


def contrast(one, other):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_text_is_the_points_where_nbgrader_marks(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert repr(judge(hidden)) == "3.0"
    assert repr(judge(returning(0))) == "0.0"
    assert str(judge(hidden)).startswith("Passed")
    monkeypatch.delenv("NBGRADER_EXECUTION")
    assert repr(judge(hidden)).startswith("Passed (3 of 3 points). ")


# ----- check() itself misused


def named(name):
    def function(W2, delta2, z1):
        return hidden(W2, delta2, z1)

    function.__name__ = name
    return function


def test_function_is_found_by_its_name():
    assert check(named("hidden_delta")).passed
    assert bp.check is check


@pytest.mark.parametrize(
    "answer, words",
    [
        ((), ["needs your answer", "bp.check(parametric_relu)"]),
        ((named("hiden_delta"),), ["no exercise called `hiden_delta`", "Did you mean `hidden_delta`?", "`train`"]),
        ((named("xyz"),), ["no exercise called `xyz`", "`warm_up`"]),
        ((named("<lambda>"),), ["no name of its own (`<lambda>`)"]),
        ((partial(hidden),), ["no name of its own"]),
        ((0.5,), ["A value (a float)", "name of its exercise"]),
        ((...,), ["without the name"]),
        ((np.ones(2),), ["without the name"]),
        (("hidden_delta",), ["bp.check(hidden_delta)", "without quotation marks"]),
        (("delta_by_hand",), ['bp.check("delta_by_hand", your_value)']),
        (("delta_by_hnd", 1), ["Did you mean `delta_by_hand`?"]),
        (("delta_by_hnd",), ["Did you mean `delta_by_hand`?"]),
        ((hidden, 1), ["name of an exercise is text"]),
        ((1, 2, 3), ["3 answers came"]),
    ],
)
def test_misuse_is_explained(answer, words):
    result = check(*answer)
    assert (result.passed, result.points, result.max_points) == (False, 0.0, 0.0)
    assert str(result).startswith("Not yet. ") and "<strong>Not yet.</strong>" in result._repr_html_()
    for word in words:
        assert word in result.message, result


@pytest.mark.parametrize("seed", [-1, 1.5, "1", None, True])
def test_bad_seed_is_explained(seed):
    result = judge(hidden, seed=seed)
    assert not result.passed and "`seed` should be a whole number" in result.message


def test_seed_changes_the_inputs():
    seen = []

    def answer(W2, delta2, z1):
        seen.append(W2[0, 0])
        return hidden(W2, delta2, z1)

    for seed in (0, 1, 0, np.int64(1)):
        assert judge(answer, seed=seed).passed
    calls = len(seen) // 4
    first, second, third, fourth = (seen[i : i + calls] for i in range(0, 4 * calls, calls))
    assert first == third and second == fourth and not set(first) & set(second)


# ----- questions


def test_warm_up():
    assert check("warm_up", 7).passed and check("warm_up", 7.0).points == 1.0
    found = [check("warm_up", value).diagnosis for value in (6, 8, 9, 4.999)]
    assert found == ["bias_forgotten", "bias_before_weight", "bias_added_to_weight", "bias_taken_off"]
    for value in (6, 8, 0.999, 5):
        result = check("warm_up", value)
        refuses(result, "?")
        assert "7" not in result.message
    assert check("warm_up", ...).status == "Not attempted"


def test_numbers_are_read_kindly():
    refuses(check("warm_up", "7"), "without quotation marks")
    refuses(check("warm_up", [7, 8]), "a list of 2 numbers")
    refuses(check("warm_up", float("inf")), "is inf")
    refuses(check("warm_up", 7.01), "is close")
    refuses(check("warm_up", -7), "the sign is not")
    refuses(check("warm_up", True), "True or False")
    assert check("warm_up", np.array([[7.0]])).passed and check("warm_up", np.float32(7)).passed


def test_choice_out_of_range_names_the_choices():
    refuses(check("faulty_line", "G"), "A, B, C, D, E, F", '"G"')
    refuses(check("faulty_line", 4), "an int came")


def test_evil_values_stay_inside():
    class Number(float):
        def __float__(self):
            raise SystemExit

    class Text(str):
        def strip(self, *_):
            raise Rogue("no")

    refuses(check("warm_up", Number(7)), "could not read your answer")
    refuses(check("faulty_line", Text("D")), "could not read your answer")
    refuses(check("warm_up", AlwaysEqual()))
    refuses(check("warm_up", Pretender()))
    assert not check(Text("faulty_line"), AlwaysEqual()).passed


# ----- the parts of the engine


def one_vector(rng):
    return [{"x": rng.normal(size=3)}]


def test_exercise_reports_parts_and_all_or_nothing():
    def exercise(points):
        return Exercise(one_vector, lambda x: (x, 2 * x), {"a": 1, "b": 2}, "Fine.", (), points=points, batch="x")

    assert exercise(None).max_points == 3.0 and exercise(4).max_points == 4.0
    half = [exercise(points).judge(lambda x: (x, x)) for points in (None, 4)]
    assert [result.points for result in half] == [1.0, 0.0]
    assert all(result.message.startswith("`a` is right. ") for result in half)


def test_misconception_is_found_for_one_part_beside_another_mistake():
    def judged(alone, answer):
        mistake = Misconception("summed", lambda x: (x.sum(), x), "{parts}: one number for {n}?", alone)
        return Exercise(one_vector, lambda x: (x, x), {"a": 1, "b": 1}, "", (mistake,)).judge(answer)

    result = judged(True, lambda x: (x.sum(), x**2))
    assert (result.diagnosis, result.message) == (
        "summed",
        "`a`: one number for None? (`b` is wrong, too.)",
    )
    result = judged(False, lambda x: (x.sum(), x**2))
    assert result.diagnosis is None, "it does not explain everything that came"
    result = judged(False, lambda x: (x.sum(), x))
    assert (result.diagnosis, result.message) == ("summed", "`b` is right. `a`: one number for None?")


def test_same_error_as_a_misconception_is_that_misconception():
    result = judge(lambda W2, delta2, z1: delta2 @ W2.T * bp.sigmoid.derivative(z1))
    assert result.diagnosis == "transposed_too_often"
    result = judge(lambda W2, delta2, z1: np.dot(delta2, W2.T) * z1**2)
    assert result.diagnosis is None and "not aligned" in result.message


def test_an_error_is_shown_under_a_diagnosis_that_rests_on_it_alone():
    result = judge(lambda W2, delta2, z1: delta2 @ W2.T * bp.sigmoid.derivative(z1))
    assert "ValueError" in result.message and "The inputs were W2 (3, 4), delta2 (7, 3), z1 (7, 4)." in result.message
    assert "gufunc" not in result.message and "signature" not in result.message

    def raises_for_some(x):
        if len(x) > 3:
            raise ValueError("four")
        return 2 * x

    mistake = Misconception("half", raises_for_some, "Really?")
    two = lambda rng: [{"x": rng.normal(size=n)} for n in (3, 4)]  # noqa: E731
    exercise = Exercise(two, lambda x: x, {"y": 1}, "", (mistake,))
    assert exercise.judge(raises_for_some).message == "Really?", "numbers agree as well: that is enough"


def test_what_no_answer_changes_is_computed_once_for_a_seed():
    counted = Counter()

    def counts(name, function):
        def counting(x):
            counted[name, len(x)] += 1
            return function(x)

        return counting

    def inputs(rng):
        counted["inputs"] += 1
        return [{"x": rng.normal(size=n)} for n in (3, 4)]

    half = Misconception("half", counts("half", lambda x: x / 2), "Really?")
    exercise = Exercise(inputs, counts("truth", np.copy), {"y": 1}, "", (half,), wide=lambda rng: {"x": np.ones(5)})
    answers = np.exp, lambda x: x / 2, np.copy, lambda x: x * (len(x) < 5)
    said = [exercise.judge(answer).message for answer in answers]
    once = counted.copy()
    assert counted["half", 4] == counted["truth", 4] == 1
    assert [exercise.judge(answer).message for answer in answers] == said and counted == once
    assert len(set(said)) == 4 and not exercise.judge(np.exp, 1).passed and counted != once


@pytest.mark.parametrize(
    "pack, array_in",
    [
        (lambda a: a, lambda x: x),
        (lambda a: ([a],), lambda x: x[0][0]),
        (lambda a: {"a": a}, lambda x: x["a"]),
        (lambda a: SimpleNamespace(a=a), lambda x: x.a),
        (lambda a: [SimpleNamespace(a=a)], lambda x: x[0].a),
        (lambda a: np.array([SimpleNamespace(a=a)]), lambda x: x[0].a),
    ],
)
def test_what_an_answer_does_to_its_inputs_is_gone_when_the_next_one_comes(pack, array_in):
    """Also what it does to an object, which is not copied for it."""

    def spoils(x):
        array_in(x)[...] = 0
        return np.zeros(3)

    exercise = Exercise(
        lambda rng: [{"x": pack(rng.normal(size=3))}], lambda x: array_in(x).copy(), {"y": 1}, "Fine.", ()
    )
    for _ in range(2):
        assert not exercise.judge(spoils).passed and exercise.judge(lambda x: 1.0 * array_in(x)).passed


def test_parts_in_another_order_are_told_so_unless_a_misconception_explains_them():
    def exercise(*mistakes):
        return Exercise(one_vector, lambda x: (x, 2 * x, 3 * x), dict.fromkeys("abc", 1), "", mistakes)

    def swapped(x):
        return x, 3 * x, 2 * x

    result = exercise().judge(swapped)
    assert (result.diagnosis, result.points) == ("order_of_parts", 1.0) and "`return a, b, c`" in result.message
    first = Misconception("first", lambda x: (x, 3 * x, x), "?")
    assert exercise(first).judge(swapped).diagnosis == "order_of_parts", "it explains one part only"
    whole = Misconception("whole", swapped, "?")
    assert exercise(first, whole).judge(swapped).diagnosis == "whole"
    assert exercise().judge(lambda x: (x, 3 * x, 3 * x)).diagnosis is None, "one is missing"
    assert exercise().judge(lambda x: (x, 3 * x, 2.5 * x)).diagnosis is None
    twins = Exercise(one_vector, lambda x: (x, x, 2 * x), dict.fromkeys("abc", 1), "", ())
    assert twins.judge(lambda x: (x, 2 * x, x)).diagnosis == "order_of_parts"
    assert twins.judge(lambda x: (x, 2 * x, 5 * x)).diagnosis is None


def test_demand_is_asked_of_right_answers_only_and_costs_its_points():
    asked = []

    def met(function, seed):
        asked.append(seed)
        return function(np.ones(1)) < 2

    exercise = Exercise(one_vector, np.copy, {"y": 3}, "Fine.", (), demands=(Demand("small", met, 2.0, "Right, but?"),))
    assert exercise.judge(lambda x: 2 * x, 7).points == 0.0 and not asked
    result = exercise.judge(lambda x: x + 0.0, 7)
    assert result.passed and asked == [7]
    result = exercise.judge(lambda x: x if len(x) > 1 else x + 5)
    assert (result.passed, result.points, result.diagnosis, result.message) == (False, 1.0, "small", "Right, but?")


def test_an_exercise_may_ask_for_more_digits():
    mistake = Misconception("other_part", lambda x: (2 * x, x), "?")
    strict = Exercise(one_vector, lambda x: (x, x), {"a": 1, "b": 1}, "", (mistake,), tolerance=1e-10)
    result = strict.judge(lambda x: (x, x * (1 + 1e-8)))
    assert result.points == 1.0 and "right to about 8 digits" in result.message
    assert result.diagnosis is None, "it fails by its precision alone, not by a mistake in the other part"
    assert strict.judge(lambda x: (x, x * (1 + 1e-12))).passed


def test_question_may_take_fewer_digits_or_be_a_count():
    def question(truth, tolerance):
        return Question(truth, 1, "Fine.", (), tolerance=tolerance)

    assert question(np.log(4), 5e-4).judge(1.386).passed and not question(np.log(4), 5e-4).judge(1.39).passed
    typed = {
        number: question(np.log(4), 5e-4).judge(number).passed for number in (1.386, 1.3862, 1.3863, 1.3865, 1.38651234)
    }
    assert list(typed.values()) == [True, True, True, False, True], "the last digit that is typed is a right one"
    count = question(20, 0.0)
    assert count.judge(20.0).passed and "asked for a count" in count.judge(20.000001).message


def test_inputs_are_shown_by_shape_size_and_value():
    case = {
        "Z": np.full((2, 3), -1200.0), "W": {1: np.ones((2, 1))}, "labels": np.array([500, 3]), "c": 1.7, "alpha": 0.24384395456534805,
        "edges": ((0, 1, 0.5),), "long": tuple(range(1000)), "g": np.tanh,
    }  # fmt: skip
    said = "Z (2, 3) with entries up to 1200 in size, W[1] (2, 1), labels (2,), c = 1.7, "
    said += "alpha = 0.2438, edges = ((0, 1, 0.5),)"
    assert shown(case) == said


def test_a_stack_of_the_parts_is_read_as_the_parts():
    exercise = Exercise(one_vector, lambda x: (x, 2 * x), {"a": 1, "b": 1}, "", ())
    assert exercise.judge(lambda x: np.stack([x, 2 * x])).passed
    assert "one array of shape (3,)" in exercise.judge(lambda x: x).message


def test_two_zeros_but_for_rounding_are_alike():
    one, other = np.array([1e-17, -2e-17]), np.array([3e-17, 1e-18])
    assert alike(one, other) and not alike(one, np.array([1e-3, 0])) and not alike(one, np.zeros(3))


def test_tolerance_is_a_millionth_of_the_largest_entry():
    right = np.array([1000.0, 0.001])
    assert agree(right + [0, 0.0009], right) and not agree(right + [0, 0.0011], right)
    assert agree(np.zeros(2), np.zeros(2)) and not agree(np.full(2, 1e-5), np.zeros(2))
    assert not agree(np.array([np.nan, 0.001]), right)
    assert judge(instead(lambda d: d + 1e-7 * np.abs(d).max())).passed
    refuses(judge(instead(lambda d: d + 2e-6 * np.abs(d).max())))


def test_plain_copies_and_refuses():
    array = np.ones(3)
    assert plain(array) is not array and plain(array.view(Equal)).tolist() == [1, 1, 1]
    assert plain([1, (2.5, 3)][1]).tolist() == [2.5, 3] and plain(2).shape == ()
    for value in ("1", None, 1j, [1j], np.array([1j]), {1}, [[1], [1, 2]], True, [True]):
        with pytest.raises(WrongType):
            plain(value)


def test_describe_numbers_and_unreduced_arrays():
    assert describe(np.array(2.0), np.array(0.7), "it") == "it is 2, which is not right."
    rows = np.arange(12.0).reshape(3, 4)
    assert "sum over axis 0" in describe(rows, rows.sum(0), "it")
    assert "mean over axis 1" in describe(rows, rows.mean(1), "it")
    assert "is the transpose of the right one" in describe(rows.T, rows, "it")
    assert "times" not in describe(rows * (1 + 2e-6), rows, "it"), "not: exactly 1 times the right one"
    assert "Which factor should be transposed" in describe(rows, rows.T + rows[0, 1], "it")


def test_names_are_unique_and_every_choice_has_its_message():
    files = {path.stem for path in (stored.TREE / "solutions" / "bpanswers").glob("*.py")} - {"__init__"}
    assert files == set(EXERCISES) and len(EXERCISES) > 20
    for exercise in EXERCISES.values():
        names = [mistake.name for mistake in exercise.misconceptions]
        assert len(names) == len(set(names)) and exercise.passed
        if isinstance(exercise, Question) and exercise.choices:
            assert {mistake.wrong for mistake in exercise.misconceptions} | {exercise.truth} == set(exercise.choices)


def test_checking_loads_no_matplotlib():
    loaded = "print('matplotlib' in sys.modules, 'IPython' in sys.modules)"
    code = f"import sys, bpcourse as bp; bp.check('warm_up', 7); {loaded}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout.strip(), done.stderr) == ("False False", "")
