"""What is wrong with a gradient: every wrong one is seen, no right one accused, and the mistake has a name."""

import re
import subprocess
import sys
import warnings
from collections import Counter

import numpy as np
import pytest
from faulty_passes import passes
from test_network import ACTIVATIONS, LOGITS, REAL, random_case
from thorough import THOROUGH

import bpcourse as bp
from bpcourse.diagnosis import messages, search, steps
from bpcourse.mistakes import MISTAKES
from bpcourse.nested import Nested

PASSES = passes()
NETWORKS = {"a network": range(7), "a function": range(3)} if THOROUGH else {"a network": [4], "a function": [1]}


def random_network(seed):
    """(net, params, X, Y, Y as rows): of one to four layers, half of them of one width."""
    rng = np.random.default_rng(seed)
    sizes = tuple(int(k) for k in rng.integers(1, 6, size=rng.integers(2, 6)))
    sizes = (4,) * len(sizes) if seed % 2 else (*sizes[:-1], sizes[-1] + 1)  # softmax of one is flat
    hidden, output = (ACTIVATIONS[k] for k in rng.integers(len(ACTIVATIONS), size=2))
    net, params, X, Y = random_case(sizes, int(rng.integers(1, 9)), seed, hidden, output, (REAL + LOGITS)[seed % 6])
    return net, params, X, Y, net.targets(Y)


def elsewhere(name, net, n):
    """True for a fault that belongs to another kind of loss, or to more examples."""
    if name == "last example left out":
        return n < 3  # of one nothing is left, and of two one example at half its size
    return name.endswith("at no logits" if net.loss.on_logits else "at logits")


def names_of(diagnosis):
    """Every set of names that the diagnosis gives: what comes together is one."""
    return [set(name.split(" + ")) for name in (diagnosis.mistake or "", *diagnosis.also)]


def equal(one, other, scale):
    pairs = list(zip(one, other, strict=True))
    return all(a.shape == b.shape for a, b in pairs) and all(np.abs(a - b).max() <= 1e-9 * scale for a, b in pairs)


def as_one_function(net, X, T):
    """The mean loss as a function of a dictionary, for whoever must not know the network."""

    def loss(p):
        layers = range(1, net.L + 1)
        params = net.pack({k: p[f"W{k}"] for k in layers}, {k: p[f"b{k}"] for k in layers})
        return net.loss.value(net.propagate(params, X)[1][net.L], T).mean()

    return loss


@pytest.mark.parametrize("form", NETWORKS)
def test_every_fault_is_seen_none_accused_and_most_have_a_name(form, record_property):
    count, unnamed = Counter(), []
    for seed in NETWORKS[form]:
        net, params, X, Y, T = random_network(seed)
        right = net.backward(params, net.forward(params, X), Y).grads
        scale = max(np.abs(right.vector).max(), 1e-300)
        with np.errstate(all="ignore"):
            made = {name: backward(net, params, X, T) for name, (_, backward) in PASSES.items()}
        arrays = {name: [np.asarray(a, float) for a in grads.values()] for name, grads in made.items()}
        for name, grads in made.items():
            if not all(np.isfinite(a).all() for a in arrays[name]) or elsewhere(name, net, len(X)):
                continue
            if form == "a network":
                found = bp.diagnose(net, params, X, Y, grads)
            else:
                own = dict(zip(grads, Nested(params).split(params.vector), strict=True))
                found = bp.diagnose(as_one_function(net, X, T), own, grads, n=len(X))
            if equal(arrays[name], arrays[""], scale):
                count["right"] += 1
                count["accused"] += found.right is not True
                continue
            count["wrong"] += 1
            count["seen"] += found.right is False
            alike = [PASSES[other][0] for other in made if other and equal(arrays[other], arrays[name], scale)]
            fits = any(
                set(fit.split(" + ")) <= given if "+" in fit else bool(given & set(fit.split() or [""]))
                for fit in alike for given in names_of(found)
            )  # fmt: skip
            count["named"] += fits
            if not fits:
                unnamed.append((seed, name, net, str(found)))
    record_property(
        "summary",
        f"Gradients of {form}: {count['seen']} of {count['wrong']} wrong ones seen, {count['named']} named; "
        f"{count['accused']} of {count['right']} right ones accused.",
    )
    assert count["seen"] == count["wrong"] > 50 * len(NETWORKS[form]) and count["accused"] == 0 < count["right"]
    assert form == "a function" or count["named"] >= 0.95 * count["wrong"], unnamed


@pytest.mark.parametrize("seed", range(40 if THOROUGH else 8))
def test_no_right_gradient_is_accused(seed):
    net, params, X, Y, T = random_network(seed)
    if seed % 4 == 1:  # at kinks, and silent
        params, X = net.parameters(np.round(2 * params.vector) / 2), np.round(X)
    if seed % 4 == 2:  # tiny and large together
        params.vector[:] *= np.random.default_rng(seed).choice([1e-4, 1.0, 5.0], size=params.vector.size)
    grads = net.backward(params, net.forward(params, X), Y).grads
    found = bp.diagnose(net, params, X, Y, grads)
    assert found.right is True and found.mistake is None, found
    own, theirs = (
        dict(zip(PASSES[""][1](net, params, X, T), Nested(p).split(p.vector), strict=True)) for p in (params, grads)
    )
    assert bp.diagnose(as_one_function(net, X, T), own, theirs).right is not False
    noise = np.random.default_rng(seed)
    other_order = [a + 3e-10 * np.abs(a).max() * noise.uniform(-1, 1, a.shape) for a in theirs.values()]
    assert bp.diagnose(net, params, X, Y, other_order).right is True
    single = [array.astype(np.float32) for array in theirs.values()]
    assert bp.diagnose(net, params, X, Y, single).right is True


def test_a_mistake_with_a_name_is_likelier_than_a_factor_without_a_reason():
    """Under mse with 5 outputs, a - y is 2.5 times the derivative."""
    net, params, X, Y = random_case((3, 4, 5), 6, 0, bp.tanh, bp.sigmoid, bp.mse)
    assert bp.diagnose(net, params, X, Y, PASSES["plain error"][1](net, params, X, Y)).mistake == "plain_error"


def test_a_factor_that_comes_in_on_the_way_goes_down():
    net, params, X, Y = random_case((3, 4, 4, 4, 2), 6, 0)
    grads = net.backward(params, net.forward(params, X), Y).grads
    theirs = PASSES["no slope in the first layer"][1](net, params, X, Y)
    for k in (1, 2):
        theirs[f"W{k}"], theirs[f"b{k}"] = 3 * theirs[f"W{k}"], 3 * theirs[f"b{k}"]
    found = bp.diagnose(net, params, X, Y, theirs)
    assert names_of(found)[0] == {"constant_factor", "slope_missing"}
    assert "2 mistakes at once. With a factor of 3 from layer 2 down" in found.message, found
    assert np.allclose(theirs["W2"], 3 * grads.W[2])


def test_one_number_shows_no_factor_without_a_reason():
    for factor, mistake in ((1.37, None), (2, "constant_factor")):
        found = bp.diagnose(lambda p: np.sin(p), 0.3, factor * np.cos(0.3))
        assert (found.right, found.mistake) == (False, mistake), found


def test_what_is_zero_but_for_rounding_is_right():
    """Examples that cancel: the slopes by the biases are 0, and each order of summing leaves another rest."""
    net = bp.Network((2, 2), bp.tanh, bp.identity, bp.mse)
    params = net.init(0)
    x, y = np.array([[1.5, -20.0]]), np.array([[3.0, 500.0]])
    X, Y = np.vstack([x, -x]), np.vstack([y, -y])
    grads = net.backward(params, net.forward(params, X), Y).grads
    assert not grads.b[1].any() and np.abs(grads.W[1]).max() > 1000
    grads.b[1][...] = 3e-14, -5e-15
    assert bp.diagnose(net, params, X, Y, grads).right is True
    grads.b[1][...] = 1e-6
    assert bp.diagnose(net, params, X, Y, grads).right is False


@pytest.mark.parametrize("seed", range(10 if THOROUGH else 3))
def test_a_program_in_float32_is_right_and_said_to_be_single(seed):
    net, params, X, Y, T = random_network(2 * seed)
    if net.loss is bp.cross_entropy:
        Y = T
    small = bp.Parameters(net.sizes, params.vector.astype(np.float32))
    grads = PASSES[""][1](net, small, X.astype(np.float32), Y.astype(np.float32))
    found = bp.diagnose(net, small, X.astype(np.float32), Y.astype(np.float32), grads)
    assert found.right is True, found
    wrong = {name: 1.01 * np.asarray(a) for name, a in grads.items()}
    if any(np.abs(a).max() > 1e-3 for a in wrong.values()):
        assert bp.diagnose(net, small, X.astype(np.float32), Y.astype(np.float32), wrong).right is False


NAMED = {
    "W2 updated before the hidden deltas": "output_first",
    "g' missing at the output": "slope_missing",
    "g' missing in the hidden layer": "slope_missing",
    "g' taken of a instead of z": "slope_of_a",
    "W2 transposed in the recursion": "transposed_weights",
    "everything twice too large": "constant_factor",
    "hidden layer with the wrong sign": "sign",
    "everything with the wrong sign": "sign",
    "biases never updated": "biases_frozen",
    "bias gradients summed to one number": "bias_to_one_number",
    "dW2 with its own layer's activation": "own_activation",
    "only one of two paths counted": "last_path_only",
    "hidden layer never updated": "layer_frozen",
}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_mistakes_of_the_course_have_names(name):
    for seed, (width, loss) in enumerate([(3, bp.half_squared_error), (4, bp.mse), (5, bp.huber(0.3))]):
        net, params, X, Y = random_case((width,) * 3, 6, seed, bp.tanh, bp.sigmoid, loss)
        grads = bp.mistakes.gradient(name, net, params, net.forward(params, X), Y, alpha=0.3)
        assert bp.diagnose(net, params, X, Y, grads).mistake == NAMED[name]
    assert NAMED.keys() == MISTAKES.keys()


def test_the_mistakes_of_the_exercises_are_seen_and_named(record_property):
    """Each wrong step of gradient descent that an exercise knows, as the gradient that it stands for."""
    pytest.importorskip("bpanswers", reason="the answers to the exercises are not installed")
    from bpanswers.common.descent import ONE
    from bpanswers.common.descent_mistakes import MISTAKES as STEPS
    from bpanswers.common.edits import edited

    count, unnamed = Counter(), set()
    for seed, sizes in enumerate([(3, 4, 2), (4, 4, 4)]):
        net, params, X, Y = random_case(sizes, 6, seed, bp.sigmoid, bp.sigmoid, bp.half_squared_error)
        right = Nested(params).split(net.backward(params, net.forward(params, X), Y).grads.vector)
        theta, alpha = [params.W[1], params.b[1], params.W[2], params.b[2]], 0.37
        for name, _, *edits in STEPS[:: 1 if THOROUGH else 16]:
            try:
                with warnings.catch_warnings(action="ignore"):
                    after = edited(ONE, *edits)(*(a.copy() for a in theta), X, Y, alpha)
            except ValueError:
                continue  # its arrays fit into other sizes
            grads = [(old - np.asarray(new)) / alpha for old, new in zip(theta, after, strict=True)]
            found = bp.diagnose(net, params, X, Y, grads, learning_rate=alpha)
            if all(np.allclose(g, r, 1e-9, 1e-12) for g, r in zip(grads, right, strict=True)):
                assert found.right is True, name
                continue
            count["wrong"] += 1
            count["seen"] += found.right is False
            count["named"] += found.mistake is not None
            unnamed |= {name} if found.mistake is None else set()
    record_property(
        "summary",
        f"Wrong steps of the exercises: {count['seen']} of {count['wrong']} seen, {count['named']} explained.",
    )
    assert count["seen"] == count["wrong"] > (140 if THOROUGH else 7)
    assert count["named"] >= 0.9 * count["wrong"], sorted(unnamed)


# ----- of a function: what arrays alone show

RNG = np.random.default_rng(0)
THETA = {"W": RNG.normal(size=(4, 4)), "V": RNG.normal(size=(4, 4)), "b": RNG.normal(size=4)}
X7 = RNG.normal(size=(7, 4))


def cost(p):
    return (np.tanh(X7 @ p["W"].T + p["b"]) @ p["V"].T).var(axis=0).sum() + (p["b"] ** 3).sum() / 7


RIGHT = bp.diagnose(cost, THETA, THETA).numeric


def of(**changed):
    return RIGHT | {name: change(RIGHT[name]) for name, change in changed.items()}


def all_of(change):
    return of(W=change, V=change, b=change)


def nudged(h, both):
    def one(name, k):
        p = {key: value.copy() for key, value in THETA.items()}
        p[name].flat[k] += h
        up = cost(p)
        p[name].flat[k] -= 2 * h
        return (up - cost(p)) / (2 * h) if both else (up - cost(THETA)) / h

    return {name: np.array([one(name, k) for k in range(a.size)]).reshape(a.shape) for name, a in THETA.items()}


LENGTH = np.sqrt(sum((g**2).sum() for g in RIGHT.values()))
SHOWN = {
    # what came: (the mistake, a piece of the message)
    "sign": (all_of(np.negative), "sign", "Your gradient is the right one with the wrong sign"),
    "sign of one": (of(V=np.negative), "sign", "The gradient of `V` is the right one with the wrong sign"),
    "n": (all_of(lambda g: 7 * g), "not_averaged", "exactly 7 times the right one, and 7 is the number of examples"),
    "1/n": (all_of(lambda g: g / 7), "averaged_twice", "exactly 1/7 of the right one"),
    "twice": (all_of(lambda g: 2 * g), "constant_factor", "exactly 2 times"),
    "half of one": (of(W=lambda g: g / 2), "constant_factor", "The gradient of `W` is exactly 1/2 times"),
    "the learning rate": (all_of(lambda g: 0.03 * g), "learning_rate", "0.03 times the right one: that is the learning rate"),
    "any factor": (all_of(lambda g: 1.2345 * g), "constant_factor", "Your gradient is 1.2345 times"),
    "zero": (of(b=lambda g: 0 * g), "zero", "`b` is zero everywhere"),
    "NaN": (of(b=lambda g: g * np.nan), "not_finite", "`b` has entries that are NaN"),
    "transposed": (of(W=np.transpose), "transposed", "`W` is the transpose"),
    "one number": (of(b=lambda g: np.full(4, g.sum())), "one_number_sum", "the sum over the units"),
    "a scalar": (of(b=lambda g: g.sum()), "one_number_sum", "the sum over the units"),
    "mean": (of(b=lambda g: np.full(4, g.mean())), "one_number_mean", "the mean over the units"),
    "a column": (of(b=lambda g: g[:, None]), "reshaped", "the right numbers in another shape"),
    "not summed": (of(b=lambda g: g * (w := np.linspace(0, 1, 7)[:, None]) / w.sum()), "not_reduced_sum", "the sum over it would be right"),
    "not averaged": (of(b=lambda g: g * (w := np.linspace(0, 1, 7)[:, None]) / w.mean()), "not_reduced_mean", "the mean over it would be right"),
    "sizes": (all_of(np.abs), "signs_lost", "the right sizes and no minus"),
    "signs": (all_of(np.sign), "signs_only", "the right signs, and the size 1"),
    "exchanged": (RIGHT | {"W": RIGHT["V"], "V": RIGHT["W"]}, "exchanged", "`W` is the gradient of `V`"),
    "other places": (of(b=lambda g: g[::-1]), "permuted", "the right numbers in other places"),
    "a penalty": ({k: g + 0.02 * THETA[k] for k, g in RIGHT.items()}, "penalty", "plus 0.02 times the parameters"),
    "a step": ({k: THETA[k] - 0.1 * g for k, g in RIGHT.items()}, "new_values", "with a learning rate of 0.1"),
    "cut off": (all_of(lambda g: np.clip(g, -0.1, 0.1)), "clipped", "cut off at 0.1"),
    "cut to a length": (all_of(lambda g: g / LENGTH), "norm_clipped", "its length is 1"),
    "one-sided": (nudged(1e-3, both=False), "one_sided", "with h = 0.001"),
    "a long step": (nudged(1e-1, both=True), "step_too_large", "with the step h = 0.1"),
    "two things": (of(W=np.transpose, b=lambda g: 7 * g), "transposed + not_averaged", "`b` is exactly 7 times"),
    "an entry": (of(W=lambda g: g + 0.5 * (np.arange(16).reshape(4, 4) == 6)), None, "the largest difference is at `W[1, 2]`"),
    "digits": (all_of(lambda g: g + 1e-4 * np.sin(1e3 * g) * abs(g)), None, "right to about 4 digits, and then not"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_what_arrays_alone_show(name):
    grads, mistake, text = SHOWN[name]
    found = bp.diagnose(cost, THETA, grads, n=7, learning_rate=0.03)
    assert found.right is False and found.mistake == mistake and text in found.message, found
    wrong = {k for k in THETA if np.shape(grads[k]) != RIGHT[k].shape or not np.allclose(grads[k], RIGHT[k], 1e-6)}
    assert {k for k, fine in found.arrays.items() if fine is False} == wrong


def test_a_penalty_that_the_gradient_forgets():
    def with_penalty(p):
        return cost(p) + 0.05 * sum((a**2).sum() for a in p.values())

    found = bp.diagnose(with_penalty, THETA, RIGHT)
    assert found.mistake == "penalty_missing" and "minus 0.1 times the parameters" in found.message


def test_n_that_is_2_may_be_either():
    found = bp.diagnose(cost, THETA, all_of(lambda g: 2 * g), n=2)
    assert (
        found.mistake == "not_averaged" and found.also == ("constant_factor",) and "would tell them apart" in str(found)
    )


def test_a_kink_and_a_loss_that_no_nudge_moves():
    def loss(p):
        return np.abs(p).sum() + p[0] ** 2

    at = np.array([0.5, 0.0, 0.0, 0.0])
    assert bp.diagnose(loss, at, np.array([2.0, 0.3, 7.0, 7.0])).right is None
    assert bp.diagnose(loss, at, np.array([2.5, 0.3, 7.0, 7.0])).right is False
    near = np.array([0.5, 1.0, 0.0, 1.0])
    found = bp.diagnose(loss, near, np.array([2.0, 1.0, 7.0, 1.0]))
    assert found.right is True and "too much: 1." in str(found)
    assert bp.diagnose(loss, near, 2 * np.array([2.0, 1.0, 7.0, 1.0])).mistake == "constant_factor"
    assert "Does it use the params" in bp.diagnose(lambda p: 0.7, at, at).message


def test_layers_tell_the_equation():
    net, params, X, Y = random_case((3, 5, 4, 2), 6, 0)
    right = Nested(net.backward(params, net.forward(params, X), Y).grads)
    shift = np.random.default_rng(1).normal(size=right.vector.size)
    cases = {"BP1": "123456", "BP2": "1234", "BP3": "13", "BP4": "24", None: "34"}
    for equation, which in cases.items():
        wrong = [
            g + s * (str(k) in which)
            for k, (g, s) in enumerate(zip(right.split(right.vector), right.split(shift), strict=True), start=1)
        ]
        own = Nested(params).split(params.vector)
        for p, g in (
            (own, wrong),
            (list(zip(own[::2], own[1::2], strict=True)), list(zip(wrong[::2], wrong[1::2], strict=True))),
        ):
            found = bp.diagnose(_loss_of(net, X, Y), p, g)
            assert (found.right, found.mistake, found.equation) == (False, None, equation), (which, found)
    assert "from layer 3 to layer 2" in bp.diagnose(_loss_of(net, X, Y), own, [g + s * (k < 4) for k, (g, s) in enumerate(zip(right.split(right.vector), right.split(shift), strict=True))]).message  # fmt: skip


def _loss_of(net, X, Y):
    def loss(p):
        params = net.parameters(Nested(p).vector)
        return net.backward(params, net.forward(params, X), Y).loss

    return loss


# ----- what is nearly a known mistake, and is none


def judged(right, came, **known):
    """The Diagnosis of these arrays, where the right ones are those of a loss that is linear: known to 11 digits."""
    theta = {name: np.linspace(0.5, 1.5, np.size(r)).reshape(np.shape(r)) for name, r in right.items()}
    return bp.diagnose(lambda p: sum((r * p[name]).sum() for name, r in right.items()), theta, came, **known)


FIVE = np.array([1.0, 0.5, -0.25, 0.15, 0.35])
NEARLY = {
    # what is right, what came: nothing is named that does not explain every entry
    "a factor that one entry shows": (np.array([1.0, 1e-12, 1e-12, 1e-12]), lambda r: 1.37 * r),
    "other numbers with the same sum": (FIVE, lambda r: r + [0.1, -0.1, 0.2, -0.2, 0]),
    "the largest entry lowered": (FIVE, lambda r: np.where(r == 1, 0.8, r)),
    "a step uphill": (FIVE, lambda r: np.linspace(0.5, 1.5, 5) + 0.1 * r),
    "a penalty too small to be told": (FIVE, lambda r: r + 4e-7 * np.linspace(0.5, 1.5, 5)),
}


@pytest.mark.parametrize("name", NEARLY)
def test_what_is_nearly_a_mistake_gets_no_name(name):
    right, change = NEARLY[name]
    found = judged({"b": right}, {"b": change(right)})
    assert (found.right, found.mistake) == (False, None), found


def test_a_factor_with_a_reason_is_named_though_rounding_grows_with_it():
    noise = 1 + 3e-10 * np.array([1, -1, 1, 1, -1])
    assert judged({"b": FIVE}, {"b": 1000 * FIVE * noise}, n=1000).mistake == "not_averaged"


def test_one_entry_in_another_shape_is_reshaped_and_no_sum():
    assert judged({"b": np.array([0.3])}, {"b": np.array([[0.3]])}).mistake == "reshaped"


def test_numbers_that_float16_holds_are_no_sign_of_float32():
    found = judged({"b": np.array([0.25, 0.5, -1.0, 2.0])}, {"b": np.array([0.25, 0.5, -1.0, 2.0])})
    assert (found.right, found.mistake) == (True, None) and "float32" not in found.message


def test_at_a_kink_no_sum_is_said_to_be_known():
    slopes = np.array([0.0, 1.0, -0.5, 0.75])
    found = bp.diagnose(lambda p: np.abs(p[0]) + slopes @ p, np.array([0.0, 1, 1, 1]), np.full(4, slopes.sum()))
    assert (found.right, found.mistake) == (False, None), found


def test_what_rounding_drowns_is_not_known():
    found = bp.diagnose(lambda p: 1e6 + 1e-6 * np.sin(p).sum(), np.array([0.3, 0.5]), np.ones(2))
    assert (found.right, found.mistake) == (None, None) and "rounded too much" in found.message


@pytest.mark.parametrize("off", ["everywhere", "in one entry"])
def test_what_is_nearly_a_one_sided_difference_gets_no_name(off):
    came = nudged(1e-3, both=False)
    if off == "everywhere":
        came = {name: a + 1e-8 * np.sin(np.arange(a.size)).reshape(a.shape) for name, a in came.items()}
    else:
        came["b"] = came["b"] + 1e-5 * (np.arange(4) == 2)
    found = bp.diagnose(cost, THETA, came)
    assert (found.right, found.mistake) == (False, None), found


def test_a_pass_that_gives_nearly_these_numbers_is_not_named():
    net, params, X, Y = random_case((3, 4, 2), 6, 0, bp.tanh, bp.sigmoid, bp.mse)
    theirs, rng = PASSES["no slope in the first layer"][1](net, params, X, Y), np.random.default_rng(0)
    assert bp.diagnose(net, params, X, Y, theirs).mistake == "slope_missing"
    nearly = {name: a * (1 + 1e-5 * rng.normal(size=a.shape)) for name, a in theirs.items()}
    assert bp.diagnose(net, params, X, Y, nearly).mistake is None


def test_a_pass_that_explains_the_upper_layers_alone_is_not_named():
    net, params, X, Y = random_case((3, 4, 4, 2), 6, 0, bp.tanh, bp.sigmoid, bp.mse)
    theirs = PASSES["slope of a at the output"][1](net, params, X, Y)
    assert bp.diagnose(net, params, X, Y, theirs).mistake == "slope_of_a"
    theirs["W1"] = theirs["W1"] + np.random.default_rng(99).normal(size=(4, 3))
    assert bp.diagnose(net, params, X, Y, theirs).mistake is None


@pytest.mark.parametrize(
    ("factor", "mistake", "text"),
    [
        (6, "not_averaged", messages.TIMES_N),
        (1 / 6, "averaged_twice", messages.OVER_N),
        (3, "constant_factor", " 3 "),
        (-3, "constant_factor", " −3 "),
    ],
)
def test_a_factor_in_one_layer_stays_there_and_has_its_reason(factor, mistake, text):
    net, params, X, Y = random_case((3, 4, 4, 2), 6, 0)
    grads = net.backward(params, net.forward(params, X), Y).grads
    grads.W[2][...] *= factor
    grads.b[2][...] *= factor
    found = bp.diagnose(net, params, X, Y, grads)
    assert found.mistake == mistake and text.format(n=6) in found.message and "down" not in found.message, found


def test_of_explanations_with_the_same_names_one_is_kept_for_each_delta_that_goes_down():
    delta, done = np.ones((2, 3)), (("error_squared", 2, None),)
    one, other = search.Story(delta, delta, done), search.Story(2 * delta, delta, done)
    assert [story.delta[0, 0] for story in search._best([one, other, one])] == [1, 2]


@pytest.mark.parametrize("sizes", [(1, 1), (1, 1, 1)])
@pytest.mark.parametrize("factors", [(1.37, 2.21), (1.37, 1.37)])
def test_two_entries_show_no_factor_without_a_reason_and_no_learning_rate(sizes, factors):
    net, params, X, Y = random_case(sizes, 6, 3, bp.tanh, bp.sigmoid, bp.half_squared_error)
    grads = net.backward(params, net.forward(params, X), Y).grads
    grads.W[1][...] *= factors[0]
    grads.b[1][...] *= factors[1]
    found = bp.diagnose(net, params, X, Y, grads)
    assert (found.right, found.mistake) == (False, None), found


def test_logits_have_no_slope_to_be_mistaken():
    net, params, X, Y = random_case((3, 4, 3), 6, 0, bp.tanh, bp.identity, bp.cross_entropy)
    trace = net.backward(params, net.forward(params, X), Y)
    delta = trace.delta[2] * trace.z[2]
    lower = (delta @ params.W[2]) * bp.tanh.derivative(trace.z[1])
    theirs = [lower.T @ X / 6, lower.mean(axis=0), delta.T @ trace.a[1] / 6, delta.mean(axis=0)]
    found = bp.diagnose(net, params, X, Y, theirs)
    assert (found.right, found.mistake, found.equation) == (False, None, "BP1"), found


def test_an_example_left_out_of_the_sum_and_not_of_n():
    net, params, X, Y = random_case((3, 4, 2), 6, 0)
    grads = net.backward(params, net.forward(params, X[:-1]), Y[:-1]).grads
    grads.vector[...] *= 5 / 6
    assert bp.diagnose(net, params, X, Y, grads).mistake == "last_example_left_out"


def at_a_kink(n=1):
    """(net, params, X, Y) with a ReLU unit whose sum is exactly 0: in n examples."""
    net = bp.Network((2, 2, 1), bp.relu, bp.identity, bp.half_squared_error)
    params = net.pack({1: [[1.0, -1.0], [0.5, 1.0]], 2: [[0.7, -0.4]]}, {1: [0.0, 0.1], 2: [0.2]})
    return (
        net,
        params,
        np.array([[0.5, 0.5], [0.3, 0.3], [0.2, 0.6]])[-1 - n :],
        np.array([[0.5], [0.1], [0.9]])[-1 - n :],
    )


def test_at_a_kink_either_slope_of_relu_is_right_and_another_number_is_not():
    net, params, X, Y = at_a_kink()
    zero = net.backward(params, net.forward(params, X), Y).grads
    one = zero.copy()
    delta = (net.forward(params, X).output - Y)[0, 0] / 2 * params.W[2][0, 0]
    one.W[1][0] += delta * X[0]
    one.b[1][0] += delta
    for grads, right in ((zero, True), (one, True)):
        assert bp.diagnose(net, params, X, Y, grads).right is right
    one.b[1][0] += 3 * delta
    found = bp.diagnose(net, params, X, Y, one)
    assert found.right is False and found.arrays["b[1]"] is False, found


def test_where_one_nudge_crosses_two_kinks_nothing_is_known():
    net = bp.Network((1, 1, 2, 1), bp.relu, bp.identity, bp.half_squared_error)
    params = net.pack({1: [[1.0]], 2: [[1.0], [-1.0]], 3: [[0.7, 0.4]]}, {1: [0.0], 2: [-0.5, 0.5], 3: [0.2]})
    X, Y = np.array([[0.5]]), np.array([[0.9]])
    grads = net.backward(params, net.forward(params, X), Y).grads
    grads.W[1][...] = 99.0
    found = bp.diagnose(net, params, X, Y, grads)
    assert found.right is None and found.arrays["W[1]"] is None, found


def test_a_pass_without_biases_has_its_name():
    net, params, X, Y = random_case((3, 4, 2), 6, 0)
    bare = params.copy()
    for b in bare.b.values():
        b[...] = 0
    grads = net.backward(bare, net.forward(bare, X), Y).grads
    assert bp.diagnose(net, params, X, Y, grads).mistake == "forward_without_biases"


def test_a_gradient_of_float32_is_judged_by_one_of_float64():
    net, params, X, Y, T = random_network(4)
    single = bp.Parameters(net.sizes, params.vector.astype(np.float32))
    same = net.parameters(single.vector.astype(float))
    small = [a.astype(np.float32) if a.dtype.kind == "f" else a for a in (X, Y)]
    wide = [a.astype(float) if a.dtype.kind == "f" else a for a in small]
    exact = net.backward(same, net.forward(same, wide[0]), wide[1]).grads
    found = bp.diagnose(net, single, *small, exact)
    np.testing.assert_allclose(Nested(found.numeric).vector, exact.vector, rtol=1e-12, atol=0)


# ----- its face


def test_a_network_takes_gradients_in_any_form():
    net, params, X, Y = bp.worked.twin()
    grads = net.backward(params, net.forward(params, X), Y).grads
    W, b = grads.W, grads.b
    forms = [
        grads, {"W1": W[1], "b1": b[1], "W2": W[2], "b2": b[2]}, {"dW1": W[1], "db1": b[1], "dW2": W[2], "db2": b[2]},
        {"W": W, "b": b}, [W[1], b[1], W[2], b[2]], [(W[1], b[1]), (W[2], b[2])], {"W[1]": W[1], "b[1]": b[1], "W[2]": W[2], "b[2]": b[2]},
    ]  # fmt: skip
    assert all(bp.diagnose(net, params, X, Y, form).right for form in forms)
    for form, error, message in (
        ({"W1": W[1]}, ValueError, "grads has the keys 'W1'; expected 'W1', 'b1', 'W2', 'b2'"),
        ([W[1]], ValueError, r"grads is a list of 1; expected W\[1\], b\[1\], W\[2\], b\[2\]"),
        (W[1], TypeError, "grads is ndarray; expected Parameters, or arrays as a dictionary or a list"),
        ([W[1], b[1], W[2], "x"], TypeError, r"grads\[3\] is str"),
    ):
        with pytest.raises(error, match=message):
            bp.diagnose(net, params, X, Y, form)


def test_it_is_shown_as_text_and_as_html():
    found = bp.diagnose(cost, THETA, of(V=np.negative))
    assert str(found) == repr(found) and str(found).startswith("Wrong. The gradient of `V`")
    html = found._repr_html_()
    assert "<code>V</code>" in html and "<strong>Wrong.</strong>" in html and "`" not in html
    assert bp.diagnose(cost, THETA, RIGHT).head == "Right"


def test_every_sentence_is_whole():
    each = [*messages.FACTS.values(), *messages.VIEWS.values(), *messages.PASSES.values()]
    assert all(text.rstrip(")").endswith(("?", ".")) and "!" not in text for text in each)
    for name, text in messages.PASSES.items():
        assert set(re.findall(r"{(\w+)}", text)) <= {"where", "where_layer", "detail"}, name


def test_every_step_of_a_pass_has_its_sentence():
    z = np.random.default_rng(0).normal(size=(4, 3))
    W, named = z[:3], set()
    for net in (bp.Network((3, 3), bp.tanh, bp.identity, loss) for loss in (bp.cross_entropy, bp.mse)):
        named |= {name for name, _ in steps.errors(net, z, bp.softmax(z))}
    named |= {name for name, _ in steps.slopes(bp.sigmoid, z, z, z)} | {name for name, _ in steps.messages(z, z, W, W)}
    named |= {name for name, _ in steps.weight_gradients(z, z, z, z, z + 1, W)} | {
        name for name, _ in steps.bias_gradients(z, z, W[0])
    }
    assert named - {""} <= messages.PASSES.keys() and len(named) > 45


def test_it_is_loaded_when_it_is_first_used():
    program = "import sys, bpcourse; print('bpcourse.diagnosis' in sys.modules); print(callable(bpcourse.diagnose)); import bpcourse.diagnosis; print(callable(bpcourse.diagnose))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True"]
