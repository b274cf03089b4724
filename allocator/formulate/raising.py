"""What all money raised shares: what the second pass gives for less of it, and waiting for a model to be good."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.formulate.cash import LATER_IS_CHEAPER
from allocator.formulate.curves import IntArray
from allocator.formulate.frame import Site

# The second pass gives so much of its money to raise less of it: nothing is raised for nothing.
RAISING = 0.01
# Lines of money raised.
RAISED = ("amount", "drawn", "used")


@dataclass(frozen=True)
class Wait:
    """What money waits for: a model's gain at `least` or more, which is `worst` with nothing at hand.

    `first` is the first month (1..T) that comes after the model is judged. An `optional` model has to be funded.
    """

    model: str
    least: float
    worst: float
    first: int
    optional: bool = False


def add_wait(site: Site, name: str, wait: Wait) -> int:
    """Whether the condition is met, one column: 1 only where the model's gain is high enough.

    Its gain is never below `worst`, so that is the smallest number that switches the row off.
    """
    builder = site.builder
    reached = builder.add_columns(
        f"funding.{name}.reached",
        ("",),
        unit="1",
        sentence=f"Whether {wait.model} is good enough for {name}",
        upper=1.0,
        integer=True,
    )
    rows = builder.add_rows(
        f"Condition of {name}",
        ("",),
        unit="gain",
        sentence=f"{name} comes only where {wait.model} is good enough the month before",
        lower=wait.worst,
        group=f"funding.{name}.needs",
    )
    builder.put(rows, site.column(f"models.{wait.model}.gain"), 1.0)
    builder.put(rows, reached, -max(wait.least - wait.worst, 0.0))
    if wait.optional:
        rows = builder.add_rows(
            f"Condition of {name}: funded",
            ("",),
            unit="1",
            sentence=f"what stands in for {wait.model} brings no {name}",
            upper=0.0,
            group=f"funding.{name}.needs",
        )
        builder.put(rows, reached, 1.0)
        builder.put(rows, site.column(f"models.{wait.model}.funded"), -1.0)
    return int(reached[0])


def cost_of_raising(site: Site, drawn: IntArray, window: IntArray) -> None:
    """What raising costs the second pass; earlier money a little more."""
    site.builder.spend(drawn, RAISING * (1.0 + LATER_IS_CHEAPER) ** (-(window + 1) / 12.0))
