"""The plot of chapter `tape` by the data of its artists."""

import pytest

from bpcourse import plots


def test_kept_has_a_bar_for_each_line_under_the_sum_of_its_program():
    programs = {"One": {"a": 2400, "b": 300}, "Other": {"c": 601}}
    ax = plots.plot_kept(programs, title="A claim")
    bars = sorted(((bar.get_y() + bar.get_height() / 2, bar.get_width()) for bar in ax.patches), reverse=True)
    assert [width for _, width in bars] == [2400, 300, 601] and ax.get_title(loc="left") == "A claim"
    said = {text.get_text(): text.get_position()[1] for text in ax.texts}
    for (y, width), name in zip(bars, ("a", "b", "c"), strict=True):
        assert said[name] == pytest.approx(y) == pytest.approx(said[f"{width:,.0f}"])
    assert said["One: 2,700"] > said["a"] > said["b"] > said["Other: 601"] > said["c"]
