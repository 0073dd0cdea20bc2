"""The explorer of three channels, padding and stride: by other ways, from the numbers that it writes."""

import itertools
import re
from importlib import import_module

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import bpcourse as bp
from bpcourse.explore.channels import DELTA, FILTERS, FORWARD_MODE, PIXELS_MODE, WEIGHTS_MODE, X
from bpcourse.plots.style import BACKWARD, FORWARD

channels = import_module("bpcourse.explore.channels")
EXPLORER = bp.explore.channels()
COUNTS = {(0, 1): 4, (0, 2): 2, (0, 3): 2, (1, 1): 6, (1, 2): 3, (1, 3): 2}  # places each way, counted by hand
SETTINGS = [
    {"padding": padding, "stride": stride, "filter": name}
    for (padding, stride), name in itertools.product(COUNTS, FILTERS)
]
MODES = FORWARD_MODE, WEIGHTS_MODE, PIXELS_MODE


def scene(**values):
    return EXPLORER.move(**EXPLORER.settings(**values))


def value(text):
    return int(text.replace("−", "-"))


def shown(one, table, shape, at=0):
    """The numbers that stand in a table whose upper left cell is `at` cells away from its corner."""
    left, bottom, cell, n = table
    out = np.full(shape, 99)
    for label in one.labels:
        column, row = (label.x - left) / cell - at, n - (label.y - bottom) / cell - at
        if 0 < row < shape[0] and 0 < column < shape[1]:
            out[int(row), int(column)] = value(label.text)
    return out


def answer(image, K, b, stride):
    """Z of a padded picture by NumPy's windows."""
    windows = np.lib.stride_tricks.sliding_window_view(image, K.shape[1:], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("drsij,dij->rs", windows, K) + b


def set_up(padding, stride, filter):
    K, b = FILTERS[filter]
    n = COUNTS[padding, stride]
    image = np.pad(X, ((0, 0), (padding, padding), (padding, padding)))
    return image, K, b, DELTA[list(FILTERS).index(filter), :n, :n], n


def slopes(f, array):
    """By nudging each entry by 1: f is linear in it, and all numbers are whole."""
    out = np.zeros_like(array)
    for i in np.ndindex(array.shape):
        up = array.copy()
        up[i] += 1
        out[i] = f(up) - f(array)
    return out


@pytest.mark.parametrize("state", SETTINGS, ids=str)
def test_forward_shows_all_places_and_the_sum_of_three_sums(state):
    image, K, b, _, n = set_up(**state)
    z = answer(image, K, b, state["stride"])
    assert z.shape == (n, n)
    for place in {1, n + 1, n * n}:
        r, s = divmod(place - 1, n)
        one = scene(place=place, **state)
        np.testing.assert_array_equal(shown(one, channels.MAP, (n, n)), z)
        (head,) = [label.text for label in one.labels if label.text.startswith("Z[")]
        f = list(FILTERS).index(state["filter"])
        assert head.startswith(f"Z[{f}, {r}, {s}] = red + green + blue + b = ")
        *parts, whole = map(value, re.findall(r"−?\d+", head.split("b = ")[1]))
        assert sum(parts) == whole == z[r, s] and parts[-1] == b and one.status.startswith(f"Z[{f}, {r}, {s}] = ")
        under = [value(label.text.split(": ")[1]) for label in one.labels if label.text.startswith("nine")]
        assert under == parts[:3]
        at = 1 - state["padding"]
        for d, (plane, left, right) in enumerate(zip(channels.PLANES, channels.LEFT, channels.RIGHT, strict=True)):
            patch = shown(one, left, (3, 3))
            np.testing.assert_array_equal(shown(one, plane, image[d].shape, at), image[d])
            np.testing.assert_array_equal(shown(one, right, (3, 3)), K[d])
            assert (patch * K[d]).sum() == under[d]


@pytest.mark.parametrize("state", SETTINGS, ids=str)
def test_backward_is_the_slope_of_the_message_so_far(state):
    image, K, _, delta, n = set_up(**state)
    for place in {1, n + 1, n * n}:
        so_far = np.where(np.arange(n * n).reshape(n, n) < place, delta, 0)
        E = lambda image, K: (so_far * answer(image, K, 0, state["stride"])).sum()  # noqa: E731, B023
        dK, dX = slopes(lambda K: E(image, K), K), slopes(lambda image: E(image, K), image)  # noqa: B023
        weights, pixels = (scene(place=place, show=show, **state) for show in (WEIGHTS_MODE, PIXELS_MODE))
        at = 1 - state["padding"]
        here = delta[divmod(place - 1, n)]
        for d, (plane, right) in enumerate(zip(channels.PLANES, channels.RIGHT, strict=True)):
            np.testing.assert_array_equal(shown(weights, right, (3, 3)), dK[d])
            np.testing.assert_array_equal(shown(pixels, plane, image[d].shape, at), dX[d])
            np.testing.assert_array_equal(shown(pixels, right, (3, 3)), here * K[d])
        inside = dX[:, state["padding"] :, state["padding"] :][:, :6, :6]
        assert ": " + ", ".join(f"{v}" for v in dK[:, 0, 0]).replace("-", "−") + "; δ" in weights.status
        assert f" {(inside != 0).sum()} of 108 pixels" in pixels.status
        for one in (weights, pixels):
            np.testing.assert_array_equal(shown(one, channels.MAP, (n, n)), delta)
            assert f"δ = {here}".replace("-", "−") in one.status


@pytest.mark.parametrize("show", MODES)
@pytest.mark.parametrize(("padding", "stride"), COUNTS)
def test_frames_stand_on_the_same_pixels_of_all_channels(show, padding, stride):
    n = COUNTS[padding, stride]
    for place in (1, n * n):
        scene(place=place, padding=padding, stride=stride, show=show)
        r, s = divmod(place - 1, n)
        for frame, (left, bottom, cell, side) in zip(
            EXPLORER.frames, (*channels.PLANES, channels.SCENERY), strict=True
        ):
            x, y = frame.get_xy()
            row, column = side - (y - bottom) / cell - 3, (x - left) / cell
            assert (row, column) == (stride * r + 1 - padding, stride * s + 1 - padding)
            assert frame.get_edgecolor()[:3] == pytest.approx(to_rgb(FORWARD if show == FORWARD_MODE else BACKWARD))
        left, bottom, cell, side = channels.MAP
        assert EXPLORER.here.get_xy() == (left + cell * s, bottom + cell * (side - 1 - r))


def test_a_place_that_there_is_not_is_the_last_one_and_a_player_stops_there():
    for (padding, stride), n in COUNTS.items():
        state = {"padding": padding, "stride": stride}
        assert scene(place=36, **state).status == scene(place=n * n, **state).status and scene(place=36, **state).ended
        assert not scene(place=n * n - 1, **state).ended


@pytest.mark.parametrize(("padding", "stride"), COUNTS)
def test_each_place_has_a_dot_and_what_is_in_no_window_is_grey_and_said(padding, stride):
    n, at = COUNTS[padding, stride], 1 - padding
    one = scene(padding=padding, stride=stride)
    picture = np.asarray(EXPLORER.image(one))[..., :3]
    left, bottom, cell, side = channels.SCENERY
    dots = np.zeros((8, 8), bool)
    for row, column in np.ndindex(8, 8):
        x, y = 2 * left + 2 * cell * column + cell, 2 * (EXPLORER.height - bottom - cell * side) + 2 * cell * row + cell
        ring = picture[y - 5, x - 5]
        dots[row, column] = (picture[y, x] == 255).all() and ring.max() < 60 and ring.min() > 20  # INK is no black
    middles = np.zeros((8, 8), bool)
    for r, s in np.ndindex(n, n):
        middles[at + stride * r + 1, at + stride * s + 1] = True
    np.testing.assert_array_equal(dots, middles)
    left_out = 6 + 2 * padding - (stride * (n - 1) + 3)
    said = [label.text for label in one.labels if "in no window" in label.text]
    assert bool(said) == (left_out > 0)
    plane = channels.PLANES[0]
    inks = {label.colour for label in one.labels if label.x == plane[0] + plane[2] * (7.5 - at) and label.y > plane[1]}
    assert inks == {channels.GREY} if padding or left_out else inks == {channels.INK}


@pytest.mark.parametrize(("padding", "stride"), COUNTS)
def test_a_touch_sets_the_window_that_is_nearest(padding, stride):
    n = COUNTS[padding, stride]
    state = EXPLORER.settings(padding=padding, stride=stride)
    for r, s in np.ndindex(n, n):
        left, bottom, cell, side = channels.MAP
        there = EXPLORER.touch(left + cell * (s + 0.5), bottom + cell * (side - r - 0.5), **state)
        assert there == {"place": r * n + s + 1}
        for left, bottom, cell, side in (*channels.PLANES, channels.SCENERY):
            row, column = (stride * k + 1 - padding + 1.5 for k in (r, s))  # the middle of that window
            assert EXPLORER.touch(left + cell * column, bottom + cell * (side - row), **state) == there


def test_tasks_of_the_chapter_have_their_answers():
    z = answer(X, *FILTERS["1: red, not green"], 1)
    assert z.max() == 4 and [tuple(at) for at in np.argwhere(z == 4)] == [(0, 1), (0, 2), (1, 1), (1, 2)]
    for at in ((0, 1), (0, 2), (1, 1), (1, 2)):
        r, s = at
        assert sum((X[:2, r + i, s + j] == 3).all() for i, j in ((1, 1), (0, 1), (2, 1), (1, 0), (1, 2))) >= 3, "yellow"
    weights = scene(padding=0, stride=1, show=WEIGHTS_MODE, filter="0: edges of red", place=16)
    assert not FILTERS["0: edges of red"][0][1:].any(), "green and blue weights are 0"
    assert all(shown(weights, table, (3, 3)).any() for table in channels.RIGHT[1:]), "their gradients are not"


def test_the_picture_has_three_channels_of_four_levels():
    assert X.shape == (3, 6, 6) and set(X.ravel()) <= set(range(4))
    assert DELTA.shape == (len(FILTERS), 6, 6) and all(K.shape == (3, 3, 3) for K, _ in FILTERS.values())
    mixture = FILTERS["2: a mixture"][0]
    assert all(not np.array_equal(K, K[::-1, ::-1]) for K in mixture), "no symmetry that hides a flip"
