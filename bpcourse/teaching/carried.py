"""What goes to an answer with a state of its own and comes back with another: generators, and gradients that watch.

Both ends use this room. All other functions of an exercise stay with the marker, and the answer asks them there.
"""

import numpy as np

from ..marking.watched import WatchedGradients


def state(value):
    """Plain data from which `made` makes the like; None for what stays here."""
    if isinstance(value, np.random.Generator):
        return value.bit_generator.state
    return value.made_from if isinstance(value, WatchedGradients) else None


def made(state):
    """What has this state, at the other end."""
    if "bit_generator" not in state:
        return WatchedGradients(**state)
    generator = np.random.default_rng()
    generator.bit_generator.state = state
    return generator


def after(value):
    """Plain data: how the other end's has changed."""
    return value.bit_generator.state if isinstance(value, np.random.Generator) else value.seen


def take(value, changed):
    """Change this end's in the same way. Raises some error if `changed` is not what `after` gives."""
    if isinstance(value, np.random.Generator):
        value.bit_generator.state = changed
    elif isinstance(value, WatchedGradients):
        value.seen = changed
    else:
        raise TypeError("this has no state")
