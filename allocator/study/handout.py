"""Who walks which part of a path: small stretches, every point handed out until it has arrived once."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from math import ceil

from allocator.errors import SweepError

# A stretch is at most this share of the path, so that whoever joins late finds work left, and shrinks
# towards the end, so that all are done at the same time.
_LARGEST_SHARE = 0.03
_SHARES_LEFT = 4
# Workers that may end over one point before it is given up.
MOST_TRIES = 3
_SHOWN = 10


class Handout:
    """The points of a path that are still to be handed out, and those that have arrived.

    Each worker walks a region of its own from the front; one that has none takes the far half of the
    largest. So steps stay small, and a jump comes once a half. A point that a worker was lost over is
    a suspect: it is handed out alone, and never to the calling process.

    Parameters
    ----------
    path : sequence of int
        Positions of the points, in the order to solve them in.
    """

    def __init__(self, path: Sequence[int]) -> None:
        self._path = tuple(path)
        self._largest = max(1, ceil(_LARGEST_SHARE * len(path)))
        self._regions: dict[str, deque[int]] = {}
        self._unowned: deque[deque[int]] = deque([deque(path)])
        self._suspects: deque[int] = deque()
        self._tries: Counter[int] = Counter()
        self._held: dict[int, tuple[str, tuple[int, ...]]] = {}
        self._arrived: set[int] = set()
        self._known = frozenset(path)
        self._number = 0

    @property
    def complete(self) -> bool:
        """Whether every point has arrived."""
        return len(self._arrived) == len(self._path)

    def missing(self) -> list[int]:
        """Positions that have not arrived, in the order of the path."""
        return [position for position in self._path if position not in self._arrived]

    def take(self, worker: str, workers: int, *, suspects: bool = True) -> tuple[int, tuple[int, ...]] | None:
        """Hand out the next stretch.

        Parameters
        ----------
        worker : str
            Who will walk it; stretches of one worker follow each other.
        workers : int
            How many share the path.
        suspects : bool
            Whether this worker may be lost over a point: not the calling process.

        Returns
        -------
        tuple of (int, tuple of int) or None
            A number for the stretch and its positions; None when nothing is left for this worker.
        """
        if suspects and self._suspects:
            return self._hold(worker, (self._suspects.popleft(),))
        left = sum(map(len, self._regions.values())) + sum(map(len, self._unowned))
        if left <= workers and any(holder == worker for holder, _ in self._held.values()):
            # The last points are for those who have nothing to do.
            return None
        region = self._region(worker)
        if not region:
            return None
        size = min(self._largest, ceil(left / (_SHARES_LEFT * workers)), len(region))
        return self._hold(worker, tuple(region.popleft() for _ in range(size)))

    def book(self, position: int) -> None:
        """Note that the row of a point has arrived.

        Raises
        ------
        SweepError
            When it has arrived before, or is no point of the path.
        """
        if position not in self._known:
            raise SweepError(f"a worker delivered point {position}, which is none of the {len(self._path)} asked for")
        if position in self._arrived:
            raise SweepError(f"point {position} was delivered twice; nothing of this sweep is to be relied on")
        self._arrived.add(position)

    def end(self, number: int) -> None:
        """Note that a stretch was walked to its end.

        Raises
        ------
        SweepError
            When points of it have not arrived.
        """
        _, stretch = self._held.pop(number)
        lost = [position for position in stretch if position not in self._arrived]
        if lost:
            raise SweepError(
                f"a worker ended a stretch without {_listed(lost)}; nothing of this sweep is to be relied on"
            )

    def lose(self, number: int, *, blamed: Sequence[int] | None = None, final: bool = False) -> list[int]:
        """Take back a stretch whose worker was lost; what had arrived stays.

        Parameters
        ----------
        number : int
        blamed : sequence of int, optional
            Points that the worker may have been lost over; by default the first that has not arrived.
        final : bool
            Give the blamed points up at once where they were handed out alone.

        Returns
        -------
        list of int
            Positions that are given up, because workers were lost over them again and again.
        """
        _, stretch = self._held.pop(number)
        left = [position for position in stretch if position not in self._arrived]
        accused = set(left[:1] if blamed is None else blamed)
        innocent = deque(position for position in left if position not in accused)
        if innocent:
            self._unowned.append(innocent)
        given_up: list[int] = []
        for position in left:
            if position in accused:
                self._tries[position] += 1
                hopeless = self._tries[position] >= MOST_TRIES or (final and len(stretch) == 1)
                (given_up if hopeless else self._suspects).append(position)
        return given_up

    def leave(self, worker: str) -> None:
        """Give the region of a worker that is gone to whoever asks next."""
        region = self._regions.pop(worker, None)
        if region:
            self._unowned.append(region)

    def check(self) -> None:
        """Raise `SweepError` unless every point has arrived."""
        missing = self.missing()
        if missing:
            raise SweepError(f"the sweep ended without {_listed(missing)}; nothing of it is to be relied on")

    def _hold(self, worker: str, positions: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        self._number += 1
        self._held[self._number] = worker, positions
        return self._number, positions

    def _region(self, worker: str) -> deque[int]:
        region = self._regions.get(worker)
        if region:
            return region
        if self._unowned:
            region = self._unowned.popleft()
        else:
            largest = max(self._regions.values(), key=len, default=deque())
            keep = len(largest) // 2
            region = deque(list(largest)[keep:])
            for _ in range(len(region)):
                largest.pop()
        self._regions[worker] = region
        return region


def _listed(positions: Sequence[int]) -> str:
    shown = ", ".join(map(str, positions[:_SHOWN]))
    more = f" and {len(positions) - _SHOWN} more" if len(positions) > _SHOWN else ""
    return f"{'point' if len(positions) == 1 else 'points'} {shown}{more}"
