"""Chapter `tape`: every number that it stores or tells, by ways that are not its own."""

import ast
import functools
import math
import re
import sys

import numpy as np
import pytest
import stored
from exact import complex_gradient

import bpcourse as bp
from bpcourse.graphs import network

CELLS = stored.cells("chapters", "tape")
SOURCE = stored.sources(CELLS)
OUTPUT = stored.outputs(CELLS)
TEXT = {name: cell.source for name, cell in CELLS.items() if cell.cell_type == "markdown"}
SCALARS = ("imports", "value", "plain", "tanh", "class", "to-come", "backward")
ARRAYS = (
    *("resume-arrays", "arrays-backward", "unbroadcast-code", "operations-same", "functions-same", "log"),
    *("matmul-code", "total", "getitem", "tensor", "five", "one"),
)


def numbers(text):
    return [float(found) for found in re.findall(r"(?<![\w.])-?\d+\.?\d*(?:e[-+]\d+)?", text)]


def space(*cells):
    """The names that these cells define."""
    found = {"np": np, "bp": bp, "guess": None}
    for cell in cells:
        exec(SOURCE[cell].partition("\nprint")[0], found)
    return found


@functools.cache
def scalars():
    return space(*SCALARS)


@functools.cache
def arrays():
    return space(*ARRAYS, "network-code")


# ----- single numbers


def lines_of_code(cells):
    nodes = [node for cell in cells for node in ast.parse(SOURCE[cell]).body]
    program = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Assign))]
    return sum(node.end_lineno - node.lineno + 1 for node in program)


def test_the_program_has_as_many_lines_as_the_text_says():
    lines = lines_of_code(SCALARS)
    assert f"`backward`, {lines} lines." in TEXT["backward-read"]
    arrays = lines_of_code(cell for cell in ARRAYS if cell not in ("five", "one"))
    assert lines == 50 and f"in fifty lines for numbers, and {arrays} for arrays" in TEXT["title"]


def test_the_page_with_the_whole_program_has_the_cells_of_the_chapter():
    page = TEXT["backward-read"].partition("```python\n")[2].partition("\n```")[0]
    assert page == "\n\n".join(SOURCE[cell] for cell in SCALARS).replace("import bpcourse as bp\n", "")


def test_pictures_of_the_tape_stand_folded_beside_the_engine():
    drawn = {name: cell for name, cell in CELLS.items() if ".frame(" in cell.source}
    assert set(drawn) == {"mul-picture", "mul-try-picture", "hand-picture", "why-add-picture"}
    for cell in drawn.values():
        assert len(cell.source.splitlines()) == 1 and cell.metadata["jupyter"]["source_hidden"]
    assert drawn["hand-picture"].metadata["jupyter"]["outputs_hidden"], "it shows the answer"
    assert "bp." not in "".join(SOURCE[cell] for cell in SCALARS).replace("import bpcourse as bp", "")


def test_the_class_gets_its_methods_in_three_lines():
    lines = SOURCE["class"].splitlines()
    assert len(lines) == 3 and all(line.startswith("Value.") for line in lines)


def test_the_product_that_is_looked_at_differs_from_the_last_by_the_line_for_plain_numbers():
    _, _, last = SOURCE["plain"].partition("\n\n")
    plain = "    b = b if isinstance(b, Value) else Value(b)\n"
    assert SOURCE["plain"].count(plain) == 2
    assert SOURCE["mul"].partition("\n\n")[0] == last.strip().replace(plain, "")


@pytest.mark.parametrize("cell", ["operations-same", "functions-same"])
def test_the_operations_on_arrays_are_those_on_numbers(cell):
    numbers = "\n\n".join(SOURCE[name].partition("\n\nValue.")[0] for name in ("plain", "tanh", "apart-code"))
    numbers = numbers.replace("    b = b if isinstance(b, Value) else Value(b)\n", "").replace("Value(", "Tensor(")
    known = numbers.split("\n\n")
    assert all(function in known for function in SOURCE[cell].split("\n\n"))


def test_a_sweep_push_by_push():
    (v, x), g = (3.0, 4.0), 1.0
    _, first, second = OUTPUT["hand-run"].splitlines()
    assert numbers(first) == [g, g, 0] and numbers(second) == [g, g + x, v]
    assert "1, straight from s; then 4 more" in TEXT["hand-read"] and "its slope is 5" in TEXT["hand-read"]


def test_the_messages_that_will_come_are_counted():
    assert [int(n) for n in re.findall(r"\d", OUTPUT["to-come-run"])] == [0, 2, 2]


def test_products_and_sums_by_hand():
    v, x = 3, 4
    assert numbers(OUTPUT["value-look"]) == [v, 0] and numbers(OUTPUT["class-look"]) == [v * x + 2 * x + 1, 0]
    assert numbers(OUTPUT["mul"]) == [v * x, 0, v, 0, x, 0]
    assert numbers(OUTPUT["mul-try"]) == [x, v, v, x, x, v]
    assert [numbers(line)[-1] for line in OUTPUT["why-add-run"].splitlines()[1:]] == [3, 2 * 3]
    assert numbers(OUTPUT["backward-run"]) == [4 * 1.5, 4]


def test_the_rule_at_once_by_counting_ways():
    def pushes(doublings):  # the result once; every other sum twice as often as the one that uses it
        return sum(2**k for k in range(doublings))

    b = 1
    a = b + b  # what b has after its first message, over both wires
    b += 1
    a += b + b
    assert numbers(OUTPUT["at-once-run"]) == [a, pushes(2), 4] == [6, 3, 4]
    assert numbers(OUTPUT["work-run"]) == [pushes(12)]
    assert TEXT["work-read"] == f"1 + 2 + 4 + … + {2**11} = {pushes(12)}."


def test_a_second_sweep_by_hand():
    a, b = 4.0, 2.0  # what the first left
    b += 1 + 1
    a += b + b
    assert numbers(OUTPUT["twice-run"]) == [a] == [12]
    assert numbers(OUTPUT["rerun"]) == [4 + 4]


def test_the_graph_of_the_derivation_by_complex_steps():
    def s(theta):
        v, x, w1, w2, u1, u2 = theta
        return u1 * np.tanh(w1 * v * x) + u2 * np.tanh(w2 * v * x)

    theta = np.array([0.8, 1.5, 0.5, -0.8, 0.7, 0.9])
    slopes = complex_gradient(s, theta)
    loss = complex_gradient(lambda p: (s(p) - 1) ** 2 / 2, theta)[0]
    assert numbers(OUTPUT["check-code"]) == pytest.approx([s(theta), *slopes[:2], loss], abs=6e-7)
    assert f"dE/dv was {loss:.6f}" in TEXT["check"]
    assert f"dE/dv = {loss:.6f}" in stored.outputs(stored.cells("chapters", "derivation"))["reverse-mode-run"]
    assert OUTPUT["check-nudge"].strip().endswith("True")


def test_tanh_in_pieces():
    assert numbers(OUTPUT["apart-run"]) == pytest.approx([1 / math.cosh(0.4) ** 2] * 2, abs=6e-7)
    e = math.exp(0.8)
    up, down = 1 / (e + 1), -(e - 1) / (e + 1) ** 2
    assert f"{up:.3f}" in TEXT["play-answers"] and f"{-down:.3f}" in TEXT["play-answers"] and up + down > 0


@pytest.mark.parametrize("seed", range(20))
def test_any_program_of_values_by_complex_steps(seed):
    Value, backward = scalars()["Value"], scalars()["backward"]
    rng = np.random.default_rng(seed)
    plan = [(rng.integers(3), *rng.integers(0, 4 + k, 2)) for k in range(12)]

    def run(given, tanh):
        nodes = list(given)
        for kind, i, j in plan:
            nodes.append(nodes[i] + nodes[j] if kind == 0 else nodes[i] * nodes[j] if kind == 1 else tanh(nodes[i]))
        return nodes[-1]

    given = rng.uniform(-1, 1, 4)
    leaves = [Value(x) for x in given.tolist()]
    backward(run(leaves, Value.tanh))
    np.testing.assert_allclose(
        [leaf.grad for leaf in leaves], complex_gradient(lambda p: run(p, np.tanh), given), atol=1e-12
    )


def test_each_node_pushes_once_and_after_all_who_use_it():
    Value, backward = scalars()["Value"], scalars()["backward"]
    rng, spoken = np.random.default_rng(0), []
    nodes = [Value(1.0) for _ in range(3)]
    for _ in range(40):
        nodes.append(nodes[rng.integers(len(nodes))] + nodes[rng.integers(len(nodes))])
    root = nodes[0]
    for node in nodes[1:]:
        root = root + node
        nodes.append(root)
    for k, node in enumerate(nodes):
        if node.parents:
            node.push = lambda k=k, push=node.push: (spoken.append(k), push())
    backward(root)
    assert sorted(spoken) == [k for k, node in enumerate(nodes) if node.parents]
    place = {k: at for at, k in enumerate(spoken)}
    known = {id(node): k for k, node in enumerate(nodes)}
    for k in spoken:
        for parent in nodes[k].parents:
            assert place.get(known[id(parent)], math.inf) > place[k]


@pytest.mark.parametrize("seed", range(5))
def test_plain_numbers_on_both_sides_by_complex_steps(seed):
    found = space(*SCALARS, "apart-code")
    p, q, r, s = np.random.default_rng(seed).uniform(1, 2, 4).tolist()
    x = found["Value"](s)
    y = (p * x + q + x * r) * (r + x) / 2 + x / (x + q) * 3
    found["backward"](y)
    slope = complex_gradient(lambda x: ((p * x + q + x * r) * (r + x) / 2 + x / (x + q) * 3).sum(), np.array([s]))
    assert x.grad == pytest.approx(slope[0], rel=1e-12)


def test_one_unit_learns_or():
    """By (BP1) to (BP4), with the rates of tanh."""
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([-1, 1, 1, 1])
    w, b, losses = np.array([0.1, -0.2]), 0.3, []
    for _ in range(31):
        a = np.tanh(X @ w + b)
        losses.append(((a - y) ** 2).sum())
        delta = 2 * (a - y) * (1 - a**2)
        w, b = w - 0.1 * delta @ X, b - 0.1 * delta.sum()
    *steps, last = OUTPUT["unit-run"].splitlines()
    assert [numbers(line) for line in steps] == [
        [k, pytest.approx(losses[k], abs=6e-4)] for k in (0, 10, 20, 30)
    ] and np.all(np.diff(losses) < 0)
    assert [float(n) for n in re.findall(r"-?\d\.\d+", last)] == pytest.approx([*w, b], abs=6e-3)
    assert min(w) > 0 > b and TEXT["unit-read"].startswith("b:")


# ----- arrays


def test_unbroadcast_by_counting_copies():
    unbroadcast = arrays()["unbroadcast"]
    for small, large in (
        ((2,), (4, 2)),
        ((4, 1), (4, 3)),
        ((), (4, 3)),
        ((1, 1), (4, 3)),
        ((1, 3), (5, 2, 3)),
        ((4, 3), (4, 3)),
    ):
        copies, grad = np.arange(math.prod(small)).reshape(small), np.random.default_rng(0).normal(size=large)
        where = np.broadcast_to(copies, large)
        right = [grad[where == k].sum() for k in copies.ravel()]
        found = unbroadcast(grad, small)
        assert found.shape == small
        np.testing.assert_allclose(found.ravel(), right, rtol=1e-12)
    assert numbers(OUTPUT["unbroadcast-run"]) == [4, 4]
    row, column = (numbers(line) for line in OUTPUT["unbroadcast-code"].splitlines())
    assert row == [2, 2, 2] and column == [3, 3]
    row, column = (line.partition("becomes")[2] for line in OUTPUT["two-ways"].splitlines())
    assert numbers(row) == [1, 2, 3] * 2 and numbers(column) == [1] * 3 + [2] * 3


def test_rows_used_twice():
    once, twice = re.findall(r"\[(.*?)\]", OUTPUT["rows-run"].split(";", 1)[1].replace("grad[rows]", ""))
    assert numbers(once) == [1, 1] and numbers(twice) == [2, 2]


def test_each_operation_passes_and_its_check_sees_a_mistake():
    found = space(*ARRAYS, "array-check-code", "array-check-data")
    exec(SOURCE["array-check-run"].rpartition("for name")[0], found)
    lines = OUTPUT["array-check-run"].splitlines()
    assert [line.rsplit(maxsplit=1) for line in lines] == [[name, "passes"] for name in found["programs"]]
    assert OUTPUT["array-check-one"] == "A @ B alone: True\n"
    # A rule that sends one and a half times too much must fail.
    plain = found["unbroadcast"]
    found["unbroadcast"] = lambda message, shape: 1.5 * plain(message, shape)
    assert all(found["check"](program, **given) > 1e-2 for program, given in found["programs"].values())


def test_five_operations_and_one_at_large_logits():
    for line in OUTPUT["logits-run"].splitlines()[1:]:
        s, five_loss, five_slope, one_loss, one_slope = [
            float(x) for x in re.findall(r"(?<=[= ])-?(?:\d+\.?\d*|inf|nan)(?=[ ,\n]|$)", line)
        ]
        z = np.array([0, s, 2 * s])
        p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
        right = [2 * s + math.log(np.exp(z - z.max()).sum()), p[0] - 1]
        assert [one_loss, one_slope] == pytest.approx(right, abs=6e-4)
        if s < 400:
            assert [five_loss, five_slope] == pytest.approx(right, abs=6e-4)
        else:
            assert math.isinf(five_loss) and math.isnan(five_slope)
    assert math.log(sys.float_info.max) < 800, "exp(800) is too large for 64 bits"


@pytest.mark.parametrize("loss", ["five", "one"])
def test_both_losses_by_complex_steps(loss):
    found, rng = arrays(), np.random.default_rng(2)
    z, labels = rng.normal(size=(5, 4)), np.array([1, 1, 3, 0, 2])

    def cost(vector):
        rows = vector.reshape(5, 4)
        return (np.log(np.exp(rows).sum(axis=1)) - rows[np.arange(5), labels]).mean()

    leaf = found["Tensor"](z)
    result = found[loss](leaf, labels)
    found["backward"](result)
    assert float(result.data) == pytest.approx(cost(z.ravel()), rel=1e-12)
    np.testing.assert_allclose(leaf.grad.ravel(), complex_gradient(cost, z.ravel()), rtol=1e-11)


# ----- the network


@functools.cache
def moons():
    X, labels = bp.datasets.moons(300, seed=0)
    net = bp.Network((2, 8, 2), hidden=bp.tanh, output=bp.identity, loss=bp.cross_entropy)
    return X, labels, net, net.init(seed=0)


@functools.cache
def tape_losses():
    found = arrays() | {}
    for cell in ("network-code", "network-equal", "network-learn"):
        exec(SOURCE[cell], found)
    return found["losses"]


def test_the_network_learns_as_the_library_does():
    X, labels, net, params = moons()
    trace = net.backward(params, net.forward(params, X), labels)
    assert numbers(OUTPUT["network-equal"])[:2] == pytest.approx([trace.loss, params.vector.size], abs=6e-7)
    losses = []
    for _ in range(401):
        trace = net.backward(params, net.forward(params, X), labels)
        losses.append(trace.loss)
        params = net.pack(
            {k: params.W[k] - trace.grads.W[k] for k in (1, 2)}, {k: params.b[k] - trace.grads.b[k] for k in (1, 2)}
        )
    np.testing.assert_allclose(tape_losses(), losses, rtol=1e-12)
    assert numbers(OUTPUT["network-learn"].split(":")[1]) == pytest.approx(losses[::100], abs=6e-4)


def test_the_network_in_pytorch():
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    X, labels, net, params = moons()
    trace = net.backward(params, net.forward(params, X), labels)
    arrays = (params.W[1], params.W[2], params.b[1], params.b[2])
    W1, W2, b1, b2 = weights = [torch.tensor(array.copy(), requires_grad=True) for array in arrays]
    inputs, targets, losses = torch.tensor(X), torch.tensor(labels), []
    for step in range(401):
        for p in weights:
            p.grad = None
        loss = torch.nn.functional.cross_entropy(torch.tanh(inputs @ W1.T + b1) @ W2.T + b2, targets)
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            for p, right in zip(
                weights, (trace.grads.W[1], trace.grads.W[2], trace.grads.b[1], trace.grads.b[2]), strict=True
            ):
                np.testing.assert_allclose(p.grad.numpy(), right, rtol=1e-12, atol=1e-15)
        with torch.no_grad():
            for p in weights:
                p -= p.grad
    np.testing.assert_allclose(tape_losses(), losses, rtol=1e-12)


def test_pytorch_notices_what_was_changed_in_place():
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    w, x = torch.tensor(2.0, requires_grad=True), torch.tensor([1.0, 2.0])
    y = (w * x).sum()
    x[:] = torch.tensor([10.0, 20.0])
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.backward()


# ----- what it costs


def test_numbers_that_are_kept():
    n, hidden, classes = 300, 8, 2
    layers = [n * hidden] * 3 + [n * classes] * 2
    loss = [n * classes, n, n * classes, n, n]
    assert [numbers(line)[0] for line in OUTPUT["cost-count"].splitlines()] == [sum(layers), sum(loss), n * classes]
    assert sum(layers) - n * hidden == 6000 and "6,000 of 8,400" in TEXT["cost-read"]
    assert n * classes < sum(loss) / 3


def test_the_logits_of_one_point_in_single_numbers():
    """Each product and each sum of two is a node; `bp.graphs` knows how many terms there are."""
    X, labels, net, params = moons()
    table = network(net, params, X[:1], bp.one_hot(labels[:1], 2))
    sums = [row for node, row in table.items() if node[0] == "z"]
    terms = [sum(name[0] == "W" for name, _ in row) for row in sums]
    each = sum(2 * count for count in terms) + sum(node.startswith("a1") for node in table)  # products, sums, tanh
    assert f"they would be 300 · (8 · 5 + 2 · 16) = {300 * each:,}." in TEXT["cost-read"] and each == 72
    Value = scalars()["Value"]
    x = [Value(number) for number in X[0]]

    def layer(values, W, b):
        for row, bias in zip(W, b, strict=True):
            total = Value(bias)
            for weight, value in zip(row, values, strict=True):
                total = total + Value(weight) * value
            yield total

    nodes = list(layer([z.tanh() for z in layer(x, params.W[1], params.b[1])], params.W[2], params.b[2]))
    for node in nodes:
        nodes += [parent for parent in dict.fromkeys(node.parents) if parent not in nodes]
    assert sum(bool(node.parents) for node in nodes) == 72


def test_the_logits_of_all_points_are_seven_operations():
    found = arrays() | {}
    nodes = [found["logits"](found["X"])]
    for node in nodes:
        nodes += [parent for parent in node.parents if parent not in nodes]
    assert (
        sum(bool(node.parents) for node in nodes) == 7
        and "are 7 operations on arrays: five bars, two `.T`." in TEXT["cost-read"]
    )


def test_in_place_and_depth():
    assert numbers(OUTPUT["inplace-run"]) == [10 + 20]
    assert "too deep" in OUTPUT["depth"] and OUTPUT["depth"].endswith("slope 1\n")


def test_dual_numbers_by_hand():
    t, u = 0.5, math.tanh(0.5)
    right = [2 * t, 1 - u**2, u + t * (1 - u**2)]
    one, three = re.findall(r"\[(.*?)\]", OUTPUT["dual-run"])
    assert numbers(one) == numbers(three) == pytest.approx(right, abs=6e-4)
    assert len(SOURCE["dual"].splitlines()) == 10


def test_the_order_of_micrograd_lets_each_node_wait_for_all_its_users():
    found = scalars()
    a = found["Value"](0.5)
    b = a + a
    root = b * a + b.tanh()
    listed = []

    def build(node):
        if node not in listed:
            for parent in node.parents:
                build(parent)
            listed.append(node)

    build(root)
    for k, node in enumerate(listed):
        assert all(parent in listed[:k] for parent in node.parents), "each node after its parents"
    for node in listed:
        node.grad = 0.0
    root.grad = 1.0
    for node in reversed(listed):
        node.push()
    swept = a.grad
    a.grad = 0.0
    b = a + a
    found["backward"](b * a + b.tanh())
    assert swept == pytest.approx(a.grad) == 4 * 0.5 + 2 * (1 - math.tanh(1) ** 2)


def test_each_product_closes_over_its_own_factors():
    found = scalars()
    v, x, w = (found["Value"](k) for k in (3.0, 4.0, 5.0))
    c, d = v * x, w * x
    assert c.messages(1.0) == (4, 3) and d.messages(1.0) == (4, 5)


def test_of_a_large_lead_the_loss_and_the_slope_are_what_the_task_says():
    for s in (20.0, 200.0):
        z = np.array([0, s, 2 * s])
        p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
        assert p[2] == pytest.approx(1) and p[0] - 1 == pytest.approx(-1)
        assert z.max() + np.log(np.exp(z - z.max()).sum()) - z[0] == pytest.approx(2 * s)


def test_the_gradient_of_a_layer_in_the_two_forms():
    rng = np.random.default_rng(1)
    A, W, g = rng.normal(size=(4, 3)), rng.normal(size=(2, 3)), rng.normal(size=(4, 2))
    to_A, to_B = g @ (W.T).T, A.T @ g
    np.testing.assert_allclose(to_A, g @ W)
    np.testing.assert_allclose(to_B.T, g.T @ A)
