"""Chapter `gallery`: each exhibit runs alone, its test tells right from wrong, and its numbers, computed again.

An exhibit begins at a heading of the third level. Its fold, a text cell that ends in `-line`, holds the mistake as a
diff: the lines of the program as they were and as they should be. So each bug is mended here and run once more.
"""

import contextlib
import io
import re
import statistics
import warnings

import notebooks
import numpy as np
import pytest
import stored

import bpcourse as bp
from bpcourse.patients import COUNT

CELLS = stored.cells("chapters", "gallery")
SOURCES, OUTPUTS = stored.sources(CELLS), stored.outputs(CELLS)
HEADING = re.compile(r"^### (.+)$", re.M)
NUMBER = re.compile(r"(?<![\w.])[-+]?\d+\.?\d*(?:e-?\d+)?")
MENDED = re.compile(r"Mended\b.*?\.(?= [A-Z(]|\n|$)", re.S)


def exhibits():
    """{name: its cells}. The name is what the ids of its cells begin with."""
    found, name = {}, None
    for cell in CELLS.values():
        if cell.cell_type == "markdown" and cell.source.startswith("##"):
            name = None
        if cell.cell_type == "markdown" and HEADING.search(cell.source):
            name = "pending"
            found[name] = []
        if name:
            found[name].append(cell)
            if cell.id.endswith("-program"):
                found[cell.id.removesuffix("-program")], name = found.pop(name), cell.id.removesuffix("-program")
    return found


EXHIBITS = exhibits()
FOLDS = {name: SOURCES[f"{name}-line"] for name in EXHIBITS}
BUGS = [name for name, fold in FOLDS.items() if "```diff" in fold]
RIGHT = [name for name in EXHIBITS if name not in BUGS]


def run(name, edit=lambda source: source):
    """What the code cells of an exhibit print, in a fresh namespace after the first cell of the chapter."""
    names, printed = {"__name__": "__main__"}, {}
    exec(SOURCES["setup"], names)
    for cell in EXHIBITS[name]:
        if cell.cell_type == "code" and not notebooks.only_draws(cell.source):
            with contextlib.redirect_stdout(io.StringIO()) as said, warnings.catch_warnings():
                warnings.simplefilter("error")
                exec(edit(cell.source), names)
            printed[cell.id] = said.getvalue()
    return printed, names


def diff(fold):
    """(the lines as they were, as they should be) of the diff in a fold."""
    lines = re.search(r"```diff\n(.*?)\n```", fold, re.S)[1].splitlines()
    assert all(line[:1] in "+-" for line in lines), lines
    return ["\n".join(line[1:] for line in lines if line[0] == sign) for sign in "-+"]


def mended(name):
    wrong, right = diff(FOLDS[name])
    places = [cell.id for cell in EXHIBITS[name] if cell.cell_type == "code" and f"\n{wrong}\n" in f"\n{cell.source}\n"]
    assert places == [f"{name}-program"], f"the diff of {name} does not fit its program: {places}"
    return run(name, lambda source: f"\n{source}\n".replace(f"\n{wrong}\n", f"\n{right}\n")[1:-1])


def numbers(text):
    return [float(number) for number in NUMBER.findall(text.replace("−", "-"))]


# ----- the frame


def test_there_are_as_many_as_the_text_says():
    assert len(BUGS) >= 22 and len(RIGHT) == 4
    assert "Four of the exhibits have no bug" in SOURCES["how"]
    headings = [heading for text in stored.sources(CELLS, ("markdown",)).values() for heading in HEADING.findall(text)]
    assert len(headings) == len(set(headings)) == len(EXHIBITS)
    assert all(re.fullmatch(r"[\w ,.]+", heading) for heading in headings)  # a link with a "%" leads nowhere


@pytest.mark.parametrize("name", EXHIBITS)
def test_an_exhibit_has_its_four_parts(name):
    kinds = [cell.id.removeprefix(name) for cell in EXHIBITS[name]]
    assert kinds[1] == "-program" and "-test" in kinds and kinds[-1] == "-line", kinds
    assert OUTPUTS[f"{name}-test"], "the test prints nothing"
    before, fold = FOLDS[name].split("<details>")
    assert fold.startswith("<summary>The line</summary>") and len(re.findall(r"\*\*Lesson: .+\*\*", fold)) == 1
    assert "```" not in before and ("There is none: " in fold) == (name in RIGHT)
    assert EXHIBITS[name][0].source.endswith(".)"), "who saw it?"


def test_cells_are_short():
    lengths = [len(cell.source.splitlines()) for cell in CELLS.values() if cell.cell_type == "code"]
    assert statistics.median(lengths) <= 5 and max(lengths) <= 15


def test_each_exhibit_is_found_by_what_one_sees():
    links = re.findall(r"\]\(#([^)]+)\)", SOURCES["table"])
    headings = {HEADING.search(cells[0].source)[1].replace(" ", "-") for cells in EXHIBITS.values()}
    assert set(links) == headings


# ----- the tests of the exhibits tell right from wrong


@pytest.mark.parametrize("name", EXHIBITS)
def test_each_exhibit_runs_alone(name):
    printed, _ = run(name)
    came = {cell: text for cell, text in printed.items() if text}
    plots = {cell.id for cell in EXHIBITS[name] if cell.cell_type == "code" and notebooks.only_draws(cell.source)}
    assert came == {cell.id: OUTPUTS[cell.id] for cell in EXHIBITS[name] if cell.id in OUTPUTS and cell.id not in plots}


IN_WORDS = {  # what the test prints of a mended program, where the fold says it without a number
    "error": "W2 right: True;  W1 right: True\n",
    "loose": "a gradient of zeros passes: False\nthe largest entry of the right one: 0.0021\n",
    "green": "right: passed\nzeros: refused\nthe opposite: refused\n",
    "square": "".join(f"{sizes} runs; the gradient of W1 is right: True\n" for sizes in ((3, 3, 3), (3, 4, 3))),
    "rows": "sums of the rows: [1. 1.]\none example: [0.24472847 0.66524096 0.09003057]\n",
}


@pytest.mark.parametrize("name", BUGS)
def test_the_mended_program_gives_what_the_fold_says(name):
    (promise,) = MENDED.findall(FOLDS[name])
    came = mended(name)[0][f"{name}-test"]
    assert came != OUTPUTS[f"{name}-test"], "the test does not see the bug"
    if name in IN_WORDS:
        assert came == IN_WORDS[name]
    elif name != "swing":
        assert numbers(promise) and set(numbers(promise)) <= set(numbers(came)), (promise, came)


def test_the_pendulum_mended_is_the_green_curve_and_a_smaller_rate_swings_more_slowly():
    names = mended("swing")[1]
    np.testing.assert_allclose(names["losses"], names["right"].loss, rtol=1e-9)
    wrong = run("swing")[1]["train"]
    slow, fast = wrong(0.05 / 4, 60), wrong(0.05, 60)
    assert np.argmin(slow[:30]) == pytest.approx(2 * np.argmin(fast[:15]), abs=2) and max(slow[20:]) > 40


def test_a_diff_that_does_not_fit_is_seen(monkeypatch):
    monkeypatch.setitem(FOLDS, "below", FOLDS["below"].replace("-    return -(y", "-    return +(y"))
    with pytest.raises(AssertionError, match="does not fit its program"):
        mended("below")


# ----- the numbers


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def adam(t, t1, t2):
    """A step for gradients of 1, in units of alpha, whose moments after t steps are corrected as if after t1, t2."""
    return (1 - 0.9**t) / (1 - 0.9**t1) / np.sqrt((1 - 0.999**t) / (1 - 0.999**t2))


def pendulum(lam, steps, alpha=0.05):
    """The distance along a direction of curvature lam, from 1, where the sum of all gradients is the velocity."""
    M = np.array([[1 - alpha * lam, -alpha], [lam, 1.0]])
    return [(np.linalg.matrix_power(M, k) @ [1.0, 0.0])[0] for k in range(steps)]


X, LABELS, *_ = bp.datasets.digits()
SHARES = np.bincount(LABELS) / len(LABELS)
P = np.exp([2.0, 1, 0]) / np.exp([2.0, 1, 0]).sum()
SWINGS = (4 * 2 * np.square(pendulum(2, 60)) + 81 * np.square(pendulum(1, 60))) / 2  # from (0, 0) to (2, 9)
ROWS = np.exp([[1.0, 2, 0], [3, 1, 0]])
FITTED = 155 / 55
EXPECTED = {  # cell: its numbers
    "twice-test": [np.log(np.e + 9) - 1],
    "below-test": [0.1, np.log(0.9), 0.5, np.log(0.5), 0.9, np.log(0.1)],
    "batch-test": [*P[::-1]],
    "same-test": [90, 10, 1],
    "range-test": [0.5, sigmoid(1)],
    "whole-test": [0, 0, 1, 2, 2.9, 1.7, 0.4, 0],
    "place-test": [2, 6],
    "silent-test": [0, 0, 1, 1, 1, 1, 1, 1],
    "ofa-test": [0],
    "sum0-test": [*(P * (1 - P))],
    "half-test": [5, 3],
    "second-test": [0.5**2, 0.5**4],
    "one-test": [1, 1, 10, 10, 100, 100],
    "minus-test": [number for k in range(4) for number in (k, 2 * 0.25**k)],
    "tenth-test": [1, 10, 100, 1000, *(adam(t, 1, 1) for t in (1, 10, 100, 1000))],
    "nan-test": [(X.max(axis=0) == 0).sum()] * 2,
    "unequal-test": [adam(1, t, t) for t in (1, 2, 3, 4)],
    "velocity-test": [100, 0],
    "epsilon-test": [n for g in (1, 1e-5) for n in (g, g / np.sqrt(g**2 / 10 + 1e-8), g / (g / np.sqrt(10) + 1e-8))],
    "swing-test": [SWINGS[0], SWINGS[:30].min(), SWINGS[SWINGS[:30].argmin() :].max()],
    "best-test": [2, 4],
    "notime-test": [32, 1437],
    "nothing-new-test": [1437 // 32 * 32],
    "origin-test": [FITTED, 0, np.mean([(FITTED * x - 2 * x - 3) ** 2 for x in range(1, 6)]) / 2],
    "large-test": [5 / 2e-4, 7 / 2e-4, 6, 8],
    "zero-test": [0, 0, 0],
    "kink-test": [0, 0, 0.5],
    "mean-test": [0, 9],
    "accuracy-test": [np.sum(SHARES**2)],
    "rows-test": [*(ROWS / ROWS.sum(axis=0)).sum(axis=1), 1, 1, 1],
    "alike-test": [2],
    "wide-test": [5, 5, 3, 3, 5, 8, 3, 3],
}
IN_TRUTH_VALUES = {"error-test", "green-test", "square-test", "loose-test"}  # their text is compared above


@pytest.mark.parametrize("cell", EXPECTED)
def test_printed(cell):
    came = NUMBER.findall(OUTPUTS[cell])
    assert len(came) == len(EXPECTED[cell]), came
    for number, right in zip(came, EXPECTED[cell], strict=True):
        places = len(number.partition("e")[0].partition(".")[2])
        assert "e" in number or abs(float(number) - right) <= 0.5000001 * 10.0**-places, (number, right)


def test_no_number_escapes_these_tests():
    pictures = {name for name in OUTPUTS if name.endswith("-plot")}
    assert set(OUTPUTS) == set(EXPECTED) | IN_TRUTH_VALUES | pictures and len(pictures) >= 6


def test_the_largest_entry_of_the_gradient_that_zeros_stand_for():
    net = bp.Network((64, 64, 10), hidden=bp.relu, output=bp.identity, loss=bp.cross_entropy)
    params = net.init(seed=0, weights="small")
    z = X @ params.W[1].T + params.b[1]
    delta = (bp.softmax(np.maximum(z, 0) @ params.W[2].T) - np.eye(10)[LABELS]) @ params.W[2] * (z > 0)
    assert abs(np.abs(delta.T @ X / len(X)).max() - 0.0021) < 5e-5 and "0.0021" in OUTPUTS["loose-test"]


def test_it_promises_three_minutes_for_each_exhibit_and_ten_for_half_an_hour():
    minutes = int(re.search(r"About (\d+) minutes from end to end, three for each", SOURCES["title"])[1])
    assert abs(minutes - 3 * len(EXHIBITS)) < 10
    assert len(re.findall(r"\]\(#", SOURCES["title"].partition("these ten:")[2])) == 10
    assert f"has {COUNT} patients" in SOURCES["end"]
    assert len(BUGS) == 32 and "thirty-two bugs" in SOURCES["end"]


def test_numbers_in_the_prose():
    assert np.e / (np.e + 9) == pytest.approx(0.232, abs=5e-4) and "= 0.232" in FOLDS["twice"]
    assert -np.log(np.e / (np.e + 9)) == pytest.approx(1.461, abs=5e-4) and "−ln 0.232 = 1.461" in FOLDS["twice"]
    assert (np.log(2) - np.log(sigmoid(1))) / 2 == pytest.approx(0.503, abs=5e-4) and "is 0.503" in FOLDS["range"]
    assert -np.log(sigmoid(1)) == pytest.approx(0.313, abs=5e-4) and "−ln 0.731 = 0.313" in FOLDS["range"]
    assert 1 / np.sqrt(0.1) == pytest.approx(3.162, abs=5e-4) and "1/√0.1 = 3.162" in SOURCES["epsilon-ask"]
    assert bp.sigmoid.derivative(1.0) == pytest.approx(0.1966, abs=5e-5) and "never below 0.1966" in FOLDS["ofa"]
    assert 10 / np.sqrt(1000) == pytest.approx(0.32, abs=5e-3) and "10/√1000 = 0.32" in FOLDS["tenth"]
    no_hats = [adam(t, 1e9, 1e9) for t in (12, 1000)]
    assert no_hats[0] > 6 and no_hats[1] < 1.3 and adam(1000, 1, 1) == pytest.approx(0.4, abs=0.01)  # the picture
    assert divmod(1437, 32) == (44, 29) and "44 whole batches, and leaves out the 29" in SOURCES["nothing-new-ask"]
    assert np.sqrt(1e-8) == pytest.approx(1e-4) and "1e-8 counts as 1e-4" in FOLDS["epsilon"]
    assert adam(1, 2, 2) == pytest.approx((0.1 / 0.19) / np.sqrt(0.001 / 0.001999)) == pytest.approx(0.744, abs=5e-4)
    assert "(0.1/0.19) / √(0.001/0.001999) = 0.74" in FOLDS["unequal"] and "Σxy/Σx² = 155/55" in FOLDS["origin"]
    assert sum(x * (2 * x + 3) for x in range(1, 6)) == 155 and sum(x * x for x in range(1, 6)) == 55
    assert SHARES.min() > 0.09 and SHARES.max() < 0.11  # "about a tenth of the labels"
    J = np.diag(P) - np.outer(P, P)
    assert np.abs(J.sum(axis=0)).max() < 1e-12 and np.abs(J - np.diag(np.diag(J))).sum() == pytest.approx(np.trace(J))
