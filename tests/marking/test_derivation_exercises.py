"""The exercises on the derivation: what holds for one of them only; test_exercises.py has the rest."""

import numpy as np
import pytest
from bpanswers import first_delta, layer_backward, mended_step, reverse_sweep, tied_gradient
from bpanswers.common import graphs, sweeps
from bpanswers.common.edits import edited, solution
from test_exercises import CELLS, EXERCISES, NUMBERS, SEEDS

import bpcourse as bp
from bpcourse.marking.engine import Exercise

HERE = NUMBERS["two_ways"]
FUNCTIONS = [name for name, number in NUMBERS.items() if number == HERE and isinstance(EXERCISES[name], Exercise)]


# ----- the inputs


@pytest.mark.parametrize("name", FUNCTIONS)
def test_inputs_are_random(name):
    exercise = EXERCISES[name]
    for case, same, other in zip(exercise.cases(0), exercise.cases(0), exercise.cases(1), strict=True):
        for argument, value in flat(case).items():
            assert np.array_equal(value, flat(same)[argument])
            random = argument not in ("nodes", "output") and not (argument == "Y" and set(np.ravel(value)) <= {0, 1})
            assert not random or not np.any(value) or not np.array_equal(value, flat(other)[argument]), argument


def flat(case):
    """The arrays of a case, those in dictionaries, too."""
    rows = {name: value if isinstance(value, dict) else {"": value} for name, value in case.items()}
    return {f"{name}{key}": value for name, row in rows.items() for key, value in row.items()}


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
    wrong_orders = {
        *("passed_on_at_once", "passed_on_again", "breadth_first", "passed_on_when_first_met", "by_number"),
        *("waits_for_all_children", "edge_by_edge", "parallel_edges_once", "down_at_once", "last_met_first"),
    }
    wrong = {m.name: m.wrong for m in EXERCISES["reverse_sweep"].misconceptions if m.name in wrong_orders}
    assert set(wrong) == wrong_orders
    for seed in range(40):
        case = EXERCISES["reverse_sweep"].cases(seed)[0]
        for turned in (False, True):
            rest = case["edges"][::-1] if turned else case["edges"], case["nodes"], case["output"]
            right = EXERCISES["reverse_sweep"].truth(*rest)
            np.testing.assert_allclose(sweeps.pushing(*rest), right, rtol=1e-12, atol=1e-12)
            for name, answer in wrong.items():
                assert np.abs(answer(*rest) - right).max() > 1e-4, (name, turned, seed)


def test_the_graph_of_doublings_is_right_and_counts():
    edges, nodes, output = graphs.doublings(np.random.default_rng(0))
    assert (len(edges), nodes) == (50, 26) and len({(p, c) for p, c, _ in edges}) == 25
    start = next(node for node in range(nodes) if all(child != node for _, child, _ in edges))
    slopes = sweeps.pushing(edges, nodes, output)
    assert slopes[start] == pytest.approx(np.prod([2 * float(v) for _, _, v in edges]) ** 0.5)
    with pytest.raises(graphs.TooMany):
        for _ in range(graphs.ENOUGH):
            edges[0][2] * 1.0, np.zeros(1)[0] * edges[0][2]


def test_wide_graphs_have_few_ways():
    """Whoever goes along each way alone loses two points, and not all for want of time."""
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        for _ in range(40):
            edges, nodes, output = reverse_sweep.wide(rng).values()
            ways = edited(solution("reverse_sweep"), (" * local", ""))(edges, nodes, output)
            assert ways.sum() < 1000


# ----- messages and points


def test_partial_points_for_each_part_alone():
    for i, part in enumerate(EXERCISES["layer_backward"].parts):

        def one_right(*inputs, i=i):
            return [grad if k == i else np.zeros_like(grad) for k, grad in enumerate(layer_backward.loops(*inputs))]

        result = bp.check("layer_backward", one_right)
        assert (result.points, result.status) == (1.0, "In part")
        assert result.message.startswith(f"`{part}` is right. ")


@pytest.mark.parametrize("keep", ["last", "first", "largest"])
def test_one_message_a_node_is_named_in_whatever_order_the_nodes_come(keep):
    """`=` for `+=` gives other numbers for each order of nodes and edges; all are the same mistake."""
    kept = {"last": "message", "first": "old or message", "largest": "max(old, message, key=abs)"}[keep]
    add = "slope[parent] += slope[node] * local"
    from_the_output = edited(  # the order is another one than that of the misconception
        solution("reverse_sweep"),
        (add, f"old, message = slope[parent], slope[node] * local; slope[parent] = {kept}"),
        ("in edges:", "in edges[::-1]:"),
    )
    for seed in SEEDS:
        assert bp.check("reverse_sweep", from_the_output, seed=seed).diagnosis == "overwritten"


def test_other_wrong_sweeps_are_not_taken_for_one_message_a_node():
    for answer in EXERCISES["reverse_sweep"].wrong:
        assert bp.check("reverse_sweep", answer).diagnosis != "overwritten"


def test_a_lost_twin_is_named_whatever_the_other_edges_between_its_nodes():
    """A set loses of two edges only those that are alike: in graphs with others it has other numbers than a dict."""
    for seed in SEEDS:
        result = bp.check("reverse_sweep", sweeps.twins_once, seed=seed)
        assert (result.diagnosis, result.points) == ("parallel_edges_once", 0.0)


def test_an_array_of_floats_is_not_asked_for_its_whole_numbers():
    """The answer of the statement's example, whatever comes: its floats are whole, and no decimals were cut off."""
    for answer in (lambda edges, nodes, output: np.array([2.0, 1.0, 4.0]), lambda edges, nodes, output: np.ones(nodes)):
        assert bp.check("reverse_sweep", answer).diagnosis != "whole_numbers"
    cut = edited(solution("reverse_sweep"), ("return slope", "return slope.astype(int)"))
    assert bp.check("reverse_sweep", cut).diagnosis == "whole_numbers"


@pytest.mark.parametrize("limit", [0.3, 1e-2, 1e-3])
def test_messages_dropped_for_their_size_are_not_called_too_long_a_way(limit):
    for seed in SEEDS:
        diagnosis = bp.check("reverse_sweep", reverse_sweep.dropping(limit), seed=seed).diagnosis
        assert diagnosis != "cut_short" and (limit > 0.1 or diagnosis == "small_ones_dropped")


def test_a_wrong_sweep_is_shown_the_smallest_graph():
    result = bp.check("reverse_sweep", lambda edges, nodes, output: np.arange(nodes) * 0.7)
    edges = EXERCISES["reverse_sweep"].cases(0)[0]["edges"]
    assert f"For the inputs edges = {edges!r}, nodes = 8, output = 4: " in result.message
    result = bp.check("reverse_sweep", lambda edges, nodes, output: edges[0][5])
    assert "IndexError" in result.message and "nodes = 8, output = 4." in result.message


@pytest.mark.parametrize("seed", SEEDS)
def test_each_way_alone_is_right_and_costs_two_points(seed):
    for answer in (sweeps.every_way, sweeps.every_way_asking):
        result = bp.check("reverse_sweep", answer, seed=seed)
        assert (result.diagnosis, result.points, result.status) == ("each_way_alone", 3.0, "In part")
        assert result.message.count("?") == 1


def test_writing_into_an_argument_is_told():
    def in_place(W, Z, delta_L):
        for k in range(1, len(W)):
            W[k + 1] *= 1.0 + 1e-3
        return first_delta.recursive(W, Z, delta_L)

    def new_item(W, Z, delta_L):
        right = first_delta.recursive(W, Z, delta_L)
        W[0] = W[1]
        return right

    for answer in (in_place, new_item):
        message = bp.check("first_delta", answer).message
        assert "changed its argument `W`" in message


layer, tied, step = layer_backward.columns, tied_gradient.two_matrices, mended_step.written_out
SHOWN = [  # answers of one structure, whatever their numbers are; and answers that have not that structure
    ("layer_backward", "other_delta", lambda W, Z, A, u: layer(W, 0.3 * Z, A, u)),
    ("layer_backward", "other_delta", lambda W, Z, A, u: layer(W, 0 * Z + 0.7, A, u + 1)),
    ("layer_backward", None, lambda W, Z, A, u: (W - layer(W, Z, A, u)[0], Z.mean(axis=0), A)),
    ("tied_gradient", "first_use_wrong", edited(tied_gradient.PROGRAM, ("(1 - A1**2)", "(0.4 + X @ W.T)"))),
    ("tied_gradient", "second_use_wrong", lambda *args: tied_gradient.USE1(*args) + tied_gradient.USE2(*args[:2], 0)),
    ("tied_gradient", "deltas_wrong", lambda W, X, Y: tied(W, X, Y + 0.1)),
    ("tied_gradient", None, lambda W, X, Y: tied(W, X, Y) + 0.1 * W),
    ("mended_step", "wrong_length", lambda W, b, X, Y, rate: step(W, b, X, Y, rate / 3)),
    ("mended_step", None, lambda W, b, X, Y, rate: [p + 0.1 for p in step(W, b, X, Y, rate)]),
]


@pytest.mark.parametrize("name, diagnosis, answer", SHOWN)
def test_structure_shows_a_mistake_that_has_no_fixed_numbers(name, diagnosis, answer):
    for seed in SEEDS:
        assert bp.check(name, answer, seed=seed).diagnosis == diagnosis


# ----- the questions


def test_multiplications_are_counted():
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


def test_chart_of_the_transposed_matrix_is_what_its_fault_gives():
    given = {"bp": bp}
    exec(CELLS[HERE]["transposed_matrix-given"].source.split("ax =")[0], given)
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


def test_the_program_to_mend_has_three_bugs():
    source = CELLS[HERE]["mended_step-given"].source
    bugs = (
        ("def faulty_step(W, b, X, Y, rate):", "def faulty_step(W, b, X, Y, rate):\n    L = 3", "undefined_L"),
        ("A[l].T / m", "A[l - 1].T / m", "own_activation"),
        ("derivative(A[l - 1])", "derivative(Z[l - 1])", "slope_of_a"),
    )
    assert bp.check("mended_step", edited(source)).diagnosis == "undefined_L"
    assert bp.check("mended_step", edited(source, *(bug[:2] for bug in bugs))).passed
    for left, (*_, name) in enumerate(bugs):  # with one bug left it is not right yet
        mended = edited(source, *(bug[:2] for k, bug in enumerate(bugs) if k != left))
        assert bp.check("mended_step", mended).diagnosis == name
