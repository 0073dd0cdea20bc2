"""Chapter 05: AdamW from nothing: gradients, moments, corrections, decay and warm-up."""

from functools import partial

from bpcourse.activations import sigmoid
from bpcourse.marking.engine import Exercise, Misconception

from .adamw_program import adamw, inputs, softmax, truth, wide
from .adamw_rare import RARE


def _wrong(**mistake):
    return partial(adamw, **mistake)


TRAIN_ADAMW = Exercise(
    fixed=("Y", "warm_up"),
    name="train_adamw",
    inputs=inputs,
    truth=truth,
    parts={"W": 1, "b": 1},
    points=6,  # all or none: after two steps every mistake is in both
    passed="Step after step you are where complex steps of the cost lead, the decay beside the moments, not in them.",
    batch="X",
    ask={
        "W": "Take one step without decay and warm-up, and compare it with bp.adam. Which part differs?",
        "b": "Take one step without decay and warm-up, and compare it with bp.adam. Which part differs?",
    },
    shapes={"W": "n1 n0", "b": "n1", "X": "n n0", "Y": "n n1"},
    room={
        "a class that never occurs": lambda case: not case["Y"].any(axis=0).all(),
        "shares for targets": lambda case: len(case["W"]) > 1 and set(case["Y"].flat) != {0.0, 1.0},
        "a warm-up of one step": lambda case: case["warm_up"] == 1,
        "a warm-up of more than one step": lambda case: case["warm_up"] > 1,
        "a warm-up longer than the run": lambda case: case["warm_up"] > case["steps"],
        "more than 50 steps": lambda case: case["steps"] > 50,
        "steps = 1": lambda case: case["steps"] == 1,
        "more than one step": lambda case: case["steps"] > 1,
        "more than one example": lambda case: len(case["X"]) > 1,
        "more than one example and more than one class": lambda case: len(case["X"]) > 1 and len(case["W"]) > 1,
    },
    wide=wide,
    misconceptions=(
        Misconception(
            "decay_inside_moments",
            _wrong(where="moments"),
            "The decay was added to the gradient, so that it goes through m and v and is divided by the root of v. In "
            "AdamW, which line does it stand in?",
        ),
        Misconception(
            "decay_missing",
            _wrong(where="nowhere"),
            "These are the numbers of Adam: nothing decays. Which term is missing in the line that moves W?",
        ),
        Misconception(
            "decay_of_new_weights",
            _wrong(where="after"),
            "The weights decayed after the step was taken. In the equation, is it the old or the new W that decays?",
        ),
        Misconception(
            "decay_not_scaled",
            _wrong(scaled="not"),
            "The weights lose the share `decay` in each step. What stands before the bracket in the equation?",
        ),
        Misconception(
            "decay_not_warmed_up",
            _wrong(scaled="alpha"),
            "The decay is multiplied by alpha from the first step on. Which rate does the equation name?",
        ),
        Misconception(
            "biases_decay",
            _wrong(biases=True),
            "b decays as well. What does the task say about the biases?",
        ),
        Misconception(
            "no_warm_up",
            _wrong(warm=None),
            "The rate is alpha from the first step on. What is alpha_t when t is 1?",
        ),
        Misconception(
            "warm_up_from_zero",
            _wrong(warm=-1),
            "The rate of the first step is 0: it goes nowhere. What is alpha_t when t is 1?",
        ),
        Misconception(
            "warm_up_never_ends",
            _wrong(cap=lambda share, _: share),
            "The rate rises above alpha. What is the `min` in its equation for?",
        ),
        Misconception(
            "no_correction",
            _wrong(powers=(0, 0)),
            "m and v are used without the correction. Both began at 0: how large are they after the first step?",
        ),
        Misconception(
            "only_m_corrected",
            _wrong(powers=(1, 0)),
            "Only m is corrected. From which number did v start?",
        ),
        Misconception(
            "only_v_corrected",
            _wrong(powers=(0, 1)),
            "Only v is corrected. From which number did m start?",
        ),
        Misconception(
            "multiplied_by_the_correction",
            _wrong(powers=(-1, -1)),
            "m and v are multiplied by 1 - beta^t. They are too small at the start: what makes them larger?",
        ),
        Misconception(
            "hats_kept",
            _wrong(keep_hats=True),
            "The corrected m and v go into the next step, where they are corrected again. Which m and v go on?",
        ),
        Misconception(
            "eps_beside_uncorrected_root",
            _wrong(place="uncorrected"),
            "eps stands beside the root of the uncorrected v, as in some libraries. Beside which root does "
            "the equation have it?",
        ),
        Misconception(
            "gradients_one_by_one",
            _wrong(one_by_one=True),
            "The gradient of b was taken after W had moved. To which point do both gradients of a step belong?",
        ),
        Misconception(
            "bias_to_one_number",
            _wrong(one_number=True),
            "The gradient of b is one number, the sum of all of delta. How many biases are there, and which entries of "
            "delta belong to each?",
        ),
        Misconception(
            "softmax_of_columns",
            _wrong(outputs=partial(softmax, axis=0)),
            "The softmax runs over the examples of a class. The probabilities of what should add up to 1?",
        ),
        Misconception(
            "only_W_averaged",
            _wrong(divide=lambda X, Y: (len(X), 1)),
            "The gradient of b is not divided by the number of examples; that of W is. Of what is it the mean?",
        ),
        Misconception(
            "only_b_averaged",
            _wrong(divide=lambda X, Y: (1, len(X))),
            "The gradient of W is not divided by the number of examples; that of b is. Of what is it the mean?",
        ),
        Misconception(
            "divided_by_classes",
            _wrong(divide=lambda X, Y: (Y.shape[1], Y.shape[1])),
            "The gradients are divided by the number of classes. The mean goes over which axis of delta?",
        ),
        Misconception(
            "divided_by_all",
            _wrong(divide=lambda X, Y: (Y.size, Y.size)),
            "The gradients are divided by the number of all entries of Y. The mean goes over which of its axes?",
        ),
        Misconception(
            "sigmoid",
            _wrong(outputs=sigmoid.value),
            "The outputs are sigmoids. What makes probabilities of a row of logits?",
        ),
        Misconception(
            "max_for_min",
            _wrong(cap=max),
            "The rate is the larger of the two in the warm-up. How large may it become?",
        ),
        Misconception(
            "decay_halved",
            _wrong(scaled="half"),
            "The decay is half as strong as it should be. Which factor stands before theta in the bracket?",
        ),
        Misconception(
            "decay_grows",
            _wrong(scaled="grows"),
            "The weights grow where they should decay. What is the sign of the decay in the bracket?",
        ),
        Misconception(
            "step_number_stays_1",
            lambda W, b, X, Y, alpha, decay, eps, warm_up, steps: adamw(
                W, b, X, Y, alpha / warm_up, decay, eps, 1, steps, count="one"
            ),
            "The step number is 1 in every step, for the warm-up too. Where is t moved on?",
        ),
        Misconception(
            "decay_twice",
            _wrong(scaled="twice"),
            "The decay is twice as strong as it should be. Which factor stands before it?",
        ),
        Misconception(
            "t_stays_0",
            _wrong(count="never"),
            "The correction finds t at 0, and divides 0 by 0. Where is t moved on?",
        ),
        Misconception(
            "t_stays_1",
            _wrong(count="one"),
            "The corrections stay those of the first step. Where is t moved on?",
        ),
        Misconception(
            "t_counts_parameters",
            _wrong(count="parameters"),
            "t moves on for W and again for b. In which of the loops does it belong?",
        ),
        Misconception(
            "eps_inside_root",
            _wrong(place="inside"),
            "eps stands inside the root. Where does the equation put it?",
        ),
        Misconception(
            "eps_by_precedence",
            _wrong(place="precedence"),
            "eps is added to the fraction. Which comes first for Python, `/` or `+`?",
        ),
        Misconception(
            "not_averaged",
            _wrong(divide=lambda X, Y: (1, 1)),
            "The gradients are {n} times too large, for a batch of {n}. Adam nearly hides it: only eps tells. Where "
            "does the 1/n go?",
        ),
        Misconception(
            "uphill",
            _wrong(sign=1.0),
            "Adam's part of the step goes uphill. What is its sign?",
        ),
        Misconception(
            "one_step_too_few",
            _wrong(more=-1),
            "One step too few. How often does your loop run if `steps` is 3?",
        ),
        Misconception(
            "one_step_too_many",
            _wrong(more=1),
            "One step too many. How often does your loop run if `steps` is 3?",
        ),
        Misconception(
            "one_step_only",
            lambda W, b, X, Y, alpha, decay, eps, warm_up, steps: adamw(W, b, X, Y, alpha, decay, eps, warm_up, 1),
            "That is where the parameters are after one step. Is the `return` inside the loop?",
        ),
        *RARE,
        Misconception(
            "in_place",
            _wrong(in_place=True),
            "The numbers are right, but the caller's W and b were changed too: `-=` writes into the argument. How do "
            "you make a new array?",
        ),
    ),
)
