"""What an exercise hands over that can be made anew at the other end, from plain data: formulas, and what has a state
that comes back with another, generators of random numbers and gradients that watch.

Both ends use this room. All other functions of an exercise stay with the marker, and the answer asks them there.
"""

import inspect

import numpy as np

from ..marking import formulas
from ..marking.watched import WatchedGradients

FORMULAS = {kind.__name__: kind for kind in (formulas.Bowl, formulas.Cubic, formulas.Valley)}


def state(value):
    """Plain data from which `made` makes the like; None for what stays here."""
    if isinstance(value, np.random.Generator):
        return {"generator": value.bit_generator.state}
    if isinstance(value, WatchedGradients):
        return {"watched": value.made_from}
    if inspect.ismethod(value) and type(value.__self__) in FORMULAS.values():
        return {"formula": [type(value.__self__).__name__, vars(value.__self__), value.__name__]}
    return None


def made(state):
    """What has this state, at the other end."""
    ((kind, data),) = state.items()
    if kind == "formula":
        name, numbers, method = data
        return getattr(FORMULAS[name](**numbers), method)
    if kind == "watched":
        return WatchedGradients(**data)
    generator = np.random.default_rng()
    generator.bit_generator.state = data
    return generator


def after(value):
    """Plain data: how the other end's has changed; None for what cannot."""
    if isinstance(value, np.random.Generator):
        return value.bit_generator.state
    return value.seen if isinstance(value, WatchedGradients) else None


def take(value, changed):
    """Change this end's in the same way. Raises some error if `changed` is not what `after` gives."""
    if isinstance(value, np.random.Generator):
        value.bit_generator.state = changed
    elif isinstance(value, WatchedGradients):
        value.seen = changed
    elif changed is not None or state(value) is None:
        raise TypeError("this has no state")
