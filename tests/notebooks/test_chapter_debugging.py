"""Chapter `debugging`: its program has the faults that the text says and no other; its numbers are computed again, by
the library or by a formula; its formulas by SymPy.
"""

import ast
import functools
import re

import numpy as np
import pytest
import stored
import sympy as sp

import bpcourse as bp
from bpcourse import casebook, regularization
from bpcourse.patients import TICKS, patient
from bpcourse.patients.record import WRONG

CELLS = stored.cells("chapters", "debugging")
SOURCE = stored.sources(CELLS)
OUTPUTS = stored.outputs(CELLS)
ORDER = list(CELLS)
X, Y = casebook.load()
X_FIT, Y_FIT, X_VAL, Y_VAL = X[:1187], Y[:1187], X[1187:], Y[1187:]
NET = bp.Network((64, 32, 32, 10), hidden=bp.relu, output=bp.identity, loss=bp.cross_entropy)
MENDED = ("data-mended", "chance-mended", "zeros-mended", "l2-mended", "check-mended", "dropout-mended",
          "run-twice-mended")  # fmt: skip


def numbers(text):
    return [float(number) for number in re.findall(r"(?<![\w.])[-+]?\d+\.?\d*(?:e[-+]\d+)?", text)]


def functions(cell):
    """{name: the function's definition} of a cell, without comments and docstrings."""
    return _functions(SOURCE[cell])


def _functions(text):
    found = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    return {name: _bare(node) for name, node in found.items()}


def _bare(node):
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef) and ast.get_docstring(inner) is not None:
            inner.body = inner.body[1:]
    return ast.unparse(node)


def program(until):
    """The functions of the program as they are after the cell `until`, in a namespace."""
    names, texts = {"np": np, "bp": bp}, dict(CAME)
    for cell in ORDER[: ORDER.index(until) + 1]:
        if cell in MENDED:
            texts |= functions(cell)
    exec("\n".join(texts.values()), names)
    return names


CAME = _functions(casebook.AS_IT_CAME)


def he():
    return casebook.start(64, np.random.default_rng(0))


def in_library(p):
    return NET.parameters(np.concatenate([p[f"{kind}{layer}"].ravel() for layer in (1, 2, 3) for kind in "Wb"]))


def library(p, n, l2=0.0):
    """{name: gradient} of the library, on n pictures, without dropout."""
    params = in_library(p)
    grads = NET.backward(params, NET.forward(params, X_FIT[:n]), Y_FIT[:n]).grads
    penalty = regularization.l2_gradient(params, l2)
    return {
        f"{kind}{layer}": getattr(grads, kind)[layer] + getattr(penalty, kind)[layer] for layer in (1, 2, 3) for kind in "Wb"
    }  # fmt: skip


# ----- the program


def test_where_all_is_mended_it_is_the_program_of_the_casebook():
    theirs = {
        node.name: _bare(node)
        for node in ast.parse(open(casebook.__file__, encoding="utf-8").read()).body
        if isinstance(node, ast.FunctionDef)
    }
    ours = dict(CAME)
    for cell in SOURCE:
        if CELLS[cell].cell_type == "code" and not cell.startswith("resume"):
            ours |= functions(cell)
    same = {"for epoch in": "for _ in", "/ LEVELS": "/ 16", "bp.casebook.": ""}
    only_for_the_eight_runs = {
        ", p=None, shuffle=True": "",
        "p or start": "start",
        " if shuffle else np.arange(len(X))": "",
    }

    def tidy(text):
        for one, other in (same | only_for_the_eight_runs).items():
            text = text.replace(one, other)
        return text

    for name, text in theirs.items():
        if name not in ("scans", "check", "eight_runs"):
            assert tidy(ours[name]) == tidy(text), name


@pytest.mark.parametrize("drop", [0.0, 0.2])
def test_the_mended_program_is_right(drop):
    p = he()
    for name in p:
        p[name] = p[name] + 0.1 * np.random.default_rng(len(name)).normal(size=p[name].shape)
    some = {name: p[name] for name in ("b1", "W3", "b2", "b3")}
    loss, grads = casebook.problem(p, X_FIT[:7], Y_FIT[:7], l2=0.3, drop=drop)
    report = bp.gradient_check(lambda q: loss(p | q), some, {name: grads[name] for name in some})
    assert report.max_relative_error < 1e-7
    if not drop:
        for name, right in library(p, 7, 0.3).items():
            np.testing.assert_allclose(grads[name], right, rtol=1e-9, atol=1e-12)
    a = casebook.forward(p, X_FIT[:7], 0, np.random.default_rng(0))
    np.testing.assert_allclose(a[3], bp.softmax(NET.forward(in_library(p), X_FIT[:7]).output), rtol=1e-12)
    assert casebook.data_loss(p, X_VAL, Y_VAL) == pytest.approx(bp.cross_entropy(
        NET.forward(in_library(p), X_VAL).output, Y_VAL).mean(), rel=1e-9)  # fmt: skip
    assert casebook.accuracy(p, X_VAL, Y_VAL) == NET.accuracy(in_library(p), X_VAL, Y_VAL)


def test_the_program_as_it_came_has_eight_faults_and_each_mended_cell_takes_its_own_away():
    first = program("program-run")
    table, labels = first["load"]()
    assert table.shape == (1437, 65) and table.max() == 1437 and table[:, :64].max() == 16  # scale, and leak
    np.testing.assert_array_equal(table[:, 64], casebook.scans()[:, 64])
    Z = np.random.default_rng(0).normal(size=(7, 10))
    np.testing.assert_allclose(first["softmax"](Z).sum(axis=0), 1)  # over the examples
    np.testing.assert_allclose(program("chance-mended")["softmax"](Z), bp.softmax(Z), rtol=1e-12)
    assert "rng.permutation(X), rng.permutation(y)" in CAME["train"]
    assert "permutation(y)" not in functions("zeros-mended")["train"]

    p, rng = he(), np.random.default_rng

    def gradient(until, n, drop=0.0, l2=0.1):
        now = program(until)
        a = now["forward"](p, X_FIT[:n], drop, rng(0))
        return now["backward"](p, a, Y_FIT[:n], l2, drop, rng(0))

    wrong = {
        "zeros-mended": {"W1", "W2", "W3", "b1", "b2", "b3"},
        "l2-mended": {"b1", "b2", "b3"},
        "check-mended": set(),
    }
    for until, names in wrong.items():
        came, right = gradient(until, 5), library(p, 5, 0.1)
        assert {name for name in p if not np.allclose(came[name], right[name], rtol=1e-9, atol=1e-12)} == names
    came, right = gradient("zeros-mended", 5), library(p, 5)
    for name in p:  # the penalty's gradient is missing, and the biases are summed, not averaged
        np.testing.assert_allclose(came[name], right[name] * (5 if name[0] == "b" else 1), rtol=1e-9, atol=1e-12)
    now = program("check-mended")
    a = now["forward"](p, X_FIT[:5], 0.2, rng(0))
    came, right = (names["backward"](p, a, Y_FIT[:5], 0.1, 0.2, rng(0)) for names in (now, program("dropout-mended")))
    assert {name for name in p if not np.allclose(came[name], right[name])} == {"W1", "b1", "W2", "b2"}
    assert "drop=0.2" in CAME["accuracy"]
    assert len(CAME) == 11 and "is eleven short functions" in SOURCE["program"]
    assert "There were eight" in SOURCE["change-count"]


def test_each_function_stands_as_it_came_before_it_is_mended():
    assert "exec(bp.casebook.AS_IT_CAME)" in SOURCE["program-run"]
    assert functions("program-forward") == {"forward": CAME["forward"]}, "and this one has no fault"
    for cell in MENDED:
        came = cell.removesuffix("mended") + "came"
        assert ORDER.index(came) < ORDER.index(cell)
        (name, text), *others = functions(came).items()
        assert text == CAME[name] != functions(cell)[name] and not others


# ----- what goes in, and the loss before training


def test_the_number_of_a_scan_tells_its_digit():
    table = casebook.scans()
    tells = [0 if not column.std() else abs(np.corrcoef(column, table[:, 65])[0, 1]) for column in table[:, :65].T]
    first, second = np.argsort(tells)[::-1][:2]
    assert first == 64 and numbers(OUTPUTS["data-leak"]) == [round(tells[first], 2), round(tells[second], 2)]
    shown = [int(digit) for digit in re.findall(r"\d", OUTPUTS["data-order"])]
    assert shown == sorted(shown) and set(shown) == set(range(10))
    counts = [int((table[:, 65] == k).sum()) for k in range(10)]
    assert numbers(OUTPUTS["data-range"]) == [0, 16, 1, 1437, 0, 9, *counts]
    low, high, _, most = numbers(OUTPUTS["data-scale"])
    assert low < -100 and high > 100 and 0 < most < 1e-14, "a hundredth of what `cost` adds, and less"
    assert f"−ln 10⁻¹² = {-np.log(1e-12):.1f}: the 28 that" in SOURCE["data-scale-read"]
    assert OUTPUTS["program-run"] == "loss 28 -> 28, right 0.1\n" and OUTPUTS["program-run"] in SOURCE["title"]


def test_before_its_softmax_is_mended_no_right_digit_gets_anything_and_then_a_few_lead():
    now = program("program-run")
    X_came, y_came = now["load"]()
    p, some = now["start"](65, np.random.default_rng(0)), (np.arange(50), y_came[:50])
    came = now["forward"](p, X_came[:50], 0, np.random.default_rng(0))
    assert came[3][some].max() < 1e-14 and "gets anything" in SOURCE["data-scale-read"]
    mended = casebook.softmax(came[2] @ p["W3"].T)
    assert 3 <= (mended.argmax(axis=1) == y_came[:50]).sum() <= 12
    assert ORDER.index("chance-mend") < ORDER.index("chance-mended") < ORDER.index("zeros")


def test_with_a_larger_rate_the_numbers_of_the_program_as_it_came_overflow():
    now = program("program-run")
    X_came, y_came = now["load"]()
    with np.errstate(all="ignore"):
        losses = [now["train"](X_came[:1187], y_came[:1187], alpha=alpha)[1] for alpha in (1e-5, 1e-4, 1e-1)]
    assert [np.isfinite(each).all() for each in losses] == [True, False, False]
    assert "with larger ones the numbers overflowed" in SOURCE["data-scale-read"]


def test_boxes_in_another_order_hide_the_number_from_a_correlation():
    (listed,) = re.findall(r"in the order (.*) it would be 0\.00", SOURCE["data-leak-read"])
    order = [int(digit) for digit in listed.split(", ")]
    assert sorted(order) == list(range(10))
    digits = np.repeat(order, np.bincount(Y)[order])  # by the number of the scan
    assert abs(np.corrcoef(np.arange(len(digits)), digits)[0, 1]) < 0.004


def test_the_number_of_a_scan_helps_on_the_validation_pile_but_not_alone():
    number = casebook.scans()[:, 64:65]
    number = (number - number.mean()) / number.std()

    def right(inputs):
        return casebook.accuracy(casebook.train(inputs[:1187], Y_FIT)[0], inputs[1187:], Y_VAL)

    assert right(np.hstack([X, number])) > right(X) + 0.01 > right(number) + 0.2


def test_of_equal_logits_the_loss_is_ln_of_what_is_shared_among():
    equal = np.zeros((50, 10))
    now = program("program-run")["softmax"](equal)[np.arange(50), Y_FIT[:50]]
    assert -np.log(now).mean() == pytest.approx(np.log(50))
    assert numbers(OUTPUTS["chance-run"]) == [round(np.log(50), 3)]
    assert (
        numbers(OUTPUTS["chance-came"].translate(str.maketrans("[]", "  "))) == [0.5] * 8
    )  # a row sums to 2, a column to 1
    assert [round(n) for n in numbers(OUTPUTS["chance-exp"])] == [10, 10, 50, 50, 200, 200]
    p = np.bincount(Y_FIT) / len(Y_FIT)
    assert numbers(OUTPUTS["chance-mended"].splitlines()[-1]) == [
        round(np.log(10), 3),
        round(-(p * np.log(p)).sum(), 3),
    ]


def test_whose_loss_depends_on_whose_input():
    before, after = (re.findall("True|False", OUTPUTS[cell]) for cell in ("depends", "chance-mended"))
    assert before == ["True"] * 5 and after == ["False", "False", "False", "True", "False"]
    for until, right in (("program-run", np.ones((5, 5))), ("chance-mended", np.eye(5))):
        forward = program(until)["forward"]

        def losses(X, forward=forward):
            return -np.log(forward(he(), X, 0, np.random.default_rng(0))[3][np.arange(5), Y_FIT[:5]])

        np.testing.assert_array_equal(bp.vitals.dependence(losses, X_FIT[:5]) > 0, right)


# ----- zeros, and ten by heart


def test_zeros_tell_no_more_than_the_frequencies_and_the_missing_mean_ends_above_them():
    entropy = numbers(OUTPUTS["chance-mended"].splitlines()[-1])[1]
    before, after = (numbers(OUTPUTS[cell]) for cell in ("zeros-run", "zeros-again"))
    assert before[0] == before[1] == after[1] == 2.33 > round(entropy, 2) == 2.30 and after[0] < 0.5
    assert "with zeros: 2.30" in OUTPUTS["check-mended"]
    p, _ = casebook.train(0 * X_FIT, Y_FIT)
    assert all((p[name] == 0).all() for name in ("b1", "b2"))  # only the output's biases learn


def test_the_eight_pictures_that_were_mixed_apart_all_stand_over_a_wrong_label():
    first, mixing = SOURCE["zeros-mixed"].splitlines()
    rng = np.random.default_rng(1)
    assert first == "rng = np.random.default_rng(1)" and mixing.endswith(
        "rng.permutation(X_fit), rng.permutation(y_fit)"
    )
    mixed, labels = rng.permutation(X_FIT)[:8], rng.permutation(Y_FIT)[:8]
    true = [Y_FIT[(X_FIT == picture).all(axis=1)][0] for picture in mixed]
    assert (labels != true).all() and ", ".join(map(str, labels)) + ", which are wrong" in OUTPUTS["zeros-look"]


def test_the_penalty_of_the_first_weights_and_what_becomes_of_it():
    p = he()
    expected = 0.005 * sum((p[f"W{layer}"] ** 2).sum() for layer in (1, 2, 3))
    at_first, first, data, penalty = numbers(OUTPUTS["heart-split"])
    assert at_first == round(casebook.data_loss(p, X_FIT[:10], Y_FIT[:10]), 3)
    assert f"{at_first:.2f}, not" in SOURCE["heart-split-read"]
    assert first == round(expected, 3) < penalty and data < 0.01
    size, start, last, right = numbers(OUTPUTS["heart-run"])
    assert (size, right) == (sum(array.size for array in p.values()), 100)
    assert start == pytest.approx(at_first + first, abs=0.0061) and last == pytest.approx(data + penalty, abs=0.0061)
    held, free = (numbers(line) for line in OUTPUTS["l2-again"].splitlines())
    first = round(first, 2)
    assert held[3] < first < free[3] and held[1] > free[1] == 0 and (held[0], free[0]) == (0.01, 0)
    assert f"from {first:.2f} to {held[3]:.2f}" in SOURCE["l2-read"] and f"{held[1]:.2f}, not 0.00" in SOURCE["l2-read"]


def test_formulas_of_l2_and_dropout():
    w, x, y, lam, n = sp.symbols("w x y lambda n", positive=True)
    C = (w * x - y) ** 2 / 2 / n + lam / 2 * w**2
    assert sp.expand(sp.diff(C, w) - ((w * x - y) * x / n + lam * w)) == 0
    assert round(0.1 / 2 * 3**2, 10) == 0.45 and round(0.1 * 3, 10) == 0.3 and "costs 0.05 · 9 = 0.45" in SOURCE["l2"]
    q, m, a = sp.symbols("q m a", positive=True)
    assert sp.simplify(q * 0 + (1 - q) / (1 - q)) == 1
    assert sp.diff(sp.exp(m * a), a) == m * sp.exp(m * a)  # E(m a): the same m comes back


# ----- the check, and what deceives it


@functools.cache
def picks(size, entries=20):
    return np.random.default_rng(0).permutation(size)[:entries]


def said(cell):
    """[{array: share that it is off, 0 for right}] for each line of a check."""
    lines = [line for line in OUTPUTS[cell].splitlines() if "W3" in line]
    return [
        {name: 0.0 if word == "right" else float(word.removeprefix("off ").removesuffix(" %")) / 100
         for name, word in re.findall(r"([Wb]\d) (right|off \S+ %)", line)} for line in lines
    ]  # fmt: skip


def test_the_check_prints_the_largest_error_as_a_share_of_the_largest_slope(capsys):
    p, right = {"W3": np.array([1.0, 1.0])}, np.array([2.0, 1.0])
    for off, said in (([0, 1], "off 50 %"), ([0, 0], "right"), ([1e-4, 0], "off 0.005 %")):
        casebook.check(lambda q: q["W3"] @ right, p, {"W3": right + off})
        assert capsys.readouterr().out == f"W3 {said}   \n"
    assert "one entry differs by 1, that is *off 50 %*" in SOURCE["check-print-read"]


def test_a_batch_of_one_hides_the_missing_mean():
    (alone,), (five,), (mended,) = said("check-one"), said("check-five"), said("check-mended")
    assert set(alone.values()) == set(mended.values()) == {0}
    assert five == {name: 4.0 if name[0] == "b" else 0 for name in he()}
    assert "exactly 5 times the right one, and 5 is the number of examples" in OUTPUTS["check-diagnose"]


def test_dropout_is_judged_from_one_seed():
    (restless,), (seeded,), (mended,) = said("dropout-unseeded"), said("dropout-seeded"), said("dropout-mended")
    assert min(restless.values()) > 0.9 and set(mended.values()) == {0}
    calls = numbers(OUTPUTS["dropout-unseeded"].split("calls:")[1])
    assert len(set(calls)) == 3 and 0.2 < max(calls) - min(calls) < 0.6, "some tenths"
    assert {name for name, error in seeded.items() if error} == {"W1", "b1", "W2", "b2"}
    assert "every entry: True" in OUTPUTS["dropout-mended"]


def test_what_sat_out_is_zero_so_its_sign_knows_the_mask():
    a, sign, slope_times_mask = (
        numbers(part.strip("[] \n")) for part in re.findall(r"\[[^]]*\]", OUTPUTS["dropout-same"])
    )
    assert a == [2 / 0.5, 0, 0, 0] and sign == slope_times_mask == [1, 0, 0, 0]


def test_kinks_go_with_h_and_smooth_errors_go_with_its_square():
    wide, middle, small = said("traps-kink")
    assert set(small.values()) == {0}
    for name in ("W3", "b3"):
        assert 1e-6 < wide[name] < 1e-4 and middle[name] == 0
    for name in ("W1", "b1", "W2", "b2"):
        assert wide[name] > 0.01 and middle[name] > 1e-4


def _nudged(loss, p, i, h):
    """The losses at entry i of W1, h to both sides."""
    W = p["W1"].reshape(-1)
    middle, found = W[i], []
    for there in (middle + h, middle - h):
        W[i] = there
        found.append(loss(p))
    return found


def test_shares_that_the_tolerance_and_the_penalty_hide():
    off = [int(share) for share in re.findall(r"is off (\d+)%", OUTPUTS["traps-float"])]
    assert off[0] == min(off) == 1 and off[2] == 100, "a percent at the best h, and nonsense at the smallest"
    loss, grads = casebook.problem(he(), X_FIT[:50], Y_FIT[:50], drop=0.2)
    kinks, rounding = {}, {}
    for h in (1e-2, 1e-3):
        nudged = [_nudged(loss, he(), i, h) for i in range(20)]
        wide, narrow = (np.array([up - down for up, down in pairs]) / (2 * h)
                        for pairs in (nudged, np.array(nudged).astype(np.float32).astype(float)))  # fmt: skip
        kinks[h] = abs(wide - grads["W1"].flat[:20]).max()
        rounding[h] = abs(narrow - wide).max()
    assert kinks[1e-2] > 1.5 * rounding[1e-2] and rounding[1e-3] > 1.5 * kinks[1e-3]
    assert set(said("traps-float")[0].values()) == {0.02} and round(50 / 49 - 1, 2) == 0.02
    p, lines = he(), said("traps-drown-run")
    data = library(p, 5)
    for l2, line in zip((0, 1, 100), lines, strict=True):
        right = library(p, 5, l2)
        for name, g in data.items():
            some = picks(g.size)
            off = 0.5 * abs(g.flat[some]).max() / abs(right[name].flat[some]).max()
            assert line[name] == pytest.approx(off, rel=0.2), (l2, name)


# ----- the run


def test_dropout_in_use_costs_ten_points():
    assert OUTPUTS["run-twice"] == "twice the same number: False\n"
    dropped, right = numbers(OUTPUTS["run-twice-mended"])
    (rival,) = numbers(OUTPUTS["rival"])
    assert f"Its {rival:.2f} lies between" in SOURCE["rival-read"]
    assert 0.05 < right - dropped < 0.15 and dropped + 0.03 < rival < right - 0.02
    means = np.array([X_FIT[Y_FIT == digit].mean(axis=0) for digit in range(10)])
    nearest = [np.argmin(np.linalg.norm(means - x, axis=1)) for x in X_VAL]
    assert rival == round(np.mean(nearest == Y_VAL), 2)


def test_update_ratios():
    assert 20 * -(-len(X_FIT) // 50) == 480 and "takes 480 steps" in SOURCE["ratio"]
    p = he()
    grads = library(p, 50, 0.01)
    for alpha, line in zip((0.1, 1e-5), OUTPUTS["ratio-run"].splitlines()[1:], strict=True):
        came = numbers(re.sub(r"W\d", "", line))[1:]
        expected = [alpha * np.linalg.norm(grads[name]) / np.linalg.norm(p[name]) for name in ("W1", "W2", "W3")]
        assert came == pytest.approx(expected, rel=0.5) and max(expected) / min(expected) < 3
    last, _ = casebook.train(X_FIT, Y_FIT, alpha=1e-5)
    assert max(np.linalg.norm(last[name] - p[name]) / np.linalg.norm(p[name]) for name in ("W1", "W2", "W3")) < 1e-3


def test_a_dead_layer_stops_all_that_is_below():
    assert OUTPUTS["dead"].splitlines() == [
        "layer 1: most units dead: True, all: False", "layer 2: most units dead: True, all: True", "gradient of W1 exactly 0: True",
    ]  # fmt: skip


def test_three_changes_help_alike():
    rows = [line.split(" training ") for line in OUTPUTS["change-run"].splitlines()[1:]]
    found = {name.strip(): numbers(rest) for name, rest in rows}
    asked = {"no dropout", "l2 0.001", "60 epochs"}
    assert sorted(found, key=lambda name: found[name][1])[:3] == sorted(asked, key=lambda name: found[name][1])
    low, high = (edge(found[name][k] for name in asked) for edge, k in ((max, 2), (min, 3)))
    assert low <= high, "their ranges overlap"
    assert len(found) == 7 and all(found[name][1] < found["as it is"][1] for name in asked)
    assert all(validation - training < 0.12 for training, validation, *_ in found.values())


def test_two_changes_together_are_better_than_each_alone():
    rows = [line.split(" training ") for line in OUTPUTS["change-run"].splitlines()[1:]]
    (together,) = numbers(OUTPUTS["change-test"].splitlines()[0])
    assert all(together < numbers(rest)[2] for _, rest in rows)


KEPT = re.compile(r"\*\*([^*]+: [^*]+\.)\*\*")


def test_the_map_lists_each_test_and_each_ends_with_a_sentence_that_the_table_repeats():
    nine = [f"{k}" for k in range(1, 10)]
    for cell, listed in (("map", r"^(\d)\. "), ("order", r"^(\d)\. "), ("order", r"^\|(\d)\. ")):
        assert re.findall(listed, SOURCE[cell], re.M) == nine
    assert "](#What-each-test-finds)" in SOURCE["map"] and SOURCE["order"].startswith("## What each test finds\n")
    rules = [re.findall(r"\.\*\* \[Test (\d)\]\(#The-order\): ", SOURCE[cell]) for cell in ORDER if cell in SOURCE]
    assert sum(rules, []) == nine
    keeps = {cell: KEPT.search(text)[1] for cell, text in SOURCE.items() if re.search("^Keep: ", text, re.M)}
    assert list(keeps.values()) == KEPT.findall(SOURCE["order"]) and len(keeps) == 9
    begin = 0
    for cell, kept in keeps.items():  # its numbers were printed since the one before
        end = ORDER.index(cell) + 1
        printed = numbers(" ".join(OUTPUTS.get(other, "") for other in ORDER[begin:end]))
        assert set(numbers(kept)) <= set(printed), kept
        begin = end


def test_what_the_table_names_of_pytorch_is_there():
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    z, y = torch.zeros(4, 10), torch.tensor([1, 2, 3, 4])
    assert torch.allclose(torch.softmax(z, dim=1), torch.full((4, 10), 0.1))
    assert torch.nn.CrossEntropyLoss(reduction="mean")(z, y).item() == pytest.approx(np.log(10))
    assert torch.bincount(y).tolist() == [0, 1, 1, 1, 1] and z.min() == z.max() == 0
    assert len(torch.utils.data.TensorDataset(z, y)) == 4 and callable(torch.autograd.gradcheck)
    w = torch.nn.Parameter(torch.ones(2))
    optimizer = torch.optim.SGD([w], lr=0.1, weight_decay=0)
    torch.manual_seed(0), optimizer.zero_grad(), w.sum().backward()
    assert (0.1 * w.grad.norm() / w.norm()).item() == pytest.approx(0.1)
    optimizer.step()
    assert w.tolist() == pytest.approx([0.9, 0.9])


def lettered(cell):
    """{letter: what the alternative text of a picture says of it}."""
    return dict(re.findall(r"([A-H]): ([^;]+)", OUTPUTS[cell].split(". ")[-1].rstrip("\n")))


def test_the_curves_are_bare_before_the_guess_and_each_letter_has_the_shape_of_its_cause():
    shapes, causes = lettered("shapes-bare"), lettered("shapes-picture")
    assert {causes[letter]: shape for letter, shape in shapes.items()} == {
        "healthy": "falls, levels off", "rate too small": "a straight line", "rate far too small": "flat",
        "rate too large": "a jump, then flat", "first weights too small": "flat, then it falls",
        "batch too small": "a broad band", "sorted, not shuffled": "saw teeth", "learned by heart": "two that part",
    }  # fmt: skip
    asked, told = ORDER.index("shapes-guess"), ORDER.index("shapes-picture")
    assert ORDER.index("shapes-bare") < asked < told
    assert causes[re.search(r"The gap in (\w)", SOURCE["shapes-read"])[1]] == "learned by heart"
    assert not any(cause in OUTPUTS["shapes-bare"] for cause in causes.values())


def test_the_patients_of_the_tasks_have_what_the_answers_say():
    patients = {1: "labels_one_off", 2: "activation_missing", 8: "updated_first", 3: "first_layer_frozen",
                7: "dropout_at_test", 12: "not_zeroed", 13: "not_scaled", 14: "healthy", 15: "start_small",
                16: "healthy"}  # fmt: skip
    assert {number: patient(number).fault for number in patients} == patients
    assert patient(2).case.data == patient(8).case.data and patient(2).case.activation == "relu"
    wrong = {number: patient(number).record.check(len(TICKS) - 1) for number in (1, 2, 3, 7, 8)}
    failing = {number: {name for name, one in checks.items() if one.error > WRONG} for number, checks in wrong.items()}
    assert failing == {1: set(), 2: set(), 3: set(), 7: set(), 8: {"W1", "b1", "W2", "b2"}}
