"""Example.compare: what is right, what rounding allows, what is wrong first, and which known mistake gives it."""

import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from printed_examples import EXAMPLES
from thorough import THOROUGH

import bpcourse as bp
from bpcourse.arithmetic import DECIMALS, working
from bpcourse.calculation import worked_out
from bpcourse.slips import SLIPS
from bpcourse.stepped import Stepped

SIZES = [(2, 2, 2), (3, 2, 1), (2, 3, 3), (2, 2, 2, 2), (1, 3, 2)]
KINDS = [  # hidden, output, loss
    (bp.sigmoid, bp.sigmoid, bp.half_squared_error), (bp.tanh, bp.identity, bp.mse), (bp.relu, bp.softmax, bp.cross_entropy),
    (bp.sigmoid, bp.sigmoid, bp.binary_cross_entropy), (bp.silu, bp.tanh, bp.huber(0.5)),
]  # fmt: skip


def random_example(seed, examples=1, **options):
    """A network of pleasant numbers."""
    rng = np.random.default_rng(seed)
    sizes, (hidden, output, loss) = SIZES[seed % 5], KINDS[seed // 5 % 5]

    def numbers(*shape):
        return (rng.integers(1, 10, size=shape) / 10 * rng.choice([-1, 1], size=shape)).tolist()

    Y = numbers(examples, sizes[-1])
    if loss in (bp.cross_entropy, bp.binary_cross_entropy):
        Y = bp.one_hot(rng.integers(0, sizes[-1], size=examples), sizes[-1]).tolist()
    shapes = list(zip(sizes[1:], sizes, strict=False))
    biases = [numbers(width) if seed % 2 else numbers(1)[0] for width, _ in shapes]
    W = [numbers(*shape) for shape in shapes]
    options = {"learning_rate": 0.5} | options
    return bp.example(numbers(examples, sizes[0]), Y, W, biases, hidden=hidden, output=output, loss=loss, **options)


def printed(values, names, decimals):
    return {str(name): f"{values[name]:z.{decimals}f}" for name in names}


# ----- what is right


@pytest.mark.parametrize("decimals", [2, 3, 4, 6])
def test_whoever_rounds_on_the_way_and_prints_it_is_not_wrong(decimals):
    for seed in range(50):
        example = random_example(seed, examples=1 + seed % 2)
        page = example.page
        with working(40):
            hand = worked_out(page.code, page.given, DECIMALS, lambda name, x: round(Decimal(x), decimals))
        found = example.compare(printed(hand, page.lines, decimals))
        assert found.ok and found.first_wrong is None and found.mistake is None, (seed, found)
        assert repr(found).endswith("No number is wrong.")


def test_what_was_rounded_on_the_way_and_is_not_printed_needs_to_be_said():
    example = random_example(0)
    page = example.page
    with working(40):
        hand = worked_out(page.code, page.given, DECIMALS, lambda name, x: round(Decimal(x), 3))
    last = printed(hand, [name for name, line in page.lines.items() if line.phase == "update"], 6)
    assert not example.compare(last).ok and example.compare(last, decimals=3).ok


def test_exact_numbers_are_right_to_any_digits_and_a_digit_further_is_wrong():
    for seed in range(25):
        example = random_example(seed)
        lines = example.page.lines
        for decimals in (2, 9):
            assert {row.verdict for row in example.compare(printed(example.page.exact, lines, decimals)).rows} == {
                "right"
            }
    table = {"z(h1)": 0.415, "a(h1)": "0.60228", "E": "0.0407"}
    assert [row.verdict for row in S3.compare(table).rows] == ["right", "cut off, not rounded", "right"]
    assert S3.compare({"E": "0.04073381"}).ok and not S3.compare({"E": "0.04073382"}).ok
    assert S3.compare({"a(h1)": "0.6022"}).rows[0].verdict == "cut off, not rounded"
    assert not S3.compare({"a(h1)": "0.6021"}).ok and not S3.compare({"a(h1)": "0.6024"}).ok


S3 = bp.example(
    [0.02, 0.04], [0.5, 0.9], [0.25, 0.25, 0.15, 0.20, 0.30, 0.35, 0.40, 0.35], [0.4, 0.7], sizes=(2, 2, 2),
    learning_rate=0.1, train_biases=False,
)  # fmt: skip


def test_text_keeps_its_digits_and_a_float_has_those_it_is_written_with():
    assert S3.compare({"z(h1)": 0.415}).ok and S3.compare({"z(h1)": "0.4150"}).ok
    assert S3.compare({"a(h1)": 0.6}).ok and S3.compare({"a(h1)": "0.60"}).ok
    assert not S3.compare({"a(h1)": "0.600"}).ok
    assert S3.compare({"dE/dw1": "1.82e-5"}).ok and S3.compare({"dE/dw1": 1.82e-05}).ok
    assert S3.compare({"delta(o2)": "−0.0256"}).ok  # a real minus


def test_the_other_sign_and_what_comes_after_the_step():
    assert S3.compare({"-delta(o1)": "-0.0468", "-delta(o2)": 0.0256}).ok
    after = S3.after(1).equations()
    assert S3.compare({"new E": after["E"].result, "new a(o1)": after["a(o1)"].result}).ok


# ----- what is wrong


def test_a_number_that_follows_from_a_wrong_one_is_not_wrong_itself():
    found = S3.compare({"E(o1)": "0.01545028", "E(o2)": "0.009833246", "E": "0.025283526"})
    assert [row.verdict for row in found.rows] == ["wrong", "right", "follows"]
    assert found.first_wrong == "E(o1)" and found.mistake == "loss halved twice" and not found.ok
    assert found.rows[2].why == "follows from E(o1)"


def test_a_number_follows_through_lines_that_are_not_printed():
    found = S3.compare({"z(h1)": "0.515", "E": "0.040826"})  # nothing between them is printed
    with_z = worked_out(S3.page.code, S3.page.given, DECIMALS, lambda n, x: Decimal("0.515") if n == "z(h1)" else x)
    assert f"{with_z['E']:.6f}" == "0.040826"
    assert [row.verdict for row in found.rows] == ["wrong", "follows"]


def test_something_simple_is_said_where_no_mistake_is_known():
    lines = S3.equations()
    for name, number, said in (
        ("dE/dw5", lines["dE/dw7"].result, "it is dE/dw7"),
        ("a(h1)", "1.204572354", "it is twice the right number"),
        ("z(h1)", "0.417", "it comes out with 0.35 for w1 (given as 0.25), or with 0.12 for i1 (given as 0.02)"),
        ("a(h1)", "0.602826177", "two digits of 0.602286177 are exchanged"),
        ("a(h1)", "0.692286177", "one digit differs from 0.602286177"),
        ("a(h1)", "0.123456789", "no known mistake gives it"),
    ):
        found = S3.compare({name: number})
        assert found.rows[0].why.startswith(said.split(",")[0]), found
        assert f"The first wrong number is {name}: it" in repr(found) or said in repr(found)
        assert found.mistake is None


# ----- the known mistakes


def values_with(example, slip):
    changed = Stepped(example.given, example.formulas, 0, 60).with_slip(slip)
    return changed.exact if changed else example.page.exact


def test_each_known_mistake_is_named_in_networks_of_many_kinds(record_property):
    """A network for each, in which it changes a number: what somebody prints who makes it. The first wrong number
    has the name of the mistake, or of one that gives the same there.
    """
    tried, named = 0, 0
    for k, (name, slip) in list(enumerate(SLIPS.items()))[:: 1 if THOROUGH else 5]:
        found = []
        for seed in range(k, k + 60):
            example = random_example(seed, examples=1 + (seed % 3 == 0), l2=0.1 if seed % 7 == 0 else None)
            try:
                wrong = values_with(example, slip)
            except ArithmeticError:  # the logarithm of a negative number: nobody prints that
                continue
            table = printed(wrong, example.page.lines, 9)
            if table != printed(example.page.exact, example.page.lines, 9):
                found.append(example.compare(table))
                assert not found[-1].ok, (seed, name)
                first, as_named = found[-1].first_wrong, found[-1].mistake
                same = printed(values_with(example, SLIPS[as_named]), [first], 9) if as_named else {}
                assert same == printed(wrong, [first], 9), (seed, name, found[-1])
            if found:
                break
        assert found, name
        tried, named = tried + 1, named + sum(f.mistake == name for f in found)
    assert named >= 0.9 * tried
    record_property(
        "summary", f"Known mistakes in print that compare explains: all {tried}; by the name they have: {named}."
    )


def test_no_two_known_mistakes_are_the_same():
    examples = [random_example(seed, examples=1 + seed % 2, l2=0.1) for seed in (0, 5, 6, 11, 12, 15, 16, 22)]
    found = {}
    for name, slip in SLIPS.items():
        values = []
        for example in examples:
            try:
                exact = values_with(example, slip)
            except ArithmeticError:
                exact = {}
            values.append(tuple(printed(exact, exact and example.page.lines, 9).values()))
        assert found.setdefault(tuple(values), name) == name


def test_the_thirteen_have_the_gradients_of_the_module_of_mistakes():
    thirteen = list(bp.mistakes.MISTAKES)
    assert list(SLIPS)[:13] == thirteen
    for seed in (0, 3, 12):
        rng = np.random.default_rng(seed)
        W = [np.round(rng.normal(size=(2, 2)), 2).tolist() for _ in range(2)]
        example = bp.example([0.5, -0.3], [0.2, 0.9], W, [[0.1, -0.2], [0.3, 0.4]], hidden=bp.tanh, learning_rate=0.5)
        net, X = example.net, np.array([[0.5, -0.3]])
        trace = net.forward(example.params, X)
        for name in thirteen:
            theirs = bp.mistakes.gradient(name, net, example.params, trace, np.array([[0.2, 0.9]]), 0.5)
            mine = values_with(example, SLIPS[name])
            for key, value in zip(
                example.gradients, [*theirs.W[1].flat, *theirs.b[1], *theirs.W[2].flat, *theirs.b[2]], strict=True
            ):
                assert float(mine[f"dE/d{key}"]) == pytest.approx(value, rel=1e-12, abs=1e-15), (name, key)


def test_of_two_mistakes_the_one_that_explains_more_is_named():
    example = random_example(0, examples=2)
    exact = example.page.exact
    twice = {name: f"{2 * exact[name]:.9f}" for name in ("C", "dC/dw1", "dC/dw5")}
    assert example.compare({"C": twice["C"]}).mistake == "½ missing in the loss"
    assert example.compare(twice).mistake == "sum over the examples for their mean"


@pytest.mark.parametrize("base", [2, 10])
def test_a_logarithm_to_another_base_is_named(base):
    example = bp.example([1], [1, 0], [[[0.5], [0.25]]], output=bp.softmax, loss=bp.cross_entropy)
    E = np.log1p(np.exp(-0.25)) / np.log(base)
    assert example.compare({"E": f"{E:.6f}"}).mistake == f"logarithm to base {base}"


# ----- printed examples


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_a_printed_example_has_wrong_is_found(name):
    case = EXAMPLES[name]
    found = case.example.compare(case.printed)
    assert [(row.name, row.why) for row in found.rows if row.verdict == "wrong"] == case.wrong
    assert [row.name for row in found.rows if row.verdict == "follows"] == case.follows
    assert found.mistake == case.mistake


# ----- bad input


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"'a\(h3\)', which no line is called; expected a name such as a\(h2\)"):
        S3.compare({"a(h3)": 1})
    with pytest.raises(TypeError, match="printed is {}; expected a dictionary"):
        S3.compare({})
    with pytest.raises(ValueError, match=r"'x' for 'E'; expected a number"):
        S3.compare({"E": "x"})
    with pytest.raises(ValueError, match=r"nan for 'E'; expected a finite number"):
        S3.compare({"E": float("nan")})
    with pytest.raises(ValueError, match=r"True for 'E'; expected a number"):
        S3.compare({"E": True})


# ----- docs/errata.md


def test_errata_shows_what_each_call_prints(capsys):
    text = (Path(__file__).parents[2] / "docs/errata.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```\n+```text\n(.*?)```", text, re.S)
    assert len(blocks) == 7 and text.count("```python") == 7
    for program, shown in blocks:
        exec(program, {"bp": bp})
        assert capsys.readouterr().out == shown
