"""The few errors a user can meet. Each says what is wrong, where, what is allowed and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What the command line answers to the shell."""

    SOLVED = 0
    WRONG_INPUT = 2
    INFEASIBLE = 3
    STOPPED_EARLY = 4
    SOLVER_FAILED = 5


class AllocatorError(Exception):
    """Base of every error raised on purpose; carries the exit code of the command line."""

    exit_code: ExitCode = ExitCode.WRONG_INPUT


@dataclass(frozen=True)
class Problem:
    """One mistake in a plan, card or option.

    Attributes
    ----------
    key : str
        Dotted path of the field, ``compute.h100-cloud.price``; empty for the whole file.
    message : str
        What is wrong, in one clause.
    found : str
        The value found, as the user wrote it; empty when nothing was found.
    allowed : str
        What may stand there.
    remedy : str
        What to do about it.
    file : str
        The file, or ``<dict>`` for a plan that came from Python.
    line : int or None
        Line in the file, where it is known.
    """

    key: str
    message: str
    found: str = ""
    allowed: str = ""
    remedy: str = ""
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f":{self.line}"
        head = ": ".join(part for part in (place, self.key, self.message) if part)
        details = (("found", self.found), ("allowed", self.allowed), ("do", self.remedy))
        return "\n".join([head, *(f"  {name + ':':<9}{text}" for name, text in details if text)])


class PlanError(AllocatorError):
    """A plan that cannot be read; every mistake found in one pass is in `problems`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class LawError(AllocatorError):
    """A quality law that cannot be used as asked; `problems` as in `PlanError`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsageError(AllocatorError):
    """An option or argument that cannot be used as given."""


class InfeasibleError(AllocatorError):
    """No plan satisfies every rule; `conflict` names rules that cannot hold together."""

    exit_code = ExitCode.INFEASIBLE

    def __init__(self, message: str, conflict: Sequence[str] = ()) -> None:
        self.conflict = tuple(conflict)
        super().__init__(message)


class SolverError(AllocatorError):
    """A solver that is not installed, failed, or gave no usable answer."""

    exit_code = ExitCode.SOLVER_FAILED


class CertificateError(SolverError):
    """An answer that did not survive verification; `findings` names every check it failed."""

    def __init__(self, findings: Sequence[str]) -> None:
        self.findings = tuple(findings)
        super().__init__("The answer was refused:\n" + "\n".join(f"  - {finding}" for finding in self.findings))


class RebuildError(AllocatorError):
    """A changed plan that does not fit into the live program, where only that was allowed.

    `reason` is one of `allocator.solve.diff.RebuildReason`.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        self.reason = reason
        super().__init__(
            f"The changed plan cannot be solved in place ({reason}): {sentence}. Allow a rebuild "
            "(allow_rebuild=True), or change numbers only"
        )


class StoppedError(AllocatorError):
    """Stopped, by a time limit or by the user, before any plan was found."""

    exit_code = ExitCode.STOPPED_EARLY


class SweepError(AllocatorError):
    """A sweep whose workers lost a point or delivered one twice."""

    exit_code = ExitCode.SOLVER_FAILED


def how_to_install(extra: str) -> str:
    """What to run for the packages of `extra`: from an index, or in a clone, which no index may know of."""
    return f'run `pip install "allocator[{extra}]"`, or in a clone `pip install ".[{extra}]"`'
