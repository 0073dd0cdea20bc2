"""What the optimizers' explorer says of a descent: theory, plane, run and words agree, on the whole grid of its sliders."""

import itertools
import re
from importlib import import_module

import numpy as np
import pytest
from thorough import THOROUGH

import bpcourse as bp
from bpcourse import regimes
from bpcourse.explore import descents
from bpcourse.explore.optimizers import LOOKS, SURFACES
from bpcourse.explore.settings import RULES
from bpcourse.explore.verdict import LONG, MATRICES, NEAR, WORDS, Verdict, headline, verdict

paths = import_module("bpcourse.explore.optimizers")
SLIDERS = paths.Optimizers.sliders
RATES, BETAS, CONDITIONS = (np.array(SLIDERS[name].values) for name in ("learning_rate", "momentum", "condition"))
STEPS = SLIDERS["steps"].values
ROOM = 44  # characters: less than the explorer has
IN_THE_END = 2000  # steps: what theory says of the long run is seen by then
THEORY = {word for words in WORDS.values() for word in words} - {"crawls"}
SHOWN = {
    "has not started", "arrives", "runs away", "gets nowhere", "goes up and down", "has gone up", "has come down", "crawls",
}  # fmt: skip
LIMITS = {  # of alpha lambda: where each rule begins to diverge (chapter `momentum`)
    "sgd": lambda beta: 2.0,
    "momentum": lambda beta: 2 * (1 + beta),
    "nesterov": lambda beta: 2 * (1 + beta) / (1 + 2 * beta),
}
REGIME = {word: regime for regime, words in WORDS.items() for word in words}


def runs(surfaces, rule, beta, start, steps, rates=RATES):
    """The loss above the minimum by step, (steps + 1, surfaces, rates): of the course's own rule, all at once."""
    rule = RULES[rule][2](1.0, beta)
    theta = np.tile(np.array(start, float), (len(surfaces), len(rates), 1))
    path, moments = [theta.copy()], rule.init(theta).moments
    for t in range(1, steps + 1):
        with np.errstate(all="ignore"):
            g = np.stack([surface.gradient(at) for surface, at in zip(surfaces, theta, strict=True)])
            rule.step(theta, g, rates[:, None], t, *moments)
        theta[~(np.abs(theta) < bp.surfaces.FAR).all(axis=-1)] = np.nan
        path.append(theta.copy())
    lowest = [surface.value(np.array(surface.minimum)) for surface in surfaces]
    at = np.moveaxis(np.array(path), 1, 0)
    return np.stack([s.value(p) - low for s, p, low in zip(surfaces, at, lowest, strict=True)], axis=1)


def needed(loss, steps):
    """As much of the loss as `verdict` must have."""
    return loss[: steps + 1] if loss[steps] > NEAR * loss[0] else loss


def long_run(rule, alpha, beta, kappa):
    """({regimes of the slowest eigenvalues: one, unless some are equally slow}, their size): by another way."""
    matrices = [MATRICES[rule](alpha * curvature, beta) for curvature in (1.0, kappa)]
    mu = np.linalg.eigvals(matrices).ravel()
    slowest = mu[np.abs(mu) > np.abs(mu).max() - 1e-6]
    kinds = {"ringing" if abs(m.imag) > 1e-6 else "alternating" if m.real < -1e-6 else "monotone" for m in slowest}
    return kinds, np.abs(mu).max()


# ----- theory: gradient descent, momentum and Nesterov's rule on the bowl


@pytest.mark.parametrize("rule", MATRICES)
def test_on_the_bowl_word_plane_and_loss_agree(rule):
    """At every momentum (in `make test` every sixth) and condition of the sliders and every second rate, the others at
    the next momentum."""
    rng, seen, bowls = np.random.default_rng(0), set(), [bp.surfaces.bowl(float(k), descents.ANGLE) for k in CONDITIONS]
    for number, beta in enumerate(BETAS[:: 1 if THOROUGH else 6] if rule != "sgd" else [0.9]):
        start = rng.choice(SLIDERS["x"].values[:25]), rng.choice(SLIDERS["y"].values)
        rates = RATES[number % 2 :: 2] if rule != "sgd" else RATES
        run_on, steps = number % 8 == 0, [0, 1, *sorted(rng.choice(STEPS[2:-1], 2, replace=False)), LONG]
        losses = runs(bowls, rule, beta, start, IN_THE_END if run_on else LONG, rates)
        for (i, kappa), (j, alpha) in itertools.product(enumerate(CONDITIONS), enumerate(rates)):
            loss, where = losses[: LONG + 1, i, j], (rule, alpha, beta, kappa, start)
            curvatures = paths.curvatures("bowl", int(kappa))
            said = [verdict(rule, alpha, beta, curvatures, needed(loss, n), n) for n in steps]
            word = said[0].word
            assert {v.word for v in said} <= {word, "arrives"}, where  # the same at all steps, until it arrives
            seen.add(word)

            # The plane, and the theory of each rule's limit.
            beyond = alpha * kappa / LIMITS[rule](beta)
            grows = word in WORDS["diverging"] + WORDS["lasting"]
            assert (word == "diverges") == (beyond > 1 + 1e-9) and grows == (beyond > 1 - 1e-9), where
            if rule == "momentum" and not grows:
                ends = np.array([alpha, alpha * kappa])
                slow_end = ends[regimes.spectral_radius(ends, beta).argmax()]
                assert word in WORDS[regimes.regime(slow_end, beta)], where
            if not grows:
                kinds, factor = long_run(rule, alpha, beta, kappa)
                kind = REGIME[word]
                assert kind in kinds and word == WORDS[kind][int(factor ** (2 * LONG) > NEAR)], where

            # The loss that is drawn, and that of the long run.
            for n, v in zip(steps, said, strict=True):
                if v.word == "arrives":
                    assert not grows and v.steps <= n and v.more == f"its slowest direction {kind}", where
                    assert (loss[v.steps :] <= NEAR * loss[0]).all() and loss[v.steps - 1] > NEAR * loss[0], where
                else:
                    assert v.more == beside(loss, n, grows), where
            if run_on:
                end = np.nan_to_num(losses[-100:, i, j], nan=np.inf).max()
                assert (end > loss[0]) if word == "diverges" else grows or end < 0.05 * loss[0], where
    assert seen >= THEORY - ({"rings", "rings for long"} if rule == "sgd" else set())


def beside(loss, n, grows):
    """What has to stand beside the word of the theory: the reader sees the loss do something else."""
    if n == 0:
        return "no step yet"
    if np.isnan(loss[n]):
        return "out of bounds"
    odd = loss[n] < loss[0] if grows else loss[n] > loss[0]
    return (f"now {'below' if grows else 'above'} its start") if odd else ""


def test_the_longest_run_is_that_of_the_slider():
    assert STEPS[-1] == descents.STEPS == LONG


def test_gradient_descent_does_not_ask_for_the_momentum():
    loss = 0.99 ** np.arange(LONG + 1.0)
    assert len({verdict("sgd", 0.05, float(beta), (1.0, 20.0), loss, 30) for beta in BETAS}) == 1


# ----- the rules and the surfaces that have no theory


def fits(word, loss):
    """Whether the word is true of a loss up to its last step."""
    change = np.diff(loss)
    swings = np.count_nonzero(np.diff(np.sign(change)) > 0)
    if word == "crawls":
        half, last = len(change) // 2, len(change)
        pace = (loss[last] / loss[half]) ** (1 / (last - half))
        return not (change[half:] > 0).any() and loss[last] / loss[0] * pace**1000 > NEAR
    return {
        "has not started": len(loss) == 1,
        "runs away": np.isnan(loss[-1]),
        "gets nowhere": len(loss) > 1 and abs(change[-10:]).max() < 1e-8 * loss[-1],
        "has gone up": loss[-1] > loss[0],
        "has come down": loss[-1] < loss[0],
        "goes up and down": swings >= 2,
    }[word]


WITHOUT_THEORY = [
    (surface, rule) for surface in SURFACES for rule in RULES if surface != "bowl" or rule not in MATRICES
]


@pytest.mark.parametrize(("surface", "rule"), WITHOUT_THEORY)
def test_without_theory_no_word_says_more_than_the_run_has_shown(surface, rule):
    rates = RATES[:: 8 if surface == "network_slice" else 3]  # a network's gradient takes long
    grounds = [paths.surface_of(surface, k) for k in ((1, 10, 100) if surface == "bowl" else (0,))]
    for beta, start in ((0.5, (-2.6, 0.1)), (0.95, (1.3, -2.0))) if RULES[rule][1] else ((0.5, (-2.6, 0.1)),):
        losses = runs(grounds, rule, beta, start, LONG, rates)
        for (i, ground), (j, alpha) in itertools.product(enumerate(grounds), enumerate(rates)):
            loss, words = losses[:, i, j], []
            curvatures = None if ground.hessian is None else tuple(np.linalg.eigvalsh(ground.hessian))
            for n in STEPS:
                said = verdict(rule, alpha, beta, curvatures, needed(loss, n), n)
                words.append(said.word)
                if said.word == "arrives":
                    assert said.steps <= n and (loss[said.steps :] <= NEAR * loss[0]).all()
                    continue
                assert said.word in SHOWN and fits(said.word, loss[: n + 1]), (alpha, beta, n, said.word)
                other = np.append(loss[: n + 1], np.geomspace(1, 1e-9, LONG - n + 9)[9:] * loss[0])
                assert verdict(rule, alpha, beta, curvatures, other, n).word in (said.word, "arrives")
            turns = [word for word, before in zip(words[1:], words, strict=False) if word != before]
            assert len(turns) <= 6, (alpha, beta, turns)
            for last in ("arrives", "runs away"):
                assert set(words[words.index(last) :]) == {last} if last in words else True
            if "goes up and down" in turns:
                after = turns[turns.index("goes up and down") :]
                assert set(after[1:]) <= {"arrives", "runs away", "gets nowhere"} and len(after) <= 2


def test_what_a_made_up_run_is_called():
    def word(loss, steps=None):
        return str(verdict("adam", 0.1, 0.9, None, np.array(loss, float), len(loss) - 1 if steps is None else steps))

    falls = 0.5 ** np.arange(40.0)
    assert word(falls) == "arrives in 14 steps" and word(falls, 13) == "has come down"
    assert word([1, 0, 0]) == "arrives in 1 step"
    assert word([*falls, 0.5, 0.5], 39) == "has come down", "it will come up again"
    assert word([0, 0, 0]) == "is there already" and word(falls, 0) == "has not started"
    assert word([1, 1, 1]) == "gets nowhere" and word([1] + 11 * [0.3, 0.3 + 1e-16]) == "gets nowhere"
    assert word([1, 2]) == "has gone up" and word([1, 2, np.nan]) == "runs away"
    assert word(np.linspace(1, 0.9, 40)) == "crawls" and word(np.linspace(1, 0.9, 40), 8) == "has come down"
    assert word([1, 0.5, 0.6, 0.4]) == "has come down" and word([1, 0.5, 0.6, 0.4, 0.5]) == "goes up and down"
    assert str(verdict("adam", 0.1, 0.9, None, falls, 3, in_view=False)) == "has come down, out of the picture now"


def test_a_reader_is_told_where_the_loss_looks_otherwise():
    curvatures, n = (1.0, 20.0), np.arange(LONG + 1.0)
    rises_first, falls_first = np.exp(0.3 * n - 0.02 * n**2), 0.9**n + 1e-3 * 1.2**n
    assert str(verdict("momentum", 0.133, 0.99, curvatures, rises_first, 9)) == "rings for long, now above its start"
    assert (
        str(verdict("momentum", 0.133, 0.99, curvatures, rises_first, 31))
        == "arrives in 31 steps, its slowest direction ringing"
    )
    assert str(verdict("sgd", 0.115, 0.99, curvatures, falls_first, 3)) == "diverges, now below its start"
    assert str(verdict("sgd", 0.115, 0.99, curvatures, falls_first, 0)) == "diverges, no step yet"
    assert (
        str(verdict("sgd", 0.115, 0.99, curvatures, falls_first, 60, in_view=False))
        == "diverges, out of the picture now"
    )
    assert str(verdict("sgd", 0.1, 0.0, curvatures, np.ones(LONG + 1), 60)) == "swings without end"


# ----- all rules in one line


def test_headline_is_as_full_as_its_room_allows():
    rings, crawls, swings = Verdict("rings", "now above its start"), Verdict("crawls"), Verdict("goes up and down")
    there = [Verdict("arrives", "ringing", n) for n in (103, 88, 1)]
    for room, text in ((48, "momentum rings, now above its start"), (30, "momentum rings")):
        assert headline({"momentum": rings}, room) == text
    for room, text in (
        (46, "a and c go up and down; b arrives in 103 steps"),
        (45, "a and c go up and down; b arrives"),
        (32, "2 go up and down; b arrives"),
        (26, "2 have not arrived; 1 arrives"),
    ):
        assert headline({"a": swings, "b": there[0], "c": swings}, room) == text
    assert headline({"a": swings, "gradient descent": crawls, "c": swings}, 40) == "2 go up and down; 1 crawls"
    assert headline({"momentum": rings, "Adam": crawls}, ROOM) == "momentum rings; Adam crawls"
    assert headline({"momentum": crawls, "Adam": crawls}, ROOM) == "momentum and Adam crawl"
    assert headline(dict(zip("abc", there, strict=True)), ROOM) == "a, b and c arrive in 103, 88 and 1 steps"
    assert headline({"a": there[2]}, 20) == "a arrives in 1 step"
    assert headline({}, ROOM) == ""


def says(part, word):
    """Whether this part of a headline has the word, in singular or plural."""
    verb, *rest = word.split(" ", 1)
    several = {"is": "are", "has": "have", "goes": "go"}.get(verb, verb.removesuffix("s"))
    return any(re.search(rf"\b{' '.join([form, *rest])}( in |,|$)", part) for form in (verb, several))


def test_headline_speaks_of_each_rule_once_and_keeps_to_its_room():
    """Whatever is said of whichever rules."""
    rng, longest = np.random.default_rng(1), 0
    for on_bowl, _ in itertools.product((True, False), range(2000)):
        said = {}
        for rule in rng.permutation(list(RULES))[: rng.integers(1, len(RULES) + 1)]:
            theory = on_bowl and rule in MATRICES
            word = rng.choice(
                sorted(THEORY | {"crawls", "arrives"} if theory else SHOWN - set(on_bowl * ["runs away"]))
            )
            said[LOOKS[rule][0]] = Verdict(str(word), "", int(rng.integers(1, LONG)) if word == "arrives" else None)
        text, told = headline(said, ROOM), 0
        assert len(text) <= ROOM, (text, said)
        longest = max(longest, len(text))
        for part in text.split("; "):
            alike = [name for name in said if says(part, said[name].word)]
            if part.endswith("not arrived"):
                told += int(part.split()[0])
            else:
                assert (
                    (int(part.split()[0]) == len(alike)) if part[0].isdigit() else all(name in part for name in alike)
                )
                told += len(alike)
        assert told == len(said), (text, said)
    assert longest == ROOM
