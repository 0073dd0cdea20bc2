"""A mistake as what it is: a small edit of the right program."""

import numpy as np

from bpcourse.activations import sigmoid


def edited(program, *changes):
    """The function that `program` (text) defines, after `changes`: pairs of a text that stands in it, and what somebody
    wrote in its place.
    """
    for old, new in changes:
        if old not in program:
            raise ValueError(f"{old!r} does not stand in the program")
        program = program.replace(old, new)
    names = {"np": np, "sigmoid": sigmoid}
    exec(program, names)
    return next(value for name, value in names.items() if name not in ("np", "sigmoid", "__builtins__"))
