"""Plots by the data of their artists: nbval does not look at pictures."""

import io

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from bpcourse import plots
from bpcourse.plots import style

RIGHT = [0.3, 0.2, 1e-3, 1e-6]
WRONG = {"learns": [0.3, 0.25, 1e-2, 1e-5], "walks uphill": [0.3, 0.4, 0.8, 0.9]}


def words(ax):
    return {text.get_text() for text in ax.texts}


def test_loss_curves_hold_the_losses_after_each_step():
    ax = plots.plot_loss_curves({"a": RIGHT, "b": WRONG["learns"]}, title="A claim")
    assert [list(line.get_xdata()) for line in ax.lines] == [[1, 2, 3]] * 2
    assert list(ax.lines[0].get_ydata()) == RIGHT[1:] and list(ax.lines[1].get_ydata()) == WRONG["learns"][1:]
    assert words(ax) == {"a", "b"} and ax.get_title(loc="left") == "A claim"
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 2


def test_one_among_labels_the_right_one_and_what_does_not_fall():
    ax = plots.plot_one_among(RIGHT, WRONG)
    assert words(ax) - {""} == {"right", "walks uphill"}
    assert list(ax.lines[-1].get_ydata()) == RIGHT[1:] and ax.lines[-1].get_color() == style.ACCENT
    assert len(ax.lines) == 3


def test_nudges_hold_the_errors_at_each_size():
    ax = plots.plot_nudges([1e-5, 1e-3], {"one side": [1e-8, 1e-6], "both sides": [1e-12, 1e-8]}, title="A claim")
    assert [list(line.get_xdata()) for line in ax.lines] == [[1e-5, 1e-3]] * 2
    assert [list(line.get_ydata()) for line in ax.lines] == [[1e-8, 1e-6], [1e-12, 1e-8]]
    assert words(ax) == {"one side", "both sides"} and ax.get_xscale() == ax.get_yscale() == "log"


def test_errors_stand_on_their_side_of_the_limit():
    ax = plots.plot_errors({"right": 1e-9, "wrong": 0.3}, limit=1e-7)
    dots = {line.get_ydata()[0]: line for line in ax.lines if line.get_marker() not in ("None", "", None)}
    assert [dots[row].get_xdata()[0] for row in (0, 1)] == [1e-9, 0.3]
    assert dots[0].get_marker() == "o" and dots[1].get_marker() == "D"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["right", "wrong"]


def test_relay_sends_one_arrow_more_forward_than_back():
    ax = plots.plot_relay(people=3)
    colours = [text.arrow_patch.get_edgecolor() for text in ax.texts if getattr(text, "arrow_patch", None)]
    forward, backward = (mpl.colors.to_rgba(colour) for colour in (style.FORWARD, style.BACKWARD))
    assert (colours.count(forward), colours.count(backward)) == (4, 3)


def test_plots_draw_on_given_axes_and_leave_the_settings_alone():
    before = dict(mpl.rcParams)
    ax = style.figure().add_subplot()
    assert plots.plot_loss_curves({"a": RIGHT}, ax=ax) is ax
    assert dict(mpl.rcParams) == before


def test_picture_is_sharp_repeatable_and_has_its_text():
    make = lambda: plots.picture(plots.plot_loss_curves({"a": RIGHT}), "One curve that falls quickly.")  # noqa: E731
    picture = make()
    assert Image.open(io.BytesIO(picture.png)).size == (1600, 800) and picture.size == (800, 400)
    assert picture.png == make().png
    data, metadata = picture._repr_mimebundle_()
    assert data["text/plain"] == repr(picture) == "One curve that falls quickly."
    assert metadata["image/png"] == {"width": 800, "height": 400, "alt": "One curve that falls quickly."}


@pytest.mark.parametrize("alt", ["", "loss", None])
def test_a_picture_without_a_text_alternative_is_refused(alt):
    with pytest.raises(ValueError, match="alt is .*expected a sentence"):
        plots.picture(plots.plot_relay(), alt)


def test_forward_and_backward_differ_in_grey():
    lightness = [
        np.dot(mpl.colors.to_rgb(colour), [0.2126, 0.7152, 0.0722]) for colour in (style.FORWARD, style.BACKWARD)
    ]
    assert abs(lightness[0] - lightness[1]) > 0.15
