"""`allocator alternatives`: what else is nearly as good?"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allocator.commands.options import OutFiles, Output, OutputFormat, Overrides, PlanPath, Scenarios, TimeLimit
from allocator.commands.running import counting, loading, read_plan, say, say_missing
from allocator.commands.sensitivity import read_share

if TYPE_CHECKING:
    from allocator.study.alternatives import Alternatives


def alternatives(
    plan: PlanPath,
    within: Annotated[
        str, typer.Option(metavar="SHARE", help="How much of the reducible loss may be given up: 0.01 or 1%.")
    ] = "1%",
    plans: Annotated[int, typer.Option(min=0, max=20, help="How many different plans to show.")] = 3,
    overrides: Overrides = None,
    scenarios: Scenarios = None,
    solver: Annotated[str, typer.Option(metavar="NAME", help="auto, highs, cbc, clarabel, scs.")] = "auto",
    time_limit: TimeLimit = None,
    form: OutputFormat = Output.TABLE,
    out: OutFiles = None,
) -> int:
    """Show how free the plan is: the least and most of everything among plans nearly as good.

    Exit codes: 0 done; 2 wrong usage or plan; 3 the plan is infeasible; 4 stopped by the time limit, what was found is
    given; 5 the solver is not installed or failed.
    """
    from allocator.report.files import check_outputs

    check_outputs(out or [], None if plan == "-" else Path(plan))
    share = read_share("--within", within)
    loaded = read_plan(plan, overrides, scenarios)
    with loading():
        from allocator.solve.options import Options
        from allocator.study.alternatives import alternatives as look

    options = Options(solver=solver, time_limit=time_limit).started()
    with counting(f"Solving {loaded.plan.name}", "solves") as progress:
        found = look(loaded, within=share, plans=plans, options=options, progress=progress)
    say_missing(found.missing, form)
    _print(found, form)
    for path in out or []:
        from allocator.report.table_files import write_table

        write_table(found.ranges, path, loaded.plan.currency, document=_document(found))
        say(f"Wrote {path}")
    return int(found.exit_code)


def _document(found: Alternatives) -> str:
    document = {
        "within": found.within,
        "measure": found.measure,
        "value": found.value,
        "floor": found.floor,
        "ranges": list(found.ranges),
        "plans": list(found.plans),
        "reached": list(found.reached),
        "missing": list(found.missing),
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _print(found: Alternatives, form: Output) -> None:
    if form is Output.JSON:
        sys.stdout.write(_document(found))
        return
    if form is Output.CSV:
        from allocator.report.tables import Format, render_table

        sys.stdout.write(render_table(found.ranges, Format.CSV))
        return
    from allocator.report.alternatives import alternatives_grids

    grids = alternatives_grids(found)
    if form is Output.MARKDOWN:
        from allocator.report.markdown import grid_markdown

        sys.stdout.write("\n".join(grid_markdown(grid) for grid in grids))
    else:
        from allocator.report.terminal import grid_lines, write_lines

        for number, grid in enumerate(grids):
            write_lines([*([("", "")] if number else []), *grid_lines(grid)], sys.stdout)
