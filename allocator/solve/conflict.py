"""Why no plan exists: rules that cannot hold together, and by how much each would have to give.

A deletion filter over named groups of rows and bounds: a group is left out for good if the
rest still cannot hold. What remains is irreducible: leave any one out and the rest can hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from allocator.formulate.curves import IntArray
from allocator.formulate.program import Block, BoundGroup, Program
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.certificate import PLAN_TOLERANCE
from allocator.solve.clock import Clock
from allocator.solve.cuts import Cuts, as_rows, initial_cuts, join_cuts
from allocator.solve.feasible import settle, settle_anew, without_goals
from allocator.solve.highs import HighsSolver
from allocator.solve.scaling import ScaledProgram, scale

# For all questions together, where nothing else is said.
SECONDS = 30.0
# For looking over, in whole units, what fractions have found.
_WHOLE_SECONDS = 10.0
_NOT_FINISHED = "the search was not finished in time; a smaller set of rules may be in conflict"


@dataclass(frozen=True)
class Shortfall:
    """By how much one rule of a conflict would have to give if all others hold.

    Attributes
    ----------
    group : str
        The rule.
    where : str
        Its row or column that gives most, in words.
    amount : float
        How much that one gives, in `unit`.
    unit : str
    total : float
        Sum over all rows and columns of the rule that have the same unit.
    """

    group: str
    where: str
    amount: float
    unit: str
    total: float


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot hold together.

    Attributes
    ----------
    groups : tuple of str
        Names of the rules; empty where there is no conflict among rules.
    sentences : tuple of str
        What each of them says.
    shortfalls : tuple of Shortfall
        For each rule alone that could resolve the conflict by giving way.
    findings : tuple of str
        Anything else: that no rule is to blame, or that the search was not finished.
    """

    groups: tuple[str, ...]
    sentences: tuple[str, ...]
    shortfalls: tuple[Shortfall, ...]
    findings: tuple[str, ...] = ()


@dataclass
class _Oracle:
    """Can the program hold without these groups? Cuts are kept from question to question."""

    scaled: ScaledProgram
    clock: Clock
    whole: bool = False
    unfinished: bool = False
    cuts: Cuts = field(init=False)

    def __post_init__(self) -> None:
        self.scaled = without_goals(self.scaled)
        self.cuts = initial_cuts(self.scaled.curves)
        self._load()

    def _load(self) -> None:
        self._solver = HighsSolver()
        self._solver.load(self.scaled, as_rows(self.scaled.curves, self.cuts))

    def holds(self, without: set[str]) -> bool:
        """Whether a point exists; a question that runs out of time counts as yes."""
        relaxed = _without(self.scaled, without)
        answer = self._ask(relaxed)
        if answer.status is AnswerStatus.FAILED:
            # What broke down on the way from question to question often has an answer from scratch.
            answer, self.cuts = settle_anew(relaxed, self.cuts, whole=self.whole, clock=self.clock)
            self._load()
        if answer.status in (AnswerStatus.STOPPED, AnswerStatus.FAILED):
            self.unfinished = True
        return answer.status is not AnswerStatus.INFEASIBLE

    def _ask(self, relaxed: ScaledProgram) -> Answer:
        self._solver.set_row_bounds(relaxed.row_lower, relaxed.row_upper)
        self._solver.set_bounds(relaxed.col_lower, relaxed.col_upper)
        answer, more = settle(self._solver, self.scaled, whole=self.whole, clock=self.clock)
        self.cuts = join_cuts(self.cuts, more)
        return answer


def find_conflict(
    program: Program, *, time_limit: float | None = SECONDS, guess: Sequence[str] = (), amounts: bool = True
) -> Conflict:
    """Rules of an infeasible program that cannot hold together.

    Structural rows (those without a group) are never given up. The relaxation without whole
    units is asked first; then whether, in whole units, fewer rules of what it found are in conflict, all within
    `time_limit` seconds. Amounts are those of the relaxation where that cannot hold.

    Parameters
    ----------
    program : Program
    time_limit : float or None
        Seconds for all questions together.
    guess : sequence of str
        Rules that may be in conflict, such as those of a plan much like it: if they cannot hold together,
        no others are looked at.
    amounts : bool
        Whether to find by how much each rule would have to give.

    Returns
    -------
    Conflict
    """
    scaled, clock = scale(program), Clock(time_limit)
    groups = _group_names(program)
    oracle = _Oracle(scaled, clock)
    others = set(groups) - set(guess)
    if guess and not oracle.holds(others):
        without = others
    else:
        said = _no_conflict_among_rules(oracle, groups)
        if said:
            return Conflict((), (), (), (said,))
        without = set()
    _leave_out(oracle, groups, without)
    fractions = not oracle.whole
    if fractions and scaled.whole:
        # What holds in fractions need not hold in whole units: fewer rules may be in conflict there.
        oracle.whole = True
        oracle.clock = Clock(_WHOLE_SECONDS if clock.left is None else min(clock.left, _WHOLE_SECONDS))
        _leave_out(oracle, groups, without)
    conflict = tuple(group for group in groups if group not in without)
    findings = (_NOT_FINISHED,) if oracle.unfinished else ()
    sentences = tuple(_sentence(program, group) for group in conflict)
    # By how much each would have to give if all else holds; where that is not enough, if the
    # rest of the conflict holds, whatever else is broken.
    posed = (scaled, _without(scaled, without))
    shortfalls = []
    for group in conflict if amounts else ():
        asked = (_shortfall(program, group, oracle.cuts, whole=not fractions, clock=clock) for program in posed)
        shortfalls.extend([found for found in asked if found is not None][:1])
    return Conflict(conflict, sentences, tuple(shortfalls), findings)


def _no_conflict_among_rules(oracle: _Oracle, groups: Sequence[str]) -> str:
    """Why there is nothing to look for, empty where rules are in conflict; turns to whole units where only they are."""
    if oracle.holds(set()):
        holds = "no conflict was found: the rules can hold together"
        oracle.whole = oracle.scaled.whole
        if not oracle.whole or oracle.holds(set()):
            return _NOT_FINISHED if oracle.unfinished else holds
    if not oracle.holds(set(groups)):
        return "no plan exists even with every rule given up: the opening position itself cannot be carried on"
    return ""


def _leave_out(oracle: _Oracle, groups: Sequence[str], without: set[str]) -> None:
    """Add to `without` every group that the rest of the conflict does not need."""
    for group in groups:
        if group not in without and not oracle.holds(without | {group}):
            without.add(group)


def _shortfall(scaled: ScaledProgram, group: str, cuts: Cuts, *, whole: bool, clock: Clock) -> Shortfall | None:
    """The least that `group` has to give while everything else holds; None where it cannot help."""
    program = scaled.program
    rows = _group_rows(program, group)
    bounds = _group_bounds(program, group)
    columns = np.concatenate([bound.columns for bound in bounds]) if bounds else np.empty(0, dtype=np.int64)
    elastic = _elastic(_without(scaled, {group}), scaled, rows, columns)
    solver = HighsSolver()
    solver.load(elastic, as_rows(scaled.curves, cuts))
    answer, _ = settle(solver, elastic, whole=whole, clock=clock)
    if answer.x is None:
        return None
    count = len(rows) + len(columns)
    given = answer.x[scaled.n_cols :].reshape(2, count).sum(axis=0)
    natural = given * np.concatenate([program.row_scale[rows], program.col_scale[columns]])
    worst = int(np.argmax(given))
    if given[worst] <= PLAN_TOLERANCE:
        return None
    units = [_unit(program.rows, int(row)) for row in rows] + [
        _unit(program.columns, int(column)) for column in columns
    ]
    where = (
        program.say_row(int(rows[worst])) if worst < len(rows) else program.say_column(int(columns[worst - len(rows)]))
    )
    same = np.array([unit == units[worst] for unit in units])
    return Shortfall(group, where, float(natural[worst]), units[worst], float(natural[same].sum()))


def _elastic(relaxed: ScaledProgram, strict: ScaledProgram, rows: IntArray, columns: IntArray) -> ScaledProgram:
    """Rows and bounds again as rows with a column each for giving below and above, at cost 1."""
    n_cols, count = strict.n_cols, len(rows) + len(columns)
    taken = sparse.csr_matrix((np.ones(len(columns)), (np.arange(len(columns)), columns)), shape=(len(columns), n_cols))
    again = sparse.vstack([strict.matrix.tocsr()[rows], taken])
    give = sparse.hstack([sparse.identity(count), -sparse.identity(count)])
    matrix = sparse.vstack(
        [sparse.hstack([relaxed.matrix, sparse.csr_matrix((relaxed.n_rows, 2 * count))]), sparse.hstack([again, give])],
        format="csc",
    )
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return replace(
        relaxed,
        cost=np.concatenate([np.zeros(n_cols), -np.ones(2 * count)]),
        outflow=np.zeros(n_cols + 2 * count),
        matrix=matrix,
        col_lower=np.concatenate([relaxed.col_lower, np.zeros(2 * count)]),
        col_upper=np.concatenate([relaxed.col_upper, np.full(2 * count, np.inf)]),
        row_lower=np.concatenate([relaxed.row_lower, strict.row_lower[rows], strict.col_lower[columns]]),
        row_upper=np.concatenate([relaxed.row_upper, strict.row_upper[rows], strict.col_upper[columns]]),
        integer=np.concatenate([strict.integer, np.zeros(2 * count, dtype=bool)]),
    )


def _without(scaled: ScaledProgram, groups: set[str]) -> ScaledProgram:
    """The program with the rows and bounds of `groups` given up."""
    program = scaled.program
    row_lower, row_upper = scaled.row_lower.copy(), scaled.row_upper.copy()
    col_lower, col_upper = scaled.col_lower.copy(), scaled.col_upper.copy()
    for group in groups:
        rows = _group_rows(program, group)
        row_lower[rows], row_upper[rows] = -np.inf, np.inf
        for bound in _group_bounds(program, group):
            # Two rules may bound the same columns: what either gives up stays given up.
            scale_of = program.col_scale[bound.columns]
            col_lower[bound.columns] = np.minimum(col_lower[bound.columns], bound.lower / scale_of)
            col_upper[bound.columns] = np.maximum(col_upper[bound.columns], bound.upper / scale_of)
    return replace(scaled, row_lower=row_lower, row_upper=row_upper, col_lower=col_lower, col_upper=col_upper)


def _group_names(program: Program) -> list[str]:
    names = [block.group for block in program.rows if block.group] + [bound.name for bound in program.bound_groups]
    return list(dict.fromkeys(names))


def _group_rows(program: Program, group: str) -> IntArray:
    found = [block.index for block in program.rows if block.group == group]
    return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


def _group_bounds(program: Program, group: str) -> list[BoundGroup]:
    return [bound for bound in program.bound_groups if bound.name == group]


def _sentence(program: Program, group: str) -> str:
    said = [block.sentence for block in program.rows if block.group == group]
    said += [bound.sentence for bound in _group_bounds(program, group)]
    return "; ".join(dict.fromkeys(said))


def _unit(blocks: tuple[Block, ...], position: int) -> str:
    return next(block.unit for block in blocks if block.start <= position < block.start + len(block))
