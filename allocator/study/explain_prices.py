"""Prices with the range they hold over, each found by certified solves of programs next to the plan's.

A price is the slope of the best objective against a rule. It is looked for again a little to either side: where the
two slopes agree it is one price, where they do not (a degenerate optimum) there are two, one for more and one for
less. Then the rule is moved on until the slope differs by more than a tenth, or no plan keeps every rule any more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from allocator.errors import SolverError
from allocator.formulate.build import Formulation
from allocator.result.binding import step_of
from allocator.result.prices import price_table
from allocator.result.table import Table, table
from allocator.solve.clock import Clock
from allocator.solve.neighbours import Neighbours, held
from allocator.solve.solution import Solution
from allocator.study.asked import TIME_UP, not_measured
from allocator.study.explain_moves import Move, month_moves, rule_moves

# A price holds as long as it differs by no more than this share.
SHARE = 0.10
# Slopes to either side that differ by more than this are two prices.
AGREE = 1e-3
# Where slopes are compared, in shares of a rule's typical amount: first so far, then nearer, where a bend may pass
# for a corner.
_NEAR = (1e-4, 1e-5)
# Where the search for the end of a range begins, how it grows, how near its end is found, and where it gives up.
_FIRST, _GROWTH, _CLOSE, _FARTHEST = 0.03, 4.0, 1.1, 500.0
_LEAST = 1e-4
# Where rounding keeps a solve from the gap asked for, up to this one will do: the two sides then tell.
_FAR_GAP = 1e-7
# A slope this much smaller than the multiplier is none.
_NOTHING = 1e-6

CHANGES = "the price changes"
INFEASIBLE = "no plan keeps every rule"
NOT_FOUND = "searched no further"
UNPROVEN = "not proven beyond"
# There was no time for a price, for the end of its range.
UNMEASURED = f"not measured: {TIME_UP}"
CUT = f"not looked further: {TIME_UP}"
COLUMNS = (
    "rule",
    "month",
    "unit",
    "price",
    "metric",
    "price_more",
    "price_less",
    "one_price",
    "holds_more",
    "ends_more",
    "holds_less",
    "ends_less",
)


@dataclass(frozen=True)
class Side:
    """A price in one direction.

    Attributes
    ----------
    price : float or None
        Change of the objective per unit; None where no plan keeps a rule moved that way at all.
    holds : float or None
        How far the rule may move with a price within `SHARE` of this one, infinite where that is for ever; None
        where it was not looked for.
    ends : str
        What is met there.
    """

    price: float | None
    holds: float | None = None
    ends: str = ""


@dataclass(frozen=True)
class Price:
    """What a rule is worth.

    Attributes
    ----------
    rule, month, unit, says : str
    value : float
        Change of the objective per unit, from the plan's own multipliers.
    more, less : Side
        The same for moves up and down; equal to `value` where it is one price.
    one : bool
        Whether both sides agree within `AGREE`; not so where they could not be looked at.
    """

    rule: str
    month: str
    unit: str
    says: str
    value: float
    more: Side
    less: Side
    one: bool

    @property
    def checked(self) -> bool:
        """Whether certified solves to both sides stand behind the price."""
        unknown = {UNPROVEN, UNMEASURED} & {self.more.ends, self.less.ends}
        return not unknown or self.more.holds != 0.0 or self.less.holds != 0.0

    @property
    def measured(self) -> bool:
        """Whether there was time for it."""
        return UNMEASURED not in (self.more.ends, self.less.ends)


@dataclass(frozen=True)
class Priced:
    """The prices of a plan.

    Attributes
    ----------
    kind : str
        ``exact``, ``at the fixed integer plan`` or ``unavailable (why)``.
    rules, months : tuple of Price
        Each rule in all its months at once, dearest first; each of its months.
    solves, rebuilt : int
        Programs solved, and how many of them were built anew instead of being changed in place.
    missing : tuple of str
        What there was no time for, a sentence each.
    """

    kind: str
    rules: tuple[Price, ...] = ()
    months: tuple[Price, ...] = ()
    solves: int = 0
    rebuilt: int = 0
    missing: tuple[str, ...] = ()


def find_prices(
    formulation: Formulation,
    solution: Solution,
    *,
    ranged: int | None,
    threads: int = 1,
    clock: Clock | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Priced:
    """Price every rule that binds.

    Parameters
    ----------
    formulation : Formulation
    solution : Solution
        Of it, with a plan.
    ranged : int or None
        How many of the months' prices, dearest first, get a range; None for all. Rules always do.
    threads : int
    clock : Clock, optional
        Time for all prices; those that it does not suffice for stay the plan's own multipliers.
    progress : callable, optional
        Called with the number of prices and ranges done and of all.

    Returns
    -------
    Priced
    """
    if clock is not None and clock.over:
        return Priced(f"unavailable ({TIME_UP})", missing=(f"no price measured: {TIME_UP}",))
    if solution.duals is None or solution.x is None:
        kind = solution.price_kind
        return Priced(kind if kind.startswith("unavailable") else "unavailable (the solver gave no multipliers)")
    program = held(formulation.program, solution.x)
    if not Neighbours.fits(program):
        return Priced("unavailable (the program is too large to be kept live)")
    near = Neighbours(program, threads, clock)
    base = near.solve(program)
    if near.over and not _near_enough(base):
        return Priced(f"unavailable ({TIME_UP})", missing=(f"no price measured: {TIME_UP}",))
    if base.duals is None or base.reduced_costs is None or not _near_enough(base):
        return Priced(f"unavailable (with all whole units held the program ended {base.status})")
    rows = list(price_table(formulation, base.duals, base.reduced_costs, None))
    moves = rule_moves(formulation, solution.x, (row["constraint"] for row in rows))
    says = {row["constraint"]: row["says"] for row in rows}
    keys = [(row["constraint"], row["month"], row["says"]) for row in rows]
    single = month_moves(formulation, solution.x, keys)
    most = len(single) if ranged is None else min(ranged, len(single))
    pricer = _Pricer(near, base, 2 * len(moves) + len(single) + most, progress)
    # Rules come first, with their ranges: where time is short, they are what is asked for most.
    rules = [pricer.price(move, says[move.rule]) for move in moves]
    rules = [price for price in rules if price.value != 0.0]
    rules.sort(key=lambda price: -_weight(price, formulation))
    rules = [pricer.ranged(price, move) for price, move in _paired(rules, moves)]
    months = [pricer.price(move, says) for move, (_, _, says) in zip(single, keys, strict=True)]
    order = sorted(range(len(months)), key=lambda place: -_weight(months[place], formulation))
    chosen = set(order[:most])
    months = [
        pricer.ranged(price, move) if place in chosen else price
        for place, (price, move) in enumerate(zip(months, single, strict=True))
    ]
    left = sum(not price.measured for price in (*rules, *months))
    said = (
        not_measured(left, len(rules) + len(months), "prices"),
        not_measured(pricer.ranges_left, len(rules) + most, "ranges of prices"),
    )
    missing = tuple(sentence for sentence in said if sentence)
    return Priced(solution.price_kind, tuple(rules), tuple(months), near.solves, near.rebuilt, missing)


def _paired(prices: Sequence[Price], moves: Iterable[Move]) -> list[tuple[Price, Move]]:
    by_rule = {move.rule: move for move in moves}
    return [(price, by_rule[price.rule]) for price in prices]


def _weight(price: Price, formulation: Formulation) -> float:
    """What a natural step of a rule is worth."""
    if price.rule == "runway.months":
        return (
            abs(price.value)
            if price.unit == "month"
            else abs(price.value) * formulation.program.reference["money"] / 100
        )
    return abs(price.value) * step_of(formulation, price.unit)[0]


class _Pricer:
    """Solves programs next to one and compares their slopes with its own."""

    def __init__(
        self, near: Neighbours, base: Solution, steps: int, progress: Callable[[int, int], None] | None
    ) -> None:
        self._near = near
        self._base = base
        self._done, self._steps, self._progress = 0, steps, progress
        self.ranges_left = 0

    def _step_done(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(min(self._done, self._steps), self._steps)

    def price(self, move: Move, says: str) -> Price:
        """The price of a move, and whether it is the same in both directions."""
        found = self._price(move, says)
        self._step_done()
        return found

    def _price(self, move: Move, says: str) -> Price:
        value = move.price(self._base, 0.0, 1)
        sides = (Side(value), Side(value))
        for step in _NEAR:
            sides = (self._side(move, value, step, 1), self._side(move, value, step, -1))
            slopes = [side.price for side in sides]
            unproven = any(side.ends in (UNPROVEN, UNMEASURED) for side in sides)
            if not unproven and None not in slopes and _agree(slopes[0] or 0.0, slopes[1] or 0.0, AGREE):
                return Price(move.rule, move.month, move.unit, says, value, Side(value), Side(value), True)
        return Price(move.rule, move.month, move.unit, says, value, *sides, False)

    def _side(self, move: Move, value: float, share: float, side: int) -> Side:
        """The price a little to one side."""
        found = self._solved(move, share, side)
        if isinstance(found, str):
            return Side(None, 0.0, found) if found == INFEASIBLE else Side(value, 0.0, found)
        slope = move.price(found, side * share * move.scale, side)
        return Side(0.0 if abs(slope) <= _NOTHING * abs(value) else slope)

    def ranged(self, price: Price, move: Move) -> Price:
        """The price with its range."""
        found = replace(price, more=self._range(move, price.more, 1), less=self._range(move, price.less, -1))
        self.ranges_left += not price.measured or CUT in (found.more.ends, found.less.ends)
        self._step_done()
        return found

    def _range(self, move: Move, known: Side, side: int) -> Side:
        """How far a price holds: the farthest amount seen to hold, within a tenth of the nearest that does not."""
        price = known.price
        if price is None or known.ends:
            return known
        if price == 0.0 and not move.tied:
            # What more of a rule is worth only falls as there is more of it, and it is never worth less than nothing.
            return Side(price, math.inf)
        inside, outside, ends = 0.0, math.inf, NOT_FOUND
        share = _FIRST
        while share <= _FARTHEST:
            met = self._meets(move, price, share, side)
            if met:
                outside, ends = share, met
                break
            inside, share = share, share * _GROWTH
        while ends != CUT and outside < math.inf and outside > _CLOSE * inside and outside > _LEAST:
            share = math.sqrt(inside * outside) if inside > 0.0 else outside / _GROWTH
            met = self._meets(move, price, share, side)
            if met == CUT:
                ends = CUT
            elif met:
                outside, ends = share, met
            else:
                inside = share
        return Side(price, inside * move.scale, ends)

    def _meets(self, move: Move, price: float, share: float, side: int) -> str:
        """Why a price does not hold so far from the plan; empty where it does."""
        found = self._solved(move, share, side)
        if isinstance(found, str):
            return CUT if found == UNMEASURED else found
        slope = move.price(found, side * share * move.scale, side)
        return "" if abs(slope - price) <= SHARE * abs(price) else CHANGES

    def _solved(self, move: Move, share: float, side: int) -> Solution | str:
        program = move.at(side * share * move.scale)
        if program is None:
            return INFEASIBLE
        if self._near.over:
            return UNMEASURED
        try:
            solution = self._near.solve(program)
        except SolverError:
            return UNPROVEN
        if solution.status == "infeasible":
            return INFEASIBLE
        if solution.duals is None or not _near_enough(solution):
            return UNMEASURED if self._near.over else UNPROVEN
        return solution


def _near_enough(solution: Solution) -> bool:
    """Whether a solve ended near enough to its optimum for its multipliers to be prices."""
    return solution.gap is not None and solution.gap <= _FAR_GAP


def _agree(one: float, other: float, share: float) -> bool:
    return abs(one - other) <= share * max(abs(one), abs(other))


def priced_table(name: str, prices: Iterable[Price], slope: float | None) -> Table:
    """Prices as a table.

    Parameters
    ----------
    name : str
    prices : iterable of Price
    slope : float or None
        Change of what is reported per unit of the objective; None where that has no one metric.

    Returns
    -------
    Table
        ``rule, month, unit``; ``price``, the objective's change per unit, and ``metric``, that of what is reported;
        ``price_more``, ``price_less`` and whether they are ``one_price``; ``holds_more``, ``holds_less``, how far the
        rule may move up or down while its price stays within a tenth, and what is met there (``ends_…``).
    """
    records = [
        (
            price.rule,
            price.month,
            price.unit,
            price.value,
            None if slope is None else price.value * slope,
            price.more.price,
            price.less.price,
            price.one,
            price.more.holds,
            price.more.ends,
            price.less.holds,
            price.less.ends,
        )
        for price in prices
    ]
    return table(name, COLUMNS, records)
