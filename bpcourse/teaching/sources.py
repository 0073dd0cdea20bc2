"""What the source of a cell says, found without running it: names, stubs, checks, IPython's lines, what only draws."""

import ast
import functools
import re
import symtable
import textwrap
import warnings

LONGEST = 100_000  # characters of a cell that are read as Python; nobody writes that many
_FLAGS = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_OWN_NAMES = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_PYTHON_MAGICS = {"time", "timeit", "capture", "prun"}  # what follows `%%time` in a cell is Python
_AUTOMAGIC = re.compile(r"^(pip|conda|matplotlib|timeit|time|cd|ls|load_ext)(?= +[\w./~-])", re.M)
_MAYBE = re.compile(r"^[ \t]*[%!?]|= *[%!]|\?$", re.M)  # lines that may be IPython's
MOST_MAGICS = 50
_TRANSFORMED = re.compile(r"(\s*)((?:[\w.,][\w., ]*=\s*)?)get_ipython\(\)\.(\w+)\((.*)\)\s*(?:#.*)?")


@functools.lru_cache(4096)
def parsed(source):
    """The statements of a source as a tuple; None if it is no Python."""
    if len(source) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a learner's "\d"
            return tuple(compile(source, "cell", "exec", _FLAGS, dont_inherit=True).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def goes_on(before, source):
    """Whether a cell is the rest of the one before, cut in the middle of a function or of a line."""
    if len(before) + len(source) > LONGEST // 10 or parsed(source) is not None:
        return False
    if parsed(f"{before}\n{source}") is None:
        return False
    try:  # an indented cell that is whole: Jupyter runs it
        compile(textwrap.dedent(source), "cell", "exec", _FLAGS & ~ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return False


def _scope(node):
    """`node` and all in it that runs in the same scope: not what stands in functions and classes."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if isinstance(current, _SCOPES):
            waiting += current.decorator_list
            if not isinstance(current, ast.ClassDef):
                waiting += [value for value in (*current.args.defaults, *current.args.kw_defaults) if value]
        elif not isinstance(current, _OWN_NAMES):
            waiting += ast.iter_child_nodes(current)


@functools.lru_cache(8192)
def bound(node):
    """The names that a statement gives a value to, in the cell's own scope; a frozenset."""
    names = set()
    for part in _scope(node):
        if isinstance(part, _SCOPES):
            names.add(part.name)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            names.add(part.id)
        elif isinstance(part, ast.alias):
            names.add((part.asname or part.name).partition(".")[0])
    return frozenset(names)


@functools.lru_cache(4096)
def global_names(source):
    """The names of its cells' common scope that a source reads, at once or in its functions; at worst all its words."""
    words = frozenset(re.findall(r"\w+", source))
    if parsed(source) is None or words & {"globals", "locals", "vars", "eval", "exec", "getattr"}:
        return words
    try:
        waiting = [symtable.symtable(source, "cell", "exec")]
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # `await` outside a function, say
        return words
    names = {symbol.get_name() for symbol in waiting[0].get_symbols() if symbol.is_referenced()}
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        if table.get_type() != "module":
            names |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    return frozenset(names)


def needed_at_once(source):
    """The names that a cell reads when it runs, and does not make itself; not those that its functions read later."""
    statements = parsed(source) or ()
    made = set().union(*map(bound, statements)) if statements else set()
    nodes = [part for statement in statements for part in _scope(statement)]
    return {part.id for part in nodes if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)} - made


def says_nothing(statement):
    """Whether it only makes room for an answer: a function without a body, or a name for `...` or None."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return all(_empty(line) for line in statement.body)
    return isinstance(statement, ast.Assign | ast.AnnAssign) and _nothing(statement.value)


def _nothing(value):
    return value is None or (isinstance(value, ast.Constant) and value.value in (None, ...))


def _empty(line):
    if isinstance(line, ast.Expr):
        return isinstance(line.value, ast.Constant)
    if isinstance(line, ast.Raise):
        return "NotImplemented" in ast.unparse(line)
    return isinstance(line, ast.Pass) or (isinstance(line, ast.Return) and _nothing(line.value))


def _first_line(statement):
    return min([statement.lineno, *(node.lineno for node in getattr(statement, "decorator_list", ()))])


def cut(source, apart):
    """The source in pieces, [(text, statements)]: each statement for which `apart` holds is a piece of its own.

    Comments and empty lines stay with the statement that follows. Text that is no Python is one piece, with None.
    """
    statements = parsed(source)
    if not statements or not any(map(apart, statements)):
        return [(source, statements)]
    groups = []
    for statement in statements:
        if not groups or apart(statement) or apart(groups[-1][-1]):
            groups.append([])
        groups[-1].append(statement)
    ends = [group[-1].end_lineno for group in groups]
    if any(_first_line(group[0]) <= end for group, end in zip(groups[1:], ends, strict=False)):  # two on one line
        return [("\n".join(map(ast.unparse, group)), tuple(group)) for group in groups]
    lines, starts = source.split("\n"), [0, *ends[:-1]]
    ends[-1] = len(lines)
    return [("\n".join(lines[start:end]), tuple(group)) for start, end, group in zip(starts, ends, groups, strict=True)]


def without(source, unwanted):
    """The source without the statements for which `unwanted` holds; "" if nothing is left."""
    kept = [text for text, statements in cut(source, unwanted) if not (statements and unwanted(statements[0]))]
    return "\n".join(kept).strip("\n")


# ---- checks ----------------------------------------------------------------------------------------------------------


def check_of(statement):
    """(exercise named or None, tree of the answer) of a line that only shows or asserts `bp.check(...)`; else None."""
    if not isinstance(statement, ast.Expr | ast.Assert):
        return None
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and node.args and _dotted(node.func) in ("bp.check", "bpcourse.check"):
            first = node.args[0]
            named = first.value if isinstance(first, ast.Constant) else getattr(first, "id", None)
            return (named if isinstance(named, str) else None), node.args[-1]
    return None


def _dotted(node):
    """ "bp.plots.picture" of that expression; "" of what is no such chain of names."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""


def names_in(tree):
    """The names in a syntax tree, without those of NumPy and the course."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"bp", "np"}


# ---- what is IPython's -----------------------------------------------------------------------------------------------


def plain(source):
    """(the source as Python alone, what was left out of it, as in ["%timeit", "!ls"]).

    None for the source if all of it is in another language, as under `%%bash`.
    """
    if len(source) > LONGEST or (parsed(source) is not None and "get_ipython" not in source):
        return source, []
    left, head = [], re.match(r"\s*%%(\w+).*(\n|$)", source)
    while head:
        left.append(f"%%{head[1]}")
        if head[1] not in _PYTHON_MAGICS:
            return None, left
        source = source[head.end() :]
        head = re.match(r"\s*%%(\w+).*(\n|$)", source)
    if len(_MAYBE.findall(source)) > MOST_MAGICS:  # IPython reads all of the cell anew for each
        return source, left
    for text in (source, _AUTOMAGIC.sub(r"%\1", source)):
        found = list(left)
        python = "\n".join(_python_line(line, found) for line in _transformed(text).split("\n"))
        if parsed(python) is not None:
            return python, found
    return source, left


def _transformed(source):
    from IPython.core.inputtransformer2 import TransformerManager  # it takes long to load, and few need it

    try:
        return TransformerManager().transform_cell(source).removesuffix("\n")
    except Exception:  # of text that is no Python it may raise anything
        return source


def _python_line(line, left):
    found = _TRANSFORMED.fullmatch(line)
    if found is None:
        return line
    indent, target, call, arguments = found.groups()
    try:
        name, rest, *_ = [*ast.literal_eval(f"({arguments},)"), ""]
    except (SyntaxError, ValueError):
        name, rest = "get_ipython", ""
    name, rest = str(name), str(rest)
    if call in ("system", "getoutput"):
        shown = f"!{name.split()[0] if name.split() else ''}"
    elif call == "magic":
        shown = f"%{name.split()[0] if name.split() else ''}"
    else:
        shown = "?" if name.startswith("pinfo") else f"%{name}"
    left.append(shown)
    if name == "time" and rest.strip():
        return f"{indent}{target}{rest}"
    return f"{indent}pass  # {shown} was left out"


# ---- what no mark needs ----------------------------------------------------------------------------------------------

_SHOWS = ("bp.plots.", "bp.explore.", "bp.progress.", "bp.check.", "print.", "display.", "plt.")
_MODULES = {"np", "bp", "plt"}


def _shows(node):
    return isinstance(node, ast.Call) and f"{_dotted(node.func)}.".startswith(_SHOWS)


def _touched(statement):
    """The names whose values a statement of the release makes or may change."""
    touched = set(bound(statement))
    if isinstance(statement, _SCOPES):
        return touched
    for node in _scope(statement):
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            touched |= names_in(node)
        elif isinstance(node, ast.Expr) and not _shows(node.value):
            setting = isinstance(node.value, ast.Call) and _dotted(node.value.func)  # np.random.seed(0)
            touched |= names_in(node) | ({setting.partition(".")[0]} if setting else set())
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if isinstance(node.func.value, ast.Name) and node.func.value.id not in _MODULES:
                touched.add(node.func.value.id)
    return touched


def needed(source, later):
    """What of a given cell the sources `later` need: marking is to be fast, and pictures and long runs are not marked.

    later: the names that are read afterwards; those that the kept statements read are added to it.
    """
    kept = set()
    for statement in reversed(parsed(source) or ()):
        drawn = isinstance(statement, ast.Expr) and _shows(statement.value)
        if not drawn and _touched(statement) & later:
            kept.add(statement)
            later |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return without(source, lambda statement: statement not in kept)
