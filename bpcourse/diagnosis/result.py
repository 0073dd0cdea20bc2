"""What a diagnosis says: a Diagnosis, shown as text and as HTML."""

import html
import re
from dataclasses import dataclass, field

from . import messages as say

# Middle tones that show on white and on black; the word beside them says the same.
_COLOURS = {True: "#2da44e", False: "#d1495b", None: "#bf8700"}


@dataclass(frozen=True)
class Diagnosis:
    """What is known of a gradient.

    right: True, False, or None where too little could be judged. mistake: the name of what explains every entry, or
    None; two that come together are joined by " + ". also: names of what gives exactly the same numbers here. message:
    whole sentences. arrays: {name: True, False or None}, right or wrong, array by array. numeric: the gradient that was
    found, in the form of the parameters. equation: which of "BP1" to "BP4" to look at, where no mistake is known.
    """

    right: bool | None
    mistake: str | None
    message: str
    also: tuple[str, ...] = ()
    arrays: dict = field(default_factory=dict)
    numeric: object = field(default=None, repr=False)
    equation: str | None = None

    @property
    def head(self):
        """One of 'Right', 'Wrong', 'Not known'."""
        return say.HEADS[self.right]

    def __str__(self):
        return f"{self.head}. {self.message}"

    __repr__ = __str__

    def _repr_html_(self):
        message = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(self.message, quote=False))
        style = f"border-left: 5px solid {_COLOURS[self.right]}; padding: 4px 12px"  # text keeps the theme's colour
        return f'<div style="{style}"><strong>{self.head}.</strong> {message}</div>'
