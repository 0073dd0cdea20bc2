"""`python -m bpcourse new` and `python -m bpcourse mark`: a class, from the terminal."""

import argparse
import sys
from pathlib import Path

from . import folder as class_folder
from .records import TeachingError
from .spreadsheets import plain


def main(arguments):
    """Returns the exit code: 0, or 2 with a message if something is missing."""
    chosen = _parser().parse_args(arguments)
    try:
        (_new if chosen.command == "new" else _mark)(chosen)
    except TeachingError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from here.", file=sys.stderr)
        return 2
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="python -m bpcourse", description="A class: its folder, and its marks.")
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="make a class folder, or add assignments to it")
    new.add_argument("folder", type=Path, metavar="CLASS", help="the class folder, outside of the course's own")
    new.add_argument("notebooks", type=Path, nargs="+", metavar="NOTEBOOK", help="of solutions/; each an assignment")
    mark = commands.add_parser("mark", help="mark what has come in since the last time, and write CLASS/out/")
    mark.add_argument("folder", type=Path, metavar="CLASS")
    several = {"action": "append", "default": []}
    mark.add_argument("--learner", **several, help="only this one's notebooks (may be given several times)")
    mark.add_argument("--assignment", **several, help="only this assignment (may be given several times)")
    mark.add_argument("--exercise", **several, help="mark this one again; the marks of other exercises stay")
    mark.add_argument("--again", action="store_true", help="mark again what is marked")
    mark.add_argument("--jobs", type=_count, metavar="N", help="so many processes (one a processor)")
    mark.add_argument("--scheduler", metavar="ADDRESS", help="have a Dask cluster do it, as in tcp://host:8786")
    mark.add_argument("--unsafe", action="store_true", help="without a sandbox; every sheet says so")
    return parser


def _count(text):
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def _new(chosen):
    for path in class_folder.new(chosen.folder, chosen.notebooks):
        print(f"{path} is the teacher's notebook: change what you like, then generate the assignment.")


def _mark(chosen):
    folder = class_folder.Folder(chosen.folder)
    try:
        from . import outcomes, running, sandbox
    except ModuleNotFoundError as error:
        raise TeachingError(f"Marking needs {error.name}: python -m pip install nbgrader distributed") from error
    if not chosen.unsafe and not chosen.scheduler:
        sandbox.way()
    done = running.run(
        folder, chosen.learner, chosen.assignment, chosen.exercise,
        chosen.again, chosen.jobs, chosen.scheduler, chosen.unsafe,
    )  # fmt: skip
    most = folder.most()
    remarks = [*done.remarks, *outcomes.write_all(folder.path, done.records, most, folder.solutions())]
    print("\n".join([*table(done.records, most), *([""] if remarks else []), *remarks]))
    marked = f"{done.count} notebooks were marked now" if done.count else "Nothing has changed since the last time"
    print(f"\n{marked}. All marks, sheets and the overview are in {folder.path / 'out'}.")


def table(records, most):
    """The lines of the table: a learner, the points of each assignment, the total, remarks. "-": no mark, not a 0."""
    short = _short(most)
    total = sum(sum(points.values()) for points in most.values())
    heads = [f"{short[name]} (of {sum(points.values()):g})" for name, points in most.items()]
    rows = [["learner", *heads, f"total (of {total:g})", "remarks"]]
    for learner in sorted({record.learner for record in records}):
        mine = {record.assignment: record for record in records if record.learner == learner}
        points = [mine[name].total if name in mine else None for name in most]
        given = [number for number in points if number is not None]
        remarks = [
            f"{short[name]}: {remark}" if len(most) > 1 else remark
            for name in most
            for remark in (mine[name].remarks if name in mine else ())
        ]
        shown = ["-" if number is None else plain(number) for number in [*points, sum(given) if given else None]]
        rows.append([learner, *shown, "; ".join(remarks)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [f"{'  '.join(map(str.ljust, row[:-1], widths))}  {row[-1]}".rstrip() for row in rows]


def _short(names):
    """{assignment: what stands before its first "_"}, such as "04"; all in full if two would be one."""
    short = {name: name.partition("_")[0] for name in names}
    return short if len(set(short.values())) == len(short) else {name: name for name in names}
