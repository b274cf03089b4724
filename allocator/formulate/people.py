"""People: headcount, hiring with delay and ramp, leavers, pay, research effort."""

from __future__ import annotations

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import Frame, Site, leaving_share
from allocator.formulate.people_leaving import add_layoffs, add_retention
from allocator.plan.schema import Plan, Role

UNIT = "person"
YEAR = 12


def add_people(frame: Frame) -> None:
    """Add every role of the plan: headcount balances, their pay, and effective staff."""
    training = _last_training(frame.plan)
    for name, role in frame.plan.people.items():
        frame.part(_add_role, name, role, training)


def _last_training(plan: Plan) -> int | None:
    """The month at whose close the last training is ready to begin; None where staff may leave at the end.

    A model that counts for nothing would move the rule to the end of the plan and so switch it off.
    """
    if plan.plan.wind_down:
        return None
    return max(
        (model.ready for model in plan.models.values() if model.weight > 0.0 or model.target is not None), default=None
    )


def _add_role(site: Site, name: str, role: Role, training: int | None) -> None:
    builder, months = site.builder, site.months
    path = f"people.{name}"
    leaving = leaving_share(role.attrition)
    delay = role.hiring.delay
    last_order = max(months - delay, 0)
    typical = site.typical(path, max(1.0, role.now, float(np.max(role.max)) / 2))
    hires = site.monthly_columns(
        f"{path}.hired",
        unit=UNIT,
        sentence=f"People hired as {name}, by the month in which the hire is agreed",
        last=last_order,
        upper=np.inf if role.hiring.per_month is None else role.hiring.per_month,
        scale=np.where(site.whole(last_order), 1.0, typical / 4),
        integer=site.whole(last_order),
    )
    if role.hiring.per_month is not None:
        builder.group_bounds(
            f"{path}.hiring.per_month", f"at most {role.hiring.per_month:g} {name} are hired a month", hires
        )
    floor = headcount_floor(role, site.calendar.whole_months)
    heads = site.monthly_columns(
        f"{path}.headcount",
        unit=UNIT,
        sentence=f"Heads employed as {name} at the close of the month",
        lower=floor,
        upper=np.asarray(role.max),
        scale=typical,
    )
    if any(floor):
        builder.group_bounds(f"{path}.min", f"at least {_range(role.min)} {name}", heads, upper=np.asarray(role.max))
    builder.group_bounds(
        f"{path}.max",
        f"at most {_range(role.max)} {name}",
        heads,
        lower=floor,
    )
    opening = np.zeros(months)
    opening[0] = (1.0 - leaving) * role.now
    rows = site.balance(
        f"Headcount of {name}",
        heads,
        unit=UNIT,
        sentence=_sentence(role, leaving),
        right=opening,
        scale=typical,
    )
    builder.put(rows[1:], heads[:-1], -(1.0 - leaving))
    builder.put(rows[delay:], hires, -1.0)
    if role.retention is not None:
        builder.put(rows, add_retention(site, name, role, role.retention, heads, typical), -1.0)
    laid_off = None
    if role.severance is not None:
        anchor = None if training is None or role.contractor else max(1, training)
        laid_off = add_layoffs(site, name, role, role.severance, (heads, hires), typical, anchor)
        builder.put(rows, laid_off, 1.0)

    cost = np.asarray(role.salary)
    site.pay("people", name, "salary", heads, cost)
    if role.overhead:
        site.pay("people", name, "overhead", heads, cost * role.overhead)
    if role.hiring.cost:
        site.pay("people", name, "hiring", hires, role.hiring.cost, months=np.arange(delay, months))
    _add_effective(site, name, role, heads, hires, typical)
    if training is not None and not role.contractor and (role.attrition or laid_off is not None):
        _keep_staff(site, name, role, heads, laid_off, training)


def headcount_floor(role: Role, whole: int) -> FloatArray:
    """Least heads in each month, shape (T,).

    Nobody can arrive in the first `delay` months: heads there are what attrition leaves, and
    need no floor. Where somebody may be laid off they do, and it is at most what attrition leaves.
    Where people come whole the floor is short of one person: leavers are expected values, and a
    replacement comes when they add up to one.
    Who neither leaves nor can be laid off stays: a floor of no more needs no rule, whose price would say that fewer
    are possible.
    """
    floor = np.asarray(role.min, dtype=float).copy()
    if not role.attrition and role.severance is None:
        floor[floor <= role.now] = 0.0
    early = floor[: role.hiring.delay]
    left: FloatArray = np.zeros(len(early))
    if role.severance is not None:
        stays = 1.0 - leaving_share(role.attrition)
        left = np.asarray(role.now * stays ** np.arange(1, len(early) + 1), dtype=float)
    np.minimum(early, left, out=early)
    if role.attrition and whole:
        # The last whole order arrives `delay` months after the last whole month.
        until = whole + role.hiring.delay
        floor[:until] = np.maximum(floor[:until] - 1.0, 0.0)
    return floor


def _add_effective(site: Site, name: str, role: Role, heads: IntArray, hires: IntArray, typical: float) -> None:
    """Effective staff: heads less what arrivals of the last `ramp` months cannot yet do."""
    effective = site.monthly_columns(
        f"people.{name}.effective",
        unit=UNIT,
        sentence=f"Heads of {name} counted by how far they have ramped up",
        lower=-np.inf,
        scale=typical,
    )
    rows = site.balance(
        f"Effective {name}",
        effective,
        unit=UNIT,
        sentence="effective = heads less the part of recent arrivals that is still ramping",
        right=0.0,
        scale=typical,
    )
    site.builder.put(rows, heads, -1.0)
    ramp, delay = role.hiring.ramp, role.hiring.delay
    for since in range(ramp):
        missing = 1.0 - (since + 1) / (ramp + 1)
        shifted = hires[: max(len(hires) - since, 0)]
        site.builder.put(rows[delay + since : delay + since + len(shifted)], shifted, missing)


def _keep_staff(site: Site, name: str, role: Role, heads: IntArray, laid_off: IntArray | None, training: int) -> None:
    """A program would let its staff drain away once no research counts any more.

    That is when the last training begins: research counts only before. Where the first hire
    cannot have arrived by then, the rule holds from the month in which it can. It would also let
    them go a month or two before: so those laid off in the year up to then are to be kept too, in
    the share of that year in which they worked.
    """
    anchor = max(1, role.hiring.delay, training)
    if anchor >= site.months:
        return
    after = np.arange(anchor, site.months)
    whole = site.calendar.whole_months
    slack = np.where((whole > 0) & (after < whole + role.hiring.delay) & (role.attrition > 0.0), -1.0, 0.0)
    rows = site.builder.add_rows(
        f"Staff kept: {name}",
        site.labels[anchor:],
        unit=UNIT,
        sentence=f"{name} stay at least as many as when the last training begins",
        lower=slack,
        scale=max(1.0, role.now),
        group="plan.wind_down",
    )
    site.builder.put(rows, heads[after], 1.0)
    site.builder.put(rows, heads[anchor - 1], -1.0)
    if laid_off is not None:
        year = np.arange(max(anchor - YEAR, 0), anchor)
        worked = np.arange(len(year)) / len(year)
        for row in rows:
            site.builder.put(row, laid_off[year], -worked)


def _sentence(role: Role, leaving: float) -> str:
    kept = ", but for those who are kept," if role.retention is not None else ""
    laid_off = " and less those laid off" if role.severance is not None else ""
    return f"heads = last month's heads less leavers ({leaving + 0.0:.4%} of them){kept} plus arrivals{laid_off}"


def _range(values: tuple[float, ...]) -> str:
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
