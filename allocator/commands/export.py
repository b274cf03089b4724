"""`allocator export`: the program for another solver to read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from allocator.commands.options import Overrides, PlanPath, Scenarios
from allocator.commands.running import read_plan, say
from allocator.errors import UsageError

SUFFIXES = (".lp", ".mps")


def export(
    plan: PlanPath,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write, ending in .lp or .mps.")],
    overrides: Overrides = None,
    scenarios: Scenarios = None,
) -> None:
    """Write the program as .lp or .mps for another solver.

    Names are readable; the curves of the quality laws become tangents.
    """
    from allocator.report.files import check_suffix, check_writable

    check_suffix(out, SUFFIXES)
    check_writable(out, None if plan == "-" else Path(plan))
    loaded = read_plan(plan, overrides, scenarios)
    from allocator.session import Session

    problem = Session(loaded).to_pulp()
    try:
        if out.suffix.lower() == ".lp":
            problem.writeLP(str(out))
        else:
            problem.writeMPS(str(out))
    except OSError as error:
        raise UsageError(f"{out} could not be written: {error.strerror or error}") from error
    say(f"Wrote {out}: {problem.numVariables()} columns, {problem.numConstraints()} rows")
