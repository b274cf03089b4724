"""Warnings for values that are allowed and unlikely: most are a unit put in wrongly."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from allocator.plan.readback import COMPARED_CURRENCIES, opening_burn
from allocator.plan.schema import Plan, Round
from allocator.plan.units import Currency
from allocator.plan.wording import count, money, plural, share

# Usual prices in any of COMPARED_CURRENCIES, whose units are worth about the same.
# GPU rents are those of small clouds to large ones, 2023 to 2026, with room on both sides.
_RENT_PER_PFLOPS = (0.8, 16.0)
_OLD_CHIP_RENT = 5.0
_KWH = (0.01, 0.6)
_GPU_PRICE = (500.0, 120_000.0)
# A yearly salary read as a monthly one lies above.
_SALARY = (2_000.0, 60_000.0)
# Months in which marketing is back; twelve to eighteen are usual among software companies.
_PAYBACK = 2.0
# Effective compute from algorithms, doubling every 8.4 months: Ho et al. 2024, arXiv:2403.05812.
_WHOLE_FIELD = 2.0 ** (12.0 / 8.4) - 1.0
_ITEM_PRICE = {"token": (1e-9, 1e-3), "image": (1e-4, 100.0), "label": (1e-3, 200.0), "hour": (0.05, 500.0)}


def plausibility(plan: Plan) -> list[str]:
    """Return warnings, each naming the key it is about; an empty list when nothing looks odd."""
    return [warning for check in CHECKS.values() for warning in check(plan)]


def _outside(values: tuple[float, ...], unit: float, low: float, high: float) -> float | None:
    """Return the first value, in whole currency, outside a range; 0 is a gift and passes."""
    return next((value * unit for value in values if value != 0 and not low <= value * unit <= high), None)


def _prices(plan: Plan) -> Iterator[str]:
    unit, code = plan.plan.money_unit, Currency.parse(plan.plan.currency).code
    if code not in COMPARED_CURRENCIES:
        return
    for name, offer in plan.compute.items():
        if offer.kind == "buy":
            low, high = _GPU_PRICE
            words = "a GPU"
        else:
            low, high = (bound * offer.flops / 1e15 for bound in _RENT_PER_PFLOPS)
            # Clouds keep asking a few dollars for chips that have become slow.
            high = max(high, _OLD_CHIP_RENT)
            words = "a GPU-hour"
        odd = _outside(offer.price, unit, low, high)
        if odd is not None:
            yield (
                f"compute.{name}.price: {money(odd, code)} {words} is outside the usual {money(low, code)} "
                f"to {money(high, code)}; is the unit right?"
            )
    for name, role in plan.people.items():
        odd = _outside(role.salary, unit, *_SALARY)
        if odd is not None:
            yield (
                f"people.{name}.salary: {money(odd, code)} a month is outside the usual {money(_SALARY[0], code)} "
                f"to {money(_SALARY[1], code)}; "
                f'a bare number is per month, a yearly one is "150 k{code}/year"'
            )
    for name, source in plan.data.items():
        low, high = _ITEM_PRICE[source.unit]
        odd = _outside(tuple(price for _, price in source.tiers) or source.prices, unit, low, high)
        if odd is not None:
            key = "tiers" if source.tiers else "price"
            yield (
                f"data.{name}.{key}: {money(odd, code)} per {source.unit} is outside the usual {money(low, code)} "
                f"to {money(high, code)}; is it per item?"
            )


def _utilisation(plan: Plan) -> Iterator[str]:
    for name, offer in plan.compute.items():
        if not 0.2 <= offer.utilisation <= 0.65:
            yield (
                f"compute.{name}.utilisation: {share(offer.utilisation)} of peak is outside the usual 20 % to 65 % "
                "of large training runs"
            )


def _end(plan: Plan) -> Iterator[str]:
    last = max((model.deadline for model in plan.models.values()), default=0)
    cover = math.ceil(plan.runway.months[-1]) if plan.runway else 0
    if last + cover > plan.plan.months:
        yield (
            f"plan.months: the last deadline is month {last} and the runway {plural(cover, 'month')}, "
            f"but the plan ends after {plural(plan.plan.months, 'month')}; "
            f"{last + cover} or more keep the end from being flattered"
        )


def _may_come_first(entry: Round) -> bool:
    """Whether money may be there in the first month."""
    return entry.needs is None and (entry.month if entry.signed else entry.first or 1) == 1


def _opening(plan: Plan) -> Iterator[str]:
    horizon = plan.plan
    early = sum(entry.most for entry in plan.funding.values() if entry.kind != "credits" and _may_come_first(entry))
    if horizon.min_cash > horizon.cash + early:
        yield (
            f"plan.min_cash: {money(horizon.min_cash, horizon.currency)} is more than the "
            f"{money(horizon.cash + early, horizon.currency)} there is in the first month"
        )
    asked = plan.runway.months[0] * opening_burn(plan) if plan.runway else 0.0
    if asked > horizon.cash + early:
        yield (
            f"runway.months: the rule asks {money(asked, horizon.currency)} in the first month, more than the "
            f"{money(horizon.cash + early, horizon.currency)} there is"
        )


def _never_arrives(plan: Plan) -> Iterator[str]:
    months = plan.plan.months
    for name, offer in plan.compute.items():
        if offer.lead >= months:
            yield f"compute.{name}.lead: nothing ordered arrives within the {plural(months, 'month')} of the plan"
    for name, source in plan.data.items():
        if source.lead >= months:
            yield f"data.{name}.lead: nothing bought arrives within the {plural(months, 'month')} of the plan"
    for name, role in plan.people.items():
        if role.hiring.delay >= months:
            yield f"people.{name}.hiring.delay: nobody hired arrives within the {plural(months, 'month')} of the plan"


def _research(plan: Plan) -> Iterator[str]:
    works = any(role.research > 0 for role in plan.people.values())
    for name, model in plan.models.items():
        if model.research_effect > 0 and not works:
            yield f"models.{name}.research_effect: no role has research above 0, so nothing comes of it"
    terms = plan.research
    if terms is not None and terms.effect + terms.growth > _WHOLE_FIELD:
        yield (
            f"research.effect: {share(terms.effect + terms.growth)} a year is more than the whole field's algorithms "
            f"bring, {share(_WHOLE_FIELD)} a year; is it a rate a year?"
        )


def _idle_roles(plan: Plan) -> Iterator[str]:
    """Roles that may grow and that no law feels: the plan will keep them at their floor."""
    inputs = {reference for model in plan.models.values() for reference in model.inputs.values()}
    inputs |= {f"people.{name}.effective" for name, role in plan.people.items() if role.handles is not None}
    felt = any(model.research_effect > 0 for model in plan.models.values()) or "people.research" in inputs
    felt = felt or (plan.research is not None and plan.research.effect > 0.0)
    for name, role in plan.people.items():
        grows = any(high > low for low, high in zip(role.min, role.max, strict=True))
        if (
            grows
            and not role.runs_gpus
            and not (role.research > 0 and felt)
            and f"people.{name}.effective" not in inputs
        ):
            quantities = (term.quantity for limit in plan.limits.values() for term in limit.terms)
            asked = any(entry.section == "people" and entry.item in (None, name) for entry in quantities)
            unless = " unless a limit asks for it" if asked else ""
            yield (
                f"people.{name}.max: no model's quality depends on {name}: nobody beyond `min` will be hired{unless}"
            )


def _staffing(plan: Plan) -> Iterator[str]:
    """Staff that cannot do its work, and fleets that nobody can run."""
    runners = {name: role for name, role in plan.people.items() if role.runs_gpus}
    for name, role in plan.people.items():
        if role.wants_gpus and not role.research:
            yield f"people.{name}.wants_gpus: {name} add no research, so their GPUs are wanted for nothing"
        elif role.wants_gpus and not plan.compute:
            yield f"people.{name}.wants_gpus: the plan has no compute, so {name} never count for research"
    there = sum(offer.now for offer in plan.compute.values())
    can_run = sum(role.now * role.runs_gpus for role in runners.values())
    if runners and there > can_run:
        yield (
            f"people.{next(iter(runners))}.runs_gpus: {count(there)} GPUs are there on opening day, and the staff can "
            f"run {count(can_run)}: no plan keeps the rule unless somebody is hired or GPUs are sold in time"
        )


def _sites(plan: Plan) -> Iterator[str]:
    for name, place in plan.sites.items():
        standing = [offer for offer in plan.compute.values() if offer.site == name]
        if not standing:
            yield f'sites.{name}: no offer stands there; an offer says site = "{name}"'
        there = sum(offer.now for offer in standing)
        if place.max is not None and there > place.max[0]:
            yield f"sites.{name}.max: {count(there)} GPUs stand there on opening day, room is for {count(place.max[0])}"
        drawn = sum(offer.now * (offer.power or 0.0) for offer in standing)
        if place.power is not None and drawn > place.power[0]:
            yield (
                f"sites.{name}.power: GPUs of opening day draw {count(drawn)} kW there, and it has "
                f"{count(place.power[0])} kW"
            )
    unit, code = plan.plan.money_unit, Currency.parse(plan.plan.currency).code
    low, high = _KWH
    for name, place in plan.sites.items():
        odd = _outside(place.power_price, unit, low, high) if code in COMPARED_CURRENCIES else None
        if odd is not None:
            yield (
                f"sites.{name}.power_price: {money(odd, code)} a kWh is outside the usual {money(low, code)} to "
                f"{money(high, code)}; is it per kWh?"
            )


def _exits(plan: Plan) -> Iterator[str]:
    for name, offer in plan.compute.items():
        if offer.may_exit and not offer.exit_fee and not offer.exit_months:
            yield (
                f"compute.{name}.{'exit_fee' if offer.exit_fee is not None else 'exit_months'}: leaving costs nothing, "
                f"so contracts of {plural(offer.term or 0, 'month')} may run a month at their price"
            )


def _keeping(plan: Plan) -> Iterator[str]:
    """Keeping a leaver that costs more than the next hire is a slip of units more often than a policy."""
    for name, role in plan.people.items():
        if role.retention is None:
            continue
        kept, replaced = 1.0 / role.retention.keeps, role.replacement_cost(role.salary[0])
        if not replaced / 20.0 <= kept <= max(20.0 * replaced, 5.0 * 12.0 * role.salary[0]):
            yield (
                f"people.{name}.retention.keeps: a leaver kept costs {money(kept, plan.plan.currency)} and a "
                f"replacement {money(replaced, plan.plan.currency)}; is `keeps` in leavers per "
                f"{plan.plan.currency}, such as 1.2e-5?"
            )


def _machines(plan: Plan) -> Iterator[str]:
    for name, source in plan.data.items():
        machines = source.automation
        if machines is None:
            continue
        if machines.price >= max(source.prices):
            yield f"data.{name}.automation.price: an item through machines costs no less than one by hand"
        if machines.lead + source.lead >= plan.plan.months:
            yield f"data.{name}.automation.lead: no machine is there in time for the plan"


def _growth(plan: Plan) -> Iterator[str]:
    for name, entry in plan.revenue.items():
        first, last = entry.amount[0], entry.amount[-1]
        years = max((plan.plan.months - 1) / 12, 1 / 12)
        if first > 0 and plan.plan.months > 12 and (last / first) ** (1 / years) > 4:
            fold = count((last / first) ** (1 / years))
            yield f"revenue.{name}.amount: grows {fold}-fold a year; is the change yearly or monthly?"


def _marketing(plan: Plan) -> Iterator[str]:
    """Months until the first money spent is back, without and with those who leave."""
    for name, entry in plan.revenue.items():
        terms = entry.marketing
        if terms is None or max(terms.max) == 0.0:
            continue
        key = f"revenue.{name}.marketing"
        months = terms.half / terms.adds
        leaving = 1 - (1 - (entry.churn if terms.churn is None else terms.churn)) ** (1 / 12)
        if months < _PAYBACK:
            yield (
                f"{key}: the first money spent is back within {months:.2g} months, where a year is usual; "
                "is `adds` revenue a month, and `half` what is spent in one?"
            )
        elif leaving * months >= 1.0:
            yield f"{key}: what is spent never comes back, because customers leave before they have paid for it"


def _earned_late(plan: Plan) -> Iterator[str]:
    for name, entry in plan.revenue.items():
        if (
            entry.model is not None
            and plan.models[entry.model.name].deadline + max(entry.paid_after, 0) >= plan.plan.months
        ):
            yield f"revenue.{name}.model: nothing of it is paid within the plan, which ends too soon after the deadline"


def _lending(plan: Plan) -> Iterator[str]:
    for name, lent in plan.treasury.items():
        if lent.months >= plan.plan.months:
            yield f"treasury.{name}.months: nothing lent comes back within the plan, so nothing is"
        elif lent.earns <= plan.plan.cash_yield:
            yield f"treasury.{name}.earns: no more than cash_yield, which idle cash earns without waiting"


def _serving(plan: Plan) -> Iterator[str]:
    for name, model in plan.models.items():
        if any(model.serving) and not model.serves:
            yield (
                f"models.{name}.serving: it serves from the month after its deadline, and nothing is asked of it "
                "there inside the plan; lengthen plan.months, or serving costs nothing"
            )
        elif model.serves and not 0.01 <= model.serving_utilisation <= 0.76:
            yield (
                f"models.{name}.serving_utilisation: {share(model.serving_utilisation)} of peak is outside the usual "
                "1 % (one answer at a time) to 76 % (reading long texts in large batches)"
            )


def _free_equity(plan: Plan) -> Iterator[str]:
    """Equity costs nothing by itself: what bounds or prices it is for the plan to say."""
    if plan.objective.dilution_price > 0.0:
        return
    quantities = [term.quantity for limit in plan.limits.values() for term in limit.terms]
    bounded = {entry.item for entry in quantities if entry.section == "funding" and entry.measure != "spend"}
    price = ", or objective.dilution_price" if plan.objective.goal == "quality" else ""
    for name, entry in plan.funding.items():
        if entry.kind == "equity" and not entry.signed and not {None, name} & bounded:
            yield (
                f"funding.{name}.max: nothing bounds or prices dilution, so that all of the "
                f"{money(entry.max or 0.0, plan.plan.currency)} is taken wherever money helps; add a limit such as "
                f'"funding.dilution <= 0.15"{price}'
            )


def _equity_to_lend(plan: Plan) -> Iterator[str]:
    """Where profit is the goal, what is raised is no profit, but what it earns idle is."""
    earning = bool(plan.treasury) or plan.plan.cash_yield > 0.0
    if plan.objective.goal != "profit" or not earning:
        return
    for name, entry in plan.funding.items():
        if entry.kind == "equity" and not entry.signed:
            yield (
                f"funding.{name}: the goal is profit and idle cash earns, so that {name} may be raised only to be "
                f'lent; compare with the plan that has the limit "funding.{name}.amount <= 0"'
            )


def _unvalued_equity(plan: Plan) -> Iterator[str]:
    """Signed equity without a valuation is missing from a limit on dilution."""
    limits = [
        name
        for name, limit in plan.limits.items()
        if any(term.quantity.measure == "dilution" and term.quantity.item is None for term in limit.terms)
    ]
    for name, entry in plan.funding.items():
        if limits and entry.kind == "equity" and entry.post_money is None:
            yield f"funding.{name}.post_money: without it {name} does not count in limits.{limits[0]}"


def _late_debt(plan: Plan) -> Iterator[str]:
    """A loan whose last parts fall due after the plan is repaid in its last month."""
    for name, entry in plan.funding.items():
        if entry.kind != "loan":
            continue
        last = entry.window(plan.plan.months)[0] + entry.interest_only + (entry.term or 1)
        if last > plan.plan.months:
            yield (
                f"funding.{name}.term: repaid by month {last} at the earliest, but the plan ends after "
                f"{plural(plan.plan.months, 'month')}: what is owed then is repaid in its last month"
            )


CHECKS: dict[str, Callable[[Plan], Iterator[str]]] = {
    "prices lie where prices usually lie": _prices,
    "utilisation lies where it usually lies": _utilisation,
    "the plan reaches past the last deadline by the runway": _end,
    "the opening cash meets the rules of the first month": _opening,
    "what is ordered arrives": _never_arrives,
    "research has an effect and somebody who does it": _research,
    "somebody gains from who may be hired": _idle_roles,
    "staff can do its work": _staffing,
    "sites hold what stands there": _sites,
    "leaving a contract costs something": _exits,
    "a leaver kept costs about what a replacement does": _keeping,
    "machines are cheaper than hands and come in time": _machines,
    "optional equity is bounded or priced": _free_equity,
    "equity is raised to be spent": _equity_to_lend,
    "a limit on dilution sees every round": _unvalued_equity,
    "loans end before the plan": _late_debt,
    "revenue grows at a pace that was seen before": _growth,
    "marketing pays back, and not at once": _marketing,
    "what a model earns is paid in the plan": _earned_late,
    "what is lent earns more than cash, and comes back": _lending,
    "what is launched serves inside the plan": _serving,
}
