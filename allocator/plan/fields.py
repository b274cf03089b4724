"""What kind of value a field of the plan holds, by its dotted path."""

from __future__ import annotations

from typing import Any, Literal

from allocator.plan.keys import table_of
from allocator.plan.sections import NAMED, SINGLE, Section
from allocator.plan.values import InPlan, Reads

Kind = Literal["money", "month", ""]


def kind_of(path: str) -> Kind:
    """Whether a field holds an amount of money, a month of the plan by its number, or something else.

    Parameters
    ----------
    path : str
        As an override names it: ``funding.angel.month``. A path that is no field is something else.
    """
    section, *keys = path.split(".")
    model: type[Section] | None = (SINGLE | NAMED).get(section)
    if section in NAMED:
        keys = keys[1:]
    for place, key in enumerate(keys):
        if model is None or key not in model.file_keys():
            return ""
        if place == len(keys) - 1:
            return _kind(model.file_keys()[key].metadata)
        model = table_of(model, key)
    return ""


def _kind(marks: list[Any]) -> Kind:
    if any(isinstance(mark, InPlan) for mark in marks):
        return "month"
    return "money" if any(isinstance(mark, Reads) and mark.money for mark in marks) else ""
