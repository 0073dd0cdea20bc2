"""Worksheets: a training step to be calculated by hand, with pleasant numbers; its solution; and the marks of a class.

    python -m bpcourse worksheet --sizes 2,2,2 --seed 7 --to sheet.ipynb --solution solution.html
    python -m bpcourse worksheet --sizes 2,2,2 --form answers.csv      # an empty table for what a class hands in
    python -m bpcourse worksheet --sizes 2,2,2 --mark answers.csv      # one table of marks

Another seed is another sheet. A file ends in .md, .html or .ipynb. The same options give the same sheet anywhere.
"""

import argparse
import csv
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from . import activations, losses
from .architecture import widths
from .arrays import whole
from .examples import Example, example
from .worksheet_pages import PAGES, problem, solution

HIDDEN = {name: getattr(activations, name) for name in ("sigmoid", "tanh", "relu")}
LOSSES = {
    "half_squared_error": losses.half_squared_error,
    "mse": losses.mse,
    "binary_cross_entropy": losses.binary_cross_entropy,
    "cross_entropy": losses.cross_entropy,
}
RATES = "0.1", "0.2", "0.5", "1"
TRIES = 500


@dataclass(frozen=True)
class Worksheet:
    """A problem and its solution. example: the `Example`; asked: the names of the numbers to hand in, in their order;
    digits: decimals to work with; seed: which sheet it is.
    """

    example: Example
    digits: int
    seed: int

    @property
    def asked(self):
        """Sums, outputs, the loss, deltas, gradients, and the parameters after the step."""
        return [str(name) for name in self.example.page.lines if not name.startswith(("g'", "s(", "E("))]

    def problem(self, form="md"):
        """The problem as a text; form: "md", "html" or "ipynb"."""
        return PAGES[_form(form)](problem(self))

    def solution(self, form="md"):
        """The solution, with every line, as a text."""
        return PAGES[_form(form)](solution(self))

    def mark(self, answers):
        """The `Comparison` of numbers handed in, {name: number}; digits that were rounded on the way are no mistake."""
        return self.example.compare(answers, decimals=self.digits)


def worksheet(sizes=(2, 2, 2), seed=0, *, digits=4, hidden="sigmoid", loss="half_squared_error"):
    """A `Worksheet` with few digits in, no saturated or dead unit, and no delta or gradient too small to see.

    sizes: widths of the layers. seed: a whole number, another for another sheet. digits: decimals to work with. hidden:
    one of HIDDEN, by name. loss: one of LOSSES, by name; the output is what goes with it (sigmoid, or what it applies).
    """
    sizes, seed, digits = widths(sizes), whole("seed", seed, 0), whole("digits", digits, 2)
    for name, value, known in (("hidden", hidden, HIDDEN), ("loss", loss, LOSSES)):
        if value not in known:
            raise ValueError(f"{name} is {value!r}; expected one of {', '.join(map(repr, known))}")
    drawn = Random(f"{seed} {sizes} {digits} {hidden} {loss}")
    for _ in range(TRIES):
        one = _drawn(drawn, sizes, HIDDEN[hidden], LOSSES[loss])
        if _pleasant(one, Decimal(1).scaleb(-digits)):
            return Worksheet(one, digits, seed)
    raise ValueError(
        f"sizes is {sizes}; no pleasant numbers were found in {TRIES} tries, expected fewer units or digits"
    )


def _drawn(drawn, sizes, hidden, loss):
    """An example of tenths. Only random() is asked of the generator: it gives the same numbers in every version."""

    def pick(*choices):
        return choices[int(drawn.random() * len(choices))]

    def tenth(signs=("", "", "-")):
        return f"{pick(*signs)}0.{1 + int(drawn.random() * 9)}"

    layers = list(zip(sizes[1:], sizes, strict=False))
    W = [[[tenth() for _ in range(before)] for _ in range(width)] for width, before in layers]
    b = [[tenth() for _ in range(width)] for width, _ in layers]
    X = [pick("1", tenth(("",)), tenth(("",))) for _ in range(sizes[0])]
    Y = [pick("0", "1") for _ in range(sizes[-1])]
    if loss.on_logits == "softmax":
        one = int(drawn.random() * sizes[-1])
        Y = ["1" if k == one else "0" for k in range(sizes[-1])]
    elif not loss.on_logits:
        Y = [pick("0.1", "0.9", "0.2", "0.8") for _ in Y]
    return example(X, Y, W, b, hidden=hidden, loss=loss, learning_rate=pick(*RATES))


def _pleasant(one, last):
    """Whether every unit lives, none is saturated, no two are alike, and each gradient shows in the decimal `last`."""
    exact, given = one.page.exact, one.given
    sums = [x for name, x in exact.items() if name.startswith("z(")]
    if len(set(sums)) < len(sums):  # two units alike: a slip between them would not show
        return False
    for name, x in exact.items():
        if name.startswith("z(") and not (Decimal("0.05") <= abs(x) <= Decimal("2.5")):
            return False
        if name.startswith("g'") and x < Decimal("0.05"):
            return False
        if name.startswith(("delta", "dE/d")) and abs(x) < 10 * last:
            return False
        if name.startswith("new ") and abs(x - given[name[4:]]) < last:
            return False
    return True


def _form(form):
    if form not in PAGES:
        raise ValueError(f"form is {form!r}; expected one of {', '.join(map(repr, PAGES))}")
    return form


# ----- the marks of a class

COLUMNS = "learner", "seed", "asked", "right", "follows", "wrong", "missing", "first wrong", "why"


def marks(path, **options):
    """One row for each learner, {column: text}, of a table of answers: columns learner, seed, and the names asked for.

    options: those of `worksheet` except the seed. "follows" counts what was computed on, rightly, from a wrong number.
    """
    rows = []
    for k, row in enumerate(_table(path), 2):
        marked = dict.fromkeys(COLUMNS, "") | {"learner": row.pop("learner"), "seed": row.pop("seed")}
        rows.append(marked)
        if not marked["seed"].isdecimal():
            marked["why"] = f"line {k}: seed is {marked['seed']!r}; expected a whole number"
            continue
        sheet = worksheet(seed=int(marked["seed"]), **options)
        strange = [name for name in row if name not in sheet.asked]
        if strange:
            raise ValueError(
                f"{path} has a column {strange[0]!r}; expected a name of this sheet, such as {sheet.asked[0]!r}"
            )
        given = {name: number for name, text in row.items() if (number := _number(text))}
        unread = [name for name, text in row.items() if text and name not in given]
        found = sheet.mark(given) if given else None
        verdicts = [r.verdict for r in found.rows] if found else []
        wrong, follows = verdicts.count("wrong"), verdicts.count("follows")
        numbers = {
            "asked": len(sheet.asked), "right": len(verdicts) - wrong - follows, "follows": follows,
            "wrong": wrong + len(unread), "missing": len(sheet.asked) - len(given) - len(unread),
        }  # fmt: skip
        marked |= {column: str(n) for column, n in numbers.items()}
        if found and not found.ok:
            first = next(r for r in found.rows if r.verdict == "wrong")
            marked |= {"first wrong": first.name, "why": f"{first.printed} for {first.right}: {first.why}"}
        elif unread:
            marked |= {"first wrong": unread[0], "why": f"{row[unread[0]]!r} is no number"}
    return rows


def _table(path):
    """The rows of a CSV file, {column: text}; with commas, semicolons or tabs, as a spreadsheet writes it."""
    text = Path(path).read_text(encoding="utf-8-sig")
    head = text.partition("\n")[0]
    rows = list(csv.DictReader(text.splitlines(), delimiter=max(";\t,", key=head.count), restkey="", restval=""))
    missing = {"learner", "seed"} - set(rows[0] if rows else ())
    if missing:
        raise ValueError(
            f"{path} has no column {sorted(missing)[0]!r}; expected learner, seed, and the names asked for"
        )
    rows = [{(name or "").strip(): str(x or "").strip() for name, x in row.items() if name} for row in rows]
    return [row for row in rows if any(row.values())]


def _number(text):
    """The number of a cell as text, with a point; None if it is none."""
    text = text.replace("−", "-").replace(" ", "")
    text = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    try:
        return text if Decimal(text).is_finite() else None
    except ArithmeticError:
        return None


def as_table(rows):
    """The marks as columns of text."""
    lines = [COLUMNS, *(tuple(row[column] for column in COLUMNS) for row in rows)]
    wide = [max(len(line[k]) for line in lines) for k in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(line, wide, strict=True)).rstrip() for line in lines)


def _write_table(path, rows):
    """Rows of cells as CSV. A name that begins like a formula of a spreadsheet gets a ' in front."""
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(
            [f"'{cell}" if cell[:1] in ("=", "+", "@") else cell for cell in row] for row in rows
        )


# ----- the command


def main(arguments):
    """`python -m bpcourse worksheet ...`: the exit code, 0, or 2 with a message."""
    parser = argparse.ArgumentParser(prog="python -m bpcourse worksheet", description="A training step by hand.")
    parser.add_argument("--sizes", default="2,2,2", help="widths of the layers, as in 2,2,2")
    parser.add_argument("--seed", type=int, default=0, help="another seed is another sheet")
    parser.add_argument("--digits", type=int, default=4, help="decimals to work with")
    parser.add_argument("--hidden", default="sigmoid", help=", ".join(HIDDEN))
    parser.add_argument("--loss", default="half_squared_error", help=", ".join(LOSSES))
    parser.add_argument(
        "--to", metavar="FILE", help="write the problem there (.md, .html or .ipynb), or the marks (.csv)"
    )
    parser.add_argument("--solution", metavar="FILE", help="write the solution there")
    parser.add_argument("--form", metavar="FILE.csv", help="write an empty table for the answers of a class")
    parser.add_argument("--mark", metavar="FILE.csv", help="mark a table of answers: learner, seed, numbers")
    chosen = parser.parse_args(arguments)
    try:
        _do(chosen)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _do(chosen):
    sizes = chosen.sizes.replace("-", ",").split(",")
    if not all(size.strip().isdecimal() for size in sizes):
        raise ValueError(f"--sizes is {chosen.sizes!r}; expected widths such as 2,2,2")
    options = {"sizes": tuple(map(int, sizes)), "digits": chosen.digits, "hidden": chosen.hidden, "loss": chosen.loss}
    if chosen.mark:
        rows = marks(chosen.mark, **options)
        if chosen.to:
            _write_table(chosen.to, [COLUMNS, *([row[column] for column in COLUMNS] for row in rows)])
        else:
            print(as_table(rows))
        return
    sheet = worksheet(seed=chosen.seed, **options)
    if chosen.form:
        _write_table(chosen.form, [["learner", "seed", *sheet.asked]])
    for path, text in ((chosen.to, sheet.problem), (chosen.solution, sheet.solution)):
        if path:
            Path(path).write_text(text(_form(Path(path).suffix[1:])), encoding="utf-8")
    if not (chosen.to or chosen.solution or chosen.form):
        print(sheet.problem())
