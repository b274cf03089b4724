"""The continuous relaxation: whole units and on/off choices taken as they come.

Repairs make a point exact from its choices. A switch halfway between off and on is no choice, but in
the relaxation it is a point like any other, worth what its rows say: repairs ask here whether a switch
is decided, and keep to the rows where it is not.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allocator.formulate.curves import FloatArray
from allocator.formulate.program import Program

# A switch this near to off or on is decided. Those of a plan are exactly so.
DECIDED = 1e-6


def relaxed(program: Program) -> Program:
    """`program` with every column continuous: whole units and switches too."""
    return replace(program, integer=np.zeros_like(program.integer))


def undecided(switches: FloatArray | float) -> bool:
    """Whether any of the switches is neither off nor on."""
    values = np.asarray(switches)
    return bool(np.any(np.abs(values - np.round(values)) > DECIDED))
