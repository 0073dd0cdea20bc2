"""How far the sweeps of a test go: all the way in `make slow`, which sets BPCOURSE_THOROUGH; a sample in `make test`."""

import os

THOROUGH = os.environ.get("BPCOURSE_THOROUGH") == "1"
