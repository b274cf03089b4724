"""Checks between parts of a plan, each a named rule over whatever could be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import gt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocator.errors import LawError, Problem
from allocator.plan.limits import Limit, Quantity
from allocator.plan.schema import Model, Offer, Role, Source
from allocator.plan.values import Context
from allocator.plan.wrong import did_you_mean, listed, shown

if TYPE_CHECKING:
    from allocator.quality import Law


@dataclass
class Parts:
    """The parts of a plan that could be read.

    Attributes
    ----------
    context : Context
        Currency and months.
    single, named : dict
        Sections by name; `named` holds a dictionary of items for each.
    limits : dict of str to Limit
        The rules that could be read.
    broken : set of (section, item)
        Items that stand in the file and could not be read: references to them are not mistakes of their own.
    problems : list of Problem
        Mistakes inside the parts.
    laws : dict of str to str
        What each model of the file names as its law, also where the rest of the model could not be read.
    """

    context: Context
    single: dict[str, Any] = field(default_factory=dict)
    named: dict[str, dict[str, Any]] = field(default_factory=dict)
    limits: dict[str, Limit] = field(default_factory=dict)
    broken: set[tuple[str, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    laws: dict[str, str] = field(default_factory=dict)

    @property
    def offers(self) -> dict[str, Offer]:
        """``[compute.*]``."""
        return self.named.get("compute", {})

    @property
    def sources(self) -> dict[str, Source]:
        """``[data.*]``."""
        return self.named.get("data", {})

    @property
    def roles(self) -> dict[str, Role]:
        """``[people.*]``."""
        return self.named.get("people", {})

    @property
    def models(self) -> dict[str, Model]:
        """``[models.*]``."""
        return self.named.get("models", {})

    def has_broken(self, section: str) -> bool:
        """Whether some item of a section could not be read."""
        return any(place == section for place, _ in self.broken)

    def exists(self, section: str, name: str) -> bool:
        """Whether an item stands in the file, readable or not."""
        return name in self.named.get(section, {}) or (section, name) in self.broken

    def names(self, section: str) -> list[str]:
        """Every item that stands in the file: what a reference may mean, also where the item has mistakes."""
        return [*self.named.get(section, {}), *sorted(name for place, name in self.broken if place == section)]


COMPUTE_INPUT = "compute.flop"
FIXED_INPUTS = (COMPUTE_INPUT, "people.research")

Check = Callable[[Parts], Iterator[Problem]]


def _offer_bounds(parts: Parts) -> Iterator[Problem]:
    for name, offer in parts.offers.items():
        yield from _crossed(parts, f"compute.{name}", offer.min, offer.max)
        if offer.max is not None and offer.now > offer.max[0]:
            yield _above(f"compute.{name}.now", "GPUs on opening day", offer.now, offer.max[0])


def _staff_bounds(parts: Parts) -> Iterator[Problem]:
    for name, role in parts.roles.items():
        yield from _crossed(parts, f"people.{name}", role.min, role.max)
        if role.now > role.max[0]:
            yield _above(f"people.{name}.now", "persons on opening day", role.now, role.max[0])


def _crossed(parts: Parts, key: str, low: tuple[float, ...], high: tuple[float, ...] | None) -> Iterator[Problem]:
    if not parts.context.timeline.sure or high is None or not any(map(gt, low, high)):
        return
    for month, (floor, ceiling) in enumerate(zip(low, high, strict=True), start=1):
        if floor > ceiling:
            label = parts.context.timeline.label(month)
            yield Problem(
                f"{key}.max",
                f"`max` is below `min` in {label}",
                f"max = {ceiling:g}, min = {floor:g}",
                "max at least min in every month",
                "raise max or lower min",
            )
            return


def _above(key: str, words: str, now: float, ceiling: float) -> Problem:
    remedy = "raise max, or lower now; nobody is dismissed and nothing sold before the plan begins"
    return Problem(key, f"more {words} than `max` allows", f"now = {now:g}", f"at most {ceiling:g}", remedy)


def _reservation_terms(parts: Parts) -> Iterator[Problem]:
    for name, offer in parts.offers.items():
        if offer.kind == "reserve" and offer.term is None:
            yield Problem(
                f"compute.{name}.term",
                "a reservation needs its term",
                "nothing",
                "a number of months from 1 to 120",
                "add term = 12, the months a contract runs",
            )


def _free_without_limit(parts: Parts) -> Iterator[Problem]:
    """What costs nothing and never runs out has no best amount."""
    for name, offer in parts.offers.items():
        upkeep = offer.running if offer.kind == "buy" else 0.0
        if offer.max is None and min(offer.price) + upkeep == 0.0:
            yield _needs_limit(f"compute.{name}.max", "GPUs", "max = 1_024, the most that can be had")
    for name, source in parts.sources.items():
        cheapest = min(price + work for price, work in zip(source.price, source.processing, strict=False))
        if source.max is None and source.per_month is None and cheapest == 0.0:
            yield _needs_limit(f"data.{name}.max", f"{source.unit}s", "max = 1e12, all there are")


def _needs_limit(key: str, what: str, remedy: str) -> Problem:
    message = f"free {what} without a limit have no best amount"
    return Problem(key, message, "nothing", "a `max`, or a price above 0 in every month", f"add {remedy}")


def _deadlines(parts: Parts) -> Iterator[Problem]:
    timeline = parts.context.timeline
    for name, model in parts.models.items():
        if timeline.sure and model.ready < 0:
            first = timeline.label(model.training_months)
            yield Problem(
                f"models.{name}.deadline",
                f"training would begin before the plan: {model.training_months} months up to "
                f"{timeline.label(model.deadline)}",
                timeline.label(model.deadline),
                f"{first} or later with training_months = {model.training_months}",
                "move the deadline back or lower training_months",
            )


def _weights(parts: Parts) -> Iterator[Problem]:
    models = parts.models
    if models and not parts.has_broken("models") and all(model.weight == 0 for model in models.values()):
        yield Problem(
            f"models.{next(iter(models))}.weight",
            "no model counts: every weight is 0",
            "0",
            "at least one weight above 0",
            "give the model that matters a weight, such as weight = 1",
        )


def _model_data(parts: Parts) -> Iterator[Problem]:
    for name, model in parts.models.items():
        for source, weight in (model.data or {}).items():
            if not parts.exists("data", source):
                yield _missing(f"models.{name}.data.{source}", "data source", source, parts.names("data"), "data")
            elif weight == 0:
                yield Problem(
                    f"models.{name}.data.{source}",
                    "a source with weight 0 gives the model nothing",
                    "0",
                    "a weight above 0",
                    "remove the source from the model, or give it a weight such as 1.0",
                )


def _missing(key: str, words: str, name: str, known: list[str], section: str) -> Problem:
    # Names are compared without their section, which would make any two of them alike.
    bare = name.removeprefix(f"{section}.")
    alike = did_you_mean(bare, [entry.removeprefix(f"{section}.") for entry in known], "")
    otherwise = f"add [{section}.{bare}] or remove this"
    return Problem(
        key,
        f"there is no {words} `{name}`",
        shown(name),
        listed(known) or "none is defined",
        did_you_mean(name, known, otherwise) if alike else otherwise,
    )


def _limit_references(parts: Parts) -> Iterator[Problem]:
    for name, limit in parts.limits.items():
        for term in limit.terms:
            yield from _reference(parts, f"limits.{name}", limit, term.quantity)


def _reference(parts: Parts, key: str, limit: Limit, quantity: Quantity) -> Iterator[Problem]:
    section, item = quantity.section, quantity.item
    if item is None:
        return
    if not parts.exists(section, item):
        known = [f"{section}.{name}" for name in parts.names(section)]
        problem = _missing(key, "item", f"{section}.{item}", known, section)
        yield Problem(problem.key, problem.message, shown(limit.text), problem.allowed, problem.remedy)
    elif quantity.measure == "orders" and item in parts.offers and parts.offers[item].kind == "rent":
        yield Problem(
            key,
            f"`{quantity}`: rented GPUs are not ordered",
            shown(limit.text),
            "orders of an offer to reserve or buy; gpus of any offer",
            f"write compute.{item}.gpus",
        )


def _model_inputs(parts: Parts) -> Iterator[Problem]:
    forms = (*FIXED_INPUTS, "data.NAME.items", "people.NAME.effective")
    for name, model in parts.models.items():
        for entry, reference in model.inputs.items():
            key = f"models.{name}.inputs.{entry}"
            section, item, measure = [*reference.split("."), "", ""][:3]
            if reference in FIXED_INPUTS:
                continue
            if reference.count(".") != 2 or f"{section}.NAME.{measure}" not in forms:
                near = did_you_mean(reference, (*FIXED_INPUTS, f"data.{item}.items", f"people.{item}.effective"), "")
                yield Problem(
                    key,
                    f"{shown(reference)} is not a quantity that a model can take",
                    shown(reference),
                    listed(forms),
                    near or 'write it like "data.NAME.items"',
                )
            elif not parts.exists(section, item):
                yield _missing(key, f"item in [{section}]", item, parts.names(section), section)


CHECKS: dict[str, Check] = {
    "the bounds of an offer do not cross": _offer_bounds,
    "the bounds of a role do not cross": _staff_bounds,
    "a reservation has a term": _reservation_terms,
    "what is free has a limit": _free_without_limit,
    "training begins inside the plan": _deadlines,
    "some model counts": _weights,
    "the data of a model exists": _model_data,
    "the inputs of a model exist": _model_inputs,
    "limits speak of things that exist": _limit_references,
}


def check_parts(parts: Parts, folder: Path | None) -> list[Problem]:
    """Run every check, and ask the quality laws of the models whether they can be used as the plan does."""
    problems = [problem for check in CHECKS.values() for problem in check(parts)]
    for name, model in parts.models.items():
        problems += _law_problems(parts, name, model, folder)
    for name, law in parts.laws.items():
        if ("models", name) in parts.broken:
            problems += _law_name_problems(name, law, folder)
    return problems


def _law_name_problems(name: str, law: str, folder: Path | None) -> list[Problem]:
    """A misspelt law is said even where other keys of its model are wrong too."""
    from allocator.quality import load_law

    try:
        load_law(law, base=folder)
    except LawError as error:
        problems = _nearest_cards(law, folder, error.problems)
        return [_of_model(name, problem) for problem in problems if problem.key == "law" and not problem.file]
    return []


def _law_problems(parts: Parts, name: str, model: Model, folder: Path | None) -> list[Problem]:
    from allocator.quality import load_law

    try:
        law = load_law(
            model.law,
            parameters=model.parameters,
            measured=model.measured,
            points=model.points,
            inputs=model.inputs,
            base=folder,
        )
    except LawError as error:
        return [
            # A mistake inside a card of the user's own names that file, and its keys.
            problem if problem.file else _of_model(name, problem)
            for problem in _nearest_cards(model.law, folder, error.problems)
        ]
    return [*_law_compute(parts, name, model, law), *_law_data(parts, name, model, law), *_target(name, model, law)]


def _of_model(name: str, problem: Problem) -> Problem:
    """Place a law's problem in the plan; every problem tells what to do."""
    remedy = problem.remedy or "correct the value, or remove it to take the card's own"
    return replace(problem, key=f"models.{name}.{problem.key}".rstrip("."), remedy=remedy)


def _nearest_cards(law: str, folder: Path | None, problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems of a law; of a card that is not there, with the cards that lie where it was looked for."""
    place = (folder or Path()) / Path(law).expanduser()
    is_path = law.endswith(".toml") or place.name != law
    for problem in problems:
        if problem.key != "law" or not is_path or place.is_file():
            yield problem
            continue
        cards = sorted(entry.name for entry in place.parent.glob("*.toml")) if place.parent.is_dir() else []
        remedy = did_you_mean(place.name, cards, "name one of these, or a law of `allocator laws`")
        allowed = f"in {place.parent}: {listed(cards)}" if cards else f"a card; {place.parent} has no .toml file"
        yield replace(problem, found=shown(law), allowed=allowed, remedy=remedy if cards else "check the path")


def _target(name: str, model: Model, law: Law) -> Iterator[Problem]:
    """A share lies in 0..1, and no amount of money takes a loss below its irreducible part."""
    from math import isfinite

    if model.target is not None and law.unit == "share" and not 0.0 <= model.target <= 1.0:
        yield Problem(
            f"models.{name}.target",
            f"the {law.metric} of law {law.name} is a share, and {model.target:g} is not",
            f"{model.target:g}",
            f"the {law.metric} as a share, from 0 to 1",
            "write 0.05 for 5 %",
        )
        return
    level = law.parameters.get("E", getattr(law.form, "E", None))
    if model.target is None or isfinite(float(law.gain_of_metric(model.target))):
        return
    yield Problem(
        f"models.{name}.target",
        f"no amount of money takes law {law.name} to {law.metric} {model.target:g}",
        shown(model.target),
        f"a {law.metric} on the reachable side of {level:g}" if level is not None else f"a reachable {law.metric}",
        "choose a target the law can reach, or leave it out",
    )


def _law_compute(parts: Parts, name: str, model: Model, law: Law) -> Iterator[Problem]:
    needed = law.flop is not None or COMPUTE_INPUT in model.inputs.values()
    if needed and not parts.offers and not parts.has_broken("compute"):
        yield Problem(
            f"models.{name}.law",
            f"law {law.name} needs compute and the plan offers none",
            shown(law.name),
            "at least one [compute.NAME]",
            'add an offer: [compute.NAME] with kind = "rent", chip = "H100" and a price',
        )


def _law_data(parts: Parts, name: str, model: Model, law: Law) -> Iterator[Problem]:
    """The sources of a model sell what its law takes."""
    units = {entry.unit for entry in law.inputs if entry.role == "data" and not entry.reference}
    accepted = [source for source, entry in parts.sources.items() if entry.unit in units]
    if units and not model.data and (not accepted or model.data is not None) and not parts.has_broken("data"):
        yield Problem(
            f"models.{name}.law",
            f"law {law.name} needs data in {listed(sorted(units))}s and no source gives it any",
            shown(law.name),
            f"a source with unit = {' or '.join(shown(unit) for unit in sorted(units))}",
            f"add data = {{{accepted[0]} = 1.0}}" if accepted else "add [data.NAME] with that unit",
        )
    for source in model.data or {}:
        entry = parts.sources.get(source)
        if entry is not None and units and entry.unit not in units:
            yield Problem(
                f"models.{name}.data.{source}",
                f"law {law.name} takes {listed(sorted(units))}s, and `{source}` is counted in {entry.unit}s",
                f"unit = {shown(entry.unit)}",
                listed(accepted) or f"a source with unit = {shown(sorted(units)[0])}",
                "choose a source the law takes, or another law",
            )
