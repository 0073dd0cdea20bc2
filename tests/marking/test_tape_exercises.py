"""The exercises on the tape: what holds for one of them only; test_exercises.py has the rest."""

import itertools
import re

import numpy as np
import pytest
from bpanswers import dual_run, levels, mended_sweep, new_operations, stacked_product
from bpanswers.common import tapes
from bpanswers.common.edits import edited
from test_exercises import CELLS, EXERCISES, NUMBERS, SEEDS, SOLVED

import bpcourse as bp
from bpcourse.marking.engine import Exercise

HERE = NUMBERS["first_wrong"]
FUNCTIONS = [name for name, number in NUMBERS.items() if number == HERE and isinstance(EXERCISES[name], Exercise)]


class Value:
    """A scalar that remembers what it was made of, as that of the chapter does."""

    def __init__(self, data, *parents):
        self.data, self.grad, self.parents = data, 0.0, parents  # pairs of a Value and the local derivative

    def __add__(self, other):
        return type(self)(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        return type(self)(self.data * other.data, (self, other.data), (other, self.data))

    def push(self):
        for parent, local in self.parents:
            parent.grad += self.grad * local


def backward(*nodes):
    """A sweep over all nodes, given in the order of the program."""
    nodes[-1].grad = 1.0
    for node in reversed(nodes):
        node.push()


# ----- the inputs


@pytest.mark.parametrize("name", FUNCTIONS)
def test_inputs_are_random(name):
    """The same seed gives the same cases, and another one others."""
    exercise = EXERCISES[name]
    for case, same in zip(exercise.cases(0), exercise.cases(0), strict=True):
        assert all(np.array_equal(case[key], same[key]) for key in case if isinstance(case[key], np.ndarray))
        assert repr(case) == repr(same)
    new = [repr(case) != repr(other) for case, other in zip(exercise.cases(0), exercise.cases(1), strict=True)]
    assert sum(new) > len(new) / 2 and new[0]


def test_tapes_stay_where_numbers_are_safe():
    """No value is huge, no tanh saturated, no divisor near 0; each operation reads what was there before it."""
    for seed in range(30):
        rng = np.random.default_rng(seed)
        inputs = list(rng.normal(size=seed % 3 + 1))
        tape = tapes.random_tape(rng, inputs, 12, dual_run.ALL)
        values = tapes.run(tape, inputs)
        assert len(tape) == 12 and np.abs(values).max() < 15
        for k, (name, i, j) in enumerate(tape, start=len(inputs)):
            assert all(0 <= read < k for read in tapes.read((name, i, j)))
            assert name != "tanh" or abs(values[i]) <= 2
            assert name != "div" or (i != j and abs(values[j]) >= 0.3)


def test_what_leads_to_the_last_value_is_known():
    tape = ("mul", 0, 1), ("tanh", 2, None), ("number", 1, None), ("add", 0, 4)
    assert tapes.leads(tape, 2) == {0, 4, 5} and tapes.leads((), 3) == {2}


# ----- the questions


def test_the_tape_to_read_is_what_one_lost_message_gives():
    """The table of the task, by a program in which the second message to q takes the place of the first."""
    rows = re.findall(r"\| ([A-F]) \| `(\w+) = .+?` \| (\S+) \| (\S+) \|", CELLS[HERE]["first_wrong-task"].source)
    shown = {name: [float(number.replace("−", "-")) for number in numbers] for _, name, *numbers in rows}
    letters = {name: letter for letter, name, *_ in rows}

    def grads(lost):
        x, y = Value(3.0), Value(-2.0)
        p = x * y
        q = x + p
        r = q * q
        if lost:
            r.parents = r.parents[:1]
        out = r + y
        nodes = dict(x=x, y=y, p=p, q=q, r=r, out=out)
        backward(*nodes.values())
        return {name: [node.data, node.grad] for name, node in nodes.items()}

    wrong, right = grads(True), grads(False)
    assert shown == wrong
    first = next(name for name in reversed(shown) if shown[name] != right[name])
    assert letters[first] == EXERCISES["first_wrong"].truth


def test_a_second_backward_by_the_program_of_the_task():
    program = re.search(r"```python\n(.*?)```", CELLS[HERE]["second_backward-task"].source, re.DOTALL)[1]
    order = []

    class Listed(Value):
        def __init__(self, *args):
            super().__init__(*args)
            order.append(self)

    names = {"Value": Listed, "backward": lambda root: backward(*order)}
    exec(program, names)
    assert order[-1] is names["y"] and names["x"].grad == EXERCISES["second_backward"].truth


def test_messages_at_once_are_counted():
    sent, nodes = 0, [Value(1.0)]
    for _ in range(6):
        nodes.append(nodes[-1] + nodes[-1])

    def arrives(node, message):
        nonlocal sent
        node.grad += message
        for parent, local in node.parents:
            sent += 1
            arrives(parent, node.grad * local)

    arrives(nodes[-1], 1.0)
    assert sent == EXERCISES["messages_at_once"].truth and nodes[0].grad > 2**6
    assert sum(len(node.parents) for node in nodes) == 12
    assert 67e6 < sum(2**k for k in range(1, 26)) < 68e6  # what the message says of 25


def test_the_fewest_sweeps_by_trying_all_cuts_and_modes():
    sizes = [
        int(n) for n in re.findall(r"\d+", re.search(r"\$\$(.*?)\$\$", CELLS[HERE]["count_sweeps-task"].source)[1])
    ]
    assert sizes == [6, 40, 2, 8]
    costs = []
    for count in range(3):
        for cuts in itertools.combinations(sizes[1:-1], count):
            ends = [sizes[0], *cuts, sizes[-1]]
            costs += [sum(choice) for choice in itertools.product(*itertools.pairwise(ends))]
    assert min(costs) == EXERCISES["count_sweeps"].truth


# ----- the program to mend

FAULTY = CELLS[HERE]["mended_sweep-given"].source
BUGS = {  # the misconception that is left where only this bug is not mended: the edits that mend it
    None: (("x, grads=np.zeros(1000)):", "x):\n    grads = np.zeros(1000)"),),
    "order_left": (
        ("for k, (name, i, j) in enumerate(tape, start=len(x)):",
         "for k, (name, i, j) in reversed(list(enumerate(tape, start=len(x)))):"),
    ),
    "overwritten": (
        ("grads[i] = grads[j] = grads[k]", "grads[i] += grads[k]\n            grads[j] += grads[k]"),
        ("grads[i] = grads[k]", "grads[i] += grads[k]"), ("grads[j] = grads[k] *", "grads[j] += grads[k] *"),
    ),
    "slope_of_the_input": (("1 - values[i] ** 2", "1 - values[k] ** 2"),),
}  # fmt: skip


def mending(*names):
    return edited(FAULTY, *(edit for name in names for edit in BUGS[name]))


def test_the_program_to_mend_has_four_bugs():
    for seed in SEEDS:
        assert bp.check("mended_sweep", mending(*BUGS), seed=seed).passed
        for left in BUGS:
            result = bp.check("mended_sweep", mending(*(name for name in BUGS if name != left)), seed=seed)
            assert not result.passed and result.diagnosis == left
        assert not bp.check("mended_sweep", edited(FAULTY), seed=seed).passed


def test_gradients_kept_from_call_to_call_are_told():
    stale = mending(*(name for name in BUGS if name))
    for seed in SEEDS:
        assert "keep" in bp.check("mended_sweep", stale, seed=seed).message


def test_two_bugs_left_are_named():
    for pair in itertools.combinations([name for name in BUGS if name], 2):
        result = bp.check("mended_sweep", mending(*(name for name in BUGS if name not in pair)))
        assert result.diagnosis and result.diagnosis.endswith("_left"), pair


# ----- points and messages


BACKWARD = edited(levels.RECURSIVE, ("range(len(parents))]", "reversed(range(len(parents)))][::-1]"))


@pytest.mark.parametrize("answer", [levels.recursive, BACKWARD])
def test_a_recursion_is_right_on_small_graphs_and_gets_one_point(answer):
    """Also if it begins at the other end of the numbers."""
    for seed in SEEDS:
        result = bp.check("levels", answer, seed=seed)
        assert (result.diagnosis, result.points, result.status) == ("recursion", 1.0, "In part")
        assert result.message.count("?") == 1


@pytest.mark.parametrize("parents", [levels.chain(np.random.default_rng(0), 50), levels.deep_chain()], ids=len)
def test_levels_of_a_chain_are_0_to_its_end(parents):
    nodes = len(parents)
    assert sorted(levels.truth(parents)) == list(range(nodes)) and sorted(map(len, parents)) == [0] + [1] * (nodes - 1)


def test_few_passes_over_the_numbers_settle_the_deep_chain():
    """So whether a slow loop passes is no matter of a machine's speed."""
    falls = sum(parent > node for node, own in enumerate(levels.deep_chain()) for parent in own)
    assert falls < 100


@pytest.mark.parametrize(
    "name, right",
    [
        ("new_operations", new_operations.steps),
        ("dual_run", dual_run.by_a_class),
        ("stacked_product", stacked_product.by_einsum),
        ("normalise", SOLVED["normalise"]),
    ],
)
def test_partial_points_for_each_part_alone(name, right):
    exercise = EXERCISES[name]
    for i, (part, points) in enumerate(exercise.parts.items()):

        def one_right(*inputs, i=i):
            return [value if k == i else value * 0.0 + 0.123 for k, value in enumerate(right(*inputs))]

        result = bp.check(name, one_right)
        assert (result.points, result.status) == (points, "In part")
        assert result.message.startswith(f"`{part}` is right. ")


def test_a_class_of_ones_own_may_do_the_work():
    """What the statement on top of the notebook says."""
    assert bp.check("mended_sweep", mended_sweep.by_the_class).passed
    assert bp.check("dual_run", dual_run.by_a_class).passed
    assert "class `Value` may do the work" in CELLS[HERE]["title"].source


EXAMPLES = [  # calls that a task shows, and what they give
    ("dual_run", ((("mul", 0, 0), ("add", 1, 0)), 3.0), (12.0, 7.0)),
    ("levels", (((2, 2), (0, 2), ()),), (1, 2, 0)),
    ("mended_sweep", ((("add", 0, 1), ("mul", 2, 0)), np.array([2.0, 3.0])), (7.0, 2.0)),
]


@pytest.mark.parametrize("name, arguments, right", EXAMPLES, ids=[name for name, *_ in EXAMPLES])
def test_examples_of_the_tasks(name, arguments, right):
    np.testing.assert_allclose(SOLVED[name](*arguments), right, rtol=1e-12)
    np.testing.assert_allclose(EXERCISES[name].truth(*arguments), right, rtol=1e-12)
    text = "".join(cell.source for key, cell in CELLS[HERE].items() if key.startswith(name))
    shown = repr(arguments[0]).replace("'", '"')
    assert shown in text or shown[1:-2] in text


def test_normalise_is_nine_operations_on_a_tape():
    """As its message says: sum, divide, subtract, square, sum, divide, add, root, divide."""
    count = 0

    class Counted:
        def __init__(self, data):
            self.data = data

        def operation(self, data):
            nonlocal count
            count += 1
            return Counted(data)

        def sum(self):
            return self.operation(self.data.sum(axis=1, keepdims=True))

        def __sub__(self, other):
            return self.operation(self.data - other.data)

        def __add__(self, number):
            return self.operation(self.data + number)

        def __truediv__(self, other):
            return self.operation(self.data / getattr(other, "data", other))

        def __pow__(self, number):
            return self.operation(self.data**number)

    for case in EXERCISES["normalise"].cases():
        count, x, k = 0, Counted(case["x"]), case["x"].shape[1]
        centred = x - x.sum() / k
        y = centred / ((centred**2).sum() / k + case["eps"]) ** 0.5
        np.testing.assert_allclose(y.data, SOLVED["normalise"](**case)[0], rtol=1e-9, atol=1e-12)
        assert count == 9
