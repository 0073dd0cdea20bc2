"""Ways to spoil what a right answer returns, the same for every exercise."""

import numpy as np

from bpcourse.marking.compare import plain
from bpcourse.marking.engine import Exercise


def ways(exercise):
    """Functions of what a right answer returns, each of which makes it wrong: {what they do: function}."""
    little, many = 1 + max(1e-5, 100 * exercise.tolerance), len(exercise.parts) > 1
    entrywise = {
        "a little too large": lambda part: plain(part) * little,
        "NaN": lambda part: plain(part) * np.nan,
        "in half precision": lambda part: plain(part).astype(np.float16) * np.float16(1.001),
        "an offset": lambda part: plain(part) + max(1e-3, 100 * exercise.tolerance),
        "as text": lambda part: str(part),
        "twice, along an axis more": lambda part: np.stack([plain(part)] * 2),
    }
    if not many:
        return entrywise
    return {
        **{name: lambda parts, way=way: [way(part) for part in parts] for name, way in entrywise.items()},
        "the last missing": lambda parts: tuple(parts)[:-1],
        "one too many": lambda parts: (*parts, 0),
        "a dictionary": lambda parts: dict(enumerate(parts)),
        "only the first": lambda parts: tuple(parts)[0],
        **{
            f"{name} as it is, the others 0": lambda parts, i=i: [
                part if k == i else 0 * plain(part) for k, part in enumerate(parts)
            ]
            for i, name in enumerate(exercise.parts)
        },
    }


def answers(exercise, right):
    """{what was done: wrong answer}, made of the right answer `right`; none where an exercise reads answers its own way."""
    if exercise.read is not None or type(exercise) is not Exercise:  # what is judged otherwise than by its numbers
        return {}
    return {name: _after(right, way) for name, way in ways(exercise).items()}


def _after(right, way):
    return lambda *arguments: way(right(*arguments))
