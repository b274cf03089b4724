"""Funding: signed rounds, and what the program may raise: once, month by month, or in credits.

Money that comes in counts in no burn, and neither do fees and principal; interest does. What is
owed when the plan ends is repaid in its last month. `models/program/` has the mathematics:
`rounds.md`, `loans.md`, `credit-line.md`, `credits.md`, `conditions.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from allocator.formulate.cash import LATER_IS_CHEAPER
from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import FixedFlow, Flow, Frame, Site
from allocator.formulate.model_block import ModelBlock
from allocator.plan.schema import Plan, Round

# The second pass gives so much of its money to raise less of it: nothing is raised for nothing.
RAISING = 0.01
# Of a bill that credits pay a little stays, so that nothing is rented only because it is free.
CREDIT_SAVES = 0.999
# Lines of money raised.
RAISED = ("amount", "drawn", "used")

_Kind = TypeVar("_Kind", Flow, FixedFlow)


@dataclass(frozen=True)
class Wait:
    """What money waits for: a model's gain at `least` or more, which is `worst` with nothing at hand.

    `first` is the first month (1..T) that comes after the model is judged.
    """

    model: str
    least: float
    worst: float
    first: int


def add_funding(frame: Frame, models: Mapping[str, ModelBlock] | None = None) -> None:
    """Add all money that is raised or may be; `models` are those that a condition may speak of."""
    plan = frame.plan
    credits = []
    for name, round_ in plan.funding.items():
        wait = _wait_of(plan, round_, models or {})
        price = plan.objective.dilution_price
        if round_.kind == "credits":
            credits.append((name, round_, wait))
        elif round_.kind == "credit-line":
            frame.part(_add_line, name, round_, wait)
        elif round_.signed and not round_.owed and wait is None:
            frame.part(_add_round, name, round_)
        else:
            frame.part(_add_chosen, name, round_, wait, price)
    if credits:
        bills = tuple(
            (offer, _bill(frame.spending, offer), _bill(frame.fixed, offer))
            for offer in dict.fromkeys(offer for _, round_, _ in credits for offer in round_.only_for or ())
        )
        frame.part(_add_credits, tuple(credits), bills)


def add_covenants(frame: Frame) -> None:
    """Add the least cash that lenders ask while something is owed; cash must be there before."""
    plan = frame.plan
    floor = max(plan.plan.min_cash, 0.0)
    for name, round_ in plan.funding.items():
        if round_.owed and round_.covenant is not None and round_.covenant > floor:
            certain = round_.signed and round_.needs is None
            frame.part(_add_covenant, name, round_, floor, certain)


def dilution_flows(frame: Frame, item: str | None) -> tuple[tuple[Flow, ...], tuple[FixedFlow, ...]]:
    """Shares of the company that rounds sell, as flows: the money raised over the valuation after it."""
    shares = {
        name: 1.0 / round_.post_money
        for name, round_ in frame.plan.funding.items()
        if round_.post_money is not None and item in (None, name)
    }
    chosen = tuple(
        replace(flow, coefficients=flow.coefficients * shares[flow.item])
        for flow in frame.received
        if flow.category == "funding" and flow.item in shares
    )
    signed = tuple(
        replace(flow, amounts=flow.amounts * shares[flow.item])
        for flow in frame.received_fixed
        if flow.category == "funding" and flow.item in shares
    )
    return chosen, signed


def _wait_of(plan: Plan, round_: Round, models: Mapping[str, ModelBlock]) -> Wait | None:
    if round_.needs is None:
        return None
    block = models[round_.needs.model]
    least = float(block.law.gain_of_metric(round_.needs.value))
    return Wait(block.name, least, block.least_gain(), plan.models[block.name].deadline + 1)


def _bill(flows: Sequence[_Kind], offer: str) -> tuple[_Kind, ...]:
    """What an offer costs; not what its contracts owe for the months after the plan, which no credit outlives."""
    return tuple(flow for flow in flows if flow.category == "compute" and flow.item == offer and flow.line != "tail")


def _add_round(site: Site, name: str, round_: Round) -> None:
    """Money that is certain."""
    amount = np.zeros(site.months)
    amount[(round_.month or 1) - 1] = round_.most
    site.receive_fixed("funding", name, "amount", amount)
    if round_.fee:
        site.pay_fixed("funding", name, "fee", round_.fee * amount, burn=False)


def _add_chosen(site: Site, name: str, round_: Round, wait: Wait | None, dilution_price: float) -> None:
    """Money raised in one month of a window, nothing or between `min` and `max`; a loan is then repaid."""
    builder = site.builder
    first, last = round_.window(site.months)
    certain = round_.signed and wait is None
    if wait is not None:
        first = max(first, wait.first)
    window = np.arange(first, last + 1) - 1
    labels = site.labels[first - 1 : last]
    most = round_.most
    least = most if round_.signed else round_.min
    scale = site.typical(f"funding.{name}", most or site.money)
    drawn = builder.add_columns(
        f"funding.{name}.drawn",
        labels,
        unit=site.currency,
        sentence=f"Raised from {name} in the month",
        lower=most if certain else 0.0,
        upper=most,
        scale=scale,
    )
    site.columns[f"funding.{name}.drawn"] = drawn
    if not round_.signed:
        builder.group_bounds(f"funding.{name}.max", f"at most {most:,.0f} {site.currency} of {name}", drawn)
    if not certain and (least > 0.0 or len(window) > 1 or wait is not None):
        _choose_once(site, name, drawn, labels, (least, most), wait, scale)
    site.receive("funding", name, "drawn" if round_.owed else "amount", drawn, 1.0, months=window)
    if round_.fee:
        site.pay("funding", name, "fee", drawn, round_.fee, months=window, burn=False)
    _cost_of_raising(site, drawn, window)
    if round_.post_money is not None and dilution_price:
        builder.maximise(drawn, np.full(len(drawn), -dilution_price / round_.post_money))
    if round_.owed:
        _repay_in_parts(site, name, round_, drawn, window, scale)


def _choose_once(
    site: Site,
    name: str,
    drawn: IntArray,
    labels: tuple[str, ...],
    bounds: tuple[float, float],
    wait: Wait | None,
    scale: float,
) -> None:
    """One month of the window at most, and in it an amount between the bounds."""
    builder, (least, most) = site.builder, bounds
    taken = builder.add_columns(
        f"funding.{name}.taken",
        labels,
        unit="1",
        sentence=f"Whether {name} is taken in the month",
        upper=1.0,
        integer=True,
    )
    size = builder.add_rows(
        f"Size of {name}",
        labels,
        unit=site.currency,
        sentence=f"{name} brings nothing, or at most {most:,.0f} {site.currency} in the month in which it is taken",
        upper=0.0,
        scale=scale,
    )
    builder.put(size, drawn, 1.0)
    builder.put(size, taken, -most)
    if least > 0.0:
        floor = builder.add_rows(
            f"Least size of {name}",
            labels,
            unit=site.currency,
            sentence=f"{name} brings nothing, or at least {least:,.0f} {site.currency}",
            lower=0.0,
            scale=scale,
            group=f"funding.{name}.min",
        )
        builder.put(floor, drawn, 1.0)
        builder.put(floor, taken, -least)
    once = builder.add_rows(
        f"Once: {name}",
        ("",),
        unit="1",
        sentence=f"{name} is taken once" + ("" if wait is None else ", and only where its condition is met"),
        upper=1.0 if wait is None else 0.0,
        group="" if wait is None else f"funding.{name}.needs",
    )
    builder.put(once, taken, 1.0)
    if wait is not None:
        builder.put(once, _add_wait(site, name, wait), -1.0)

    def within_size(point: FloatArray) -> bool:
        """A row's tolerance is money that nobody raised: take it back."""
        allowed = np.minimum(np.maximum(point[drawn], least * point[taken]), most * point[taken])
        if np.array_equal(allowed, point[drawn]):
            return False
        point[drawn] = allowed
        return True

    builder.adjust(within_size)


def _add_wait(site: Site, name: str, wait: Wait) -> int:
    """Whether the condition is met, one column: 1 only where the model's gain is high enough.

    Its gain is never below `worst`, so that is the smallest number that switches the row off.
    """
    builder = site.builder
    reached = builder.add_columns(
        f"funding.{name}.reached",
        ("",),
        unit="1",
        sentence=f"Whether {wait.model} is good enough for {name}",
        upper=1.0,
        integer=True,
    )
    rows = builder.add_rows(
        f"Condition of {name}",
        ("",),
        unit="gain",
        sentence=f"{name} comes only where {wait.model} is good enough the month before",
        lower=wait.worst,
        group=f"funding.{name}.needs",
    )
    builder.put(rows, site.column(f"models.{wait.model}.gain"), 1.0)
    builder.put(rows, reached, -max(wait.least - wait.worst, 0.0))
    return int(reached[0])


def _repay_in_parts(site: Site, name: str, round_: Round, drawn: IntArray, window: IntArray, scale: float) -> None:
    """Interest on what is owed; after the months of interest alone equal parts, and all the rest in the last month."""
    builder, months, term = site.builder, site.months, round_.term or 1
    instalment = site.monthly_columns(
        f"funding.{name}.instalment",
        unit=site.currency,
        sentence=f"Part of {name} repaid in the month",
        scale=scale / term,
    )
    rows = site.balance(
        f"Instalments of {name}",
        instalment,
        unit=site.currency,
        sentence="repaid = last month's part plus what begins to be repaid less what is repaid in full",
        right=0.0,
        scale=scale / term,
    )
    builder.put(rows[1:], instalment[:-1], -1.0)
    begins = window + round_.interest_only + 1
    inside = begins < months
    builder.put(rows[begins[inside]], drawn[inside], -1.0 / term)
    inside = begins + term < months
    builder.put(rows[begins[inside] + term], drawn[inside], 1.0 / term)
    owed = _owed(site, name, round_.most, scale)
    rows = _balance_of(site, name, owed, scale)[:-1]
    builder.put(rows[1:], owed[:-2], -1.0)
    early = window < months - 1
    builder.put(rows[window[early]], drawn[early], -1.0)
    builder.put(rows, instalment[:-1], 1.0)
    site.receive("funding", name, "repayment", instalment, -1.0)
    # In the last month: what was owed, or is only drawn then, less that month's part.
    at_end, last = months - 1, drawn[window == months - 1]
    rest = np.concatenate([owed[-2:-1], last, instalment[-1:]])
    signs = np.concatenate([-np.ones(len(rest) - 1), [1.0]])
    site.receive("funding", name, "tail", rest, signs, months=np.full(len(rest), at_end))
    _pay_interest(site, name, round_, owed)


def _add_line(site: Site, name: str, round_: Round, wait: Wait | None) -> None:
    """Money drawn and repaid month by month, up to a limit; the month after its last all of it is repaid."""
    builder, months = site.builder, site.months
    first, last = round_.window(months)
    if wait is not None:
        first = max(first, wait.first)
    last = min(last, months - 1)
    most = round_.most
    scale = site.typical(f"funding.{name}", most or site.money)
    window = np.arange(first, last + 1) - 1
    labels = site.labels[first - 1 : max(last, first - 1)]
    drawn = builder.add_columns(
        f"funding.{name}.drawn",
        labels,
        unit=site.currency,
        sentence=f"Raised from {name} in the month",
        scale=scale,
    )
    repaid = builder.add_columns(
        f"funding.{name}.repaid",
        labels,
        unit=site.currency,
        sentence=f"Repaid to {name} in the month",
        scale=scale,
    )
    site.columns[f"funding.{name}.drawn"] = drawn
    owed = _owed(site, name, most, scale)
    rows = _balance_of(site, name, owed, scale)
    builder.put(rows[window], drawn, -1.0)
    builder.put(rows[window], repaid, 1.0)
    builder.put(rows[window[1:]], owed[window[:-1]], -1.0)
    if len(window) == 0:
        return
    if wait is not None:
        reached = _add_wait(site, name, wait)
        allowed = builder.add_rows(
            f"Waits for its condition: {name}",
            labels,
            unit=site.currency,
            sentence=f"nothing is owed to {name} unless its condition is met",
            upper=0.0,
            scale=scale,
            group=f"funding.{name}.needs",
        )
        builder.put(allowed, owed[window], 1.0)
        builder.put(allowed, reached, -most)
    site.receive("funding", name, "drawn", drawn, 1.0, months=window)
    site.receive("funding", name, "repayment", repaid, -1.0, months=window)
    line = "tail" if last == months - 1 else "repayment"
    site.receive("funding", name, line, owed[window[-1:]], -1.0, months=window[-1:] + 1)
    if round_.fee:
        site.pay("funding", name, "fee", drawn, round_.fee, months=window, burn=False)
    _cost_of_raising(site, drawn, window)
    _pay_interest(site, name, round_, owed)


def _owed(site: Site, name: str, most: float, scale: float) -> IntArray:
    owed = site.monthly_columns(
        f"funding.{name}.owed",
        unit=site.currency,
        sentence=f"Owed to {name} at the close of the month",
        upper=most,
        scale=scale,
    )
    site.builder.group_bounds(f"funding.{name}.max", f"at most {most:,.0f} {site.currency} of {name}", owed)
    return owed


def _balance_of(site: Site, name: str, owed: IntArray, scale: float) -> IntArray:
    return site.balance(
        f"Owed to {name}",
        owed,
        unit=site.currency,
        sentence="owed = last month's plus drawn less repaid; nothing at the end of the plan",
        right=0.0,
        scale=scale,
    )


def _pay_interest(site: Site, name: str, round_: Round, owed: IntArray) -> None:
    """A twelfth of the nominal rate on what was owed at the close before."""
    if round_.rate and site.months > 1:
        site.pay("funding", name, "interest", owed[:-1], round_.rate / 12.0, months=np.arange(1, site.months))


def _cost_of_raising(site: Site, drawn: IntArray, window: IntArray) -> None:
    """What raising costs the second pass; earlier money a little more."""
    site.builder.spend(drawn, RAISING * (1.0 + LATER_IS_CHEAPER) ** (-(window + 1) / 12.0))


def _add_covenant(site: Site, name: str, round_: Round, floor: float, certain: bool) -> None:
    """Least cash in every month that opens or closes with something owed.

    A month counts at both ends: what is repaid on its last day to be drawn again on the next
    month's first has been owed in it.
    """
    builder, months = site.builder, site.months
    asked = float(round_.covenant or 0.0)
    first, _ = round_.window(months)
    if certain:
        until = min(first + round_.interest_only + (round_.term or 1), months)
        rows = _covenant_rows(site, name, asked, asked, first, until)
        builder.put(rows, site.column("cash")[first - 1 : until], 1.0)
        return
    owed, most = site.column(f"funding.{name}.owed"), round_.most
    labels = site.labels[first - 1 :]
    debt = builder.add_columns(
        f"funding.{name}.in_debt",
        labels,
        unit="1",
        sentence=f"Whether something is owed to {name} when the month opens or closes",
        upper=1.0,
        integer=True,
    )
    scale = site.typical(f"funding.{name}", most or site.money)
    for end, columns, switches in (("close", owed[first - 1 :], debt), ("opening", owed[first - 1 : -1], debt[1:])):
        rows = builder.add_rows(
            f"Debt to {name} at the {end}",
            labels[len(labels) - len(switches) :],
            unit=site.currency,
            sentence=f"a month that {'closes' if end == 'close' else 'opens'} with something owed to {name} is one",
            upper=0.0,
            scale=scale,
        )
        builder.put(rows, columns, 1.0)
        builder.put(rows, switches, -most)
    rows = _covenant_rows(site, name, floor, asked, first, months)
    builder.put(rows, site.column("cash")[first - 1 :], 1.0)
    builder.put(rows, debt, floor - asked)


def _covenant_rows(site: Site, name: str, lower: float, asked: float, first: int, last: int) -> IntArray:
    return site.builder.add_rows(
        f"Covenant of {name}",
        site.labels[first - 1 : last],
        unit=site.currency,
        sentence=f"cash stays at {asked:,.0f} {site.currency} or more while something is owed to {name}",
        lower=lower,
        scale=site.money,
        group=f"funding.{name}.covenant",
    )


def _add_credits(
    site: Site,
    credits: tuple[tuple[str, Round, Wait | None], ...],
    bills: tuple[tuple[str, tuple[Flow, ...], tuple[FixedFlow, ...]], ...],
) -> None:
    """Credits pay bills of named offers until they lapse: in a month, all of them no more than an offer costs."""
    builder, months = site.builder, site.months
    uses: dict[str, list[tuple[IntArray, IntArray]]] = {offer: [] for offer, _, _ in bills}
    for name, round_, wait in credits:
        first, last = round_.window(months)
        if wait is not None:
            first = max(first, wait.first)
        window = np.arange(first, last + 1) - 1
        scale = site.typical(f"funding.{name}", round_.most or site.money)
        used = []
        for offer in round_.only_for or ():
            columns = builder.add_columns(
                f"funding.{name}.used.{offer}",
                site.labels[first - 1 : last],
                unit=site.currency,
                sentence=f"Credits of {name} that pay for {offer} in the month",
                scale=scale / max(len(window), 1),
            )
            uses[offer].append((window, columns))
            used.append(columns)
            site.receive("funding", name, "used", columns, 1.0, months=window)
            builder.spend(columns, -CREDIT_SAVES * (1.0 + LATER_IS_CHEAPER) ** (-(window + 1) / 12.0))
        rows = builder.add_rows(
            f"Credits of {name}",
            ("",),
            unit=site.currency,
            sentence=f"no more credits of {name} are used than were granted",
            upper=round_.most if wait is None else 0.0,
            scale=scale,
            group=f"funding.{name}.amount" if wait is None else f"funding.{name}.needs",
        )
        builder.put(rows, np.concatenate(used), 1.0)
        if wait is not None:
            builder.put(rows, _add_wait(site, name, wait), -round_.most)
    for offer, flows, fixed in bills:
        _pay_bills(site, offer, flows, fixed, uses[offer])


def _pay_bills(
    site: Site,
    offer: str,
    flows: tuple[Flow, ...],
    fixed: tuple[FixedFlow, ...],
    uses: list[tuple[IntArray, IntArray]],
) -> None:
    """Credits used for an offer in a month are at most what it costs in it: credits never turn into cash."""
    builder = site.builder
    owed = sum((constant.amounts for constant in fixed), start=np.zeros(site.months))
    rows = builder.add_rows(
        f"Bills of {offer} paid by credits",
        site.labels,
        unit=site.currency,
        sentence=f"credits pay no more in a month than {offer} costs in it",
        upper=owed,
        scale=site.money / site.months,
    )
    for window, columns in uses:
        builder.put(rows[window], columns, 1.0)
    for flow in flows:
        builder.put(rows[flow.months], flow.columns, -flow.coefficients)

    def within_bills(point: FloatArray) -> bool:
        """A row's tolerance is credit for a bill that nobody has: take it back."""
        due, paid = owed.copy(), np.zeros(site_months)
        for flow in flows:
            np.add.at(due, flow.months, flow.coefficients * point[flow.columns])
        for window, columns in uses:
            paid[window] += point[columns]
        over = paid > np.maximum(due, 0.0)
        if not over.any():
            return False
        share = np.where(over, np.maximum(due, 0.0) / np.where(over, paid, 1.0), 1.0)
        for window, columns in uses:
            point[columns] *= share[window]
        return True

    site_months = site.months
    builder.adjust(within_bills)
