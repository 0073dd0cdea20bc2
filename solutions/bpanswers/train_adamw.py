"""AdamW from nothing: gradients, moments, corrections, decay and warm-up."""

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import gradient

from .common.edits import edited, slips, solution
from .common.weighted_mean import moments

PROGRAM = solution("train_adamw")


def _case(rng, sizes, warm_up, steps, kind="shares"):
    n, n0, n1 = sizes
    Y = rng.uniform(0.1, 1, (n, n1))
    Y /= Y.sum(axis=1, keepdims=True)
    if kind != "shares":  # one class for each example; the last one never, if there are others
        Y = np.eye(n1)[rng.integers(0, max(n1 - 1, 1), n)]
    return {
        "W": rng.normal(size=(n1, n0)),
        "b": rng.normal(size=n1),
        "X": rng.normal(size=(n, n0)),
        "Y": Y,
        "alpha": rng.uniform(0.1, 0.3),
        "decay": rng.uniform(0.2, 0.5),
        "eps": rng.uniform(0.01, 0.03),
        "warm_up": warm_up,
        "steps": steps,
    }


def inputs(rng):
    runs = (  # sizes, warm-up, steps
        ((7, 5, 3), 3, 5), ((5, 3, 4), 2, 4, "classes"), ((4, 2, 6), 5, 4), ((1, 4, 2), 2, 3, "classes"),
        ((3, 1, 2), 1, 3), ((2, 3, 1), 2, 3), ((4, 2, 3), 2, 1), ((3, 3, 3), 20, 60), ((7, 5, 3), 4, 2, "classes"),
    )  # fmt: skip
    return [_case(rng, *run) for run in runs]


def wide(rng):
    n, n0, n1, warm_up, steps = (int(k) for k in rng.integers(1, 7, 5))
    return _case(rng, (n, n0, n1), warm_up, steps, "classes" if rng.random() < 0.5 else "shares")


def _cost(W, b, X, Y):
    Z = X @ W.T + b
    return (np.log(np.exp(Z).sum(axis=1)) - (Y * Z).sum(axis=1)).sum() / len(X)


def truth(W, b, X, Y, alpha, decay, eps, warm_up, steps):
    """Complex steps of the cost, the weights of all past gradients written out, the decay as one product."""
    past = [], []
    for t in range(1, steps + 1):
        past[0].append(gradient(lambda W, b=b: _cost(W, b, X, Y), W))
        past[1].append(gradient(lambda b, W=W: _cost(W, b, X, Y), b))
        rate = alpha * min(t / warm_up, 1)
        step = [rate * moments(gs, 0.9, 1) / (np.sqrt(moments(gs, 0.999, 2)) + eps) for gs in past]
        W, b = (1 - rate * decay) * W - step[0], b - step[1]
    return W, b


def one_table(W, b, X, Y, alpha, decay, eps, warm_up, steps):
    """b is one more column of W, for an input that is always 1."""
    T, A = np.column_stack([W, b]), np.column_stack([X, np.ones(len(X))])
    w = decay * np.append(np.ones(W.shape[1]), 0.0)
    m, v = np.zeros_like(T), np.zeros_like(T)
    for t in range(1, steps + 1):
        g = (bp.softmax(A @ T.T) - Y).T @ A / len(A)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        T = T - alpha * min(1, t / warm_up) * (m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + eps) + w * T)
    return T[:, :-1], T[:, -1]


def shrunk_first(W, b, X, Y, alpha, decay, eps, warm_up, steps):
    W, b = W.copy(), b.copy()
    state = {name: [np.zeros_like(x), np.zeros_like(x)] for name, x in (("W", W), ("b", b))}
    for t in range(1, steps + 1):
        E = np.exp(X @ W.T + b)
        delta = (E / E.sum(axis=1, keepdims=True) - Y) / len(X)
        rate = alpha if t >= warm_up else alpha * t / warm_up
        W *= 1 - rate * decay
        for name, x, g in (("W", W, np.einsum("nj,ni->ji", delta, X)), ("b", b, delta.sum(0))):
            m, v = state[name]
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            x -= rate * m / (1 - 0.9**t) / ((v / (1 - 0.999**t)) ** 0.5 + eps)
    return W, b


def library(W, b, X, Y, alpha, decay, eps, warm_up, steps):
    """bp.adamw on the weights, bp.adam on the biases."""
    rate = bp.warm_up(alpha, warm_up)
    with_decay, without = bp.adamw(rate, eps=eps, weight_decay=decay), bp.adam(rate, eps=eps)
    of_W, of_b = with_decay.init(W), without.init(b)
    for _ in range(steps):
        delta = (bp.softmax(X @ W.T + b) - Y) / len(X)
        W, of_W = with_decay.update(W, delta.T @ X, of_W)
        b, of_b = without.update(b, delta.sum(axis=0), of_b)
    return W, b


DELTA, BY_W, BY_B = "bp.softmax(X @ theta[0].T + theta[1]) - Y", "delta.T @ X / n", "delta.sum(axis=0) / n"
RATE, LOOP, TURN = "alpha * min(t / warm_up, 1)", "for t in range(1, steps + 1):", "for k, w in ((0, decay), (1, 0.0)):"
M, END, START = "m[k] = 0.9 * m[k] + (1 - 0.9) * grads[k]", "return theta[0], theta[1]", "n, theta ="
M_HAT, V_HAT, BELOW = "m[k] / (1 - 0.9**t)", "v[k] / (1 - 0.999**t)", "np.sqrt(v_hat) + eps"
PULL, ADAM = " + w * theta[k]", f"rate * (m_hat / ({BELOW}))"
STEP, HATS, DECAYED = f"{ADAM[:-1]}{PULL})", f"m_hat, v_hat = {M_HAT}, {V_HAT}", (BY_W, f"{BY_W} + decay * theta[0]")
AGAIN = M, f"delta = {DELTA}\n            grads = {BY_W}, {BY_B}\n            {M}"
SHARE, slip = "min(t / warm_up, 1)", slips(PROGRAM)


def delta_of(outputs):
    """The edit that makes probabilities of Z in another way."""
    return "bp.softmax(X @ theta[0].T + theta[1])", outputs.replace("Z", "(X @ theta[0].T + theta[1])")


BEGAN, LOOPS = "Both began at 0: how large are they after the first step?", "In which of the loops does it belong?"
POINT, LONG = "To which point do both gradients of a step belong?", "How often does your loop run if `steps` is 3?"
ADD_UP, ROW = "The probabilities of what should add up to 1?", "What makes probabilities of a row of logits?"
FIRST, MEAN = "What is alpha_t when t is 1?", "Of what is it the mean?"
ASKED = "Take two steps by hand, for one example of two classes, and print rate, m_hat and v_hat: which is not yours?"

EXERCISE = Exercise(
    fixed=("Y", "warm_up"),
    inputs=inputs,
    truth=truth,
    parts={"W": 1, "b": 1},
    points=6,  # all or none: after two steps every mistake is in both
    passed="Step after step you are where complex steps of the cost lead, the decay beside the moments, not in them.",
    batch="X",
    ask={"W": ASKED, "b": ASKED},
    shapes={"W": "n1 n0", "b": "n1", "X": "n n0", "Y": "n n1"},
    room={
        "a class that never occurs": lambda case: not case["Y"].any(axis=0).all(),
        "shares for targets": lambda case: len(case["W"]) > 1 and set(case["Y"].flat) != {0.0, 1.0},
        "a warm-up of one step": lambda case: case["warm_up"] == 1,
        "a warm-up of more than one step": lambda case: case["warm_up"] > 1,
        "a warm-up longer than the run": lambda case: case["warm_up"] > case["steps"],
        "steps = 1": lambda case: case["steps"] == 1,
        "more than one step": lambda case: case["steps"] > 1,
        "more than one example": lambda case: len(case["X"]) > 1,
        "more than one example and more than one class": lambda case: len(case["X"]) > 1 and len(case["W"]) > 1,
    },
    wide=wide,
    misconceptions=(
        slip("decay_inside_moments", "The decay was added to the gradient, so that it goes through m and v and is "
             "divided by the root of v. In AdamW, which line does it stand in?", DECAYED, (PULL, "")),
        slip("decay_missing", "These are the numbers of Adam: nothing decays. Which term is missing in the line that "
             "moves W?", (PULL, "")),
        slip("decay_of_new_weights", "The weights decayed after the step was taken. In the equation, is it the old or "
             "the new W that decays?", (PULL, ""), ("\n    return", "\n            theta[k] = theta[k] - rate * w * "
             "theta[k]\n    return")),
        slip("decay_before_gradient", "W decays before the gradients are taken. To which W do they belong in a step?",
             ("delta =", "theta[0] = theta[0] * (1 - decay * alpha * min(t / warm_up, 1))\n        delta ="),
             (PULL, "")),
        slip("decay_divided", "The decay stands above the line with m, and is divided by the root and eps. Where does "
             "the equation have it?", (STEP, f"rate * (m_hat + w * theta[k]) / ({BELOW})")),
        slip("decay_not_scaled", "The weights lose the share `decay` in each step. What stands before the bracket in "
             "the equation?", (STEP, ADAM + " - w * theta[k]")),
        slip("decay_not_warmed_up", "The decay is multiplied by alpha from the first step on. Which rate does the "
             "equation name?", (STEP, ADAM + " - alpha * w * theta[k]")),
        slip("decay_scaled_twice", "The decay is multiplied by alpha_t twice. How often does alpha_t stand before w in "
             "the equation?", (PULL, " + rate * w * theta[k]")),
        slip("decay_scaled_by_alpha_too", "The decay is multiplied by alpha once more. Which factors stand before w in "
             "the equation?", (PULL, " + alpha * w * theta[k]")),
        slip("biases_decay", "b decays as well. What does the task say about the biases?", ("0.0", "decay")),
        slip("no_warm_up", "The rate is alpha from the first step on. " + FIRST, (RATE, "alpha")),
        slip("warm_up_from_zero", "The rate of the first step is 0: it goes nowhere. " + FIRST,
             (SHARE, "min((t - 1) / warm_up, 1)")),
        slip("warm_up_never_ends", "The rate rises above alpha. What is the `min` in its equation for?",
             (SHARE, "t / warm_up")),
        slip("warm_up_upside_down", "t and warm_up have changed places. Does the rate rise in the warm-up, or fall?",
             (SHARE, "min(warm_up / t, 1)")),
        slip("warm_up_over_the_run", "The rate rises until the last step. At which t should it be alpha for the first "
             "time?", (SHARE, "min(t / steps, 1)")),
        slip("warm_up_of_weights_only", "W is warmed up and b is not. To which of the two does alpha_t belong?",
             (STEP, STEP.replace("rate", "(alpha if k else rate)"))),
        slip("no_correction", "m and v are used without the correction. " + BEGAN, (HATS, "m_hat, v_hat = m[k], v[k]")),
        slip("only_m_corrected", "Only m is corrected. From which number did v start?", (V_HAT, "v[k]")),
        slip("only_v_corrected", "Only v is corrected. From which number did m start?", (M_HAT, "m[k]")),
        slip("multiplied_by_the_correction", "m and v are multiplied by 1 - beta^t. They are too small at the start: "
             "what makes them larger?", ("[k] / (1", "[k] * (1")),
        slip("hats_kept", "The corrected m and v go into the next step, where they are corrected again. Which m and v "
             "go on?", (HATS, f"m_hat, v_hat = m[k], v[k] = {M_HAT}, {V_HAT}")),
        slip("moments_forgotten", "The moments start from 0 in every step. Where should they be made?",
             (f"        {TURN}", f"        m, v = [0, 0], [0, 0]\n        {TURN}")),
        slip("m_whole", "g is added whole to the old m. For a gradient that stays the same, where would m end?",
             ("(1 - 0.9) * ", "")),
        slip("v_whole", "g^2 is added whole to the old v. For a gradient that stays the same, where would v end?",
             ("(1 - 0.999) * ", "")),
        slip("size_for_square", "v averages |g|. The root comes later: what belongs inside it?",
             ("grads[k] ** 2", "np.abs(grads[k])")),
        slip("root_missing", "You divide by v_hat itself. If all gradients were ten times as large, how should the "
             "step change?", ("np.sqrt(v_hat)", "v_hat")),
        slip("eps_beside_uncorrected_root", "eps stands beside the root of the uncorrected v, as in some libraries. "
             "Beside which root does the equation have it?", (BELOW, "np.sqrt(v_hat) + eps / np.sqrt(1 - 0.999**t)")),
        slip("gradients_one_by_one", "The gradient of b was taken after W had moved. " + POINT, AGAIN),
        slip("weights_after_biases", "The gradient of W was taken after b had moved. " + POINT,
             (TURN, "for k, w in ((1, 0.0), (0, decay)):"), AGAIN),
        slip("gradients_at_the_start", "The gradients of all steps are those at the W and b that came in. Where in the "
             "program is delta made?", (f"    {LOOP}\n        delta = {DELTA}", f"    delta = {DELTA}\n    {LOOP}")),
        slip("bias_to_one_number", "All entries of b move alike, as if it had one gradient for all, or none. How many "
             "biases are there, and which entries of delta belong to each?", (BY_B, "delta.sum() / n")),
        slip("softmax_of_columns", "The softmax runs over the examples of a class. " + ADD_UP,
             delta_of("bp.softmax(Z.T).T")),
        slip("only_W_averaged", "The gradient of b is not divided by the number of examples; that of W is. " + MEAN,
             (BY_B, "delta.sum(axis=0)")),
        slip("only_b_averaged", "The gradient of W is not divided by the number of examples; that of b is. " + MEAN,
             (BY_W, "delta.T @ X")),
        slip("divided_by_classes", "The gradients are divided by the number of classes. The mean goes over which axis "
             "of delta?", ("len(X)", "Y.shape[1]")),
        slip("divided_by_all", "The gradients are divided by the number of all entries of Y. The mean goes over which "
             "of its axes?", ("len(X)", "Y.size")),
        slip("gradients_doubled", "The gradients are twice as large as those of the cross-entropy. Which loss has a "
             "factor 2 in its derivative?", (DELTA, f"2 * ({DELTA})")),
        slip("sigmoid", "The outputs are sigmoids. " + ROW, delta_of("bp.sigmoid.value(Z)")),
        slip("max_for_min", "The rate is the larger of the two in the warm-up. How large may it become?",
             (SHARE, "max(t / warm_up, 1)")),
        slip("decay_halved", "The decay is half as strong as it should be. Which factor stands before theta in the "
             "bracket?", (PULL, " + w / 2 * theta[k]")),
        slip("decay_grows", "The weights grow where they should decay. What is the sign of the decay in the bracket?",
             (PULL, PULL.replace("+", "-"))),
        slip("step_number_stays_1", "The step number is 1 in every step, for the warm-up too. Where is t moved on?",
             (LOOP, "for t in [1] * steps:")),
        slip("decay_twice", "The decay is twice as strong as it should be. Which factor stands before it?",
             (PULL, " + 2 * w * theta[k]")),
        slip("t_stays_0", "The correction finds t at 0, and divides 0 by 0. Where is t moved on?", ("**t", "**0")),
        slip("t_stays_1", "The corrections stay those of the first step. Where is t moved on?", ("**t", "")),
        slip("t_from_two", "The corrections are those of the step after. Which t does the first step have?",
             ("**t", " ** (t + 1)")),
        slip("t_counts_parameters", "t moves on for W and again for b. " + LOOPS, ("**t", " ** (2 * t - 1 + k)")),
        slip("eps_inside_root", "eps stands inside the root. Where does the equation put it?",
             (BELOW, "np.sqrt(v_hat + eps)")),
        slip("eps_by_precedence", "eps is added to the fraction. Which comes first for Python, `/` or `+`?",
             (f"({BELOW})", BELOW)),
        slip("not_averaged", "The gradients are {n} times too large, for a batch of {n}. Adam nearly hides it: only "
             "eps tells. Where does the 1/n go?", ("len(X)", "1")),
        slip("uphill", "Adam's part of the step goes uphill. What is its sign?", ("(m_hat", "(-m_hat")),
        slip("climbs", "The whole step goes uphill, the decay with it. What is its sign?", ("- rate", "+ rate")),
        slip("one_step_too_few", "One step too few. " + LONG, (LOOP, "for t in range(1, steps):")),
        slip("one_step_too_many", "One step too many. " + LONG, (LOOP, "for t in range(1, steps + 2):")),
        slip("one_step_only", "That is where the parameters are after one step. Is the `return` inside the loop?",
             (END, f"    {END}")),
        slip("decay_twice_over", "W decays in two places, in its gradient and beside the fraction. How often is w in "
             "the equation?", DECAYED),
        slip("decay_inside_moments_of_both", "The decay was added to the gradients, that of b too, so that it goes "
             "through m and v. In AdamW, which line does it stand in, and for which parameter?", DECAYED,
             (BY_B, f"{BY_B} + decay * theta[1]"), (PULL, "")),
        slip("only_biases_decay", "b decays and W does not. What does the task say about the biases?",
             (TURN, "for k, w in ((0, 0.0), (1, decay)):")),
        slip("decay_of_signs", "The decay takes the same from every weight, whatever its size. What stands behind w in "
             "the bracket?", (PULL, " + w * np.sign(theta[k])")),
        slip("warm_up_ahead", "The warm-up is one step ahead: at t = 1 it has 2 above the line. " + FIRST,
             (SHARE, "min((t + 1) / warm_up, 1)")),
        slip("warm_up_too_long", "The warm-up takes one step more than `warm_up`. At which t should the rate be "
             "alpha?", (SHARE, "min(t / (warm_up + 1), 1)")),
        slip("warm_up_stands_still", "The rate is 0 until the warm-up is over. " + FIRST, (SHARE, "(t >= warm_up)")),
        slip("warm_up_without_its_last_step", "The rate is 0 as long as t is not larger than `warm_up`. " + FIRST,
             (SHARE, "(t > warm_up)")),
        slip("t_counts_parameters_everywhere", "t moves on for W and again for b, in the corrections and in the "
             "warm-up. " + LOOPS, ("**t", " ** (2 * t - 1 + k)"), (STEP, STEP.replace("rate", "alpha * min((2 * t - 1 "
             "+ k) / warm_up, 1)"))),
        slip("warm_up_too_short", "The warm-up is over one step too early. At which t should the rate be alpha for the "
             "first time?", (SHARE, "min(t / max(warm_up - 1, 1), 1)")),
        slip("warm_up_by_root", "The rate rises with the root of t. How does it rise in the equation?",
             (SHARE, "min(np.sqrt(t / warm_up), 1)")),
        slip("rate_falls", "After the warm-up the rate falls again. What is alpha_t when t is larger than `warm_up`?",
             (SHARE, "min(t / warm_up, warm_up / t)")),
        slip("only_W_corrected", "The moments of b are used without the correction. " + BEGAN,
             (HATS, f"{HATS}\n            m_hat, v_hat = (m[k], v[k]) if k == 1 else (m_hat, v_hat)")),
        slip("only_b_corrected", "The moments of W are used without the correction. " + BEGAN,
             (HATS, f"{HATS}\n            m_hat, v_hat = (m[k], v[k]) if k == 0 else (m_hat, v_hat)")),
        slip("betas_swapped", "beta1 and beta2 have changed places. Which of them belongs to m?", ("0.999", "B"),
             ("0.9", "0.999"), ("B", "0.9")),
        slip("beta2_of_other_rules", "beta2 is 0.99 in your program, as RMSprop has it. What does the task say?",
             ("0.999", "0.99")),
        slip("eps_missing", "The same numbers would come without eps. What happens to an entry whose gradients are all "
             "0?", (" + eps", "")),
        slip("no_softmax", "delta is Z - Y: the softmax is missing. " + ROW, delta_of("Z")),
        slip("softmax_of_all", "The softmax runs over all entries of Z together. " + ADD_UP,
             delta_of("bp.softmax(Z.reshape(1, -1)).reshape(Y.shape)")),
        slip("largest_share_only", "Each row of Y counts as one class, its largest share. What are the entries of Y "
             "when the target is in doubt?", (START, "Y = np.eye(Y.shape[1])[Y.argmax(axis=1)]\n    n, theta =")),
        slip("looks_ahead", "That is the step of NAdam for W. What stands above the line here?",
             (STEP, STEP.replace("m_hat", "(m_hat if k else 0.9 * m_hat + (1 - 0.9) * grads[k] / (1 - 0.9**t))"))),
        slip("plain_descent_for_b", "b moves by its gradient itself, with neither m nor v. Which equation do the two "
             "parameters share?", (STEP, f"({STEP} if k == 0 else rate * grads[k])")),
        slip("in_place", "The numbers are right, but the caller's W and b were changed too: `-=` writes into the "
             "argument. How do you make a new array?", ("theta[k] = theta[k] -", "theta[k] -=")),
    ),
    right=(shrunk_first, library, one_table),
    wrong=tuple(edited(PROGRAM, change) for change in (
        (END, "return W, b"), (END, "return theta[0], b"), (START, "Y = np.round(Y)\n    n, theta ="),
        (START, "X, Y = X[:1], Y[:1]\n    n, theta ="), (" + eps", " + 1e-8"),
        (LOOP, "for t in range(1, min(steps, 20) + 1):"), (LOOP, "for t in range(1, min(steps, 50) + 1):"),
        (f"        {TURN}", f"        grads = [g / max(1, 10 * np.linalg.norm(g)) for g in grads]\n        {TURN}"),
    )),
)  # fmt: skip
