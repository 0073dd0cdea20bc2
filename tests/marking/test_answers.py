"""The checks against answers that are blank, raise, or return something else than asked."""

import subprocess
import sys
import time
from functools import partial, wraps

import numpy as np
import pytest
from support import AlwaysEqual, Equal, Pretender, Rogue, after, hidden, instead, judge, refuses, returning

import bpcourse as bp
from bpcourse.marking import check
from bpcourse.marking import messages as say

# ----- blank answers


def blank_docstring(W2, delta2, z1):
    """Nothing yet."""
    # Write your answer here.


def blank_pass(W2, delta2, z1):
    pass


def blank_dots(W2, delta2, z1):
    """Nothing yet."""
    ...


def blank_return(W2, delta2, z1):
    return None


def blank_not_implemented(W2, delta2, z1):
    raise NotImplementedError


@pytest.mark.parametrize(
    "answer",
    [blank_docstring, blank_pass, blank_dots, blank_return, blank_not_implemented, ..., None],
    ids=lambda v: getattr(v, "__name__", repr(v)),
)
def test_blank_is_not_attempted(answer):
    result = judge(answer)
    assert (result.status, result.points, result.max_points, result.diagnosis) == ("Not attempted", 0.0, 3.0, None)
    assert "`hidden_delta`" in result.message


def test_returning_a_constant_is_an_attempt():
    def answer(W2, delta2, z1):
        return 5

    refuses(judge(answer), "has the shape ()")


def test_code_without_return_is_an_attempt():
    def answer(W2, delta2, z1):
        delta1 = delta2 @ W2  # noqa: F841

    refuses(judge(answer), "returned nothing: is there a `return`?")


# ----- answers that raise


def test_error_is_reported_with_its_line_and_the_shapes():
    def answer(W2, delta2, z1):
        product = delta2 @ W2
        return product @ z1

    result = judge(answer)
    refuses(result, "ValueError: matmul", "`return product @ z1`", "W2 (3, 4), delta2 (7, 3), z1 (7, 4)")


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no text")


def endless_recursion(*_):
    return endless_recursion()


@pytest.mark.parametrize(
    "error", [SystemExit(0), Rogue("x"), GeneratorExit(), Unprintable(), StopIteration(3), OSError()]
)
def test_whatever_is_raised_stays_inside(error):
    def answer(W2, delta2, z1):
        raise error

    refuses(judge(answer), "Your function stopped with an error", type(error).__name__)


def test_recursion_exit_and_interrupt_stay_inside():
    refuses(judge(after(endless_recursion)), "RecursionError")
    refuses(judge(after(sys.exit)), "SystemExit")

    def interrupt():
        raise KeyboardInterrupt

    refuses(judge(after(interrupt)), say.STOPPED)


def test_long_and_broken_error_text_is_shortened():
    def answer(W2, delta2, z1):
        raise ValueError("first line\nsecond " + "x" * 5000)

    result = judge(answer)
    refuses(result, "first line second")
    assert len(result.message) < 600


# ----- answers that return the wrong thing


class ArrayLike:
    def __array__(self, *_, **__):
        raise SystemExit


async def coroutine():
    return 1


WRONG_TYPES = [
    AlwaysEqual(), ArrayLike(), "text", "1", b"1", {"delta1": 1}, {1, 2}, range(3), object, hidden, True, 1j, ...,
    [], (), [None], ["1"], [[1.0, 2.0], [3.0]], (x for x in [1.0]), 0, float("nan"), 10**400, np.array(3),
    np.zeros((0, 4)), np.array(["a"]), np.array([None]), np.array([True]),
    np.ma.masked_all((7, 4)), np.datetime64("2020"),
]  # fmt: skip


@pytest.mark.parametrize("value", WRONG_TYPES, ids=lambda value: type(value).__name__)
def test_wrong_type_is_said(value, capfd):
    refuses(judge(returning(value)))
    assert capfd.readouterr() == ("", "")


def test_object_that_hides_its_type_is_no_answer():
    refuses(judge(returning(Pretender())), "who asks?")


def test_generator_and_coroutine_are_said(capfd, recwarn):
    def answer(W2, delta2, z1):
        yield 1.0

    refuses(judge(answer), "a generator")
    refuses(judge(lambda W2, delta2, z1: coroutine()), "a coroutine")
    assert not recwarn.list and capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "change, word",
    [
        (lambda d: d + 0j, "complex numbers"),
        (lambda d: d.astype(object), "objects"),
        (lambda d: d * np.nan, "NaN"),
        (lambda d: np.where(d > 0, np.inf, d), "NaN or infinite"),
        (lambda d: d.T, "one row an example"),
        (lambda d: d.ravel(), "wrong shape"),
        (lambda d: d[None], "wrong shape"),
        (lambda d: 3 * d, "exactly 3 times"),
        (lambda d: -0.5 * d, "-1/2 times"),
        (lambda d: len(d) * d, "exactly the number of examples times"),
        (lambda d: 1.234 * d, "1.234 times"),
        (lambda d: 0 * d, "zero everywhere"),
        (lambda d: np.vstack([d[:-1], d[:1]]), "wrong in the last place along axis 0"),
        (lambda d: np.vstack([d[:1], 2 * d[:-1]]), "right in the first place along axis 0"),
        (lambda d: d * (1 + (np.arange(d.shape[1]) == 2)) if d.shape[1] == 4 else d, "not in all"),
        (lambda d: d + 0.25, "0.25 more than the right one"),
        (lambda d: d.astype(np.float16), "float16"),
        (lambda d: d[0] + 1, "has the shape (4,); expected (7, 4)"),
        (lambda d: (d, d), "has the shape (2, 7, 4)"),
        (lambda d: Equal.__new__(Equal, d.shape), ""),
    ],
)
def test_shape_of_the_mistake_is_said(change, word):
    refuses(judge(instead(change)), word)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.tolist(),
        lambda d: tuple(map(tuple, d)),
        lambda d: list(d),
        np.matrix,
        lambda d: d.view(Equal),
        lambda d: np.asfortranarray(d),
        lambda d: d.astype(np.longdouble),
        lambda d: d.astype(np.float32),
        lambda d: np.ma.array(d),
        lambda d: np.broadcast_to(d, d.shape),  # read-only
        lambda d: d.T.copy().T,  # a view
    ],
)
def test_right_numbers_pass_in_any_array(change):
    assert judge(instead(change)).passed


def test_right_only_on_the_first_case_is_said():
    def answer(W2, delta2, z1):
        return hidden(W2, delta2, z1) * (1 if len(z1) == 7 else 1.5)

    refuses(judge(answer), say.LATER_CASE, " 1.5 times")


# ----- answers of another form than asked


def test_arguments_are_compared():
    refuses(judge(lambda W2, delta2: W2), "takes `(W2, delta2)`; expected `(W2, delta2, z1)`")
    refuses(judge(lambda W2, delta2, z1, b2: W2), "`(W2, delta2, z1, b2)`")
    refuses(judge(lambda delta2, W2, z1: delta2), "`(delta2, W2, z1)`", "in this order")
    assert judge(lambda W2, delta2, *, z1: hidden(W2, delta2, z1)).passed, "by name is a way, too"
    by_name = lambda *, z1, delta2, W2: hidden(W2, delta2, z1)  # noqa: E731
    assert judge(by_name).passed and judge(lambda W2, **others: hidden(W2, **others)).passed
    assert judge(wraps(by_name)(lambda z1, delta2, W2: hidden(W2, delta2, z1))).passed
    refuses(judge(lambda *, z, delta2, W2: W2), "takes `(*, z, delta2, W2)`; expected `(W2, delta2, z1)`")
    refuses(judge(lambda: 0), "takes `()`")


def test_other_argument_names_are_mentioned_only_where_something_is_wrong():
    assert judge(lambda W, d, z: hidden(W, d, z)).passed
    assert judge(lambda W2, delta2, z1, g=bp.sigmoid: (delta2 @ W2) * g.derivative(z1)).passed
    assert judge(lambda *everything: hidden(*everything)).passed
    assert judge(partial(hidden)).passed
    refuses(judge(lambda W2, z1, d: 3 * hidden(W2, z1, d)), "you named them `(W2, z1, d)`")  # z1 in another place
    assert "named" not in judge(lambda W, d, z: 3 * hidden(W, d, z)).message, "other names are no mistake"
    assert "named" not in judge(lambda *everything: 3 * hidden(*everything)).message
    assert "named" not in judge(lambda W2, delta2, z1, k=3: k * hidden(W2, delta2, z1)).message


def test_not_a_function():
    refuses(check("hidden_delta", 3.5), "`hidden_delta` should be a function; a float came")
    refuses(check("hidden_delta", np.ones(3)), "should be a function")
    refuses(check("delta_by_hand", hidden), "should be a value; a function came")
    refuses(check("forward", returning(1)), "expected `(W1, b1, W2, b2, X)`")


def test_tuple_is_asked_for():
    def one(W1, b1, W2, b2, X):
        return X

    refuses(check("forward", one), "one array of shape (7, 5)", "`return A1, A2`")
    refuses(check("forward", lambda W1, b1, W2, b2, X: (X, X, X)), "3 things; expected 2")
    refuses(check("forward", lambda W1, b1, W2, b2, X: (X, "A2")), "your `A2` is text".replace("your", "Your"))


def test_class_and_builtin_as_an_answer():
    class hidden_delta:
        def __init__(self, W2, delta2, z1):
            pass

    refuses(check(hidden_delta), "hidden_delta")
    refuses(judge(np.add))
    refuses(judge(max))
    refuses(judge(time.sleep))


# ----- what stands around an answer


def test_after_a_cell_with_an_error_it_is_said_that_the_answer_may_be_an_older_one():
    """In a real shell: a learner mends the answer, makes a slip, and runs the check all the same."""
    code = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("import bpcourse as bp")
for cell in ("delta_by_hand = 0.5", "delta_by_hand = 0,08", "pass"):
    shell.run_cell(cell)
    print("said:", str(shell.run_cell("bp.check('delta_by_hand', delta_by_hand)", silent=False).result))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    first, slip, after_it = [line for line in done.stdout.splitlines() if line.startswith("said: ")]
    assert say.AFTER_ERROR not in first and first in slip and slip.endswith(say.AFTER_ERROR)
    assert after_it == first


def test_a_wrong_answer_that_prints_hears_where_its_words_are():
    for answer in (after(lambda: print("noise")), returning(None)):
        assert say.PRINTED not in judge(answer).message
    wrong = judge(lambda W2, delta2, z1: print(W2.shape))
    assert wrong.message == f"{say.NOTHING} {say.PRINTED}"


def test_an_answer_that_writes_all_results_into_one_array_is_refused():
    kept = {}

    def answer(W2, delta2, z1):
        right = hidden(W2, delta2, z1)
        kept.setdefault(right.shape, np.empty_like(right))[...] = right
        return kept[right.shape]

    refuses(judge(answer), "Each result is right when it comes", "write into the same array")
    assert judge(lambda W2, delta2, z1: hidden(W2, delta2, z1)[:]).passed
