"""`allocator bench`: how does it scale on this machine, with these solvers?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allocator.commands.options import Output, OutputFormat
from allocator.commands.running import say, terminal_width

if TYPE_CHECKING:
    from allocator.study.scaling import Study

PHASES = ["build", "solve", "certify", "whole-way"]
TIME_LIMIT = 60.0


def bench(
    solver: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="highs, cbc, clarabel, scs, cvxpy:NAME, or NAME=MODULE:FACTORY for an adapter of your own. "
            "May be given again; every installed one by default.",
        ),
    ] = None,
    size: Annotated[
        list[str] | None,
        typer.Option(
            metavar="N",
            help="A size, or START:STOP:COUNT. May be given again; those of the family by default.",
        ),
    ] = None,
    family: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="lab (default), startup, portfolio (of many models), whole-lab, whole-startup. May be given again.",
        ),
    ] = None,
    phase: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=f"{', '.join(PHASES)}. May be given again; all by default."),
    ] = None,
    repeat: Annotated[int, typer.Option(metavar="N", help="The median of so many repetitions is reported.")] = 3,
    time_limit: Annotated[
        float, typer.Option(metavar="SECONDS", help="Stop each repetition after so long.")
    ] = TIME_LIMIT,
    form: OutputFormat = Output.TABLE,
    out: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Also write a file: .csv .json .md .html .png .svg. May be given again."),
    ] = None,
) -> int:
    """Measure time and memory by size, and how fast they grow.

    Exit codes: 0 everything ran; 2 wrong usage; 4 some runs stopped at their limit; 5 a solver is not
    installed or failed.
    """
    _check_outputs(out or [])
    from allocator.study.scaling import plan_tasks, run_study

    tasks = plan_tasks(
        families=family or ["lab"],
        sizes=size or [],
        solvers=solver or [],
        phases=phase or PHASES,
        repeat=repeat,
        time_limit=time_limit,
    )
    with _counting(len(tasks)) as progress:
        study = run_study(tasks, progress)
    if study.interrupted:
        say(f"Stopped by the user after {len(study.rows)} of {study.planned} runs.")
    _print(study, form)
    for path in out or []:
        from allocator.report.scaling import write_study

        write_study(study, path)
        say(f"Wrote {path}")
    return int(study.exit_code)


def _check_outputs(paths: list[Path]) -> None:
    """Refuse every file that could not be written, before anything is measured."""
    from allocator.report.figure import check_can_draw
    from allocator.report.files import check_suffix, check_writable
    from allocator.report.scaling import PICTURES, SUFFIXES

    for path in paths:
        check_suffix(path, SUFFIXES)
        if path.suffix.lower() in PICTURES:
            check_can_draw(path)
        check_writable(path)


def _print(study: Study, form: Output) -> None:
    from allocator.report.scaling import study_json, study_markdown, study_text
    from allocator.report.tables import csv_text

    match form:
        case Output.JSON:
            text = study_json(study)
        case Output.CSV:
            text = csv_text(study.rows)
        case Output.MARKDOWN:
            text = study_markdown(study)
        case Output.TABLE:
            text = study_text(study, terminal_width())
    sys.stdout.write(text)


@contextmanager
def _counting(total: int) -> Iterator[Callable[[int, int, str], None] | None]:
    """Show runs done, their rate, the time left and what runs; nothing when not on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    speed = TextColumn("{task.fields[rate]}")
    columns = (BarColumn(), MofNCompleteColumn(), speed, TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=total, rate="")

        def show(done: int, _total: int, what: str) -> None:
            elapsed = progress.tasks[0].elapsed
            rate = f"{60 * done / elapsed:.0f} a minute" if done and elapsed else ""
            progress.update(bar, completed=done, description=what, rate=rate)

        yield show
