"""Training: what it learns, what its History says, how it stops; and the data sets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bpcourse as bp
from bpcourse.training import bar, minibatches


def moons_net():
    return bp.Network((2, 16, 1), bp.tanh, bp.identity, bp.binary_cross_entropy)


def moons_case():
    X, labels = bp.datasets.moons(200, noise=0.1, seed=1)
    return X, labels[:, None].astype(float)


def test_the_line_of_s1_is_found():
    X, Y = bp.datasets.line()
    net = bp.Network((1, 1), bp.identity, bp.identity, bp.mse)
    history = bp.train(net, net.init(0), X, Y, bp.sgd(0.05), epochs=1000, batch_size=None)
    assert history.params.W[1][0, 0] == pytest.approx(2, abs=1e-6) and history.params.b[1][0] == pytest.approx(
        3, abs=1e-5
    )


def test_xor_is_learned_with_a_hidden_layer_and_not_without():
    X, Y = bp.datasets.xor()
    deep = bp.Network((2, 4, 1), bp.tanh, bp.identity, bp.binary_cross_entropy)
    flat = bp.Network((2, 1), bp.tanh, bp.identity, bp.binary_cross_entropy)
    learned = bp.train(deep, deep.init(1), X, Y, bp.momentum(0.5), epochs=500, batch_size=None)
    stuck = bp.train(flat, flat.init(1), X, Y, bp.momentum(0.5), epochs=500, batch_size=None)
    assert deep.accuracy(learned.params, X, Y) == 1 and learned.loss[-1] < 0.01
    assert stuck.loss[-1] == pytest.approx(np.log(2), abs=1e-6)


def test_digits_reach_97_percent():
    X, labels, X_test, labels_test = bp.datasets.digits()
    net = bp.Network((64, 64, 10), bp.relu, bp.identity, bp.cross_entropy)
    history = bp.train(net, net.init(0, "he"), X, labels, bp.momentum(0.1), epochs=20, batch_size=32, progress=False)
    assert net.accuracy(history.params, X_test, labels_test) >= 0.97
    assert (net.predict(history.params, X_test) == labels_test).mean() == net.accuracy(
        history.params, X_test, labels_test
    )


def test_one_full_batch_is_the_plain_algorithm():
    (X, Y), net = moons_case(), moons_net()
    rule, params = bp.adam(0.01), net.init(2)
    history = bp.train(net, params, X, Y, rule, epochs=5, batch_size=None, snapshots=True)
    state, losses = rule.init(params), []
    for k in range(5):
        np.testing.assert_allclose(history.snapshots[k], params.vector, rtol=1e-10)
        trace = net.backward(params, net.forward(params, X), Y)
        losses.append(trace.loss)
        for layer, norms in history.gradient_norm.items():
            assert norms[k] == pytest.approx(np.linalg.norm(trace.grads.W[layer]), rel=1e-9)
        params, state = rule.update(params, trace.grads, state)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-10)
    np.testing.assert_array_equal(history.snapshots[-1], history.params.vector)


def test_minibatches_are_taken_in_the_order_of_the_seed():
    (X, Y), net = moons_case(), moons_net()
    history = bp.train(net, net.init(2), X, Y, bp.sgd(0.1), epochs=2, batch_size=30, seed=7)
    params, rng, rule, losses = net.init(2), np.random.default_rng(7), bp.sgd(0.1), []
    for _ in range(2):
        total = right = 0
        for rows in minibatches(200, 30, rng):
            trace = net.backward(params, net.forward(params, X[rows]), Y[rows])
            total += trace.loss * len(rows)
            right += ((trace.output > 0) == (Y[rows] == 1)).sum()
            params, _ = rule.update(params, trace.grads, rule.init(params))
        losses.append((total / 200, right / 200))
    np.testing.assert_allclose(list(zip(history.loss, history.accuracy, strict=True)), losses, rtol=1e-10)
    np.testing.assert_allclose(history.params.vector, params.vector, rtol=1e-10)
    assert history.steps == 14
    again = bp.train(net, net.init(2), X, Y, bp.sgd(0.1), epochs=2, batch_size=30, seed=7)
    other = bp.train(net, net.init(2), X, Y, bp.sgd(0.1), epochs=2, batch_size=30, seed=8)
    assert again.loss == history.loss != other.loss


@settings(max_examples=50, deadline=None, derandomize=True)
@given(n=st.integers(1, 60), size=st.integers(1, 70), seed=st.integers(0, 99))
def test_minibatches_hold_every_example_once(n, size, seed):
    pieces = minibatches(n, size, np.random.default_rng(seed))
    assert sorted(np.concatenate(pieces)) == list(range(n))
    assert all(len(piece) == size for piece in pieces[:-1]) and 1 <= len(pieces[-1]) <= size


def test_nothing_given_is_changed_and_no_global_state():
    (X, Y), net = moons_case(), moons_net()
    params, state = net.init(0), np.random.get_state()[1].copy()
    before = params.vector.copy(), X.copy(), Y.copy()
    bp.train(net, params, X, Y, bp.adam(), epochs=2)
    for old, now in zip(before, (params.vector, X, Y), strict=True):
        np.testing.assert_array_equal(old, now)
    np.testing.assert_array_equal(state, np.random.get_state()[1])


def test_validation_is_measured_after_each_epoch():
    (X, Y), net = moons_case(), moons_net()
    Xv, labels = bp.datasets.moons(60, seed=5)
    Yv = labels[:, None].astype(float)
    history = bp.train(net, net.init(0), X, Y, bp.adam(0.02), epochs=3, validation=(Xv, Yv), snapshots=True)
    for k in range(3):
        params = net.parameters(history.snapshots[k + 1])
        assert history.validation_loss[k] == pytest.approx(
            net.backward(params, net.forward(params, Xv), Yv).loss, rel=1e-12
        )
        assert history.validation_accuracy[k] == net.accuracy(params, Xv, Yv)


def test_stops_by_the_change_of_the_parameters():
    X, Y = bp.datasets.line()
    net = bp.Network((1, 1), bp.identity, bp.identity, bp.mse)
    history = bp.train(
        net, net.init(0), X, Y, bp.sgd(0.05), epochs=5000, batch_size=None, min_change=1e-6, snapshots=True
    )
    moved = np.linalg.norm(np.diff(history.snapshots, axis=0), axis=1)
    assert history.stopped_by == "change" and len(history.loss) < 5000
    assert moved[-1] < 1e-6 <= moved[:-1].min()
    assert bp.train(net, net.init(0), X, Y, bp.sgd(0.05), epochs=5).stopped_by == "epochs"


def test_stops_on_demand_and_keeps_the_history():
    (X, Y), net = moons_case(), moons_net()
    history = bp.train(net, net.init(0), X, Y, bp.sgd(0.1), epochs=50, on_epoch=lambda h: len(h.loss) == 3)
    assert (len(history.loss), history.stopped_by) == (3, "you")

    def interrupt(history):
        if len(history.loss) == 4:
            raise KeyboardInterrupt

    history = bp.train(net, net.init(0), X, Y, bp.sgd(0.1), epochs=50, on_epoch=interrupt, snapshots=True)
    assert (len(history.loss), history.stopped_by, len(history.snapshots)) == (4, "you", 5)
    assert np.isfinite(history.params.vector).all() and "stopped by you" in repr(history)


# ----- a run that diverges says so


def line_with(rate, epochs, rule=bp.sgd, scale=1.0, **more):
    X, Y = bp.datasets.line()
    net = bp.Network((1, 1), bp.identity, bp.identity, bp.mse)
    return bp.train(net, net.init(0), scale * X, Y, rule(rate), epochs=epochs, batch_size=None, **more)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("epochs", "what"), [(10, "the loss rose to 1.59e+12, from 81.4"), (1000, "the numbers overflowed")]
)
def test_a_run_that_diverges_says_in_which_epoch_and_why(epochs, what, capsys):
    history = line_with(0.2, epochs)
    assert history.diverged == 2 and len(history.loss) == epochs and history.stopped_by == "epochs"
    assert f"diverged in epoch 2: {what}" in history.message and "learning rate" in history.message
    assert history.message in repr(history) and capsys.readouterr().out == f"Training {history.message}\n"
    assert line_with(0.2, epochs, progress=False).diverged == 2 and capsys.readouterr() == ("", "")


def test_numbers_far_from_one_are_named():
    """The question of somebody whose slope and intercept alternate: inputs in the hundreds, at a usual rate."""
    far, near = line_with(0.01, 30, scale=100), line_with(0.2, 30)
    assert "And X reaches 500" in far.message and "reaches" not in near.message.replace("Y reaches 13", "")


@pytest.mark.filterwarnings("error")
def test_the_last_step_alone_may_do_it():
    (X, Y), net = bp.datasets.line(), bp.Network((1, 1), bp.identity, bp.identity, bp.mse)
    history = bp.train(net, net.init(0), X, Y, bp.sgd(1e308), epochs=1, batch_size=None, progress=False)
    assert np.isfinite(history.loss).all() and history.diverged == 1 and "overflowed" in history.message


@pytest.mark.parametrize("rate", [1e-4, 0.01, 0.05, 0.08])
@pytest.mark.parametrize("rule", [bp.sgd, bp.momentum, bp.adam], ids=lambda rule: rule.__name__)
def test_a_run_that_converges_says_nothing(rule, rate, capsys):
    history = line_with(rate if rule is not bp.momentum else rate / 10, 200, rule)
    assert history.diverged is None and history.message == "" and "diverged" not in repr(history)
    assert capsys.readouterr().out == ""


def test_a_run_that_comes_back_has_not_diverged():
    """Silent units after a leap: the loss was far above the start, and ends at chance."""
    X, labels, _, _ = bp.datasets.digits()
    net = bp.Network((64, 16, 10), bp.relu, bp.identity, bp.cross_entropy)
    history = bp.train(net, net.init(0, "he"), X[:300], labels[:300], bp.sgd(30), epochs=12, progress=False)
    assert max(history.loss) > 100 and history.loss[-1] < 15 and history.diverged is None
    worse = bp.train(net, net.init(0, "he"), X[:300], labels[:300], bp.sgd(100), epochs=3, progress=False)
    assert worse.diverged == 1 and np.isfinite(worse.loss).all()
    start = net.parameters(100 * net.init(0, "he").vector)
    assert bp.train(net, start, X[:300], labels[:300], bp.sgd(0.1), epochs=2, progress=False).diverged is None


def test_a_long_run_shows_abar_and_a_short_one_does_not():
    shown = bar(3, progress=True)
    assert (shown.total, shown.delay, list(shown)) == (3, 2, [0, 1, 2])
    assert bar(3, progress=False) == range(3)


def test_a_learned_slope_has_the_right_gradient():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))

    def trace(slope):
        net = bp.Network((3, 5, 4, 2), [bp.prelu(slope), bp.tanh], bp.prelu(slope), bp.mse)
        params = net.parameters(np.random.default_rng(1).normal(size=net.init().vector.size))
        return net.backward(params, net.forward(params, X), Y)

    found = trace(0.3).slope_grads
    assert set(found) == {1, 3}
    numeric = (trace(0.3 + 1e-6).loss - trace(0.3 - 1e-6).loss) / 2e-6
    assert sum(found.values()) == pytest.approx(numeric, rel=1e-7)


def test_accuracy_rounds_a_soft_target():
    net = bp.Network((1, 1), bp.tanh, bp.identity, bp.binary_cross_entropy)
    params = net.pack({1: [[1.0]]}, {1: [0.0]})
    X, Y = np.array([[-1.0], [-1.0], [1.0], [1.0]]), np.array([[0.3], [0.7], [0.6], [0.9]])
    assert net.accuracy(params, X, Y) == 0.75


def test_each_hidden_layer_may_have_its_own_activation():
    net = bp.Network((2, 3, 4, 1), [bp.relu, bp.tanh], bp.sigmoid, bp.mse)
    assert [g.name for g in net.g.values()] == ["relu", "tanh", "sigmoid"]


def test_predict_gives_classes_or_outputs():
    X = np.random.default_rng(0).normal(size=(6, 2))
    for loss, output in ((bp.cross_entropy, bp.identity), (bp.binary_cross_entropy, bp.identity), (bp.mse, bp.tanh)):
        net = bp.Network((2, 3), bp.tanh, output, loss)
        params = net.init(1)
        z = net.forward(params, X).output
        expected = {"cross_entropy": np.argmax(z, axis=1), "binary_cross_entropy": (z > 0) * 1, "mse": z}[loss.name]
        np.testing.assert_array_equal(net.predict(params, X), expected)
    labels = np.array([0, 1, 2, 0, 1, 2])
    net = bp.Network((2, 3), bp.tanh, bp.identity, bp.cross_entropy)
    assert net.accuracy(net.init(1), X, labels) == (net.predict(net.init(1), X) == labels).mean()


@pytest.mark.parametrize(("weights", "deviation"), [
    ("zeros", 0), ("small", 0.01), ("xavier", np.sqrt(2 / 700)), ("he", np.sqrt(2 / 400)),
])  # fmt: skip
def test_initialisers_have_the_deviation_they_promise(weights, deviation):
    net = bp.Network((400, 300), bp.tanh, bp.identity, bp.mse)
    W = net.init(seed=3, weights=weights).W[1]
    assert W.std() == pytest.approx(deviation, rel=0.02) and abs(W.mean()) <= 0.02 * deviation


def test_initialisers_agree_with_pytorch():
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    for weights, init in (("xavier", torch.nn.init.xavier_normal_), ("he", torch.nn.init.kaiming_normal_)):
        theirs = init(torch.empty(300, 400, dtype=torch.float64), generator=torch.Generator().manual_seed(0)).numpy()
        ours = bp.Network((400, 300), bp.tanh, bp.identity, bp.mse).init(0, weights).W[1]
        assert ours.std() == pytest.approx(theirs.std(), rel=0.02)


def test_data_sets_have_their_shapes_and_seeds():
    X, labels = bp.datasets.moons(101, seed=4)
    assert X.shape == (101, 2) and labels.shape == (101,) and set(labels) == {0, 1} and labels.dtype.kind == "i"
    np.testing.assert_array_equal(X, bp.datasets.moons(101, seed=4)[0])
    assert not np.array_equal(X, bp.datasets.moons(101, seed=5)[0])
    clean, labels = bp.datasets.moons(500, noise=0)
    np.testing.assert_allclose(np.hypot(*clean[labels == 0].T), 1, rtol=1e-12)
    np.testing.assert_allclose(np.hypot(*(clean[labels == 1] - [1, 0.5]).T), 1, rtol=1e-12)
    X, labels = bp.datasets.spirals(300, classes=3, noise=0)
    assert np.bincount(labels).tolist() == [100] * 3 and np.hypot(*X.T).max() <= 1
    X, Y = bp.datasets.line()
    assert X.ravel().tolist() == [1, 2, 3, 4, 5] and Y.ravel().tolist() == [5, 7, 9, 11, 13]
    X, Y = bp.datasets.xor()
    assert {(*map(int, x), int(y[0])) for x, y in zip(X, Y, strict=True)} == {
        (0, 0, 0),
        (0, 1, 1),
        (1, 0, 1),
        (1, 1, 0),
    }


def test_digits_are_the_published_ones():
    sklearn = pytest.importorskip("sklearn.datasets", reason="scikit-learn holds the same data")
    X, labels, X_test, labels_test = bp.datasets.digits()
    assert X.shape == (1437, 64) and X_test.shape == (360, 64) and (X.min(), X.max()) == (0, 1)
    theirs = sklearn.load_digits()
    ours = sorted(zip(map(tuple, np.concatenate([X, X_test]) * 16), np.concatenate([labels, labels_test]), strict=True))
    assert ours == sorted(zip(map(tuple, theirs.data), theirs.target, strict=True))
    assert np.bincount(labels_test).min() >= 30


def test_parameters_survive_a_file(tmp_path):
    params = bp.worked.twin()[1]
    bp.save(tmp_path / "net.npz", params)
    bp.save(tmp_path / "net.npz", params)
    again = bp.load(tmp_path / "net.npz")
    assert again.sizes == params.sizes
    np.testing.assert_array_equal(again.vector, params.vector)
    assert [path.name for path in tmp_path.iterdir()] == ["net.npz"]
    assert bp.worked.twin()[0].forward(again, np.ones((1, 3))).output.shape == (1, 2)


def test_an_unfinished_save_keeps_the_old_file(tmp_path, monkeypatch):
    path, old, new = tmp_path / "net.npz", bp.worked.params(), bp.worked.famous_params()
    bp.save(path, old)

    def full_disk(file, **arrays):
        file.write(b"half of it")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", full_disk)
    with pytest.raises(OSError, match="no space"):
        bp.save(path, new)
    np.testing.assert_array_equal(bp.load(path).vector, old.vector)
