"""What the program decided, in plain Python: all that the independent ledger is given."""

from __future__ import annotations

from typing import Any

import numpy as np

from allocator.formulate.build import Formulation
from allocator.formulate.curves import FloatArray
from allocator.result.reading import Reading

Decisions = dict[str, dict[str, Any]]


def read_decisions(formulation: Formulation, x: FloatArray) -> Decisions:
    """Orders, hires, purchases and training month by month, from the point `x`; see `decisions_of`."""
    return decisions_of(Reading(formulation, x))


def decisions_of(reading: Reading) -> Decisions:
    """Orders, hires, purchases, training and money raised month by month.

    Returns
    -------
    dict
        ``compute``, ``data``, ``people``, ``revenue``, ``treasury``, ``models`` and ``funding``, each by
        name; monthly lists have one entry for every month of the plan.
    """
    plan = reading.plan
    return {
        "compute": {name: _offer(reading, name) for name in plan.compute},
        "data": {name: _series(reading, f"data.{name}", _OF_DATA) for name in plan.data},
        "people": {name: _series(reading, f"people.{name}", _OF_PEOPLE) for name in plan.people},
        "revenue": {
            name: {"marketing": reading.monthly(f"revenue.{name}.marketing").tolist()}
            for name, revenue in plan.revenue.items()
            if revenue.marketing is not None
        },
        "treasury": {name: {"placed": reading.monthly(f"treasury.{name}.placed").tolist()} for name in plan.treasury},
        "models": {name: _model(reading, name) for name in plan.models},
        "funding": {name: _money(reading, name) for name in plan.funding},
    }


# What is decided month by month, by the family of columns that holds it; the first is always there.
_OF_DATA = {"bought": "bought", "automated": "automated", "automation": "automation"}
_OF_PEOPLE = {"hired": "hired", "kept": "kept", "laid_off": "laid-off", "counted": "counted"}


def _series(reading: Reading, item: str, families: dict[str, str]) -> dict[str, list[float]]:
    """The monthly lists of an item, of those it has."""
    first = next(iter(families))
    return {
        key: reading.monthly(f"{item}.{family}").tolist()
        for key, family in families.items()
        if key == first or reading.block(f"{item}.{family}") is not None
    }


def _money(reading: Reading, name: str) -> dict[str, Any]:
    """What was raised, drawn and repaid, or used of credits; nothing of money that is certain."""
    terms = reading.plan.funding[name]
    if terms.kind == "credits":
        used = {offer: reading.monthly(f"funding.{name}.used.{offer}").tolist() for offer in terms.only_for or ()}
        return {"used": used}
    decided = {"drawn": reading.monthly(f"funding.{name}.drawn").tolist()}
    if terms.kind == "credit-line":
        return decided | {"repaid": reading.monthly(f"funding.{name}.repaid").tolist()}
    return {} if terms.signed and terms.needs is None else decided


def _offer(reading: Reading, name: str) -> dict[str, Any]:
    offer = reading.plan.compute[name]
    decided: dict[str, Any]
    if offer.kind == "rent":
        decided = {"gpus": reading.monthly(f"compute.{name}.gpus").tolist()}
    elif offer.kind == "reserve":
        decided = {"signed": reading.monthly(f"compute.{name}.signed").tolist()}
        if offer.may_exit:
            decided["ended"] = _pairs(reading, f"compute.{name}.ended")
    else:
        decided = {
            "ordered": reading.monthly(f"compute.{name}.ordered").tolist(),
            "sold": _pairs(reading, f"compute.{name}.sold"),
        }
    if reading.block(f"compute.{name}.experiments") is not None:
        decided["experiments"] = reading.monthly(f"compute.{name}.experiments").tolist()
    return decided


def _pairs(reading: Reading, family: str) -> list[list[float]]:
    """[month of order or signature, month of sale or exit, GPUs] of each; month 0 is before the plan."""
    block = reading.block(family)
    if block is None:
        return []
    position = {label: month for month, label in enumerate(("opening", *reading.plan.labels))}
    amounts = reading.x[block.start : block.start + len(block.labels)]
    sales = []
    for entry in np.flatnonzero(amounts > 0.0):
        order, sale = block.labels[int(entry)].split(" > ")
        sales.append([position[order], position[sale], float(amounts[entry])])
    return sales


def _model(reading: Reading, name: str) -> dict[str, Any]:
    block, model = reading.formulation.models[name], reading.plan.models[name]
    inputs = block.best_inputs(reading.x)
    decided: dict[str, Any] = {
        "compute": reading.monthly(f"models.{name}.compute").tolist(),
        "inputs": block.without_floors(inputs),
    }
    if block.is_funded(reading.x):
        # A model that is not there reaches nothing, and what stands in for it is not the company's.
        decided["value"] = float(block.law.value(block.law.array(inputs)))
    if model.optional:
        decided["funded"] = block.is_funded(reading.x)
    if reading.block(f"models.{name}.serving") is not None:
        decided["serving"] = reading.monthly(f"models.{name}.serving").tolist()
    for what in ("compute", "serving"):
        families = {offer: f"models.{name}.{what} on {offer}" for offer in reading.plan.compute}
        split = {
            offer: reading.monthly(family).tolist()
            for offer, family in families.items()
            if reading.block(family) is not None
        }
        if split:
            decided[f"{what}_on"] = split
    return decided
