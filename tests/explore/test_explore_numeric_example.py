"""The explorers of chapter `numeric_example` by the data that they draw."""

import itertools

import numpy as np
import pytest
from test_explore import boxes, extremes, texts, touched

import bpcourse as bp
from bpcourse.explore.by_hand import KNOBS, NEAR, on_scale
from bpcourse.explore.diagram import EDGES
from bpcourse.explore.numeric_example import LINES, STEPS, state
from bpcourse.explore.wording import pretty, telling
from bpcourse.plots.style import BACKWARD, FORWARD

NUMERIC, BY_HAND = bp.explore.numeric_example(), bp.explore.by_hand()
NET = NUMERIC.net


def at(name):
    """The step that is this line."""
    return STEPS.index(name) + 1


def test_every_name_is_spelled_as_in_a_textbook():
    shown = [text for text, _ in NUMERIC.sliders["step"].options]
    assert shown[17] == "17: ∂E/∂w6" and shown[22] == "22: δ(h1)" and shown[12] == "12: g′(o1)"
    for step in range(len(STEPS) + 1):
        labels, status = texts(NUMERIC, step=step)
        for text in (*shown, *labels, status):
            assert not any(plain in text for plain in ("dE/", "delta(", "alpha", "g'", "e-")), text


def test_shows_what_is_computed_and_nothing_else():
    for step in range(len(STEPS) + 1):
        shown, status = texts(NUMERIC, step=step)
        known = set(STEPS[:step])
        assert ("z 0.4150" in shown) == ("z(h1)" in known)
        assert ("δ −0.0256" in shown) == ("delta(o2)" in known)
        assert ("∂E 1.82e−5" in shown) == ("dE/dw1" in known)
        assert ("w6 → 0.3472" in shown) == ("new w6" in known) and ("w6 0.3500" in shown) != ("new w6" in known)
        assert ("E 0.0407" in shown) == ("E" in known) == ("0.040733806" in status)
        assert ("E 0.0405" in shown) == (step == len(STEPS)) == ("falls from 0.040733806 to 0.040527944" in status)
        assert f"Step {step} of 37" in status


def test_formula_carries_the_numbers_of_the_step():
    shown, status = texts(NUMERIC, step=at("delta(h1)"))
    assert "δ(h1) = (w5 · δ(o1) + w7 · δ(o2)) · g′(h1)" in shown
    assert "= (0.3 · 0.04678592365 + 0.4 · (−0.02559657193)) · 0.23953753802" in shown
    assert "= 9.09559561 × 10⁻⁴" in shown and "Backward (BP2)" in shown
    assert "Step 22 of 37: δ(h1) = 9.09559561 × 10⁻⁴." in status


@pytest.mark.parametrize(("name", "units", "edges", "chain"), [
    ("z(o1)", {"h1", "h2", "o1"}, {"w5", "w6"}, set()),
    ("E(o2)", {"o2"}, {"E(o2)"}, set()),
    ("E", {"o1", "o2"}, {"E, o1", "E, o2"}, set()),
    ("g'(h1)", {"h1"}, set(), set()),
    ("delta(o1)", {"o1"}, {"E(o1)"}, {"E(o1)", "E, o1"}),
    ("delta(h2)", {"h2", "o1", "o2"}, {"w6", "w8"}, {"w6", "w8", "both"}),
    ("dE/dw3", {"i1", "h2"}, {"w3"}, {"w3", "w6", "w8", "both"}),
    ("dE/dw7", {"h1", "o2"}, {"w7"}, {"w7", "E(o2)", "E, o2"}),
    ("dE/db1", {"h1", "h2"}, set(), {"w5", "w6", "w7", "w8", "both"}),
    ("dE/db2", {"o1", "o2"}, set(), {"both"}),
    ("new w7", set(), {"w7"}, set()),
])  # fmt: skip
def test_lights_up_what_a_step_uses_and_all_its_chains(name, units, edges, chain):
    if "both" in chain:
        chain = chain - {"both"} | {"E(o1)", "E(o2)", "E, o1", "E, o2"}
    NUMERIC.move(**NUMERIC.settings(step=at(name)))
    colour = FORWARD if name in ("z(o1)", "E(o2)", "E") else BACKWARD
    assert {unit for unit, node in NET.nodes.items() if node.get_linewidth() == 3} == units
    lit = {edge for edge, line in NET.edges.items() if line.get_linewidth() == 4}
    assert lit == edges and all(NET.edges[edge].get_color() == colour for edge in lit)
    assert {edge for edge, line in NET.chain.items() if line.get_visible()} == chain


@pytest.mark.parametrize(("taken", "loss"), [(1, "0.040527944"), (10, "0.038702412"), (1000, "5.84167556 × 10⁻⁴")])
def test_training_steps_reach_the_losses_on_record(taken, loss):
    status = texts(NUMERIC, taken=taken)[1]
    assert f"The loss is {loss}. " in status and f"training steps: {taken}," in status


def test_uses_the_inputs_and_the_rate_it_shows_and_says_what_a_step_does_to_the_loss():
    rng = np.random.default_rng(0)
    for _ in range(20):
        alpha, i1, i2 = (rng.choice(NUMERIC.sliders[name].values).item() for name in ("alpha", "i1", "i2"))
        net, params, X, losses = bp.worked.network(), bp.worked.params(), np.array([[i1, i2]]), []
        for _ in range(7):
            trace = net.backward(params, net.forward(params, X), bp.worked.Y)
            losses.append(bp.worked.number(trace.loss))
            for layer in (1, 2):
                params.W[layer][...] -= alpha * trace.grads.W[layer]
        shown, status = texts(NUMERIC, step=len(STEPS), i1=i1, i2=i2, alpha=alpha, taken=5)
        went = "falls" if float(losses[6]) < float(losses[5]) else "rises"
        assert f"The loss {went} from {pretty(losses[5])} to {pretty(losses[6])}. " in status
        assert sum(text.startswith("E ") and "=" not in text for text in shown) == 2
        assert (
            f"learning rate {alpha}" in status and f"inputs {i1:.2f} and {i2:.2f}".replace("-", "−") in status.lower()
        )


def test_a_new_number_has_the_digits_that_it_takes_to_see_the_change():
    assert telling(0.249998181, 0.25) == "0.249998" and telling(0.3472, 0.35) == "0.3472"
    assert telling(5.80e-4, 5.84e-4) == "5.80e−4" and telling(5.842e-4, 5.841e-4) == "5.842e−4"
    assert telling(0.25, 0.25) == "0.2500" and telling(1e-15, 1e-14) == "≈ 0"
    assert telling(0.25 + 1e-10, 0.25) == "≈ 0.2500" and telling(-0.00001, 0.00001) == "−1.00e−5"
    page, _ = state(**{name: NUMERIC.sliders[name].start for name in ("alpha", "i1", "i2", "taken")})
    shown = texts(NUMERIC, step=len(STEPS))[0]
    for weight in EDGES:
        (text,) = (text for text in shown if text.startswith(f"{weight} → "))
        digits = text.split("→ ")[1]
        assert float(digits) == pytest.approx(float(page.exact[f"new {weight}"]), abs=10 ** -(len(digits) - 2))
        assert digits != f"{page.given[weight]:.{len(digits) - 2}f}"


# ----- what is clicked


@pytest.mark.parametrize(("what", "start", "then"), [
    ("w6", 0, ["dE/dw6", "new w6", "dE/dw6"]), ("w6", at("new w1"), ["dE/dw6", "new w6"]),
    ("h1", 0, ["z(h1)", "a(h1)", "delta(h1)", "z(h1)"]), ("h1", at("dE/dw6"), ["delta(h1)", "z(h1)"]),
    ("o2", at("E"), ["z(o2)", "a(o2)", "delta(o2)"]), ("E(o1)", at("dE/dw6"), ["E(o1)", "E(o1)"]), ("E", 0, ["E"]),
    ("b2", 0, ["dE/db2", "dE/db2"]),
])  # fmt: skip
def test_a_click_goes_to_the_line_about_what_was_clicked(what, start, then):
    step = start
    for name in then:
        step = LINES.next_step(what, step)
        assert STEPS[step - 1] == name


def test_what_is_clicked_is_what_lights_up():
    for weight in EDGES:
        for left, bottom, wide, high in NET.boxes(weight):
            found = NUMERIC.touch(left + wide / 2, bottom + high / 2)
            assert found == {"step": at(f"dE/d{weight}")}, weight
    for unit, (x, y) in NET.at.items():
        if not unit.startswith("i"):
            assert NUMERIC.touch(x, y, step=at("dE/dw1")) == {"step": at(f"delta({unit})")}
    for place, name in (((722, 420), "E(o1)"), ((722, 228), "E(o2)"), ((722, 324), "E"), ((300, 148), "dE/db1")):
        assert NUMERIC.touch(*place, step=1) == {"step": at(name)}


def test_nothing_is_offered_that_a_click_would_not_change():
    for step in range(len(STEPS) + 1):
        for target, middle in touched(NUMERIC, {"step": step}):
            moved = target.sets(middle[0], middle[1] + 30)
            assert any(value != NUMERIC.settings(step=step)[name] for name, value in moved.items()), (step, target.says)


@pytest.mark.parametrize(("unit", "place"), [("i1", NET.at["i1"]), ("i2", NET.at["i2"])])
def test_an_input_follows_the_finger_and_a_click_leaves_it(unit, place):
    x, y = place
    (target,) = (t for t in NUMERIC.move(**NUMERIC.settings()).targets if place in t and "drag" in t.says)
    start = NUMERIC.sliders[unit].start
    assert target.sets(x, y + 9) == target.sets(x, y - 13) == {unit: start}
    assert target.sets(x, y + 64)[unit] == pytest.approx(start + 0.5, abs=0.011)
    assert target.sets(x, y + 900) == {unit: 1.0} and target.sets(-50, -900) == {unit: -1.0}


def test_the_rate_is_greyed_out_until_it_is_used():
    for step, taken in itertools.product(range(len(STEPS) + 1), (0, 1)):
        scene = NUMERIC.move(**NUMERIC.settings(step=step, taken=taken))
        assert (
            ("alpha" in scene.idle) == (taken == 0 and step < LINES.first_new) == ("learning rate" not in scene.status)
        )


# ----- messages


def journey(step, share, **settings):
    values = NUMERIC.settings(step=step, **settings)
    scene = NUMERIC.on_the_way(share, values | {"step": step - 1}, **values)
    return scene and [label for label in scene.labels if label.backed], scene


def test_messages_travel_to_where_the_line_is_worked_out():
    for step, name in enumerate(STEPS, 1):
        sent, scene = journey(step, 0.5)
        if name.startswith(("a(", "g'", "new")):
            assert scene is None, name
            continue
        assert scene.unfinished and len(sent) == {"z": 3, "E(": 1, "E": 2, "delta(o": 1}.get(kind_of(name), 2), name
        assert {label.colour for label in sent} == (
            {FORWARD} if step <= at("E") else {FORWARD, BACKWARD} if name.startswith("dE/dw") else {BACKWARD}
        )


def kind_of(name):
    return next((kind for kind in ("z", "E(", "delta(o", "delta(h", "dE/dw", "dE/db") if name.startswith(kind)), name)


@pytest.mark.parametrize(("name", "to"), [("delta(h1)", "h1"), ("delta(h2)", "h2"), ("z(h2)", "h2"), ("z(o1)", "o1")])
def test_what_arrives_at_a_unit_adds_up_to_its_line(name, to):
    (page, _), sent = state(0.1, 0.02, 0.04, 0), journey(at(name), 0.0)[0]
    total = sum(float(label.text.replace("−", "-")) for label in sent)
    expected = float(page.exact[name] / (page.exact[f"g'({to})"] if name.startswith("delta") else 1))
    assert total == pytest.approx(expected, abs=2e-4)
    for label, later in zip(sent, journey(at(name), 0.9)[0], strict=True):
        before, after = (np.hypot(*np.subtract((one.x, one.y), NET.at[to])) for one in (label, later))
        assert after < before


def test_there_is_no_journey_back_nor_when_something_else_changes():
    values = NUMERIC.settings(step=20)
    assert NUMERIC.on_the_way(0.5, values | {"step": 19}, **values)
    for other in ({"step": 21}, {"step": 20}, {"step": 19, "i1": 0.5}):
        assert NUMERIC.on_the_way(0.5, values | other, **values) is None


def test_a_journey_shows_the_line_without_its_result():
    sent, scene = journey(at("delta(h1)"), 0.5)
    shown = [label.text for label in scene.labels]
    assert "δ(h1) = (w5 · δ(o1) + w7 · δ(o2)) · g′(h1)" in shown and "= 9.09559561 × 10⁻⁴" not in shown
    assert "δ 9.10e−4" not in shown


# ----- the drawing


@pytest.mark.parametrize("explorer", [NUMERIC, BY_HAND], ids=["numeric_example", "by_hand"])
def test_no_text_lies_on_an_edge_or_touches_a_unit(explorer):
    units = np.array(list(explorer.net.at.values()))
    edges = np.array([explorer.net.along(name, share) for name in EDGES for share in np.linspace(0, 1, 200)])
    away = np.hypot(*(edges[:, None] - units).transpose(2, 0, 1)).min(axis=1)
    edges = edges[away > 30]
    for values in (*extremes(explorer), {"step": len(STEPS)} if explorer is NUMERIC else {}):
        scene = explorer.move(**explorer.settings(**values))
        for text, (left, top, right, bottom) in boxes(explorer, scene.labels):
            low, high = (
                np.array([left / 2, explorer.height - bottom / 2]),
                np.array([right / 2, explorer.height - top / 2]),
            )
            assert not ((edges > low - 2) & (edges < high + 2)).all(axis=1).any(), (text, values)
            near = np.hypot(*(units - np.clip(units, low, high)).T)
            far = np.hypot(*np.maximum(abs(units - low), abs(units - high)).T)
            assert ((near > 31) | (far < 29)).all(), (text, values)


# ----- by hand


def test_by_hand_the_numbers_make_the_answers():
    rng = np.random.default_rng(0)
    for _ in range(20):
        knobs = {name: rng.choice(control.values).item() for name, control in BY_HAND.sliders.items()}
        scene = BY_HAND.move(**knobs)
        w, (i1, i2), answers = knobs, bp.worked.X[0], []
        h1, h2 = (bp.sigmoid(w[a] * i1 + w[b] * i2 + w["b1"]) for a, b in (("w1", "w2"), ("w3", "w4")))
        for k, (a, b) in enumerate((("w5", "w6"), ("w7", "w8"))):
            answers.append(bp.sigmoid(w[a] * h1 + w[b] * h2 + w["b2"]))
            off = answers[k] - bp.worked.Y[0, k]
            said = "right" if abs(off) < NEAR else f"off by {off:+.3f}".replace("-", "−")
            shown = [label.text for label in scene.labels]
            assert said in shown and f"{answers[k]:.3f}" in shown
            assert f"o{k + 1} = {answers[k]:.3f}, wanted {bp.worked.Y[0, k]}, {said}" in scene.status
            assert BY_HAND.dots[k].get_xdata()[0] == pytest.approx(on_scale(answers[k]))
        changed = [name for name in KNOBS if knobs[name] != KNOBS[name]]
        assert f"{len(changed)} of 10 numbers changed" in scene.status


def test_by_hand_says_when_both_are_right():
    shown, status = texts(BY_HAND, w5=-1.5, w7=2.15)
    assert "Both answers are right: 2 of 10 numbers changed" in shown and status.count("right") == 2
    assert "w5 = −1.50, w7 = 2.15." in status
    assert not any("Both" in text for text in texts(BY_HAND, w5=-1.5)[0])


@pytest.mark.parametrize("name", KNOBS)
def test_by_hand_a_number_follows_the_finger_and_a_click_leaves_it(name):
    x, y, anchor = BY_HAND._place(name)
    x += 0 if anchor == "mm" else 30
    assert BY_HAND.touch(x, y) == {name: KNOBS[name]} == BY_HAND.touch(x, y + 13)
    (target,) = (t for t in BY_HAND.move(**KNOBS).targets if (x, y) in t)
    assert target.sets(x, y + 74)[name] == pytest.approx(KNOBS[name] + 1)
    assert target.sets(x, -2000) == {name: -3.0}


def test_by_hand_does_not_say_what_a_hidden_unit_says():
    shown = " ".join(texts(BY_HAND)[0])
    assert "0.602" not in shown and "0.04073" not in shown  # the chapter asks for them later
