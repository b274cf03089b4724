"""`allocator sensitivity`: which numbers of the plan matter?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from allocator.commands.options import OutFiles, Output, OutputFormat, Overrides, PlanPath, Scenarios, TimeLimit
from allocator.commands.running import counting, loading, read_plan, say, say_missing
from allocator.errors import UsageError

if TYPE_CHECKING:
    from allocator.result.summary import Grid
    from allocator.result.table import Table


def sensitivity(
    plan: PlanPath,
    by: Annotated[str, typer.Option(metavar="SHARE", help="How far each number moves: 0.1 or 10%.")] = "10%",
    field: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            help="Only these numbers: a path or a section, such as compute. May be given again.",
        ),
    ] = None,
    span: Annotated[
        list[str] | None,
        typer.Option("--range", metavar="FIELD=LOW:HIGH", help="A field's own range, in place of --by."),
    ] = None,
    sobol: Annotated[
        bool,
        typer.Option("--sobol", help="Draw all fields of --range at once, and share out the variance (Sobol indices)."),
    ] = False,
    samples: Annotated[int, typer.Option(help="Of --sobol: a power of two; times (fields + 2) solves.")] = 64,
    seed: Annotated[int, typer.Option(help="Of --sobol.")] = 0,
    top: Annotated[int, typer.Option(help="How many numbers are shown.")] = 15,
    overrides: Overrides = None,
    scenarios: Scenarios = None,
    solver: Annotated[str, typer.Option(metavar="NAME", help="auto, highs, cbc, clarabel, scs.")] = "auto",
    time_limit: TimeLimit = None,
    form: OutputFormat = Output.TABLE,
    out: OutFiles = None,
) -> int:
    """Move every number of the plan down and up, and show which matter most.

    Exit codes: 0 done; 2 wrong usage or plan; 3 the plan is infeasible; 4 stopped by the time limit, what was measured
    is given; 5 the solver is not installed or failed.
    """
    from allocator.report.files import check_outputs

    check_outputs(out or [], None if plan == "-" else Path(plan))
    share, ranges = read_share("--by", by), _ranges(span or [])
    if sobol and field:
        raise UsageError("--sobol draws the fields of --range; leave out --field")
    loaded = read_plan(plan, overrides, scenarios)
    with loading():
        from allocator.report.sensitivity import sobol_grid, tornado_grid
        from allocator.solve.options import Options
        from allocator.study.sensitivity import sensitivity as move
        from allocator.study.sensitivity import sobol as share_out

    options, code = Options(solver=solver, time_limit=time_limit).started(), 0
    with counting(f"Solving {loaded.plan.name}", "solves" if sobol else "numbers") as progress:
        if sobol:
            drawn = share_out(loaded, ranges, samples=samples, seed=seed, options=options, progress=progress)
            table, grid = drawn.table, sobol_grid(drawn)
        else:
            ends = {name: (each.at(0.0), each.at(1.0)) for name, each in ranges.items()}
            moved = move(loaded, by=share, fields=field, ranges=ends, options=options, progress=progress)
            table, grid, code = moved.table, tornado_grid(moved, top), int(moved.exit_code)
    if not sobol:
        say_missing(moved.missing, form)
    _print(table, grid, form)
    for path in out or []:
        from allocator.report.table_files import write_table

        write_table(table, path, loaded.plan.currency)
        say(f"Wrote {path}")
    return code


def read_share(option: str, text: str) -> float:
    """Read a share as people write it, 0.1 or 10%; raises `UsageError` with the option's name."""
    number = text.strip().removesuffix("%").strip()
    try:
        value = float(number) / (100.0 if text.strip().endswith("%") else 1.0)
    except ValueError:
        raise UsageError(f"{option} {text}: a share is written 0.1 or 10%") from None
    if not 0.0 < value < 1.0:
        raise UsageError(f"{option} {text}: the share must be above 0 and below 1, such as 10%")
    return value


def _ranges(texts: list[str]) -> dict[str, Any]:
    if not texts:
        return {}
    from allocator.study.vary import read_vary

    try:
        return read_vary(texts, sampled=True)
    except UsageError as error:
        raise UsageError(str(error).replace("--vary", "--range")) from None


def _print(table: Table, grid: Grid, form: Output) -> None:
    from allocator.report.tables import Format, render_table

    if form in (Output.JSON, Output.CSV):
        sys.stdout.write(render_table(table, Format(form)))
    elif form is Output.MARKDOWN:
        from allocator.report.markdown import grid_markdown

        sys.stdout.write(grid_markdown(grid))
    else:
        from allocator.report.terminal import grid_lines, write_lines

        write_lines(grid_lines(grid), sys.stdout)
