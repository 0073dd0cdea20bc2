"""Chapter 00: every number that its outputs store, recomputed with fractions; its network, counted; its progress."""

import re
from fractions import Fraction as F
from pathlib import Path

import matplotlib as mpl
import pytest
import stored
from matplotlib.patches import Circle, Rectangle

import bpcourse as bp
from bpcourse import plots
from bpcourse.plots import style

CELLS = stored.cells("chapters", "start_here")
SOURCES = stored.sources(CELLS)
OUTPUTS = stored.outputs(CELLS)
X, Y, ALPHA = F(3, 2), F(3), F(1, 5)


def slope(w, v=1):
    return (v * w * X - Y) * v * X


def after(w, rounds):
    for _ in range(rounds):
        w -= ALPHA * slope(w)
    return w


def travel(w, v, nudge):
    """How far w x, the output and the loss move, each with the rate to the change before it."""
    before, now = ([t * X, v * t * X, (v * t * X - Y) ** 2 / 2] for t in (w, w + nudge))
    moved = [b - a for a, b in zip(before, now, strict=True)]
    rates = [b / a for a, b in zip([nudge, *moved], moved, strict=False)]
    return [number for pair in zip(moved, rates, strict=True) for number in pair]


PRINTED = {  # cell: (decimals, what it prints)
    "loop-once": (3, [(3 * X - Y) ** 2 / 2, slope(3), after(F(3), 1)]),
    "loop-ten": (4, [10, after(F(1, 2), 10)]),
    "chain-travel": (6, travel(F(1, 2), 2, F(1, 1000))),
    "chain-code": (3, [1, 2 * X, 2, 2 * 2 * X, 0, 0]),
    "chain-nudge-run": (6, [slope(F(1, 2), v=2)] * 2),
    "cost-run": (1, [F(2 * 10**6, 1000 * 60)]),
}


@pytest.mark.parametrize("cell", PRINTED)
def test_printed(cell):
    places, expected = PRINTED[cell]
    came = [float(x) for x in re.findall(r"[-+]?\d+\.?\d*", OUTPUTS[cell])]
    assert len(came) == len(expected), came
    for number, right in zip(came, expected, strict=True):
        decimals = 3 if cell == "chain-travel" and abs(right) > 1 else places  # its rates
        assert abs(number - float(right)) <= 0.5000001 * 10.0**-decimals, (number, right)


def test_no_number_escapes_these_tests():
    others = {"one-weight", "relay-picture", "network-picture", "warm-up-check", "warm-up-mistake", "progress"}
    assert set(OUTPUTS) == set(PRINTED) | others, (
        "a cell that prints numbers belongs into PRINTED, any other into others"
    )


def test_numbers_in_the_prose():
    assert 1 - (2 - after(F(1, 2), 1)) / (2 - F(1, 2)) == ALPHA * X**2 == F("0.45")  # "45 % of the distance"
    too_far = F(0) - F(9, 10) * slope(F(0))
    assert too_far > 2 and (too_far * X - Y) ** 2 > Y**2  # "on the other side, and higher than where it began"
    assert travel(F(1, 2), 2, F(1, 1000))[2] == F("0.003") and SOURCES["chain-rates"].startswith("Three thousandths.")
    assert F(2 * 10**6, 1000 * 60) > 30  # "over half an hour"


def test_the_times_it_promises_are_those_of_the_guide_for_teachers():
    guide = (Path(__file__).parents[2] / "docs" / "teaching.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\d\d) [^|]+\| (\d+) \| [^|]+\| (\d+) \|", guide, re.MULTILINE)
    promised = re.findall(r"^- \[(\d\d) .*? (\d+) and (\d+)\.$", SOURCES["next"], re.MULTILINE)
    assert promised == rows[1:] and len(rows) > 8, "cell next: minutes of reading and of the exercises"
    assert f"About {rows[0][1]} minutes." in SOURCES["title"]


def test_the_network_has_the_lines_that_the_text_counts():
    ax = plots.plot_network((3, 4, 2), unit=(1, 2))
    assert 'plot_network((3, 4, 2), unit=(1, 2), title="Every line is a weight")' in SOURCES["network-picture"]
    assert len(ax.lines) == 20 and "20 weights" in SOURCES["network-read"]
    blue = [line for line in ax.lines if line.get_color() == style.FORWARD]
    (unit,) = [p for p in ax.patches if p.get_edgecolor() == mpl.colors.to_rgba(style.FORWARD)]
    assert len(blue) == 3 and {(line.get_xdata()[1], line.get_ydata()[1]) for line in blue} == {unit.center}
    column = sorted(p.center[1] for p in ax.patches if isinstance(p, Circle) and p.center[0] == unit.center[0])
    assert column[::-1].index(unit.center[1]) == 1  # "the second row"
    assert [sum(isinstance(p, kind) for p in ax.patches) for kind in (Rectangle, Circle)] == [3, 6]
    assert not any(line.get_color() == style.FORWARD for line in plots.plot_network((2, 2)).lines)


def test_progress_shows_the_forgotten_bias_of_the_demonstration(monkeypatch, tmp_path):
    monkeypatch.setenv("BPCOURSE_PROGRESS", str(tmp_path / "progress.jsonl"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    assert repr(bp.check("warm_up", 6)) == OUTPUTS["warm-up-mistake"]
    assert "bias forgotten, in warm_up: open" in str(bp.progress())
    bp.check("warm_up", 7)
    bp.check("warm_up", 8)  # "your best answer counts"
    found = str(bp.progress("00"))
    assert "1 of 1 exercise" in found and "bias forgotten, in warm_up: solved since" in found
    marks = re.sub("<[^>]*>", "", bp.progress("00")._repr_html_() + bp.progress("01")._repr_html_())
    assert "● done" in marks and "○ open" in marks
    assert all(mark in SOURCES["progress-intro"] for mark in ("○ open or tried", "◐ some of its points", "● done"))
