"""The second pass: the cheapest plan among those as good as the first pass's.

On linear cuts only: interior points end almost solved where plans are equally good.
"""

from __future__ import annotations

from allocator.solve.adapter import AnswerStatus
from allocator.solve.cuts import violated_cuts
from allocator.solve.highs import HighsSolver
from allocator.solve.incumbent import Incumbent, restored
from allocator.solve.master import Clock, Master

# The plan may be this much worse than the first pass's, and miss that floor by this much.
# Together with the first pass's gap that keeps the plan within 1e-6 of the optimum.
FLOOR_GIVE = 2e-7
FLOOR_MISS = 5e-8
_MAX_ROUNDS = 40


def cheapest(master: Master, first: Incumbent, clock: Clock) -> tuple[Incumbent | None, str]:
    """The plan of least outflow whose true objective keeps the floor, and how it went.

    Parameters
    ----------
    master : Master
        The first pass's continuous program in HiGHS, with integers fixed; it is changed
        into the second pass's.
    first : Incumbent
        The first pass's plan.
    clock : Clock

    Returns
    -------
    plan : Incumbent or None
        None where no plan within `FLOOR_MISS` of the floor was found; the message says why.
    """
    solver = master.solver
    if not isinstance(solver, HighsSolver):
        raise TypeError("the second pass runs in HiGHS")
    scaled = master.scaled
    floor = first.objective - FLOOR_GIVE
    solver.add_row(scaled.cost, floor, float("inf"))
    solver.set_cost(-scaled.outflow)
    return cheapen(master, floor, clock)


def cheapen(master: Master, floor: float, clock: Clock) -> tuple[Incumbent | None, str]:
    """The plan of least outflow in a `master` that already is the second pass's; see `cheapest`."""
    scaled = master.scaled
    for round_number in range(1, _MAX_ROUNDS + 1):
        answer = master.solve(time_limit=clock.left)
        if answer.status is not AnswerStatus.OPTIMAL or answer.x is None:
            return None, f"HiGHS ended with {answer.message} in round {round_number}"
        plan = restored(scaled, answer.x)
        if plan is not None and plan.objective >= floor - FLOOR_MISS:
            return plan, f"{round_number} rounds"
        cuts = violated_cuts(scaled.curves, answer.x)
        if len(cuts) == 0:
            return None, f"the restored plan misses the floor in round {round_number}, and no cut is left to add"
        if clock.over:
            return None, f"time limit after {round_number} rounds"
        master.add(cuts)
    return None, f"not within {FLOOR_MISS:g} of the floor after {_MAX_ROUNDS} rounds"
