"""The command `bpcourse`, and `python -m bpcourse`, which is the same.

bpcourse                     the notebooks in a folder of yours, opened in JupyterLab: see lab.py
bpcourse progress [04]       what is done and what is open, of all chapters or of one
bpcourse worksheet ...       a sheet to compute by hand, and its solution: see worksheet.py
bpcourse new, bpcourse mark  for teachers: see teaching/commands.py
"""

import sys


def main(arguments=None):
    """The exit code, or a message for stderr."""
    arguments = sys.argv[1:] if arguments is None else arguments
    command, *rest = arguments or ["open"]
    if command in ("-h", "--help"):
        print(__doc__)
        return 0
    if command.startswith("-"):
        command, rest = "open", arguments
    if command == "open":
        from .lab import open_course

        return open_course(rest)
    if command in ("new", "mark"):
        from .teaching import commands

        return commands.main(arguments)
    if command == "worksheet":
        from .worksheet import main as write

        return write(rest)
    if command == "progress":
        from .marking import progress

        try:
            print(progress(*rest[:1]))
        except ValueError as error:
            return str(error)
        return 0
    return f"bpcourse has no command {command!r}. It has open, progress, worksheet, new and mark: bpcourse --help"


if __name__ == "__main__":  # a process that marks loads this file, too
    sys.exit(main())
