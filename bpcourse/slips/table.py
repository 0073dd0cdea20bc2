"""The table of slips, {name: subclass of Formulas}, and how one is made."""

from copy import copy

SLIPS = {}


def slip(name, said):
    """Put a subclass into SLIPS; `said` is the mistake in words, to follow "the first wrong number is E: "."""

    def register(cls):
        cls.name, cls.said = name, said
        SLIPS[name] = cls
        return cls

    return register


def with_slip(formulas, slip):
    """The same Formulas with a mistake in them: slip is one of the classes of SLIPS."""
    changed = copy(formulas)
    changed.__class__ = slip
    return changed
