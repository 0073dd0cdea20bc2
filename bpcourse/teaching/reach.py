"""What can be read from the text of cells: whether they reach beyond themselves, and whether they do anything."""

import ast

from .sources import parsed

HARMLESS = {"np", "numpy", "math", "bp", "abs", "float", "int", "len", "max", "min", "print", "range", "round", "sum"}
USUAL = {("numpy", "np"), ("numpy", "numpy"), ("math", "math"), ("bpcourse", "bp")}


def reaches_others(steps, mine):
    """True if the cells of `steps` may make a difference to those of `mine`. A guess, on the safe side: for what it
    refuses no harm is known.
    """
    used = {node.id for statement in _of(mine) for node in ast.walk(statement) if isinstance(node, ast.Name)}
    used |= {step.check for step in mine if step.check}
    return any(_reaches(statement, used) for statement in _of(steps))


def are_empty(steps):
    """True if the cells define functions without a body and set names to None or `...`, and do no more."""
    return all(map(_is_empty, _of(steps)))


def _of(steps):
    """The statements of all their cells; a cell that is no Python will not run."""
    return [statement for step in steps for statement in parsed(step.source) or ()]


def _is_empty(statement):
    match statement:
        case ast.FunctionDef(body=body):
            return all(isinstance(inner, ast.Pass) or _is_constant(getattr(inner, "value", inner)) for inner in body)
        case ast.Assign(value=value) | ast.Expr(value=value):
            return _is_constant(value)
    return isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass)


def _is_constant(node):
    return isinstance(node, ast.Constant)


def _reaches(statement, used):
    match statement:
        case ast.Expr(ast.Constant()):
            return False
        case ast.FunctionDef(decorator_list=[]):
            return statement.name in used or _does(statement.args)
        case ast.Import(names):
            return any((alias.name, alias.asname or alias.name) not in USUAL for alias in names)
        case ast.Assign(targets=targets) if all(isinstance(target, ast.Name) for target in targets):
            return any(target.id in used for target in targets) or _does(statement.value)
        case ast.Expr(value):
            return _does(value)
    return True


def _does(expression):
    """True if it calls what is not known to do no harm, or sets a name."""
    for node in ast.walk(expression):
        if isinstance(node, ast.NamedExpr | ast.Await):
            return True
        if isinstance(node, ast.Call):
            root = node.func
            while isinstance(root, ast.Attribute):
                root = root.value
            if not isinstance(root, ast.Name) or root.id not in HARMLESS:
                return True
    return False
