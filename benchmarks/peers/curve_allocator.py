"""The curves in allocator's own program, solved to a certified gap by its engine."""

from __future__ import annotations

from allocator.formulate.curves import CurveKind
from allocator.formulate.program import Program, ProgramBuilder
from allocator.solve.engine import solve
from allocator.solve.options import Options

from .curves import CurveProblem, FloatArray, equal_split

# Asked for relative to what an equal split already wins, which is less than the optimum: the gap is no larger
# relative to the optimum.
RELATIVE_GAP = 1e-6


def build(problem: CurveProblem) -> Program:
    """Return `problem` as a program: one column of money and one of response for each curve, and the budget's row."""
    builder, labels = ProgramBuilder(), [f"channel {number}" for number in range(1, len(problem) + 1)]
    hyperbola = problem.family == "hyperbola"
    spend = builder.add_columns(
        "spend", labels, unit="USD", sentence="Money for a channel.", upper=problem.budget, scale=problem.half
    )
    response = builder.add_columns(
        "response",
        labels,
        unit="1",
        sentence="Response of a channel, as a share of its height.",
        upper=1.0 if hyperbola else (problem.budget / problem.half) ** problem.power,
    )
    budget = builder.add_rows(
        "Budget",
        [""],
        unit="USD",
        sentence="All channels together stay within the budget.",
        upper=problem.budget,
        scale=problem.budget / len(problem),
    )
    builder.put(budget, spend, 1.0)
    builder.add_curves(
        CurveKind.HYPERBOLA if hyperbola else CurveKind.POWER, spend, response, names=labels, exponent=problem.power
    )
    builder.maximise(response, problem.height)
    return builder.build()


def allocate(problem: CurveProblem, solver: str = "auto") -> tuple[FloatArray, str]:
    """Return the certified allocation and what its certificate says.

    Raises
    ------
    RuntimeError
        When there is no allocation.
    """
    gap = RELATIVE_GAP * problem.response(equal_split(problem))
    program = build(problem)
    solution = solve(program, Options(solver=solver, gap=gap))
    if solution.x is None or solution.gap is None or solution.objective is None:
        raise RuntimeError(f"no allocation: {solution.status}")
    proven = solution.gap / solution.objective
    said = f"{solution.status}, proven within {proven:.1e}, {solution.solver.rounds} rounds"
    return solution.x[program.column("spend").index], said
