"""What the program decided, read back into plain numbers for the ledger."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allocator.plan import Plan
from allocator.plan.schema import Round


@dataclass(frozen=True)
class Sale:
    """GPUs sold: ordered in month `ordered` (0 for the opening fleet), sold in month `sold`."""

    ordered: int
    sold: int
    gpus: float


@dataclass(frozen=True)
class Exit:
    """GPUs whose contract, signed in month `signed` (0 before the plan), is left: month `left` is the first without."""

    signed: int
    left: int
    gpus: float


@dataclass(frozen=True)
class Choices:
    """Decisions by name; every list has length T, index t - 1 for month t.

    Attributes
    ----------
    rented : dict of str to list of float
        GPUs rented in the month.
    ordered : dict of str to list of float
        GPUs of contracts signed (reserve) or of orders placed (buy) in the month.
    sold : dict of str to list of Sale
        Sales of bought GPUs.
    ended : dict of str to list of Exit
        Contracts left before their term was over.
    experiments : dict of str to list of float
        GPUs given to experiments in the month, by offer.
    bought : dict of str to list of float
        Items of data bought in the month.
    automated : dict of str to list of float
        Items of those bought in the month that go through machines.
    automation : dict of str to list of float
        Capacity of machines ordered in the month, items a month.
    hired : dict of str to list of float
        Persons whose hiring is ordered in the month.
    counted : dict of str to list of float
        Persons who count for research in the month, of roles that want GPUs for it.
    kept : dict of str to list of float
        Leavers who are kept in the month by retention spending.
    laid_off : dict of str to list of float
        Persons laid off in the month.
    marketing : dict of str to list of float
        Money spent on marketing in the month, by revenue.
    placed : dict of str to list of float
        Money lent in the month, by treasury item.
    values : dict of str to float or None
        The metric that a model reached; None where nothing is said of it.
    training : dict of str to list of float
        FLOP given to a model in the month.
    inputs : dict of str to dict of str to float
        What a model's law is given, by the law's input names.
    serving : dict of str to list of float
        FLOP that a model is served with in the month.
    training_on, serving_on : dict of str to dict of str to list of float
        The same two by offer, for plans in which that matters.
    funded : dict of str to bool
        Whether a model is funded; only optional ones may not be.
    raised, repaid : dict of str to list of float
        Money raised or drawn in the month, where the plan may choose; money a credit line is given back.
    credits : dict of str to dict of str to list of float
        Credits used in the month, by the grant and the offer they pay for.
    """

    rented: dict[str, list[float]]
    ordered: dict[str, list[float]]
    sold: dict[str, list[Sale]]
    ended: dict[str, list[Exit]]
    experiments: dict[str, list[float]]
    bought: dict[str, list[float]]
    automated: dict[str, list[float]]
    automation: dict[str, list[float]]
    hired: dict[str, list[float]]
    counted: dict[str, list[float]]
    kept: dict[str, list[float]]
    laid_off: dict[str, list[float]]
    marketing: dict[str, list[float]]
    placed: dict[str, list[float]]
    values: dict[str, float | None]
    training: dict[str, list[float]]
    inputs: dict[str, dict[str, float]]
    serving: dict[str, list[float]]
    training_on: dict[str, dict[str, list[float]]]
    serving_on: dict[str, dict[str, list[float]]]
    funded: dict[str, bool]
    raised: dict[str, list[float]]
    repaid: dict[str, list[float]]
    credits: dict[str, dict[str, list[float]]]


def read_choices(plan: Plan, decisions: Mapping[str, Any]) -> Choices:
    """Read the decisions of a plan; what is left out is zero.

    Parameters
    ----------
    plan : Plan
    decisions : mapping
        ``{"compute": {offer: {"gpus" | "signed", "ended" | "ordered", "sold", "experiments"}},
        "data": {source: {"bought", "automated", "automation"}}, "people": {role: {"hired", "kept", "laid_off",
        "counted"}}, "revenue": {revenue: {"marketing"}}, "treasury": {item: {"placed"}},
        "models": {model: {"compute", "inputs", "value", "serving", "compute_on", "serving_on", "funded"}},
        "funding": {name: {"drawn", "repaid", "used": {offer: ...}}}}``, lists by month.

    Raises
    ------
    ValueError
        A name the plan does not have, a list of another length than the plan, or a number that is not finite.
    """
    months = plan.plan.months
    sections: dict[str, Mapping[str, object]] = {
        "compute": plan.compute,
        "data": plan.data,
        "people": plan.people,
        "revenue": {name: terms for name, terms in plan.revenue.items() if terms.marketing is not None},
        "treasury": plan.treasury,
        "models": plan.models,
        "funding": plan.funding,
    }
    _known("", decisions, sections)
    part = {section: decisions.get(section, {}) for section in sections}
    for section, names in sections.items():
        _known(f"{section}.", part[section], names)

    def series(section: str, item: str, key: str) -> list[float]:
        return _series(f"{section}.{item}.{key}", part[section].get(item, {}).get(key), months)

    def by_offer(model: str, key: str) -> dict[str, list[float]]:
        given = part["models"].get(model, {}).get(key, {})
        _known(f"models.{model}.{key}.", given, plan.compute)
        return {offer: _series(f"models.{model}.{key}.{offer}", values, months) for offer, values in given.items()}

    kinds = {
        offer: {"rent": ["gpus"], "reserve": ["signed", "ended"]}.get(terms.kind, ["ordered", "sold"])
        for offer, terms in plan.compute.items()
    }
    for offer, keys in kinds.items():
        _known(f"compute.{offer}.", part["compute"].get(offer, {}), [*keys, "experiments"])
    moneys = {name: _keys_of_money(terms) for name, terms in plan.funding.items()}
    for name, keys in moneys.items():
        _known(f"funding.{name}.", part["funding"].get(name, {}), keys)
        _known(f"funding.{name}.used.", _used(part["funding"], name), plan.funding[name].only_for or ())
    return Choices(
        rented={offer: series("compute", offer, "gpus") for offer, keys in kinds.items() if "gpus" in keys},
        ordered={offer: series("compute", offer, keys[0]) for offer, keys in kinds.items() if "gpus" not in keys},
        sold={offer: [_sale(f"compute.{offer}.sold", sale) for sale in part["compute"].get(offer, {}).get("sold", ())]
              for offer, keys in kinds.items() if "sold" in keys},
        ended={offer: [_exit(f"compute.{offer}.ended", one) for one in part["compute"].get(offer, {}).get("ended", ())]
               for offer, keys in kinds.items() if "ended" in keys},
        experiments={offer: series("compute", offer, "experiments") for offer in kinds},
        bought={source: series("data", source, "bought") for source in plan.data},
        automated={source: series("data", source, "automated") for source in plan.data},
        automation={source: series("data", source, "automation") for source in plan.data},
        hired={role: series("people", role, "hired") for role in plan.people},
        counted={role: series("people", role, "counted") for role, terms in plan.people.items() if terms.wants_gpus},
        kept={role: series("people", role, "kept") for role in plan.people},
        laid_off={role: series("people", role, "laid_off") for role in plan.people},
        marketing={name: series("revenue", name, "marketing") for name in plan.revenue},
        placed={name: series("treasury", name, "placed") for name in plan.treasury},
        values={
            model: None if (value := part["models"].get(model, {}).get("value")) is None
            else _finite(f"models.{model}.value", value)
            for model in plan.models
        },
        training={model: series("models", model, "compute") for model in plan.models},
        inputs={
            model: {
                name: _finite(f"models.{model}.inputs.{name}", value)
                for name, value in part["models"].get(model, {}).get("inputs", {}).items()
            }
            for model in plan.models
        },
        serving={model: series("models", model, "serving") for model in plan.models},
        training_on={model: by_offer(model, "compute_on") for model in plan.models},
        serving_on={model: by_offer(model, "serving_on") for model in plan.models},
        funded={model: bool(part["models"].get(model, {}).get("funded", True)) for model in plan.models},
        raised={name: series("funding", name, "drawn") for name, keys in moneys.items() if "drawn" in keys},
        repaid={name: series("funding", name, "repaid") for name, keys in moneys.items() if "repaid" in keys},
        credits={
            name: {
                offer: _series(f"funding.{name}.used.{offer}", _used(part["funding"], name).get(offer), months)
                for offer in plan.funding[name].only_for or ()
            }
            for name, keys in moneys.items() if "used" in keys
        },
    )  # fmt: skip


def _used(funding: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    used: Mapping[str, Any] = funding.get(name, {}).get("used", {})
    return used


def _keys_of_money(terms: Round) -> list[str]:
    """What is decided of money: nothing where it is signed and waits for nothing."""
    if terms.kind == "credits":
        return ["used"]
    if terms.kind == "credit-line":
        return ["drawn", "repaid"]
    return [] if terms.amount is not None and terms.needs is None else ["drawn"]


def _known(where: str, given: Mapping[str, Any], names: Mapping[str, object] | Sequence[str]) -> None:
    for name in given:
        if name not in names:
            raise ValueError(f"decisions: {where}{name} is not of this plan; it has {', '.join(names) or 'none'}")


def _series(where: str, values: Sequence[float] | None, months: int) -> list[float]:
    if values is None:
        return [0.0] * months
    if len(values) != months:
        raise ValueError(f"decisions: {where} has {len(values)} months and the plan has {months}")
    numbers = list(map(float, values))
    if not all(map(math.isfinite, numbers)):
        return [_finite(where, value) for value in numbers]
    return numbers


def _finite(where: str, value: float) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"decisions: {where} holds {number}, and only finite numbers can be booked")
    return number


def _sale(where: str, sale: Sequence[float]) -> Sale:
    if len(sale) != 3 or sale[0] != int(sale[0]) or sale[1] != int(sale[1]):
        raise ValueError(f"decisions: {where} holds {sale!r}; a sale is [order month, sale month, GPUs]")
    return Sale(int(sale[0]), int(sale[1]), _finite(where, sale[2]))


def _exit(where: str, entry: Sequence[float]) -> Exit:
    if len(entry) != 3 or entry[0] != int(entry[0]) or entry[1] != int(entry[1]):
        raise ValueError(f"decisions: {where} holds {entry!r}; an exit is [month signed, first month without, GPUs]")
    return Exit(int(entry[0]), int(entry[1]), _finite(where, entry[2]))
