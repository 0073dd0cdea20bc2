"""Makes a class of any size: its folder, released, with hand-ins right, in part, wrong, blank and broken. Deterministic.

Answers are texts: model solutions of solutions/, their variables renamed, the programs of further right answers; the
programs of misconceptions and wrong answers, an operator changed, a value that somebody takes for right.
"""

import ast
import atexit
import copy
import functools
import inspect
import os
import random
import shutil
import tempfile
from pathlib import Path

import notebooks

from bpcourse.marking import exercises
from bpcourse.marking.engine import Question
from bpcourse.teaching import folder as class_folder
from bpcourse.teaching.book import Book

SOLUTIONS = {path.stem: path for path in sorted((Path(__file__).resolve().parents[2] / "solutions").glob("*.ipynb"))}
NAMES = ("ann", "ben", "chloé", "dmitri", "李娜", "fatima", "giulia", "hans-peter", "inês", "o'neill")
KINDS = {"right": 60, "wrong": 22, "blank": 14, "error": 4}  # in a hundred answers
ENDLESS = 50  # of so many learners one hands in an answer that does not end
HANDED_IN = 1_790_000_000  # seconds since 1970, of the first file
CHANGED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.MatMult: ast.Mult}


def make(path, learners, assignments=tuple(SOLUTIONS), seed=0):
    """A class folder at `path` with so many learners, each of whom has handed in all `assignments`.

    Returns {(learner, assignment): {exercise: its kind}}: one of KINDS, or "endless".
    """
    path, made = Path(path), {}
    class_folder.new(path, [SOLUTIONS[assignment] for assignment in assignments])
    for assignment in assignments:
        release(path, assignment, notebooks.read(SOLUTIONS[assignment]))
    for k in range(learners):
        learner = f"{NAMES[k % len(NAMES)]} {k:04}"
        for assignment in assignments:
            rng = random.Random(f"{seed} {learner} {assignment}")
            loops = assignment == assignments[k % len(assignments)] and k % ENDLESS == ENDLESS - 1
            notebook, made[learner, assignment] = hand_in(assignment, rng, loops)
            target = path / "received" / learner / f"{assignment}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(notebooks.to_text(notebook), encoding="utf-8")
            os.utime(target, (HANDED_IN + 60 * k,) * 2)
    return made


@functools.cache
def _ready(learners, assignments):
    path = Path(tempfile.mkdtemp(prefix="class-")) / "class"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    made = make(path, learners, assignments)
    with Book(class_folder.Folder(path)):
        return path, made


def copy_of(path, learners, assignments):
    """A class folder at `path`, known to nbgrader; as from `make`, but made once for all tests of a process."""
    ready, made = _ready(learners, assignments)
    shutil.copytree(ready, path)
    return class_folder.Folder(path), made


def release(path, assignment, solution):
    """Puts into release/ what `nbgrader generate_assignment` makes of a notebook with solutions."""
    target = Path(path) / "release" / assignment / f"{assignment}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(notebooks.to_text(notebooks.release(solution)), encoding="utf-8")


@functools.cache
def _released(assignment):
    return notebooks.without_outputs(notebooks.release(notebooks.read(SOLUTIONS[assignment])))


@functools.cache
def solved(assignment):
    """{exercise: the source of its model solution}."""
    cells = notebooks.read(SOLUTIONS[assignment]).cells
    answers = {cell.id.removesuffix("-answer"): cell.source for cell in cells if cell.id.endswith("-answer")}
    return {
        name: "\n".join(line for line in text.splitlines() if "SOLUTION" not in line) for name, text in answers.items()
    }


def hand_in(assignment, rng, loops=False):
    """(a notebook as a learner hands it in, {exercise: kind}). loops: one of the functions does not end."""
    notebook, kinds = copy.deepcopy(_released(assignment)), {}
    answers = {cell.id.removesuffix("-answer"): cell for cell in notebook.cells if cell.id.endswith("-answer")}
    for name, cell in answers.items():
        kinds[name] = rng.choices(list(KINDS), list(KINDS.values()))[0]
        cell.source = answer(assignment, name, kinds[name], rng) or cell.source
        if cell.source == _blank(assignment, name):
            kinds[name] = "blank"
    if loops:
        name = rng.choice([name for name in answers if not _is_question(name)])
        answers[name].source, kinds[name] = endless(solved(assignment)[name]), "endless"
    return notebook, kinds


def _blank(assignment, name):
    return next(cell.source for cell in _released(assignment).cells if cell.id == f"{name}-answer")


def _is_question(name):
    return isinstance(exercises.find(name), Question)


def answer(assignment, name, kind, rng):
    """The source of an answer of this kind; None for a blank one, and where no wrong one is known."""
    right = solved(assignment)[name]
    if kind == "right":
        return rng.choice([right, renamed(right, f"_{rng.randrange(1000)}"), *_programs(name, good=True)])
    if kind == "wrong":
        return rng.choice([*_programs(name, good=False), *_changed(right)] or [None])
    if kind == "error":
        return right.replace("return ", "return nothing + ") if "return " in right else "1 / 0"
    return None


@functools.cache
def _programs(name, good):
    """Sources of further right answers, or of wrong ones, of those that are programs in themselves."""
    exercise = exercises.find(name)
    wrong = [mistake.wrong for mistake in exercise.misconceptions] + list(exercise.wrong)
    if isinstance(exercise, Question):
        values = exercise.right if good else wrong
        return [f"{name} = {value!r}" for value in values if isinstance(value, int | float | str)]
    return [source for function in (exercise.right if good else wrong) if (source := _source(name, function))]


def _source(name, function):
    """The text of a function that an edit made (common/edits.py), under the name of its exercise; None of another."""
    code = getattr(function, "__code__", None)
    if code is None or not code.co_filename.startswith("<edit"):
        return None
    text = inspect.getsource(function)
    used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    if used & (set(function.__globals__) - {"np", "bp"}):
        return None  # it needs something else of its program
    return text.replace(f"def {function.__name__}(", f"def {name}(", 1)


def renamed(source, suffix):
    """The same program with other names for its own variables."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    names = [node for function in functions for node in ast.walk(function) if isinstance(node, ast.Name)]
    taken = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)} - taken
    for node in {id(node): node for node in names}.values():
        if node.id in own:
            node.id += suffix
    return ast.unparse(tree)


def _changed(source):
    """The programs in which one operator is another one."""
    count = sum(isinstance(node, ast.BinOp) and type(node.op) in CHANGED for node in ast.walk(ast.parse(source)))
    return [_with_change(source, k) for k in range(count)] if "while" not in source else []


def _with_change(source, k):
    tree = ast.parse(source)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and type(node.op) in CHANGED]
    nodes[k].op = CHANGED[type(nodes[k].op)]()
    return ast.unparse(tree)


def endless(source):
    """The program with a loop that does not end, at the beginning of its last function."""
    tree = ast.parse(source)
    function = [node for node in tree.body if isinstance(node, ast.FunctionDef)][-1]
    function.body.insert(0, ast.parse("while True: pass").body[0])
    return ast.unparse(tree)
