"""The quality law of a model, as its plan has it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from allocator.plan.sections import Model

if TYPE_CHECKING:
    from allocator.quality import Law


# What a law is loaded from.
LAW = ("law", "parameters", "measured", "points", "inputs")


def law_of(model: Model, folder: Path | None) -> Law:
    """Load a model's law with the plan's parameters, measured point, points and inputs.

    Parameters
    ----------
    model : Model
    folder : Path or None
        Where the path of a card of one's own starts.

    Raises
    ------
    LawError
        When the law does not exist or cannot be used so.
    """
    # Laws are loaded only where a plan is checked against them: numpy comes with them.
    from allocator.quality import load_law

    return load_law(
        model.law,
        parameters=model.parameters,
        measured=model.measured,
        points=model.points,
        inputs=model.inputs,
        base=folder,
    )
