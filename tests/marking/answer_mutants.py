"""Mechanical mutants of the model solutions: every operator, index, axis, constant, comparison, name and statement changed.

    python tests/marking/answer_mutants.py                      all exercises, two processes; prints what the checks accepted
    python tests/marking/answer_mutants.py one_step forward     some of them

A check should refuse each mutant, unless it computes the same. An accepted one is run against the solution on many
cases of `wide`, far wider than the check's own: if they differ there, the check has a hole, and this fails.
"""

import ast
import copy
import itertools
import sys
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from bpcourse import check
from bpcourse.marking import guard
from bpcourse.marking.engine import Exercise
from bpcourse.marking.exercises import everything

sys.path += [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "tools")]
import stored  # noqa: E402
from support import solved  # noqa: E402

EXERCISES = everything()

SECONDS = 1.0  # for one call of a mutant; many loop for ever
WIDE = 60  # cases on which an accepted mutant is compared with the solution

OPERATORS = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add), ast.Div: (ast.Mult,), ast.Pow: (ast.Mult,),
    ast.FloorDiv: (ast.Div,), ast.Mod: (ast.FloorDiv,), ast.MatMult: (ast.Mult,), ast.BitAnd: (ast.BitOr,),
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt,), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt,), ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,), ast.And: (ast.Or,), ast.Or: (ast.And,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
TWINS = [
    ("sum", "mean"), ("max", "min"), ("maximum", "minimum"), ("argmax", "argmin"), ("zeros", "ones"), ("value", "derivative"),
    ("zeros_like", "ones_like"), ("exp", "log"), ("any", "all"), ("sin", "cos"), ("append", "extend"), ("rows", "columns"),
]  # fmt: skip
TWIN = {a: b for pair in TWINS for a, b in (pair, pair[::-1])}


@dataclass
class Report:
    """Of one exercise: how many mutants there were, and what the check accepted, as (what was changed, the program)."""

    name: str
    count: int = 0
    equal: list = field(default_factory=list)
    holes: list = field(default_factory=list)


def mutants(source, most=None):
    """(what was changed, the program) of every mutant of the program `source`, each once; of a few only, if `most`."""
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    found = [(k, i) for k, node in enumerate(ast.walk(tree)) for i, _ in enumerate(_changes(node, tree))]
    if most:  # of a larger sample, a smaller one is a part
        found = [found[i] for i in np.random.default_rng(0).permutation(len(found))[:most]]
    for k, i in found:
        changed = copy.deepcopy(tree)
        node = next(itertools.islice(ast.walk(changed), k, None))
        said = next(itertools.islice(_changes(node, changed), i, None))()
        text = ast.unparse(ast.fix_missing_locations(changed))
        if text not in seen:
            seen.add(text)
            yield f"line {getattr(node, 'lineno', 0)}: {said}", text


def _changes(node, tree):
    """Functions that change `node` in place, each in another way, and say what they did."""
    for name, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield from _of_statements(value)
        elif isinstance(value, ast.AST):
            yield from _of_child(node, name, value)
    if isinstance(node, ast.Compare | ast.BoolOp):
        ops = node.ops if isinstance(node, ast.Compare) else [node.op]
        for i, op in enumerate(ops):
            for other in OPERATORS.get(type(op), ()):
                yield _set_operator(node, i, other)
    for name in ("elts", "args", "values", "comparators"):
        children = getattr(node, name, None)
        for i, child in enumerate(children if isinstance(children, list) else ()):
            yield from _of_expression(child, lambda new, i=i, children=children: children.__setitem__(i, new))
    if isinstance(node, ast.Constant):
        yield from _of_constant(node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in sorted(_names(tree) - {node.id}):
            yield _put(node, "id", other)
    if isinstance(node, ast.Attribute) and node.attr in TWIN:
        yield _put(node, "attr", TWIN[node.attr])
    if isinstance(node, ast.Call):
        for i in range(len(node.keywords)):
            yield lambda i=i: f"without {ast.unparse(node.keywords.pop(i))}"
        if len(node.args) > 1:
            yield lambda: (node.args.reverse(), f"arguments exchanged in {ast.unparse(node)}")[1]
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        yield lambda: (node.elts.reverse(), f"turned round: {ast.unparse(node)}")[1]


def _of_child(node, name, child):
    if isinstance(child, ast.operator):
        for other in OPERATORS.get(type(child), ()):
            yield _put(node, name, other())
        if isinstance(child, ast.MatMult | ast.Sub | ast.Div | ast.Pow) and isinstance(node, ast.BinOp):
            yield lambda: _exchange(node)
    if isinstance(node, ast.AugAssign) and name == "op" and isinstance(node.target, ast.Name | ast.Subscript):
        yield lambda: "= in place: " + _assign(node)
    if isinstance(child, ast.expr) and not isinstance(getattr(child, "ctx", None), ast.Store | ast.Del):
        yield from _of_expression(child, lambda new: setattr(node, name, new))


def _of_expression(child, put):
    if isinstance(child, ast.UnaryOp):
        yield lambda: (put(child.operand), f"without the sign of {ast.unparse(child)}")[1]
    if isinstance(child, ast.Attribute) and child.attr == "T":
        yield lambda: (put(child.value), f"without .T: {ast.unparse(child)}")[1]
    if isinstance(child, ast.Call) and len(child.args) == 1:
        yield lambda: (put(child.args[0]), f"without the call {ast.unparse(child)}")[1]
    if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute) and not child.args:
        yield lambda: (put(child.func.value), f"without {ast.unparse(child)}")[1]
    if isinstance(child, ast.BinOp):
        yield lambda: (put(child.left), f"only the left of {ast.unparse(child)}")[1]
        yield lambda: (put(child.right), f"only the right of {ast.unparse(child)}")[1]
    if isinstance(child, ast.IfExp):
        yield lambda: (put(child.body), f"always {ast.unparse(child.body)}")[1]
        yield lambda: (put(child.orelse), f"always {ast.unparse(child.orelse)}")[1]


def _of_statements(body):
    first = 1 if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) else 0  # a docstring stays
    for i in range(first, len(body)):
        if not isinstance(body[i], ast.FunctionDef | ast.Pass):
            yield lambda i=i: f"dropped: {_first_line(_replace(body, i, ast.Pass()))}"
        if i + 1 < len(body) and not isinstance(body[i + 1], ast.Return):
            yield lambda i=i: f"exchanged with the next: {_first_line(_swap(body, i))}"
        if isinstance(body[i], ast.Break | ast.Continue):
            other = ast.Continue if isinstance(body[i], ast.Break) else ast.Break
            yield lambda i=i, other=other: f"{other.__name__} for {_first_line(_replace(body, i, other()))}"
    if isinstance(body[-1], ast.AugAssign | ast.Assign):
        yield lambda: f"twice: {_first_line(_again(body))}"


def _of_constant(node):
    value = node.value
    if isinstance(value, bool):
        yield _put(node, "value", not value)
    elif isinstance(value, int):
        for other in sorted({value + 1, value - 1, 0, 1} - {value}):
            yield _put(node, "value", other)
    elif isinstance(value, float):
        for other in (2 * value, 0.0, value + 1):
            yield _put(node, "value", other)
    elif value is None:
        yield _put(node, "value", 0)


def _names(tree):
    """The arguments and local variables of the program."""
    arguments = {a.arg for node in ast.walk(tree) if isinstance(node, ast.arguments) for a in node.args}
    return arguments | {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _put(node, name, value):
    def change():
        before = ast.unparse(node)
        setattr(node, name, value)
        return f"{before} -> {ast.unparse(node)}"

    return change


def _set_operator(node, i, other):
    def change():
        before = ast.unparse(node)
        if isinstance(node, ast.Compare):
            node.ops[i] = other()
        else:
            node.op = other()
        return f"{before} -> {ast.unparse(node)}"

    return change


def _exchange(node):
    node.left, node.right = node.right, node.left
    return f"exchanged: {ast.unparse(node)}"


def _assign(node):
    """`x += y` becomes `x = y`: a plain Assign in the clothes of the AugAssign."""
    before = ast.unparse(node)
    value = node.value
    node.__class__ = ast.Assign
    node.targets, node.value, node.type_comment = [node.target], value, None
    return before


def _replace(body, i, new):
    old, body[i] = body[i], new
    return old


def _swap(body, i):
    body[i], body[i + 1] = body[i + 1], body[i]
    return body[i + 1]


def _again(body):
    body.append(copy.deepcopy(body[-1]))
    return body[-1]


def _first_line(statement):
    return ast.unparse(statement).splitlines()[0]


# ----- marking them


def solutions():
    """{name of an exercise that asks for a function: (the source of its answer cell, the names around it)}."""
    found = {}
    for path in sorted((stored.TREE / "solutions").glob("*.ipynb")):
        cells = stored.cells("solutions", path.name[:2])
        names = solved(cells)
        for key, cell in cells.items():
            name, _, kind = key.rpartition("-")
            if kind == "answer" and isinstance(EXERCISES[name], Exercise):
                found[name] = cell.source, names
    return found


def report(name):
    """Run all mutants of one exercise through its check, in a process of its own."""
    guard.SECONDS = SECONDS
    source, names = solutions()[name]
    return judge_mutants(name, source, names)


def judge_mutants(name, source, names, most=None):
    """Report on the mutants of `source`, a program that solves exercise `name` among `names`; on a few only, if `most`."""
    exercise, found = EXERCISES[name], Report(name)
    for what, text in mutants(source, most):
        around = dict(names)
        try:
            exec(compile(text, f"<mutant of {name}>", "exec"), around)
        except Exception:  # such as a name used before it is there: no program at all
            continue
        found.count += 1
        answer = around.get(name)
        if all(check(name, answer, seed=seed).passed for seed in range(2)):
            (found.equal if same(exercise, answer, names[name]) else found.holes).append((what, text))
    return found


def same(exercise, one, other):
    """True if two programs give the same on all of many wide cases."""
    rng = np.random.default_rng(0)

    def compare():
        for _ in range(WIDE):
            case = exercise.wide(rng)
            if not exercise.outcome(one, case).like(exercise.outcome(other, case)):
                return False
        return True

    return guard.guarded(compare).value is True


def main(chosen):
    known = list(solutions())
    if lost := set(chosen) - set(known):
        return f"No exercise with a function is called {', '.join(sorted(lost))}. There are {', '.join(known)}."
    names = chosen or known
    total = Counter()
    with get_context("spawn").Pool(2) as pool:
        for found in pool.imap(report, names):
            total += Counter(mutants=found.count, equal=len(found.equal), holes=len(found.holes))
            print(f"{found.name}: {found.count} mutants, {len(found.equal)} equal, {len(found.holes)} slipped through")
            for what, _ in found.equal:
                print(f"    equal on {WIDE} wide cases   {what}")
            for what, text in found.holes:
                print(f"    SLIPPED THROUGH   {what}\n{text}\n")
    refused = total["mutants"] - total["equal"] - total["holes"]
    print(f"{total['mutants']} mutants of {len(names)} solutions: {refused} refused, {total['equal']} accepted that")
    print(f"compute the same on wide inputs, {total['holes']} accepted that do not.")
    return 1 if total["holes"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
