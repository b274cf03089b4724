"""Compute: GPUs rented by the month, reserved by contract, or bought and sold again."""

from __future__ import annotations

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import Flow, Frame
from allocator.plan.schema import Offer
from allocator.plan.units import HOURS_PER_MONTH

UNIT = "GPU"


def add_compute(frame: Frame) -> None:
    """Add every offer of the plan."""
    for name, offer in frame.plan.compute.items():
        _KINDS[offer.kind](frame, name, offer)


def cost_per_flop(offer: Offer, months: int) -> float:
    """Money per FLOP at the offer's cheapest month, used over its life or the horizon."""
    price = min(offer.price)
    if offer.kind == "buy":
        price = price / max(min(offer.life, months), 1) + offer.running
    else:
        price *= HOURS_PER_MONTH
    return price / offer.flop_per_month


def typical_gpus(frame: Frame, name: str, offer: Offer) -> float:
    """A typical number of GPUs: what a month's share of the money pays, within bounds."""
    cost = cost_per_flop(offer, frame.months) * offer.flop_per_month
    amount = frame.money / frame.months / cost if cost > 0 else np.inf
    if offer.max is not None:
        amount = min(amount, max(offer.max))
    amount = max(amount if np.isfinite(amount) else 0.0, offer.now, max(offer.min))
    return frame.typical(f"compute.{name}.gpus", amount or 1.0)


def _gpus(frame: Frame, name: str, offer: Offer, typical: float, integer: bool) -> IntArray:
    """GPUs that serve, within the offer's floor and cap."""
    path = f"compute.{name}"
    whole = frame.whole() & integer
    gpus = frame.monthly_columns(
        f"{path}.gpus",
        unit=UNIT,
        sentence=f"GPUs of {name} that serve in the month",
        lower=np.asarray(offer.min),
        upper=np.inf if offer.max is None else np.asarray(offer.max),
        scale=np.where(whole, float(offer.lot), typical),
        integer=whole,
    )
    if any(offer.min):
        frame.builder.group_bounds(
            f"{path}.min",
            f"at least {max(offer.min):g} GPUs of {name}",
            gpus,
            upper=np.inf if offer.max is None else np.asarray(offer.max),
        )
    if offer.max is not None:
        frame.builder.group_bounds(
            f"{path}.max", f"at most {max(offer.max):g} GPUs of {name}", gpus, lower=np.asarray(offer.min)
        )
    return gpus


def _add_rent(frame: Frame, name: str, offer: Offer) -> None:
    gpus = _gpus(frame, name, offer, typical_gpus(frame, name, offer), integer=True)
    frame.pay("compute", name, "rent", gpus, np.asarray(offer.price) * HOURS_PER_MONTH)


def _add_reserve(frame: Frame, name: str, offer: Offer) -> None:
    builder, months, term = frame.builder, frame.months, offer.term or 1
    path = f"compute.{name}"
    typical = typical_gpus(frame, name, offer)
    whole = frame.whole()
    signed = frame.monthly_columns(
        f"{path}.signed",
        unit=UNIT,
        sentence=f"GPUs of {name} put under contract for {term} months",
        scale=np.where(whole, float(offer.lot), typical),
        integer=whole,
    )
    gpus = _gpus(frame, name, offer, typical, integer=False)
    opening = np.zeros(months)
    opening[0] += offer.now
    if term < months:
        opening[term] -= offer.now
    rows = frame.balance(
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
        frame.pay("compute", name, "upfront", signed, offer.upfront * term * monthly)
    committed = _add_commitment(frame, name, offer, signed, monthly, term, typical)
    frame.pay("compute", name, "commitment", committed, 1.0)
    beyond = np.maximum(np.arange(months) + term - months, 0)
    if beyond.any():
        late = np.flatnonzero(beyond)
        owed = (1.0 - offer.upfront) * monthly[late] * beyond[late]
        frame.pay("compute", name, "tail", signed[late], owed, months=months - 1)
    if offer.now and term > months:
        tail = np.zeros(months)
        tail[-1] = (1.0 - offer.upfront) * monthly[0] * offer.now * (term - months)
        frame.pay_fixed("compute", name, "tail", tail)


def _add_commitment(
    frame: Frame, name: str, offer: Offer, signed: IntArray, monthly: FloatArray, term: int, typical: float
) -> IntArray:
    """Money due each month on running contracts, each at its own month's price."""
    months = frame.months
    scale = frame.typical(f"compute.{name}.commitment", typical * float(np.max(monthly)) or 1.0)
    committed = frame.monthly_columns(
        f"compute.{name}.commitment",
        unit=frame.currency,
        sentence=f"Due in the month on running contracts of {name}",
        scale=scale,
    )
    rate = (1.0 - offer.upfront) * monthly
    opening = np.zeros(months)
    opening[0] += rate[0] * offer.now
    if term < months:
        opening[term] -= rate[0] * offer.now
    rows = frame.balance(
        f"Commitments of {name}",
        committed,
        unit=frame.currency,
        sentence="due = last month's due plus new contracts less those that end",
        right=opening,
        scale=scale,
    )
    frame.builder.put(rows[1:], committed[:-1], -1.0)
    frame.builder.put(rows, signed, -rate)
    ending = max(months - term, 0)
    frame.builder.put(rows[term:], signed[:ending], rate[:ending])
    return committed


def _add_buy(frame: Frame, name: str, offer: Offer) -> None:
    builder, months = frame.builder, frame.months
    path = f"compute.{name}"
    typical = typical_gpus(frame, name, offer)
    last_order = max(months - offer.lead, 0)
    whole = frame.whole(last_order)
    ordered = frame.monthly_columns(
        f"{path}.ordered",
        unit=UNIT,
        sentence=f"GPUs of {name} ordered and paid in the month",
        last=last_order,
        scale=np.where(whole, float(offer.lot), typical),
        integer=whole,
    )
    gpus = _gpus(frame, name, offer, typical, integer=False)
    price = np.asarray(offer.price)
    frame.pay("compute", name, "purchase", ordered, price[:last_order], burn=_purchases_burn(frame))
    if offer.running:
        frame.pay("compute", name, "running", gpus, offer.running)

    # Cohorts: opening fleet (order month 0, delivered at 0) and every order month 1..last.
    delivered = np.concatenate([[0], np.arange(1, last_order + 1) + offer.lead])
    opening = np.zeros(months)
    if offer.life > 0:
        opening[0] += offer.now
    if 0 < offer.life <= months:
        opening[offer.life - 1] -= offer.now
    rows = frame.balance(
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
        _add_resale(frame, name, offer, ordered, rows, delivered, np.concatenate([[price[0]], price[:last_order]]))


def _add_resale(
    frame: Frame, name: str, offer: Offer, ordered: IntArray, fleet: IntArray, delivered: IntArray, paid: FloatArray
) -> None:
    """Sales carry the month of purchase: a GPU fetches price paid x kept^(age/12)."""
    builder, months = frame.builder, frame.months
    cohort, sale = np.meshgrid(np.arange(len(delivered)), np.arange(1, months + 1), indexing="ij")
    age = sale - delivered[cohort]
    possible = (age >= 1) & (age <= offer.life)
    if not offer.now:
        possible[0] = False
    cohort, sale, age = cohort[possible], sale[possible], age[possible]
    if len(cohort) == 0:
        return
    names = ("opening", *frame.labels)
    whole = sale <= frame.plan.plan.whole
    typical = typical_gpus(frame, name, offer)
    sold = builder.add_columns(
        f"compute.{name}.sold",
        [f"{names[c]} > {names[s]}" for c, s in zip(cohort, sale, strict=True)],
        unit=UNIT,
        sentence=f"GPUs of {name} sold, by month of order and month of sale",
        scale=np.where(whole, float(offer.lot), typical),
        integer=whole,
    )
    value = paid[cohort] * offer.resale ** (age / 12.0)
    frame.columns[f"compute.{name}.sold"] = sold
    frame.resale.append(Flow("compute", name, "resale", sale - 1, sold, value))
    serving = age < offer.life
    builder.put(fleet[sale[serving] - 1], sold[serving], 1.0)
    # A cohort wears out whole: those sold before have already left the fleet.
    ends = serving & (delivered[cohort] + offer.life <= months)
    builder.put(fleet[delivered[cohort[ends]] + offer.life - 1], sold[ends], -1.0)
    present = np.unique(cohort)
    stock = builder.add_rows(
        f"Sales of {name}",
        [names[c] for c in present],
        unit=UNIT,
        sentence="no more GPUs of an order are sold than were bought",
        upper=np.where(present == 0, offer.now, 0.0),
        scale=typical,
    )
    position = np.full(len(delivered), -1)
    position[present] = stock
    builder.put(position[cohort], sold, 1.0)
    bought = present[present > 0]
    builder.put(position[bought], ordered[bought - 1], -1.0)


def _purchases_burn(frame: Frame) -> bool:
    return frame.plan.runway is not None and frame.plan.runway.purchases


_KINDS = {"rent": _add_rent, "reserve": _add_reserve, "buy": _add_buy}
