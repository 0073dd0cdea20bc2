"""Makes calls of the operators that NumPy lets nobody replace: a @ b, a ** b and a.dot(b), in the modules of the
course, in its tests and in the cells of a notebook.
"""

import ast
import importlib.machinery
import sys
from pathlib import Path

import noise

TREE = Path(__file__).resolve().parents[2]
CALLS = {
    "__noise_at__": noise.at,
    "__noise_at_in_place__": noise.at_in_place,
    "__noise_power__": noise.power,
    "__noise_power_in_place__": noise.power_in_place,
    "__noise_dot__": noise.dot,
}
_OPERATORS = {ast.MatMult: "__noise_at", ast.Pow: "__noise_power"}


class Rewrite(ast.NodeTransformer):
    def visit_BinOp(self, node):
        self.generic_visit(node)
        name = _OPERATORS.get(type(node.op))
        return _call(name + "__", [node.left, node.right], node) if name else node

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        name = _OPERATORS.get(type(node.op))
        if not name or not isinstance(node.target, ast.Name):
            return node
        value = _call(name + "_in_place__", [ast.Name(node.target.id, ast.Load()), node.value], node)
        return ast.fix_missing_locations(ast.copy_location(ast.Assign([node.target], value), node))

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "dot":
            return _call("__noise_dot__", [node.func.value, *node.args], node, node.keywords)
        return node

    # Constants stay constants: a default or an annotation such as 10**-6 is no computation of the processor's.


def _call(name, args, node, keywords=()):
    call = ast.Call(ast.Name(name, ast.Load()), args, list(keywords))
    return ast.fix_missing_locations(ast.copy_location(call, node))


def rewrite(tree):
    return Rewrite().visit(tree)


def compiled(source, path):
    return compile(rewrite(ast.parse(source, path)), path, "exec", dont_inherit=True)


class _Loader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname):
        path = self.get_filename(fullname)
        return compiled(self.get_data(path), path)  # never from a .pyc, and none is written

    def exec_module(self, module):
        super().exec_module(module)
        AFTER.get(module.__name__, lambda module: None)(module)


class _Finder:
    """Modules of bpcourse, and of tests/ but for the tests themselves, which pytest rewrites."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] in ("noise", "conftest") or name.startswith("test_"):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        where = Path(spec.origin or "/") if spec and spec.has_location else Path("/")
        if (
            not any(where.is_relative_to(TREE / folder) for folder in ("bpcourse", "solutions", "tests"))
            or where.suffix != ".py"
        ):
            return None
        spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def _guard(module):
    module.SECONDS *= 10  # the noise takes time, and an answer's limit is not what is tested


AFTER = {"bpcourse.marking.guard": _guard}


def install():
    sys.meta_path.insert(0, _Finder)
