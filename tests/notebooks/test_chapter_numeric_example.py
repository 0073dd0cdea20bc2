"""Every number that chapter `numeric_example` stores as output, recomputed in 50-digit arithmetic without bpcourse.

Only what it draws is computed with bpcourse, by its own cells.
"""

import math
import re

import exact
import mpmath as mp
import numpy as np
import pytest
import stored
import sympy

import bpcourse as bp

CELLS = stored.cells("chapters", "numeric_example")
OUTPUTS = stored.outputs(CELLS)
EQUATIONS = {
    name for name, cell in CELLS.items() if cell.cell_type == "code" and re.search(r"^eq[.\[]", cell.source, re.M)
}
V = exact.lines(exact.S3)
H = mp.mpf("1e-5")


def loss(**nudge):
    theta = exact.start(exact.S3)
    for name, by in nudge.items():
        theta["w1 w2 w3 w4 w5 w6 w7 w8 b1 b2".split().index(name)] += by
    return exact.lines(exact.S3, theta)["E"]


def nine(*values):
    return [exact.decimals(value) for value in values]


def ten(*values):
    return [exact.decimals(value, 10) for value in values]


SHOWN = [
    line for cell in sorted(EQUATIONS) for line in re.findall(r"^(\S.*?) = .*\n  = .*\n  = (.*)$", OUTPUTS[cell], re.M)
]


BY_HAND = ("delta-h-sheet", "eq-dw-hidden", "eq-db2", "eq-new")  # printed in one line each, by the cells themselves
SHEET = [line.split(" = ") for cell in BY_HAND for line in OUTPUTS[cell].splitlines() if " = " in line]


def test_every_line_of_the_calculation_is_shown_once():
    assert {"dE/da(h1)", "dE/da(h2)"} <= {name for name, *_ in SHEET}
    assert sorted(name for name, *_ in SHOWN + SHEET if not name.startswith("dE/da(")) == sorted(V)


@pytest.mark.parametrize(("name", "numbers", "result"), [(name, *line[-2:]) for name, *line in SHEET])
def test_a_line_of_the_sheet_is_right_and_a_calculator_agrees(name, numbers, result):
    """To its last digit, from the numbers as they are printed."""
    places = len(result.split(".")[1])
    sent_back = {f"dE/da({unit})": V[f"delta({unit})"] / V[f"g'({unit})"] for unit in ("h1", "h2")}
    by_calculator = eval(re.sub(r"(\d+\.?\d*)", r"mp.mpf('\1')", numbers))
    assert result == exact.decimals((V | sent_back)[name], places) == exact.decimals(by_calculator, places)
    assert places == (8 if name.startswith("delta") or name == "dE/db1" else 9)


@pytest.mark.parametrize(("name", "shown"), SHOWN)
def test_equation_has_nine_digits(name, shown):
    assert shown == (exact.scientific(V[name], 8) if abs(V[name]) < mp.mpf("0.001") else exact.decimals(V[name]))


w = [V[f"dE/dw{k}"] for k in range(1, 9)]
drop = mp.mpf("0.1") * sum(x**2 for x in w)
hidden = mp.mpf("0.1") * sum(x**2 for x in w[:4])
ONE = exact.run(exact.S3, [1])[1]["E"]
all_w = [
    x for pair in zip(nine(*w, V["dE/db1"], V["dE/db2"]), nine(*w, V["dE/db1"], V["dE/db2"]), strict=True) for x in pair
]
PRINTED = {
    "compare-a-h1": nine(V["z(h1)"], V["a(h1)"]),
    "three-factors-code": [
        *nine(V["a(o1)"] - mp.mpf("0.5")),
        *nine(V["g'(o1)"], V["a(h2)"], V["dE/dw6"]),
    ],
    "delta-h-code": [exact.decimals(V[f"delta({unit})"], 8) for unit in ("h1", "h2")],
    "matrices-delta": [exact.decimals(V[f"delta({unit})"], 8) for unit in ("o1", "o2", "h1", "h2")],
    "matrices-grads": [exact.decimals(x, 8) for x in w[4:]],
    "central-w6": ten((loss(w6=H) - loss(w6=-H)) / (2 * H), V["dE/dw6"]),
    "one-sided": ten((loss(w6=H) - loss()) / H),
    "check-table": all_w,
    "predict-drop": nine(drop),
    "one-step": [*nine(V["E"]), exact.decimals(ONE, 10), *nine(V["E"] - ONE, drop, hidden)],
}


@pytest.mark.parametrize("cell", PRINTED)
def test_printed(cell):
    assert long_numbers(OUTPUTS[cell]) == PRINTED[cell]


def long_numbers(text):
    """The numbers with six digits or more after the point; the short ones are inputs and guesses."""
    return re.findall(r"-?\d+\.\d{6,}(?:e-\d+)?", text)


MARKS = (1, 10, 100, 1000, 10_000)


@pytest.mark.parametrize(("cell", "biases"), [("iterate-run", False), ("iterate-biases", True)])
def test_iterated(cell, biases):
    after = exact.run(exact.S3, MARKS, biases=biases)
    outputs = [nine(after[k]["a(o1)"], after[k]["a(o2)"]) for k in MARKS]
    losses = [exact.scientific(after[k]["E"], 3 if biases else 6) for k in MARKS]  # the last one is near rounding
    assert re.findall(r"E = (\S+)", OUTPUTS[cell]) == losses
    assert re.findall(r"outputs (.*)", OUTPUTS[cell]) == [" ".join(pair) for pair in outputs]


@pytest.mark.parametrize(("cell", "biases"), [("iterate-run", False), ("iterate-biases", True)])
def test_steps_until_near(cell, biases):
    steps = int(re.search(r"(?:takes|after) (\d+)", OUTPUTS[cell])[1])
    after = exact.run(exact.S3, (steps - 1, steps), biases=biases)
    far = [
        max(abs(v["a(o1)"] - mp.mpf("0.5")), abs(v["a(o2)"] - mp.mpf("0.9"))) for v in (after[steps - 1], after[steps])
    ]
    assert far[0] >= mp.mpf("0.01") > far[1]


@pytest.mark.parametrize(("cell", "out_of_order"), [("famous-right", False), ("famous-wrong", True)])
def test_famous(cell, out_of_order):
    after = exact.run(exact.FAMOUS, (1, 10_000), out_of_order=out_of_order)
    last = [] if out_of_order else [exact.scientific(after[10_000]["E"], 6)]
    expected = nine(after[1]["E"], after[10_000]["a(o1)"], after[10_000]["a(o2)"]) + last
    assert long_numbers(OUTPUTS[cell]) == expected


def test_famous_with_trained_biases():
    shared, own = exact.run(exact.FAMOUS, (1,), biases=True)[1]["E"], exact.one_step_with_a_bias_a_unit(exact.FAMOUS)
    assert long_numbers(OUTPUTS["famous-biases-run"]) == nine(own, shared)


def test_where_the_best_nudge_is():
    derived, at = V["dE/dw6"], [mp.mpf("1e-2"), mp.mpf("1e-3")]
    both = [abs((loss(w6=h) - loss(w6=-h)) / (2 * h) - derived) for h in at]
    one = [abs((loss(w6=h) - loss()) / h - derived) for h in at]  # exact: only the bend is left
    assert float(both[0] / both[1]) == pytest.approx(100, rel=0.01) and float(one[0] / one[1]) == pytest.approx(
        10, rel=0.01
    )
    space = {"np": np, "bp": bp, "net": bp.worked.network(), "params": bp.worked.params(), "dE_dw6": float(derived)}
    space["w6"] = space["params"].W[2][0, 1]
    exec(CELLS["loss-of-w6"].source + "\n" + CELLS["nudge-sizes"].source, space)
    for name, low, high in (("one", 1e-10, 1e-6), ("both", 1e-8, 1e-4)):
        assert low < space["sizes"][np.argmin(space[name])] < high and space[name][0] > 1e3 * min(space[name])


def test_float32_loses_what_the_text_says():
    shown = [line.split() for line in OUTPUTS["float32-run"].splitlines()]
    assert [words[0] for words in shown] == ["w8", "w1"]
    for words in shown:
        up, down = (np.float32(float(loss(**{words[0]: by}))) for by in (H, -H))
        slope, derived = (up - down) / np.float32(2e-5), V["dE/d" + words[0]]
        assert words[2] == exact.decimals(derived) and float(words[4]) == pytest.approx(slope, abs=2e-9)
        assert words[-1] == f"{abs(float(slope) - float(derived)) / abs(float(derived)):.0e}"
    up, down = (np.float32(float(loss(w1=by))) for by in (H, -H))
    assert up == down and f"{np.spacing(up):.0e}" == "4e-09"  # the same number, as the text says
    assert f"{float(loss(w1=H) - loss(w1=-H)):.0e}" == "4e-10"


def test_no_long_number_escapes_these_tests():
    first = exact.run(exact.FAMOUS, (0,))[0]
    assert long_numbers(OUTPUTS["famous-first"]) == [
        exact.decimals(first["new w5"], 8),
        exact.decimals(first["new w1"]),
    ]
    covered = {*EQUATIONS, *PRINTED, "famous-first", "iterate-run", "iterate-biases", "famous-right", "famous-wrong"}
    covered |= {*BY_HAND, "famous-biases-run", "float32-run"}
    told = {"explorer", *TOLD}  # a text alternative; tests/explore has the numbers of the explorer
    assert {id for id, text in OUTPUTS.items() if long_numbers(text)} <= covered | told


def test_the_way_back_in_four_lines():
    """Under the picture: to the last digit right, and a calculator agrees from the numbers as they are printed."""
    rows = re.findall(r"\|([\d.]+) · ([\d.]+) = ([\d.]+)\|", CELLS["whole-picture-read"].source)
    back = V["delta(h1)"] / V["g'(h1)"]
    factors = [(V["a(o1)"] - mp.mpf("0.5"), V["g'(o1)"]), (V["delta(o1)"], V["a(h1)"]), (back, V["g'(h1)"]),
               (V["delta(h1)"], mp.mpf("0.02"))]  # fmt: skip
    names = ("delta(o1)", "dE/dw5", "delta(h1)", "dE/dw1")
    for row, pair, name in zip(rows, factors, names, strict=True):
        shown = [exact.decimals(value, 6) for value in (*pair, V[name])]
        assert [mp.mpf(text) for text in row] == [mp.mpf(text) for text in shown]
        assert exact.decimals(mp.mpf(row[0]) * mp.mpf(row[1]), 6) == row[2]
    assert "0.30 − 0.1 · 0.028179 = 0.297182" in CELLS["update"].source
    assert exact.decimals(V["new w5"], 6) == exact.decimals(mp.mpf("0.3") - mp.mpf("0.0028179"), 6) == "0.297182"


def test_what_comes_over_the_two_ways():
    over = [exact.decimals(mp.mpf(w) * V[f"delta({unit})"], 4) for w, unit in (("0.3", "o1"), ("0.4", "o2"))]
    assert over == ["0.0140", "-0.0102"]
    said = CELLS["small-read"].source
    assert "0.0140 would come" in said and "−0.0102, and 0.0038 is left" in said
    assert exact.decimals(mp.mpf("0.3") * V["delta(o1)"] / (V["delta(h1)"] / V["g'(h1)"]), 1) == "3.7"


TOLD = {
    "chain-w6": [V["a(o1)"] - mp.mpf("0.5"), V["g'(o1)"], V["a(h2)"], V["dE/dw6"]],
    "chain-w1": [V["dE/dw1"]],
    "whole-picture": [V["E"]],
}


@pytest.mark.parametrize("cell", TOLD)
def test_text_alternatives_of_the_pictures(cell):
    """The numbers drawn are tested in tests/plots."""
    assert long_numbers(OUTPUTS[cell]) == [exact.decimals(value, 6) for value in TOLD[cell]]


def test_the_claims_about_thirteen_gradients():
    assert OUTPUTS["mistakes-run"].strip() == "your guess None, it is 12 of 13"
    assert len(OUTPUTS["mistakes-win"].splitlines()) == 5
    passes, caught = OUTPUTS["mistakes-check"].splitlines()
    assert passes == "the right gradient passes: True" and caught.startswith("13 caught of 13")
    assert float(caught.split()[-1]) > 0.1  # a million times the limit


def test_the_limit_lets_the_published_calculation_pass():
    """Where each gradient ends: two of the twelve at over ten times the loss of the right one, as the text says."""
    space = {"np": np, "bp": bp, "net": bp.worked.network()}
    space |= {"famous_X": bp.worked.FAMOUS_X, "famous_Y": bp.worked.FAMOUS_Y, "guess": None}
    exec(CELLS["mistakes-train"].source + "\n" + CELLS["mistakes-run"].source, space)
    right, wrong = space["right"][-1], {name: losses[-1] for name, losses in space["wrong"].items()}
    high = [name for name, loss in wrong.items() if right * 10 < loss < 3.6e-5]
    assert high == ["hidden layer with the wrong sign", "biases never updated"]
    assert (
        sum(loss < 1e-5 for loss in wrong.values()) == 10
        and "it would be ten of thirteen" in CELLS["mistakes-read"].source
    )
    assert wrong["biases never updated"] == pytest.approx(3.51e-5, rel=0.01)  # the published end, in larger steps


def test_the_check_points_at_the_line():
    """The parts that a mistake must spoil, from where it stands in the calculation."""
    everything, hidden, biases = "W2 b2 W1 b1", "-- -- W1 b1", "-- b2 -- b1"
    expected = {
        "g' missing at the output": everything,
        "g' taken of a instead of z": everything,
        "everything twice too large": everything,
        "everything with the wrong sign": everything,
        "biases never updated": biases,
        "bias gradients summed to one number": biases,
        "dW2 with its own layer's activation": "W2 -- -- --",
    }
    names = OUTPUTS["mistakes-list"].splitlines()
    shown = [re.split(r"  +(?=\S+ \S+ \S+ \S+$)", line) for line in OUTPUTS["mistakes-parts"].splitlines()]
    assert shown == [[name, expected.get(name, hidden)] for name in names] and set(expected) < set(names)


# ----- what the text claims


def test_the_misprint_and_the_slip_in_their_folds():
    assert "0.030900560 / 2 = 0.015450280. And 0.015450280 + 0.009833246 = 0.025283526" in CELLS["misprint"].source
    said = nine(V["E(o1)"], V["E(o1)"] / 2, V["E(o2)"], V["E(o1)"] / 2 + V["E(o2)"])
    assert said == ["0.030900560", "0.015450280", "0.009833246", "0.025283526"]
    off = (V["a(o1)"] - mp.mpf("0.5")) / (mp.mpf("0.9") - V["a(o2)"])
    assert f"it is {float(off):.1f} times as far off" in CELLS["misprint"].source
    assert float(off**2) == pytest.approx(float(V["E(o1)"] / V["E(o2)"])) and round(float(off**2)) == 3  # "three times"
    at_z, at_a = V["g'(o1)"], mp.diff(lambda z: 1 / (1 + mp.exp(-z)), V["a(o1)"])
    slip = f"for o1 {float(at_a):.3f}, which looks just as plausible as {float(at_z):.3f}"
    assert slip in CELLS["careful-with-a"].source


def test_three_causes_of_the_small_delta():
    sent_back = V["delta(h1)"] / V["g'(h1)"]
    factors = [1 / mp.mpf("0.3"), mp.mpf("0.3") * V["delta(o1)"] / sent_back, 1 / V["g'(h1)"]]
    every = V["delta(o1)"] / V["delta(h1)"]
    assert re.findall(r"1/([\d.]+)", OUTPUTS["small-check"]) == [
        *(f"{float(f):.1f}" for f in factors),
        f"{float(every):.0f}",
    ]
    assert max(factors) == factors[2]  # "which takes most?"


def test_the_guess_of_a_hidden_delta_has_all_that_it_needs():
    text = CELLS["hidden"].source
    given = [f"{float(V[name]):.2g}".replace("-", "−") for name in ("delta(o1)", "delta(o2)", "g'(h1)")]
    assert "δ(o1) is about {}, δ(o2) {}, w5 is 0.3, w7 0.4, and the slope {}.".format(*given) in text
    from_these = (0.3 * 0.047 + 0.4 * -0.026) * 0.24
    assert from_these == pytest.approx(float(V["delta(h1)"]), rel=0.03)
    assert "2e-08 is Python for 2 · 10⁻⁸" in CELLS["why-not-smaller"].source and "2e-08" in OUTPUTS["one-sided"]


def test_the_check_refuses_float32_parameters_and_warns_of_a_float32_loss():
    assert "refuses float32 parameters, and warns of a float32 loss" in CELLS["float32-read"].source
    theta, loss = np.array([0.5, 2.0]), lambda theta: np.float32((theta**2).sum())
    with pytest.raises(TypeError, match="float64"):
        bp.gradient_check(loss, theta.astype(np.float32), 2 * theta)
    assert any("computed in float32" in note for note in bp.gradient_check(loss, theta, 2 * theta).notes)


def test_the_bend_cancels_and_the_text_says_what_is_left():
    w, h = sympy.symbols("w h")
    shown = re.findall(r"\\frac\{(.*?)\}\{(2?h)\} = (.*?)(?:, \\qquad|\.\$\$)", CELLS["nudge-cube-read"].source)
    assert len(shown) == 2
    for above, below, right in shown:
        above, below, right = (
            sympy.sympify(re.sub(r"(\d)(?=[wh])|(?<=w) (?=h)", r"\1*", text.replace("^", "**")))
            for text in (above, below, right)
        )
        assert sympy.expand(above / below - right) == 0
    sides = [above / below for above, below in (((w + h) ** 3 - w**3, h), ((w + h) ** 3 - (w - h) ** 3, 2 * h))]
    small = [[side.subs({w: 1, h: sympy.Rational(1, n)}) for side in sides] for n in (10, 100)]
    assert [[f"{float(side):.4f}" for side in row] for row in small] == [
        re.findall(r"sides? ([\d.]+)", line) for line in OUTPUTS["nudge-cube"].splitlines()
    ]
    off = [float(row[k] - 3) for k in (0, 1) for row in small]
    said = "One side: {:.2f}, then {:.4f} too much. Both sides: {:.2f}, then {:.4f}.".format(*off)
    assert CELLS["nudge-cube-read"].source.startswith(said)


def test_decimals_lost_with_one_side():
    derived = V["dE/dw6"]
    assert f"{float(abs((loss(w6=H) - loss()) / H - derived)):.0e}" == "2e-08"
    space = {"np": np, "bp": bp, "net": bp.worked.network(), "params": bp.worked.params(), "dE_dw6": float(derived)}
    space["w6"] = space["params"].W[2][0, 1]
    exec(CELLS["loss-of-w6"].source, space)
    exec(CELLS["central-w6"].source, space)
    assert abs(space["slope"] - float(derived)) < 4e-12  # so it prints the same ten decimals on any machine
    near = derived * 10**10 - mp.floor(derived * 10**10)
    assert abs(near - mp.mpf("0.5")) > 0.04
    nudged, derived, one = (long_numbers(OUTPUTS["central-w6"]) + long_numbers(OUTPUTS["one-sided"]))[:3]
    assert nudged == derived and one[:9] == derived[:9] and one[:10] != derived[:10]  # seven decimals agree


def test_the_hidden_weights_hardly_count_in_the_fall():
    """With the wrong sign in w1 to w4 the step falls by as much, to all the digits that agree."""
    theta = exact.start(exact.S3)
    for k in range(8):
        theta[k] += mp.mpf("0.1") * w[k] * (1 if k < 4 else -1)
    wrong = V["E"] - exact.lines(exact.S3, theta)["E"]
    assert exact.scientific(wrong, 2) == exact.scientific(drop, 2) == exact.scientific(V["E"] - ONE, 2)
    assert hidden < drop / 100_000


def test_after_a_thousand_steps():
    """Answer 2 of the play section."""
    before, after = exact.run(exact.S3, (0, 1000)).values()
    assert round(float(before["E"] / after["E"])) == 70
    assert after["delta(h1)"] < 0 and abs(after["delta(h1)"]) > before["delta(h1)"]
    assert abs(after["delta(o1)"]) < abs(before["delta(o1)"]) / 50
    assert all(abs(after[f"delta({unit})"]) < abs(before[f"delta({unit})"]) for unit in ("o2", "h2"))


def outputs_with(**numbers):
    """The two outputs when some of w1 to b2 have another value than in the example."""
    theta = exact.start(exact.S3, float)
    for name, value in numbers.items():
        theta["w1 w2 w3 w4 w5 w6 w7 w8 b1 b2".split().index(name)] = value
    values = exact.lines(exact.S3, theta, float, math.exp)
    return np.array([values["a(o1)"], values["a(o2)"]])


def test_what_ten_numbers_do_by_hand():
    """The answers below the first explorer."""
    sliders, text = bp.explore.by_hand.sliders, CELLS["by-hand-answers"].source
    near = lambda outputs: (abs(outputs - [0.5, 0.9]) < 0.01).all()  # noqa: E731
    assert not any(near(outputs_with(**{name: x})) for name, slider in sliders.items() for x in slider.values)
    assert "w5 = −1.5 and w7 = 2.15" in text and near(outputs_with(w5=-1.5, w7=2.15))
    moves = {
        name: abs(np.subtract(*(outputs_with(**{name: slider.values[k]}) for k in (0, -1))))
        for name, slider in sliders.items()
    }
    assert re.search(r"By ([\d.]+), and by ([\d.]+)\. w1", text).groups() == tuple(
        f"{moves[name][0]:.2g}" for name in ("w1", "w5")
    )


def test_the_tasks_name_the_steps_that_they_mean():
    texts = dict(text.split(": ") for text, _ in bp.explore.numeric_example.sliders["step"].options)
    steps = {step: texts[step] for step in re.findall(r"step (\d+)", CELLS["play"].source)}
    assert steps == {"28": "∂E/∂w4", "24": "δ(h2)"}  # all eight slopes, all four deltas are there
    start = bp.explore.numeric_example.sliders["step"]
    assert start.options[start.index(start.start)][0].endswith(": E")


def test_where_to_look_first_is_not_what_you_will_find():
    """Two mistakes point at a line that is right, and their numbers tell them apart, as the text says."""
    params, X, Y = bp.worked.famous_params(), bp.worked.FAMOUS_X, bp.worked.FAMOUS_Y
    net = bp.worked.network()
    trace = net.backward(params, net.forward(params, X), Y)
    twice, never = (
        bp.mistakes.gradient(name, net, params, trace, Y, 5.0).vector / trace.grads.vector
        for name in ("everything twice too large", "hidden layer never updated")
    )
    np.testing.assert_allclose(twice, 2)
    np.testing.assert_allclose(never, [0] * 6 + [1] * 6)


def test_right_gradient_passes_for_any_twin():
    """The text says it of one twin."""
    for seed in range(20):
        net, params, X, Y = bp.worked.twin()
        rng = np.random.default_rng(seed)
        params.vector[:] = rng.normal(size=params.vector.size)
        assert bp.gradient_check(net, params, rng.normal(size=X.shape), Y).max_relative_error < 1e-7


def test_biases_help_here_and_by_how_much():
    fixed, trained = (exact.run(exact.S3, (100, 10_000), biases=biases) for biases in (False, True))
    assert fixed[100]["E"] / trained[100]["E"] < 1.2  # "can hardly be told apart"
    assert float(fixed[10_000]["E"] / trained[10_000]["E"]) == pytest.approx(4e6, rel=0.1)  # "about four million"
