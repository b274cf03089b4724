"""Money raised, earned, shared and lent, read back in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator

from allocator.plan.schema import Plan, Revenue, Round
from allocator.plan.sections import Marketing
from allocator.plan.wording import count, money, plural, share
from allocator.plan.wrong import listed


def funding(plan: Plan) -> Iterator[str]:
    months = plan.plan.months
    for name, entry in sorted(plan.funding.items(), key=lambda pair: pair[1].window(months)[0]):
        yield _debt(plan, name, entry) if entry.owed else _round(plan, name, entry)
        if entry.covenant:
            covenant = money(entry.covenant, plan.plan.currency)
            yield f"{name}: cash stays at {covenant} or more in every month in which something is owed."
        if entry.needs is not None:
            judged = plan.month_label(plan.models[entry.needs.model].deadline)
            yield f"{name} comes only if {entry.needs} at the close of {judged}, and after it."
    if not any(entry.signed and not entry.owed and entry.kind != "credits" for entry in plan.funding.values()):
        yield "No money is signed beyond the cash in hand."
    if plan.objective.dilution_price:
        tenth = count(plan.objective.dilution_price / 10)
        yield f"Ten per cent of the company count as much as {tenth} of the models' mean gain."


def _round(plan: Plan, name: str, entry: Round) -> str:
    """Money that is not repaid."""
    currency = plan.plan.currency
    first, last = (plan.month_label(month) for month in entry.window(plan.plan.months))
    most = money(entry.most, currency)
    if entry.kind == "credits":
        return (
            f"{name} (credits): {most} that pay for {listed(entry.only_for or ())} from {first} to {last}, then lapse."
        )
    fee = f", less a fee of {share(entry.fee)}" if entry.fee else ""
    sold = ""
    if entry.post_money:
        part = share(entry.most / entry.post_money)
        part = part if entry.signed else f"up to {part}"
        sold = f"; {part} of the company at {money(entry.post_money, currency)} after it"
    if entry.signed:
        fee = f", less a fee of {money(entry.fee * entry.most, currency)}" if entry.fee else ""
        return f"{name} ({entry.kind}): {most} on the first day of {first}{fee}{sold}."
    least = f"nothing, or {money(entry.min, currency)} to {most}" if entry.min else f"up to {most}"
    return f"{name} ({entry.kind}): the plan may raise {least}, once, from {first} to {last}{fee}{sold}."


def _debt(plan: Plan, name: str, entry: Round) -> str:
    """Money that is repaid."""
    currency = plan.plan.currency
    first, last = (plan.month_label(month) for month in entry.window(plan.plan.months))
    most, rate = money(entry.most, currency), share(entry.rate or 0.0)
    fee = f", with a fee of {share(entry.fee)}" if entry.fee else ""
    month = money(entry.most * (entry.rate or 0.0) / 12, currency)
    if entry.kind == "credit-line":
        return (
            f"{name} (credit line): the plan may owe up to {most} from {first} to {last}{fee}; at {rate} a year "
            f"that costs {month} a month, and what is owed is repaid in the month after, or when the plan ends."
        )
    drawn = f"{most} in {first}" if entry.signed else f"the plan may draw up to {most}, once, from {first} to {last}"
    if entry.min and not entry.signed:
        drawn = f"the plan may draw nothing, or {money(entry.min, currency)} to {most}, once, from {first} to {last}"
    alone = f"interest alone for {plural(entry.interest_only, 'month')}, then " if entry.interest_only else ""
    return (
        f"{name} (loan): {drawn}{fee}; at {rate} a year, {month} a month at first, {alone}"
        f"{plural(entry.term or 1, 'equal part')}, and what is owed when the plan ends is repaid in its last month."
    )


def income(plan: Plan) -> Iterator[str]:
    currency = plan.plan.currency
    for name, entry in plan.revenue.items():
        late = entry.paid_after
        when = (
            "in the same month"
            if late == 0
            else f"{plural(abs(late), 'month')} {'later' if late > 0 else 'in advance'}"
        )
        kept = (1 - entry.churn) ** ((plan.plan.months - 1) / 12)
        first, last = money(entry.amount[0], currency), money(entry.amount[-1] * kept, currency)
        if entry.model is not None:
            yield from _earned_by_a_model(plan, name, entry)
        else:
            yield f"{name} earns {first} in {plan.labels[0]} and {last} in {plan.labels[-1]}, paid {when}."
        if entry.marketing is not None:
            yield from _marketing(plan, name, entry.marketing, entry.churn)
    for name, cost in plan.costs.items():
        each = " per person" if cost.per_person else ""
        yield f"{name} costs {money(cost.amount[0], currency)}{each} a month."


def _earned_by_a_model(plan: Plan, name: str, entry: Revenue) -> Iterator[str]:
    terms, currency = entry.model, plan.plan.currency
    assert terms is not None  # the caller asks only then
    deadline = plan.models[terms.name].deadline
    if deadline == plan.plan.months:
        yield f"{name} is earned by {terms.name} once the plan is over: its deadline is the last month."
        return
    full = money(entry.amount[deadline] * (1 - entry.churn) ** (deadline / 12), currency)
    yield (
        f"{name} is earned by {terms.name} from {plan.month_label(deadline + 1)} on: nothing at {terms.nothing_at:g} "
        f"or worse, all of it, {full} a month then, at {terms.all_at:g} or better, in proportion between."
    )


def _marketing(plan: Plan, name: str, terms: Marketing, churn: float) -> Iterator[str]:
    currency = plan.plan.currency
    leaving = churn if terms.churn is None else terms.churn
    month = terms.adds / 2
    yield (
        f"Marketing for {name}: {money(terms.half, currency)} in a month add {money(month, currency)} of monthly "
        f"revenue from the next month on, no amount adds more than {money(terms.adds, currency)}, and "
        f"{share(leaving)} of it leave in a year; at most {money(max(terms.max), currency)} a month may be spent."
    )


def partners(plan: Plan) -> Iterator[str]:
    for name, partner in plan.partners.items():
        pays = ", ".join(f"{share(part)} of {path}" for path, part in partner.pays.items())
        takes = ", ".join(f"{share(part)} of revenue {path}" for path, part in partner.takes.items())
        yield f"{name} {' and '.join(text for text in (pays and f'pays {pays}', takes and f'takes {takes}') if text)}."


def treasury(plan: Plan) -> Iterator[str]:
    currency = plan.plan.currency
    for name, lent in plan.treasury.items():
        million = 1e6 / plan.plan.money_unit
        earned = money(million * (math.pow(1 + lent.earns, lent.months / 12) - 1), currency)
        yield (
            f"{name}: cash may be lent for {plural(lent.months, 'month')}; {money(million, currency)} earn {earned}. "
            "Until it is back it counts neither for the floor nor for the runway."
        )
        if lent.now:
            back = money(sum(lent.now.values()), currency)
            yield f"{name}: {back} lent before the plan come back in it, in {plural(len(lent.now), 'month')}."
