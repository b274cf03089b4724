"""Debt: loans repaid in equal parts, credit lines drawn and repaid month by month, and the cash that lenders ask.

Interest is burn; principal and fees are not. What is owed when the plan ends is repaid in its
last month. `models/program/loan.md` and `credit-line.md` have the mathematics.
"""

from __future__ import annotations

import numpy as np

from allocator.formulate.curves import IntArray
from allocator.formulate.frame import Frame, Site
from allocator.formulate.raising import Wait, add_wait, cost_of_raising
from allocator.plan.schema import Round

# How far a covenant without debt lies below the floor of cash, in parts of what it asks above that floor.
SLACK = 0.01


def add_covenants(frame: Frame) -> None:
    """Add the least cash that lenders ask while something is owed; cash must be there before."""
    plan = frame.plan
    floor = max(plan.plan.min_cash, 0.0)
    for name, round_ in plan.funding.items():
        if round_.owed and round_.covenant is not None and round_.covenant > floor:
            certain = round_.signed and round_.needs is None
            frame.part(_add_covenant, name, round_, floor, certain)


def repay_in_parts(site: Site, name: str, round_: Round, drawn: IntArray, window: IntArray, scale: float) -> None:
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
    site.receive("funding", name, "settled", rest, signs, months=np.full(len(rest), at_end))
    _pay_interest(site, name, round_, owed)


def add_line(site: Site, name: str, round_: Round, wait: Wait | None) -> None:
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
    builder.group_bounds(f"funding.{name}.max", f"at most {most:,.0f} {site.currency} of {name}", owed)
    rows = _balance_of(site, name, owed, scale)
    builder.put(rows[window], drawn, -1.0)
    builder.put(rows[window], repaid, 1.0)
    builder.put(rows[window[1:]], owed[window[:-1]], -1.0)
    if len(window) == 0:
        return
    if wait is not None:
        reached = add_wait(site, name, wait)
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
    line = "settled" if last == months - 1 else "repayment"
    site.receive("funding", name, line, owed[window[-1:]], -1.0, months=window[-1:] + 1)
    if round_.fee:
        site.pay("funding", name, "fee", drawn, round_.fee, months=window, burn=False)
    cost_of_raising(site, drawn, window)
    _pay_interest(site, name, round_, owed)


def _owed(site: Site, name: str, most: float, scale: float) -> IntArray:
    return site.monthly_columns(
        f"funding.{name}.owed",
        unit=site.currency,
        sentence=f"Owed to {name} at the close of the month",
        upper=most,
        scale=scale,
    )


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
    # A little below the floor without debt: a row that says no more than the floor would share its price.
    slack = floor - SLACK * (asked - floor)
    rows = _covenant_rows(site, name, slack, asked, first, months)
    builder.put(rows, site.column("cash")[first - 1 :], 1.0)
    builder.put(rows, debt, slack - asked)


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
