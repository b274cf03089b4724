"""The command line: one thin command a file of `allocator.commands`, everything heavy imported inside."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from allocator import __version__
from allocator.commands.alternatives import alternatives
from allocator.commands.bench import bench
from allocator.commands.check import check
from allocator.commands.compare import compare
from allocator.commands.diagnose import diagnose
from allocator.commands.explain import explain
from allocator.commands.export import export
from allocator.commands.frontier import frontier
from allocator.commands.laws import laws
from allocator.commands.new import new
from allocator.commands.require import require
from allocator.commands.running import guarded
from allocator.commands.schema import schema
from allocator.commands.sensitivity import sensitivity
from allocator.commands.solve import solve
from allocator.commands.solvers import solvers
from allocator.commands.sweep import sweep

app = typer.Typer(
    name="allocator",
    help="Plan the capital of an AI company: compute, data, people and cash, month by month, to a proven optimum.",
    epilog="To begin: allocator new",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
# In the order of `allocator --help`.
COMMANDS = (
    solve,
    explain,
    require,
    frontier,
    sensitivity,
    sweep,
    alternatives,
    compare,
    diagnose,
    check,
    new,
    laws,
    solvers,
    schema,
    export,
    bench,
)
for command in COMMANDS:
    app.command(command.__name__)(guarded(command))


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"allocator {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Plan the capital of an AI company: compute, data, people and cash, month by month, to a proven optimum."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; see `allocator.errors.ExitCode`.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process by default.
    """
    for stream in (sys.stdout, sys.stderr):
        # A plan named in another script must not fail on a terminal that cannot show it.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app(args=None if argv is None else list(argv), prog_name="allocator")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    finally:
        if argv is None:
            # The process ends with its command. A last search for garbage through everything that was imported takes
            # an eighth of the time of a small solve, and frees what is freed anyway.
            gc.freeze()
    return 0
