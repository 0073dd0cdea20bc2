"""The stream of gradients: the steps are the rules', what the outlier is said to cost can be counted, touches."""

import math
import re
from importlib import import_module

import numpy as np
import pytest

import bpcourse as bp

shell = import_module("bpcourse.explore.stream")
EXPLORER = bp.explore.stream()
ALL = tuple(shell.RULES)


def shown(**values):
    scene = EXPLORER.move(**EXPLORER.settings(**values))
    return [label.text for label in scene.labels], scene


def by_hand(rule, gradients, rho, beta1, beta2):
    """The steps downhill, from sums instead of recurrences."""
    steps = []
    for t in range(1, len(gradients) + 1):
        g = gradients[:t]
        average = lambda beta, x, t=t: sum((1 - beta) * beta ** (t - k) * x[k - 1] for k in range(1, t + 1))  # noqa: E731
        squares = [x**2 for x in g]
        if rule == "adagrad":
            steps.append(g[-1] / math.sqrt(sum(squares)))
        elif rule == "rmsprop":
            steps.append(g[-1] / math.sqrt(average(rho, squares)))
        elif rule == "momentum":
            steps.append(sum(beta1 ** (t - k) * g[k - 1] for k in range(1, t + 1)))
        else:
            hat = math.sqrt(average(beta2, squares) / (1 - beta2**t))
            steps.append(average(beta1, g) / (1 - beta1**t) / hat)
    return np.array(steps)


CASES = [(100, 20, 0.9, 0.9, 0.999), (-30, 7, 0.99, 0.5, 0.99), (1000, 150, 0.5, 0.0, 0.9)]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("rule", ALL)
def test_lengths_are_those_of_the_rule(rule, case):
    gradient, where, rho, beta1, beta2 = case
    shown(rules=(rule,), gradient=gradient, where=where, rho=rho, beta1=beta1, beta2=beta2)
    stream = [gradient if t == where else 1.0 for t in range(1, 201)]
    expected = by_hand(rule, stream, rho, beta1, beta2)
    down, back = (lines[rule].get_ydata() for lines in (EXPLORER.down, EXPLORER.back))
    np.testing.assert_array_equal(np.isnan(back), expected >= 0)
    drawn = np.where(np.isnan(down), -back, down)
    np.testing.assert_allclose(drawn, np.sign(expected) * np.clip(np.abs(expected), 1e-4, 2e3), rtol=1e-5)
    calm = by_hand(rule, [1.0] * 200, rho, beta1, beta2)
    np.testing.assert_allclose(EXPLORER.without[rule].get_ydata(), calm, rtol=1e-5)
    assert EXPLORER.gradients.get_ydata().tolist() == stream
    assert EXPLORER.dot.get_xydata().tolist() == [[where, gradient]]


def test_what_an_outlier_costs_can_be_counted_and_stands_in_the_status_too():
    words = {"backward": lambda q: q < 0, "below half": lambda q: (q >= 0) & (q < 0.5), "above double": lambda q: q > 2}
    for gradient in EXPLORER.sliders["gradient"].values:
        for where in (2, 20, 150):
            texts, scene = shown(gradient=gradient, where=where, rules=ALL, beta2=0.99)
            costs = scene.status.partition("after it: ")[2].removesuffix(".")
            for text, (rule, (name, *_)) in zip(texts, shell.RULES.items(), strict=False):
                drawn = np.where(np.isnan(EXPLORER.down[rule].get_ydata()), -1, 1)
                drawn = drawn * np.fmax(EXPLORER.down[rule].get_ydata(), EXPLORER.back[rule].get_ydata())
                share = (drawn / EXPLORER.without[rule].get_ydata())[where:]
                said = text.removeprefix(f"{name}: ")
                (in_status,) = (part for part in costs.split("; ") if re.search(rf"\b{name}\b", part))
                assert in_status.endswith(said.replace(" steps", "")) and text.startswith(name)
                for word, holds in words.items():
                    found = re.search(rf"{word} (?:for (\d+)|(to the end))", said)
                    many = holds(share).sum()
                    assert bool(found) == bool(many), (gradient, where, said)
                    if found:
                        assert bool(found[2]) == bool(holds(share)[-1]) and (found[2] or int(found[1]) == many)
                assert (said == "neither halved nor doubled") == (
                    not any(holds(share).any() for holds in words.values())
                )
            assert scene.status.startswith(f"Step {where} has the gradient {gradient:g}. ".replace("-", "−"))


def test_controls_of_no_chosen_rule_are_idle():
    assert set(shown(rules=("adagrad",))[1].idle) == {"rho", "beta1", "beta2"}
    assert set(shown(rules=("rmsprop", "momentum"))[1].idle) == {"beta2"}
    assert set(shown(rules=("adam",), gradient=1)[1].idle) == {"rho"}
    assert "no rule is chosen" in shown(rules=())[1].status


def test_the_outlier_can_be_dragged_to_a_step_a_size_and_a_sign_and_names_dropped():
    values = EXPLORER.settings(rules=ALL)
    at = lambda x, y: EXPLORER.pixels(EXPLORER.stream, x, y)  # noqa: E731
    assert EXPLORER.touch(*at(20, 100), **values) == {"gradient": 100, "where": 20}
    assert EXPLORER.touch(*at(90, -1000), **values) == {"gradient": -1000, "where": 90}
    drag = EXPLORER.move(**values).targets[-1].sets
    for gradient in EXPLORER.sliders["gradient"].values:
        assert drag(*at(120, gradient)) == {"gradient": gradient, "where": 120}
    assert drag(*at(-40, 10**9)) == {"gradient": 1000, "where": 2}
    for target, name in zip(EXPLORER.move(**values).targets, ALL, strict=False):
        left, bottom, wide, high = target.box
        touched = EXPLORER.touch(left + 9, bottom + high / 2, **values)
        assert touched == {"rules": tuple(rule for rule in ALL if rule != name)}
