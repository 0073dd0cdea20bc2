"""Optimizers: trajectories in exact or 50-digit arithmetic by hand, and PyTorch's over 100 steps, every option."""

from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest

import bpcourse as bp
from bpcourse.optimizers import schedule
from bpcourse.parameters import Parameters

mp.mp.dps = 50
SIZES = (1, 2)  # four parameters
START = [Fraction(1), Fraction(-2), Fraction(1, 2), Fraction(3)]
CURVE = [Fraction(1), Fraction(3), Fraction(1, 2), Fraction(2)]  # the gradient of 1/2 c theta^2 is c theta


def follow(rule, steps, gradient=lambda theta: np.array(CURVE, float) * theta):
    params = Parameters(SIZES, np.array(START, dtype=float))
    state = rule.init(params)
    for _ in range(steps):
        params, state = rule.update(params, Parameters(SIZES, gradient(params.vector)), state)
    return params.vector


def by_hand(update, steps, number=mp.mpf):
    """Each parameter alone, in exact arithmetic: update(theta, g, t, memory) -> theta."""
    end = []
    for theta, c in zip(START, CURVE, strict=True):
        theta, c, memory = (
            number(theta.numerator) / theta.denominator,
            number(c.numerator) / c.denominator,
            {"m": number(0), "v": number(0)},
        )
        for t in range(1, steps + 1):
            theta = update(theta, c * theta, t, memory)
        end.append(float(theta))
    return end


A, B = Fraction(1, 8), Fraction(3, 4)


def hand_sgd(theta, g, t, k):
    return theta - A * g


def hand_momentum(theta, g, t, k):
    k["v"] = B * k["v"] - A * g
    return theta + k["v"]


def hand_nesterov(theta, g, t, k):
    before = k["v"]
    k["v"] = B * before - A * g
    return theta + B * (B * before - A * g) - A * g


@pytest.mark.parametrize(("rule", "hand"), [
    (bp.sgd(1 / 8), hand_sgd), (bp.momentum(1 / 8, 0.75), hand_momentum), (bp.nesterov(1 / 8, 0.75), hand_nesterov),
], ids=lambda x: getattr(x, "name", ""))  # fmt: skip
def test_in_exact_fractions(rule, hand):
    np.testing.assert_allclose(follow(rule, 20), by_hand(hand, 20, Fraction), rtol=1e-13)


def adaptive(alpha, eps, keep, add, root_of_sum=False):
    def update(theta, g, t, k):
        k["v"] = keep * k["v"] + add * g**2
        return theta - alpha * g / (mp.sqrt(k["v"]) + eps)

    return update


def hand_adam(alpha, b1, b2, eps, correct=True, inside=False, decay=0):
    def update(theta, g, t, k):
        theta = theta - alpha * decay * theta
        k["m"] = b1 * k["m"] + (1 - b1) * g
        k["v"] = b2 * k["v"] + (1 - b2) * g * g
        m, v = (k["m"] / (1 - b1**t), k["v"] / (1 - b2**t)) if correct else (k["m"], k["v"])
        return theta - alpha * m / (mp.sqrt(v + eps) if inside else mp.sqrt(v) + eps)

    return update


ADAPTIVE = {
    "adagrad": (bp.adagrad(0.3, eps=1e-3), adaptive(mp.mpf(0.3), mp.mpf(1e-3), 1, 1)),
    "rmsprop": (bp.rmsprop(0.05, decay=0.75, eps=1e-3), adaptive(mp.mpf(0.05), mp.mpf(1e-3), mp.mpf(0.75), mp.mpf(0.25))),
    "adam": (bp.adam(0.1, 0.75, 0.875, 1e-3), hand_adam(mp.mpf(0.1), mp.mpf(0.75), mp.mpf(0.875), mp.mpf(1e-3))),
    "adam of S1": (
        bp.adam(0.1, 0.75, 0.875, 1e-3, bias_correction=False, eps_inside_root=True),
        hand_adam(mp.mpf(0.1), mp.mpf(0.75), mp.mpf(0.875), mp.mpf(1e-3), correct=False, inside=True),
    ),
    "adamw": (bp.adamw(0.1, 0.75, 0.875, 1e-3, weight_decay=0.5), hand_adam(mp.mpf(0.1), mp.mpf(0.75), mp.mpf(0.875), mp.mpf(1e-3), decay=mp.mpf(0.5))),
}  # fmt: skip


@pytest.mark.parametrize("name", ADAPTIVE)
def test_in_50_digits(name):
    rule, hand = ADAPTIVE[name]
    np.testing.assert_allclose(follow(rule, 20), by_hand(hand, 20), rtol=1e-12)


def noisy(seed=0):
    rng = np.random.default_rng(seed)
    return lambda theta: np.sin(3 * theta) + 0.1 * rng.normal(size=theta.shape)


TORCH = {
    "sgd": (bp.sgd(0.05), lambda o, p: o.SGD(p, lr=0.05)),
    "momentum": (bp.momentum(0.05, 0.8), lambda o, p: o.SGD(p, lr=0.05, momentum=0.8)),
    "momentum 0": (bp.momentum(0.05, 0), lambda o, p: o.SGD(p, lr=0.05, momentum=0.0)),
    "nesterov": (bp.nesterov(0.05, 0.8), lambda o, p: o.SGD(p, lr=0.05, momentum=0.8, nesterov=True)),
    "adagrad": (bp.adagrad(0.1), lambda o, p: o.Adagrad(p, lr=0.1)),
    "adagrad eps": (bp.adagrad(0.1, eps=0.1), lambda o, p: o.Adagrad(p, lr=0.1, eps=0.1)),
    "rmsprop": (bp.rmsprop(0.01), lambda o, p: o.RMSprop(p, lr=0.01)),
    "rmsprop options": (bp.rmsprop(0.01, 0.9, 1e-3), lambda o, p: o.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-3)),
    "adam": (bp.adam(), lambda o, p: o.Adam(p)),
    "adam options": (bp.adam(0.05, 0.8, 0.95, 1e-2), lambda o, p: o.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-2)),
    "adamw": (bp.adamw(), lambda o, p: o.AdamW(p)),
    "adamw options": (bp.adamw(0.05, 0.8, 0.95, 1e-4, 0.1), lambda o, p: o.AdamW(p, lr=0.05, betas=(0.8, 0.95), eps=1e-4, weight_decay=0.1)),
}  # fmt: skip


@pytest.mark.parametrize("name", TORCH)
def test_100_steps_equal_pytorch(name):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    rule, make = TORCH[name]
    theta, gradient = torch.tensor(np.array(START, float), requires_grad=True), noisy()
    optimizer = make(torch.optim, [theta])
    for _ in range(100):
        theta.grad = torch.tensor(gradient(theta.detach().numpy()))
        optimizer.step()
    np.testing.assert_allclose(follow(rule, 100, noisy()), theta.detach(), rtol=1e-10)


SCHEDULES = {
    "step": (bp.step_schedule(0.1, every=3, factor=0.5), lambda t, o: t.StepLR(o, 3, 0.5)),
    "cosine": (bp.cosine_schedule(0.1, steps=20, final=0.01), lambda t, o: t.CosineAnnealingLR(o, 20, eta_min=0.01)),
    "warm-up": (bp.warm_up(0.1, steps=5), lambda t, o: t.LinearLR(o, start_factor=1 / 5, total_iters=4)),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_equal_pytorch(name):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    ours, make = SCHEDULES[name]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    theirs = make(torch.optim.lr_scheduler, optimizer)
    for t in range(1, 20):
        assert ours(t) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12), t
        optimizer.step()
        theirs.step()


def test_schedules_by_hand():
    assert [bp.step_schedule(8.0, every=2, factor=0.5)(t) for t in range(1, 7)] == [8, 8, 4, 4, 2, 2]
    cosine = bp.cosine_schedule(1.0, steps=4, final=0.5)
    assert [cosine(t) for t in (1, 3, 5, 50)] == pytest.approx([1, 0.75, 0.5, 0.5])
    assert [bp.warm_up(1.0, steps=4)(t) for t in (1, 2, 4, 9)] == [0.25, 0.5, 1, 1]
    after = bp.warm_up(bp.step_schedule(1.0, every=2, factor=0.1), steps=2)
    assert [after(t) for t in range(1, 7)] == pytest.approx([0.5, 1, 1, 1, 0.1, 0.1])
    assert schedule(0.3)(1) == schedule(0.3)(99) == 0.3


def test_a_rule_follows_its_schedule():
    theta = follow(bp.sgd(lambda t: 1 / t), 3, gradient=lambda theta: np.ones(4))
    np.testing.assert_allclose(theta, np.array(START, float) - (1 + 1 / 2 + 1 / 3))


@pytest.mark.parametrize("name", TORCH)
def test_update_changes_nothing_that_it_was_given(name):
    rule = TORCH[name][0]
    params, grads = Parameters(SIZES, np.array(START, float)), Parameters(SIZES, np.array(CURVE, float))
    state = rule.update(params, grads, rule.init(params))[1]
    before = [params.vector.copy(), grads.vector.copy(), *[m.copy() for m in state.moments]]
    new, later = rule.update(params, grads, state)
    for old, now in zip(before, [params.vector, grads.vector, *state.moments], strict=True):
        np.testing.assert_array_equal(old, now)
    assert (state.t, later.t) == (1, 2) and not np.array_equal(new.vector, params.vector)


@pytest.mark.parametrize("name", TORCH)
def test_in_place_the_same_numbers_come_into_the_memory_of_the_old_ones(name):
    rule = TORCH[name][0]
    params, grads = Parameters(SIZES, np.array(START, float)), Parameters(SIZES, np.array(CURVE, float))
    state = rule.update(params, grads, rule.init(params))[1]
    expected, later = rule.update(params, grads, state)
    new, now = rule.update(params, grads, state, in_place=True)
    assert new is params and now.t == 2 and all(a is b for a, b in zip(now.moments, state.moments, strict=True))
    for a, b in zip([new.vector, *now.moments], [expected.vector, *later.moments], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", TORCH)
def test_an_array_moves_as_the_vector_of_parameters_does(name):
    rule, gradient = TORCH[name][0], noisy()
    theta = np.array(START, float)
    state = rule.init(theta)
    for _ in range(5):
        theta, state = rule.update(theta, gradient(theta), state)
    np.testing.assert_array_equal(theta, follow(rule, 5, noisy()))


def test_first_step_of_adam_is_the_rate_and_of_s1s_adam_a_third_of_it_tenfold():
    grads = Parameters(SIZES, np.array([5.0, 1e-3, -7.0, 100.0]))
    params = Parameters(SIZES, np.zeros(4))
    right = bp.adam(0.1, eps=1e-12)
    step = right.update(params, grads, right.init(params))[0].vector
    np.testing.assert_allclose(step, [-0.1, -0.1, 0.1, -0.1], rtol=1e-6)
    s1 = bp.adam(0.1, eps=1e-20, bias_correction=False, eps_inside_root=True)
    step = s1.update(params, grads, s1.init(params))[0].vector
    np.testing.assert_allclose(np.abs(step), 0.1 * 0.1 / np.sqrt(0.001), rtol=1e-6)
