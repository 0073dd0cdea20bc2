"""A check that is run before the cell of its answer: a sentence where Python would show a NameError.

`bp.check(elu)` fails before `check` is called, so IPython has to be told. It stays an error: "Run All" stops there, and
nbgrader gives no point.
"""

import builtins
import linecache
import re

from . import exercises
from . import messages as say


def install():
    """Show `say.UNDEFINED` for such a cell, and any other NameError as ever. Nothing happens outside IPython, or where
    somebody else has set a handler of exceptions, of which IPython has one.
    """
    shell = getattr(builtins, "get_ipython", lambda: None)()
    if shell is not None and not shell.custom_exceptions:
        shell.set_custom_exc((NameError,), _show)


def _show(shell, kind, error, trace, tb_offset=None):
    while trace.tb_next:
        trace = trace.tb_next
    frame = trace.tb_frame
    line = linecache.getline(frame.f_code.co_filename, trace.tb_lineno)
    in_a_cell = frame.f_locals is shell.user_ns  # and not in a function
    if in_a_cell and error.name in exercises.names() and re.search(rf"\bcheck\(.*\b{error.name}\b", line):
        error._render_traceback_ = lambda: [say.UNDEFINED.format(name=error.name)]  # IPython asks for this
    shell.showtraceback()
