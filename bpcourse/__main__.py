"""`python -m bpcourse`: what is done and what is open, in the terminal; `python -m bpcourse 04` for one chapter."""

import sys

from .marking import progress

try:
    print(progress(*sys.argv[1:2]))
except ValueError as error:
    sys.exit(str(error))
