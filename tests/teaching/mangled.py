"""Hand-ins that are honest and out of order: every kind of it, as functions that change a solved notebook.

A kind takes the notebook (a dictionary, which it may change) and gives it back. The exercises it loses, with the reason,
and what a teacher is told, stand beside it.
"""

import copy
import json
import random
import re
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
ASSIGNMENTS = ("01_activations", "04_numeric_example")


def read(folder, assignment):
    """A notebook of the course as a dictionary, each source one text."""
    notebook = json.loads((TREE / folder / f"{assignment}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def solved(assignment, leave_out=()):
    """The released notebook with the answers of the solutions in it."""
    notebook, solution = read("exercises", assignment), read("solutions", assignment)
    answers = {cell["id"]: cell["source"] for cell in solution["cells"] if is_answer(cell)}
    for cell in notebook["cells"]:
        if cell["id"] in answers and exercise(cell) not in leave_out:
            lines = answers[cell["id"]].split("\n")
            cell["source"] = "\n".join(line for line in lines if "### " not in line)
    return notebook


def mark(cell):
    return cell["metadata"].get("nbgrader", {})


def is_answer(cell):
    return bool(mark(cell).get("solution"))


def is_check(cell):
    return bool(mark(cell).get("grade"))


def exercise(cell):
    return re.sub("-[a-z]+$", "", cell.get("id", ""))


def code(source):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def text(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def at(notebook, name):
    return next(k for k, cell in enumerate(notebook["cells"]) if cell.get("id") == name)


def names(notebook):
    return [exercise(cell) for cell in notebook["cells"] if is_check(cell)]


STUBS = {cell["id"]: cell["source"] for name in ASSIGNMENTS for cell in read("exercises", name)["cells"]}

# ---- the kinds: {name: (function, exercises lost as places in the notebook, told)} --------------------------------------

KINDS = {}


def kind(told="", lost=()):
    def keep(function):
        KINDS[function.__name__] = (function, lost, told)
        return function

    return keep


def each(function):
    """A change of every cell: function(cell) -> cells."""
    return lambda notebook: notebook | {"cells": [new for cell in notebook["cells"] for new in function(cell)]}


@kind()
def as_it_should_be(notebook):
    return notebook


@kind()
def without_ids(notebook):
    for cell in notebook["cells"]:
        cell.pop("id", None)
    return notebook


@kind()
def without_metadata(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    return notebook


@kind("lost their names")
def without_names(notebook):
    return without_ids(without_metadata(notebook))


@kind("lost their names")
def with_new_ids(notebook):
    for k, cell in enumerate(without_metadata(notebook)["cells"]):
        cell["id"] = f"{k:08x}"
    return notebook


@kind("lost their names")
def code_cells_alone_without_names(notebook):
    notebook["cells"] = [cell for cell in without_names(notebook)["cells"] if cell["cell_type"] == "code"]
    return notebook


@kind("lost their names")
def answers_alone(notebook):
    notebook["cells"] = [cell for cell in notebook["cells"] if is_answer(cell)]
    return without_names(notebook)


@kind()
def all_in_one_cell(notebook):
    notebook["cells"] = [code("\n\n".join(cell["source"] for cell in notebook["cells"]))]
    return notebook


@kind()
def all_code_in_one_cell(notebook):
    notebook["cells"] = [code("\n".join(cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"))]
    return notebook


@kind()
def all_answers_in_one_cell(notebook):
    notebook["cells"] = [code("\n\n".join(cell["source"] for cell in notebook["cells"] if is_answer(cell)))]
    return notebook


@kind()
def as_a_script_in_one_cell(notebook):
    script = ["#!/usr/bin/env python\n# coding: utf-8\n"]
    for k, cell in enumerate(notebook["cells"]):
        comment = "\n".join(f"# {line}" for line in cell["source"].split("\n"))
        script.append(f"# In[{k}]:\n\n\n{cell['source']}\n" if cell["cell_type"] == "code" else comment)
    notebook["cells"] = [code("\n".join(script))]
    return notebook


@kind("a cell of text was read as code")
def all_in_one_cell_of_text(notebook):
    notebook["cells"] = [text("\n\n".join(cell["source"] for cell in notebook["cells"]))]
    return notebook


def merge(notebook, first, second):
    """The second cell joins the first, which keeps its name."""
    a, b = at(notebook, first), at(notebook, second)
    notebook["cells"][a]["source"] += "\n\n" + notebook["cells"][b]["source"]
    del notebook["cells"][b]
    return notebook


@kind()
def two_answers_merged(notebook):
    one, two, *_ = names(notebook)
    return merge(notebook, f"{one}-answer", f"{two}-answer")


@kind()
def two_answers_merged_and_the_stub_left(notebook):
    two = names(notebook)[1]
    k = at(notebook, f"{two}-answer")
    notebook["cells"].insert(k + 1, copy.deepcopy(notebook["cells"][k]) | {"source": STUBS[f"{two}-answer"]})
    return two_answers_merged(notebook)


@kind()
def a_stub_merged_behind_another_answer(notebook):
    *_, one, two = names(notebook)
    last = notebook["cells"][at(notebook, f"{two}-answer")]
    notebook["cells"].insert(2, code(last["source"]))
    last["source"] = STUBS[f"{two}-answer"] + "\n    pass"
    return merge(notebook, f"{one}-answer", f"{two}-answer")


@kind()
def answers_merged_backwards(notebook):
    *_, one, two = names(notebook)
    return merge(notebook, f"{two}-answer", f"{one}-answer")


@kind()
def answer_and_check_merged(notebook):
    for name in names(notebook)[::2]:
        merge(notebook, f"{name}-answer", f"{name}-check")
    return notebook


@kind()
def check_and_answer_merged(notebook):
    for name in names(notebook)[::2]:
        a = at(notebook, f"{name}-answer")
        notebook["cells"][at(notebook, f"{name}-check")]["source"] = (
            notebook["cells"][a]["source"] + f"\n\n{STUBS[f'{name}-check']}"
        )
        notebook["cells"][a]["source"] = STUBS[f"{name}-answer"]
    return notebook


@kind("a cell of text was read as code")
def task_and_answer_merged(notebook):
    for name in names(notebook)[::3]:
        merge(notebook, f"{name}-task", f"{name}-answer")
    return notebook


@kind()
def answer_and_hints_merged(notebook):
    for name in names(notebook)[::3]:
        merge(notebook, f"{name}-answer", f"{name}-hints")
    return notebook


def take_answers(notebook, leave="stub"):
    """The answers' sources; in their cells their stubs, or nothing, or the cells are gone."""
    found = [cell["source"] for cell in notebook["cells"] if is_answer(cell)]
    for cell in notebook["cells"]:
        if is_answer(cell):
            cell["source"] = STUBS[cell["id"]] if leave == "stub" else ""
    if leave == "none":
        notebook["cells"] = [cell for cell in notebook["cells"] if not is_answer(cell)]
    return found


@kind("answered below its check")
def all_answers_at_the_end(notebook):
    sources = take_answers(notebook)
    notebook["cells"] += map(code, sources)
    return notebook


@kind("answered below its check")
def all_answers_in_one_cell_at_the_end(notebook):
    sources = take_answers(notebook, "none")
    notebook["cells"].append(code("\n".join(sources)))
    return notebook


@kind()
def all_answers_in_one_cell_at_the_start(notebook):
    sources = take_answers(notebook)
    notebook["cells"].insert(2, code("\n".join(sources)))
    return notebook


@kind()
def all_answers_in_front_of_the_imports(notebook):
    sources = take_answers(notebook, "empty")
    notebook["cells"][:0] = map(code, ["import numpy as np", *sources])
    return notebook


@kind()
def all_answers_in_own_cells(notebook):
    def own(cell):
        return [cell | {"source": STUBS[cell["id"]]}, code(cell["source"])] if is_answer(cell) else [cell]

    return each(own)(notebook)


@kind()
def all_answers_in_own_cells_and_their_own_deleted(notebook):
    return each(lambda cell: [code(cell["source"])] if is_answer(cell) else [cell])(notebook)


@kind("answered below its check")
def all_answers_below_their_checks(notebook):
    sources = dict(zip(names(notebook), take_answers(notebook), strict=True))
    return each(lambda cell: [cell, code(sources[exercise(cell)])] if is_check(cell) else [cell])(notebook)


@kind("answered below its check")
def answer_cells_moved_below_their_checks(notebook):
    cells = {exercise(cell): cell for cell in notebook["cells"] if is_answer(cell)}
    notebook["cells"] = [cell for cell in notebook["cells"] if not is_answer(cell)]
    return each(lambda cell: [cell, cells[exercise(cell)]] if is_check(cell) else [cell])(notebook)


@kind("more than once")
def a_wrong_answer_corrected_below_with_a_check(notebook):
    def wrong(cell):
        if is_answer(cell):
            return [cell | {"source": f"{exercise(cell)} = 'wrong'"}]
        own = [code(sources[exercise(cell)]), code(cell["source"])] if is_check(cell) else []
        return [cell, *own]

    sources = dict(zip(names(notebook), [c["source"] for c in notebook["cells"] if is_answer(c)], strict=True))
    return each(wrong)(notebook) if sources else notebook


@kind("answered again below its check, which does not count")
def trials_below_the_checks(notebook):
    return each(lambda cell: [cell, code(f"{exercise(cell)} = 'a trial'")] if is_check(cell) else [cell])(notebook)


@kind()
def a_helper_in_a_cell_of_its_own(notebook):
    name = names(notebook)[-1]
    k = at(notebook, f"{name}-answer")
    source = notebook["cells"][k]["source"].replace(f"def {name}(", "def helper(")
    notebook["cells"][k : k + 1] = [code(source), notebook["cells"][k] | {"source": f"{name} = helper"}]
    return notebook


@kind()
def a_helper_below_the_answer(notebook):
    name = names(notebook)[-1]
    k = at(notebook, f"{name}-answer")
    source = notebook["cells"][k]["source"].replace(f"def {name}(", "def helper(")
    answer = f"def {name}(*values):\n    return helper(*values)"
    notebook["cells"][k : k + 1] = [notebook["cells"][k] | {"source": answer}, code(source)]
    return notebook


def doubled(*versions):
    def function(notebook):
        def copies(cell):
            stub, wrong = STUBS.get(cell.get("id")), f"{exercise(cell)} = 'wrong'"
            sources = {"right": cell["source"], "stub": stub, "wrong": wrong}
            return [copy.deepcopy(cell) | {"source": sources[name]} for name in versions] if is_answer(cell) else [cell]

        return each(copies)(notebook)

    return function


KINDS |= {
    f"doubled: {' '.join(versions)}": (doubled(*versions), (), "more than once" if "wrong" in versions else "")
    for versions in (
        ("wrong", "right"),
        ("right", "stub"),
        ("stub", "right"),
        ("wrong", "right", "stub"),
        ("stub", "wrong", "stub", "right", "stub"),
    )
}


@kind()
def pasted_twice_first_blank(notebook):
    blank = copy.deepcopy(notebook)
    take_answers(blank)
    return blank | {"cells": blank["cells"] + notebook["cells"]}


@kind()
def pasted_twice_then_blank(notebook):
    blank = copy.deepcopy(notebook)
    take_answers(blank)
    return notebook | {"cells": notebook["cells"] + blank["cells"]}


@kind("moved")
def checks_at_the_top(notebook):
    notebook["cells"].sort(key=lambda cell: not is_check(cell))
    return notebook


@kind("moved")
def one_check_at_the_top(notebook):
    notebook["cells"].insert(0, notebook["cells"].pop(at(notebook, f"{names(notebook)[4]}-check")))
    return notebook


@kind("moved")
def imports_at_the_end(notebook):
    notebook["cells"].append(notebook["cells"].pop(at(notebook, "imports")))
    return notebook


@kind("moved")
def the_first_answer_at_the_end(notebook):
    notebook["cells"].append(notebook["cells"].pop(at(notebook, f"{names(notebook)[1]}-answer")))
    return notebook


@kind("moved")
def the_last_answer_at_the_top(notebook):
    notebook["cells"].insert(0, notebook["cells"].pop(at(notebook, f"{names(notebook)[-1]}-answer")))
    return notebook


@kind("moved")
def backwards(notebook):
    notebook["cells"].reverse()
    return notebook


@kind("moved")
def exercises_backwards(notebook):
    order = [*names(notebook)][::-1]
    notebook["cells"].sort(key=lambda cell: order.index(exercise(cell)) if exercise(cell) in order else -1)
    return notebook


def shuffled(seed):
    def function(notebook):
        random.Random(seed).shuffle(notebook["cells"])
        return notebook

    return function


KINDS |= {f"shuffled {seed}": (shuffled(seed), (), "moved") for seed in range(3)}


def turned(kind_of_cell, which, change=lambda source: source):
    def function(notebook):
        for cell in filter(which, notebook["cells"]):
            cell["cell_type"], cell["source"] = kind_of_cell, change(cell["source"])
        return notebook

    return function


TURNED = "a cell of text was read as code"
KINDS |= {
    "answers turned to text": (turned("markdown", is_answer), (), TURNED),
    "answers turned to raw cells": (turned("raw", is_answer), (), TURNED),
    "answers in fences": (turned("markdown", is_answer, "```python\n{}\n```".format), (), TURNED),
    "all turned to text": (turned("markdown", lambda cell: True), (), TURNED),
    "text turned to code": (turned("code", lambda cell: cell["cell_type"] == "markdown"), (), ""),
}


def dropped(which):
    return lambda notebook: notebook | {"cells": [cell for cell in notebook["cells"] if not which(cell)]}


def locked(cell):
    return bool(mark(cell).get("locked"))


KINDS |= {
    "text deleted": (dropped(lambda cell: cell["cell_type"] == "markdown"), (), ""),
    "checks deleted": (dropped(is_check), (), "deleted, and put back"),
    "imports deleted": (dropped(lambda cell: cell["id"] == "imports"), (), "deleted, and put back: imports"),
    "locked cells deleted": (dropped(locked), (), "deleted, and put back"),
}
KINDS["one answer deleted"] = (
    lambda notebook: dropped(lambda cell: cell["id"] == f"{names(notebook)[-1]}-answer")(notebook),
    (-1,),
    "deleted, and put back: ",
)


def changed(which, source):
    def function(notebook):
        for cell in filter(which, notebook["cells"]):
            cell["source"] = source(cell) if callable(source) else source
        return notebook

    return function


CHANGED = "changed, though locked"
KINDS |= {
    "checks emptied": (changed(is_check, "# I do not need this"), (), CHANGED),
    "checks with a seed": (changed(is_check, lambda cell: cell["source"].replace(")", ", seed=3)")), (), CHANGED),
    "imports changed": (changed(lambda c: c["id"] == "imports", "import numpy\nimport bpcourse"), (), CHANGED),
    "given cells spoilt": (
        changed(lambda c: locked(c) and not is_check(c), lambda c: c["source"] + "\nx = 1"),
        (),
        CHANGED,
    ),
    "text changed": (changed(lambda c: c["cell_type"] == "markdown", lambda c: c["source"] + "\n\nMy remark."), (), ""),
    "answers blank": (lambda notebook: (take_answers(notebook), notebook)[1], range(20), ""),
    "answers without any comment": (
        changed(is_answer, lambda c: re.sub(r"#.*", "", STUBS[c["id"]])),
        range(20),
        "",
    ),
    "answers emptied": (changed(is_answer, ""), range(20), ""),
}


def style(of_function):
    """Answers that are functions are written in another way: of_function(name, source with the name right, that name)."""

    def function(notebook):
        for cell in filter(is_answer, notebook["cells"]):
            name = exercise(cell)
            if f"def {name}(" in cell["source"]:
                cell["source"] = of_function(
                    name, cell["source"].replace(f"def {name}(", f"def {name}_right("), f"{name}_right"
                )
        return notebook

    return function


STYLES = {
    "a lambda": lambda name, source, right: f"{source}\n{name} = lambda *values: {right}(*values)",
    "a partial": lambda name, source, right: f"from functools import partial\n{source}\n{name} = partial({right})",
    "made by a helper": lambda name, source, right: (
        f"def make():\n    {source.replace(chr(10), chr(10) + '    ')}\n    return {right}\n{name} = make()"
    ),
    "an object": lambda name, source, right: (
        f"{source}\nclass Answer:\n    def __call__(self, *values):\n        return {right}(*values)\n{name} = Answer()"
    ),
    "a pair": lambda name, source, right: f"{source}\n{name}, other = {right}, None",
    "a condition": lambda name, source, right: f"{source}\nif True:\n    {name} = {right}\nelse:\n    {name} = None",
    "a class of the name": lambda name, source, right: (
        f"{source}\nclass Box:\n    answer = staticmethod({right})\n{name} = Box.answer"
    ),
    "an import in it": lambda name, source, right: f"import math, numpy as np\n{source.replace(right, name)}",
    "not typed to the end first": lambda name, source, right: f"def {name}():\n    pass\n{source.replace(right, name)}",
    "asserts behind it": lambda name, source, right: f"{source.replace(right, name)}\nassert callable({name})",
}
KINDS |= {f"style: {name}": (style(function), (), "") for name, function in STYLES.items()}


def in_answers(change):
    return changed(is_answer, lambda cell: change(cell["source"]))


MAGICS = {
    "%timeit": lambda s: f"{s}\n%timeit 1 + 1",
    "%matplotlib": lambda s: f"%matplotlib inline\n{s}",
    "%%time": lambda s: f"%%time\n{s}",
    "%%timeit": lambda s: f"%%timeit -n 1\n{s}",
    "!pip": lambda s: f"!pip install numpy\n{s}",
    "?": lambda s: f"{s}\nnp.dot?",
    "%load_ext": lambda s: f"%load_ext autoreload\n%autoreload 2\n{s}",
    "%pip": lambda s: f"pip install numpy\n{s}",
    "%cd": lambda s: f"for k in range(2):\n    %cd ..\n{s}",
    "!ls": lambda s: f"files = !ls\n{s}",
    "%config": lambda s: f"get_ipython().run_line_magic('config', 'x = 1')\n{s}",
}
KINDS |= {f"magic: {name}": (in_answers(change), (), f"{name} was left out: ") for name, change in MAGICS.items()}
KINDS |= {
    "another language": (lambda n: n | {"cells": [n["cells"][0], code("%%bash\nrm -rf x"), *n["cells"][1:]]}, (), "%%bash was left out: cell 2"),
    "prompts": (in_answers(lambda s: "\n".join((">>> " if k == 0 or not line.startswith((" ", ")")) else "... ") + line for k, line in enumerate(s.split("\n")))), (), ""),
    "an own cell that is no Python": (lambda n: n | {"cells": [n["cells"][0], code("def f(:"), *n["cells"][1:]]}, (), ""),
    "own cells that check and show": (each(lambda c: [c, code(f"for seed in range(3):\n    print(bp.check({exercise(c)}, seed=seed))"), code(f"bp.check({exercise(c)})\nbp.progress()")] if is_check(c) else [c]), (), ""),
    "an answer in an own function": (each(lambda c: [c, text("What I thought."), code("x = 3\nprint(x)")] if is_answer(c) else [c]), (), ""),
}  # fmt: skip


@kind("%time was left out: ")
def an_assignment_timed(notebook):
    for cell in filter(is_answer, notebook["cells"]):
        cell["source"] = re.sub(rf"^(?={exercise(cell)} =)", "%time ", cell["source"], flags=re.M)
    return notebook


@kind(lost=(2,))
def one_answer_that_is_no_python(notebook):
    notebook["cells"][at(notebook, f"{names(notebook)[2]}-answer")]["source"] += "\n)"
    return notebook


@kind("is not answered, but there is a", lost=(-1,))
def a_name_misspelt(notebook):
    name = names(notebook)[-1]
    cell = notebook["cells"][at(notebook, f"{name}-answer")]
    cell["source"] = cell["source"].replace(name, f"{name}1")
    return notebook


def split(where):
    """Every answer of more than one line in two cells, both with its name; where: after which of its lines."""

    def parts(cell):
        lines = cell["source"].split("\n")
        if not is_answer(cell) or len(lines) < 3:
            return [cell]
        at = where(lines)
        return [copy.deepcopy(cell) | {"source": "\n".join(some)} for some in (lines[:at], lines[at:])]

    return each(parts)


SPLIT = "split in the middle, and joined"
KINDS |= {
    "split behind the head": (split(lambda lines: 1), (), SPLIT),
    "split behind the docstring": (split(lambda lines: 2), (), SPLIT),
    "split in front of the last line": (split(lambda lines: -1), (), SPLIT),
}


@kind()
def notes_on_what_was_tried(notebook):
    def note(cell):
        return text(f"First I had\n```python\ndef {exercise(cell)}(*values):\n    return 'wrong'\n```\nand it failed.")

    return each(lambda cell: [note(cell), cell, note(cell)] if is_answer(cell) else [cell])(notebook)


@kind("a cell of text was read as code")
def answers_between_words(notebook):
    for cell in filter(is_answer, notebook["cells"]):
        cell |= {"cell_type": "markdown", "source": f"My answer:\n\n```python\n{cell['source']}\n```\n\nI hope."}
    return notebook


@kind()
def asserted_in_one_cell(notebook):
    sources = [
        cell["source"].replace("bp.check(", "assert bp.check(") + ".passed" * is_check(cell)
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]
    return notebook | {"cells": [code("\n".join(sources))]}


@kind()
def an_indented_cell_of_ones_own(notebook):
    return each(lambda cell: [cell, code("    x = 3\n    print(x)")] if is_answer(cell) else [cell])(notebook)


@kind()
def names_of_answers_exchanged(notebook):
    one, two = (notebook["cells"][at(notebook, f"{name}-answer")] for name in names(notebook)[-2:])
    one["source"], two["source"] = two["source"], one["source"]
    return notebook


@kind()
def answers_in_the_cells_of_the_tasks(notebook):
    sources = dict(zip(names(notebook), take_answers(notebook), strict=True))
    for cell in notebook["cells"]:
        if cell["id"].endswith("-task"):
            cell |= code(sources[exercise(cell)])
    return notebook


@kind(CHANGED)
def answers_in_the_cells_of_the_checks(notebook):
    sources = dict(zip(names(notebook), take_answers(notebook, "empty"), strict=True))
    for cell in filter(is_check, notebook["cells"]):
        cell["source"] = sources[exercise(cell)]
    return notebook


@kind()
def another_chapter_pasted_behind(notebook):
    return notebook | {"cells": notebook["cells"] + solved("02_losses")["cells"]}


# ---- and pairs of them -----------------------------------------------------------------------------------------------

SECOND = ("without_names", "with_new_ids", "all_code_in_one_cell", "text deleted")


def pairs():
    """[(name, first, then second)] of kinds that can come together."""
    firsts = (
        "two_answers_merged",
        "answer_and_check_merged",
        "all_answers_in_own_cells",
        "all_answers_below_their_checks",
        "all_answers_at_the_end",
        "doubled: wrong right",
        "imports_at_the_end",
        "one_check_at_the_top",
        "answers turned to text",
        "style: a partial",
        "magic: %timeit",
        "text changed",
        "checks deleted",
        "a_helper_in_a_cell_of_its_own",
    )
    return [
        (f"{first}, then {second}", first, second) for first in firsts for second in SECOND if sensible(first, second)
    ]


def sensible(first, second):
    """Whether the second leaves something of the first."""
    return not (first == "answers turned to text" and second in ("all_code_in_one_cell", "text deleted"))
