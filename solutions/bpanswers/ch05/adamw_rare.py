"""Chapter 05: AdamW from nothing: more mistakes, the rarer ones."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Misconception

from .adamw_program import BETA1, BETA2, adamw, softmax

RARE = (
    Misconception(
        "decay_twice_over",
        partial(adamw, where="both"),
        "W decays in two places, in its gradient and beside the fraction. How often is w in the equation?",
    ),
    Misconception(
        "decay_inside_moments_of_both",
        partial(adamw, where="moments", biases=True),
        "The decay was added to the gradients, that of b too, so that it goes through m and v. In AdamW, "
        "which line does it stand in, and for which parameter?",
    ),
    Misconception(
        "only_biases_decay",
        partial(adamw, biases="only"),
        "b decays and W does not. What does the task say about the biases?",
    ),
    Misconception(
        "decay_of_signs",
        partial(adamw, shape=np.sign),
        "The decay takes the same from every weight, whatever its size. What stands behind w in the bracket?",
    ),
    Misconception(
        "warm_up_ahead",
        partial(adamw, warm=1),
        "The warm-up is one step ahead: at t = 1 it has 2 above the line. What is alpha_t when t is 1?",
    ),
    Misconception(
        "warm_up_too_long",
        partial(adamw, late=1),
        "The warm-up takes one step more than `warm_up`. At which t should the rate be alpha?",
    ),
    Misconception(
        "warm_up_stands_still",
        partial(adamw, cap=lambda share, one: float(share >= one)),
        "The rate is 0 until the warm-up is over. What is alpha_t when t is 1?",
    ),
    Misconception(
        "warm_up_without_its_last_step",
        partial(adamw, cap=lambda share, one: float(share > one)),
        "The rate is 0 as long as t is not larger than `warm_up`. What is alpha_t when t is 1?",
    ),
    Misconception(
        "t_counts_parameters_everywhere",
        partial(adamw, count="everywhere"),
        "t moves on for W and again for b, in the corrections and in the warm-up. In which of the loops does it "
        "belong?",
    ),
    Misconception(
        "warm_up_too_short",
        lambda W, b, X, Y, alpha, decay, eps, warm_up, steps: adamw(
            W, b, X, Y, alpha, decay, eps, max(warm_up - 1, 1), steps
        ),
        "The warm-up is over one step too early. At which t should the rate be alpha for the first time?",
    ),
    Misconception(
        "warm_up_by_root",
        partial(adamw, cap=lambda share, one: min(np.sqrt(share), one)),
        "The rate rises with the root of t. How does it rise in the equation?",
    ),
    Misconception(
        "rate_falls",
        partial(adamw, cap=lambda share, one: min(share, one / share)),
        "After the warm-up the rate falls again. What is alpha_t when t is larger than `warm_up`?",
    ),
    Misconception(
        "only_W_corrected",
        partial(adamw, corrected=(0,)),
        "The moments of b are used without the correction. Both began at 0: how large are they after the first step?",
    ),
    Misconception(
        "only_b_corrected",
        partial(adamw, corrected=(1,)),
        "The moments of W are used without the correction. Both began at 0: how large are they after the first step?",
    ),
    Misconception(
        "betas_swapped",
        partial(adamw, betas=(BETA2, BETA1)),
        "beta1 and beta2 have changed places. Which of them belongs to m?",
    ),
    Misconception(
        "beta2_of_other_rules",
        partial(adamw, betas=(BETA1, 0.99)),
        "beta2 is 0.99 in your program, as RMSprop has it. What does the task say?",
    ),
    Misconception(
        "eps_missing",
        partial(adamw, place="missing"),
        "The same numbers would come without eps. What happens to an entry whose gradients are all 0?",
    ),
    Misconception(
        "no_softmax",
        partial(adamw, outputs=lambda Z: Z),
        "delta is Z - Y: the softmax is missing. What makes probabilities of a row of logits?",
    ),
    Misconception(
        "softmax_of_all",
        partial(adamw, outputs=lambda Z: softmax(Z, (0, 1))),
        "The softmax runs over all entries of Z together. The probabilities of what should add up to 1?",
    ),
    Misconception(
        "largest_share_only",
        partial(adamw, targets=lambda Y: np.eye(Y.shape[1])[Y.argmax(axis=1)]),
        "Each row of Y counts as one class, its largest share. What are the entries of Y when the target is in doubt?",
    ),
)
