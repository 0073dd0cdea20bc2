"""Answers that are the same but for names and layout."""

import re
import warnings

import pytest
from by_hand import mark

from bpcourse.marking import messages as say
from bpcourse.teaching.records import Record
from bpcourse.teaching.similar import LONG, shape, similar, write_similar

ANSWER = '''def backward(W, delta, A):
    """Mine."""
    n = len(A)
    dW = delta.T @ A / n  # the mean
    db = np.sum(delta, axis=0) / n
    back = [row * W for row in delta]
    return dW, db, back
'''


def renamed(**names):
    """The answer with other names, as in n="count"."""
    return re.sub(r"\b(\w+)\b", lambda word: names.get(word[1], word[1]), ANSWER)


SAME = {
    "itself": ANSWER,
    "names": renamed(n="count", dW="gradient", row="r", back="b"),
    "arguments": renamed(delta="d", W="weights", A="x"),
    "layout": ANSWER.replace(" / n", "/n").replace(", ", ",").replace("    ", "\t"),
    "brackets": ANSWER.replace("delta.T @ A / n", "((delta.T) @ A) / n"),
    "comments": ANSWER.replace("# the mean", "# divided by n") + "\n# done\n",
    "docstring": ANSWER.replace('    """Mine."""\n', ""),
    "annotations": ANSWER.replace("W, delta, A)", "W: float, delta: list, A) -> tuple"),
    "quotes": ANSWER.replace('"""', "'''"),
    "name of the function": ANSWER.replace("backward", "other"),
    "pass": ANSWER.replace("    n = len(A)", "    pass\n    n = len(A)"),
    "ends of lines": ANSWER.replace("\n", "\r\n"),
}
OTHER = {
    "constant": ANSWER.replace("axis=0", "axis=1"),
    "operator": ANSWER.replace("* W", "+ W"),
    "function from outside": ANSWER.replace("np.sum", "np.mean"),
    "name from outside": ANSWER.replace("len(A)", "abs(A)"),
    "order": ANSWER.replace("return dW, db", "return db, dW"),
    "names exchanged": ANSWER.replace("delta.T @ A", "A.T @ delta"),
    "a line more": ANSWER.replace("    return", "    dW = dW + 0\n    return"),
    "keyword": ANSWER.replace("axis=0", "keepdims=0"),
}


@pytest.mark.parametrize("kind", SAME)
def test_names_and_layout_make_no_difference(kind):
    assert kind == "itself" or SAME[kind] != ANSWER
    assert shape(SAME[kind]) == shape(ANSWER)


@pytest.mark.parametrize("kind", OTHER)
def test_what_is_computed_does(kind):
    assert OTHER[kind] != ANSWER and shape(OTHER[kind])[0] != shape(ANSWER)[0]


@pytest.mark.parametrize("source", ["def f(:", "\0", "(" * 10_000, "x = " + "-" * 50_000 + "1", "%timeit f()"])
def test_what_is_no_python_is_like_nothing(source):
    assert shape(source) is None


def test_reading_an_answer_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert shape("import re\ndef f(x):\n    return re.sub('\\d', '', x) if x is 1 else 0x1for x")
        assert shape("f('\\d')")


def answered(learner, source, exercise="one", assignment="01_first", status=say.PASSED):
    marks = (mark(exercise, 1.0, 1.0, status=status),)
    return Record(learner, assignment, marks, answers={exercise: source})


def own(k):
    """An answer that nobody else gives."""
    return ANSWER.replace("axis=0", f"axis={k + 5}")


def test_a_rare_answer_of_two_is_listed_and_others_are_not():
    records = [answered(f"l{k:02}", own(k)) for k in range(28)] + [
        answered("ann", ANSWER),
        answered("zoe", SAME["names"]),
    ]
    (pair,) = similar(records)
    assert pair.learners == ("ann", "zoe") and pair.exercises == (("01_first", "one"),) and 4 < pair.bits < 6


def test_an_answer_of_half_of_the_class_means_nothing_in_however_many_exercises():
    def answers(k, exercise):
        return answered(f"l{k:02}", ANSWER if k % 2 else own(k), exercise)

    assert similar([answers(k, f"e{j}") for k in range(30) for j in range(9)]) == []


def test_a_short_answer_means_nothing():
    short = "def f(x):\n    return 2 * x"
    assert shape(short)[1] < LONG < shape(ANSWER)[1]
    records = [answered(f"l{k:02}", short.replace("2", str(k + 5))) for k in range(28)]
    assert similar(records + [answered("ann", short), answered("zoe", short)]) == []


def test_what_anybody_would_write_means_nothing():
    records = [answered(f"l{k:02}", own(k)) for k in range(28)] + [answered("ann", ANSWER), answered("zoe", ANSWER)]
    assert similar(records) and similar(records, natural=[SAME["arguments"]]) == []


def test_an_answer_left_blank_means_nothing():
    records = [answered(f"l{k:02}", own(k)) for k in range(28)]
    assert similar(records + [answered(who, ANSWER, status=say.NOT_ATTEMPTED) for who in ("ann", "zoe")]) == []


def test_in_a_small_class_several_exercises_are_needed():
    def alike(count):
        return [answered(who, ANSWER, f"e{k}") for who in ("ann", "ben") for k in range(count)] + [
            answered("carl", own(k), f"e{k}") for k in range(count)
        ]

    assert similar(alike(2)) == []
    assert [len(pair.exercises) for pair in similar(alike(3))] == [3]


def test_nobody_is_similar_to_nobody_or_to_themselves():
    assert similar([]) == [] and similar([answered("ann", ANSWER)] * 30) == []


def test_the_most_surprising_pair_stands_first_in_the_table(tmp_path):
    records = [answered(f"l{k:02}", own(k + 30 * j), f"e{j}") for k in range(26) for j in range(2)]
    records += [answered("=c", own(900), "e0"), answered("d", own(900), "e0")]
    records += [answered(who, own(800 + j), f"e{j}") for who in ("y", "z") for j in range(2)]
    pairs = similar(records)
    assert [pair.learners for pair in pairs] == [("y", "z"), ("=c", "d")] and pairs == similar(records[::-1])
    write_similar(tmp_path, pairs)
    lines = (tmp_path / "out" / "similar.csv").read_text("utf-8-sig").splitlines()
    assert lines[1].startswith("y,z,2,") and lines[2].startswith("'=c,d,1,")
