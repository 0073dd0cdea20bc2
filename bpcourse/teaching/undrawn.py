"""A given cell without what only draws: marking looks at no picture, and Matplotlib takes more time than the checks."""

import ast

DRAWS = ("bp.plots.", "bp.explore.", "plt.")


def undrawn(source):
    """The cell without the statements that draw, or that only use what they made; as it was if it is no Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    made, kept = set(), []  # made: names that hold a picture
    for statement in tree.body:
        if _draws(statement, made):
            made |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and _stored(node)}
        else:
            kept.append(statement)
    return source if len(kept) == len(tree.body) else "\n".join(map(ast.unparse, kept))


def _draws(statement, made):
    """An expression or an assignment whose value begins with a call that draws, or that has a picture in it."""
    if not isinstance(statement, ast.Expr | ast.Assign):
        return False
    value = statement.value
    if isinstance(value, ast.Call) and ast.unparse(value.func).startswith(DRAWS):
        return True
    return any(isinstance(node, ast.Name) and node.id in made and not _stored(node) for node in ast.walk(value))


def _stored(node):
    return isinstance(node.ctx, ast.Store)
