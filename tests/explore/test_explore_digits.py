"""The explorer of the digits (chapter `training`) by the data it draws."""

from importlib import import_module

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.explore.base import SHARPNESS
from bpcourse.explore.settings import three_digits
from bpcourse.plots.style import ACCENT, INK

replay = import_module("bpcourse.explore.digits")
DIGITS = bp.explore.digits()


def move(explorer, **values):
    scene = explorer.move(**explorer.settings(**values))
    return scene, [label.text for label in scene.labels]


def digits_net(epoch):
    """(net, parameters) of the digits' first settings, after so many epochs."""
    run = of_the_run()
    run.reach(epoch)
    return run.net, run.parameters(epoch)


def of_the_run(**values):
    """The Run for these values of the controls."""
    values = DIGITS.settings(**values)
    return replay.run(**{name: value for name, value in values.items() if name not in ("epoch", *DIGITS.looks)})


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
    values = DIGITS.settings(**values)
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
        shown = three_digits(wanted[-1]) if k < 2 else f"{100 * wanted[-1]:.1f} %"
        assert f"{('training', 'validation')[k % 2]} {shown}" in texts
    best = 1 + int(np.argmin(history.validation_loss))
    lowest = f"lowest {three_digits(history.validation_loss[best - 1])}, after epoch {best}"
    assert lowest in texts and f"; {lowest}." in scene.status and DIGITS.lowest.get_xdata()[0] == best
    assert f"{100 * np.mean(net.predict(history.params, validation[0]) == validation[1]):.1f} % of the" in texts[0]
    z = X[:n] @ history.params.W[1].T + history.params.b[1]
    silent = sum(not (column > 0).any() for column in z.T)
    assert f"What the {values['units']} hidden units look for ({silent} silent)" in texts
    assert any(f"64-{values['units']}-10" in text and f"{n} pictures" in text for text in texts)


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


@pytest.mark.parametrize(("units", "unit"), [(4, 1), (9, 6), (25, 25), (64, 8)])
def test_a_touch_on_a_square_frames_it_and_says_which_digits_the_unit_speaks_for(units, unit):
    values = {"units": units, "epoch": 5}
    side = replay.SIZE / round(np.sqrt(units))
    row, column = divmod(unit - 1, round(np.sqrt(units)))
    middle = replay.LEFT + (column + 0.5) * side, replay.BOTTOM + replay.SIZE - (row + 0.5) * side
    assert DIGITS.touch(*middle, **values) == {"unit": unit}
    scene, texts = move(DIGITS, **values, unit=unit)
    x, y = DIGITS.frame_of_unit.get_data()
    assert (min(x) + max(x)) / 2 == pytest.approx(middle[0]) and (min(y) + max(y)) / 2 == pytest.approx(middle[1])
    assert max(x) - min(x) == pytest.approx(side)
    run = of_the_run(**values)
    run.reach(5)
    weights = run.parameters(5).W[2][:, unit - 1]
    assert any(text.endswith(f"for {weights.argmax()}, against {weights.argmin()}") for text in texts)
    heights = sum(np.array(line.get_ydata()[1::3]) - replay.ZERO for line in DIGITS.speaks) / replay.REACH
    np.testing.assert_allclose(heights, np.clip(weights / replay.STRONG, -1, 1), atol=1e-12)
    assert np.all(np.array(DIGITS.speaks[0].get_ydata()[1::3]) <= replay.ZERO)
    target = scene.targets[0]
    assert target.sets(-50, 9000) == {"unit": 1} and target.sets(9000, -50) == {"unit": units}  # dragged out


def test_a_unit_that_there_is_not_is_not_shown():
    scene, texts = move(DIGITS, units=4, unit=5, epoch=1)
    assert "There is no unit 5: touch a square" in texts and len(DIGITS.frame_of_unit.get_xdata()) == 0
    scene, texts = move(DIGITS, weights="zeros", epoch=0)
    assert "Unit 3 speaks for no digit" in texts and "25 of 25 units silent" in scene.status


@pytest.mark.parametrize("values", [
    {"epoch": 30}, {"epoch": 0}, {"epoch": 100, "unit": 64}, *DIGITS.presets.values(), {"alpha": 10.0, "optimizer": "rmsprop", "unit": 9},
    {"epoch": 100, "optimizer": "adam", "alpha": 0.05, "units": 64},
])  # fmt: skip
def test_headline_panels_and_state_in_words_agree(values):
    scene, texts = move(DIGITS, **values)
    words, values = scene.status, DIGITS.settings(**values)
    run = of_the_run(**values)
    epoch = run.reach(values["epoch"])
    silent = replay.silent_units(run, run.parameters(epoch))
    assert f"({len(silent)} silent)" in " ".join(texts) and f"{len(silent)} of {values['units']} units silent" in words
    (about,) = (text for text in texts if text.startswith(("Unit ", "There is no unit")))
    assert f"{about}." in words and ("(silent)" in about) == (values["unit"] - 1 in silent and "for no" not in about)
    assert ("Overflow" in words) == (epoch < values["epoch"])
    assert texts[0].startswith(f"Epoch {epoch}") and words.startswith(texts[0])
    if epoch:
        for k, shown in enumerate((run.history.loss[epoch - 1], run.history.validation_loss[epoch - 1])):
            assert f"{('training', 'validation')[k]} {three_digits(shown)}" in texts and three_digits(shown) in words
            low, high = replay.LOSSES
            dot, at = DIGITS.dots[k], np.log10(max(shown, 1e-99))
            assert dot.get_ydata()[0] == pytest.approx(np.clip(at, low, high))
            assert dot.get_marker() == ("v" if at < low else "^" if at > high else replay.MARKERS[k])
        share = f"{100 * run.history.validation_accuracy[epoch - 1]:.1f} %"
        assert share in texts[0] and f"validation {share}" in texts
    assert {x for line in DIGITS.cursor for x in line.get_xdata()} == {epoch}


def test_every_unit_that_is_silent_is_called_so_and_no_other():
    run = of_the_run()
    run.reach(30)
    silent = replay.silent_units(run, run.parameters(30))
    assert 0 < len(silent) < 25
    for unit in range(1, 26):
        _, texts = move(DIGITS, unit=unit, epoch=30)
        assert (f"Unit {unit} (silent)" in " ".join(texts)) == (unit - 1 in silent), unit
