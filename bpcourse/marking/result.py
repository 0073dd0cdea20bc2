"""What a check says: a Result, shown as HTML in a notebook, as text elsewhere, and as points to nbgrader."""

import html
import os
import re
from dataclasses import dataclass

from . import messages as say

# Middle tones that show on white and on black; the word beside them says the same.
_COLOURS = {say.PASSED: "#2da44e", say.IN_PART: "#bf8700", say.NOT_YET: "#d1495b", say.NOT_ATTEMPTED: "#7d8590"}


@dataclass(frozen=True)
class Result:
    """The outcome of one check.

    points of max_points; diagnosis: the name of the misconception that the answer shows, or None.
    """

    passed: bool
    points: float
    max_points: float
    diagnosis: str | None
    message: str
    attempted: bool = True

    @property
    def status(self):
        """One of 'Passed', 'In part', 'Not yet', 'Not attempted'."""
        if not self.attempted:
            return say.NOT_ATTEMPTED
        return say.PASSED if self.passed else say.IN_PART if self.points > 0 else say.NOT_YET

    @property
    def _head(self):
        if not self.max_points:  # no exercise was found
            return self.status
        return f"{self.status} ({self.points:g} of {self.max_points:g} point{'' if self.max_points == 1 else 's'})"

    def __str__(self):
        return f"{self._head}. {self.message}"

    def __repr__(self):
        # nbgrader reads the points from the text/plain of the check cell; any text but a float would be full marks.
        return f"{float(self.points)}" if os.environ.get("NBGRADER_EXECUTION") else str(self)

    def _repr_html_(self):
        message = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(self.message, quote=False))
        style = f"border-left: 5px solid {_COLOURS[self.status]}; padding: 4px 12px"  # text keeps the theme's colour
        return f'<div style="{style}"><strong>{self._head}.</strong> {message}</div>'
