"""Chapter 01: sigmoid, tanh and softplus for any z, with their slopes."""

import math

import numpy as np

from bpcourse.activations import sigmoid
from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise, Misconception

from .inputs import KINDS, OF_A_SLOPE, OF_A_VALUE, SHAPES, alone, any_z, cut_to_whole


def _any_size(rng):
    far = rng.permutation([*np.linspace(-800, 800, 8), 0, 1]) + rng.normal(size=10)
    return [
        {"z": rng.normal(size=SHAPES[0]) * 2},
        {"z": far.reshape(SHAPES[1])},
        {"z": rng.permutation([-7.0, -2, -1, 0, 1, 3])},
        {"z": rng.normal(size=SHAPES[3]) * 20},
        *({"z": np.clip(rng.normal(size=shape), -2, 2)} for shape in SHAPES[4:]),
        {"z": rng.permutation(np.linspace(-10.6, 10.6, 12) + rng.uniform(-0.3, 0.3, 12)).reshape(3, 4)},
    ]


def _anything(rng):
    z = any_z(rng) * rng.choice([1, 20, 300])
    z.flat[0] = rng.normal()  # what is nearly 0 everywhere has no digits to compare
    return {"z": np.clip(z, -800, 800)}


def _true_curves(z):
    """By logarithms of sums alone: sigmoid = e^-ln(1 + e^-z), and the slopes as products e^(...), no rule used."""
    up, down = np.logaddexp(0, z), np.logaddexp(0, -z)
    squeezed = 1 - 2 * np.exp(-np.logaddexp(0, 2 * z))
    return (
        np.exp(-down),
        np.exp(-down - up),
        squeezed,
        np.exp(2 * (math.log(2) - np.logaddexp(z, -z))),
        up,
        np.exp(-down),
    )


NAMES = ("sigmoid", "sigmoid_slope", "tanh", "tanh_slope", "softplus", "softplus_slope")


def _with(**change):
    """A wrong answer: the right curves, with `change`: part -> function of z in place of some."""

    def answer(z):
        with np.errstate(all="ignore"):
            right = dict(zip(NAMES, _true_curves(z), strict=True))
            return tuple((right | {name: f(z) for name, f in change.items()}).values())

    return answer


def _quotient(z):
    return np.exp(z) / (1 + np.exp(z))


def _clipped(z):
    return np.logaddexp(0, np.minimum(z, 500))


def _shows_clipping(case, outcome):
    """Softplus follows z up to some number and then stays there, and all else is right."""
    if outcome.parts is None or outcome.changed:
        return False
    right = _true_curves(case["z"])
    clipped = np.logaddexp(0, np.minimum(case["z"], outcome.parts[4].max(initial=-np.inf)))
    return all(agree(outcome.parts[k], clipped if k == 4 else right[k]) for k in range(6))


THREE_CURVES = Exercise(
    name="three_curves",
    inputs=_any_size,
    truth=_true_curves,
    parts=dict.fromkeys(NAMES, 0.5),
    passed="Three curves and their slopes, right from -800 to 800.",
    shapes={"z": "..."},
    room={kind: has for kind, has in KINDS.items() if kind != "a 0 in `z`"}
    | {
        "numbers near 800 in `z`": lambda case: bool((case["z"] > 700).any()),
        "whole numbers in `z`": lambda case: bool((case["z"] == np.round(case["z"])).all()),
    },
    ask={name: OF_A_SLOPE if name.endswith("slope") else OF_A_VALUE for name in NAMES},
    wide=_anything,
    misconceptions=(
        alone(
            "slope_of_a",
            _with(
                sigmoid_slope=lambda z: sigmoid.derivative(sigmoid(z)),
                tanh_slope=lambda z: 1 - np.tanh(np.tanh(z)) ** 2,
            ),
            "the curve was applied once too often. Is the slope a function of z that you then give a?",
        ),
        alone(
            "z_in_a_formula",
            _with(sigmoid_slope=lambda z: z * (1 - z), tanh_slope=lambda z: 1 - z**2),
            "you put z into a formula that is made of the output. Which letter belongs there?",
        ),
        alone(
            "quotient_overflows",
            _with(
                sigmoid=_quotient,
                sigmoid_slope=lambda z: _quotient(z) * (1 - _quotient(z)),
                softplus_slope=_quotient,
            ),
            "right for small z, and `nan` for large ones, where e^z is infinite. What do you get if you divide "
            "numerator and denominator by e^z?",
        ),
        alone(
            "slope_quotient_overflows",
            _with(sigmoid_slope=lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
            "right for small z, and `nan` at -800, where e^-z is infinite. Can the slope be made of the "
            "output instead?",
        ),
        alone(
            "tanh_overflows",
            _with(
                tanh=lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
                tanh_slope=lambda z: 1 - ((np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))) ** 2,
            ),
            "right for small z, and `nan` for large ones, where e^z is infinite. Which ready function of NumPy does "
            "not overflow?",
        ),
        alone(
            "softplus_overflows",
            _with(softplus=lambda z: np.log(1 + np.exp(z))),
            "right for small z, and infinite at 800, where it should be 800. What can you take out of the logarithm so "
            "that the exponent left inside is never above 0?",
        ),
        alone(
            "softplus_is_relu",
            _with(softplus=lambda z: np.maximum(z, 0), softplus_slope=lambda z: (z > 0) * 1.0),
            "that is ReLU. How large is ln(1 + e^z) at z = 0?",
        ),
        alone(
            "size_for_positive_part",
            _with(softplus=lambda z: np.abs(z) + np.log1p(np.exp(-np.abs(z)))),
            "right on the right, and on the left it rises again. What is left of ln(1 + e^z) far to the left?",
        ),
        Misconception(
            "softplus_clipped",
            _with(softplus=_clipped),
            "{parts}: right up to some z, and then it stays where it is. What is ln(1 + e^z) nearly equal to for a "
            "large z?",
            shows=_shows_clipping,
        ),
        alone(
            "tanh_rule_for_sigmoid",
            _with(sigmoid_slope=lambda z: 1 - sigmoid(z) ** 2),
            "1 - a² is the slope of another curve. Which two factors does that of the sigmoid have?",
        ),
        alone(
            "one_factor",
            _with(sigmoid_slope=lambda z: 1 - sigmoid(z)),
            "you return 1 - a. How steep does that make the sigmoid far to the left, where it is flat?",
        ),
        alone(
            "a_squared",
            _with(sigmoid_slope=lambda z: sigmoid(z) ** 2, tanh_slope=lambda z: np.tanh(z) ** 2),
            "you return a². A curve that goes flat has a small slope there: is yours small where a is 1?",
        ),
        alone(
            "plus_for_minus",
            _with(sigmoid_slope=lambda z: sigmoid(z) * (1 + sigmoid(z)), tanh_slope=lambda z: 1 + np.tanh(z) ** 2),
            "there is a plus in it. A curve that goes flat has a small slope there: is yours small where a is 1?",
        ),
        alone(
            "sigmoid_rule_for_tanh",
            _with(tanh_slope=lambda z: np.tanh(z) * (1 - np.tanh(z))),
            "a (1 - a) is the slope of another curve. How steep is tanh at z = 0?",
        ),
        alone(
            "square_forgotten",
            _with(tanh_slope=lambda z: 1 - np.tanh(z)),
            "1 - a falls all the way from 2 to 0. Is the slope of tanh not the same at z and at -z?",
        ),
        alone(
            "sigmoid_for_tanh",
            _with(tanh=sigmoid, tanh_slope=sigmoid.derivative),
            "that belongs to the sigmoid. Between which two numbers does tanh lie?",
        ),
        alone(
            "tanh_for_sigmoid",
            _with(sigmoid=np.tanh, sigmoid_slope=lambda z: 1 - np.tanh(z) ** 2),
            "that belongs to tanh. Between which two numbers does the sigmoid lie?",
        ),
        alone(
            "not_squeezed",
            _with(tanh=lambda z: 2 * sigmoid(z) - 1, tanh_slope=lambda z: 2 * sigmoid.derivative(z)),
            "a sigmoid, stretched to the range from -1 to 1, but as wide as before. How steep is it at z = 0?",
        ),
        alone(
            "falling",
            _with(
                sigmoid=lambda z: sigmoid(-z), tanh=lambda z: np.tanh(-z), softplus=lambda z: np.logaddexp(0, -z),
            ),
            "it falls where it should rise. Which sign does z have in the exponent?",
        ),
        alone(
            "slope_of_softplus_too_far",
            _with(softplus_slope=sigmoid.derivative),
            "that is the slope of the slope. What is the derivative of ln(1 + e^z), by the chain rule?",
        ),
        alone(
            "inner_derivative_missing",
            _with(softplus_slope=lambda z: 1 / (1 + np.exp(z))),
            "that is 1 over what stands in the logarithm. What does the chain rule multiply it by?",
        ),
        alone(
            "value_for_slope",
            _with(sigmoid_slope=sigmoid, tanh_slope=np.tanh, softplus_slope=lambda z: np.logaddexp(0, z)),
            "that is the value. How much does it move when z moves a little?",
        ),
        cut_to_whole(_true_curves),
    ),
)  # fmt: skip
