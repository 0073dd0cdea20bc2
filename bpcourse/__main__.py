"""`python -m bpcourse`: what is done and what is open, in the terminal; `python -m bpcourse 04` for one chapter.

For teachers: `python -m bpcourse new ...` and `python -m bpcourse mark ...`, see teaching/commands.py;
`python -m bpcourse worksheet ...`, see worksheet.py.
"""

import sys


def main(arguments):
    """The exit code, or a message for stderr."""
    if arguments and arguments[0] in ("new", "mark"):
        from .teaching import commands

        return commands.main(arguments)
    if arguments and arguments[0] == "worksheet":
        from .worksheet import main as write

        return write(arguments[1:])
    from .marking import progress

    try:
        print(progress(*arguments[:1]))
    except ValueError as error:
        return str(error)


if __name__ == "__main__":  # a process that marks loads this file, too
    sys.exit(main(sys.argv[1:]))
