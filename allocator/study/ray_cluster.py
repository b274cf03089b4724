"""A Ray cluster: each worker an actor that holds one live session."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from allocator import __version__
from allocator.errors import UsageError
from allocator.study.engine import Arrived, Ended, EngineGoneError, Event, Gone, Lost
from allocator.study.walk import Question, Row, Stretch, Walker

_AHEAD = 2
_PATIENCE = 0.5
_FREE_WITHIN = 60.0
# A cluster on which so many workers end is not mended by one more.
_MOST_DEATHS = 20


class _Actor:
    """What runs on a worker of the cluster."""

    def __init__(self, question: Question) -> None:
        self._walker = Walker(question)

    def version(self) -> str:
        return __version__

    def pid(self) -> int:
        return os.getpid()

    def walk(self, stretch: Stretch) -> list[tuple[int, Row]]:
        return list(self._walker.walk(stretch))


class RayEngine:
    """One actor for each CPU of a Ray cluster.

    Parameters
    ----------
    question : Question
    cluster : str
        As the user wrote it: ``ray://host:10001``, or ``ray://`` for the cluster that this process is
        connected to already.
    address : str
        Without the kind, ``host:10001``; may be empty.
    example : str
        A right address, for errors.
    points : int
        How many there are; more actors than that would have nothing to do.

    Raises
    ------
    UsageError
        When the cluster cannot be reached, has no CPU, or has another allocator.
    """

    caller = None

    def __init__(self, question: Question, cluster: str, address: str, example: str, points: int) -> None:
        import ray

        self._ray: Any = ray
        self._cluster = cluster
        self._connected = self._connect(address, example)
        self._actors: dict[str, Any] = {}
        # First calls of actors that wait for a CPU: until they answer they are given nothing.
        self._coming: dict[Any, str] = {}
        self._tasks: dict[Any, tuple[str, Stretch]] = {}
        self._started = self._deaths = 0
        try:
            # A worker that ends is replaced here, so that its points are counted; Ray's own restarts would hide it.
            self._kind = ray.remote(num_cpus=1, max_restarts=0)(_Actor)
            self._question = ray.put(question)
            self.size = min(points, int(ray.cluster_resources().get("CPU", 0)))
            if not self.size:
                raise UsageError(f"{cluster} has no CPU to offer; add a node (`ray start --address …`)")
            for _ in range(self.size):
                self._add()
            self._greet()
        except BaseException:
            self.close()
            raise

    def hungry(self) -> Iterator[str]:
        """Each actor until it has a stretch to walk and one in wait."""
        held = Counter(worker for worker, _ in self._tasks.values())
        for name in self._actors.keys() - self._coming.values():
            yield from [name] * (_AHEAD - held[name])

    def give(self, worker: str, stretch: Stretch) -> None:
        """Call an actor; calls of one actor are done in order."""
        self._tasks[self._actors[worker].walk.remote(stretch)] = (worker, stretch)

    def events(self) -> Sequence[Event]:
        """Wait for a call to end, for a moment at most."""
        if not self._actors:
            raise EngineGoneError(f"{self._cluster} has lost {self._deaths} workers, and none is left")
        if not self._ray.is_initialized():
            raise EngineGoneError(f"the connection to {self._cluster} was lost")
        calls = [*self._tasks, *self._coming]
        ended, _ = self._ray.wait(calls, num_returns=1, timeout=_PATIENCE) if calls else ([], [])
        found: list[Event] = []
        for call in ended:
            if call in self._coming:
                found.extend(self._came(call))
            elif call in self._tasks:
                found.extend(self._ended(call))
        return found

    def close(self) -> None:
        """End the actors, and the connection if it was made here."""
        for actor in self._actors.values():
            with suppress(Exception):
                self._ray.kill(actor)
        self._actors.clear()
        self._coming.clear()
        self._tasks.clear()
        if self._connected:
            self._ray.shutdown()

    def _connect(self, address: str, example: str) -> bool:
        """Connect where this process is not connected yet; whether that was done here."""
        if self._ray.is_initialized():
            if address:
                raise UsageError(
                    f'this process is connected to Ray already; write cluster="ray://" for that cluster, or call '
                    f"ray.shutdown() before {self._cluster!r}"
                )
            return False
        if not address:
            raise UsageError(f"this process is connected to no Ray cluster, so name one; write {example}")
        try:
            self._ray.init(self._cluster, log_to_driver=False)
        except (OSError, RuntimeError, ValueError) as error:
            raise UsageError(
                f"no Ray server answers at {self._cluster!r}; start one (`ray start --head`), or look at the address"
            ) from error
        return True

    def _add(self) -> None:
        self._started += 1
        name = f"actor {self._started}"
        actor = self._actors[name] = self._kind.remote(self._question)
        self._coming[actor.version.remote()] = name

    def _greet(self) -> None:
        """Wait for the first actor and see that it has this very allocator; the others have the same environment."""
        ready, _ = self._ray.wait(list(self._coming), num_returns=1, timeout=_FREE_WITHIN)
        if not ready:
            raise UsageError(f"no CPU of {self._cluster} became free within {_FREE_WITHIN:.0f} s; try again later")
        try:
            found = self._ray.get(ready[0])
        except self._ray.exceptions.RayError as error:
            raise UsageError(
                f"workers of {self._cluster} cannot load allocator; install {__version__} where they run"
            ) from error
        if found != __version__:
            raise UsageError(
                f"workers of {self._cluster} have allocator {found}, this is {__version__}; install the same on both"
            )

    def _came(self, call: Any) -> Iterator[Event]:
        worker = self._coming.pop(call)
        try:
            self._ray.get(call)
        except Exception as error:
            # Ray hands on whatever kept a worker from starting, an error of its environment too; another may start.
            yield from self._lost(worker, f"a worker of {self._cluster} did not start ({type(error).__name__})")

    def _ended(self, call: Any) -> Iterator[Event]:
        worker, stretch = self._tasks.pop(call)
        try:
            rows = self._ray.get(call)
        except Exception as error:
            # Ray hands on whatever ended a worker; its work goes to another either way.
            self._tasks[call] = worker, stretch
            yield from self._lost(worker, f"a worker of {self._cluster} was lost ({type(error).__name__})")
            return
        yield from (Arrived(position, row) for position, row in rows)
        yield Ended(stretch.number)

    def _lost(self, worker: str, reason: str) -> Iterator[Event]:
        """Take back what an actor had, which does its calls in order: it was lost over the first that is not done."""
        with suppress(Exception):
            self._ray.kill(self._actors.pop(worker))
        blamed: tuple[int, ...] | None = None
        calls = [call for call, (name, _) in self._tasks.items() if name == worker]
        for call in sorted(calls, key=lambda call: self._tasks[call][1].number):
            _, stretch = self._tasks.pop(call)
            try:
                rows = self._ray.get(call)
            except Exception:
                # Whatever ended it, as above: what was not answered is lost.
                blamed = stretch.positions if blamed is None else ()
                yield Lost(stretch.number, reason, blamed)
            else:
                yield from (Arrived(position, row) for position, row in rows)
                yield Ended(stretch.number)
        yield Gone(worker)
        self._deaths += 1
        if self._deaths < _MOST_DEATHS:
            self._add()
