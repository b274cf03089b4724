"""Why an offer, a source or a role is not used, and at what price it would be.

The price is moved in every month by the same factor, on a live session, until the certified plan begins to use it:
what is returned was seen to be used at one price and not at one a little above.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from allocator.errors import AllocatorError, StoppedError
from allocator.plan import Plan
from allocator.plan.wording import money
from allocator.result.decisions import Decisions
from allocator.result.table import Table, table
from allocator.session import Session
from allocator.solve.clock import Clock
from allocator.solve.neighbours import PRICE_GAP
from allocator.solve.options import Options
from allocator.solve.solution import Status
from allocator.study.asked import TIME_UP

# Below a tenth a program would be scaled anew; the two prices lie within half a per cent.
LOWEST = 0.101
CLOSE = 1.005
# Of a typical amount: what a tolerance leaves.
_NOTHING = 1e-7
COLUMNS = ("section", "item", "unit", "price", "break_even", "not_at", "share", "found")
FOUND, NEVER = "break-even", "not even at a tenth of its price"
PARTS = "parts of a unit would be, but no whole one is"
RELAXED = ", with units relaxed"
UNMEASURED = f"unavailable ({TIME_UP})"


@dataclass(frozen=True)
class Unused:
    """Something that a plan offers and its answer leaves.

    Attributes
    ----------
    section, item : str
        ``compute``, ``b200-owned``.
    unit : str
        What the price is of: ``GPU``, ``GPU-hour``, ``token``, ``person-month``.
    price : float
        Its price in the first month.
    break_even : float or None
        The highest price (first month; later ones in proportion) at which it was seen to be used.
    not_at : float or None
        The lowest price above that at which it was seen not to be used.
    found : str
        ``break-even``, ``not even at a tenth of its price``, or ``unavailable (why)``; of a plan in whole units,
        which is asked with its units relaxed, with those words after it.
    """

    section: str
    item: str
    unit: str
    price: float
    break_even: float | None
    not_at: float | None
    found: str

    def sentence(self, currency: str, month: str) -> str:
        """Say it in words."""
        verb = {"compute": "used", "data": "bought", "people": "hired"}[self.section]
        head = f"{self.section}.{self.item} is not {verb}"
        if self.break_even is None or self.not_at is None:
            return f"{head}: {self.found}"
        at, above = (_price(value, self.unit, currency) for value in (self.break_even, self.not_at))
        share = self.break_even / self.price
        said = f"it would be at {at} in {month} or less ({share:.1%} of its price), and is not at {above}"
        return f"{head}: {said}{self.found.removeprefix(FOUND)}"


@dataclass(frozen=True)
class _Priced:
    """One thing with a price: where it stands in the plan and how much of it is taken."""

    section: str
    item: str
    field: str
    unit: str
    prices: tuple[float, ...]
    typical: str
    taken: Callable[[Decisions], float]

    def used(self, decisions: Decisions, typical: float) -> bool:
        return self.taken(decisions) > _NOTHING * typical


def find_unused(
    plan: Plan,
    decisions: Decisions,
    *,
    threads: int = 1,
    clock: Clock | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Unused]:
    """Find what is not used, and the price at which it would be.

    Parameters
    ----------
    plan : Plan
        As it was solved, capital and runway settled where they were the goal.
    decisions : dict
        Of its answer.
    threads : int
    clock : Clock, optional
        Time for all of them; what it does not suffice for is found `UNMEASURED`.
    progress : callable, optional
        Called with the number of things looked at and of all.
    """
    session: Session | None = None
    found = []
    offered = list(_priced(plan))
    for done, priced in enumerate(offered, start=1):
        if session is None:
            session = _session(plan, Options(gap=PRICE_GAP, threads=threads, clock=clock))
        typical = max(session.formulation.typical.get(priced.typical, 1.0), 1e-300)
        if not priced.used(decisions, typical):
            relaxed = bool(plan.plan.whole) and not session.plan.plan.whole
            found.append(_break_even(session, priced, typical, relaxed))
        if progress is not None:
            progress(done, len(offered))
    return found


def _session(plan: Plan, options: Options) -> Session:
    """The plan as it can be kept live: with whole units relaxed, where it has some."""
    session = Session(plan, options)
    if session.formulation.program.integer.any() and plan.plan.whole:
        session = Session(plan.changed({"plan.whole": False}), options)
    return session


def _break_even(session: Session, priced: _Priced, typical: float, relaxed: bool) -> Unused:
    plan, beside = session.plan, RELAXED if relaxed else ""

    def answer(break_even: float | None, not_at: float | None, said: str) -> Unused:
        first = priced.prices[0]
        below = None if break_even is None else break_even * first
        above = None if not_at is None else not_at * first
        return Unused(priced.section, priced.item, priced.unit, first, below, above, said + beside)

    if session.formulation.program.integer.any():
        return answer(None, None, "unavailable (each price is a search over on/off choices, with a gap of its own)")
    if not min(priced.prices) > 0.0:
        return answer(None, None, "not even at a price of nothing, which it has")
    if session.options.over:
        return answer(None, None, UNMEASURED)
    used, unused = LOWEST, 1.0
    try:
        if relaxed and _used_at(session, priced, unused, typical):
            return answer(None, None, PARTS)
        if not _used_at(session, priced, used, typical):
            return answer(None, None, NEVER)
        while unused > CLOSE * used:
            middle = math.sqrt(used * unused)
            if _used_at(session, priced, middle, typical):
                used = middle
            else:
                unused = middle
    except StoppedError:
        return answer(None, None, UNMEASURED)
    except AllocatorError as error:
        return answer(None, None, f"unavailable ({' '.join(str(error).split())})")
    finally:
        session.update(plan)
    return answer(used, unused, FOUND)


def _used_at(session: Session, priced: _Priced, factor: float, typical: float) -> bool:
    """Whether a certified plan uses something at so many times its price."""
    session.update({priced.field: [price * factor for price in priced.prices]})
    found = session.brief()
    if found.status == Status.TIME_LIMIT:
        raise StoppedError("The plan was not proven the best within the time left")
    return priced.used(found.decisions, typical)


def _priced(plan: Plan) -> Iterator[_Priced]:
    """Everything whose use is a choice with a price of its own; what is not on sale at all is none."""
    taken = {"rent": "gpus", "reserve": "signed", "buy": "ordered"}
    for name, offer in plan.compute.items():
        if offer.max is not None and not any(offer.max):
            continue
        unit = "GPU" if offer.kind == "buy" else "GPU-hour"
        field, typical = f"compute.{name}.price", f"compute.{name}.gpus"
        yield _Priced("compute", name, field, unit, offer.price, typical, _sum("compute", name, taken[offer.kind]))
    for name, source in plan.data.items():
        if source.max == 0.0:
            continue
        if source.price is None:
            # Sold in tiers: there is no one price at which it would be bought.
            continue
        yield _Priced(
            "data",
            name,
            f"data.{name}.price",
            source.unit,
            source.price,
            f"data.{name}.items",
            _sum("data", name, "bought"),
        )
    for name, role in plan.people.items():
        if max(role.max) > role.now:
            yield _Priced(
                "people",
                name,
                f"people.{name}.salary",
                "month",
                role.salary,
                f"people.{name}",
                _sum("people", name, "hired"),
            )


def _sum(section: str, item: str, key: str) -> Callable[[Decisions], float]:
    return lambda decisions: float(sum(decisions[section][item][key]))


def _price(value: float, unit: str, currency: str) -> str:
    """A price in words; of what is counted by the million, that of a million."""
    if value < 0.01 and unit not in ("GPU", "GPU-hour", "month"):
        return f"{money(value * 1e6, currency)} a million {unit}s"
    return f"{money(value, currency)} a {unit}"


def unused_table(found: list[Unused]) -> Table:
    """What is not used, as a table.

    Returns
    -------
    Table
        ``section, item, unit``; ``price``, ``break_even`` and ``not_at`` of the first month; ``share``, the break-even
        as a share of the price; ``found``, how the search ended.
    """
    records = [
        (
            each.section,
            each.item,
            each.unit,
            each.price,
            each.break_even,
            each.not_at,
            None if each.break_even is None else each.break_even / each.price,
            each.found,
        )
        for each in found
    ]
    return table("unused", COLUMNS, records)
