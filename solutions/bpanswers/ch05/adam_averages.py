"""Chapter 05: one step of Adam: mistakes in the averages m and v, which go on into theta."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Misconception

from .adam_program import nadam, whole

AVERAGES = (
    Misconception(
        "m_with_beta2",
        partial(nadam, first=lambda m, g, beta1, beta2: beta2 * m + (1 - beta2) * g),
        "{parts}: m averages with beta2. Which beta belongs to m?",
    ),
    Misconception(
        "v_with_beta1",
        partial(nadam, second=lambda v, g, beta1, beta2: beta1 * v + (1 - beta1) * g**2),
        "{parts}: v averages with beta1. Which beta belongs to v?",
    ),
    Misconception(
        "size_for_square",
        partial(nadam, second=lambda v, g, beta1, beta2: beta2 * v + (1 - beta2) * np.abs(g)),
        "{parts}: v averages |g|. The root comes later: what belongs inside it?",
    ),
    Misconception(
        "share_squared",
        partial(nadam, second=lambda v, g, beta1, beta2: beta2 * v + ((1 - beta2) * g) ** 2),
        "{parts}: 1 - beta2 is squared together with g. What does the small 2 stand on in the equation?",
    ),
    Misconception(
        "m_whole",
        partial(nadam, first=lambda m, g, beta1, beta2: whole(m, g, beta1)),
        "{parts}: g is added whole to the old m. For a gradient that stays the same, where would m end?",
    ),
    Misconception(
        "v_whole",
        partial(nadam, second=lambda v, g, beta1, beta2: whole(v, g**2, beta2)),
        "{parts}: g^2 is added whole to the old v. For a gradient that stays the same, where would v end?",
    ),
    Misconception(
        "m_never_fades",
        partial(nadam, first=lambda m, g, beta1, beta2: m + (1 - beta1) * g),
        "{parts}: the old m is kept whole. What is it multiplied by?",
    ),
    Misconception(
        "v_never_fades",
        partial(nadam, second=lambda v, g, beta1, beta2: v + (1 - beta2) * g**2),
        "{parts}: the old v is kept whole. What is it multiplied by?",
    ),
    Misconception(
        "largest_for_mean",
        partial(nadam, second=lambda v, g, beta1, beta2: np.maximum(beta2 * v, g**2)),
        "{parts}: v is the larger of two numbers. What do the equations make of the two?",
    ),
    Misconception(
        "mean_over_entries",
        partial(nadam, square=lambda g: np.mean(g**2)),
        "{parts}: the squares were averaged over all entries. How many rates should there be, one for all entries "
        "or one for each?",
    ),
    Misconception(
        "square_missing",
        partial(nadam, square=lambda g: g),
        "{parts}: v averages g itself, so it can be negative. What does it average?",
    ),
    Misconception(
        "square_of_m",
        lambda theta, g, m, v, t, alpha, beta1, beta2, eps: nadam(
            theta, g, m, v, t, alpha, beta1, beta2, eps, square=lambda g: (beta1 * m + (1 - beta1) * g) ** 2
        ),
        "{parts}: v averages the square of m. Of what is v the second moment?",
    ),
    Misconception(
        "gradients_added_whole",
        partial(nadam, first=lambda m, g, b1, b2: b1 * m + g, second=lambda v, g, b1, b2: b2 * v + g**2),
        "{parts}: g and g^2 are added whole. For a gradient that stays the same, where would m end?",
    ),
    Misconception(
        "moments_forgotten",
        lambda theta, g, m, v, *rest: nadam(theta, g, 0 * m, 0 * v, *rest),
        "{parts}: the m and v that came in have no part in it. What do the first two equations keep of them?",
    ),
)
