"""The explorer of a tape: what it reads from a learner's objects, where it puts it, and what it says."""

import itertools
import math
import re

import numpy as np
import pytest
import stored
from test_explore import boxes

import bpcourse as bp
from bpcourse.explore.base import SHARPNESS
from bpcourse.explore.tape import shown
from bpcourse.explore.tape_layout import GIVEN, LABEL, NODE, RADIUS, layout, levels
from bpcourse.explore.tape_lines import MOST, PROGRAMS, computed, read
from bpcourse.plots.style import BACKWARD, WIDTH

SOURCE = stored.sources(stored.cells("chapters", "tape"))
CHAPTER = {"np": np, "bp": bp}
for cell in ("imports", "value", "plain", "tanh", "class", "to-come", "backward", "apart-code"):
    exec(SOURCE[cell].partition("\nprint")[0], CHAPTER)
Value, backward = CHAPTER["Value"], CHAPTER["backward"]
TAPE = bp.explore.tape()


def random_root(rng, given, made):
    """A random expression of the chapter's class, all of whose nodes lead to the result."""
    nodes = [Value(float(rng.uniform(-2, 2))) for _ in range(given)]
    loose = list(nodes)
    for k in range(made):
        one = loose.pop(rng.integers(len(loose)))
        kind = rng.integers(3) if made - k > len(loose) else rng.integers(2)
        if kind == 2:
            new = one.tanh()
        else:
            other = loose.pop(rng.integers(len(loose))) if loose else nodes[rng.integers(len(nodes))]
            new = one + other if kind else one * other
        nodes.append(new)
        loose.append(new)
    return loose, nodes


def roots(count, seed=0):
    """Tapes of up to MOST nodes that fit."""
    rng, found = np.random.default_rng(seed), []
    while len(found) < count:
        given = int(rng.integers(1, 7))
        loose, _ = random_root(rng, given, int(rng.integers(given, MOST - given + 1)))
        if len(loose) == 1:
            try:
                found.append((loose[0], bp.explore.tape(loose[0])))
            except ValueError as error:
                assert re.search("up to 7 find room|above one another", str(error))
    return found


DRAWN = roots(25)


def program_of_values(program):
    """One of PROGRAMS with the chapter's class."""
    made = {}
    for name, what, *names in program:
        inputs = [made[n] for n in names]
        if not inputs:
            made[name] = Value(what)
        elif what in ("exp", "tanh"):
            made[name] = getattr(inputs[0], what)()
        else:
            first, second = inputs
            made[name] = {"+": first.__add__, "·": first.__mul__, "/": first.__truediv__}[what](second)
    return made


# ----- what is read


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_of_the_explorer_is_the_same_with_the_chapters_class(program):
    made = program_of_values(PROGRAMS[program])
    *_, root = made.values()
    by_name = {line.name: line for line in read(root, made)}
    lines = computed(PROGRAMS[program])
    for line in lines:
        other = by_name[line.name]
        assert (other.operation, other.pushes) == (line.operation, line.pushes)
        assert other.value == pytest.approx(line.value, rel=1e-12)
        assert other.messages == pytest.approx(line.messages, rel=1e-12)
    backward(root)
    grads = TAPE.running[program].grads(TAPE.running[program].last)
    assert {line.name: grads[k] for k, line in enumerate(lines)} == pytest.approx({n: v.grad for n, v in made.items()})


def test_messages_add_up_to_the_grads_of_the_sweep_and_nothing_is_left_behind():
    for root, explorer in DRAWN:
        running = explorer.running["yours"]
        grads = running.grads(running.last)
        nodes = [root]
        for node in nodes:
            nodes += [parent for parent in dict.fromkeys(node.parents) if parent not in nodes]
            assert node.grad == 0 and type(node) is Value
        backward(root)
        assert sorted(grads.values()) == pytest.approx(sorted(node.grad for node in nodes), rel=1e-9, abs=1e-12)
        assert len(running.lines) == len(nodes)
        for k, own in enumerate(running.parents):
            assert all(parent < k for parent in own), "a line stands before its parent"


def test_the_grads_that_were_there_come_back():
    a = Value(2.0)
    y = a * a
    a.grad, y.grad = 7.0, 5.0
    bp.explore.tape(y, a=a)
    assert (a.grad, y.grad) == (7.0, 5.0) and type(a) is Value

    def fails():
        raise ZeroDivisionError("oh")

    y.push = fails
    with pytest.raises(ValueError, match="push of y failed: ZeroDivisionError: oh"):
        bp.explore.tape(y, y=y)
    assert (a.grad, y.grad) == (7.0, 5.0) and type(a) is Value


def test_what_a_wrong_push_does_is_shown():
    class Wrong(Value):
        def __mul__(self, other):
            def push():
                self.grad = other.data * out.grad
                other.grad = self.data * out.grad

            out = Wrong(self.data * other.data, (self, other))
            out.push = push
            return out

    x = Wrong(3.0)
    lines = read(x * x, {"x": x})
    assert lines[-1].messages == (3.0, 0.0) and lines[-1].operation == "·"  # the second overwrites, so it adds nothing
    y = Wrong(3.0) * Wrong(2.0)
    y.push = None
    explorer = bp.explore.tape(y, y=y)
    assert explorer.move(step=3).status == "Step 3 of 3: y has parents and no push: nothing goes back from here."


@pytest.mark.parametrize("wrong", ["parent.grad = m", "parent.grad += 2 * m"])
def test_a_message_is_what_the_node_sends_and_a_grad_what_push_makes_of_it(wrong):
    """As the chapter's reader is told to: a bug in the class, and the cells that show a calculation of one's own."""
    right, shown_by = "parent.grad += m", {}
    assert right in SOURCE["value"]
    for bug in (right, wrong):
        found = {"np": np, "bp": bp}
        for cell in ("value", "plain", "tanh", "class", "own-code"):
            exec(SOURCE[cell].replace(right, bug), found)
        running = bp.explore.tape(found["out"], out=found["out"], r=found["r"]).running["yours"]
        grads, r = running.grads(running.last), [line.name for line in running.lines].index("r")
        order = [found["out"]]
        for node in order:  # here each node but r has one user, so this order is right
            assert node is found["r"] or order.count(node) == 1
            order += node.parents
        found["out"].grad = 1.0
        for node in order:
            node.push()
        assert grads[r] == pytest.approx(found["r"].grad, rel=1e-12)
        for k, line in enumerate(running.lines):
            if line.parents:
                (node,) = (node for node in order if node.data == line.value and node.parents)
                assert line.messages == pytest.approx(node.messages(grads[k]), rel=1e-12)
        shown_by[bug] = [line.messages for line in running.lines], grads[r]
    assert shown_by[right][1] != shown_by[wrong][1]
    assert (shown_by[right][0] == shown_by[wrong][0]) == ("2" not in wrong)


def test_several_messages_that_come_as_one_number_stand_once():
    x = Value(3.0)
    y = Value(9.0, (x, x))
    y.push = lambda: setattr(x, "grad", x.grad + 2 * x.data * y.grad)
    assert read(y, {})[-1].messages == (6.0, None)
    assert bp.explore.tape(y).running["yours"].grads(3) == {0: 6.0, 1: 1.0}


def chain(length):
    node = first = Value(1.0)
    for _ in range(length):
        node = node + first
    return node


def without_push():
    class Value:
        def __init__(self):
            self.data, self.grad, self.parents = 1.0, 0.0, ()

    return Value()


class Slotted:
    __slots__ = ("data", "grad", "parents", "push")

    def __init__(self):
        self.data, self.grad, self.parents, self.push = 1.0, 0.0, (), None


def cycle():
    a, b = Value(1.0), Value(2.0)
    a.parents, b.parents = (b,), (a,)
    return a


def wrong(**attributes):
    node = Value(1.0)
    vars(node).update(attributes)
    return node


@pytest.mark.parametrize(
    ("root", "names", "error", "said"),
    [
        (3.0, {}, TypeError, r"a float on the tape has no \.data and no \.grad and no \.parents and no \.push"),
        (without_push(), {}, TypeError, r"a Value on the tape has no \.push"),
        (Slotted(), {}, TypeError, r"Slotted\.grad is no plain attribute"),
        (wrong(data=np.ones((2, 3))), {}, TypeError, r"\.data has the shape \(2, 3\); only a tape of single numbers"),
        (wrong(push=3), {}, TypeError, r"\.push is a int; expected a function of no arguments, or None"),
        (wrong(parents=None), {}, TypeError, r"\.parents is a NoneType; expected a tuple"),
        (cycle(), {}, ValueError, "the tape has a cycle"),
        (chain(20), {}, ValueError, "the tape has 21 nodes; up to 14 can be drawn"),
        (chain(6000), {}, ValueError, "the tape has 6001 nodes"),
        (chain(30_000), {}, ValueError, "the tape has more than 10000 nodes"),
        (chain(8), {}, ValueError, "8 operations follow one another; up to 7 find room"),
        (chain(2), {"other": Value(1.0)}, ValueError, "other is not on the tape"),
        (chain(2), {"a_long_name": Value(1.0)}, ValueError, "a_long_name is not on the tape"),
        (None, {"x": Value(1.0)}, ValueError, "x: names of nodes, but there is no tape"),
    ],
)
def test_what_cannot_be_shown_is_said(root, names, error, said):
    with pytest.raises(error, match=said):
        bp.explore.tape(root, **names)


def test_a_name_that_finds_no_room_is_refused():
    x = Value(1.0)
    with pytest.raises(ValueError, match="weight: a name of at most 5 letters"):
        bp.explore.tape(x + x, weight=x)


def test_a_single_given_number_can_be_shown():
    explorer = bp.explore.tape(Value(2.0))
    assert explorer.running["yours"].last == 1 and "n1.grad = 1" in explorer.move(step=1).status


# ----- where it stands


def every():
    for explorer in (TAPE, *(explorer for _, explorer in DRAWN)):
        for program, running in explorer.running.items():
            extra = {"program": program} if explorer is TAPE else {}
            yield explorer, running, extra


def test_depth_grows_to_the_right_and_what_is_given_stands_before_its_first_user():
    for _, running, _ in every():
        level = levels(running.parents)
        x = [place[0] for place in running.layout.nodes]
        for k, own in enumerate(running.parents):
            assert all(x[parent] < x[k] for parent in own)
            users = [child for child, others in enumerate(running.parents) if k in others]
            assert own or level[k] == min(level[child] for child in users) - 1


def test_a_wire_runs_from_its_parent_to_its_node_over_its_numbers():
    for _, running, _ in every():
        for wire, points in running.layout.wires.items():
            parent = running.parents[wire[0]][wire[1]] if wire else len(running.lines) - 1
            assert points[:, 0] == pytest.approx(np.add(running.layout.nodes[parent], (RADIUS, 0)))
            assert (np.diff(points[0]) >= 0).all()
            x, y = running.layout.numbers[wire]
            level = np.abs(points[0] - x) <= LABEL / 2 + 1e-9
            assert level.sum() >= 2 and np.allclose(points[1, level], y)
            if wire:
                end = points[:, -1] - running.layout.nodes[wire[0]]
                assert np.hypot(end[0] + 3, end[1]) == pytest.approx(RADIUS)


def test_nodes_keep_apart_and_no_wire_crosses_a_node_that_is_not_its_own():
    for _, running, _ in every():
        nodes = np.array(running.layout.nodes)
        for a, b in itertools.combinations(range(len(nodes)), 2):
            if abs(nodes[a, 0] - nodes[b, 0]) < 1:
                assert abs(nodes[a, 1] - nodes[b, 1]) > min(GIVEN, NODE) - 1e-6
        for wire, points in running.layout.wires.items():
            own = {wire[0], running.parents[wire[0]][wire[1]]} if wire else {len(nodes) - 1}
            for k in set(range(len(nodes))) - own:
                assert np.hypot(*(points.T - nodes[k]).T).min() > RADIUS


def test_wires_that_need_not_cross_do_not():
    running = TAPE.running["a way that splits and joins"]
    lines = [points.T for points in running.layout.wires.values()]
    crossings = 0
    for a, b in itertools.combinations(lines, 2):
        left, right = max(a[0, 0], b[0, 0]), min(a[-1, 0], b[-1, 0])
        if left < right:
            x = np.linspace(left + 0.5, right - 0.5, 50)
            side = np.sign(np.interp(x, *a.T) - np.interp(x, *b.T))
            crossings += len(set(side[side != 0])) > 1
    assert crossings == 0


def test_too_many_wires_above_one_another_are_refused():
    parents = [()] * 9 + [tuple(range(9))]
    with pytest.raises(ValueError, match="too many wires stand above one another"):
        layout(parents, 216, 522)


def test_no_text_leaves_the_picture_or_touches_another_or_a_wire():
    for explorer, running, extra in every():
        wires = np.concatenate([points.T for points in running.layout.wires.values()])
        for step in range(0, running.last + 1, 1 if extra else 3):
            scene = explorer.move(step=step, **extra)
            placed = list(boxes(explorer, scene.labels))
            assert len(scene.status) <= 180
            for (text, a), (other, b) in itertools.combinations(placed, 2):
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (scene.status, text, other)
            for label, (text, (left, top, right, bottom)) in zip(scene.labels, placed, strict=True):
                assert 0 <= left < right <= WIDTH * SHARPNESS and 0 <= top < bottom <= explorer.height * SHARPNESS, text
                if (label.x, label.y) in map(tuple, running.layout.nodes) or label.y < 210:
                    continue
                low, high = explorer.height - bottom / SHARPNESS, explorer.height - top / SHARPNESS
                level = abs(wires[:, 1] - label.y) < 10  # its own wire lies 9 away
                inside = (wires[:, 0] > left / 2 + 1) & (wires[:, 0] < right / 2 - 1) & level
                inside &= (wires[:, 1] > low) & (wires[:, 1] < high)
                assert inside.sum() <= 2, (scene.status, text)  # the end of a steep one may come near


# ----- the steps


@pytest.mark.parametrize("program", PROGRAMS)
def test_steps_show_what_is_known_and_nothing_else(program):
    running = TAPE.running[program]
    made = len(running.made)
    assert running.last == 2 * made + 1
    order = [running.at(step) for step in range(1, running.last + 1)]
    assert [k for k, _ in order[:made]] == running.made and order[made] == (len(running.lines) - 1, "seed")
    assert [k for k, _ in order[made + 1 :]] == running.made[::-1]
    for step in range(running.last + 1):
        scene = TAPE.move(step=step, program=program)
        rows = [label.text for label in scene.labels if label.y < 130 and label.anchor == "lm"]
        known = [line for k, line in enumerate(running.lines) if not line.parents or running.forward(k) <= step]
        assert sum(" = " in row or row.endswith(", given") for row in rows) == len(known)
        grads = running.grads(step)
        assert (not grads) == (step < running.seed)
        for k, line in enumerate(running.lines):
            users = [child for child, own in enumerate(running.parents) if k in own]
            complete = all(child in running.pushed(step) for child in users)
            written = [
                label
                for label in scene.labels
                if label.anchor == "rm" and label.text == shown(grads.get(k, math.nan)) and label.bold == complete
            ]
            assert bool(written) or k not in grads, (step, line.name)
        below = [label for label in scene.labels if label.y > 216 and label.colour == BACKWARD]
        sent = sum(len(running.parents[k]) for k in running.pushed(step))
        assert len(below) == sent + (step >= running.seed)
        assert scene.ended == (step == running.last)
        assert scene.status.startswith(f"Step {step} of {running.last}: ")


def test_a_step_beyond_the_last_is_the_last():
    program = "y = x · x"
    assert TAPE.move(step=17, program=program).status == TAPE.move(step=3, program=program).status


def test_the_numbers_of_a_step_are_true():
    for step, said in (
        (1, "c = v · x = 0.800 · 1.500 = 1.200"), (8, "s = p1 + p2 = 0.376 + (−0.670) = −0.294"), (9, "s.grad = 1"),
        (17, "to v: (−0.072) · 1.500 = −0.108;   to x: (−0.072) · 0.800 = −0.058"),
    ):  # fmt: skip
        scene = TAPE.move(step=step, program="a way that splits and joins")
        assert said in [label.text for label in scene.labels]
        assert TAPE.move(step=step, program="a way that splits and joins").status.endswith(f"{said}.")


def test_the_answers_that_the_chapter_gives():
    double, square = TAPE.running["b = a + a, c = b + b"], TAPE.running["y = x · x"]
    assert double.at(4) == (2, "backward") and double.lines[2].messages == (1, 1) and 1 not in double.grads(3)
    assert square.lines[1].messages == (3, 3) and square.grads(3)[0] == 6 and square.lines[0].value == 3
    apart = {line.name: line for line in TAPE.running["tanh, taken apart"].lines}
    assert [shown(m) for m in apart["a"].messages] == ["0.310", "−0.118"]
    joined = {line.name: line for line in TAPE.running["a way that splits and joins"].lines}
    assert [shown(joined[z].messages[1]) for z in ("z1", "z2")] == ["0.249", "−0.321"]
    assert (
        min(*joined["p1"].messages[1:], *joined["p2"].messages[1:], *joined["h1"].messages, *joined["h2"].messages) > 0
    )


def test_a_click_on_a_node_or_its_line_goes_to_its_step_and_a_second_to_the_other():
    for (explorer, running, extra), step in (
        (case, step) for case in every() for step in range(0, case[1].last + 1, 1 if case[2] else 4)
    ):
        targets = explorer.move(step=step, **extra).targets
        assert len(targets) == 2 * len(running.lines)
        for k, line in enumerate(running.lines):
            node, row = targets[2 * k : 2 * k + 2]
            assert running.layout.nodes[k] in node and node.sets(0, 0) == row.sets(0, 0)
            to = node.sets(0, 0)["step"]
            if not line.parents:
                users = {child for child, own in enumerate(running.parents) if k in own}
                assert users <= set(running.pushed(to)) and not users <= set(running.pushed(to - 1))
                continue
            same = step in (running.forward(k), running.backward(k))
            assert to == (running.backward(k) if (step >= running.seed) != same else running.forward(k)) or (
                step == running.seed and k == len(running.lines) - 1
            )


def test_messages_travel_along_the_wires_of_their_step_and_not_before():
    program = "a way that splits and joins"
    running = TAPE.running[program]
    here = TAPE.settings(program=program)
    for step in range(1, running.last + 1):
        k, direction = running.at(step)
        scene = TAPE.on_the_way(0.0, here | {"step": step - 1}, step=step, program=program)
        if direction == "seed":
            assert scene is None
            continue
        dots = np.transpose(TAPE.messages.get_data())
        ends = [
            running.layout.wires[k, j][:, 0 if direction == "forward" else -1] for j in range(len(running.parents[k]))
        ]
        np.testing.assert_allclose(dots, ends)
        assert scene.unfinished
        before = {(label.x, label.y, label.text) for label in TAPE.move(step=step - 1, program=program).labels}
        assert {(label.x, label.y, label.text) for label in scene.labels if label.y < 130} <= before
    assert TAPE.on_the_way(0.5, here | {"step": 3}, step=5, program=program) is None
    assert TAPE.on_the_way(0.5, here | {"step": 4, "program": "y = x · x"}, step=5, program=program) is None
    TAPE.move(step=2, program=program)
    assert len(TAPE.messages.get_xdata()) == 0


@pytest.mark.parametrize(
    ("x", "text"),
    [(0.0, "0"), (3.0, "3"), (-0.25, "−0.250"), (12.34, "12.34"), (4e-4, "4.0e−4"), (123456.7, "1.2e5"), (1e-15, "0"),
     (234.56, "234.6"), (-math.inf, "−inf"), (math.nan, "nan")],
)  # fmt: skip
def test_numbers_find_room_on_a_wire(x, text):
    assert shown(x) == text


def test_a_small_tape_has_a_small_picture():
    x = Value(3.0)
    small, (_, large) = bp.explore.tape(x * x), max(DRAWN, key=lambda pair: pair[1].height)
    assert small.height < 320 < large.height <= TAPE.height
    for explorer, running, _ in every():
        lowest, highest = (f(y for points in running.layout.wires.values() for y in points[1]) for f in (min, max))
        assert 216 < lowest and highest < explorer.height - 10
