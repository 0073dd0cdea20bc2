"""All explorers of the course, and one of each kind for the tests that only look at what it draws."""

import functools
import inspect

import bpcourse as bp

EXPLORERS = [make for _, make in inspect.getmembers(bp.explore, inspect.isclass)]


@functools.cache
def shared(make):
    """An explorer that several tests of a process look at: to make one takes a tenth of a second."""
    return make()
