"""`allocator sweep`: one plan solved for many values of some of its fields."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from allocator.commands.options import OutFiles, Output, OutputFormat, Overrides, PlanPath, Scenarios
from allocator.commands.running import counting, read_plan, say, terminal_width
from allocator.errors import PlanError, UsageError

if TYPE_CHECKING:
    from allocator.plan import Plan
    from allocator.result.table import Table
    from allocator.study.points import Mode
    from allocator.study.sweep import Sweep

_REASON_WIDTH = 100
_NO_ANSWER = ("infeasible", "refused", "stopped", "failed")


def sweep(
    plan: PlanPath,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=VALUES",
            help="A field of the plan and its values, start:stop:count[:log] or v1,v2,v3: plan.cash=4M:8M:5. "
            "Given again, all combinations are solved.",
        ),
    ] = None,
    together: Annotated[
        bool, typer.Option("--zip", help="Take the values of all --vary side by side instead of combining them.")
    ] = False,
    samples: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Draw N points from ranges, FIELD=low:high[:log], spread evenly (Latin hypercube).",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the drawn points: the same seed draws the same.")] = 0,
    listed: Annotated[
        Path | None,
        typer.Option(
            "--points", metavar="FILE", help="A CSV with a column a field and a line a point.", show_default=False
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a sweep that was cut off; it is found beside --out.")
    ] = False,
    overrides: Overrides = None,
    scenarios: Scenarios = None,
    parallel: Annotated[int, typer.Option(metavar="N", help="Processes on this machine.")] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Solve on a cluster: dask://host:8786, ray://host:10001.", show_default=False),
    ] = None,
    solver: Annotated[
        str, typer.Option(metavar="NAME", help="auto, highs, cbc, clarabel, scs, or cvxpy:NAME.")
    ] = "auto",
    gap: Annotated[
        float | None,
        typer.Option(help="Of each point: stop when the plan is proven this near the best.", show_default=False),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="Of each point: stop it after so long; the sweep has no limit.", show_default=False
        ),
    ] = None,
    form: OutputFormat = Output.TABLE,
    out: OutFiles = None,
) -> int:
    """Solve a plan for many values of some of its fields.

    Exit codes: 0 solved, also where some points are infeasible or refused; 2 wrong usage or plan, or every point
    refused; 3 every point infeasible; 4 some stopped early, or Ctrl-C: what is finished is given; 5 some failed.
    """
    from allocator.report.files import check_outputs
    from allocator.report.table_files import write_table
    from allocator.solve.options import Options

    check_outputs(out or [], None if plan == "-" else Path(plan))
    options = Options(solver=solver, gap=gap, time_limit=time_limit)
    values, mode = _asked(vary or [], together, samples, listed)
    journal = _journal(out or [], resume)
    loaded = read_plan(plan, overrides, scenarios)
    from allocator.study.sweep import sweep as solve_all

    try:
        # A thread that draws would keep the quick way to start processes from being safe.
        with counting(f"Solving {loaded.plan.name}", "points", in_thread=False) as progress:
            found = solve_all(
                loaded,
                values,
                mode=mode,
                samples=samples,
                seed=seed,
                options=options,
                parallel=parallel,
                cluster=cluster,
                progress=progress,
                journal=journal,
                resume=resume,
            )
    except PlanError as error:
        raise _as_vary(error) from None
    _say_without(found)
    _print(found, loaded, form)
    for path in out or []:
        shown = _for_people(found) if path.suffix.lower() in (".md", ".html") else found.table
        write_table(shown, path, loaded.plan.currency, document=_document(found))
        say(f"Wrote {path}")
    if journal is not None and found.interrupted:
        say(f"Finished points are kept in {journal}; --resume goes on with the others")
    elif journal is not None:
        journal.unlink(missing_ok=True)
    return int(found.exit_code)


def _asked(vary: list[str], together: bool, samples: int | None, listed: Path | None) -> tuple[dict[str, Any], Mode]:
    """The values of each field, and how they are put together."""
    from allocator.study.points import read_points
    from allocator.study.vary import read_vary

    ways = {"--points": listed is not None, "--zip": together, "--samples": samples is not None}
    given = [name for name, asked in ways.items() if asked]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} say different things of which points are meant; give one of them")
    if listed is not None:
        if vary:
            raise UsageError("--points has all fields and values; put those of --vary into it, or leave it out")
        return read_points(listed), "zip"
    if samples is not None:
        return read_vary(vary, sampled=True), "sample"
    return read_vary(vary, combined=not together), "zip" if together else "grid"


def _journal(out: list[Path], resume: bool) -> Path | None:
    """Where points are written as they are finished: beside the first file that a table goes to."""
    for path in out:
        if path.suffix.lower() in (".csv", ".parquet", ".json"):
            return path.with_name(f"{path.stem}.partial.csv")
    if resume:
        raise UsageError(
            "--resume needs the file of the sweep that was cut off; give the same --out FILE.csv or .parquet"
        )
    return None


def _as_vary(error: PlanError) -> PlanError:
    """The same mistakes, found at the option that was given."""
    from dataclasses import replace

    return PlanError([replace(each, file=each.file.replace("--set ", "--vary ", 1)) for each in error.problems])


def _print(found: Sweep, plan: Plan, form: Output) -> None:
    from allocator.report.table_files import flat
    from allocator.report.tables import Format, render_table

    if form is Output.JSON:
        sys.stdout.write(_document(found))
        return
    shown = flat(found.table) if form is Output.CSV else _for_people(found)
    sys.stdout.write(render_table(shown, Format(form), plan.plan.currency, terminal_width()))


def _document(found: Sweep) -> str:
    """The sweep as JSON."""
    from allocator.report.cells import raw

    document = {
        "status": "interrupted" if found.interrupted else "complete",
        "vary": found.vary,
        "points": [{name: raw(value) for name, value in row.items()} for row in found.table],
        "seconds": found.seconds,
        "scenarios": list(found.plan.applied),
        "plan": {"name": found.plan.plan.name, "sha256": found.plan.sha256()},
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _for_people(found: Sweep) -> Table:
    """The columns that people compare, and one line of each reason where there is no answer."""
    from allocator.report.layout import shorten
    from allocator.result.table import table

    models = [name for name in found.table.columns if name.startswith("models.")]
    columns = [*found.vary, "status", *models, "closing_cash", "least_runway"]
    without = any(row["status"] in _NO_ANSWER for row in found.table)
    records = []
    for row in found.table:
        record = [row[name] for name in columns]
        if without:
            record.append(shorten(row["reason"], _REASON_WIDTH) if row["status"] in _NO_ANSWER else "")
        records.append(record)
    return table("sweep", [*columns, "reason"] if without else columns, records)


def _say_without(found: Sweep) -> None:
    """Warn of points that have no answer."""
    if found.interrupted:
        say("Stopped by the user; what is finished follows")
    counts = Counter(row["status"] for row in found.table if row["status"] in _NO_ANSWER)
    if counts:
        listed = ", ".join(f"{count:,} {status}" for status, count in counts.items())
        say(f"warning: {counts.total():,} of {len(found):,} points have no answer: {listed}; their `reason` says why")
