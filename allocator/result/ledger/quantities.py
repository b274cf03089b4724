"""The quantities that limits speak of, month by month, as the books have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import sub

from allocator.plan import Plan, Quantity
from allocator.result.ledger.books import Ledger, Series
from allocator.result.ledger.choices import Choices
from allocator.result.ledger.entries import Entry, times, total

Stated = Callable[[Plan, Choices, Ledger, Quantity], Series]


def quantity_by_month(plan: Plan, choices: Choices, ledger: Ledger, quantity: Quantity) -> Series:
    """Return a quantity in each month of the plan, length T."""
    measure = quantity.of
    stated = _STATED.get((measure.section, measure.name))
    if stated is not None:
        return stated(plan, choices, ledger, quantity)
    if measure.money == "paid":
        return [-amount for amount in _money(ledger.paid, plan, quantity)]
    if measure.money == "received":
        kept = (entry for entry in ledger.entries if entry.kind in ("revenue", "raised", "sold"))
        return _money(kept, plan, quantity)
    found = getattr(ledger, measure.books, None) or getattr(choices, measure.books, None) or {}
    if not isinstance(found, dict):
        return list(found)
    return total(_of_items(found, quantity), plan.plan.months)


def _of_items(by_item: dict[str, Series], quantity: Quantity) -> list[Series]:
    """The series of the item that is meant, or of every item."""
    if quantity.item is None:
        return list(by_item.values())
    return [by_item[quantity.item]] if quantity.item in by_item else []


def _money(entries: Iterable[Entry], plan: Plan, quantity: Quantity) -> Series:
    chosen = (
        entry.money
        for entry in entries
        if quantity.section in ("total", entry.category)
        and quantity.item in (None, entry.item)
        and quantity.detail in (None, entry.line)
    )
    return total(chosen, plan.plan.months)


def _raised(plan: Plan, _: Choices, ledger: Ledger, quantity: Quantity) -> Series:
    """Money raised, whatever is repaid of it."""
    kinds = quantity.of.kinds
    came = (
        entry.money
        for entry in ledger.entries
        if entry.category == "funding"
        and entry.line in ("amount", "drawn", "used")
        and quantity.item in (None, entry.item)
        and (not kinds or plan.funding[entry.item].kind in kinds)
    )
    return total(came, plan.plan.months)


def _credits(plan: Plan, choices: Choices, _: Ledger, quantity: Quantity) -> Series:
    used = (
        amounts
        for name, by_offer in choices.credits.items()
        for offer, amounts in by_offer.items()
        if quantity.item in (None, name) and quantity.detail in (None, offer)
    )
    return total(used, plan.plan.months)


def gone(choices: Choices, measure: str) -> dict[str, list[tuple[int, int, float]]]:
    """What was sold (or left), by offer: month of the order (0 before the plan), month in which it goes, GPUs."""
    if measure == "sold":
        return {name: [(one.ordered, one.sold, one.gpus) for one in sales] for name, sales in choices.sold.items()}
    return {name: [(one.signed, one.left, one.gpus) for one in exits] for name, exits in choices.ended.items()}


def _gone(plan: Plan, choices: Choices, _: Ledger, quantity: Quantity) -> Series:
    """GPUs by the month in which they go, of all orders or of one month's."""
    by_month = [0.0] * plan.plan.months
    for name, entries in gone(choices, quantity.measure).items():
        for came, month, gpus in entries if quantity.item in (None, name) else ():
            ordered = plan.month_label(came) if came else "opening"
            if quantity.detail in (None, ordered) and 1 <= month <= len(by_month):
                by_month[month - 1] += gpus
    return by_month


def _delivered(plan: Plan, _: Choices, ledger: Ledger, quantity: Quantity) -> Series:
    served = {
        name: times(ledger.gpus[name], [offer.flop_per_month] * plan.plan.months)
        for name, offer in plan.compute.items()
    }
    return total(_of_items(served, quantity), plan.plan.months)


def _idle(_: Plan, __: Choices, ledger: Ledger, ___: Quantity) -> Series:
    return list(map(sub, map(sub, ledger.delivered_flop, ledger.used_flop), ledger.experiments_flop))


# What the books do not hold by a name of its own.
_STATED: dict[tuple[str, str], Stated] = {
    ("funding", "amount"): _raised,
    ("funding", "drawn"): _raised,
    ("funding", "used"): _credits,
    ("compute", "sold"): _gone,
    ("compute", "ended"): _gone,
    ("compute", "delivered"): _delivered,
    ("compute", "idle"): _idle,
}
