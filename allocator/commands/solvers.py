"""`allocator solvers`: which are installed, and what each is for."""

from __future__ import annotations

import sys

from allocator.commands.options import Output, OutputFormat
from allocator.commands.running import terminal_width


def solvers(form: OutputFormat = Output.TABLE) -> None:
    """List the solvers: version, and what each is for."""
    from allocator.report.tables import Format, render_table
    from allocator.result.table import table
    from allocator.solve.choose import available_solvers

    rows = [
        (info.name, _version(info.name, info.version) or "not installed", info.package, info.kinds, info.note)
        for info in available_solvers()
    ]
    columns = ["solver", "version", "package", "programs", "what for"]
    sys.stdout.write(render_table(table("solvers", columns, rows), Format(form), width=terminal_width()))


def _version(name: str, of_package: str) -> str:
    """The version of the solver itself; CBC has one of its own inside PuLP."""
    if name != "cbc" or not of_package:
        return of_package
    from allocator.solve.cbc import CbcSolver

    return CbcSolver().version
