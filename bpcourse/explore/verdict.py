"""What is said of a descent: from theory where there is one, else from what its run has shown so far.

Theory is for the rules of MATRICES on a bowl. It speaks of the long run, which is that of the slowest direction (across
it a path may swing meanwhile), so its word is the same at every step. Without theory no word speaks of steps to come,
so that none can prove it wrong. That a descent arrives is always measured.
"""

from typing import NamedTuple

import numpy as np

from .. import regimes
from ..text import listed

LONG = 200  # steps: as long a run as the explorer shows
NEAR = 1e-4  # a descent has arrived where its loss stays below this share of the first one
MATRICES = {  # of each rule that has one: (alpha lambda, beta) to the matrix of a step
    "sgd": lambda alpha_lambda, beta: regimes.momentum_matrix(alpha_lambda, 0.0),
    "momentum": regimes.momentum_matrix,
    "nesterov": regimes.nesterov_matrix,
}
WORDS = {  # of each regime: (where it is quick, where it is slow)
    regimes.MONOTONE: ("closes in", "crawls"),
    regimes.RINGING: ("rings", "rings for long"),
    regimes.ALTERNATING: ("alternates", "alternates for long"),
    regimes.LASTING: ("swings without end", "swings without end"),
    regimes.DIVERGING: ("diverges", "diverges"),
}
OUTCOMES = ("arrives", "diverges", "runs away")
SLOW = 1000  # steps: without theory a descent crawls that needs more, at its pace
ROUNDING = 1e-9  # a change by a smaller share of the loss is none


class Verdict(NamedTuple):
    """What follows the name of a rule. word: a verb first; steps: after how many it arrived, if it did; more: what else
    there is to say, if anything.
    """

    word: str
    more: str = ""
    steps: int | None = None

    @property
    def short(self):
        return self.word if self.steps is None else f"{self.word} {_in_steps(self.steps)}"

    def __str__(self):
        return f"{self.short}, {self.more}" if self.more else self.short


def verdict(rule, alpha, beta, curvatures, loss, steps, in_view=True):
    """The Verdict on a run after `steps` steps.

    rule: its name in RULES. curvatures: the eigenvalues of the Hessian where it is the same everywhere, else None.
    loss: above the minimum by step, nan from where the path was given up. Where it is below NEAR after `steps`, it must
    go on to step LONG: what comes up again has not arrived. in_view: whether the point lies in the picture.
    """
    if not loss[0] > 0:
        return Verdict("is there already")
    share, regime = loss[: steps + 1] / loss[0], None
    if curvatures is not None and rule in MATRICES:
        regime, factor = regimes.long_run([MATRICES[rule](alpha * curvature, beta) for curvature in curvatures])
    grows = regime in (regimes.LASTING, regimes.DIVERGING)
    arrived = np.inf if grows else arrival(loss)
    if arrived <= steps:
        return Verdict("arrives", f"its slowest direction {regime}" if regime else "", arrived)
    if regime:
        slow = factor > NEAR ** (0.5 / LONG)  # a step leaves factor of the distance, its square of the loss
        return Verdict(WORDS[regime][slow], _beside_theory(share, grows, in_view))
    if steps == 0:
        return Verdict("has not started")
    if np.isnan(share[-1]):
        return Verdict("runs away")
    return Verdict(_shown(share), "" if in_view else "out of the picture now")


def arrival(loss):
    """The number of steps from which on the loss is at most NEAR times the first one; inf: it never stays there."""
    last = np.flatnonzero(~(loss <= NEAR * loss[0]))[-1]
    return np.inf if last == len(loss) - 1 else int(last) + 1


def _beside_theory(share, grows, in_view):
    """What the run shows that theory does not say: a stable momentum may climb at first, a loss that will grow fall."""
    if len(share) == 1:
        return "no step yet"
    if np.isnan(share[-1]):
        return "out of bounds"
    if not in_view:
        return "out of the picture now"
    if grows:
        return "now below its start" if share[-1] < 1 else ""
    return "now above its start" if share[-1] > 1 else ""


def _shown(share):
    """The word for a run of which no theory speaks. share: its loss by step, as a share of the first one."""
    change = np.diff(share)
    if np.ptp(share[-11:]) < ROUNDING * share[-1]:
        return "gets nowhere"
    rises = change > ROUNDING * share[:-1]
    upturns = np.count_nonzero(rises[1:] & ~rises[:-1])
    if upturns >= 2:
        return "goes up and down"
    if share[-1] > 1:
        return "has gone up"
    half = len(change) // 2
    if upturns == 0 and half >= 5 and share[-1] > NEAR:
        pace = np.log(share[half] / share[-1]) / (len(change) - half)  # of its second half
        if np.log(share[-1] / NEAR) > pace * SLOW:
            return "crawls"
    return "has come down"


def headline(verdicts, room, in_full=False):
    """What is said of all rules together, the fullest form of at most `room` characters: each by its name, or those of
    one word counted, or only their outcomes. verdicts: {the name that is shown: its Verdict}. in_full: first try all
    that there is to say of each, though there are several.
    """
    words = {name: said.word for name, said in verdicts.items()}
    outcomes = {name: word if word in OUTCOMES else "has not arrived" for name, word in words.items()}
    steps = {name: said.steps for name, said in verdicts.items() if said.steps is not None}
    tries = ["; ".join(f"{name} {said}" for name, said in verdicts.items())] if in_full or len(verdicts) == 1 else []
    tries += [_together(words, len(words), steps), _together(words, len(words)), _together(words, 1)]
    tries += [_together(words, 0), _together(outcomes, 0)]
    return next((text for text in tries if len(text) <= room), tries[-1])


def _together(words, most, steps=None):
    """Such as "a and b arrive in 103 and 88 steps; c rings": names that share a word stand together, or their number
    where there are more than `most`.
    """
    parts = []
    for word in dict.fromkeys(words.values()):
        names = [name for name in words if words[name] == word]
        verb, *rest = word.split(" ", 1)
        if len(names) > 1:
            verb = {"is": "are", "has": "have", "goes": "go"}.get(verb, verb.removesuffix("s"))
        if steps and names[0] in steps:
            rest = [_in_steps(*(steps[name] for name in names))]
        parts.append(" ".join([listed(names) if len(names) <= most else str(len(names)), verb, *rest]))
    return "; ".join(parts)


def _in_steps(*numbers):
    return f"in {listed(numbers)} step" + "s" * (numbers != (1,))
