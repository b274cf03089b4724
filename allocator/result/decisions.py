"""What the program decided, in plain Python: all that the independent ledger is given."""

from __future__ import annotations

from typing import Any

import numpy as np

from allocator.formulate.build import Formulation
from allocator.formulate.curves import FloatArray

Decisions = dict[str, dict[str, Any]]
ROUNDING = 1e-12


def read_decisions(formulation: Formulation, x: FloatArray) -> Decisions:
    """Orders, hires, purchases and training month by month, from the point `x`.

    Returns
    -------
    dict
        ``compute``, ``data``, ``people`` and ``models``, each by name; monthly lists have one
        entry for every month of the plan.
    """
    plan = formulation.plan
    return {
        "compute": {name: _offer(formulation, x, name) for name in plan.compute},
        "data": {name: {"bought": monthly(formulation, x, f"data.{name}.bought")} for name in plan.data},
        "people": {name: {"hired": monthly(formulation, x, f"people.{name}.hired")} for name in plan.people},
        "models": {name: _model(formulation, x, name) for name in plan.models},
    }


def monthly(formulation: Formulation, x: FloatArray, name: str) -> list[float]:
    """Values of a monthly column family, shape (T,), 0 in months it does not have."""
    labels = formulation.plan.labels
    values = [0.0] * len(labels)
    if not formulation.program.has_column(name):
        return values
    block = formulation.program.column(name)
    position = {label: month for month, label in enumerate(labels)}
    # Balances end a few bits from zero; nobody wants to read -1.4e-14 GPUs.
    least = ROUNDING * formulation.program.col_scale[block.index]
    exact = np.where(np.abs(x[block.index]) < least, 0.0, x[block.index])
    for label, value in zip(block.labels, exact, strict=True):
        values[position[label]] = float(value)
    return values


def _offer(formulation: Formulation, x: FloatArray, name: str) -> dict[str, Any]:
    kind = formulation.plan.compute[name].kind
    if kind == "rent":
        return {"gpus": monthly(formulation, x, f"compute.{name}.gpus")}
    if kind == "reserve":
        return {"signed": monthly(formulation, x, f"compute.{name}.signed")}
    return {"ordered": monthly(formulation, x, f"compute.{name}.ordered"), "sold": _sales(formulation, x, name)}


def _sales(formulation: Formulation, x: FloatArray, name: str) -> list[list[float]]:
    """[order month, sale month, GPUs] of every sale; order month 0 is the opening fleet."""
    column = f"compute.{name}.sold"
    if not formulation.program.has_column(column):
        return []
    block = formulation.program.column(column)
    position = {label: month for month, label in enumerate(("opening", *formulation.plan.labels))}
    sales = []
    for entry in np.flatnonzero(x[block.index] > 0.0):
        order, sale = block.labels[int(entry)].split(" > ")
        sales.append([position[order], position[sale], float(x[block.start + entry])])
    return sales


def _model(formulation: Formulation, x: FloatArray, name: str) -> dict[str, Any]:
    block = formulation.models[name]
    return {
        "compute": monthly(formulation, x, f"models.{name}.compute"),
        "inputs": block.without_floors(block.best_inputs(x)),
    }
