"""Patients: small programs that train, most of them with one hidden fault, and instruments that show it.

`patient(number)` is one of COUNT. The right program stands in `program`, each fault as what it overrides in `faulty`;
what is recorded in `record`, how that is read in `signs`, which fault shows what in `faults`, all words in `words`.
"""

# ruff: noqa: F401
from .faults import FAULTS
from .patient import COUNT, Patient, patient
from .record import STEPS, TICKS
