"""Money raised: how it is booked, what is owed, and the rules it keeps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allocator.plan import Plan
from allocator.plan.schema import Round
from allocator.result.ledger.books import Ledger
from allocator.result.ledger.checking import (
    TOLERANCE,
    at_least,
    at_most,
    capital_of,
    money,
    not_negative,
)
from allocator.result.ledger.choices import Choices
from allocator.result.ledger.entries import Entry, by_month, total


@dataclass(frozen=True)
class Raised:
    """Books of one item of ``[funding]``.

    Attributes
    ----------
    entries : list of Entry
    owed : list of float, length T
        At each close; all zero where nothing is repaid.
    dilution : list of float, length T
        Share of the company sold in the month: the money over the valuation after it.
    """

    entries: list[Entry]
    owed: list[float]
    dilution: list[float]


def funding(name: str, terms: Round, choices: Choices, months: int) -> Raised:
    """Book money raised in its month, its fee in the same, and what is owed for it until it is repaid."""
    nothing = [0.0] * months
    came = _came(name, terms, choices, months)
    line = {"loan": "drawn", "credit-line": "drawn", "credits": "used"}.get(terms.kind, "amount")
    pays_for = choices.credits[name] if terms.kind == "credits" else {}
    entries = [
        Entry("funding", name, line, "", nothing, came, kind="raised", pays_for=pays_for),
        Entry("funding", name, "fee", "", nothing, [-terms.fee * amount for amount in came], burns=False),
    ]
    dilution = [amount / terms.post_money for amount in came] if terms.post_money else nothing
    if terms.kind == "loan":
        back = _instalments(terms, came)
    elif terms.kind == "credit-line":
        back = list(choices.repaid[name])
    else:
        return Raised(entries, nothing, dilution)
    # All that is still owed when the plan ends, or a credit line does, is repaid in the month after its last.
    end = months
    if terms.kind == "credit-line" and terms.until is not None:
        end = min(terms.until + 1, months)
    owed, rest, balance = [], list(nothing), 0.0
    interest = []
    for month in range(1, months + 1):
        interest.append(-balance * (terms.rate or 0.0) / 12)
        balance = math.fsum((balance, came[month - 1], -back[month - 1]))
        if month == end:
            rest[month - 1], balance = balance, 0.0
        owed.append(balance)
    if end < months:
        back, rest = [first + second for first, second in zip(back, rest, strict=True)], list(nothing)
    entries += [
        Entry("funding", name, "repayment", "", nothing, [-amount for amount in back], kind="raised"),
        Entry("funding", name, "settled", "", nothing, [-amount for amount in rest], kind="raised"),
        Entry("funding", name, "interest", "", nothing, interest),
    ]
    return Raised(entries, owed, dilution)


def _came(name: str, terms: Round, choices: Choices, months: int) -> list[float]:
    """Money that comes in by month: as signed, or as decided."""
    if terms.kind == "credits":
        return total(choices.credits[name].values(), months)
    if terms.amount is not None and terms.needs is None:
        return by_month(months, lambda month: terms.amount or 0.0 if month == terms.month else 0.0)
    return choices.raised[name]


def _instalments(terms: Round, drawn: Sequence[float]) -> list[float]:
    """Equal parts over `term` months, the first of them after the months of interest alone."""
    parts = [0.0] * len(drawn)
    term = terms.term or 1
    for month, amount in enumerate(drawn, start=1):
        if amount:
            begin = month + terms.interest_only + 1
            for due in range(begin, min(begin + term, len(drawn) + 1)):
                parts[due - 1] += amount / term
    return parts


def funding_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check what was decided of money: how much, when, once, for what, and the cash that lenders ask."""
    say, scale = money(plan), capital_of(plan)
    for name, terms in plan.funding.items():
        what = f"funding.{name}"
        earliest = 1 if terms.needs is None else plan.models[terms.needs.model].deadline + 1
        if terms.kind == "credits":
            for offer, used in choices.credits[name].items():
                yield from not_negative(plan, f"{what} used for {offer}", used, scale, say)
                yield from _in_window(plan, terms, f"{what} used for {offer}", used, earliest)
            spent = math.fsum(amount for used in choices.credits[name].values() for amount in used)
            over = spent - terms.most
            if over > TOLERANCE * max(scale, terms.most):
                yield f"{what} used is {say(spent)} in all, {say(over)} above the {say(terms.most)} granted"
        elif terms.kind == "credit-line":
            for words, series in (("drawn", choices.raised[name]), ("repaid", choices.repaid[name])):
                yield from not_negative(plan, f"{what} {words}", series, scale, say)
            yield from _in_window(plan, terms, f"{what} drawn", choices.raised[name], earliest)
        elif terms.amount is None or terms.needs is not None:
            yield from _once(plan, terms, what, choices.raised[name], earliest)
        if terms.kind == "credit-line":
            yield from not_negative(plan, f"{what} owed", ledger.owed[name], scale, say)
            yield from at_most(plan, f"{what} owed", ledger.owed[name], [terms.most] * plan.plan.months, scale, say)
        if terms.covenant is not None:
            yield from _covenant(plan, terms, name, ledger)
    yield from _bills(plan, choices, ledger)


def _in_window(plan: Plan, terms: Round, what: str, series: Sequence[float], earliest: int) -> Iterator[str]:
    say, scale = money(plan), capital_of(plan)
    first = (terms.month if terms.kind == "credits" else terms.first) or 1
    last = terms.until or plan.plan.months
    for month, amount in enumerate(series, start=1):
        if abs(amount) <= TOLERANCE * scale or max(first, earliest) <= month <= last:
            continue
        if first <= month <= last:
            yield f"{what} on {plan.month_label(month)} is {say(amount)}, before its condition can be met"
        else:
            window = f"{plan.month_label(first)} to {plan.month_label(last)}"
            yield f"{what} on {plan.month_label(month)} is {say(amount)}, outside {window}"


def _once(plan: Plan, terms: Round, what: str, raised: Sequence[float], earliest: int) -> Iterator[str]:
    """In one month of the window, and nothing or an amount between the bounds."""
    say, scale = money(plan), capital_of(plan)
    yield from not_negative(plan, what, raised, scale, say)
    if terms.amount is None:
        least, most, first, last = terms.min, terms.max or 0.0, terms.first or 1, terms.until or plan.plan.months
    else:
        least = most = terms.amount
        first = last = terms.month or 1
    taken = [month for month, amount in enumerate(raised, start=1) if amount > TOLERANCE * scale]
    if len(taken) > 1:
        yield f"{what} is raised in {len(taken)} months, {', '.join(map(plan.month_label, taken))}; it comes once"
    for month in taken:
        amount, label = raised[month - 1], plan.month_label(month)
        if not first <= month <= last:
            window = f"{plan.month_label(first)} to {plan.month_label(last)}"
            yield f"{what} on {label} is {say(amount)}, outside {window}"
        elif month < earliest:
            yield f"{what} on {label} is {say(amount)}, before its condition can be met"
        if least - amount > TOLERANCE * max(scale, least):
            yield f"{what} on {label} is {say(amount)}, {say(least - amount)} below its least of {say(least)}"
        if amount - most > TOLERANCE * max(scale, most):
            yield f"{what} on {label} is {say(amount)}, {say(amount - most)} above its most of {say(most)}"


def _covenant(plan: Plan, terms: Round, name: str, ledger: Ledger) -> Iterator[str]:
    """Cash in each month that opens or closes with something owed."""
    scale = capital_of(plan)
    owed = ledger.owed[name]
    opened = [0.0, *owed[:-1]]
    floors = [
        (terms.covenant or 0.0) if max(before, after) > TOLERANCE * scale else -math.inf
        for before, after in zip(opened, owed, strict=True)
    ]
    asked = [month for month, floor in enumerate(floors) if floor > -math.inf]
    if asked:
        least = [floors[month] if month in asked else min(ledger.cash[month], 0.0) for month in range(len(owed))]
        yield from at_least(plan, "cash", ledger.cash, least, scale, money(plan), bound=f"covenant of funding.{name}")


def _bills(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Credits of all grants together pay no more than an offer costs in the month, tails of contracts left out."""
    say, months = money(plan), plan.plan.months
    for offer in {offer: None for grant in choices.credits.values() for offer in grant}:
        used = total((grant[offer] for grant in choices.credits.values() if offer in grant), months)
        costs = total(
            (
                [-amount for amount in entry.money]
                for entry in ledger.paid
                if (entry.category, entry.item) == ("compute", offer) and entry.line != "tail"
            ),
            months,
        )
        yield from at_most(plan, f"credits used for {offer}", used, costs, capital_of(plan), say, bound="month's bill")
