"""People who leave: leavers that money keeps, and layoffs with severance."""

from __future__ import annotations

import numpy as np

from allocator.formulate.curves import IntArray
from allocator.formulate.frame import Site, leaving_share
from allocator.plan.schema import Retention, Role

UNIT = "person"


def add_retention(site: Site, name: str, role: Role, retention: Retention, heads: IntArray, typical: float) -> IntArray:
    """Columns of leavers who are kept, shape (T,): each costs ``1 / keeps``, in the month.

    What is paid follows from who is kept, so that nothing is paid where nobody would leave, and who is
    kept would have left: keeping is no hiring.
    """
    builder, path = site.builder, f"people.{name}"
    keepable = leaving_share(role.attrition) - leaving_share(retention.least_attrition)
    kept = site.monthly_columns(
        f"{path}.kept",
        unit=UNIT,
        sentence=f"Leavers of {name} who are kept by retention spending in the month",
        upper=retention.keeps * retention.max,
        scale=max(keepable * typical, 1e-6),
    )
    builder.group_bounds(f"{path}.retention", f"at most {retention.max:,.6g} {site.currency} a month keep {name}", kept)
    right = np.zeros(site.months)
    right[0] = keepable * role.now
    rows = builder.add_rows(
        f"Leavers kept: {name}",
        site.labels,
        unit=UNIT,
        sentence=f"kept are at most {keepable:.4%} of last month's heads, those who would leave and can be kept",
        upper=right,
        scale=max(keepable * typical, 1e-6),
    )
    builder.put(rows, kept, 1.0)
    builder.put(rows[1:], heads[:-1], -keepable)
    site.pay("people", name, "retention", kept, 1.0 / retention.keeps)
    return kept


def add_layoffs(
    site: Site,
    name: str,
    role: Role,
    severance: float,
    staff: tuple[IntArray, IntArray],
    typical: float,
    anchor: int | None,
) -> IntArray:
    """Columns of persons laid off, shape (T,).

    Parameters
    ----------
    site : Site
    name : str
    role : Role
    severance : float
        Months of salary that are paid in the month of leaving.
    staff : (heads, hires)
        Columns of heads, shape (T,), and of hires, by the month they are agreed.
    typical : float
        A typical number of heads.
    anchor : int or None
        The month in which the last training is ready to begin: from it on nobody is laid off, or a program
        would dismiss its staff for the months after the plan. None where anybody may go.
    """
    builder, path = site.builder, f"people.{name}"
    heads, hires = staff
    months, whole = np.arange(1, site.months + 1), site.whole()
    laid_off = site.monthly_columns(
        f"{path}.laid-off",
        unit=UNIT,
        sentence=f"People laid off as {name}, who leave before the month's pay",
        upper=np.inf if anchor is None else np.where(months < anchor, np.inf, 0.0),
        scale=np.where(whole, 1.0, typical / 4),
        integer=whole,
    )
    if anchor is not None:
        builder.group_bounds("plan.wind_down", f"nobody of {name} is laid off once the last training begins", laid_off)
    site.pay("people", name, "severance", laid_off, np.asarray(role.salary) * severance)
    ramp, delay, stays = role.hiring.ramp, role.hiring.delay, 1.0 - leaving_share(role.attrition)
    if ramp:
        rows = builder.add_rows(
            f"Trained before laid off: {name}",
            site.labels,
            unit=UNIT,
            sentence=f"who still ramps up is not laid off: heads are at least what stayed of {ramp} months of arrivals",
            lower=0.0,
            scale=typical,
        )
        builder.put(rows, heads, 1.0)
        for since in range(ramp):
            shifted = hires[: max(len(hires) - since, 0)]
            builder.put(rows[delay + since : delay + since + len(shifted)], shifted, -(stays**since))
    return laid_off
