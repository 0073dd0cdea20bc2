"""The two small pictures of chapter `convolution` by the data of their artists."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import bpcourse as bp
from bpcourse.plots.style import BACKWARD, BACKWARD_FILL, CHAIN, FORWARD, FORWARD_FILL

X = np.array([[[1, 2, 0], [0, 3, 1], [2, 1, 0]], [[0, 1, 2], [2, 0, 1], [1, 3, 0]]])
K = np.array([[[1, 0], [0, 2]], [[0, -1], [1, 0]]])
DELTA = np.array([[2, 0], [0, -1]])


def tables(ax):
    """[(name, texts, colours of the grounds)] of the tables: what stands in their cells, below their names."""
    ground = {}
    for patch in ax.patches:
        if patch.get_fill():
            x, y = patch.get_xy()
            ground[round(x + patch.get_width() / 2, 3), round(y + 0.5, 3)] = patch.get_facecolor()[:3]
    inside = {tuple(np.round(text.get_position(), 3)): text.get_text() for text in ax.texts}
    found = []
    for name in ax.texts:
        x, y = name.get_position()
        under = [at for at in ground if round(at[1] - 0.85, 3) == round(y, 3)]
        if name.get_weight() != "bold" or not under:
            continue
        near = min(under, key=lambda at: abs(at[0] - x))
        rows, column, first = [], [], near
        wide = min((abs(p[0] - near[0]) for p in under if p != near), default=1)
        while (round(first[0] - wide, 3), first[1]) in ground:
            first = round(first[0] - wide, 3), first[1]
        while first in ground:
            line, at = [], first
            while at in ground:
                line.append((inside[at], ground[at]))
                at = round(at[0] + wide, 3), at[1]
            rows.append([text for text, _ in line])
            column.append([colour for _, colour in line])
            first = first[0], round(first[1] + 1, 3)
        found.append((name.get_text(), rows, np.array(column)))
    return found


def frames(ax):
    """(left, top, width, height, dashed) of the frames."""
    return [
        (*np.round(patch.get_xy(), 3), patch.get_width(), patch.get_height(), patch.get_linestyle() != "-")
        for patch in ax.patches
        if not patch.get_fill()
    ]


def marked(colours, fill):
    return np.isclose(colours, to_rgb(fill)).all(axis=2).astype(int).tolist()


def test_channels_show_two_windows_two_kernels_the_products_and_one_sum():
    ax = bp.plots.plot_channels(X, K, 1, hidden={(1, 1)}, title="A claim")
    *shown, (name, Z, ground) = tables(ax)
    assert name == "Z" and Z == [["9", "3"], ["4", "?"]] and marked(ground, FORWARD_FILL) == [[1, 0], [0, 0]]
    for d, (plane, kernel, products) in enumerate((shown[:3], shown[3:])):
        assert [plane[0], kernel[0], products[0]] == [f"X, channel {d}", f"K, channel {d}", "products"]
        assert plane[1] == X[d].astype(str).tolist() and marked(plane[2], FORWARD_FILL) == [[1, 1, 0]] * 2 + [[0] * 3]
        assert [[int(text.replace("−", "-")) for text in row] for row in kernel[1]] == K[d].tolist()
        pairs = [[tuple(map(int, t.replace("−", "-").split(" · "))) for t in row] for row in products[1]]
        assert pairs == [[(K[d, i, j], X[d, i, j]) for j in range(2)] for i in range(2)]
    texts = [text.get_text() for text in ax.texts]
    assert "7 + 1 + 1 = 9" in texts and [texts.count(text) for text in ("7", "b = 1", "⋆", "=")] == [1, 1, 2, 2]
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert len(arrows) == 3 and len({tuple(arrow.xy) for arrow in arrows}) == 1, "two sums and b meet"
    assert {to_rgb(arrow.arrow_patch.get_edgecolor()) for arrow in arrows} == {to_rgb(FORWARD)}
    assert [frame[2:4] for frame in frames(ax)] == [(2, 2), (2, 2), (1, 1)]
    assert ax.get_title(loc="left") == "A claim"


def test_channels_take_another_window():
    ax = bp.plots.plot_channels(X, K, -2, at=(0, 1))
    (_, plane, ground), *_ = tables(ax)
    assert marked(ground, FORWARD_FILL) == [[0, 1, 1], [0, 1, 1], [0, 0, 0]]
    assert "4 − 2 − 2 = 0" in [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("K0", [K[0], np.array([[1.0, 0.5], [0, 2]])])
def test_stamps_overlap_and_ask_where_they_add(K0):
    ax = bp.plots.plot_stamps(DELTA, K0, title="A claim")
    delta, kernel, *stamps, (name, added, ground) = tables(ax)
    assert (delta[0], kernel[0]) == ("δ", "kernel") and delta[1] == [["2", "0"], ["0", "−1"]]
    assert [stamp[0] for stamp in stamps] == ["2 · kernel", "−1 · kernel"] and name == "to the pixels"
    for (_, texts, colours), (r, s) in zip(stamps, ((0, 0), (1, 1)), strict=True):
        inside = np.zeros((3, 3), dtype=int)
        inside[r : r + 2, s : s + 2] = 1
        assert marked(colours, BACKWARD_FILL) == inside.tolist()
        message = [[texts[r + i][s + j].replace("−", "-") for j in range(2)] for i in range(2)]
        assert np.array_equal(np.array(message, dtype=float), DELTA[r, s] * K0)
        assert [text for row in texts for text in row].count("") == 5
    assert added[1][1] == "?" and marked(ground, CHAIN) == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert (added[0][0], added[2][2], added[0][2], added[2][0]) == ("2", "−2", "0", "0")
    first, second, *both = frames(ax)
    assert [frame[4] for frame in (first, second, *both)] == [False, True, False, True], "told apart by their lines"
    assert (both[1][0] - both[0][0], both[1][1] - both[0][1]) == (1, 1), "they overlap on the middle pixel"
    assert {to_rgb(patch.get_edgecolor()) for patch in ax.patches if not patch.get_fill()} == {to_rgb(BACKWARD)}
    assert "−0" not in [text.get_text() for text in ax.texts] and ax.get_title(loc="left") == "A claim"
