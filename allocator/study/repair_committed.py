"""What a plan is committed to, whatever it decides: least heads and spending, most cash, by month.

Plain sums over the plan alone. They know the fields in `KNOWN`; where a plan has others, which may
bring money in or let it be saved, nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator

from allocator.plan import Limit, Plan
from allocator.plan.schema import Offer, Role
from allocator.plan.units import HOURS_PER_MONTH

# Sections and keys that these sums are right for; None is every key.
KNOWN: dict[str, frozenset[str] | None] = {
    "plan": None,
    "runway": None,
    "funding": frozenset({"kind", "amount", "month", "fee", "post_money"}),
    "revenue": frozenset({"amount", "paid_after"}),
    "costs": frozenset({"amount", "per_person"}),
    "compute": frozenset({"kind", "chip", "flops", "price", "utilisation", "delivered", "now", "min", "max", "lot"})
    | {"term", "upfront", "lead", "life", "running", "resale", "power", "site", "age", "exit_fee", "exit_months"},
    # What a site costs comes on top of what is counted here.
    "sites": None,
    "data": frozenset({"unit", "price", "processing", "storage", "now", "max", "per_month", "lead"}),
    "people": frozenset({"salary", "overhead", "now", "min", "max", "hiring", "attrition", "research"})
    | {"wants_gpus", "runs_gpus"},
    "models": None,
    "research": None,
    "objective": None,
    "limits": None,
}

# What is paid and is no burn that goes on.
APART = ("fees", "contracts after the plan")


def is_known(plan: Plan, *sections: str) -> bool:
    """Whether the plan has no field, in these sections or any, that the sums do not know."""
    for section, content in plan.document.items():
        if sections and section not in sections:
            continue
        if section not in KNOWN:
            return False
        keys = KNOWN[section]
        if keys is not None and any(set(entry) - keys for entry in content.values()):
            return False
    signed = all(terms.is_signed for terms in plan.funding.values())
    return signed and plan.objective.goal != "capital" and plan.plan.cash_yield >= 0.0


def least_heads(plan: Plan, name: str, role: Role) -> list[float]:
    """Heads that a role has at least at each close: its floor, and who is there and has not left."""
    keeps = (1.0 - role.attrition) ** (1.0 / 12.0)
    floors = floors_of(plan, "people", name, "headcount", _floor_of_role(plan, role))
    heads, least = role.now, []
    for floor in floors:
        heads = max(keeps * heads, floor)
        least.append(heads)
    return least


def _floor_of_role(plan: Plan, role: Role) -> list[float]:
    """The rule's floor: none before the first hire can arrive, one head less where people come whole."""
    delay = role.hiring.delay
    whole_until = plan.plan.whole + delay if plan.plan.whole and role.attrition else 0
    return [
        0.0 if month <= delay else max(floor - 1.0, 0.0) if month <= whole_until else floor
        for month, floor in enumerate(role.min, start=1)
    ]


def most_heads(plan: Plan, name: str, role: Role) -> list[float]:
    """Heads that a role can have at most at each close: who is there, and the most that can be hired."""
    keeps = (1.0 - role.attrition) ** (1.0 / 12.0)
    pace = role.hiring.per_month
    ceilings = ceilings_of(plan, "people", name, "headcount", list(role.max))
    heads, most = role.now, []
    for month, ceiling in enumerate(ceilings, start=1):
        heads *= keeps
        if month > role.hiring.delay:
            heads = float("inf") if pace is None else heads + pace
        heads = min(heads, max(ceiling, 0.0))
        most.append(heads)
    return most


def limits_on(plan: Plan, section: str, name: str, measure: str) -> Iterator[tuple[Limit, str, float, range]]:
    """Limits on one quantity alone: the limit, its sense after division by the factor, its bound, its months."""
    for limit in plan.limits.values():
        if len(limit.terms) != 1:
            continue
        term = limit.terms[0]
        quantity = term.quantity
        if (quantity.section, quantity.item or "", quantity.measure) != (section, name, measure):
            continue
        sense = limit.sense if term.factor > 0 else {"<=": ">=", ">=": "<=", "=": "="}[limit.sense]
        months = range(quantity.first or 1, (quantity.last or plan.plan.months) + 1)
        yield limit, sense, limit.constant / term.factor, months


def floors_of(plan: Plan, section: str, name: str, measure: str, floors: list[float]) -> list[float]:
    raised = list(floors)
    for _, sense, bound, months in limits_on(plan, section, name, measure):
        for month in months if sense in (">=", "=") else ():
            raised[month - 1] = max(raised[month - 1], bound)
    return raised


def ceilings_of(plan: Plan, section: str, name: str, measure: str, ceilings: list[float]) -> list[float]:
    lowered = list(ceilings)
    for _, sense, bound, months in limits_on(plan, section, name, measure):
        for month in months if sense in ("<=", "=") else ():
            lowered[month - 1] = min(lowered[month - 1], bound)
    return lowered


def committed(plan: Plan) -> dict[str, list[float]]:
    """Least spending by category and month, whatever the plan decides; shape (T,) each.

    Pay of the least heads, costs, GPUs that must serve or are under contract, storage of the opening stock; and
    apart from these, what is no burn that goes on: fees of signed rounds, and in the last month what contracts
    owe beyond the plan.
    """
    months = plan.plan.months
    spent = {name: [0.0] * months for name in ("people", "costs", "compute", "data", *APART)}
    heads = [0.0] * months
    for name, role in plan.people.items():
        least = least_heads(plan, name, role)
        heads = [before + own for before, own in zip(heads, least, strict=True)]
        for at, own in enumerate(least):
            spent["people"][at] += own * role.salary[at] * (1.0 + role.overhead)
    for cost in plan.costs.values():
        for at, amount in enumerate(cost.amount):
            spent["costs"][at] += amount * (heads[at] if cost.per_person else 1.0)
    for name, offer in plan.compute.items():
        for at, amount in enumerate(_of_offer(plan, name, offer)):
            spent["compute"][at] += amount
        if offer.kind == "reserve" and not offer.may_exit:
            beyond = max((offer.term or 1) - months, 0)
            owed = (1.0 - offer.upfront) * offer.price[0] * HOURS_PER_MONTH * offer.now
            spent["contracts after the plan"][-1] += owed * beyond
    for source in plan.data.values():
        for at in range(months):
            spent["data"][at] += source.now * source.storage
    for terms in plan.funding.values():
        if terms.is_signed and terms.amount is not None and terms.month is not None:
            spent["fees"][terms.month - 1] += terms.fee * terms.amount
    return spent


def _of_offer(plan: Plan, name: str, offer: Offer) -> list[float]:
    months = plan.plan.months
    floors = floors_of(plan, "compute", name, "gpus", list(offer.min))
    if offer.kind == "rent":
        return [floor * price * HOURS_PER_MONTH for floor, price in zip(floors, offer.price, strict=True)]
    if offer.kind == "reserve":
        term = offer.term or 1
        due = 1.0 - offer.upfront
        # A contract that may be ended costs a fee then, which is not counted.
        signed = 0.0 if offer.may_exit else offer.now
        running = [signed if month <= term else 0.0 for month in range(1, months + 1)]
        paid = []
        for at, floor in enumerate(floors):
            cheapest = min(offer.price[max(at - term + 1, 0) : at + 1])
            more = max(floor - running[at], 0.0)
            paid.append(due * HOURS_PER_MONTH * (running[at] * offer.price[0] + more * cheapest))
        return paid
    kept = offer.now if offer.resale == 0.0 else 0.0
    return [
        offer.running * max(kept if month <= offer.life - offer.age else 0.0, floor)
        for month, floor in enumerate(floors, start=1)
    ]


def received(plan: Plan) -> list[float]:
    """Most money that comes in by month: signed rounds, certain revenue, and all bought GPUs sold at once."""
    income = [0.0] * plan.plan.months
    for terms in plan.funding.values():
        if terms.is_signed and terms.amount is not None and terms.month is not None:
            income[terms.month - 1] += terms.amount
    for at, amount in enumerate(revenue(plan)):
        income[at] += amount
    for offer in plan.compute.values():
        if offer.kind == "buy":
            income[0] += offer.now * offer.price[0] * offer.resale ** (1.0 / 12.0) if offer.resale else 0.0
    return income


def revenue(plan: Plan) -> list[float]:
    """Revenue by the month in which it is paid."""
    months = plan.plan.months
    paid = [0.0] * months
    for entry in plan.revenue.values():
        for at, amount in enumerate(entry.amount):
            if 0 <= at + entry.paid_after < months:
                paid[at + entry.paid_after] += amount
    return paid


def most_cash(plan: Plan) -> list[float]:
    """Closing cash at most, if only what is committed is spent; shape (T,)."""
    keeps = (1.0 + plan.plan.cash_yield) ** (1.0 / 12.0)
    spent = [sum(entries) for entries in zip(*committed(plan).values(), strict=True)]
    cash, most = plan.plan.cash, []
    for income, outflow in zip(received(plan), spent, strict=True):
        cash = keeps * cash + income - outflow
        most.append(cash)
    return most
