"""Every piece of code in a hint runs: with the names that its task gives, and those of the solution.

Code is what stands between backticks, inline or as a block. Its names are np, bp, the arguments of the exercise's first
case, their sizes (the symbols of `shapes`), its results (the names of `parts`), the functions of earlier exercises, what
the solution and a given program hold at any of their lines, and what an earlier piece of the same exercise assigned. How
a piece is written says what it is:

    `np.clip(r, -d, d)`, `x = 1`    an expression or statements: run
    `for r in range(h):`            the head of a block: run with an empty body
    `return theta, v`               what is returned: run
    `np.diag(...)`                  `...` is a gap for the learner: all parts without a gap are run
    `axis=1`, `axis=...`            no blanks around the sign: an argument. Only its value is run
    `r : r + k`                     a slice: its ends are run
    `.argmax(axis=1)`               a method of an array: run on any array that is there
    `+=`, `break`                   an operator or a keyword: nothing is run
"""

import ast
import inspect
import io
import keyword
import re
import sys
import tokenize
import types

import numpy as np
import pytest
from test_exercises import CELLS, EXERCISES, NAMES, NUMBERS, SOLVED

import bpcourse as bp
from bpcourse.marking.engine import Exercise

CODE = re.compile(r"^```(?:python)?\n(.*?)^```$|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
ARGUMENT = re.compile(r"\w+=[^=\s]\S*")  # `axis=1`; a statement has blanks around its sign


def pieces(text):
    """The pieces of code in a text, in order."""
    return [block or inline for block, inline in CODE.findall(text)]


# ----- the names


def moments(function, case):
    """What the names of a function hold when it comes to each of its lines, for the first and for the last time."""
    seen, file = {}, function.__code__.co_filename

    def trace(frame, event, arg):
        if frame.f_code.co_filename != file or frame.f_code.co_name.startswith("<"):
            return None
        names, outer = {}, frame
        while outer and outer.f_code.co_filename == file:
            names = {**outer.f_locals, **names}
            outer = outer.f_back
        first, _ = seen.get(frame.f_lineno, (names, names))
        seen[frame.f_lineno] = first, names
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(**case)
    except Exception:  # a program to be mended may stop with an error
        pass
    finally:
        sys.settrace(before)
    return [names for pair in zip(*seen.values(), strict=True) for names in pair]


def names_of(cell, names):
    """The names that a cell defines."""
    before = set(names)
    exec(compile(cell.source, f"cell {cell.id}", "exec"), names)
    return {name: value for name, value in names.items() if name not in before and name != "__builtins__"}


def rooms(name):
    """The names at every moment, a list of dicts."""
    exercise, cells, common = EXERCISES[name], CELLS[NUMBERS[name]], {"np": np, "bp": bp}
    own = [other for other in NAMES if NUMBERS[other] == NUMBERS[name]]
    common |= {earlier: SOLVED[earlier] for earlier in own[: own.index(name)]}
    given = names_of(cells[f"{name}-given"], dict(common)) if f"{name}-given" in cells else {}
    common |= given
    answer = names_of(cells[f"{name}-answer"], dict(common))
    if not isinstance(exercise, Exercise):
        return [common | answer]
    case = exercise.cases(0)[0]
    (right,) = exercise.outcomes(exercise.truth, exercise.cases(0)[:1])
    common |= exercise.sizes(case) | dict(zip(exercise.parts, right.parts, strict=True))
    for program in given.values():
        if isinstance(program, types.FunctionType) and set(inspect.signature(program).parameters) <= set(case):
            arguments = {name: exercise.cases(0)[0][name] for name in inspect.signature(program).parameters}
            for moment in moments(program, arguments):
                common |= moment
    common |= case
    return [common] + [common | moment for moment in moments(answer[exercise.name], exercise.cases(0)[0])]


# ----- what is to be run of a piece


def is_gap(node):
    return any(isinstance(part, ast.Constant) and part.value is ... for part in ast.walk(node))


def whole(node):
    """The largest expressions below a node that have no gap."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr) and not is_gap(child):
            if not isinstance(getattr(child, "ctx", None), (ast.Store, ast.Del)):
                yield child
        else:
            yield from whole(child)


def only_signs(piece):
    """True for an operator, or a keyword."""
    try:
        tokens = [t for t in tokenize.generate_tokens(io.StringIO(piece).readline) if t.string.strip()]
    except (tokenize.TokenError, SyntaxError):
        return False
    return all(t.type == tokenize.OP or keyword.iskeyword(t.string) for t in tokens)


def statements(piece):
    """The syntax trees to run for a piece: statements and expressions. SyntaxError if it is no code."""
    piece = piece.strip()
    if only_signs(piece) and piece != "...":
        return []
    if ARGUMENT.fullmatch(piece):
        tree = ast.parse(f"dict({piece})")
    elif re.match(r"[^\n]*\S:$", piece) and "\n" not in piece:
        tree = ast.parse(piece + " pass")
    else:
        try:
            tree = ast.parse(piece)
        except SyntaxError:
            tree = ast.parse(
                f"({piece.removesuffix(',')})" if "\n" not in piece and ":" not in piece else f"_[{piece}]"
            )
    found = []
    for node in tree.body:
        if isinstance(node, ast.AnnAssign):  # `padding : -padding`
            found += [node.target, node.annotation]
        elif isinstance(node, ast.Expr) and isinstance(getattr(node.value, "slice", None), ast.Slice):
            found += whole(node.value.slice) if piece.count("[") == 0 else [node]
        elif isinstance(node, ast.Return):
            found += whole(node) if is_gap(node) else [node.value] if node.value else []
        else:
            found += whole(node) if is_gap(node) else [node]
    return found


def run(nodes, names):
    """Run syntax trees; what they assign enters `names`."""
    with np.errstate(all="ignore"):
        for node in nodes:
            if isinstance(node, ast.expr):
                if isinstance(getattr(node, "ctx", None), ast.Store):
                    node.ctx = ast.Load()
                eval(compile(ast.Expression(node), "hint", "eval"), names)
            else:
                exec(compile(ast.Module([node], []), "hint", "exec"), names)


def assigned(nodes):
    """The names that the trees assign."""
    parts = [part for node in nodes for part in ast.walk(node)]
    return {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def problem(piece, names_at, own):
    """What is wrong with a piece of code, or None. `own`: the names that earlier pieces assigned; new ones enter it."""
    error = None
    for names in names_at:
        here = names | own
        tries = [piece]
        if piece.startswith("."):
            tries = [f"({name}){piece}" for name, value in here.items() if isinstance(value, np.ndarray)]
        for text in tries:
            try:
                nodes = statements(text)
                new = assigned(nodes)
                run(nodes, here)
            except Exception as e:
                error = error or e
            else:
                own |= {name: here[name] for name in new if name in here}  # the variable of a comprehension is gone
                return None
    return f"`{piece.strip()}`: {type(error).__name__}: {error}"


def problems(text, names_at):
    """What is wrong with the pieces of code in a text."""
    own = {}
    found = [problem(piece, names_at, own) for piece in pieces(text)]
    return [p for p in found if p]


@pytest.mark.parametrize("name", NAMES)
def test_code_in_the_hints_runs(name):
    found = problems(CELLS[NUMBERS[name]][f"{name}-hints"].source, rooms(name))
    assert not found, "\n".join(found)


# ----- the test itself


ROOM = {"np": np, "bp": bp, "r": np.array([[1.0, -2.0, 3.0]]), "d": 1.5, "n": 3}


@pytest.mark.parametrize(
    "text",
    (
        "first `s = np.abs(r)`, then `s.sum() / n`",
        "`np.where(np.abs(r) <= d, ..., ...)`, `np.diag(...)`",
        "`for k in range(n):` and `total = k`",
        "`return r, d`",
        "`axis=0`, `keepdims=True`, `axis=...`",
        "`n - 1 : n + 1`, `n : -n`, `r[:, n : n + 1]`",
        "`.argmax(axis=1)` or `.sum(axis=1, keepdims=True)`",
        "`+=` and not `=`, `*`, `break`, `else`",
        "```\ntotal = 0\nfor k in range(n):\n    total += k\n```\nand `total`",
    ),
)
def test_what_runs_is_fine(text):
    assert problems(text, [dict(ROOM)]) == []


@pytest.mark.parametrize(
    "text",
    (
        "`np.clip(e, -d, d)`",  # hint 3 of 02.3, once
        "`np.clip(r, -e, ...)`",
        "`np.ssum(...)`",
        "`dim=e`",
        "`e : n`",
        "`n : -e`",
        "`r[:, e : n]`",
        "`for k in range(e):`",
        "`return e`",
        "`.argmax(dim=1)`",
        "`np.clip(r, -d, d`",
        "`r @ r`",
        "`x = ...` and then `y`",
        "`n = n / (n - 3)`",
        "```\ntotal = e\n```",
    ),
)
def test_what_does_not_run_is_found(text):
    assert problems(text, [dict(ROOM)])
