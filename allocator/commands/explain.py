"""`allocator explain`: why there is no plan, and what repairs it most cheaply."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from allocator.commands.options import OutFiles, Output, OutputFormat, Overrides, PlanPath
from allocator.commands.repairing import Keep, show_repairs
from allocator.commands.running import read_plan


def explain(
    plan: PlanPath,
    overrides: Overrides = None,
    keep: Keep = None,
    solver: Annotated[
        str, typer.Option(metavar="NAME", help="auto, highs, cbc, scip, clarabel, scs, or cvxpy:NAME.")
    ] = "auto",
    gap: Annotated[float | None, typer.Option(help="As for solve.", show_default=False)] = None,
    time_limit: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Of each solve.", show_default=False)
    ] = None,
    form: OutputFormat = Output.TABLE,
    out: OutFiles = None,
    table: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only one table: repairs, conflict, arithmetic.", show_default=False),
    ] = None,
) -> int:
    """Say why no plan keeps all the rules, and which changes of the plan file repair it.

    Exit codes: 3 infeasible, with what repairs it; 2 wrong usage or plan, or a plan that needs no repair; 5 the
    solver is not installed or failed.
    """
    from allocator.report.files import check_outputs

    check_outputs(out or [], None if plan == "-" else Path(plan))
    loaded = read_plan(plan, overrides)
    from allocator.solve.options import Options

    return show_repairs(
        loaded, keep or (), Options(solver=solver, gap=gap, time_limit=time_limit), form, out or (), table
    )
