"""Every number that a plan's author wrote, by its path, and the same number a little less or more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from allocator.plan import Plan
from allocator.plan.keys import table_of
from allocator.plan.sections import NAMED, SINGLE, Section
from allocator.plan.values import Whole

# What says when or what rather than how much; and fitted parameters of a law, which are strongly correlated and mean
# nothing when they are moved one by one.
LEFT_OUT = frozenset(
    {"plan.start", "plan.months", "plan.whole", "plan.name", "plan.currency", "plan.wind_down"}
    | {"models.parameters", "models.points", "models.measured", "models.inputs", "models.deadline", "models.law"}
    # What the author wants, not what may turn out otherwise.
    | {"models.weight"}
    | {"funding.month", "funding.from", "funding.until", "objective.goal", "objective.of"}
    | {"funding.only_for", "funding.needs"}
)
_SECTIONS_LEFT_OUT = frozenset({"limits", "scenario", "objective"})
_AMOUNT = re.compile(r"\s*([-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?)(.*)", re.IGNORECASE | re.DOTALL)
# Of a value that varies by month: its level, not how it changes.
_CHANGES = frozenset({"yearly_change", "monthly_change"})


@dataclass(frozen=True)
class Number:
    """One number of a plan.

    Attributes
    ----------
    path : str
        ``compute.h100.price``.
    value : object
        As it is written: a number, text with a unit, a list or a table by month.
    whole : bool
        Whether it must stay a whole number.
    """

    path: str
    value: Any
    whole: bool

    def moved(self, factor: float) -> Any | None:
        """The value times `factor`, in the form it was written in; None where it does not move.

        A whole number moves by at least one.
        """
        found = _moved(self.value, factor, self.whole)
        return None if found == self.value else found


def numbers_of(plan: Plan) -> list[Number]:
    """Every number of the plan's document that says how much, in the order of the file.

    Dates, names, the horizon, rules as text and the parameters of laws are left out.
    """
    return list(_numbers(plan.document))


def _numbers(document: Mapping[str, Any]) -> Iterator[Number]:
    for section, content in document.items():
        if section in _SECTIONS_LEFT_OUT or not isinstance(content, Mapping):
            continue
        if section in SINGLE:
            yield from _of_table(content, section, section, SINGLE[section])
        elif section in NAMED:
            for name, table in content.items():
                if isinstance(table, Mapping):
                    yield from _of_table(table, f"{section}.{name}", section, NAMED[section])


def _of_table(table: Mapping[str, Any], path: str, kind: str, model: type[Section]) -> Iterator[Number]:
    for key, value in table.items():
        field = model.model_fields.get(key)
        if f"{kind}.{key}" in LEFT_OUT or field is None:
            continue
        whole = any(isinstance(mark, Whole) for mark in field.metadata)
        if _is_amount(value):
            yield Number(f"{path}.{key}", value, whole)
        elif isinstance(value, Mapping):
            # A table of its own, hiring or the weights of data sources.
            inner = table_of(model, key)
            if inner is not None:
                yield from _of_table(value, f"{path}.{key}", f"{kind}.{key}", inner)
            else:
                for name, entry in value.items():
                    if _is_amount(entry):
                        yield Number(f"{path}.{key}.{name}", entry, False)


def _is_amount(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return value != 0
    if isinstance(value, str):
        return _AMOUNT.fullmatch(value) is not None and not re.fullmatch(r"\s*\d{4}-\d{2}\s*", value)
    if isinstance(value, list):
        return bool(value) and all(
            isinstance(entry, int | float | str) and not isinstance(entry, bool) for entry in value
        )
    if isinstance(value, Mapping):
        return "start" in value or (bool(value) and all(re.fullmatch(r"\d{4}-\d{2}|\d+", str(key)) for key in value))
    return False


def _moved(value: Any, factor: float, whole: bool) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if not whole:
            return float(f"{value * factor:.12g}")
        step = round(value * factor) - value
        return int(value + (step or (1 if factor > 1.0 else -1)))
    if isinstance(value, str):
        match = _AMOUNT.fullmatch(value)
        if match is None:
            return value
        return f"{float(match[1].replace('_', '')) * factor:.12g}{match[2]}"
    if isinstance(value, list):
        return [_moved(entry, factor, whole) for entry in value]
    return {key: entry if key in _CHANGES else _moved(entry, factor, whole) for key, entry in value.items()}
