"""A tape, line by line, as the explorer `tape` shows it: of a program in PROGRAMS, or of what a learner has built.

The course has no class that records: the learner writes it, in chapter `tape`. So a tape is read from any objects that
have the chapter's attributes: data (a number), grad, parents (a tuple of such objects) and push (a function of no
arguments that adds to the grad of the parents, or None).
"""

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from numbers import Real

import numpy as np

MOST = 14  # lines that find room in the picture
ENDLESS = 10_000  # nodes after which nobody counts any more
NEEDED = ("data", "grad", "parents", "push")
SYMBOLS = {"add": "+", "radd": "+", "sub": "−", "rsub": "−", "mul": "·", "rmul": "·", "truediv": "/", "rtruediv": "/",
           "pow": "^", "neg": "−"}  # fmt: skip
LONGEST = 5  # letters of a name


@dataclass(frozen=True)
class Line:
    """One line of a tape. parents: their places on it. messages: one for each parent. added: what the sweep added to
    its grad, the message itself unless the class has a bug; None where several came as one number, which stands with
    the first. pushes: whether it has a push at all.
    """

    name: str
    operation: str
    parents: tuple[int, ...]
    value: float
    messages: tuple[float | None, ...]
    added: tuple[float | None, ...]
    pushes: bool = True

    def written(self, names):
        """The right-hand side, with these names for the parents."""
        if not self.parents:
            return ""
        first, *rest = names
        if self.operation in SYMBOLS.values() and len(rest) == 1:
            return f"{first} {self.operation} {rest[0]}"
        return f"{self.operation}({', '.join(names)})"


# ----- programs that the explorer brings along: {its text: ((name, value), (name, operation, parents), ...)}

PROGRAMS = {
    "b = a + a, c = b + b": (("a", 1.5), ("b", "+", "a", "a"), ("c", "+", "b", "b")),
    "y = x · x": (("x", 3.0), ("y", "·", "x", "x")),
    "a unit: tanh(w · x + b)": (
        ("w", 0.5), ("x", 1.2), ("p", "·", "w", "x"), ("b", -0.2), ("z", "+", "p", "b"), ("a", "tanh", "z"),
    ),
    "tanh, taken apart": (
        ("z", 0.4), ("two", 2.0), ("d", "·", "two", "z"), ("e", "exp", "d"), ("less", -1.0), ("top", "+", "e", "less"),
        ("one", 1.0), ("low", "+", "e", "one"), ("a", "/", "top", "low"),
    ),
    "a way that splits and joins": (
        ("v", 0.8), ("x", 1.5), ("c", "·", "v", "x"), ("w1", 0.5), ("z1", "·", "w1", "c"), ("h1", "tanh", "z1"),
        ("u1", 0.7), ("p1", "·", "u1", "h1"), ("w2", -0.8), ("z2", "·", "w2", "c"), ("h2", "tanh", "z2"),
        ("u2", 0.9), ("p2", "·", "u2", "h2"), ("s", "+", "p1", "p2"),
    ),
}  # fmt: skip
RULES = {  # {operation: (value, local derivatives), functions of the values of the parents}
    "+": (lambda a, b: a + b, lambda a, b: (1.0, 1.0)),
    "·": (lambda a, b: a * b, lambda a, b: (b, a)),
    "/": (lambda a, b: a / b, lambda a, b: (1 / b, -a / b**2)),
    "exp": (lambda a: float(np.exp(a)), lambda a: (float(np.exp(a)),)),
    "tanh": (lambda a: float(np.tanh(a)), lambda a: (1 - float(np.tanh(a)) ** 2,)),
}


def computed(program):
    """The Lines of one of PROGRAMS."""
    place = {name: k for k, (name, *_) in enumerate(program)}
    values, rows = [], []
    for _, what, *names in program:
        parents = tuple(place[name] for name in names)
        inputs = [values[k] for k in parents]
        values.append(RULES[what][0](*inputs) if names else what)
        rows.append((what if names else "", parents, RULES[what][1](*inputs) if names else ()))
    slope, lines = [0.0] * len(rows), [None] * len(rows)
    slope[-1] = 1.0
    for k in reversed(range(len(rows))):
        operation, parents, local = rows[k]
        messages = tuple(slope[k] * rate for rate in local)
        for parent, message in zip(parents, messages, strict=True):
            slope[parent] += message
        lines[k] = Line(program[k][0], operation, parents, values[k], messages, messages)
    return lines


# ----- what a learner has built


def read(root, names):
    """The Lines of the tape that ends at `root`; names = {name: object on it}. Their push functions are called, and
    then each grad is again what it was.

    TypeError if an object lacks one of the attributes; ValueError if the tape has a cycle or does not fit.
    """
    nodes = in_order(root)
    called = _called(nodes, names)
    place = {id(node): k for k, node in enumerate(nodes)}
    with _watched(nodes) as added:
        root.grad = 1.0
        messages, amounts = {}, {}
        for k in reversed(range(len(nodes))):
            added.clear()
            grad = nodes[k].grad
            if nodes[k].push is not None:
                try:
                    nodes[k].push()
                except Exception as error:
                    raise ValueError(f"push of {called[k]} failed: {type(error).__name__}: {error}") from error
            amounts[k] = _by_wire(nodes[k].parents, added)
            messages[k] = _sent(nodes[k], grad) or amounts[k]
    return [
        Line(called[k], _operation(node), tuple(place[id(p)] for p in node.parents), float(node.data), messages[k],
             amounts[k], node.push is not None or not node.parents)
        for k, node in enumerate(nodes)
    ]  # fmt: skip


def in_order(root):
    """All objects that lead to `root`, every one after its parents; by a loop, so that depth does not matter."""
    done, open_, order, waiting = set(), set(), [], [(root, False)]
    while waiting:
        node, again = waiting.pop()
        if again:
            open_.discard(id(node))
            done.add(id(node))
            order.append(node)
        elif id(node) in open_:
            raise ValueError("the tape has a cycle: a node is its own ancestor, so there is no order for the sweep")
        elif id(node) not in done:
            _has_attributes(node)
            open_.add(id(node))
            waiting.append((node, True))
            waiting += [(parent, False) for parent in reversed(node.parents) if id(parent) not in done]
        if len(done) + len(open_) > ENDLESS:
            break
    if len(order) > MOST or waiting:
        many = f"more than {ENDLESS}" if waiting else len(order)
        raise ValueError(f"the tape has {many} nodes; up to {MOST} can be drawn. Show a smaller part of it")
    return order


def _has_attributes(node):
    missing = [name for name in NEEDED if not hasattr(node, name)]
    if missing:
        raise TypeError(
            f"a {type(node).__name__} on the tape has no {' and no '.join(f'.{name}' for name in missing)}; "
            "a node needs .data, .grad, .parents and .push"
        )
    if "grad" not in getattr(node, "__dict__", ()):
        raise TypeError(f"{type(node).__name__}.grad is no plain attribute (set self.grad in __init__, no __slots__)")
    if not isinstance(node.parents, (tuple, list)):
        raise TypeError(f".parents is a {type(node.parents).__name__}; expected a tuple of nodes")
    if not (node.push is None or callable(node.push)):
        raise TypeError(f".push is a {type(node.push).__name__}; expected a function of no arguments, or None")
    if not isinstance(node.data, Real) and np.shape(node.data) != ():
        raise TypeError(f".data has the shape {np.shape(node.data)}; only a tape of single numbers can be drawn")


def _called(nodes, names):
    """A name for each node: that of `names`, or its number on the tape."""
    known = {id(node): k for k, node in enumerate(nodes)}
    called = [f"n{k}" for k in range(1, len(nodes) + 1)]
    for name, node in names.items():
        if id(node) not in known:
            raise ValueError(f"{name} is not on the tape: no parents lead back to it")
        if len(name) > LONGEST:
            raise ValueError(f"{name}: a name of at most {LONGEST} letters finds room in the picture")
        called[known[id(node)]] = name
    return called


def _operation(node):
    """What made a node: the function that makes its messages is defined in a method, whose name it carries
    ("Value.__add__.<locals>.<lambda>"); or its push is.
    """
    if not node.parents:
        return ""
    made = (getattr(each, "__qualname__", "") for each in (getattr(node, "messages", None), node.push))
    before = next((name.rpartition(".<locals>")[0] for name in made if ".<locals>" in name), "")
    name = before.rpartition(".")[2].strip("_")
    return SYMBOLS.get(name, name[:LONGEST] or "?")


@contextmanager
def _watched(nodes):
    """All grads 0, and a list of (id of a node, what was added to its grad); in the end all grads as they were.

    Two messages to one parent, as of x · x, can be told apart only while they arrive, so for this time the class of a
    node is one whose grad takes notes.
    """
    added, classes, saved = [], [type(node) for node in nodes], [node.grad for node in nodes]

    def write(node, new):
        added.append((id(node), new - node.__dict__["grad"]))
        node.__dict__["grad"] = new

    grad = property(lambda node: node.__dict__["grad"], write)
    watching = {cls: type(cls.__name__, (cls,), {"grad": grad}) for cls in set(classes)}
    try:
        for node, cls in zip(nodes, classes, strict=True):
            node.grad = 0.0
            node.__class__ = watching[cls]
        yield added
    finally:
        for node, cls, before in zip(nodes, classes, saved, strict=True):
            node.__class__ = cls
            node.grad = before


def _sent(node, grad):
    """What the node's own function `messages` gives, one number for each parent; None if it has no such function."""
    if not (node.parents and node.push is not None and callable(getattr(node, "messages", None))):
        return None
    try:
        sent = tuple(float(message) for message in node.messages(grad))
    except Exception:  # a `messages` of another kind, which push did not call
        return None
    return sent if len(sent) == len(node.parents) else None


def _by_wire(parents, added):
    """What was added along each wire, in the order of the parents."""
    came = {id(parent): [float(amount) for who, amount in added if who == id(parent)] for parent in parents}
    for parent, wires in Counter(map(id, parents)).items():
        if len(came[parent]) != wires:
            came[parent] = [sum(came[parent]), *[None] * (wires - 1)]
    return tuple(came[id(parent)].pop(0) for parent in parents)
