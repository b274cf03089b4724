"""What each model's run may draw on, from the plan and the ledger alone."""

from __future__ import annotations

import math
from collections.abc import Mapping

from allocator.plan import Plan
from allocator.plan.schema import Model
from allocator.quality import Input, Law
from allocator.result.ledger import Ledger

# Of the amount, or of the largest amount of the ledger where that is more.
TOLERANCE = 1e-7


def broken_inputs(plan: Plan, name: str, law: Law, inputs: Mapping[str, float], ledger: Ledger) -> list[str]:
    """A sentence for each input of model `name` above what was there in time, and for a run above its compute.

    Parameters
    ----------
    plan : Plan
    name : str
        A model of the plan.
    law : Law
        Its law.
    inputs : mapping of str to float
        What the run uses, without the law's floors.
    ledger : Ledger
    """
    model = plan.models[name]
    findings = []
    for entry in law.inputs:
        if entry.role == "free":
            continue
        there = _there(plan, name, model, entry, ledger)
        used = inputs[entry.name]
        if used > there + TOLERANCE * max(there, 1.0):
            findings.append(f"{name}: its run uses {used:.9g} {entry.name}, and {there:.9g} were there in time")
    if law.flop is not None:
        allowed = law.effective_compute(ledger.models[name]["compute"], ledger.models[name]["multiplier"])
        floors = {entry.name: 0.0 if entry.role == "free" else entry.floor for entry in law.inputs}
        run = float(law.flop.value(law.array({key: value + floors[key] for key, value in inputs.items()})))
        # Where the floors alone take more, the law's run of nothing is meant.
        if run > allowed * (1.0 + TOLERANCE):
            findings.append(f"{name}: its run takes {run:.6g} FLOP, {allowed:.6g} effective FLOP were there")
    return findings


def short_serving(plan: Plan, name: str, law: Law, inputs: Mapping[str, float], ledger: Ledger) -> list[str]:
    """A sentence for each month in which model `name`, of the size its law was given, is served with too few FLOP.

    An item takes a third of what the run takes for it and each parameter (its forward pass), in one pass over the
    items; 2 N where a run takes 6 N D.
    """
    model = plan.models[name]
    if not model.serves or law.flop is None:
        return []
    one = {entry.name: 1.0 for entry in law.inputs} | {"parameters": inputs["parameters"]}
    each = float(law.flop.value(law.array(one))) / 3.0 / float(law.parameters.get("epochs", 1.0))
    findings = []
    for month, items in enumerate(model.served):
        asked, served = each * items, ledger.serving_flop[name][month]
        if asked > served * (1.0 + TOLERANCE):
            findings.append(
                f"{name}: serving {items:.6g} items in {plan.labels[month]} takes {asked:.6g} FLOP at its size, and "
                f"{served:.6g} are there for it"
            )
    return findings


def _there(plan: Plan, name: str, model: Model, entry: Input, ledger: Ledger) -> float:
    """Amount of one input in hand when training starts; compute is that of the training window."""
    path = model.inputs.get(entry.name, "")
    section, _, rest = path.partition(".")
    if path == "compute.flop":
        return float(ledger.models[name]["compute"])
    if path == "people.research":
        return _research(ledger, model)
    if section == "people":
        return math.fsum(ledger.effective[rest.split(".")[0]][: model.ready])
    if section == "data":
        sources = {rest.split(".")[0]: 1.0}
    else:
        accepted = dict.fromkeys(plan.data, 1.0) if model.data is None else model.data
        sources = {source: weight for source, weight in accepted.items() if plan.data[source].unit == entry.unit}
    return math.fsum(weight * _stock(plan, source, model, ledger) for source, weight in sources.items())


def _stock(plan: Plan, source: str, model: Model, ledger: Ledger) -> float:
    return ledger.stock[source][model.ready - 1] if model.ready else plan.data[source].now


def _research(ledger: Ledger, model: Model) -> float:
    return math.fsum(ledger.research[: model.ready])
