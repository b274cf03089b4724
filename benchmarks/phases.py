"""Finer phases than those of `allocator bench`, one driver each; importing this module registers them."""

from __future__ import annotations

from dataclasses import replace

from registry import phase

from allocator.formulate.build import formulate
from allocator.plan import load_plan
from allocator.solve.engine import solve
from allocator.study.scaling_phases import BUILT, Case, Driver, Outcome


@phase("load", "the plan's document", "a checked, resolved Plan", solver=False)
def load(case: Case) -> Driver:
    """Read and check."""
    document = case.document()

    def run() -> Outcome:
        load_plan(document)
        return Outcome(BUILT)

    return run


@phase("formulate", "a Plan", "the array program", solver=False)
def write(case: Case) -> Driver:
    """Write the program."""
    plan = load_plan(case.document())

    def run() -> Outcome:
        program = formulate(plan).program
        details = {"rows": program.n_rows, "columns": program.n_cols, "entries": int(program.matrix.nnz)}
        return Outcome(BUILT, details=details)

    return run


@phase("first-pass", "the program", "a point with a proven gap, the cheapest equal plan not looked for")
def first_pass(case: Case) -> Driver:
    """Solve for quality alone."""
    program = case.written(case.document()).program
    options = replace(case.options, second_pass=False)

    def run() -> Outcome:
        solution = solve(program, options)
        report = solution.solver
        details = {name: getattr(report, name) for name in ("rounds", "cuts", "iterations", "nodes")}
        return Outcome(str(solution.status), solution.gap, report.version, details=details)

    return run
