"""The network: gradients against differences and PyTorch, purity, and clear refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bpcourse as bp

ACTIVATIONS = [
    bp.identity, bp.sigmoid, bp.tanh, bp.relu, bp.leaky_relu(0.1), bp.prelu(0.2), bp.elu(), bp.elu(0.7), bp.softplus, bp.gelu, bp.silu,
]  # fmt: skip
REAL = [bp.half_squared_error, bp.mse, bp.mean_absolute_error, bp.huber(0.8)]
LOGITS = [bp.binary_cross_entropy, bp.cross_entropy]


def random_case(sizes, n, seed, hidden=bp.tanh, output=bp.sigmoid, loss=bp.half_squared_error):
    rng = np.random.default_rng(seed)
    net = bp.Network(sizes, hidden, bp.identity if loss.on_logits else output, loss)
    count = net.init(0).vector.size
    params = net.parameters(rng.normal(size=count) / np.sqrt(max(sizes)))
    Y = rng.normal(size=(n, sizes[-1]))
    if loss is bp.cross_entropy:
        Y = rng.integers(sizes[-1], size=n)
    elif loss is bp.binary_cross_entropy:
        Y = rng.uniform(size=Y.shape)
    return net, params, rng.normal(size=(n, sizes[0])), Y


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=5),
    n=st.integers(1, 17),
    hidden=st.sampled_from(ACTIVATIONS),
    output=st.sampled_from(ACTIVATIONS),
    loss=st.sampled_from(REAL + LOGITS),
    seed=st.integers(0, 10_000),
)
def test_gradient_check_on_random_networks(sizes, n, hidden, output, loss, seed):
    net, params, X, Y = random_case(tuple(sizes), n, seed, hidden, output, loss)
    assert bp.gradient_check(net, params, X, Y).max_relative_error < 1e-7


def torch_step(torch, net, params, X, Y):
    """The loss and the gradients of the same network in PyTorch."""
    F = torch.nn.functional
    functions = {
        "identity": lambda z: z, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "softplus": F.softplus, "gelu": F.gelu,
        "silu": F.silu, "leaky_relu(0.1)": lambda z: F.leaky_relu(z, 0.1), "prelu(0.2)": lambda z: F.leaky_relu(z, 0.2), "elu(1)": F.elu,
        "elu(0.7)": lambda z: F.elu(z, 0.7),
    }  # fmt: skip
    losses = {
        "half_squared_error": lambda a, y: ((a - y) ** 2).sum(1).mean() / 2, "mse": F.mse_loss, "mean_absolute_error": F.l1_loss,
        "huber(0.8)": lambda a, y: F.huber_loss(a, y, delta=0.8), "cross_entropy": F.cross_entropy,
        "binary_cross_entropy": lambda a, y: F.binary_cross_entropy_with_logits(a, y, reduction="sum") / len(y),
    }  # fmt: skip
    theta = {
        (kind, k): torch.tensor(array, requires_grad=True)
        for kind, arrays in (("W", params.W), ("b", params.b))
        for k, array in arrays.items()
    }
    a = torch.tensor(X)
    for k, g in net.g.items():
        a = functions[g.name](F.linear(a, theta["W", k], theta["b", k]))
    cost = losses[net.loss.name](a, torch.tensor(Y))
    cost.backward()
    return cost.item(), {key: tensor.grad.numpy() for key, tensor in theta.items()}


@pytest.mark.parametrize("loss", REAL + LOGITS, ids=lambda loss: loss.name)
@pytest.mark.parametrize("g", ACTIVATIONS, ids=lambda g: g.name)
def test_gradients_equal_pytorch(g, loss):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    for seed, sizes in enumerate([(2, 2), (3, 4, 2), (5, 7, 4, 3), (1, 9, 2, 6, 8)]):
        net, params, X, Y = random_case(sizes, 7, seed, g, g, loss)
        trace = net.backward(params, net.forward(params, X), Y)
        cost, theirs = torch_step(torch, net, params, X, Y)
        assert trace.loss == pytest.approx(cost, rel=1e-12)
        for k in params.W:
            np.testing.assert_allclose(trace.grads.W[k], theirs["W", k], rtol=1e-10, atol=1e-14)
            np.testing.assert_allclose(trace.grads.b[k], theirs["b", k], rtol=1e-10, atol=1e-14)


def test_delta_is_of_one_example_whatever_the_batch():
    net, params, X, Y = random_case((3, 4, 2), 5, seed=3)
    whole = net.backward(params, net.forward(params, X), Y)
    grads = []
    for i in range(5):
        one = net.backward(params, net.forward(params, X[i : i + 1]), Y[i : i + 1])
        for layer in (1, 2):
            np.testing.assert_allclose(one.delta[layer][0], whole.delta[layer][i], rtol=1e-12)
        grads.append(one.grads.vector)
    np.testing.assert_allclose(np.mean(grads, axis=0), whole.grads.vector, rtol=1e-12)


def test_float32_stays_float32():
    net, params, X, Y = random_case((3, 4, 2), 5, seed=3, loss=bp.cross_entropy)
    params = net.parameters(params.vector.astype(np.float32))
    trace = net.backward(params, net.forward(params, X.astype(np.float32)), Y)
    assert {array.dtype for array in (*trace.z.values(), *trace.a.values(), trace.grads.vector)} == {
        np.dtype(np.float32)
    }


def test_nothing_is_mutated():
    net, params, X, Y = random_case((3, 4, 2), 5, seed=4)
    before = params.vector.copy(), X.copy(), Y.copy()
    trace = net.forward(params, X)
    z, a = trace.z[2].copy(), trace.a[2].copy()
    net.backward(params, trace, Y)
    assert trace.loss is None and trace.grads is None
    for old, new in zip((*before, z, a), (params.vector, X, Y, trace.z[2], trace.a[2]), strict=True):
        np.testing.assert_array_equal(old, new)


def test_parameters_are_views_of_one_vector_and_entries_have_names():
    net = bp.Network((2, 3, 1), bp.tanh, bp.sigmoid, bp.mse)
    params = net.init(seed=1)
    names = [params.name(k) for k in range(params.vector.size)]
    assert names[4] == "W[1][2, 0]" and names[7] == "b[1][1]" and names[11] == "W[2][0, 2]" and names[12] == "b[2][0]"
    for k, name in enumerate(names):
        params.vector[k] = k + 100
        assert eval(name, {"W": params.W, "b": params.b}) == k + 100
    with pytest.raises(IndexError, match="index is 13; expected 0 to 12"):
        params.name(13)


def test_init_is_seeded_and_independent_of_global_state():
    net = bp.Network((50, 40, 30), bp.tanh, bp.sigmoid, bp.mse)
    state = np.random.get_state()[1].copy()
    a, b, c = net.init(3), net.init(3), net.init(4)
    np.testing.assert_array_equal(a.vector, b.vector)
    assert not np.array_equal(a.vector, c.vector)
    np.testing.assert_array_equal(state, np.random.get_state()[1])
    for layer in (1, 2):
        assert a.W[layer].std() == pytest.approx(np.sqrt(2 / (net.sizes[layer - 1] + net.sizes[layer])), rel=0.1)
        assert not a.b[layer].any()
