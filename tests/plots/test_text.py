"""Numbers as a reader sees them."""

import pytest

from bpcourse.text import lowered, minus, number, raised, short


@pytest.mark.parametrize(("x", "text"), [
    (0.0, "0"), (0.00351, "0.00351"), (0.693147, "0.693"), (2.9e-4, "2.9e−4"), (8.9e136, "8.9e136"), (1234.5, "1.2e3"), (1.5e-120, "1.5e−120"),
    (-0.5, "−0.5"), (-2.9e-14, "−2.9e−14"), (1e-3, "0.001"), (1e3, "1.0e3"),
])  # fmt: skip
def test_short_numbers_have_an_exponent_only_where_they_need_one(x, text):
    assert short(x, ".3g", 1e-3, 1e3) == text


@pytest.mark.parametrize(("x", "form", "text"), [
    (-0.0, ".1f", "0.0"), (-4e-4, "+.3f", "0.000"), (0.0, "+.0f", "0"), (-0.25, "+.3f", "-0.250"), (0.25, "+.3f", "+0.250"),
    (-10.0, ".0f", "-10"), (float("-inf"), ".3f", "-inf"), (3, "+d", "+3"), (0, "+d", "0"),
])  # fmt: skip
def test_zero_has_no_sign(x, form, text):
    assert number(x, form) == text


def test_small_figures_and_a_real_minus():
    assert (raised(-12), lowered(30), minus("-1.5e-3")) == ("⁻¹²", "₃₀", "−1.5e−3")
