"""The second pass: the cheapest plan among those as good as the first pass's.

Optimal plans are not unique: an idle GPU, an early hire, an unneeded token cost no quality. The
curves decide the quality, so they are held where the first pass's plan has them, and whatever
that leaves open is made as cheap as it can be, in the same HiGHS, from the last basis. Nothing
that has a price moves, so that the first pass's prices are the reported plan's own.
"""

from __future__ import annotations

from allocator.solve.adapter import AnswerStatus
from allocator.solve.clock import Clock
from allocator.solve.incumbent import Incumbent, restored
from allocator.solve.master import Master
from allocator.solve.strict import misses, tighten

# The cheapest plan may be this much worse than the first pass's. Together with the first pass's
# gap that keeps it within 1e-6 of the optimum.
FLOOR_GIVE = 2e-7


def cheapest(master: Master, first: Incumbent, clock: Clock) -> tuple[Incumbent | None, str]:
    """The plan of least outflow whose true objective is that of `first`, and how it went.

    Parameters
    ----------
    master : Master
        The first pass's continuous program in HiGHS, with integers fixed.
    first : Incumbent
        The first pass's plan.
    clock : Clock

    Returns
    -------
    plan : Incumbent or None
        `first` itself where it is the cheapest; None where none was found that is as good to
        within `FLOOR_GIVE`; the message says why.
    """
    scaled = master.scaled
    last = None if master.answer is None else master.answer.x
    if last is not None and last is not first.point:
        # An earlier round's plan may be a little better than the last one's, but only that one stands at a basis.
        own = restored(scaled, last)
        if own is not None and own.objective >= first.objective - FLOOR_GIVE:
            first = own
    answer = master.least(first, scaled.outflow, time_limit=clock.left)
    if answer.x is first.point and answer.x is not None:
        return first, "the first pass's plan is the cheapest"
    if answer.status is not AnswerStatus.OPTIMAL or answer.x is None:
        return None, f"HiGHS ended with {answer.message}"
    how = "found on the optimal face" if master.answer is not None else "found"
    plan = restored(scaled, answer.x)
    if plan is not None and misses(master, plan):
        # Pinned columns have a little room, which is money where curves feed balances.
        tighten(master, plan)
        answer = master.least(first, scaled.outflow, time_limit=clock.left)
        plan = None if answer.x is None else restored(scaled, answer.x)
        if plan is None or misses(master, plan):
            return None, "the cheapest point spends what the curves' true values do not bring"
    if plan is None:
        return None, "the cheapest point does not hold once restored"
    if plan.objective < first.objective - FLOOR_GIVE:
        return None, f"the cheapest point is {first.objective - plan.objective:.1e} worse once restored"
    outflow = scaled.program.outflow
    if float(outflow @ plan.x) > float(outflow @ first.x):
        return first, "the first pass's plan is the cheapest"
    return plan, how
