"""`allocator frontier`: quality against runway, capital, time or another model."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allocator.commands.options import OutFiles, Output, OutputFormat, Overrides, PlanPath, Scenarios, TimeLimit
from allocator.commands.running import counting, loading, read_plan, say, say_missing
from allocator.errors import UsageError

if TYPE_CHECKING:
    from allocator.study.frontier import Frontier


def frontier(
    plan: PlanPath,
    against: Annotated[
        str, typer.Option(metavar="WHAT", help="capital, runway, time, or weight of two models.")
    ] = "runway",
    span: Annotated[
        str | None,
        typer.Option(
            metavar="LOW:HIGH",
            help="Between which values: 0:12 months, 40M:160M of cash, -6:6 months of every deadline, 0.1:0.9.",
            show_default=False,
        ),
    ] = None,
    points: Annotated[int, typer.Option(help="At most so many points, where the curve bends.")] = 13,
    overrides: Overrides = None,
    scenarios: Scenarios = None,
    solver: Annotated[str, typer.Option(metavar="NAME", help="auto, highs, cbc, clarabel, scs.")] = "auto",
    time_limit: TimeLimit = None,
    form: OutputFormat = Output.TABLE,
    out: OutFiles = None,
) -> int:
    """Trace the best quality against something it costs, with the exchange rate at each point.

    Exit codes: 0 traced; 2 wrong usage or plan; 3 no point has a plan; 4 stopped by the time limit, what was traced is
    given; 5 the solver is not installed or failed.
    """
    from allocator.report.files import check_outputs

    check_outputs(out or [], None if plan == "-" else Path(plan))
    loaded = read_plan(plan, overrides, scenarios)
    low, high = _span(span, loaded.plan.currency)
    with loading():
        from allocator.solve.options import Options
        from allocator.study.frontier import frontier as trace

    options = Options(solver=solver, time_limit=time_limit).started()
    with counting(f"Tracing {loaded.plan.name}", "points") as progress:
        found = trace(loaded, against, low=low, high=high, points=points, options=options, progress=progress)
    say_missing(found.missing, form)
    _print(found, form)
    for path in out or []:
        from allocator.report.table_files import write_table

        write_table(found.table, path, loaded.plan.currency, document=_document(found))
        say(f"Wrote {path}")
    return int(found.exit_code)


def _span(text: str | None, currency: str) -> tuple[float | None, float | None]:
    if text is None:
        return None, None
    from allocator.plan.units import Currency, read_number
    from allocator.plan.values import MONEY, PLAIN
    from allocator.plan.wrong import WrongValueError

    low, colon, high = text.partition(":")
    code = Currency.parse(currency)
    ends = []
    for end in (low.strip(), high.strip()):
        for wanted in (PLAIN, MONEY):
            try:
                value: object = float(end.replace("_", ""))
            except ValueError:
                value = end
            try:
                ends.append(read_number(value, wanted, code))
                break
            except WrongValueError:
                continue
    if not colon or len(ends) != 2:
        raise UsageError(f"--span {text}: a span is LOW:HIGH, two numbers, such as 0:12 or 40M:160M")
    return ends[0], ends[1]


def _document(found: Frontier) -> str:
    from allocator.report.cells import raw

    document = {
        "against": found.against,
        "unit": found.unit,
        "measure": found.measure,
        "most": found.most,
        "missing": list(found.missing),
        "points": [{name: raw(value) for name, value in row.items()} for row in found.table],
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _print(found: Frontier, form: Output) -> None:
    from allocator.report.tables import Format, render_table

    if form is Output.JSON:
        sys.stdout.write(_document(found))
    elif form is Output.CSV:
        sys.stdout.write(render_table(found.table, Format.CSV))
    else:
        from allocator.report.frontier import frontier_grid
        from allocator.report.markdown import grid_markdown
        from allocator.report.terminal import grid_lines, write_lines

        grid = frontier_grid(found)
        if form is Output.MARKDOWN:
            sys.stdout.write(grid_markdown(grid))
        else:
            write_lines(grid_lines(grid), sys.stdout)
