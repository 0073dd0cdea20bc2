"""The explorer of anybody's example, by the data that it draws, for networks of many kinds."""

import itertools
import re

import numpy as np
import pytest
import test_explore as every
from test_explore import texts, touched
from thorough import THOROUGH

import bpcourse as bp
from bpcourse.calculation import exact
from bpcourse.explore.any_example import AnyExample
from bpcourse.explore.boxes import HIGH, TEXT_WIDE, WIDE
from bpcourse.explore.numeric_example import LINES
from bpcourse.explore.wording import fitted, pretty, width
from bpcourse.plots.style import BACKWARD, FORWARD


def example(sizes, n=1, seed=0, biases="layer", Y=None, learning_rate=0.5, **options):
    rng = np.random.default_rng(seed)
    W = [rng.normal(size=(j, i)).round(2) for i, j in itertools.pairwise(sizes)]
    b = {
        "layer": lambda j: float(np.round(rng.normal(), 2)),
        "unit": lambda j: rng.normal(size=j).round(2),
        "none": lambda j: None,
    }
    b = [b[biases](j) for j in sizes[1:]]
    X, targets = rng.normal(size=(n, sizes[0])).round(2), rng.uniform(size=(n, sizes[-1])).round(2)
    return bp.example(X, targets if Y is None else Y, W, b, learning_rate=learning_rate, **options)


BOOK = [0.05, 0.10], [0.01, 0.99], [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]], [0.35, 0.60]
ONE_HOT, CLASSES = np.eye(10), {"loss": bp.cross_entropy, "output": bp.softmax, "biases": "unit"}
EXAMPLES = {
    "famous": bp.example(*BOOK, learning_rate=0.5),
    "xor": example((2, 2, 1), 4, biases="unit", Y=[[0], [1], [1], [0]], hidden=bp.tanh),
    "softmax": example((2, 3, 3), hidden=bp.relu, Y=[[0, 1, 0]], **CLASSES),
    "4-4-4": example((4, 4, 4), seed=1),
    "4-4-4-4": example((4, 4, 4, 4), 2, 1, "unit", hidden=bp.gelu, output=bp.identity, loss=bp.mse),
    "one unit": example((3, 1), biases="none", loss=bp.binary_cross_entropy, output=bp.sigmoid, Y=[[1]]),
    "frozen": example((2, 3, 2), train_biases=False, hidden=bp.leaky_relu(0.01), l2=0.01),
    "deep": example((1, 2, 3, 2, 2, 1), hidden=bp.silu, output=bp.tanh, loss=bp.huber(0.5)),
    "large": example((12, 8, 10), 3, hidden=bp.relu, Y=ONE_HOT[[1, 4, 7]], **CLASSES),
    "no rate": example((3, 3, 3), biases="none", learning_rate=None, hidden=bp.elu(1.0), output=bp.softplus),
    "penalty": example((2, 2, 2), 3, l2=0.1, hidden=bp.prelu(0.25), loss=bp.mean_absolute_error),
}
EXPLORERS = {name: one.explore() for name, one in EXAMPLES.items()}
WHOLE = [name for name in EXAMPLES if name not in ("deep", "large")]
TEXTS = every.test_no_text_leaves_the_picture_or_runs_into_another
SWEEPS = [
    TEXTS, every.test_frame_is_a_sharp_picture_with_a_text_alternative, every.test_the_live_picture_is_the_frame_of_its_values,
    every.test_a_notebook_gets_the_widget_a_picture_and_a_stable_text, every.test_every_slider_label_shows_the_value_that_is_used,
    every.test_what_can_be_touched_lies_in_the_picture_and_sets_what_a_control_could,
    every.test_controls_that_are_greyed_out_make_no_difference,
]  # fmt: skip
SWEPT = list(itertools.product(EXAMPLES, SWEEPS))
if not THOROUGH:
    SWEPT = [*itertools.product(["softmax"], SWEEPS), ("xor", TEXTS), ("4-4-4", TEXTS)]


@pytest.mark.parametrize(("name", "sweep"), SWEPT, ids=[f"{name}-{sweep.__name__[5:]}" for name, sweep in SWEPT])
def test_what_holds_of_every_explorer(name, sweep):
    class One(AnyExample):
        def __init__(self):
            super().__init__(EXAMPLES[name])

    sweep(One)


def steps(name, stride=1):
    """(explorer, step, example, name of the line) of every step."""
    explorer = EXPLORERS[name]
    found = [(k, number, line) for k, each in enumerate(explorer.lines.steps, 1) for number, line in each.items()]
    for k, number, line in found[:: 1 if THOROUGH else stride]:
        yield explorer, k, {"example": number} if number else {}, line


def at(explorer, kind, about):
    """The step of this kind of line about this unit or parameter."""
    return next(k for k, s in enumerate(explorer.lines._first, 1) if (s.kind, s.about) == (kind, about))


# ----- each line, and what it says


def test_the_numeric_example_and_any_example_have_the_same_lines():
    assert LINES.steps == bp.example(*BOOK, train_biases=False, learning_rate=0.1).explore().lines.steps


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_step_shows_its_line(name):
    lines = EXAMPLES[name].equations()
    for explorer, step, which, line in steps(name, 5):
        shown, status = texts(explorer, step=step, **which)
        head = f"{pretty(line)} = {pretty(lines[line].sides()[0][1])}"
        panel = [text for text in shown if text.startswith(("=", "≈", f"{pretty(line)} ="))]
        assert panel[0] in (head, fitted(head, 744, 10)), line
        assert len(panel) == min(len(lines[line].sides()), 3), line
        assert f"Step {step} of {len(explorer.lines.steps)}: {pretty(line)} = {pretty(lines[line].result)}. " in status
        result = float(re.sub(r" × 10.*", "", panel[-1][2:].replace("−", "-"))) if len(panel) > 1 else 0
        mantissa = float(re.sub(r"e.*", "", lines[line].result))
        assert len(panel) == 1 or result == pytest.approx(mantissa, abs=6e-3 * max(1, abs(mantissa))), line


@pytest.mark.parametrize("name", EXAMPLES)
def test_all_lines_have_their_step_but_those_of_what_is_not_drawn(name):
    explorer, lines = EXPLORERS[name], EXAMPLES[name].equations()
    reached = {line for *_, line in steps(name)}
    assert reached <= set(lines) and (reached == set(lines)) == (name in WHOLE)
    assert bool(explorer.left_out) == (name not in WHOLE)
    for step in (0, len(explorer.lines.steps) - 1):
        assert ("Not drawn: " in texts(explorer, step=step)[1]) == (name not in WHOLE)


def test_what_is_left_out_is_named_and_counts():
    shown, status = texts(EXPLORERS["large"], step=0)
    assert status.endswith("Not drawn: 18 of 30 units.")
    assert any(text.startswith("Not drawn, but counted: 8 inputs, 4 hidden units and 6 outputs.") for text in shown)
    assert "Not drawn: 5 of 11 units." in texts(EXPLORERS["deep"])[1]
    assert any("Not drawn, but counted: 2 layers." in text for text in texts(EXPLORERS["deep"], step=0)[0])
    z = EXAMPLES["large"].equations()["z(h1)[2]"].result
    assert f"z(h1)[2] = {pretty(z)}" in texts(EXPLORERS["large"], step=1, example=2)[1]
    with pytest.raises(ValueError, match="the example has 2735 lines; expected at most 2000"):
        example((30, 40, 2)).explore()


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_computed_is_shown_and_nothing_else(name):
    for explorer, step, which, _ in steps(name, 11):
        shown = " ".join(texts(explorer, step=step, **which)[0])
        kinds = [explorer.lines.kind(next(iter(s.values()))) for s in explorer.lines.steps[:step]]
        count = {kind: kinds.count(kind) for kind in ("z", "a", "delta(o", "delta(h")}
        assert len(re.findall(r"(?<!\S)z [−≈\d]", shown)) == count["z"]
        assert len(re.findall(r"(?<!\S)a [−≈\d]", shown)) == count["a"]
        assert len(re.findall(r"(?<!\S)δ [−≈\d]", shown)) == count["delta(o"] + count["delta(h"]


def test_each_sentence_is_that_of_its_line():
    said = {
        ("famous", "a", "h1"): "The sigmoid squeezes", ("xor", "C", ""): "The mean over the examples.",
        ("softmax", "a", "o2"): "The softmax: e to this sum", ("softmax", "a", "h1"): "The ReLU passes on",
        ("softmax", "E", ""): "Minus the logarithm", ("softmax", "delta(o", "o1"): "probability minus target",
        ("softmax", "g'", "h1"): "How steep the ReLU is", ("softmax", "dE/db", "b(h1)"): "the delta of its unit",
        ("famous", "dE/db", "b1"): "The units share this bias", ("one unit", "z", "o1"): "summed.",
        ("one unit", "E", ""): "that of the only output", ("4-4-4-4", "s", "h3"): "bell curve",
        ("4-4-4-4", "E", ""): "The loss is the mean over the outputs.", ("4-4-4-4", "dE/dw", "w1"): "the mean.",
        ("penalty", "C", ""): "plus the penalty", ("penalty", "R", ""): "half of λ", ("frozen", "dE/dw", "w2"): "λ times the weight",
        ("famous", "new", "b1"): "the bias minus the rate", ("famous", "new", "w1"): "the weight minus the rate",
        ("deep", "E(", "o1"): "squared near by", ("deep", "s", "h1"): "The sigmoid of the sum",
    }  # fmt: skip
    for (name, kind, about), text in said.items():
        explorer = EXPLORERS[name]
        assert any(text in label for label in texts(explorer, step=at(explorer, kind, about))[0]), (name, kind, about)


def test_a_text_that_is_too_wide_keeps_both_ends():
    text = " + ".join(f"w{k} · i{k}" for k in range(1, 60))
    short = fitted(text, 700, 10)
    assert (
        width(short, 10) <= 700 < width(short + " · i9", 10) + 60
        and short.startswith("w1 · i1 + ")
        and short.endswith("i59")
    )
    assert short.count("…") == 1 and fitted("a + b", 700, 10) == "a + b"


# ----- controls


def test_it_takes_the_steps_and_the_rate_it_shows():
    for name, alpha, taken in (("xor", 2.0, 5), ("penalty", 0.5, 20), ("softmax", 0.01, 1)):
        explorer, one = EXPLORERS[name], EXAMPLES[name]
        same = type(one)(one.net, one.formulas, one.given | {"alpha": exact(alpha)}).after(taken)
        last = len(explorer.lines.steps)
        shown, status = texts(explorer, step=last, alpha=alpha, taken=taken)
        before, after = (bp.worked.number(e.trace.loss) for e in (same, same.after(1)))
        went = "falls" if float(after) < float(before) else "rises"
        assert f"The loss {went} from {pretty(before)} to {pretty(after)}. " in status
        assert f"raining steps: {taken}, learning rate {alpha:g}" in status and "after the step" in shown


def test_an_example_after_some_steps_is_explored_from_there():
    shown = texts(EXAMPLES["famous"].after(1).explore())
    assert f"E = {pretty(EXAMPLES['famous'].after(1).equations()['E'].result)}. " in shown[1]


def test_controls_are_those_that_make_sense():
    controls = {name: tuple(explorer.sliders) for name, explorer in EXPLORERS.items()}
    assert controls["famous"] == ("step", "alpha", "taken") and controls["no rate"] == ("step",)
    assert controls["xor"] == ("step", "example", "alpha", "taken")
    assert EXPLORERS["xor"].sliders["example"].values == (1, 2, 3, 4)


# ----- what lights up, and what is clicked


@pytest.mark.parametrize("name", WHOLE)
def test_lights_up_what_a_step_uses_and_all_its_chains(name):
    for explorer, step, which, line in steps(name, 3):
        lines, net = explorer.lines, explorer.net
        explorer.move(**explorer.settings(step=step, **which))
        text = f"{line} " + " ".join(map(str, lines.lines[line].parts))
        units = set(re.findall(r"\b[iho]\d+\b", text))
        assert {unit for unit, node in net.nodes.items() if node.get_linewidth() == 3} == units, line
        weights = set(re.findall(r"\bw\d+\b", text.replace("dE/d", "").replace("dC/d", "")))
        lit = {edge for edge, drawn in net.edges.items() if drawn.get_linewidth() == 4}
        assert {edge for edge in lit if edge.startswith("w")} == weights, line
        colour = FORWARD if lines.lines[line].phase == "forward" else BACKWARD
        assert all(net.edges[edge].get_color() == colour for edge in lit)
        chain = {edge for edge, drawn in net.chain.items() if drawn.get_visible()}
        assert {edge for edge in chain if edge.startswith("w")} == downstream(lines, line), line


def downstream(lines, line):
    """The weights on the ways from what a line of the way back is about to the loss, found from the loss's end."""
    kind, about = lines.kind(line), lines.about(line)
    if lines.lines[line].phase != "backward" or kind == "g'":
        return set()
    start = {about} if kind.startswith("delta") else set(lines.biases.get(about, [])) or {lines.edges[about][1]}
    reached, found = set(start), set() if about not in lines.edges else {about}
    for weight, (source, target) in lines.edges.items():  # counted from the first layer on
        if source in reached:
            reached.add(target)
            found.add(weight)
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_click_goes_to_the_line_about_what_was_clicked(name):
    explorer = EXPLORERS[name]
    last = len(explorer.lines.steps)
    for step in {0, explorer.lines.first_back, last // 2, last}:
        for target, (x, y) in touched(explorer, {"step": step}):
            there = target.sets(x, y)["step"]
            assert there != step and 0 < there <= last
    for unit, (x, y) in explorer.net.at.items():
        if not unit.startswith("i"):
            there = explorer.touch(x, y, step=0)["step"]
            assert explorer.lines.known[next(iter(explorer.lines.steps[there - 1].values()))][:2] == ("z", unit)
            assert explorer.touch(x, y, step=there)["step"] == at(explorer, "a", unit)
    step = at(explorer, "z", explorer.lines.outputs[0])
    explorer.move(**explorer.settings(step=step))
    weight, (x, y) = list(explorer._seen())[-1]
    assert explorer.touch(x, y, step=step)["step"] == at(explorer, "dE/dw", weight)


def test_no_way_leads_to_an_input():
    assert EXPLORERS["famous"].touch(*EXPLORERS["famous"].net.at["i1"]) == {}


# ----- messages


@pytest.mark.parametrize("name", WHOLE)
def test_what_arrives_at_a_unit_adds_up_to_its_line(name):
    for explorer, step, which, line in steps(name):
        lines, values = explorer.lines, explorer.settings(step=step, **which)
        kind, about = lines.kind(line), lines.about(line)
        if kind not in ("z", "delta(o", "delta(h", "E", "dE/dw", "dE/db"):
            continue
        page = EXAMPLES[name].page
        sent = [number for *_, number, _ in explorer._messages(values)]
        value = float(page.exact[line])
        if kind.startswith("delta"):
            logits = lines.formulas.on_logits(lines.layer(about))
            slope = 1 if logits else float(page.exact[line.replace("delta", "g'")])
            assert sum(sent) * slope == pytest.approx(value, abs=1e-12), line
        elif kind == "z" or (kind == "E" and lines.shares):
            own = sum(sent) / (lines.formulas.sizes[-1] if kind == "E" and lines.formulas.costs.mean else 1)
            own += float(page.exact["R"]) if line == "E" and lines.formulas.l2 else 0
            if kind == "z" and lines.formulas.bias[lines.layer(about)] == "unit":
                own += float(page.exact[lines.bias_of(about)])  # it stands in the box
            assert own == pytest.approx(value, abs=1e-12), line
        elif kind == "dE/dw" and lines.formulas.n == 1 and not lines.formulas.l2:
            assert np.prod(sent) == pytest.approx(value, abs=1e-12), line
        elif lines.formulas.n > 1 and kind.startswith("dE"):
            assert sent == []


def test_a_message_sets_out_and_arrives_clear_of_the_boxes():
    for name, explorer in EXPLORERS.items():
        for _, step, which, line in steps(name, 3):
            if explorer.lines.kind(line) in ("z", "delta(h", "dE/dw"):
                for start, end, *_ in explorer._messages(explorer.settings(step=step, **which)):
                    for x, y in (start, end):
                        inside = [
                            u
                            for u, (a, b) in explorer.net.at.items()
                            if abs(x - a) < WIDE / 2 and abs(y - b) < HIGH / 2
                        ]
                        assert inside == [], (name, line, inside)


def test_there_is_no_journey_back():
    explorer = EXPLORERS["4-4-4"]
    values = explorer.settings(step=1)
    assert explorer.on_the_way(0.5, values | {"step": 0}, **values).unfinished
    assert explorer.on_the_way(0.5, values | {"step": 2}, **values) is None


# ----- the drawing


def test_all_weights_show_where_there_is_room_and_else_those_of_the_line():
    for name in ("famous", "xor", "one unit", "frozen", "penalty"):
        explorer = EXPLORERS[name]
        assert set(explorer.net.texts) == set(explorer.net.joins), name
        assert "A weight shows where a line uses it." not in texts(explorer, step=0)[0]
    explorer = EXPLORERS["4-4-4"]
    shown = [
        text for text in texts(explorer, step=at(explorer, "z", "o4"))[0] if re.match(r"w\d", text) and "·" not in text
    ]
    assert [text.split()[0] for text in shown] == ["w29", "w30", "w31", "w32"]
    assert any("A weight shows where a line uses it." in text for text in texts(explorer, step=0)[0])


def test_no_text_of_an_edge_lies_on_a_box():
    for name, explorer in EXPLORERS.items():
        scene = explorer.move(**explorer.settings(step=0))
        for text, (left, top, right, bottom) in every.boxes(explorer, scene.labels):
            if re.match(r"w\d", text):
                low, high = left / 2, right / 2
                y = explorer.height - (top + bottom) / 4
                on = [
                    u
                    for u, (a, b) in explorer.net.at.items()
                    if low < a + WIDE / 2 and high > a - WIDE / 2 and abs(y - b) < HIGH / 2
                ]
                assert on == [] and high - low < TEXT_WIDE, (name, text)
