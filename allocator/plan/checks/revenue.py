"""What revenue, partners and treasury must agree with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from allocator.errors import LawError, Problem
from allocator.plan.checks.parts import Parts, missing
from allocator.plan.laws import LAW, law_of
from allocator.plan.sections.partners import PAID_FOR
from allocator.plan.wrong import did_you_mean, listed, shown


def earning_models(parts: Parts) -> Iterator[Problem]:
    """A revenue is earned by a model of the plan, and then by nothing else."""
    for name, revenue in parts.every("revenue", "model", "marketing"):
        if revenue.model is None:
            continue
        if not parts.exists("models", revenue.model.name):
            key = f"revenue.{name}.model.name"
            yield missing(key, "model", revenue.model.name, parts.names("models"), "models")
        if revenue.marketing is not None:
            yield Problem(
                f"revenue.{name}.marketing",
                "what a model earns and what marketing adds cannot be one revenue: quality moves the price, "
                "and marketing the number of customers",
                shown(name),
                "`model` or `marketing`",
                "make two revenues of it, [revenue.NAME] with model and another with marketing",
            )


def earning_problems(parts: Parts, folder: Path | None) -> Iterator[Problem]:
    """Whether the revenues that models earn can follow their quality laws."""
    from allocator.quality import earning

    for item, revenue in parts.every("revenue", "model"):
        terms = revenue.model
        model = None if terms is None else parts.one("models", terms.name, *LAW)
        if model is None:
            continue
        try:
            law = law_of(model, folder)
        except LawError:
            # Said of the model itself.
            continue
        try:
            earning(law, terms.nothing_at, terms.all_at)
        except LawError as error:
            for problem in error.problems:
                yield replace(problem, key=f"revenue.{item}.model.{problem.key}")


def partner_references(parts: Parts) -> Iterator[Problem]:
    """Partners share what exists, and all of them together no more than there is."""
    shares: dict[tuple[str, str], float] = defaultdict(float)
    for name, partner in parts.every("partners", "pays", "takes"):
        key = f"partners.{name}"
        if not partner.pays and not partner.takes:
            yield Problem(
                key,
                "a partner that pays nothing and takes nothing",
                "nothing",
                "pays, takes, or both",
                "write pays = {compute.NAME = 0.5} or takes = {REVENUE = 0.2}",
            )
        for path, share in partner.pays.items():
            yield from _paid_for(parts, f"{key}.pays.{path}", path)
            shares["pays", path] += share
        for revenue, share in partner.takes.items():
            if not parts.exists("revenue", revenue):
                yield missing(f"{key}.takes.{revenue}", "revenue", revenue, parts.names("revenue"), "revenue")
            shares["takes", revenue] += share
        for (what, item), share in shares.items():
            # A little more than all is rounding: three thirds.
            if share > 1.0 + 1e-9 and item in getattr(partner, what):
                yield Problem(
                    f"{key}.{what}.{item}",
                    f"partners together {what.removesuffix('s')} more than all of {item}",
                    f"{share:g}",
                    "shares that add up to at most 1",
                    "lower a share",
                )


def _paid_for(parts: Parts, key: str, path: str) -> Iterator[Problem]:
    section, _, item = path.partition(".")
    if section not in PAID_FOR or not item:
        near = did_you_mean(section, PAID_FOR, "write it like compute.h100-cloud")
        forms = [f"{known}.NAME" for known in PAID_FOR]
        yield Problem(key, f"{shown(path)} is nothing a partner can pay for", shown(path), listed(forms), near)
    elif not parts.exists(PAID_FOR[section], item):
        home = PAID_FOR[section]
        yield missing(key, f"item in [{home}]", item, parts.names(home), home)
    elif section == "marketing" and (found := parts.named["revenue"].get(item)) and found.marketing is None:
        remedy = f"add marketing to [revenue.{item}], or remove this"
        yield Problem(key, f"there is no marketing for `{item}`", shown(path), "a revenue with marketing", remedy)


def treasury_bounds(parts: Parts) -> Iterator[Problem]:
    """Placements that can be told from none, and opening ones within the most."""
    for name, lent in parts.named.get("treasury", {}).items():
        key = f"treasury.{name}"
        if lent.min > 0.0 and lent.max is None:
            yield Problem(
                f"{key}.max",
                "a smallest placement needs the most that may lie there",
                "nothing",
                "a `max`, at least `min`",
                "add max = 5e6, the most that may be lent",
            )
        if lent.max is None:
            continue
        if lent.min > max(lent.max):
            yield Problem(
                f"{key}.max",
                "`max` is below `min`, so that nothing can ever be placed",
                f"max = {max(lent.max):g}, min = {lent.min:g}",
                "max at least min",
                "raise max or lower min",
            )
        there = sum(amount for month, amount in lent.now.items() if month > 1)
        if there > lent.max[0]:
            yield Problem(
                f"{key}.now",
                "more is lent on opening day than `max` allows",
                f"{there:g}",
                f"at most {lent.max[0]:g} still to come back at the close of the first month",
                "raise max",
            )
