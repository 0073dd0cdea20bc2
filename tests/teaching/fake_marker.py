"""In the place of the marker: marks that depend on the answers' texts and the seeds, quickly, and nothing is run.

An answer with the comment "# dies" ends the process that marks it, "# dies once FILE" does so while FILE is not there,
"# slow" takes a moment.
"""

import hashlib
import os
import re
import time
from pathlib import Path

from bpcourse.teaching.records import Mark, Marked

STATES = [("Not attempted", 0.0), ("Not yet", 0.0), ("In part", 0.5), ("Passed", 1.0)]


def mark_all(tasks, unsafe=False):
    """The Marked of each Task."""
    return [_mark(task, unsafe) for task in tasks]


def _mark(task, unsafe):
    source = "\n".join(step.source for step in task.steps)
    if "# dies\n" in source:
        os._exit(1)
    once = re.search(r"# dies once (.*)", source)
    if once and not Path(once[1]).exists():
        Path(once[1]).touch()
        os._exit(1)
    if "# slow" in source:
        time.sleep(0.1)
    marks = []
    for name, (cell, most) in task.points.items():
        if not task.only or name in task.only:
            mine = [step.source for step in task.steps if step.exercise == name]
            lot = hashlib.sha256(f"{mine} {task.seeds[name]}".encode()).digest()[0]
            status, part = STATES[lot % 4]
            diagnosis = "slope_missing" if lot % 8 == 1 else None
            marks.append(Mark(name, cell, part * most, most, status, f"`{name}` <b>{lot}</b>", diagnosis))
    return Marked(task.learner, task.assignment, tuple(marks), ("marked with --unsafe",) if unsafe else ())
