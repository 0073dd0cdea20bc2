"""The numbers of the page `one_page`, against the calculation in fifty digits; its programs, against the module."""

import re

import exact
import numpy as np
import pytest
import stored

import bpcourse as bp

CELLS = stored.cells("chapters", "one_page")
SOURCES, OUTPUTS = stored.sources(CELLS), stored.outputs(CELLS)
CODE = stored.sources(CELLS, ("code",))
V = exact.lines(exact.S3)
PROGRAM = ("numbers", "forward-code", "gradient")
NAMES = {}
for name in ("imports", *PROGRAM, "measure", "order-code"):
    exec(compile(CODE[name], name, "exec"), NAMES)
START = [NAMES[name] for name in ("W1", "b1", "W2", "b2")]


def numbers(text):
    return [float(number.replace("−", "-")) for number in re.findall(r"(?<!\w)[-+−]?\d+\.\d+", text)]


def back(alpha):
    """delta of h1 and h2, if W2 took its step first."""
    params, trace = bp.worked.params(), bp.worked.trace()
    W2 = params.W[2] - alpha * trace.grads.W[2]
    return (trace.delta[2] @ W2)[0] * bp.sigmoid.derivative(trace.z[1])[0]


def test_it_is_the_example_and_the_program_is_fifteen_lines_without_the_module():
    params = bp.worked.params()
    np.testing.assert_array_equal(np.concatenate([array.ravel() for array in START]), params.vector)
    np.testing.assert_array_equal([NAMES["x"], NAMES["y"]], [bp.worked.X[0], bp.worked.Y[0]])
    learn = CODE["learn-code"].splitlines()[:-1]
    lines = [line for name in PROGRAM for line in CODE[name].splitlines()] + learn
    assert len(lines) == 15 and len(learn) == 3 and not any("bp." in line for line in lines)
    counts = [len(CODE[name].splitlines()) for name in PROGRAM]
    assert counts == [3, 4, 5] and "Three lines of numbers and four lines forward" in SOURCES["learn"]


def test_its_gradient_is_that_of_the_module_and_what_the_loss_says():
    grads, check = bp.worked.trace().grads, NAMES["measured"](START)
    for ours, right, told in zip(NAMES["gradient"](*START), (grads.W[1], grads.b[1], grads.W[2], grads.b[2]), check,
                                 strict=True):  # fmt: skip
        np.testing.assert_allclose(ours, right, rtol=1e-12)
        np.testing.assert_allclose(told, right, rtol=1e-6)
    assert OUTPUTS["check-code"].count("is what the loss says") == 4
    assert [line.endswith("WRONG") for line in OUTPUTS["order-check"].splitlines()] == [True, True, False, False]


def printed():
    a = [float(V["a(o1)"]), float(V["a(o2)"])]
    steps, p = 0, START
    while max(abs(NAMES["forward"](*p)[1] - NAMES["y"])) > 0.01:
        p, steps = [value - slope for value, slope in zip(p, NAMES["gradient"](*p), strict=True)], steps + 1
    assert re.search(rf"after {steps} steps", OUTPUTS["learn-code"])
    ways = [0.30 * float(V["delta(o1)"]), 0.40 * float(V["delta(o2)"])]
    return {
        "forward-nudge": [*a, float(V["E"]), float(V["dE/dw5"])],
        "chain-code": [*ways, sum(ways)],
        "learn-code": list(NAMES["forward"](*p)[1]),
        "order-run": [float(V["delta(h1)"]), 0.1, back(0.1)[0], back(1)[0], back(3)[0]],
    }


PRINTED = printed()


@pytest.mark.parametrize("cell", PRINTED)
def test_printed(cell):
    found = re.findall(r"(?<!\w)[-+]?\d+\.\d+", OUTPUTS[cell])
    assert len(found) == len(PRINTED[cell])
    for text, right in zip(found, PRINTED[cell], strict=True):
        assert abs(float(text) - right) <= 0.55 * 10.0 ** -max(len(text.split(".")[1]), 2), (text, right)


def test_no_number_escapes_these_tests():
    others = {"forward-picture", "chain-picture", "check-code", "order-learn", "order-check", "order-explorer"}
    assert set(OUTPUTS) == set(PRINTED) | others


def test_numbers_in_the_prose():
    assert {0.415, 0.041, 0.749, 0.760} <= set(numbers(SOURCES["forward-read"]))
    assert round(((0.749 - 0.5) ** 2 + (0.760 - 0.9) ** 2) / 2, 3) == 0.041  # with the digits that stand there
    known = [
        0.02,
        0.04,
        0.25,
        0.4,
        0.5,
        0.9,
        0.30,
        *map(float, V.values()),
        float(V["a(o1)"]) - 0.5,
        float(V["a(o2)"]) - 0.9,
    ]
    for cell in ("title", "forward-read", "forward-ask", "forward-next", "chain-read", "order-ask", "order-answers"):
        for text in re.findall(r"(?<![\w.])\d+\.\d+", SOURCES[cell]):
            if (cell, text) not in {("forward-ask", "0.01"), ("order-answers", "2.2")}:
                places = len(text.split(".")[1])
                assert any(abs(float(text) - abs(right)) <= 0.51 * 10.0**-places for right in known), (cell, text)


def test_the_sign_turns_where_the_answer_says():
    assert back(2.2)[0] > 0 > back(2.25)[0] and "a little above α = 2.2" in SOURCES["order-answers"]
    new = bp.worked.params().W[2] - bp.worked.trace().grads.W[2]
    assert new[0, 0] < 0.30 and new[1, 0] > 0.40  # "w5 loses", "w7 gains"


def test_out_of_order_it_learns_as_fast():
    p, steps = START, 0
    while max(abs(NAMES["forward"](*p)[1] - NAMES["y"])) > 0.01:
        p, steps = [value - slope for value, slope in zip(p, NAMES["out_of_order"](*p, 1.0), strict=True)], steps + 1
    for cell in ("learn-code", "order-learn"):
        assert f" {steps} steps" in OUTPUTS[cell]
    assert f"it took {steps} steps with α = 1" in SOURCES["order-read"] and abs(back(1)[0] / back(0)[0] - 0.5) < 0.06


def test_the_output_weights_do_most_of_the_work():
    grads = bp.worked.trace().grads
    assert sum((grads.W[2] ** 2).flat) > 100 * sum((grads.W[1] ** 2).flat)


def test_no_slope_of_a_network_old_or_new():
    """ "No network has this slope, neither the old nor the new": not even with the new one's own deltas"""
    W1, b1, W2, b2 = START
    new_W2 = W2 - 3 * NAMES["gradient"](*START)[2]
    of_new = NAMES["gradient"](W1, b1, new_W2, b2)[1]
    mixed = NAMES["out_of_order"](*START, 3)[1]
    assert abs(mixed - of_new).max() > 1e-4 and abs(mixed - NAMES["gradient"](*START)[1]).max() > 1e-4
