"""The pictures of chapter `numeric_example`, against the calculation in fifty digits."""

import exact
import pytest
from matplotlib.colors import to_rgba

import bpcourse as bp
from bpcourse.plots import style

V = {name: float(value) for name, value in exact.lines(exact.S3).items()}
WEIGHTS = [f"w{k}" for k in range(1, 9)]
GIVEN = dict(w1=0.25, w2=0.25, w3=0.15, w4=0.20, w5=0.30, w6=0.35, w7=0.40, w8=0.35)


def drawn(weight=None, **options):
    return bp.plots.plot_example(bp.worked.params(), bp.worked.trace(), bp.worked.Y, weight, title="A claim", **options)


def six(number):
    return f"{number:.6f}".replace("-", "−")


def below(ax, above, colour):
    """The text of a colour that stands closest under another."""
    x, y = above.get_position()
    found = [t for t in ax.texts if t.get_color() == colour and t.get_position()[0] == x and t.get_position()[1] < y]
    return max(found, key=lambda text: text.get_position()[1]).get_text()


def test_before_the_way_back_only_values_are_shown():
    def said(ax, colour):
        return sorted(text.get_text() for text in ax.texts if text.get_color() == colour and text.get_text())

    ahead, both = drawn(back=False), drawn()
    assert said(ahead, style.BACKWARD) == [] != said(both, style.BACKWARD)
    assert {*said(ahead, style.FORWARD), "blue: the value"} == set(said(both, style.FORWARD))
    assert six(V["a(o1)"]) in said(ahead, style.FORWARD)


def test_value_above_and_slope_below_on_every_wire_and_unit():
    ax = drawn()
    blue = {text.get_text(): text for text in ax.texts if text.get_color() == style.FORWARD}
    pairs = {f"{name} = {GIVEN[name]:.2f}": V[f"dE/d{name}"] for name in WEIGHTS}
    pairs |= {"b1 = 0.4": V["dE/db1"], "b2 = 0.7": V["dE/db2"]}
    pairs |= {six(V[f"z({unit})"]): V[f"delta({unit})"] for unit in ("h1", "h2", "o1", "o2")}
    pairs |= {six(V[f"a({unit})"]): V[f"a({unit})"] - y for unit, y in (("o1", 0.5), ("o2", 0.9))}
    for unit, (one, two) in {"h1": ("w5", "w7"), "h2": ("w6", "w8")}.items():
        pairs[six(V[f"a({unit})"])] = V["delta(o1)"] * GIVEN[one] + V["delta(o2)"] * GIVEN[two]
    for value, slope in pairs.items():
        assert below(ax, blue[value], style.BACKWARD) == six(slope), value
    for value in (V["E(o1)"], V["E(o2)"], V["E"]):
        assert below(ax, blue[six(value)], style.BACKWARD) == "1"
    assert set(blue) == {*pairs, six(V["E(o1)"]), six(V["E(o2)"]), six(V["E"]), "0.02", "0.04", "blue: the value"}
    assert ax.get_title(loc="left") == "A claim"


@pytest.mark.parametrize("weight", WEIGHTS)
def test_the_chain_of_a_weight_multiplies_to_its_slope(weight):
    ax = drawn(weight)
    formula, numbers = (text.get_text() for text in ax.texts if "=" in text.get_text() and "·" in text.get_text())
    left, value = numbers.removeprefix("= ").rsplit(" = ", 1)
    product = eval(left.translate(str.maketrans("[]·−", "()*-")))
    assert value == six(V[f"dE/d{weight}"]) and product == pytest.approx(V[f"dE/d{weight}"], abs=2e-7)
    names = {f"y{k}": y for k, y in ((1, 0.5), (2, 0.9))} | {"i1": 0.02, "i2": 0.04} | GIVEN
    names |= {
        "a": lambda unit: V[f"a({unit})"],
        "g": lambda unit: V[f"g'({unit})"],
        **{u: u for u in ("h1", "h2", "o1", "o2")},
    }
    right = formula.removeprefix(f"∂E/∂{weight} = ").translate(str.maketrans("[]·−", "()*-")).replace("′", "")
    assert eval(right, names) == pytest.approx(V[f"dE/d{weight}"], rel=1e-12)
    on_arrows = {text.get_text().split(" = ")[-1] for text in ax.texts} - {numbers}
    assert {number.strip("()[] ") for number in left.replace("+", "·").split("·")} <= on_arrows


@pytest.mark.parametrize("weight", WEIGHTS)
def test_only_the_arrows_of_the_chain_are_in_colour(weight):
    arrows = [text.arrow_patch for text in drawn(weight).texts if getattr(text, "arrow_patch", None)]
    lit = [arrow for arrow in arrows if arrow.get_edgecolor() == to_rgba(style.BACKWARD)]
    assert (len(arrows), len(lit)) == (10, 5 if weight < "w5" else 2)
