"""What kind of value a field of the plan holds, by its dotted path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

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
        entry = _by_key(model).get(key) if model is not None else None
        if entry is None:
            return ""
        if place == len(keys) - 1:
            return _kind(entry.metadata)
        model = next(
            (choice for choice in (entry.annotation, *get_args(entry.annotation)) if _is_section(choice)), None
        )
    return ""


def _by_key(model: type[Section]) -> Mapping[str, Any]:
    """The fields by the key that the file writes."""
    return {entry.alias or name: entry for name, entry in model.model_fields.items()}


def _is_section(choice: Any) -> bool:
    return isinstance(choice, type) and issubclass(choice, Section)


def _kind(marks: list[Any]) -> Kind:
    if any(isinstance(mark, InPlan) for mark in marks):
        return "month"
    return "money" if any(isinstance(mark, Reads) and mark.money for mark in marks) else ""
