"""The plots of chapter `gallery` by the data of their artists."""

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.plots.style import BACKWARD, FORWARD


@pytest.mark.parametrize(("z", "slope"), [(0.0, "0.5"), (0.5, "0.75"), (-0.5, "0.25")])
def test_the_chord_joins_two_points_of_relu_and_its_slope_is_said(z, slope):
    ax = bp.plots.plot_kink(z, 1.0, title="A claim")
    curve, chord, middle = ax.lines
    assert curve.get_color() == FORWARD and chord.get_color() == BACKWARD and ax.get_title(loc="left") == "A claim"
    for line in (curve, chord, middle):
        x, y = line.get_data()
        np.testing.assert_allclose(y, np.maximum(x, 0))
    assert list(chord.get_xdata()) == [z - 1, z + 1] and middle.get_xdata()[0] == z and 0 in curve.get_xdata()
    assert f"slope of the chord: {slope}" in [text.get_text() for text in ax.texts]
