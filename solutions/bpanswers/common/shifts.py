"""What people take off a row of logits in place of its largest one."""

LARGEST = "Z.max(axis=1, keepdims=True)"
APART = "right until the logits of a row lie far apart. You take off"

# fmt: off
SHIFTS = (
    ("one_maximum", "Z.max(keepdims=True)",
     "right until rows lie far apart. One maximum is taken for the whole batch: how large is the largest exponent in "
     "the other rows?"),
    ("shifted_by_the_mean", "Z.mean(axis=1, keepdims=True)",
     f"{APART} the mean of a row: how large can a logit minus the mean become?"),
    ("shifted_by_the_median", "np.median(Z, axis=1, keepdims=True)",
     f"{APART} the median of a row: how large can a logit minus the median become?"),
    ("shifted_by_the_smallest", "Z.min(axis=1, keepdims=True)",
     f"{APART} the smallest logit of a row: how large can the others be beside it?"),
    ("shifted_by_the_first", "Z[:, :1]", f"{APART} the first logit: how large can the others be beside it?"),
    ("shifted_by_the_last", "Z[:, -1:]", f"{APART} the last logit: how large can the others be beside it?"),
    ("one_mean", "Z.mean(keepdims=True)",
     "right until rows lie far apart: one mean is taken off the whole batch. What does each row need?"),
    ("shifted_by_1000", "np.array([[1000.0]])",
     "right for logits near 1000 alone: one fixed number is taken off. What should it depend on?"),
    ("largest_in_size", "np.abs(Z).max(axis=1, keepdims=True)",
     "right until the logit of a row that is largest in size lies far below 0. You take off the largest |z|: what is "
     "left of the exponentials there?"),
)
# fmt: on
"""(the name of the mistake, what is taken off, what to say after "It is")."""


def shifted(slip, about, *changes, suffix="", Z="Z"):
    """These mistakes as edits of a program that takes LARGEST off. about: what the messages begin with.

    changes: further edits, the same for all. suffix: of their names. Z: the program's name for the logits.
    """
    return tuple(
        slip(name + suffix, f"{about} {message}", (LARGEST.replace("Z", Z), shift.replace("Z", Z)), *changes)
        for name, shift, message in SHIFTS
    )


COLUMNS = (
    "the largest logit of each column is taken off, another number from each logit of a row. Does that leave the "
    "softmax of the row as it is?"
)
