"""One race: several solvers branch on the same program at the same time.

The best plan and the best bound of all of them close the gap together. Only what could
close it is looked at closely: a point that would is completed to a plan and checked; a
racer that only tells the worth of its point is stopped to hand it over. Once the gap is
closed, or one has ended, the others are stopped, whatever happens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from allocator.errors import CertificateError, SolverError
from allocator.formulate.curves import FloatArray
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.certificate import point_findings, refused
from allocator.solve.clock import Clock
from allocator.solve.cuts import as_rows
from allocator.solve.incumbent import Incumbent
from allocator.solve.master import Master
from allocator.solve.racer import Racer
from allocator.solve.search import Search
from allocator.solve.solution import Attempt

# Seconds between two looks: short at first, for races of a moment.
_SHORTEST_LOOK = 0.001
_LONGEST_LOOK = 0.02
# Part of the gap that is left to what a plan loses against the point it was made from.
_LOST = 0.1
# Racers keep to the time limit themselves; one that does not is stopped this much later.
_LATE = 0.5

_STOPPED_EARLY = (AnswerStatus.FEASIBLE, AnswerStatus.STOPPED)

# Completes a scaled point with whole numbers to a plan, if that can be.
Completes = Callable[[FloatArray], Incumbent | None]


@dataclass
class Leg:
    """One racer in one race.

    Attributes
    ----------
    began : float or None
        When it began to branch.
    answer : Answer or None
        None while it runs, and for one that failed or was stopped without being asked.
    error : str
        What broke it.
    tried : float
        Worth of the last point of it that was looked at closely.
    said : float
        Worth of its best point, by its own word.
    asked : bool
        Whether it was stopped for the sake of its point.
    """

    master: Master
    racer: Racer
    began: float | None = None
    answer: Answer | None = None
    error: str = ""
    tried: float = -float("inf")
    said: float = -float("inf")
    asked: bool = False

    @property
    def name(self) -> str:
        return self.racer.name

    @property
    def running(self) -> bool:
        return self.began is not None and self.answer is None and not self.error

    @property
    def ended(self) -> bool:
        """Whether it ended by itself: it has nothing to add."""
        return self.answer is not None and not self.asked

    @property
    def stopped_early(self) -> bool:
        """Whether a limit ended it."""
        return self.ended and self.answer is not None and self.answer.status in _STOPPED_EARLY


class Race:
    """A race to `gap`, over what `search` knows.

    Parameters
    ----------
    masters : sequence of Master
        The program and its cuts, each in a `Racer`.
    search : Search
        Gets every bound and plan as it is found.
    complete : callable
        Makes a plan of a point.
    gap : float
        Asked gap, absolute.
    patience : float, optional
        Seconds without a better plan after which the race ends.
    """

    def __init__(
        self,
        masters: Sequence[Master],
        search: Search,
        complete: Completes,
        *,
        gap: float,
        patience: float | None = None,
    ) -> None:
        self._masters = masters
        self._search = search
        self._complete = complete
        self._gap = gap
        self._patience = patience
        self._lost = 0.0
        self._ending = ""
        self._legs: list[Leg] = []

    def run(
        self,
        *,
        inner: float,
        time_limit: float | None,
        meanwhile: Callable[[Clock], None] | None = None,
        head_start: float = 0.0,
        clock: Clock | None = None,
    ) -> list[Leg]:
        """Race until the gap is closed, one has ended, or the time is up.

        Parameters
        ----------
        inner : float
            Gap at which a racer ends by itself.
        time_limit : float or None
            Seconds.
        meanwhile : callable, optional
            What this thread does while all racers but the last branch. The clock it is given
            is over once the race is decided. The last racer begins after it, as the thread
            needs a core too.
        head_start : float, optional
            Seconds that the first racer branches alone, where this thread has nothing to do meanwhile.
        clock : Clock, optional
            One that ends the race earlier than the limit does.

        Returns
        -------
        list of Leg
            Each with its racer's answer, if it gave one.

        Raises
        ------
        CertificateError
            When a racer's point or bound contradicts the arrays or a plan that holds.
        SolverError
            When every racer failed.
        """
        clock = clock or Clock(None if time_limit is None else time_limit + _LATE)

        def begin(leg: Leg) -> None:
            self._begin(leg, inner, None if time_limit is None else max(time_limit - clock.elapsed, 0.0))

        # Cuts added since make the next plan lose less.
        self._lost = max(_LOST * self._gap, self._lost / 2.0)
        self._ending = "another racer ended"
        self._legs = [Leg(master, _racer(master)) for master in self._masters]
        at_once = len(self._legs)
        if meanwhile is not None:
            at_once -= 1
        elif head_start:
            at_once = 1
        try:
            for leg in self._legs[:at_once]:
                begin(leg)
            if meanwhile is not None:
                meanwhile(_Until(time_limit, self._decided))
                if not self._decided():
                    for leg in self._legs:
                        if leg.began is None or (leg.running and self._is_behind(leg)):
                            leg.racer.abandon()
                            begin(leg)
            self._watch(clock, begin, head_start)
        except KeyboardInterrupt:
            self._search.interrupted, self._ending = True, "stopped by the user"
            self._take_all()
        finally:
            for leg in self._legs:
                if leg.running:
                    leg.racer.abandon()
                    self._note(leg, "stopped", "the gap was closed" if self._closed else self._ending)
        if all(leg.error for leg in self._legs):
            raise SolverError("; ".join(leg.error for leg in self._legs))
        return self._legs

    def _begin(self, leg: Leg, inner: float, time_limit: float | None) -> None:
        plan, leg.began = self._search.incumbent, leg.began or time.perf_counter()
        start = None if plan is None else leg.master.scaled.scaled(plan.x)
        self._or_failed(leg, lambda: leg.racer.begin(gap=inner, time_limit=time_limit, start=start))

    def _is_behind(self, leg: Leg) -> bool:
        """Whether a racer knows of no plan as good as the one at hand, so that it had better begin anew there."""
        plan, value = self._search.incumbent, leg.racer.progress().value
        return plan is not None and (value is None or value < plan.objective)

    def _decided(self) -> bool:
        """Whether a look would end the race, or stop a racer for its point."""
        return self._closed or any(leg.running and (leg.racer.ended or self._would_close(leg)) for leg in self._legs)

    def _would_close(self, leg: Leg) -> bool:
        said = leg.racer.progress()
        if said.value is None or said.value <= leg.tried:
            return False
        bound = self._search.bound if said.bound is None else min(self._search.bound, said.bound)
        return bound - said.value <= self._gap - self._lost

    @property
    def _closed(self) -> bool:
        return self._search.gap <= self._gap

    def _watch(self, clock: Clock, begin: Callable[[Leg], None], head_start: float) -> None:
        best, since = -float("inf"), clock.elapsed
        while not self._closed:
            for leg in self._legs:
                if leg.running and not self._closed:
                    self._look(leg)
            waiting = [leg for leg in self._legs if leg.began is None]
            # Those that wait begin at once where nobody else is left to.
            failed = all(leg.error for leg in self._legs if leg.began is not None)
            runs = any(leg.running for leg in self._legs) or (failed and waiting)
            if self._closed or any(leg.ended for leg in self._legs) or not runs:
                break
            if failed or clock.elapsed >= head_start:
                for leg in waiting:
                    begin(leg)
            reached = max(self._reached, *(leg.said for leg in self._legs))
            if reached > best:
                best, since = reached, clock.elapsed
            if clock.over or (self._patience is not None and clock.elapsed - since > self._patience):
                self._ending = "time limit" if clock.over else "no better plan came"
                self._take_all()
                return
            time.sleep(min(max(clock.elapsed / 50.0, _SHORTEST_LOOK), _LONGEST_LOOK))
        if not self._closed and any(leg.stopped_early for leg in self._legs):
            self._take_all()

    @property
    def _reached(self) -> float:
        return self._search.incumbent.objective if self._search.incumbent else -float("inf")

    def _look(self, leg: Leg) -> None:
        """Take what a racer claims; look closely where it would close the gap."""
        if leg.racer.ended:
            self._take(leg)
            return
        said = leg.racer.progress()
        leg.said = leg.said if said.value is None else said.value
        self._search.take_bound(said.bound, leg.name)
        if self._closed or said.value is None or not self._would_close(leg):
            return
        leg.tried = said.value
        if said.x is None:
            leg.asked = True
            leg.racer.stop()
            self._take(leg)
        else:
            _refuse_wrong(leg, said.x)
            self._search.take_plan(self._complete(said.x), leg.name)
        if not self._closed and self._search.incumbent is not None:
            # The worth was that of tangents, or not there at all: next time it has to be more.
            self._lost = max(self._lost, said.value - self._search.incumbent.objective)

    def _take(self, leg: Leg) -> None:
        """The answer of a racer that has ended, or is about to: its bound, and its plan."""
        self._or_failed(leg, lambda: self._collect(leg))

    def _collect(self, leg: Leg) -> None:
        # The master checks the point on the arrays.
        leg.answer = leg.master.solve(whole=True)
        if leg.answer.status is AnswerStatus.FAILED:
            raise SolverError(f"{leg.name} failed: {leg.answer.message}")
        self._note(leg, str(leg.answer.status), leg.answer.message)
        if leg.answer.status in (AnswerStatus.INFEASIBLE, AnswerStatus.UNBOUNDED):
            return
        self._search.take_answer(leg.answer, leg.name)
        if leg.answer.x is not None:
            self._search.take_plan(self._complete(leg.answer.x), leg.name)

    def _take_all(self) -> None:
        """What everyone has that is better than the plan at hand, when the race ends undecided."""
        for leg in [leg for leg in self._legs if leg.running]:
            said = leg.racer.progress()
            self._search.take_bound(said.bound, leg.name)
            if leg.racer.ended:
                self._take(leg)
            elif said.value is None or said.value <= self._reached:
                continue
            elif said.x is None:
                leg.racer.stop()
                self._take(leg)
            else:
                _refuse_wrong(leg, said.x)
                self._search.take_plan(self._complete(said.x), leg.name)

    def _or_failed(self, leg: Leg, step: Callable[[], None]) -> None:
        """A racer that breaks down is out; what it says wrongly is refused."""
        try:
            step()
        except CertificateError:
            raise
        except SolverError as error:
            leg.error = str(error)
            leg.answer = None
            leg.racer.abandon()
            self._note(leg, str(AnswerStatus.FAILED), str(error))

    def _note(self, leg: Leg, status: str, message: str) -> None:
        seconds = time.perf_counter() - (leg.began or time.perf_counter())
        self._search.attempts.append(Attempt(f"{leg.name}, branching", status, seconds, message))


class _Until(Clock):
    """A clock that is over, too, once something is so."""

    def __init__(self, limit: float | None, so: Callable[[], bool]) -> None:
        super().__init__(limit)
        self._so = so

    @property
    def over(self) -> bool:
        return super().over or self._so()


def _racer(master: Master) -> Racer:
    assert isinstance(master.solver, Racer)
    return master.solver


def _refuse_wrong(leg: Leg, x: FloatArray) -> None:
    """Raise CertificateError when a point shown on the way breaks a row, bound or cut."""
    master = leg.master
    findings = point_findings(
        master.scaled,
        as_rows(master.scaled.curves, master.cuts),
        x,
        lower=master.lower,
        upper=master.upper,
        whole=True,
        tolerance=leg.racer.point_tolerance,
    )
    if findings:
        raise refused([f"{leg.name} shows a point that does not hold: {finding}" for finding in findings])
