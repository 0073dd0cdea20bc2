"""The exercises of chapter 03: what holds for one of them only; test_checks_exercises.py has the rest."""

import answers_03 as answers
import numpy as np
import pytest
import stored
import wrong_answers_03 as wrong
from bpanswers.ch03 import EXERCISES as CHAPTER
from bpanswers.ch03 import graphs, sweep_mistakes, sweeps
from bpanswers.ch03.step import program
from bpanswers.ch03.sweep_mistakes import sweep
from bpanswers.ch03.uses import tied

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.exercises import everything

EXERCISES = everything()

SEEDS = wrong.SEEDS
CELLS = stored.cells("solutions", "03")
FUNCTIONS = [exercise for exercise in CHAPTER if isinstance(exercise, Exercise)]


# ----- the inputs


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_inputs_are_random(exercise):
    for case, same, other in zip(exercise.cases(0), exercise.cases(0), exercise.cases(1), strict=True):
        for name, value in flat(case).items():
            assert np.array_equal(value, flat(same)[name])
            random = name not in ("nodes", "output") and not (name == "Y" and set(np.ravel(value)) <= {0.0, 1.0})
            assert not random or not np.any(value) or not np.array_equal(value, flat(other)[name]), name


def flat(case):
    """The arrays of a case, those in dictionaries, too."""
    rows = {name: value if isinstance(value, dict) else {"": value} for name, value in case.items()}
    return {f"{name}{key}": value for name, row in rows.items() for key, value in row.items()}


def test_partial_points_for_each_part_alone():
    exercise = EXERCISES["layer_backward"]
    for i, part in enumerate(exercise.parts):

        def one_right(*inputs, i=i):
            return [grad if k == i else np.zeros_like(grad) for k, grad in enumerate(answers.layer_loops(*inputs))]

        result = bp.check("layer_backward", one_right)
        assert (result.points, result.status) == (1.0, "In part")
        assert result.message.startswith(f"`{part}` is right. ")


def test_programs_without_a_mistake_are_the_truth():
    """The faulty programs differ from the truth by their faults alone."""
    for name, function in (("mended_step", program), ("reverse_sweep", sweep)):
        assert all(bp.check(name, function, seed=seed).passed for seed in SEEDS)


def test_dictionaries_are_what_the_statement_says():
    """Plain ones, of plain arrays: copied deeply, asked for their type, changed in a copy."""
    for name in ("first_delta", "mended_step"):
        for case in EXERCISES[name].cases(0):
            assert all(type(case[key]) is dict and case[key][1].flags.writeable for key in case if key in "WZb")


def test_graphs_are_hard_enough():
    """In most, some node has two children, a node beside the output has none, one edge is double, numbers say nothing."""
    for seed in SEEDS:
        for case in EXERCISES["reverse_sweep"].cases(seed)[:7]:
            edges = case["edges"]
            users = {node: [e for e in edges if e[0] == node] for node in range(case["nodes"])}
            assert max(map(len, users.values())) > 1
            assert len({edge[:2] for edge in edges}) < len(edges)
            assert any(parent > child for parent, child, _ in edges) and any(p < c for p, c, _ in edges)


def test_the_smallest_graph_defeats_every_order_but_a_right_one():
    """By itself, for every seed: the usual wrong orders are wrong on it, whichever way the list is gone through."""
    wrong_orders = ("at_once", "queued", "preorder", "waits_for_all", "edge_by_edge", "by_number", "pairs_once")
    for seed in range(40):
        case = EXERCISES["reverse_sweep"].cases(seed)[0]
        for turned in (False, True):
            edges = case["edges"][::-1] if turned else case["edges"]
            rest = edges, case["nodes"], case["output"]
            right = sweeps._truth(*rest)
            np.testing.assert_allclose(sweep(*rest), right, rtol=1e-12, atol=1e-12)
            for name in wrong_orders:
                assert np.abs(getattr(sweep_mistakes, name)(*rest) - right).max() > 1e-4, (name, turned, seed)
            assert np.abs(sweep_mistakes.queued(*rest, again=False) - right).max() > 1e-4


@pytest.mark.parametrize("keep", ["last", "first", "largest"])
def test_one_message_a_node_is_named_in_whatever_order_the_nodes_come(keep):
    """`=` for `+=` gives other numbers for each order of nodes and edges; all are the same mistake."""

    def from_the_output(edges, nodes, output):  # visits what leads to the output and nothing else, as hint 2 says
        order, slope = [], np.zeros(nodes)

        def visit(node):
            if node not in order:
                for parent, child, _ in edges[::-1]:
                    if child == node:
                        visit(parent)
                order.append(node)

        visit(output)
        slope[output] = 1.0
        for node in order[::-1]:
            for parent, child, local in edges:
                if child == node:
                    old, message = slope[parent], slope[node] * local
                    slope[parent] = {"last": message, "first": old or message, "largest": max(old, message, key=abs)}[
                        keep
                    ]
        return slope

    for seed in SEEDS:
        assert bp.check("reverse_sweep", from_the_output, seed=seed).diagnosis == "overwritten"


def test_other_wrong_sweeps_are_not_taken_for_one_message_a_node():
    for answer in wrong.WRONG["reverse_sweep"]:
        assert bp.check("reverse_sweep", answer).diagnosis != "overwritten"


def test_a_wrong_sweep_is_shown_the_smallest_graph():
    result = bp.check("reverse_sweep", lambda edges, nodes, output: np.arange(nodes) * 0.7)
    edges = EXERCISES["reverse_sweep"].cases(0)[0]["edges"]
    assert f"For the inputs edges = {edges!r}, nodes = 8, output = 4: " in result.message
    result = bp.check("reverse_sweep", lambda edges, nodes, output: edges[0][5])
    assert "IndexError" in result.message and "nodes = 8, output = 4." in result.message


@pytest.mark.parametrize("seed", SEEDS)
def test_each_way_alone_is_right_and_costs_two_points(seed):
    for answer in (wrong.sweep_every_way, wrong.sweep_every_way_asking):
        result = bp.check("reverse_sweep", answer, seed=seed)
        assert (result.diagnosis, result.points, result.status) == ("each_way_alone", 3.0, "In part")
        assert result.message.count("?") == 1


def test_the_graph_of_doublings_is_right_and_counts():
    edges, nodes, output = graphs.doublings(np.random.default_rng(0))
    assert (len(edges), nodes) == (50, 26) and len({(p, c) for p, c, _ in edges}) == 25
    start = next(node for node in range(nodes) if all(child != node for _, child, _ in edges))
    assert sweep(edges, nodes, output)[start] == pytest.approx(np.prod([2 * float(v) for _, _, v in edges]) ** 0.5)
    with pytest.raises(graphs.TooMany):
        for _ in range(graphs.ENOUGH):
            edges[0][2] * 1.0, np.zeros(1)[0] * edges[0][2]


@pytest.mark.parametrize("weights, name", [("W[l]", "own_weights"), ("W[l + 1].T", "transposed_too_often")])
def test_two_wrong_matrices_of_exercise_6_are_told_apart(weights, name):
    """Both stop with the same error of NumPy where the widths differ."""
    names = {"bp": bp}
    exec(CELLS["first_delta-answer"].source.replace("W[l + 1])", f"{weights})"), names)
    assert bp.check("first_delta", names["first_delta"]).diagnosis == name


def test_writing_into_an_argument_is_told():
    def in_place(W, Z, delta_L):
        for k in range(1, len(W)):
            W[k + 1] *= 1.0 + 1e-3
        return answers.first_recursive(W, Z, delta_L)

    def new_item(W, Z, delta_L):
        right = answers.first_recursive(W, Z, delta_L)
        W[0] = W[1]
        return right

    for answer in (in_place, new_item):
        message = bp.check("first_delta", answer).message
        assert "changed its argument `W`" in message


SHOWN = [  # answers of one structure, whatever their numbers are; and answers that have not that structure
    ("layer_backward", "other_delta", lambda W, Z, A, u: answers.layer_columns(W, 0.3 * Z, A, u)),
    ("layer_backward", "other_delta", lambda W, Z, A, u: answers.layer_columns(W, 0 * Z + 0.7, A, u + 1)),
    ("layer_backward", None, lambda W, Z, A, u: (W - answers.layer_columns(W, Z, A, u)[0], Z.mean(axis=0), A)),
    ("tied_gradient", "first_use_wrong", lambda W, X, Y: tied(W, X, Y, slope_hidden=lambda z: 0.4 + z)),
    ("tied_gradient", "second_use_wrong", lambda W, X, Y: tied(W, X, Y, second=0) + tied(W, X, Y + 0.1, first=0)),
    ("tied_gradient", "deltas_wrong", lambda W, X, Y: tied(W, X, Y + 0.1)),
    ("tied_gradient", None, lambda W, X, Y: tied(W, X, Y) + 0.1 * W),
    ("mended_step", "wrong_length", lambda W, b, X, Y, rate: program(W, b, X, Y, rate / 3)),
    ("mended_step", None, lambda W, b, X, Y, rate: [p + 0.1 for p in program(W, b, X, Y, rate)]),
]


@pytest.mark.parametrize("name, diagnosis, answer", SHOWN)
def test_structure_shows_a_mistake_that_has_no_fixed_numbers(name, diagnosis, answer):
    for seed in SEEDS:
        assert bp.check(name, answer, seed=seed).diagnosis == diagnosis


def test_count_of_exercise_2_is_counted():
    """Every product of the formulas, one by one."""
    count = 0

    class Number(float):
        def __mul__(self, other):
            nonlocal count
            count += 1
            return Number(float(self) * float(other))

        def __add__(self, other):
            return Number(float(self) + float(other))

    rng = np.random.default_rng(0)
    x, a1, slope, d2 = ([Number(v) for v in rng.normal(size=k)] for k in (4, 3, 3, 2))
    W2 = [[Number(v) for v in row] for row in rng.normal(size=(2, 3))]
    _ = [[d * a for a in a1] for d in d2]
    d1 = [(d2[0] * W2[0][j] + d2[1] * W2[1][j]) * slope[j] for j in range(3)]
    _ = [[d * v for v in x] for d in d1]
    assert count == EXERCISES["count_multiplications"].truth


def test_two_ways_by_sympy():
    sympy = pytest.importorskip("sympy")
    a = sympy.Symbol("a")
    assert EXERCISES["two_ways"].truth == float(sympy.diff(2 * a * a**2, a).subs(a, 4))


def test_chart_of_exercise_3_is_what_its_fault_gives():
    given = {"bp": bp}
    exec(CELLS["transposed_matrix-given"].source.split("ax =")[0], given)
    net = bp.Network((3, 3, 3, 3, 3), bp.tanh, bp.sigmoid, bp.half_squared_error)
    params, rng = net.init(seed=4), np.random.default_rng(4)
    X, Y = rng.normal(size=(5, 3)), rng.uniform(size=(5, 3))
    trace = net.backward(params, net.forward(params, X), Y)
    delta = dict(trace.delta)
    delta[2] = (delta[3] @ params.W[3].T) * bp.tanh.derivative(trace.z[2])
    delta[1] = (delta[2] @ params.W[2]) * bp.tanh.derivative(trace.z[1])
    grads = net.pack({k: delta[k].T @ trace.a[k - 1] / 5 for k in delta}, {k: delta[k].mean(axis=0) for k in delta})
    error = net.parameters(bp.gradient_check(net, params, X, Y, grads).error)
    for k in delta:
        for name, values in ((f"W{k}", error.W[k]), (f"b{k}", error.b[k])):
            shown = given["errors"][name]
            assert f"{shown:.1e}" == f"{values.max():.1e}" if shown > 1e-7 else values.max() < 1e-8


# ----- the notebook


def test_faulty_program_of_exercise_7_has_three_bugs():
    given, source = {"np": np, "bp": bp}, CELLS["mended_step-given"].source
    exec(source, given)
    assert bp.check("mended_step", given["faulty_step"]).diagnosis == "undefined_L"
    bugs = (
        ("def faulty_step(W, b, X, Y, rate):", "def faulty_step(W, b, X, Y, rate):\n    L = 3"),
        ("A[l].T / m", "A[l - 1].T / m"),
        ("derivative(A[l - 1])", "derivative(Z[l - 1])"),
    )
    for left in range(3):  # with one bug left it is not right yet
        mended = source
        for k, (bug, right) in enumerate(bugs):
            assert bug in source
            mended = mended if k == left else mended.replace(bug, right)
        exec(mended, given)
        name = ("undefined_L", "own_activation", "slope_of_a")[left]
        assert bp.check("mended_step", given["faulty_step"]).diagnosis == name
    for bug, right in bugs:
        source = source.replace(bug, right)
    exec(source, given)
    assert bp.check("mended_step", given["faulty_step"]).passed
