"""The plan as a whole: its sections, the place it came from, its fingerprint, and the JSON Schema of the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr

from allocator.plan.chips import chips
from allocator.plan.limits import Limit, LimitsByName
from allocator.plan.sections import (
    Automation,
    Condition,
    Cost,
    Facility,
    Hiring,
    Horizon,
    Model,
    Objective,
    Offer,
    Partner,
    Research,
    Retention,
    Revenue,
    Role,
    Round,
    Runway,
    Section,
    Source,
    Treasury,
)
from allocator.plan.timeline import Month, Timeline
from allocator.plan.wording import plural

__all__ = [
    "Automation",
    "Condition",
    "Cost",
    "Facility",
    "Hiring",
    "Horizon",
    "Limit",
    "Model",
    "Month",
    "Objective",
    "Offer",
    "Partner",
    "Plan",
    "Research",
    "Retention",
    "Revenue",
    "Role",
    "Round",
    "Runway",
    "Section",
    "Source",
    "Treasury",
    "plan_schema",
]


class Plan(Section):
    """A whole plan, read and resolved.

    ``plan`` holds ``[plan]`` itself; the other fields are the sections of the file by name.
    """

    plan: Horizon
    runway: Runway | None = None
    funding: dict[str, Round] = Field(default_factory=dict)
    revenue: dict[str, Revenue] = Field(default_factory=dict)
    partners: dict[str, Partner] = Field(default_factory=dict)
    treasury: dict[str, Treasury] = Field(default_factory=dict)
    costs: dict[str, Cost] = Field(default_factory=dict)
    compute: dict[str, Offer] = Field(default_factory=dict)
    sites: dict[str, Facility] = Field(default_factory=dict)
    data: dict[str, Source] = Field(default_factory=dict)
    people: dict[str, Role] = Field(default_factory=dict)
    research: Research | None = None
    models: dict[str, Model]
    objective: Objective = Objective.model_construct()
    limits: LimitsByName = Field(default_factory=dict)

    _file: str = PrivateAttr("<dict>")
    _document: dict[str, Any] = PrivateAttr(default_factory=dict)
    _folder: Path | None = PrivateAttr(None)
    _applied: tuple[str, ...] = PrivateAttr(())

    @property
    def file(self) -> str:
        """The file the plan came from, ``<dict>`` when it came from Python."""
        return self._file

    @property
    def document(self) -> dict[str, Any]:
        """The document as written, after overrides; not to be changed: plans made from each other share tables."""
        return self._document

    @property
    def folder(self) -> Path | None:
        """The folder of the plan file, where paths to a user's own cards start; None for a plan from Python."""
        return self._folder

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The names of the scenarios that the plan file defines."""
        return tuple(self._document.get("scenario", ()))

    @property
    def applied(self) -> tuple[str, ...]:
        """The names of the scenarios that are laid over the plan, in the order in which they were chosen."""
        return self._applied

    def placed(self, file: str, document: dict[str, Any], folder: Path | None, applied: tuple[str, ...] = ()) -> Plan:
        """Return this plan with the place it came from, and the scenarios laid over it."""
        plan = self.model_copy()
        plan._file, plan._document, plan._folder, plan._applied = file, document, folder, applied
        return plan

    def with_sections(self, sections: dict[str, Any], document: dict[str, Any]) -> Plan:
        """Return this plan with other sections, read from `document` for the same months and currency."""
        plan = self.model_copy(update=sections)
        plan._document = document
        return plan

    def __repr__(self) -> str:
        """One line: a plan of five years has thousands of numbers."""
        items: dict[str, Mapping[str, Section]]
        items = {"offer": self.compute, "source": self.data, "role": self.people, "model": self.models}
        counted = ", ".join(plural(len(there), noun) for noun, there in items.items() if there)
        return f"<Plan {self.plan.name}: {self.plan.months} months from {self.labels[0]}, {counted}>"

    __str__ = __repr__

    def month_label(self, month: int) -> str:
        """Return the calendar month of month number `month`, ``2026-09``."""
        return str(self.plan.start.plus(month - 1))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The T calendar months of the plan."""
        return tuple(self.month_label(month) for month in range(1, self.plan.months + 1))

    @property
    def timeline(self) -> Timeline:
        """The months of the plan, by label and by number."""
        return Timeline(self.plan.start, self.plan.months)

    def extended(self, months: int) -> Plan:
        """Return the same plan with so many months more.

        Lists and tables of months hold their last value, a ``{start, change}`` goes on, ``whole = true`` stays true.
        """
        from allocator.plan.loading import extend_plan

        return extend_plan(self, months)

    def changed(self, values: Mapping[str, Any] | Sequence[str]) -> Plan:
        """Return this plan with some values replaced, ``{"plan.cash": 90e6}`` or ``["plan.cash=90e6"]``.

        Only sections whose text changes are read again; what parts say of each other is checked again
        in full.

        Raises
        ------
        PlanError
            As `load_plan`, with every mistake at once.
        """
        from allocator.plan.loading import change_plan

        return change_plan(self, values)

    def with_limits(self, rules: Mapping[str, object] | None = None, **named: object) -> Plan:
        """Return this plan with more limits, or others of the same name.

        Parameters
        ----------
        rules : mapping of str to text or Rule, optional
            Rules by name: locks of a result, ``{"few": "people.headcount <= 40"}``.
        **named : text or Rule
            The same, where a name is one of Python's: ``few=quantity("people.headcount") <= 40``.

        Raises
        ------
        PlanError
            With every rule that cannot be read.
        """
        from allocator.plan.loading import add_limits

        return add_limits(self, {**(rules or {}), **named})

    def with_scenarios(self, *names: str) -> Plan:
        """Return this plan with scenarios of its file laid over it, beside those that are already.

        Values replaced before, by `changed` or by overrides, are replaced again where a scenario says
        something else.

        Raises
        ------
        PlanError
            When there is no scenario of that name, when two of them change the same field, or when the plan
            does not hold together with them.
        """
        from allocator.plan.laying import lay_scenarios

        return lay_scenarios(self, names)

    def resolved(self) -> dict[str, Any]:
        """Return every value after units, defaults and months were resolved, as JSON-able data."""
        return self.model_dump(mode="json", by_alias=True)

    def sha256(self) -> str:
        """Return the SHA-256 of the resolved plan's canonical JSON."""
        text = json.dumps(self.resolved(), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema of the plan file, for editors to complete and check."""
    schema = Plan.model_json_schema()
    schema["$defs"]["Offer"]["properties"]["chip"] = {"enum": sorted(chips()), "description": "a chip of the table"}
    # What a scenario changes is checked against the plan, not key by key: it need not say all that an item needs.
    sections = {name: {"type": "object"} for name in schema["properties"]}
    extends = {"type": "string", "description": "another scenario, of which this one says what differs"}
    scenario = {"type": "object", "properties": {"extends": extends, **sections}, "additionalProperties": False}
    schema["properties"]["scenario"] = {"type": "object", "additionalProperties": scenario}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "allocator plan"}
