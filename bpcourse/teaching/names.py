"""Which assignment a title means that a person typed into a learning platform."""

import re


def _words(text):
    return re.findall(r"[^\W_]+", text.casefold())


def belongs(title, assignments):
    """The assignment, of the names given, all of whose words are in the title; None if there is none.

    "Week 2: 04 - Numeric Example" belongs to 04_numeric_example. Of several the one with the most words.
    """
    there = set(_words(title))
    found = [name for name in assignments if _words(name) and there.issuperset(_words(name))]
    return max(found, key=lambda name: len(_words(name)), default=None)
