"""The explorers of chapter 06 by the data they draw, and the runs of training that they show."""

import warnings
from importlib import import_module

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.explore import settings
from bpcourse.explore.base import SHARPNESS
from bpcourse.plots.style import ACCENT, INK
from bpcourse.runs import Run

plane, replay = (import_module(f"bpcourse.explore.{name}") for name in ("training", "digits"))
TRAINING, DIGITS = bp.explore.training(), bp.explore.digits()
COIN = float(np.log(2))


def state(explorer, **values):
    return {name: control.start for name, control in explorer.sliders.items()} | values


def move(explorer, **values):
    scene = explorer.move(**state(explorer, **values))
    return scene, [label.text for label in scene.labels]


def plane_net(sizes=(2, 16, 16, 1), g=bp.tanh):
    return bp.Network(sizes, hidden=g, output=bp.identity, loss=bp.binary_cross_entropy)


def trained(epoch, data="spirals", net=None, rule=None, weights="xavier"):
    """The same run by `bp.train`: (net, history)."""
    net = net or plane_net()
    X, Y = plane.points(data)
    rule = rule or bp.adam(0.01, beta1=0.9)
    return net, bp.train(
        net, net.init(0, weights), X, Y, rule, epochs=epoch, batch_size=32, snapshots=True, progress=False
    )


def digits_net(epoch):
    """(net, parameters) of the digits' first settings, after so many epochs."""
    run = replay.run(**{name: value for name, value in state(DIGITS).items() if name != "epoch"})
    run.reach(epoch)
    return run.net, run.parameters(epoch)


# ----- a run in pieces


def test_run_in_pieces_is_the_run_of_train():
    (X, labels), validation, _ = replay.images()
    net = bp.Network((64, 9, 10), hidden=bp.relu, output=bp.identity, loss=bp.cross_entropy)
    rule = bp.adam(0.01)
    once = bp.train(
        net, net.init(3), X[:200], labels[:200], rule, epochs=12, seed=5, validation=validation, snapshots=True,
        progress=False,
    )  # fmt: skip
    run = Run(net, net.init(3), X[:200], labels[:200], rule, seed=5, validation=validation)
    for epoch in (1, 5, 3, 0, 12):
        assert run.reach(epoch) == epoch
    assert run.reached == 12 and run.overflow is None
    for epoch, theta in enumerate(once.snapshots):
        np.testing.assert_array_equal(run.parameters(epoch).vector, theta)
    for name in ("loss", "accuracy", "gradient_norm", "validation_loss", "validation_accuracy", "steps"):
        assert getattr(run.history, name) == getattr(once, name)


def test_run_does_no_more_than_the_time_allows_and_never_less_than_an_epoch():
    net, (X, Y) = plane_net(), plane.points("moons")
    start = net.init(0)
    run = Run(net, start, X, Y, bp.sgd(0.1))
    assert [run.reach(3, seconds=0) for _ in range(5)] == [1, 2, 3, 3, 3]
    assert run.reach(2, seconds=0) == 2 and run.reached == 3  # back costs nothing, and forgets nothing
    np.testing.assert_array_equal(run.parameters(0).vector, start.vector)
    assert not np.array_equal(run.parameters(1).vector, run.parameters(3).vector)


def test_run_ends_where_the_numbers_overflow_and_warns_nobody():
    net, (X, Y) = plane_net((2, 32, 32, 32, 1), bp.relu), plane.points("spirals")
    run = Run(net, net.init(0, "he"), X, Y, bp.momentum(10.0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        last = run.reach(50)
    assert run.overflow == last + 1 == run.reached + 1 < 10
    assert np.isfinite(run.parameters(last).vector).all() and np.isfinite(run.history.loss[:last]).all()
    assert run.reach(50) == last
    with np.errstate(all="ignore"):
        once = bp.train(
            net, net.init(0, "he"), X, Y, bp.momentum(10.0), epochs=last + 1, snapshots=True, progress=False
        )
    assert not (np.isfinite(once.snapshots[-1]).all() and np.isfinite(once.loss[-1]))  # the next epoch is no number


def test_run_ends_where_only_the_validation_overflows():
    net = bp.Network((1, 1), hidden=bp.identity, output=bp.identity, loss=bp.half_squared_error)
    one = np.ones((4, 1))
    run = Run(net, net.init(0), one, one, bp.sgd(0.1), validation=(1e200 * one, one))
    assert run.reach(3) == 0 and run.overflow == 1


# ----- training in the plane


@pytest.mark.parametrize("data", ["xor", "circles", "moons", "spirals"])
def test_points_are_four_hundred_in_two_equal_classes_inside_the_view(data):
    X, Y = plane.points(data)
    assert X.shape == (400, 2) and Y.shape == (400, 1) and Y.sum() == 200 and set(Y[:, 0]) == {0, 1}
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(X.std(axis=0), 1)
    assert np.abs(X).max() < plane.VIEW


def test_points_are_what_their_names_say():
    X, Y = plane.points("xor")
    assert np.mean((X[:, 0] * X[:, 1] < 0) == Y[:, 0]) > 0.98
    X, Y = plane.points("circles")
    radius = np.hypot(*X.T)
    assert radius[Y[:, 0] == 1].max() < radius[Y[:, 0] == 0].min() + 0.3


@pytest.mark.parametrize("values", [{}, {"epoch": 0}, {"data": "moons", "epoch": 7}, {"data": "circles", "epoch": 300}])
def test_field_is_what_the_network_says_at_each_place(values):
    scene, _ = move(TRAINING, **values)
    values = state(TRAINING, **values)
    net, history = trained(values["epoch"], values["data"])
    params = net.parameters(history.snapshots[-1])
    image, left, bottom = scene.under
    assert (left, bottom) == (plane.LEFT, plane.BOTTOM) and image.shape == (784, 784, 4)
    rng = np.random.default_rng(1)
    places = rng.uniform(-2.4, 2.4, (300, 2))
    a = bp.sigmoid(net.forward(params, places).output[:, 0])
    steep = [bp.sigmoid(net.forward(params, places + step).output[:, 0]) - a for step in 0.08 * np.eye(2)]
    flat = np.abs(steep).max(axis=0) < 0.02  # where the width of a cell makes no difference
    assert flat.sum() > 100 and np.ptp(a[flat]) > 0.2
    column, row = (places + plane.VIEW)[flat].T / (2 * plane.VIEW) * 784
    shown = image[(784 - row).astype(int), column.astype(int), :3].astype(int)
    index = np.abs(shown[:, None] - plane.FIELD[None].astype(int)).sum(axis=2).argmin(axis=1)
    np.testing.assert_allclose(index / 255, a[flat], atol=0.03)


def test_field_has_the_networks_logits():
    net, history = trained(20)
    params = net.parameters(history.snapshots[-1])
    logits = plane.field(net, params)
    cell = 2 * plane.VIEW / plane.CELLS
    for row, column in ((1, 1), (1, 64), (64, 1), (20, 50)):
        x, y = (column - 0.5) * cell - plane.VIEW, plane.VIEW - (row - 0.5) * cell
        expected = net.forward(params, np.array([[x, y]])).output[0, 0]
        assert logits[row, column] == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("values", [{}, {"data": "xor", "layers": 0}, {"data": "circles", "layers": 1, "units": 3}])
def test_boundary_runs_where_the_logit_changes_its_sign(values):
    move(TRAINING, **values)
    training = plane.run(**{k: v for k, v in state(TRAINING, **values).items() if k != "epoch"})
    net, params = training.net, training.parameters(90)
    line = np.column_stack(TRAINING.boundary.get_data())
    line = line[np.isfinite(line).all(axis=1)]
    assert len(line) > 20 and np.abs(line).max() > 1
    cell = 2 * plane.VIEW / plane.CELLS
    around = np.stack([net.forward(params, line + cell * np.array(step)).output[:, 0] for step in
                       ((-1, -1), (-1, 1), (1, -1), (1, 1), (-1, 0), (1, 0), (0, -1), (0, 1))])  # fmt: skip
    assert (around.min(axis=0) < 0).all() and (around.max(axis=0) > 0).all()


def test_points_and_rings_are_those_of_the_data_and_the_title_counts_them():
    for values in ({}, {"epoch": 3}, {"data": "circles", "layers": 1, "units": 3}, {"weights": "zeros"}):
        scene, texts = move(TRAINING, **values)
        values = state(TRAINING, **values)
        X, Y = plane.points(values["data"])
        for k, dots in enumerate(TRAINING.dots):
            np.testing.assert_array_equal(np.column_stack(dots.get_data()), X[Y[:, 0] == k])
        net = plane_net((2, *[values["units"]] * values["layers"], 1))
        _, history = trained(values["epoch"], values["data"], net, weights=values["weights"])
        right = (net.forward(history.params, X).output > 0) == (Y == 1)
        np.testing.assert_array_equal(np.column_stack(TRAINING.wrong.get_data()), X[~right[:, 0]])
        title = f"Epoch {values['epoch']}: {right.sum()} of 400 points on their side."
        assert texts[0] == title and scene.status.startswith(title)


def test_curves_are_the_history_of_train():
    for epoch, depth, rule, name in ((90, 2, bp.adam(0.01), "adam"), (12, 3, bp.nesterov(0.01, 0.9), "nesterov")):
        scene, texts = move(TRAINING, epoch=epoch, layers=depth, optimizer=name)
        _, history = trained(epoch, net=plane_net((2, *[16] * depth, 1)), rule=rule)
        x, y = TRAINING.loss.get_data()
        assert x.tolist() == list(range(1, epoch + 1))
        np.testing.assert_allclose(10**y, history.loss, rtol=1e-12)
        assert (TRAINING.now.get_xdata()[0], TRAINING.now.get_ydata()[0]) == (epoch, y[-1])
        assert settings.short(history.loss[-1]) in texts and f"Loss {settings.short(history.loss[-1])}." in scene.status
        for layer, line in TRAINING.lengths.items():
            x, y = line.get_data()
            np.testing.assert_allclose(10**y, history.gradient_norm.get(layer, []), rtol=1e-12)
            assert (f"layer {layer}" in texts) == (layer <= depth + 1)


def test_a_curve_stops_at_the_epoch_shown_however_far_the_run_has_gone():
    move(TRAINING, epoch=120)
    _, texts = move(TRAINING, epoch=40)
    assert len(TRAINING.loss.get_xdata()) == len(TRAINING.lengths[1].get_xdata()) == 40
    scene, texts = move(TRAINING, epoch=0)
    assert len(TRAINING.loss.get_xdata()) == 0 and "No step is taken yet." in texts and "Loss" not in scene.status


@pytest.mark.parametrize("explorer", [TRAINING, DIGITS], ids=["training", "digits"])
def test_scrubbing_back_gives_the_same_picture_as_a_run_that_never_went_on(explorer):
    plane._run.cache_clear()
    replay.run.cache_clear()
    fresh = explorer.frame(epoch=11).png
    ahead = explorer.frame(epoch=60).png
    assert explorer.frame(epoch=11).png == fresh != ahead == explorer.frame(epoch=60).png


@pytest.mark.parametrize(("values", "said"), [
    ({"data": "moons"}, "moons  ·  2-16-16-1, tanh"), ({"weights": "he"}, "start he"), ({"layers": 3}, "2-16-16-16-1, tanh"),
    ({"layers": 0}, "2-1, no hidden layer"), ({"units": 4}, "2-4-4-1"), ({"activation": "silu"}, "1, SiLU"),
    ({"optimizer": "nesterov"}, "Nesterov, α = 0.01, β = 0.9"), ({"alpha": 0.5}, "Adam, α = 0.5, β₁ = 0.9"),
    ({"beta": 0.99}, "Adam, α = 0.01, β₁ = 0.99"), ({"optimizer": "sgd"}, "SGD, α = 0.01, no momentum"),
    ({"optimizer": "rmsprop"}, "RMSprop, α = 0.01, no momentum"),
])  # fmt: skip
def test_a_changed_setting_changes_the_words_and_the_run(values, said):
    _, usual = move(TRAINING, epoch=2)
    before = TRAINING.loss.get_ydata().copy()
    scene, texts = move(TRAINING, epoch=2, **values)
    assert said in texts[1] and said not in usual[1] and said.replace("  ·  ", "; ") in scene.status
    assert not np.array_equal(TRAINING.loss.get_ydata(), before)


@pytest.mark.parametrize(("name", "rule"), [
    ("sgd", bp.sgd(0.02)), ("momentum", bp.momentum(0.02, 0.5)), ("nesterov", bp.nesterov(0.02, 0.5)),
    ("adagrad", bp.adagrad(0.02)), ("rmsprop", bp.rmsprop(0.02)), ("adam", bp.adam(0.02, beta1=0.5)),
    ("adamw", bp.adamw(0.02, beta1=0.5)),
])  # fmt: skip
def test_the_rule_is_the_one_that_is_named_with_its_rate_and_momentum(name, rule):
    move(TRAINING, epoch=3, optimizer=name, alpha=0.02, beta=0.5, activation="elu")
    _, history = trained(3, net=plane_net(g=bp.elu(1.0)), rule=rule)
    np.testing.assert_allclose(10 ** TRAINING.loss.get_ydata(), history.loss, rtol=1e-12)


def test_what_is_not_used_makes_no_difference():
    rest = {k: v for k, v in state(TRAINING).items() if k != "epoch"}
    for unused, other in (({"optimizer": "sgd"}, {"beta": 0.5}), ({"optimizer": "adagrad"}, {"beta": 0.0}),
                          ({"layers": 0}, {"units": 3}), ({"layers": 0}, {"activation": "relu"})):  # fmt: skip
        assert plane.run(**rest | unused) is plane.run(**rest | unused | other)
    assert plane.run(**rest) is not plane.run(**rest | {"beta": 0.5})


def test_what_goes_wrong_is_said_in_words():
    for preset, said in (
        ("all zeros", "Every weight's gradient is 0."),
        ("stalled", "About as good as always ½ (0.693)."),
        ("one line", "About as good as always ½ (0.693)."),
        ("overflow", "Overflow in epoch 2: the run ends there."),
    ):
        scene, texts = move(TRAINING, **TRAINING.presets[preset])
        assert said in texts and said in scene.status
    assert texts[0].startswith("Epoch 1: ")  # the last one that has numbers
    assert TRAINING.now.get_marker() == "^" and TRAINING.now.get_ydata()[0] == plane.LOSSES[1]
    _, texts = move(TRAINING, **TRAINING.presets["overflow"] | {"epoch": 1})
    assert "Worse than always ½ (0.693)." in texts  # nobody has asked for epoch 2
    assert all(not label.endswith("½ (0.693).") for label in move(TRAINING)[1])


def test_what_is_beyond_an_axis_is_marked():
    _, texts = move(TRAINING, **TRAINING.presets["all zeros"])
    assert {"layer 1: 0", "layer 2: 0", "layer 3: 0"} <= set(texts)
    _, texts = move(TRAINING, **TRAINING.presets["overflow"])
    assert {f"layer {k} ↑" for k in (1, 2, 3, 4)} <= set(texts)
    move(TRAINING, epoch=300)
    assert TRAINING.now.get_marker() == "v" and TRAINING.now.get_ydata()[0] == plane.LOSSES[0]


@pytest.mark.parametrize("explorer", [TRAINING, DIGITS], ids=["training", "digits"])
def test_the_presets_name_every_control_and_values_that_it_has(explorer):
    start = {name: control.start for name, control in explorer.sliders.items()}
    assert next(iter(explorer.presets.values())) == start  # the first brings back the first frame
    for values in explorer.presets.values():
        assert set(values) == set(explorer.sliders)
        assert all(value in explorer.sliders[name].values for name, value in values.items())


@pytest.mark.parametrize("explorer", [TRAINING, DIGITS], ids=["training", "digits"])
def test_the_live_picture_says_which_epoch_it_shows_and_catches_up(explorer, monkeypatch):
    monkeypatch.setattr(settings, "SOON", 0)
    plane._run.cache_clear()
    replay.run.cache_clear()
    values = state(explorer, epoch=4, alpha=0.002)
    for epoch in (1, 2, 3):
        image, scene = explorer._draw(explorer.move_soon, **values)
        assert scene.unfinished and scene.labels[0].text.startswith(f"Epoch {epoch} of 4, still training: ")
        there, exact = explorer._draw(explorer.move, **values | {"epoch": epoch})
        assert [label.text for label in scene.labels[2:]][-3:] == [label.text for label in exact.labels[2:]][-3:]
        np.testing.assert_array_equal(scene.under[0], exact.under[0])
    image, scene = explorer._draw(explorer.move_soon, **values)
    assert not scene.unfinished and scene.labels[0].text.startswith("Epoch 4: ")
    exact, _ = explorer._draw(explorer.move, **values)
    np.testing.assert_array_equal(np.asarray(image), np.asarray(exact))


def test_the_live_picture_does_not_wait_for_epochs_that_never_come():
    scene = TRAINING.move_soon(**TRAINING.presets["overflow"])
    assert not scene.unfinished and "Overflow" in scene.status


# ----- the digits


def test_images_for_learning_for_validation_and_for_show_are_different_ones():
    parts = [X for X, _ in replay.images()]
    assert [len(X) for X in parts] == [1150, 287, 6]
    X, labels, X_test, labels_test = bp.datasets.digits()
    np.testing.assert_array_equal(np.vstack(parts[:2]), X)
    np.testing.assert_array_equal(parts[2], X_test[list(replay.SHOWN)])
    seen = {row.tobytes() for row in np.vstack(parts[:2])}
    assert not any(row.tobytes() in seen for row in parts[2])


@pytest.mark.parametrize(("values", "rule"), [
    ({"epoch": 20}, bp.momentum(0.05, 0.9)),
    ({"epoch": 6, "optimizer": "adam", "alpha": 0.01, "units": 9, "count": 100, "weights": "he"}, bp.adam(0.01)),
])  # fmt: skip
def test_digits_curves_are_the_history_of_train(values, rule):
    scene, texts = move(DIGITS, **values)
    values = state(DIGITS, **values)
    (X, labels), validation, _ = replay.images()
    net = bp.Network((64, values["units"], 10), hidden=bp.relu, output=bp.identity, loss=bp.cross_entropy)
    start, n = net.init(0, values["weights"]), values["count"]
    history = bp.train(
        net, start, X[:n], labels[:n], rule, epochs=values["epoch"], validation=validation, progress=False
    )
    pairs = history.loss, history.validation_loss, history.accuracy, history.validation_accuracy
    for k, (curve, dot, wanted) in enumerate(zip(DIGITS.curves, DIGITS.dots, pairs, strict=True)):
        x, y = curve.get_data()
        assert x.tolist() == list(range(1, values["epoch"] + 1))
        np.testing.assert_allclose(10**y if k < 2 else y, wanted, rtol=1e-12)
        assert dot.get_xdata()[0] == values["epoch"] and dot.get_ydata()[0] == y[-1]
        shown = settings.short(wanted[-1]) if k < 2 else f"{100 * wanted[-1]:.1f} %"
        assert f"{('training', 'validation')[k % 2]} {shown}" in texts
    best = 1 + int(np.argmin(history.validation_loss))
    assert f"Lowest validation loss so far: epoch {best}." in texts and DIGITS.lowest.get_xdata()[0] == best
    assert f"{100 * np.mean(net.predict(history.params, validation[0]) == validation[1]):.1f} % of the" in texts[0]
    z = X[:n] @ history.params.W[1].T + history.params.b[1]
    silent = sum(not (column > 0).any() for column in z.T)
    assert f"What the {values['units']} hidden units look for ({silent} silent)" in texts
    assert f"64-{values['units']}-10" in texts[2] and f"{n} pictures" in texts[2]


def test_tiles_put_every_unit_into_a_square_of_its_own():
    W = np.arange(9 * 64.0).reshape(9, 64)
    squares = replay.tiles(W)
    assert squares.shape == (24, 24)
    for unit in range(9):
        row, column = divmod(unit, 3)
        tile = squares[8 * row : 8 * row + 8, 8 * column : 8 * column + 8]
        np.testing.assert_array_equal(tile, W[unit].reshape(8, 8))
    assert all(round(np.sqrt(units)) ** 2 == units for units in DIGITS.sliders["units"].values)


def test_digits_colours_are_the_weights_and_symmetric_about_zero():
    for epoch in (0, 30):
        scene, _ = move(DIGITS, epoch=epoch)
        W = digits_net(epoch)[1].W[1]
        image, left, bottom = scene.under
        side = replay.SIZE * SHARPNESS
        assert image.shape == (side, side, 4)
        at = ((np.arange(40) + 0.5) * side / 40).astype(int)
        index = np.round(255 * np.clip(replay.tiles(W) / (2 * replay.LIMIT) + 0.5, 0, 1)).astype(int)
        np.testing.assert_array_equal(image[np.ix_(at, at)][..., :3], replay.WEIGHTS[index])
        largest = np.unravel_index(np.abs(W).argmax(), W.shape)
        unit, pixel = (int(i) for i in largest)
        y, x = 8 * (unit // 5) + pixel // 8, 8 * (unit % 5) + pixel % 8
        red, green, blue = image[at[y], at[x], :3].astype(int)
        assert (green > red) == (W[largest] > 0)  # green above zero, purple below
    lightness = replay.WEIGHTS.astype(int).sum(axis=1)
    assert abs(int(lightness.argmax()) - 127.5) < 2
    assert (np.diff(lightness[:128]) >= 0).all() and (np.diff(lightness[128:]) <= 0).all()


@pytest.mark.parametrize("epoch", [0, 3, 100])
def test_digits_bars_are_the_probabilities(epoch):
    scene, texts = move(DIGITS, epoch=epoch)
    net, params = digits_net(epoch)
    _, _, (X, labels) = replay.images()
    a = bp.softmax(net.forward(params, X).output)
    heights = {}
    for (line, places), colour in zip(DIGITS.bars, ("#1f5fa8", ACCENT), strict=True):
        assert line.get_color() == colour
        x, y = (values.reshape(-1, 3) for values in line.get_data())
        assert (y[:, 0] == replay.FOOT).all() and np.isnan(x[:, 2]).all() and (x[:, 0] == x[:, 1]).all()
        for (k, digit, _), top, at in zip(places.astype(int), y[:, 1], x[:, 0], strict=True):
            assert (colour == ACCENT) == (digit == labels[k])
            heights[k, digit] = (top - replay.FOOT) / replay.RISE
            assert at == pytest.approx(replay.LEFT + k * replay.BLOCK + replay.DIGIT + 10 + digit * replay.BAR)
    assert len(heights) == 60
    for (k, digit), height in heights.items():
        assert height == pytest.approx(a[k, digit], abs=1e-12)
    answers = scene.labels[-6:]
    assert [label.text for label in answers] == [str(digit) for digit in a.argmax(axis=1)]
    assert [label.colour == ACCENT for label in answers] == (a.argmax(axis=1) == labels).tolist()
    assert {label.colour for label in answers} <= {ACCENT, INK}


def test_digits_shows_overfitting_with_few_images():
    _, texts = move(DIGITS, **DIGITS.presets["fifty pictures"])
    loss, validation = (10 ** DIGITS.curves[k].get_ydata() for k in (0, 1))
    assert loss[-1] < 0.01 and validation[-1] > 1.1 * validation.min() and 10 < validation.argmin() < 40


# ----- what both share


def test_labels_keep_apart_in_their_order_and_inside():
    rng = np.random.default_rng(0)
    for _ in range(200):
        heights = dict(enumerate(rng.uniform(0, 100, rng.integers(1, 5))))
        placed = settings.apart(heights, 0, 100, 14)
        order = sorted(heights, key=heights.get)
        assert set(placed) == set(heights) and all(0 <= y <= 100 for y in placed.values())
        assert all(placed[b] - placed[a] >= 14 - 1e-9 for a, b in zip(order, order[1:], strict=False))
    assert settings.apart({"a": 20.0, "b": 60.0}, 0, 100, 14) == {"a": 20.0, "b": 60.0}


@pytest.mark.parametrize(("x", "text"), [
    (0.0, "0"), (0.00351, "0.00351"), (0.693147, "0.693"), (2.9e-4, "2.9e−4"), (8.9e136, "8.9e136"), (1234.5, "1.2e3"), (1.5e-120, "1.5e−120"),
])  # fmt: skip
def test_short_numbers(x, text):
    assert settings.short(x) == text
