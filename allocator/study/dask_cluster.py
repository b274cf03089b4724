"""A Dask cluster: each stretch a task, tied to the worker that holds the session of its neighbours."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from allocator import __version__
from allocator.errors import UsageError
from allocator.study.engine import Arrived, Ended, EngineGoneError, Event, Gone, Lost
from allocator.study.walk import Question, Stretch, walk_kept

# A second stretch waits with each worker while it walks the first.
_AHEAD = 2
_PATIENCE = 0.5
_REACHED_WITHIN = 10.0
# Workers that were lost are started again by their nannies, or by whoever scales the cluster.
_ALONE = 60.0


class DaskEngine:
    """Workers of a Dask cluster, found through its scheduler.

    Tasks are given to `distributed` itself and not through joblib's back end for it: the scheduler then
    runs what a lost worker had again, on another, and knows each result once.

    Parameters
    ----------
    question : Question
    cluster : str
        As the user wrote it, ``dask://host:8786``.
    address : str
        Without the kind, ``host:8786``.
    example : str
        A right address, for errors.
    points : int
        How many there are; more workers than that would have nothing to do.

    Raises
    ------
    UsageError
        When the scheduler cannot be reached, has no workers, or they have another allocator.
    """

    caller = None

    def __init__(self, question: Question, cluster: str, address: str, example: str, points: int) -> None:
        from distributed import Client

        if ":" not in address.strip(":"):
            raise UsageError(f"cluster {cluster!r} names no host and port; write {example}")
        self._cluster = cluster
        self._question = question
        self._points = points
        self._tasks: dict[Any, tuple[str, Stretch]] = {}
        self._addresses: tuple[str, ...] = ()
        self._gone: list[Event] = []
        self._looked = self._seen = 0.0
        try:
            self._client: Any = Client(f"tcp://{address}", timeout=_REACHED_WITHIN, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UsageError(
                f"no Dask scheduler answers at {cluster!r}; start one (`dask scheduler`), or look at the address"
            ) from error
        try:
            self._greet()
        except BaseException:
            self._client.close()
            raise

    @property
    def size(self) -> int:
        """Workers at the last look; a session a process, however many threads it has."""
        return max(1, len(self._addresses))

    def hungry(self) -> Iterator[str]:
        """Each worker until it has a stretch to walk and one in wait."""
        self._look()
        held = Counter(worker for worker, _ in self._tasks.values())
        for address in self._addresses:
            yield from [address] * (_AHEAD - held[address])

    def give(self, worker: str, stretch: Stretch) -> None:
        """Submit a stretch; another worker may take it where this one is lost."""
        key = f"allocator-sweep-{self._question.key}-{stretch.number}"
        future = self._client.submit(
            walk_kept, self._question, stretch, key=key, workers=[worker], allow_other_workers=True, pure=False
        )
        self._tasks[future] = (worker, stretch)

    def events(self) -> Sequence[Event]:
        """Wait for a task to end, for a moment at most."""
        from distributed import wait

        self._look()
        if self._client.status != "running":
            raise EngineGoneError(f"the connection to {self._cluster} was lost")
        if not self._addresses and time.monotonic() - self._seen > _ALONE:
            raise EngineGoneError(f"{self._cluster} has had no worker for {_ALONE:.0f} s")
        # A cancelled task counts as an exception here; it is looked at below.
        with suppress(Exception):
            wait(list(self._tasks), timeout=_PATIENCE, return_when="FIRST_COMPLETED")
        found, self._gone = self._gone, []
        for future in [future for future in self._tasks if future.status != "pending"]:
            _, stretch = self._tasks.pop(future)
            found.extend(self._ended(future, stretch))
            future.release()
        return found

    def close(self) -> None:
        """Take back what is not done, and leave the cluster as it was."""
        with suppress(Exception):
            self._client.cancel(list(self._tasks), force=True)
        self._tasks.clear()
        self._client.close()

    def _ended(self, future: Any, stretch: Stretch) -> Iterator[Event]:
        from distributed import KilledWorker

        try:
            rows = future.result()
        except KilledWorker:
            reason = f"workers of {self._cluster} were lost while they solved it"
            yield Lost(stretch.number, reason, blamed=stretch.positions, final=True)
            return
        except Exception as error:
            # What a worker raised comes as its own kind of error, whatever it is; the points it had say it.
            reason = f"{self._cluster} answered {type(error).__name__}: {error}"
            yield Lost(stretch.number, reason, blamed=stretch.positions)
            return
        yield from (Arrived(position, row) for position, row in rows)
        yield Ended(stretch.number)

    def _look(self) -> None:
        """Look, once a second, which workers there are, and note those that went."""
        now = time.monotonic()
        if now - self._looked < 1.0 and self._addresses:
            return
        self._looked = now
        # A scheduler that does not answer shows in the state of the client.
        with suppress(Exception):
            before, self._addresses = self._addresses, tuple(self._client.nthreads())[: self._points]
            self._gone.extend(Gone(address) for address in before if address not in self._addresses)
        if self._addresses:
            self._seen = now

    def _greet(self) -> None:
        """See that there are workers and that they have this very allocator."""
        self._seen = time.monotonic()
        try:
            self._client.wait_for_workers(1, timeout=_REACHED_WITHIN)
        except TimeoutError as error:
            raise UsageError(
                f"{self._cluster} has no workers; start some (`dask worker {self._cluster[7:]}`)"
            ) from error

        # A function inside a function travels as its code, so that a worker without allocator can run it.
        def version() -> str | None:
            try:
                from allocator import __version__
            except ImportError:
                return None
            return __version__

        for address, found in self._client.run(version).items():
            if found != __version__:
                has = "has no allocator" if found is None else f"has allocator {found}"
                raise UsageError(
                    f"the worker {address} of {self._cluster} {has}; install allocator {__version__} where it runs"
                )
