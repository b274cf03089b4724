"""What walks a path: the protocol of engines, the loop that feeds one, and which one is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from allocator.errors import UsageError, how_to_install
from allocator.study.handout import Handout
from allocator.study.walk import Point, Question, Row, Stretch, empty_row

# Where the engine of each kind of cluster is, what must be installed for it, and an address of its kind.
_CLUSTERS = {
    "dask": ("allocator.study.dask_cluster", "DaskEngine", "dask://host:8786"),
    "ray": ("allocator.study.ray_cluster", "RayEngine", "ray://host:10001"),
}


@dataclass(frozen=True)
class Arrived:
    """The row of one point."""

    position: int
    row: Row


@dataclass(frozen=True)
class Ended:
    """A stretch whose rows have all arrived."""

    number: int


@dataclass(frozen=True)
class Lost:
    """A stretch whose worker is gone.

    Attributes
    ----------
    number : int
    reason : str
        What became of the worker, as a clause.
    blamed : tuple of int or None
        Points it may have been lost over; None for the first that has not arrived.
    final : bool
        Whether a blamed point that was handed out alone has been tried often enough.
    """

    number: int
    reason: str
    blamed: tuple[int, ...] | None = None
    final: bool = False


@dataclass(frozen=True)
class Gone:
    """A worker that takes no more stretches."""

    worker: str


Event = Arrived | Ended | Lost | Gone


class EngineGoneError(Exception):
    """No worker is left, nor will there be one; the text says what happened, as a clause."""


class Engine(Protocol):
    """Workers, each with a name, that walk stretches."""

    @property
    def size(self) -> int:
        """How many workers share the path."""

    @property
    def caller(self) -> str | None:
        """The worker that is the calling process itself, which must not be lost."""

    def hungry(self) -> Iterable[str]:
        """Workers that can take a stretch now; one that can take two may be named twice."""

    def give(self, worker: str, stretch: Stretch) -> None:
        """Hand a stretch to a worker that was named as hungry."""

    def events(self) -> Sequence[Event]:
        """Wait a moment, or work, and return what has happened; raises `EngineGoneError`."""

    def close(self) -> None:
        """Let every worker go."""


def walk_path(
    engine: Engine, question: Question, points: Sequence[Point], path: Sequence[int]
) -> Iterator[tuple[int, Row]]:
    """Yield the position and the row of every point exactly once, in the order they are finished.

    Parameters
    ----------
    engine : Engine
    question : Question
    points : sequence of dict
        The values of each point's fields.
    path : sequence of int
        The order to solve them in.

    Raises
    ------
    SweepError
        When the engine loses or doubles a point.
    """
    handout = Handout(path)

    def give_up(position: int, reason: str) -> tuple[int, Row]:
        handout.book(position)
        return position, empty_row(question.plan, points[position], "failed", reason)

    while not handout.complete:
        for worker in engine.hungry():
            taken = handout.take(worker, engine.size, suspects=worker != engine.caller)
            if taken is not None:
                number, positions = taken
                engine.give(worker, Stretch(number, tuple((position, points[position]) for position in positions)))
        try:
            events = engine.events()
        except EngineGoneError as gone:
            for position in handout.missing():
                yield give_up(position, f"not solved: {gone}")
            return
        for event in events:
            match event:
                case Arrived(position, row):
                    handout.book(position)
                    yield position, row
                case Ended(number):
                    handout.end(number)
                case Lost(number, reason, blamed, final):
                    for position in handout.lose(number, blamed=blamed, final=final):
                        yield give_up(position, f"given up after several tries: {reason}")
                case Gone(worker):
                    handout.leave(worker)
    handout.check()


def make_engine(
    question: Question, *, parallel: int, cluster: str | None, points: int, interrupted: Callable[[], bool]
) -> Engine:
    """Return the engine for what was asked.

    Parameters
    ----------
    question : Question
    parallel : int
        Processes on this machine, the calling one included.
    cluster : str or None
        Address of a Dask scheduler or a Ray cluster.
    points : int
        How many there are: more workers than points would have nothing to do.
    interrupted : callable
        Whether the user has asked to stop.

    Raises
    ------
    UsageError
        For an address of no known kind, a package that is not installed, a cluster that cannot be reached.
    """
    if parallel < 1:
        raise UsageError(f"parallel is {parallel}; it must be at least 1")
    if cluster is None:
        from allocator.study.processes import LocalEngine

        return LocalEngine(question, min(parallel, points), interrupted)
    if parallel > 1:
        raise UsageError("parallel counts processes on this machine, cluster names another; give one of the two")
    kind, marks, address = cluster.partition("://")
    if kind not in _CLUSTERS or not marks:
        known = " or ".join(example for _, _, example in _CLUSTERS.values())
        raise UsageError(f"cluster {cluster!r} is no known kind of address; write {known}")
    module, name, example = _CLUSTERS[kind]
    try:
        import_module({"dask": "distributed"}.get(kind, kind))
    except ImportError as error:
        raise UsageError(
            f"cluster {cluster!r} needs the package {error.name}; {how_to_install(kind)}; "
            "or use processes of this machine (parallel)"
        ) from error
    engine: Engine = getattr(import_module(module), name)(question, cluster, address, example, points)
    return engine
