"""Compute: GPUs rented by the month, reserved by contract, or bought and sold again."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import Frame, Site
from allocator.plan.schema import Offer
from allocator.plan.units import HOURS_PER_MONTH

UNIT = "GPU"


def add_compute(frame: Frame) -> None:
    """Add every offer of the plan."""
    runway = frame.plan.runway
    for name, offer in frame.plan.compute.items():
        if offer.kind == "buy":
            frame.part(_add_buy, name, offer, runway is not None and runway.purchases)
        else:
            frame.part(_KINDS[offer.kind], name, offer)


def cost_per_flop(offer: Offer, months: int) -> float:
    """Money per FLOP at the offer's cheapest month, used over its life or the horizon."""
    price = min(offer.price)
    if offer.kind == "buy":
        price = price / max(min(offer.life, months), 1) + offer.running
    else:
        price *= HOURS_PER_MONTH
    return price / offer.flop_per_month


def typical_gpus(site: Site, name: str, offer: Offer) -> float:
    """A typical number of GPUs: what a month's share of the money pays, within bounds."""
    cost = cost_per_flop(offer, site.months) * offer.flop_per_month
    amount = site.money / site.months / cost if cost > 0 else np.inf
    if offer.max is not None:
        amount = min(amount, max(offer.max))
    amount = max(amount if np.isfinite(amount) else 0.0, offer.now, max(offer.min))
    return site.typical(f"compute.{name}.gpus", amount or 1.0)


def _gpus(site: Site, name: str, offer: Offer, typical: float, integer: bool) -> IntArray:
    """GPUs that serve, within the offer's floor and cap."""
    path = f"compute.{name}"
    whole = site.whole() & integer
    gpus = site.monthly_columns(
        f"{path}.gpus",
        unit=UNIT,
        sentence=f"GPUs of {name} that serve in the month",
        lower=np.asarray(offer.min),
        upper=np.inf if offer.max is None else np.asarray(offer.max),
        scale=np.where(whole, float(offer.lot), typical),
        integer=whole,
    )
    if any(offer.min):
        site.builder.group_bounds(
            f"{path}.min",
            f"at least {max(offer.min):g} GPUs of {name}",
            gpus,
            upper=np.inf if offer.max is None else np.asarray(offer.max),
        )
    if offer.max is not None:
        site.builder.group_bounds(
            f"{path}.max", f"at most {max(offer.max):g} GPUs of {name}", gpus, lower=np.asarray(offer.min)
        )
    return gpus


def _add_rent(site: Site, name: str, offer: Offer) -> None:
    gpus = _gpus(site, name, offer, typical_gpus(site, name, offer), integer=True)
    site.pay("compute", name, "rent", gpus, np.asarray(offer.price) * HOURS_PER_MONTH)


def _add_reserve(site: Site, name: str, offer: Offer) -> None:
    builder, months, term = site.builder, site.months, offer.term or 1
    path = f"compute.{name}"
    typical = typical_gpus(site, name, offer)
    whole = site.whole()
    signed = site.monthly_columns(
        f"{path}.signed",
        unit=UNIT,
        sentence=f"GPUs of {name} put under contract for {term} months",
        scale=np.where(whole, float(offer.lot), typical),
        integer=whole,
    )
    gpus = _gpus(site, name, offer, typical, integer=False)
    # Contracts of opening day have run `age` months of their term.
    left = term - offer.age
    opening = np.zeros(months)
    opening[0] += offer.now
    if left < months:
        opening[left] -= offer.now
    rows = site.balance(
        f"Contracts of {name}",
        gpus,
        unit=UNIT,
        sentence="running = last month's running plus signed less those that end",
        right=opening,
        scale=typical,
    )
    builder.put(rows[1:], gpus[:-1], -1.0)
    builder.put(rows, signed, -1.0)
    builder.put(rows[term:], signed[: max(months - term, 0)], 1.0)

    monthly = np.asarray(offer.price) * HOURS_PER_MONTH
    if offer.upfront:
        site.pay("compute", name, "upfront", signed, offer.upfront * term * monthly)
    committed, due = _add_commitment(site, name, offer, signed, monthly, term, typical)
    site.pay("compute", name, "commitment", committed, 1.0)
    beyond = np.maximum(np.arange(months) + term - months, 0)
    if beyond.any():
        late = np.flatnonzero(beyond)
        owed = (1.0 - offer.upfront) * monthly[late] * beyond[late]
        site.pay("compute", name, "tail", signed[late], owed, months=months - 1)
    if offer.now and left > months:
        tail = np.zeros(months)
        tail[-1] = (1.0 - offer.upfront) * monthly[0] * offer.now * (left - months)
        site.pay_fixed("compute", name, "tail", tail)
    if offer.may_exit:
        rate = (1.0 - offer.upfront) * np.concatenate([[monthly[0]], monthly])
        _add_exits(site, name, offer, signed, rows, due, rate, typical)


def _add_commitment(
    site: Site, name: str, offer: Offer, signed: IntArray, monthly: FloatArray, term: int, typical: float
) -> tuple[IntArray, IntArray]:
    """Money due each month on running contracts, each at its own month's price: its columns and rows."""
    months = site.months
    scale = site.typical(f"compute.{name}.commitment", typical * float(np.max(monthly)) or 1.0)
    committed = site.monthly_columns(
        f"compute.{name}.commitment",
        unit=site.currency,
        sentence=f"Due in the month on running contracts of {name}",
        scale=scale,
    )
    rate = (1.0 - offer.upfront) * monthly
    opening = np.zeros(months)
    opening[0] += rate[0] * offer.now
    if term - offer.age < months:
        opening[term - offer.age] -= rate[0] * offer.now
    rows = site.balance(
        f"Commitments of {name}",
        committed,
        unit=site.currency,
        sentence="due = last month's due plus new contracts less those that end",
        right=opening,
        scale=scale,
    )
    site.builder.put(rows[1:], committed[:-1], -1.0)
    site.builder.put(rows, signed, -rate)
    ending = max(months - term, 0)
    site.builder.put(rows[term:], signed[:ending], rate[:ending])
    return committed, rows


def _add_exits(
    site: Site,
    name: str,
    offer: Offer,
    signed: IntArray,
    contracts: IntArray,
    due: IntArray,
    rate: FloatArray,
    typical: float,
) -> None:
    """Contracts left early: their commitment stops, and a fee is paid in the month of exit.

    `rate` is what a GPU owes a month by month of signature, shape (T + 1,); the first is that of
    contracts running on opening day.
    """
    builder, months, term = site.builder, site.months, offer.term or 1
    cohort, when, labels = _exits(site.labels, term, offer.age, offer.now > 0.0)
    if len(cohort) == 0:
        return
    # The first month in which a contract that is kept would no longer run.
    over = np.where(cohort == 0, 1 - offer.age, cohort) + term
    whole = when <= site.calendar.whole_months
    ended = builder.add_columns(
        f"compute.{name}.ended",
        labels,
        unit=UNIT,
        sentence=f"GPUs of {name} whose contract is left early, by month of signature and first month without it",
        scale=np.where(whole, float(offer.lot), typical),
        integer=whole,
    )
    site.columns[f"compute.{name}.ended"] = ended
    builder.put(contracts[when - 1], ended, 1.0)
    builder.put(due[when - 1], ended, rate[cohort])
    # Those that have left do not run out a second time.
    inside = over <= months
    builder.put(contracts[over[inside] - 1], ended[inside], -1.0)
    builder.put(due[over[inside] - 1], ended[inside], -rate[cohort[inside]])
    beyond = np.maximum(over - 1 - months, 0)
    if beyond.any():
        late = np.flatnonzero(beyond)
        site.pay("compute", name, "tail", ended[late], -rate[cohort[late]] * beyond[late], months=months - 1)
    remaining = over - when
    charged = (
        offer.exit_fee * remaining if offer.exit_fee is not None else np.minimum(offer.exit_months or 0, remaining)
    )
    site.pay("compute", name, "exit", ended, rate[cohort] * charged, months=when - 1)
    _only_what_is_there(
        site,
        f"Exits of {name}",
        "no more contracts of a month are left than were signed",
        ended,
        cohort,
        signed,
        offer.now,
        typical,
    )


def _add_buy(site: Site, name: str, offer: Offer, purchases_burn: bool) -> None:
    builder, months = site.builder, site.months
    path = f"compute.{name}"
    typical = typical_gpus(site, name, offer)
    last_order = max(months - offer.lead, 0)
    whole = site.whole(last_order)
    ordered = site.monthly_columns(
        f"{path}.ordered",
        unit=UNIT,
        sentence=f"GPUs of {name} ordered and paid in the month",
        last=last_order,
        scale=np.where(whole, float(offer.lot), typical),
        integer=whole,
    )
    gpus = _gpus(site, name, offer, typical, integer=False)
    price = np.asarray(offer.price)
    site.pay("compute", name, "purchase", ordered, price[:last_order], burn=purchases_burn)
    if offer.running:
        site.pay("compute", name, "running", gpus, offer.running)

    # Cohorts: opening fleet (order month 0, delivered `age` months before opening day) and every order month 1..last.
    delivered = _delivered(offer, months)
    opening = np.zeros(months)
    opening[0] += offer.now
    if offer.life - offer.age <= months:
        opening[offer.life - offer.age - 1] -= offer.now
    rows = site.balance(
        f"Fleet of {name}",
        gpus,
        unit=UNIT,
        sentence="serving = last month's serving plus deliveries less sold and worn out",
        right=opening,
        scale=typical,
    )
    builder.put(rows[1:], gpus[:-1], -1.0)
    arrive = delivered[1:]
    builder.put(rows[arrive - 1], ordered, -1.0)
    worn = arrive + offer.life <= months
    builder.put(rows[arrive[worn] + offer.life - 1], ordered[worn], 1.0)
    if offer.resale > 0:
        _add_resale(site, name, offer, ordered, rows, delivered, np.concatenate([[price[0]], price[:last_order]]))


def _add_resale(
    site: Site, name: str, offer: Offer, ordered: IntArray, fleet: IntArray, delivered: IntArray, paid: FloatArray
) -> None:
    """Sales carry the month of purchase: a GPU fetches price paid x kept^(age/12)."""
    builder, months = site.builder, site.months
    cohort, sale, labels = _sales(site.labels, tuple(delivered.tolist()), offer.life, offer.now > 0.0)
    if len(cohort) == 0:
        return
    age = sale - delivered[cohort]
    whole = sale <= site.calendar.whole_months
    typical = typical_gpus(site, name, offer)
    sold = builder.add_columns(
        f"compute.{name}.sold",
        labels,
        unit=UNIT,
        sentence=f"GPUs of {name} sold, by month of order and month of sale",
        scale=np.where(whole, float(offer.lot), typical),
        integer=whole,
    )
    value = paid[cohort] * offer.resale ** (age / 12.0)
    site.columns[f"compute.{name}.sold"] = sold
    site.receive("compute", name, "resale", sold, value, months=sale - 1)
    serving = age < offer.life
    builder.put(fleet[sale[serving] - 1], sold[serving], 1.0)
    # A cohort wears out whole: those sold before have already left the fleet.
    ends = serving & (delivered[cohort] + offer.life <= months)
    builder.put(fleet[delivered[cohort[ends]] + offer.life - 1], sold[ends], -1.0)
    _only_what_is_there(
        site,
        f"Sales of {name}",
        "no more GPUs of an order are sold than were bought",
        sold,
        cohort,
        ordered,
        offer.now,
        typical,
    )


def _only_what_is_there(
    site: Site,
    family: str,
    sentence: str,
    gone: IntArray,
    cohort: IntArray,
    came: IntArray,
    opening: float,
    typical: float,
) -> None:
    """Rows that keep what leaves a cohort within what came: `opening` of cohort 0, column `came[c - 1]` of cohort c."""
    builder = site.builder
    names = ("opening", *site.labels)
    present = np.unique(cohort)
    stock = builder.add_rows(
        family,
        [names[c] for c in present],
        unit=UNIT,
        sentence=sentence,
        upper=np.where(present == 0, opening, 0.0),
        scale=typical,
    )
    position = np.full(len(came) + 1, -1)
    position[present] = stock
    builder.put(position[cohort], gone, 1.0)
    later = present[present > 0]
    builder.put(position[later], came[later - 1], -1.0)

    def within_what_came(point: FloatArray) -> bool:
        """A row's tolerance is GPUs that nobody has: take it back."""
        there = np.concatenate([[opening], np.maximum(point[came], 0.0)])
        amounts = point[gone]
        left = np.bincount(cohort, amounts, minlength=len(there))
        over = left > there
        if not over.any():
            return False
        share = np.where(over, there / np.where(over, left, 1.0), 1.0)
        point[gone] = amounts * share[cohort]
        return True

    builder.adjust(within_what_came)


def cohorts_sold(offer: Offer, labels: tuple[str, ...]) -> tuple[IntArray, IntArray]:
    """Month of order (0 for the opening fleet) and month of sale of each column of an offer's sales."""
    ordered, sale, _ = _sales(labels, tuple(_delivered(offer, len(labels)).tolist()), offer.life, offer.now > 0.0)
    return ordered, sale


def cohorts_ended(offer: Offer, labels: tuple[str, ...]) -> tuple[IntArray, IntArray]:
    """Month of signature (0 before the plan) and first month without it of each column of an offer's exits."""
    signed, left, _ = _exits(labels, offer.term or 1, offer.age, offer.now > 0.0)
    return signed, left


def _delivered(offer: Offer, months: int) -> IntArray:
    """Month of delivery of each cohort: the opening fleet, `age` months before opening day, and every month's order."""
    last_order = max(months - offer.lead, 0)
    return np.concatenate([[-offer.age], np.arange(1, last_order + 1) + offer.lead])


@lru_cache(maxsize=64)
def _sales(
    months: tuple[str, ...], delivered: tuple[int, ...], life: int, opening: bool
) -> tuple[IntArray, IntArray, tuple[str, ...]]:
    """Pairs of order and month in which a GPU can be sold: cohort, month of sale, label.

    They follow from the calendar and the life of a GPU alone, and there are hundreds of them:
    offers and programs share them.
    """
    cohort, sale = np.meshgrid(np.arange(len(delivered)), np.arange(1, len(months) + 1), indexing="ij")
    age = sale - np.asarray(delivered)[cohort]
    possible = (age >= 1) & (age <= life)
    possible[0] &= opening
    return _labelled(cohort[possible], sale[possible], months)


@lru_cache(maxsize=64)
def _exits(months: tuple[str, ...], term: int, age: int, opening: bool) -> tuple[IntArray, IntArray, tuple[str, ...]]:
    """Pairs of month of signature (0: before the plan) and first month without the contract, with their labels."""
    cohort, when = np.meshgrid(np.arange(len(months) + 1), np.arange(1, len(months) + 1), indexing="ij")
    over = np.where(cohort == 0, 1 - age, cohort) + term
    possible = (when > cohort) & (when < over)
    possible[0] &= opening
    return _labelled(cohort[possible], when[possible], months)


def _labelled(cohort: IntArray, when: IntArray, months: tuple[str, ...]) -> tuple[IntArray, IntArray, tuple[str, ...]]:
    """Shared arrays, which nobody may change, and a label for each pair."""
    for array in (cohort, when):
        array.flags.writeable = False
    names = ("opening", *months)
    return cohort, when, tuple(f"{names[c]} > {names[s]}" for c, s in zip(cohort.tolist(), when.tolist(), strict=True))


_KINDS = {"rent": _add_rent, "reserve": _add_reserve}
