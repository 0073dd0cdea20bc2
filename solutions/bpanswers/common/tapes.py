"""Tapes as data: a tuple of (name, i, j), one an operation, after the values that go in. Real or complex numbers."""

import numpy as np

OPERATIONS = {
    "number": lambda values, i, j: i,
    "add": lambda values, i, j: values[i] + values[j],
    "mul": lambda values, i, j: values[i] * values[j],
    "div": lambda values, i, j: values[i] / values[j],
    "tanh": lambda values, i, j: np.tanh(values[i]),
}
ONE_INPUT = ("tanh",)


def run(tape, inputs):
    """All values: those that go in, then one for each operation."""
    values = list(inputs)
    for name, i, j in tape:
        values.append(OPERATIONS[name](values, i, j))
    return values


def read(triple):
    """The numbers of the values that an operation reads."""
    name, i, j = triple
    return () if name == "number" else (i,) if name in ONE_INPUT else (i, j)


def leads(tape, count):
    """The numbers of the values that the last one is made of, itself included. count: of the values that go in."""
    last = count + len(tape) - 1
    found, waiting = {last}, [last]
    while waiting:
        node = waiting.pop()
        new = set(read(tape[node - count])) - found if node >= count else set()
        found |= new
        waiting += new
    return found


def random_tape(rng, inputs, length, operations):
    """A tape on these values whose values stay small: no tanh is saturated, no divisor is near 0, and none divides
    itself. Most operations read the value before them.
    """
    values, tape = [float(v) for v in inputs], []
    while len(tape) < length:
        name = str(rng.choice(operations))
        i, j = (int(k) for k in rng.integers(len(values), size=2))
        if rng.random() < 0.7:
            i = len(values) - 1
        if name == "number":
            i, j = round(float(rng.normal()), 2) or 0.5, None
        elif name in ONE_INPUT:
            j = None
        elif rng.random() < 0.5:
            i, j = j, i
        if name == "div" and (i == j or abs(values[j]) < 0.3):
            continue
        value = float(OPERATIONS[name](values, i, j))
        if abs(value) < 15 and not (name == "tanh" and abs(values[i]) > 2):
            values.append(value)
            tape.append((name, i, j))
    return tuple(tape)
