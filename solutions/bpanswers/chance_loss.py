"""What guessing costs: the loss of the even guess, and of the best one that does not look at the inputs."""

import math

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes

PROGRAM = solution("chance_loss")
EVEN, INFORMED, SEEN, SHARES = (
    "np.log(len(counts))",
    "-(seen * np.log(seen)).sum()",
    "shares[shares > 0]",
    "counts / counts.sum()",
)


def _counts(rng, K, missing=0, largest=40):
    """Counts of K classes, of which `missing` do not occur."""
    counts = rng.integers(1, largest, size=K)
    counts[rng.permutation(K)[: min(missing, K - 1)]] = 0
    return counts


def inputs(rng):
    plan = (5,), (4, 1), (7, 3), (2,), (3, 1, 9), (10, 0, 400), (1,), (31, 6), (6, 2)
    cases = [_counts(rng, *args) for args in plan]
    cases[8][0], cases[8][-1] = 0, 17  # the first class is missing
    last, alone, even = _counts(rng, 5), np.zeros(4, dtype=int), np.full(6, int(rng.integers(2, 30)))
    last[-1], alone[rng.integers(4)] = 0, int(rng.integers(2, 50))
    rare = np.append(_counts(rng, 3, 0, 5), 30_000)
    return [{"counts": counts} for counts in (*cases, last, alone, even, rare)]


def wide(rng):
    (K,) = sizes(rng, 1, most=9)
    return {"counts": _counts(rng, K, int(rng.integers(0, K + 1)), int(rng.choice([3, 60, 1000])))}


def truth(counts):
    """From the counts alone, no shares: (N ln N - the sum of c ln c) / N, and ln K as a sum of ln(k + 1) - ln k."""
    n, K = int(counts.sum()), len(counts)
    each = math.fsum(int(c) * math.log(int(c)) for c in counts if c > 1)
    informed = (n * math.log(n) - each) / n
    return math.fsum(math.log1p(1 / k) for k in range(1, K)), informed if informed > 1e-12 else 0.0


def example_by_example(counts):
    """The mean over a list of labels, with bp.cross_entropy for the even guess."""
    labels = np.repeat(np.arange(len(counts)), counts)
    shares = np.bincount(labels, minlength=len(counts)) / len(labels)
    even = bp.cross_entropy(np.zeros((len(labels), len(counts))), labels).mean()
    return even, -np.log(shares[labels]).mean()


def weighted(counts):
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(counts > 0, np.log(counts / counts.sum()), 0)
    return [-math.log(1 / counts.size), -np.average(logs, weights=counts)]


def in_a_loop(counts):
    total, n = 0.0, sum(counts)
    for c in counts:
        if c:
            total -= c / n * math.log(c / n)
    return math.log(len(counts)), total


slip, part = slips(PROGRAM), slips(PROGRAM, alone=True)


def even(name, new, message):
    return part(name, f"`even` {message}", (EVEN, new))


def informed(name, new, message):
    return part(name, f"`informed` {message}", (INFORMED, new))


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"even": 1, "informed": 2},
    passed="Both are the mean losses of a guess. A network that learns from its inputs gets below the second.",
    shapes={"counts": "K"},
    room={
        "a class without examples": lambda case: not case["counts"].all(),
        "no example in the first class": lambda case: case["counts"][0] == 0,
        "no example in the last class": lambda case: case["counts"][-1] == 0,
        "a single class that occurs": lambda case: np.count_nonzero(case["counts"]) == 1,
        "the same count in all classes": lambda case: len(set(case["counts"].tolist())) == 1,
        "more than ten classes": lambda case: len(case["counts"]) > 10,
        "more than 1000 examples": lambda case: case["counts"].sum() > 1000,
    },
    wide=wide,
    ask={
        "even": "Which probability does each class get, and what does an example of it cost?",
        "informed": "Which probability does class k get, how much does an example of it cost, and how many are there?",
    },
    misconceptions=(
        informed("log_of_zero", "-(shares * np.log(shares)).sum()", "is no number where a class has no examples: 0 "
                 "times the logarithm of 0. How much do such classes add?"),
        informed("means_over_classes", "-np.log(seen).mean()", "is the mean over the classes, and each counts the "
                 "same. Which class do most of the examples have?"),
        informed("mean_of_terms", "-(seen * np.log(seen)).mean()", "is divided by the number of classes that occur. "
                 "The shares are weights that sum to 1 already: is anything left to divide?"),
        informed("sum_of_logs", "-np.log(seen).sum()", "adds up what one example of each class costs. How often does "
                 "each of these costs occur?"),
        informed("mean_of_terms_over_all", "-(seen * np.log(seen)).sum() / len(counts)", "is divided by K. The shares "
                 "are weights that sum to 1 already: is anything left to divide?"),
        informed("sum_over_examples", "-(seen * np.log(seen)).sum() * counts.sum()", "is the sum over all examples. "
                 "What is their mean?"),
        informed("most_frequent_only", "-np.log(shares.max())", "is what an example of the most frequent class costs. "
                 "What do the others cost, and how many are they?"),
        informed("rarest_only", "-np.log(seen.min())", "is what an example of the rarest class costs. What do the "
                 "others cost, and how many are they?"),
        informed("share_wrong", "1 - shares.max()", "is the share of wrong answers, if one always says the most "
                 "frequent class. What is the mean cross-entropy?"),
        informed("gini", "1 - (shares**2).sum()", "is the chance that two examples have different classes. What does "
                 "the cross-entropy make of the probability of the true class?"),
        informed("perplexity", "np.exp(-(seen * np.log(seen)).sum())", "is e to the power of the mean loss. Which of "
                 "the two is asked for?"),
        informed("even_again", "np.log(len(counts))", "is the loss of the even guess. Where do the counts come in?"),
        informed("even_over_the_seen", "np.log(len(seen))", "is the loss of an even guess among the classes that "
                 "occur. Which probability does each class get in the best guess?"),
        informed("counts_for_shares", "-(counts[counts > 0] * np.log(counts[counts > 0])).sum()", "is made of counts, "
                 "where shares belong. Which of the two can be a probability?"),
        informed("logs_of_counts", "-(seen * np.log(counts[counts > 0])).sum()", "takes the logarithm of counts. Which "
                 "numbers are the probabilities?"),
        even("only_classes_that_occur", "np.log(len(seen))", "leaves out the classes without examples. Among how many "
             "classes does this guess share its probability?"),
        even("number_of_examples", "np.log(counts.sum())", "is the logarithm of the number of examples. Among what "
             "does this guess share its probability?"),
        even("probability", "1 / len(counts)", "is the probability that each class gets. What does the loss make "
             "of it?"),
        even("share_wrong_even", "1 - 1 / len(counts)", "is the share of wrong answers. What does the cross-entropy "
             "make of the probability of the true class?"),
        even("divided_by_classes", "np.log(len(counts)) / len(counts)", "is divided by K. How many of the K terms of "
             "an example are left, if its target is a 1 and zeros?"),
        even("mean_of_the_logs", "-np.log(seen).mean()", "is made of the shares. Which probability does the even guess "
             "give to each class?"),
        even("summed", "np.log(len(counts)) * counts.sum()", "is the sum over all examples. What is their mean?"),
        slip("base_2", "Both are logarithms to the base 2. Which logarithm does the task ask for?",
             ("np.log(", "np.log2(")),
        slip("base_10", "Both are logarithms to the base 10. Which logarithm does the task ask for?",
             ("np.log(", "np.log10(")),
        slip("both_signs", "Both have the wrong sign. Is the logarithm of a probability above or below 0, and which "
             "sign does the loss put before it?", (EVEN, "-np.log(len(counts))"), (INFORMED, INFORMED[1:])),
        informed("sign", INFORMED[1:], "has the wrong sign. Which sign does the loss put before the logarithm?"),
        even("sign_even", "-np.log(len(counts))", "has the wrong sign. Which sign does the loss put before the "
             "logarithm of 1/K?"),
    ),
    right=(example_by_example, weighted, in_a_loop),
    wrong=(
        kept_by_shape(edited(PROGRAM)),
        *(edited(PROGRAM, change) for change in (
            ("> 0]", "> 0.01]"), (SHARES, "counts / counts.max()"), (SHARES, "(counts + 1) / (counts + 1).sum()"),
            (SEEN, "shares[1:]"), (SEEN, "shares[:10]"), (SEEN, "np.maximum(shares, 1e-3)"),
            (INFORMED, "round(-(seen * np.log(seen)).sum(), 3)"), (SEEN, "np.unique(shares[shares > 0])"),
            (EVEN, "np.log(max(len(counts), 2))"), (EVEN, "np.log(np.unique(counts).size)"),
            ("    shares", "    counts = counts[:-1] if counts[-1] == 0 else counts\n    shares"),
        )),
        edited(PROGRAM, (f"{EVEN}, {INFORMED}", f"{INFORMED}, {EVEN}")),
    ),
)  # fmt: skip
