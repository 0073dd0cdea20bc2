"""The explorers of chapter `training` by the data they draw, and the runs of training that they show."""

from importlib import import_module

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.explore import settings

plane, replay = (import_module(f"bpcourse.explore.{name}") for name in ("training", "digits"))
TRAINING, DIGITS = bp.explore.training(), bp.explore.digits()
COIN = float(np.log(2))


def move(explorer, **values):
    scene = explorer.move(**explorer.settings(**values))
    return scene, [label.text for label in scene.labels]


def of_the_run(**values):
    """The settings that the run of the plane has, for these values of the controls."""
    values = TRAINING.settings(**values)
    return {name: value for name, value in values.items() if name not in ("epoch", *TRAINING.looks)}


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


@pytest.mark.parametrize(
    "values", [{"epoch": 90}, {"epoch": 0}, {"data": "moons", "epoch": 7}, {"data": "circles", "epoch": 300}]
)
def test_field_is_what_the_network_says_at_each_place(values):
    scene, _ = move(TRAINING, **values)
    values = TRAINING.settings(**values)
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
    move(TRAINING, epoch=90, **values)
    training = plane.run(**of_the_run(**values))
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
        values = TRAINING.settings(**values)
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
        assert (
            settings.three_digits(history.loss[-1]) in texts
            and f"Loss {settings.three_digits(history.loss[-1])}." in scene.status
        )
        for layer, line in TRAINING.lengths.items():
            x, y = line.get_data()
            np.testing.assert_allclose(10**y, history.gradient_norm.get(layer, []), rtol=1e-12)
            said = [text for text in texts if text.startswith(f"layer {layer}: ")]
            assert len(said) == (layer <= depth + 1)
            for text in said:
                assert float(text.split(": ")[1].replace("−", "-")) == pytest.approx(10 ** y[-1], rel=0.05)


def test_a_curve_stops_at_the_epoch_shown_however_far_the_run_has_gone():
    move(TRAINING, epoch=120)
    _, texts = move(TRAINING, epoch=40)
    assert len(TRAINING.loss.get_xdata()) == len(TRAINING.lengths[1].get_xdata()) == 40
    scene, texts = move(TRAINING, epoch=0)
    assert len(TRAINING.loss.get_xdata()) == 0 and "No step is taken yet." in texts and "Loss" not in scene.status


@pytest.mark.parametrize("explorer", [TRAINING, DIGITS], ids=["training", "digits"])
def test_scrubbing_back_gives_the_same_picture_as_a_run_that_never_went_on(explorer):
    plane.cached_run.cache_clear()
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
    assert said in texts[1] and said not in usual[1]
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
    rest = of_the_run()
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
    assert {TRAINING.ends[k].get_marker() for k in (1, 2, 3)} == {"v"}
    move(TRAINING, **TRAINING.presets["overflow"])
    assert {TRAINING.ends[k].get_marker() for k in (1, 2, 3, 4)} == {"^"}
    move(TRAINING, epoch=300)
    assert TRAINING.now.get_marker() == "o" and -4 < TRAINING.now.get_ydata()[0] < -3  # far down, and on the axis
    line = TRAINING.now
    for y, marker, at in ((-6, "v", -5), (-5, "o", -5), (0.5, "o", 0.5), (3, "^", 1)):
        settings.mark_end(line, 7, y, (-5, 1))
        assert (line.get_marker(), *line.get_xdata(), *line.get_ydata()) == (marker, 7, at)
    settings.mark_end(line, 0, 0, (-5, 1))
    assert len(line.get_xdata()) == 0


STATES = [
    {"epoch": 90}, {"epoch": 0}, {"epoch": 300}, {"epoch": 5, "x1": -2.5, "x2": 2.5}, {"epoch": 3, "layers": 0, "x1": 2.5, "x2": -2.5},
    *TRAINING.presets.values(), {"epoch": 20, "layers": 3, "alpha": 0.1, "optimizer": "sgd"},
]  # fmt: skip


@pytest.mark.parametrize("values", STATES)
def test_headline_panels_and_state_in_words_agree(values):
    scene, texts = move(TRAINING, **values)
    values, words = TRAINING.settings(**values), scene.status
    run = plane.run(**of_the_run(**values))
    epoch = run.reach(values["epoch"])
    right = 400 - len(TRAINING.wrong.get_xdata())
    assert texts[0] == f"Epoch {epoch}: {right} of 400 points on their side." and words.startswith(texts[0])
    ends = [TRAINING.now, *TRAINING.ends.values()]
    assert all(list(end.get_xdata()) in ([], [epoch]) for end in ends)
    assert {x for line in TRAINING.cursor for x in line.get_xdata()} == {epoch}
    z = run.net.forward(run.parameters(epoch), np.array([[values["x1"], values["x2"]]])).output[0, 0]
    said = f"a = {bp.sigmoid(z):.3f}"
    assert said in words and any(text.endswith(said.removeprefix("a = ")) for text in texts)
    assert TRAINING.place.get_xdata()[0] == values["x1"] and TRAINING.place.get_ydata()[0] == values["x2"]
    assert ("Overflow" in words) == (epoch < values["epoch"])
    if epoch:
        loss = run.history.loss[epoch - 1]
        assert settings.three_digits(loss) in texts and f"Loss {settings.three_digits(loss)}." in words
        if "Overflow" not in words:
            assert ("Worse than" in words) == (
                loss > 1.1 * COIN and any(run.history.gradient_norm[1][epoch - 1 : epoch])
            )
    assert len(words) <= 240


@pytest.mark.parametrize("explorer", [TRAINING, DIGITS], ids=["training", "digits"])
def test_a_touch_on_a_curve_goes_to_the_epoch_under_the_finger(explorer):
    last = explorer.sliders["epoch"].values[-1]
    for values in ({"epoch": 2}, {"epoch": 0}, {"epoch": 40}):
        targets = list(explorer.move(**explorer.settings(**values)).targets)
        found = [target for target in targets if target.says.startswith("drag along a curve")]
        assert len(found) == len(explorer.panels) == 2
        for ax, target in zip(explorer.panels, found, strict=True):
            low, high = ax.get_ylim()
            for epoch in (0, 1, 17, last // 2, last):
                at = explorer.pixels(ax, epoch, (low + high) / 2)
                assert explorer.touch(*at, **values) == target.sets(*at) == {"epoch": epoch}
            x, y = explorer.pixels(ax, 0, low)
            assert target.sets(x - 300, y - 50) == {"epoch": 0}  # dragged out of the picture
            assert target.sets(x + 900, y + 900) == {"epoch": last}


@pytest.mark.parametrize("values", [{}, {"epoch": 0, "x1": 2.5, "x2": 2.5}])
def test_a_touch_on_the_plane_asks_for_the_answer_there(values):
    for x1, x2 in ((0.0, 0.0), (-2.5, 2.5), (1.35, -0.7), (2.4, 2.4)):
        at = TRAINING.pixels(TRAINING.ax, x1, x2)
        assert TRAINING.touch(*at, **values) == {"x1": x1, "x2": x2}
    target = TRAINING.move(**TRAINING.settings(**values)).targets[0]
    assert target.sets(-100, 5000) == {"x1": -2.5, "x2": 2.5}
    assert TRAINING.sliders["x1"].rare and TRAINING.sliders["x2"].rare


@pytest.mark.parametrize("explorer", [TRAINING, DIGITS], ids=["training", "digits"])
def test_what_can_be_touched_lies_inside_the_picture_and_apart(explorer):
    for values in ({}, {"epoch": 0}, *explorer.presets.values()):
        boxes = [target.box for target in explorer.move(**explorer.settings(**values)).targets]
        for left, bottom, width, height in boxes:
            assert 0 <= left and left + width <= 800 and 0 <= bottom and bottom + height <= explorer.height
            assert min(width, height) >= 36
        for k, (x0, y0, w0, h0) in enumerate(boxes):
            for x1, y1, w1, h1 in boxes[:k]:
                assert x1 + w1 <= x0 or x0 + w0 <= x1 or y1 + h1 <= y0 or y0 + h0 <= y1


@pytest.mark.parametrize("layers", [0, 1])
@pytest.mark.parametrize("optimizer", settings.RULES)
def test_a_control_is_idle_where_it_makes_no_difference_and_nowhere_else(layers, optimizer):
    state = {"layers": layers, "optimizer": optimizer, "epoch": 0}
    scene, _ = move(TRAINING, **state)
    rest = of_the_run(**state)
    for name in rest:
        same = {plane.run(**rest | {name: value}) is plane.run(**rest) for value in TRAINING.sliders[name].values}
        assert (name in scene.idle) == (same == {True}), name


@pytest.mark.parametrize("explorer", [TRAINING, DIGITS], ids=["training", "digits"])
def test_the_presets_name_every_control_and_values_that_it_has(explorer):
    assert next(iter(explorer.presets.values())) == explorer.settings(**explorer.still)
    assert explorer.race == "epoch" and explorer.settings()["epoch"] == 0
    for values in explorer.presets.values():
        assert set(values) == set(explorer.sliders)
        assert all(value in explorer.sliders[name].values for name, value in values.items())


@pytest.mark.parametrize("explorer", [TRAINING, DIGITS], ids=["training", "digits"])
def test_the_live_picture_says_which_epoch_it_shows_and_catches_up(explorer, monkeypatch):
    monkeypatch.setattr(settings, "SOON", 0)
    plane.cached_run.cache_clear()
    replay.run.cache_clear()
    values = explorer.settings(epoch=4, alpha=0.002)
    for epoch in (1, 2, 3):
        image, scene = explorer.draw(explorer.move_soon, **values)
        assert scene.unfinished and scene.labels[0].text.startswith(f"Epoch {epoch} of 4, still training: ")
        there, exact = explorer.draw(explorer.move, **values | {"epoch": epoch})
        assert [label.text for label in scene.labels[2:]][-3:] == [label.text for label in exact.labels[2:]][-3:]
        np.testing.assert_array_equal(scene.under[0], exact.under[0])
    image, scene = explorer.draw(explorer.move_soon, **values)
    assert not scene.unfinished and scene.labels[0].text.startswith("Epoch 4: ")
    exact, _ = explorer.draw(explorer.move, **values)
    np.testing.assert_array_equal(np.asarray(image), np.asarray(exact))


def test_the_live_picture_does_not_wait_for_epochs_that_never_come():
    scene = TRAINING.move_soon(**TRAINING.presets["overflow"])
    assert not scene.unfinished and "Overflow" in scene.status


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
