"""Net burn, the runway and what goes on after the horizon."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import FixedFlow, Flow, Frame, Site, joined
from allocator.plan.schema import Runway

HORIZON_WINDOW = 12


def add_runway(frame: Frame, runway: Runway, cash: IntArray, spend: Mapping[str, IntArray]) -> IntArray:
    """Net burn, the cash it asks at each close, and what goes on after the horizon.

    Parameters
    ----------
    frame : Frame
    runway : Runway
    cash : ndarray, shape (T,)
        Columns of closing cash.
    spend : mapping of str to ndarray
        Columns of spending by category.

    Returns
    -------
    ndarray
        The rows that ask for cash: one a month, and the one after the horizon.
    """
    burn = add_burn(frame, spend)
    tails = tuple(flow for flow in frame.spending if flow.line == "tail" and flow.burn)
    fixed = tuple(constant for constant in frame.fixed if constant.line == "tail" and constant.burn)
    # What partners pay of them does not go on either.
    shared = tuple(flow for flow in frame.received if flow.line == "tail" and flow.burn)
    given = tuple(constant for constant in frame.received_fixed if constant.line == "tail" and constant.burn)
    return frame.part(
        _add_runway,
        runway,
        cash,
        burn,
        (*tails, *(replace(flow, coefficients=-flow.coefficients) for flow in shared)),
        (*fixed, *(replace(constant, amounts=-constant.amounts) for constant in given)),
    )


def add_burn(frame: Frame, spend: Mapping[str, IntArray]) -> IntArray:
    """Net burn by month; returns its columns, shape (T,)."""
    flows: list[Flow | FixedFlow] = [*frame.spending, *frame.fixed]
    burning = {flow.category for flow in flows if flow.burn}
    operating = tuple(columns for category, columns in spend.items() if category in burning)
    excluded = tuple(flow for flow in frame.spending if flow.category in burning and not flow.burn)
    constants = tuple(flow for flow in frame.fixed if flow.category in burning and not flow.burn)
    revenue = tuple(flow for flow in frame.received if flow.burn)
    certain = tuple(flow for flow in frame.received_fixed if flow.burn)
    return frame.part(_add_burn, operating, (*excluded, *revenue), (*constants, *certain))


def _add_burn(
    site: Site, operating: tuple[IntArray, ...], lowering: tuple[Flow, ...], constants: tuple[FixedFlow, ...]
) -> IntArray:
    """Net burn: operating outflow less revenue, never negative; `lowering` and `constants` are taken off it."""
    builder = site.builder
    scale = site.money / site.months
    taken_off = np.zeros(site.months)
    for constant in constants:
        taken_off += constant.amounts
    burn = site.monthly_columns("burn", unit=site.currency, sentence="Net burn of the month", scale=scale)
    rows = builder.add_rows(
        "Net burn",
        site.labels,
        unit=site.currency,
        sentence="burn covers spending (without bought GPUs and fees) less revenue; sales and rounds never lower it",
        lower=-taken_off,
        scale=scale,
    )
    builder.put(rows, burn, 1.0)
    for columns in operating:
        builder.put(rows, columns, -1.0)
    for flow in lowering:
        builder.put(rows[flow.months], flow.columns, flow.coefficients)

    none = np.empty(0, np.int64)
    months, moved, coefficients = joined(lowering) if lowering else (none, none, np.empty(0))
    size = site.months

    def exact_burn(point: FloatArray) -> None:
        outflow = sum((point[columns] for columns in operating), start=np.zeros(size))
        np.subtract.at(outflow, months, coefficients * point[moved])
        point[burn] = np.maximum(outflow - taken_off, 0.0)

    builder.repair(exact_burn)
    return burn


def _add_runway(
    site: Site,
    runway: Runway,
    cash: IntArray,
    burn: IntArray,
    tails: tuple[Flow, ...],
    fixed_tails: tuple[FixedFlow, ...],
) -> IntArray:
    builder, months = site.builder, site.months
    asked = np.asarray(runway.months)
    beyond = _add_burn_beyond(site, burn, tails, fixed_tails)
    rows = builder.add_rows(
        "Runway",
        site.labels,
        unit=site.currency,
        sentence=_sentence(runway.basis, runway.window, asked),
        lower=_opening_share(runway, asked) if runway.basis == "trailing" else 0.0,
        scale=site.money,
        group="runway.months",
    )
    builder.put(rows, cash, 1.0)
    if runway.basis == "trailing":
        window = runway.window
        for back in range(min(window, months)):
            builder.put(rows[back:], burn[: months - back], -asked[back:] / window)
        if runway.opening_burn is None:
            missing = np.maximum(window - np.arange(1, months + 1), 0)
            builder.put(rows, burn[0], -asked * missing / window)
    else:
        for month in range(months):
            whole = math.floor(asked[month])
            weights = np.append(np.ones(whole), asked[month] - whole)
            ahead = month + 1 + np.arange(len(weights))
            inside = ahead < months
            builder.put(rows[month], burn[ahead[inside]], -weights[inside])
            builder.put(rows[month], beyond, -float(weights[~inside].sum()))
    end = builder.add_rows(
        "Runway after the horizon",
        (site.labels[-1],),
        unit=site.currency,
        sentence="closing cash covers the burn that goes on after the last month",
        lower=0.0,
        scale=site.money,
        group="runway.months",
    )
    builder.put(end, cash[-1], 1.0)
    builder.put(end, beyond, -asked[-1])
    return np.concatenate([rows, end])


def _add_burn_beyond(
    site: Site, burn: IntArray, tails: tuple[Flow, ...], fixed_tails: tuple[FixedFlow, ...]
) -> IntArray:
    """Burn that goes on after the horizon: the last month's, or the last year's mean if more."""
    builder = site.builder
    scale = site.money / site.months
    beyond = builder.add_columns(
        "burn after the horizon",
        ("",),
        unit=site.currency,
        sentence="Net burn a month after the last month of the plan",
        scale=scale,
    )
    goes_on = _add_burn_that_goes_on(site, burn[-1], tails, fixed_tails)
    recent = np.append(burn[-HORIZON_WINDOW:-1], goes_on)
    rows = builder.add_rows(
        "Burn after the horizon",
        ("last month", "last year's mean"),
        unit=site.currency,
        sentence="what burns after the horizon is no less than what burnt before it",
        lower=0.0,
        scale=scale,
    )
    builder.put(rows, beyond, 1.0)
    builder.put(rows[0], goes_on, -1.0)
    builder.put(rows[1], recent, -1.0 / len(recent))

    def exact_beyond(point: FloatArray) -> None:
        point[beyond] = max(point[goes_on], float(point[recent].mean()))

    builder.repair(exact_beyond)
    return beyond


def _add_burn_that_goes_on(site: Site, last: int, tails: tuple[Flow, ...], fixed_tails: tuple[FixedFlow, ...]) -> int:
    """Burn of the last month without the tails of contracts, which are paid there once and for all."""
    fixed = sum(float(flow.amounts[-1]) for flow in fixed_tails)
    if not tails and fixed == 0.0:
        return int(last)
    builder = site.builder
    scale = site.money / site.months
    goes_on = builder.add_columns(
        "burn that goes on",
        (site.labels[-1],),
        unit=site.currency,
        sentence="Net burn of the last month without the tails of contracts",
        scale=scale,
    )
    rows = builder.add_rows(
        "Burn that goes on",
        (site.labels[-1],),
        unit=site.currency,
        sentence="what goes on is the last month's burn less what contracts owe beyond the plan",
        lower=-fixed,
        scale=scale,
    )
    builder.put(rows, goes_on, 1.0)
    builder.put(rows, last, -1.0)
    for flow in tails:
        builder.put(rows[0], flow.columns, flow.coefficients)

    def exact(point: FloatArray) -> None:
        paid = fixed + sum(float(flow.coefficients @ point[flow.columns]) for flow in tails)
        point[goes_on] = max(float(point[last]) - paid, 0.0)

    builder.repair(exact)
    return int(goes_on[0])


def _opening_share(runway: Runway, asked: FloatArray) -> FloatArray:
    """What the months before the plan, at `opening_burn`, ask of each month's cash."""
    if runway.opening_burn is None:
        return np.zeros(len(asked))
    missing = np.maximum(runway.window - np.arange(1, len(asked) + 1), 0)
    return asked * missing / runway.window * runway.opening_burn


def _sentence(basis: str, window: int, months: FloatArray) -> str:
    least, most = float(months.min()), float(months.max())
    asked = f"{least:g} months" if least == most else f"{least:g} to {most:g} months"
    if basis == "trailing":
        return f"cash covers {asked} of the mean net burn of the last {window} months"
    return f"cash in hand covers the net burn of the next {asked}, without any later round"
