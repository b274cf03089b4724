"""What every command does around its work: errors to exit codes, plans read, progress shown."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import typer

from allocator.errors import AllocatorError, LawError, PlanError

if TYPE_CHECKING:
    from allocator.plan import Plan

STDIN = "<stdin>"
# What shells report for a process that an interrupt, or a closed pipe, ended.
INTERRUPTED = 130
PIPE_CLOSED = 141
_SECONDS_A_FRAME = 0.1

Arguments = ParamSpec("Arguments")


def guarded(command: Callable[Arguments, int | None]) -> Callable[Arguments, None]:
    """Turn a command's answer and its errors into exit codes; a user's mistake never shows a traceback.

    Parameters
    ----------
    command : callable
        Returns an exit code, or None for success.
    """

    @wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            code = int(command(*args, **kwargs) or 0)
            sys.stdout.flush()
        except AllocatorError as error:
            say_error(error)
            code = int(error.exit_code)
        except KeyboardInterrupt:
            say("Stopped by the user before there was a plan.")
            code = INTERRUPTED
        except BrokenPipeError:
            # The reader has what it wanted; the interpreter's own flush at the end must find a place to write.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = PIPE_CLOSED
        raise typer.Exit(code)

    return run


def say(text: str) -> None:
    """Write one line to standard error."""
    print(text, file=sys.stderr)


def say_error(error: AllocatorError) -> None:
    """Write an error to standard error, with a count where there are several mistakes."""
    if isinstance(error, PlanError | LawError) and len(error.problems) > 1:
        say(f"error: {len(error.problems)} mistakes")
        say(str(error))
    else:
        say(f"error: {error}")


def say_warnings(warnings: Sequence[str]) -> None:
    """Write each warning on a line of its own to standard error."""
    for warning in warnings:
        say(f"warning: {warning}")


def say_missing(missing: Sequence[str], form: str) -> None:
    """Warn of what there was no time for, where a page of text does not say it itself."""
    if form in ("csv", "json"):
        say_warnings(missing)


def read_plan(source: str, overrides: Sequence[str] | None, scenarios: Sequence[str] | None = None) -> Plan:
    """Read a plan from a file, or from standard input when `source` is ``-``, with scenarios laid over it.

    Raises
    ------
    PlanError
        With every mistake of the plan.
    """
    with loading():
        from allocator.plan import load_plan

    if source != "-":
        return load_plan(source, overrides=overrides or (), scenarios=scenarios or ())
    return load_plan(standard_input(), overrides=overrides or (), scenarios=scenarios or (), file=STDIN)


def standard_input() -> dict[str, Any]:
    """The document on standard input; its mistakes are said as those of a file."""
    from dataclasses import replace
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from allocator.plan.reading import read_file

    with TemporaryDirectory() as folder:
        path = Path(folder, "plan.toml")
        path.write_bytes(sys.stdin.buffer.read())
        try:
            document, _ = read_file(path)
        except PlanError as error:
            raise PlanError([replace(problem, file=STDIN) for problem in error.problems]) from None
    return document


def terminal_width() -> int | None:
    """Columns of the terminal; None where output is piped and nothing is shortened."""
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


@contextmanager
def loading() -> Iterator[None]:
    """Import without collecting garbage: thousands of functions and classes are made, and nothing is thrown away."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def working(task: str) -> Iterator[None]:
    """Show a spinner and the time that has passed while the body runs; nothing when not on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(task, total=None)
        yield


@contextmanager
def counting(task: str, unit: str, *, in_thread: bool = True) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar with how much of a study is done, the rate and the time left; nothing when not on a terminal.

    Parameters
    ----------
    task, unit : str
        What is done, and what is counted: ``points``.
    in_thread : bool
        Whether a thread may draw, also between two steps; otherwise each step does.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        *((TimeElapsedColumn(),) if in_thread else ()),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=in_thread) as bar:
        number = bar.add_task(task, total=None, rate=unit)
        began = drawn = time.monotonic()

        def progress(done: int, of: int) -> None:
            nonlocal drawn
            now = time.monotonic()
            rate = f"{done / (now - began):.1f} {unit}/s" if now - began < done else unit
            bar.update(number, completed=done, total=of, rate=rate)
            if not in_thread and (now - drawn >= _SECONDS_A_FRAME or done == of):
                bar.refresh()
                drawn = now

        yield progress
