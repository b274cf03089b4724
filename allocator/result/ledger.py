"""The independent ledger: a plan and its decisions, replayed month by month into books that can be checked by hand.

Nothing here is shared with the program that chose the decisions. The two state the same conventions separately
(`docs/ledger.md` lists them), so that their agreement is evidence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import repeat
from typing import Any

from allocator.plan import Plan
from allocator.result import ledger_parts as parts
from allocator.result.ledger_books import SPENDING, Ledger, Row, Training
from allocator.result.ledger_decisions import Choices, read_choices
from allocator.result.ledger_parts import Entry, total
from allocator.result.ledger_rules import find_violations

__all__ = ["Ledger", "Row", "Training", "replay"]


def replay(plan: Plan, decisions: Mapping[str, Any]) -> Ledger:
    """Replay a company's books from what was decided, and check every rule of its plan.

    Parameters
    ----------
    plan : Plan
    decisions : mapping
        See `allocator.result.ledger_decisions.read_choices`; what is left out is zero.

    Returns
    -------
    Ledger
        Complete also where rules are broken; its `violations` then say which.

    Raises
    ------
    ValueError
        Decisions that are not of this plan: unknown names, lists of another length, numbers that are not finite.
    """
    choices = read_choices(plan, decisions)
    months = plan.plan.months
    fleets = {name: _fleet(plan, choices, name) for name in plan.compute}
    stores = {name: parts.data(name, source, choices.bought[name]) for name, source in plan.data.items()}
    staff = {name: parts.people(name, role, choices.hired[name]) for name, role in plan.people.items()}
    all_heads = total((group.heads for group in staff.values()), months)

    entries = [parts.revenue(name, terms, months) for name, terms in plan.revenue.items()]
    for name, terms in plan.funding.items():
        entries += parts.funding(name, terms, months)
    booked: list[parts.Fleet | parts.Store | parts.Staff] = [*fleets.values(), *stores.values(), *staff.values()]
    for books in booked:
        entries += books.entries
    entries += [parts.cost(name, terms, all_heads) for name, terms in plan.costs.items()]

    # Interest is earned on the opening balance; cash is closing cash, and the next opening.
    rate = parts.monthly_rate(plan.plan.cash_yield)
    interest, cash = [], []
    balance = plan.plan.cash
    moving = [entry.money for entry in entries if any(entry.money)]
    for movements in zip(*moving, strict=True) if moving else [()] * months:
        interest.append(rate * balance)
        balance = math.fsum((balance, interest[-1], *movements))
        cash.append(balance)
    entries.insert(0, Entry("interest", "cash", "interest", "", [0.0] * months, interest))

    received = [entry for entry in entries if entry.category == "revenue"]
    paid = [entry for entry in entries if entry.category in SPENDING and entry.line not in _INFLOWS[entry.category]]
    # Net burn counts neither purchases of GPUs (unless the runway does) nor fees; revenue lowers it, nothing else does.
    purchases_burn = plan.runway is not None and plan.runway.purchases
    burning = [entry for entry in paid if entry.line != "fee" and (entry.line != "purchase" or purchases_burn)]
    burn = [max(0.0, -net) for net in total((entry.money for entry in (*burning, *received)), months)]
    tails = -math.fsum(entry.money[-1] for entry in entries if entry.line == "tail")
    cover = parts.runway(plan, cash, burn, tails)
    effort = total(
        (
            parts.times(staff[name].effective, repeat(role.research))
            for name, role in plan.people.items()
            if role.research
        ),
        months,
    )
    stock = {name: store.stock for name, store in stores.items()}
    gpus = {name: fleet.gpus for name, fleet in fleets.items()}
    ledger = Ledger(
        labels=plan.labels,
        cash=cash,
        opening=[plan.plan.cash, *cash[:-1]],
        interest=interest,
        revenue={entry.item: entry.money for entry in received},
        funding={entry.item: entry.money for entry in entries if (entry.category, entry.line) == ("funding", "amount")},
        resale={entry.item: entry.money for entry in entries if entry.line == "resale"},
        paid=tuple(paid),
        burn=burn,
        required=[*cover.rule[:-1], max(cover.rule[-1], cover.at_end)],
        runway_months=cover.months,
        closing_burn=cover.closing_burn,
        month_more=cover.month_more,
        heads={name: group.heads for name, group in staff.items()},
        effective={name: group.effective for name, group in staff.items()},
        arrivals={name: group.arrivals for name, group in staff.items()},
        leavers={name: group.leavers for name, group in staff.items()},
        gpus=gpus,
        delivered_flop=total(
            (parts.times(gpus[name], repeat(offer.flop_per_month)) for name, offer in plan.compute.items()), months
        ),
        used_flop=total(choices.training.values(), months),
        stock=stock,
        research=effort,
        models={
            name: Training(
                compute=math.fsum(choices.training[name][model.ready : model.deadline]),
                available_data={
                    source: weight * parts.stock_at_ready(plan.data[source], stock[source], model)
                    for source, weight in (dict.fromkeys(plan.data, 1.0) if model.data is None else model.data).items()
                },
                research=parts.research_of(model, effort),
            )
            for name, model in plan.models.items()
        },
        entries=tuple(entries),
    )
    ledger.violations.extend(find_violations(plan, choices, ledger, cover))
    return ledger


_INFLOWS = {"compute": ("resale",), "data": (), "people": (), "costs": (), "funding": ("amount",)}


def _fleet(plan: Plan, choices: Choices, name: str) -> parts.Fleet:
    offer = plan.compute[name]
    if offer.kind == "rent":
        return parts.rent(name, offer, choices.rented[name])
    if offer.kind == "reserve":
        return parts.reserve(name, offer, choices.ordered[name])
    return parts.buy(name, offer, choices.ordered[name], choices.sold[name])
