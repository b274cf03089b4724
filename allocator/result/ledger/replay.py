"""The independent ledger: a plan and its decisions, replayed month by month into books that can be checked by hand.

Nothing here is shared with the program that chose the decisions. The two state the same conventions separately
(`docs/ledger.md` lists them), so that their agreement is evidence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Any

from allocator.plan import Plan
from allocator.result.ledger.books import Ledger, Training
from allocator.result.ledger.cash import Cover, cash_rules, runway
from allocator.result.ledger.choices import Choices, read_choices
from allocator.result.ledger.compute import Fleet, compute_rules, fleet
from allocator.result.ledger.costs import cost
from allocator.result.ledger.data import Store, data, data_rules, stock_at_ready
from allocator.result.ledger.entries import Entry, monthly_rate, times, total
from allocator.result.ledger.funding import funding, funding_rules
from allocator.result.ledger.ideas import ideas
from allocator.result.ledger.limits import limit_rules
from allocator.result.ledger.models import model_rules, multiplier_of, research_of
from allocator.result.ledger.partners import partner
from allocator.result.ledger.people import Staff, people, people_rules
from allocator.result.ledger.revenue import revenue, revenue_rules, score
from allocator.result.ledger.serving import use_rules, used_flop
from allocator.result.ledger.sites import site_rules, sites
from allocator.result.ledger.staffing import staffing_rules
from allocator.result.ledger.treasury import locked, treasury, treasury_rules


def replay(plan: Plan, decisions: Mapping[str, Any]) -> Ledger:
    """Replay a company's books from what was decided, and check every rule of its plan.

    Parameters
    ----------
    plan : Plan
    decisions : mapping
        See `allocator.result.ledger.choices.read_choices`; what is left out is zero.

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
    fleets = {name: fleet(plan, choices, name) for name in plan.compute}
    stores = {
        name: data(name, source, choices.bought[name], choices.automated[name], choices.automation[name])
        for name, source in plan.data.items()
    }
    staff = {
        name: people(name, role, choices.hired[name], choices.kept[name], choices.laid_off[name])
        for name, role in plan.people.items()
    }
    all_heads = total((group.heads for group in staff.values()), months)

    values = {
        name: None if terms.model is None or not choices.funded[terms.model.name] else choices.values[terms.model.name]
        for name, terms in plan.revenue.items()
    }
    entries: list[Entry] = []
    for name in plan.revenue:
        entries += revenue(plan, name, choices.marketing[name], values[name])
    raised = {name: funding(name, terms, choices, months) for name, terms in plan.funding.items()}
    for money in raised.values():
        entries += money.entries
    booked: list[Fleet | Store | Staff] = [*fleets.values(), *stores.values(), *staff.values()]
    for books in booked:
        entries += books.entries
    entries += sites(plan, {name: served.gpus for name, served in fleets.items()})
    entries += [cost(name, terms, all_heads) for name, terms in plan.costs.items()]
    shares = [entry for name, terms in plan.partners.items() for entry in partner(name, terms, entries, months)]
    entries += shares
    for name, lent in plan.treasury.items():
        entries += treasury(name, lent, choices.placed[name])

    # Interest is earned on the opening balance; cash is closing cash, and the next opening.
    rate = monthly_rate(plan.plan.cash_yield)
    interest, cash = [], []
    balance = plan.plan.cash
    moving = [entry.money for entry in entries if any(entry.money)]
    for movements in zip(*moving, strict=True) if moving else [()] * months:
        interest.append(rate * balance)
        balance = math.fsum((balance, interest[-1], *movements))
        cash.append(balance)
    entries.insert(0, Entry("interest", "cash", "interest", "", [0.0] * months, interest, kind="moved"))

    paid = [entry for entry in entries if entry.kind == "paid"]
    received = [entry for entry in entries if entry.kind == "revenue"]
    burning = [entry for entry in (*paid, *shares) if entry.burns]
    burn = [max(0.0, -net) for net in total((entry.money for entry in (*burning, *received)), months)]
    tails = -math.fsum(entry.money[-1] for entry in burning if entry.line == "tail")
    cover = runway(plan, cash, burn, tails)
    # Of a role that wants GPUs for experiments, only those who have them count.
    effort = total(
        (
            times(choices.counted.get(name, staff[name].effective), repeat(role.research))
            for name, role in plan.people.items()
            if role.research
        ),
        months,
    )
    known = ideas(plan.research, effort) if plan.research is not None else []
    stock = {name: store.stock for name, store in stores.items()}
    gpus = {name: served.gpus for name, served in fleets.items()}
    lines = {kind: [entry for entry in entries if entry.kind == kind] for kind in ("raised", "sold", "moved")}
    ledger = Ledger(
        labels=plan.labels,
        cash=cash,
        opening=[plan.plan.cash, *cash[:-1]],
        interest=interest,
        revenue=_by_item(received, months),
        funding=_by_item(lines["raised"], months),
        resale=_by_item(lines["sold"], months),
        partners=_by_item(shares, months),
        treasury=_by_item((entry for entry in lines["moved"] if entry.category == "treasury"), months),
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
            (times(gpus[name], repeat(offer.flop_per_month)) for name, offer in plan.compute.items()), months
        ),
        used_flop=used_flop(plan, choices),
        serving_flop={name: choices.serving[name] for name, model in plan.models.items() if model.serves},
        stock=stock,
        research=effort,
        counted=choices.counted,
        experiments={name: given for name, given in choices.experiments.items() if any(given)},
        experiments_flop=total(
            (times(choices.experiments[name], repeat(offer.flop_per_month)) for name, offer in plan.compute.items()),
            months,
        ),
        locked={name: locked(lent, choices.placed[name]) for name, lent in plan.treasury.items()},
        scores={name: score(terms, values[name]) for name, terms in plan.revenue.items() if terms.model is not None},
        ideas=known,
        models={
            name: Training(
                compute=math.fsum(choices.training[name][model.ready : model.deadline]),
                available_data={
                    source: weight * stock_at_ready(plan.data[source], stock[source], model)
                    for source, weight in (dict.fromkeys(plan.data, 1.0) if model.data is None else model.data).items()
                },
                research=research_of(model, effort),
                multiplier=multiplier_of(plan, model, effort, known),
            )
            for name, model in plan.models.items()
        },
        entries=tuple(entries),
        owed={name: money.owed for name, money in raised.items() if plan.funding[name].owed},
        dilution={name: money.dilution for name, money in raised.items() if plan.funding[name].post_money},
    )
    ledger.violations.extend(find_violations(plan, choices, ledger, cover))
    return ledger


def _by_item(entries: Iterable[Entry], months: int) -> dict[str, list[float]]:
    """Money by item; an item may have several lines."""
    lines: dict[str, list[list[float]]] = {}
    for entry in entries:
        lines.setdefault(entry.item, []).append(entry.money)
    return {item: money[0] if len(money) == 1 else total(money, months) for item, money in lines.items()}


_RULES = (
    compute_rules,
    site_rules,
    data_rules,
    people_rules,
    staffing_rules,
    use_rules,
    model_rules,
    funding_rules,
    revenue_rules,
    treasury_rules,
)


def find_violations(plan: Plan, choices: Choices, ledger: Ledger, cover: Cover) -> list[str]:
    """Return a sentence for each rule that the books break."""
    found = [sentence for check in _RULES for sentence in check(plan, choices, ledger)]
    return [*found, *cash_rules(plan, ledger, cover), *limit_rules(plan, choices, ledger)]
