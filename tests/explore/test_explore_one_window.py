"""The explorer of three weights on five inputs: what it shows, by NumPy and by nudges; what a touch does."""

import itertools
import re

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.explore.one_window import BACK, BIAS, DELTA, FORWARD_MODE, INPUTS, WEIGHTS, seen

EXPLORER = bp.explore.one_window()
RNG = np.random.default_rng(0)
NUMBERS = [WEIGHTS | INPUTS] + [
    dict(zip(WEIGHTS | INPUTS, (RNG.integers(-8, 9, 8) / 2).tolist(), strict=True)) for _ in range(4)
]
NUMBER = r"(−?\d+(?:\.\d+)?)"


def scene(**values):
    return EXPLORER.move(**EXPLORER.settings(**values))


def value(text):
    return float(text.replace("−", "-"))


def z(numbers):
    w, x = ([numbers[name] for name in names] for names in (WEIGHTS, INPUTS))
    return np.correlate(x, w, "valid") + BIAS


def product(text, numbers):
    """The sum of products that stands between the first and the last sign of equality, by the names in it."""
    known = numbers | {f"δ{q + 1}": d for q, d in enumerate(DELTA)} | {"b": BIAS}
    return eval(" = ".join(text.split(" = ")[1:-1]).replace("·", "*"), {}, known)


@pytest.mark.parametrize("numbers", NUMBERS)
@pytest.mark.parametrize("position", [1, 2, 3])
def test_forward_agrees_in_boxes_formula_and_words(numbers, position):
    one = scene(position=position, **numbers)
    shown, true = [label.text for label in one.labels], z(numbers)
    for q in range(3):
        (box,) = [text for text in shown if re.fullmatch(f"z{q + 1} = {NUMBER}", text)]
        assert value(box.split(" = ")[1]) == true[q]
        assert value(re.findall(f"z{q + 1} = {NUMBER}", one.status)[-1]) == true[q]
    head, line = shown[-2:]
    assert head.startswith(f"z{position} = ") and value(head.split(" = ")[-1]) == true[position - 1]
    assert product(head, numbers) == true[position - 1]
    assert eval(line.strip("= ").replace("·", "*").replace("−", "-")) == true[position - 1]


@pytest.mark.parametrize("numbers", NUMBERS)
@pytest.mark.parametrize(("show", "name"), BACK.items())
def test_backward_is_the_slope_of_the_loss_and_its_parts_add_up(numbers, show, name):
    loss = lambda h: np.array(DELTA) @ z(numbers | {name: numbers[name] + h})  # noqa: E731
    slope, parts = (loss(1) - loss(-1)) / 2, []  # it is linear
    for position in (1, 2, 3):
        one = scene(position=position, show=show, **numbers)
        head, line, here = [label.text for label in one.labels][-3:]
        assert head.startswith(f"∂E/∂{name} = ") and value(head.split(" = ")[-1]) == pytest.approx(slope)
        assert product(head, numbers) == pytest.approx(slope)
        assert eval(line.strip("= ").replace("·", "*").replace("−", "-")) == pytest.approx(slope)
        assert head in one.status and here in one.status
        parts += [value(text) for text in re.findall(f"adds {NUMBER}[.]", here)]
        assert ("does not see" in here) == (name in INPUTS and not 0 <= int(name[1]) - position <= 2)
    assert sum(parts) == pytest.approx(slope) and len(parts) == head.count("δ")
    edges = [label.text for label in one.labels if re.fullmatch(r"w\d", label.text)]
    assert edges == ([name] * 3 if name in WEIGHTS else re.findall(r"w\d", head))


def test_first_state_is_that_of_the_chapter():
    assert "z1 = −2.5, z2 = 12.5, z3 = −5.5" in scene().status
    assert "= −6.5." in scene(show="back to w1").status and "= 5.5." in scene(show="back to x3").status


def test_changed_outputs_say_what_they_were():
    at_first = lambda **values: [t.text for t in scene(**values).labels if t.text.startswith("at first")]  # noqa: E731
    assert at_first() == [] and at_first(x1=2.0) == ["at first −2.5"] and len(at_first(w1=3.0)) == 3


@pytest.mark.parametrize("position", [1, 2, 3])
def test_a_dot_follows_the_finger_and_stops_at_the_ends(position):
    for name, start in (WEIGHTS | INPUTS).items():
        x, y = EXPLORER.knobs[name].get_xydata()[0] if scene(position=position) else None
        target = next(t for t in reversed(scene(position=position).targets) if (x, y) in t)
        assert target.sets(x, y) == {name: start}
        assert target.sets(x + 300, y + 12) == {name: min(start + 1, 4.0)}
        assert target.sets(x, y + 999) == {name: 4.0} and target.sets(x, -999) == {name: -4.0}


def test_the_window_is_dragged_and_outputs_and_names_are_clicked():
    for position, other in itertools.product((1, 2, 3), repeat=2):
        box = EXPLORER.boxes[other - 1]
        middle = box.get_x() + box.get_width() / 2
        assert EXPLORER.touch(middle, box.get_y() + 3, position=position) == {"position": other}
        assert EXPLORER.touch(middle, EXPLORER.height - 8, position=position) == {"position": other}
        assert scene(position=position).targets[0].sets(-400, 0) == {"position": 1}
        assert scene(position=position).targets[0].sets(4000, 0) == {"position": 3}
        for show in (FORWARD_MODE, *BACK):
            for label in scene(position=position, show=show).labels[:8]:
                name = label.text.split(" = ")[0]
                assert EXPLORER.touch(label.x, label.y, position=position, show=show) == {"show": f"back to {name}"}


def test_the_state_in_words_is_short_enough_for_two_lines():
    widest = dict.fromkeys(WEIGHTS | INPUTS, -3.5)
    for show in (FORWARD_MODE, *BACK):
        assert max(len(scene(show=show, position=p, **widest).status) for p in (1, 2, 3)) <= 200


def test_answers_to_the_tasks_of_the_chapter():
    def moved(**values):
        return (z(WEIGHTS | INPUTS | values) - z(WEIGHTS | INPUTS)).tolist()

    assert [len(seen(name)) for name in INPUTS] == [1, 2, 3, 2, 1]
    assert moved(w1=3.0) == [1, 3, -2] and moved(x3=-1.0) == [1, -1, 2] and moved(x1=2.0) == [2, 0, 0]
