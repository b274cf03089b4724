"""The last check of a program over price paths: each path by its own ledger, and what they share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from allocator.errors import CertificateError
from allocator.formulate.curves import FloatArray
from allocator.formulate.paths import Paths
from allocator.result.audit import OBJECTIVE_GIVE, Certificate
from allocator.result.certify import certify
from allocator.result.decisions import Decisions
from allocator.solve.solution import Solution

# Shared decisions are one column; only the dust of reading them may differ.
_SAME = 1e-9


@dataclass(frozen=True)
class PathsCertificate:
    """What stands behind a plan over price paths.

    Attributes
    ----------
    objective, bound, gap : float
        Mean over the paths, as in `Solution`.
    gains : ndarray, shape (S,)
        Objective of each path.
    paths : tuple of Certificate
        Each path's own, from its replay at its own prices. Their bound is infinite: what is
        proven is proven of the mean.
    """

    objective: float
    bound: float
    gap: float
    gains: FloatArray
    paths: tuple[Certificate, ...]

    @property
    def ledger_difference(self) -> float:
        """Largest difference between program and ledger on any path, in the plan's currency."""
        return max(certificate.ledger_difference for certificate in self.paths)


def certify_paths(paths: Paths, solution: Solution) -> PathsCertificate:
    """Replay and audit every path of a solution that has a plan, and compare what all decide alike.

    Raises
    ------
    CertificateError
        When a path's ledger, laws and program do not agree, or two paths decide differently in
        a month whose decisions they share; it names the path.
    """
    # Only solutions with a plan are handed on.
    assert solution.x is not None
    assert solution.objective is not None
    assert solution.bound is not None
    points = paths.points(solution.x)
    gains = np.empty(len(paths))
    certificates = []
    shared: dict[str, FloatArray] = {}
    findings: list[str] = []
    for path, x in enumerate(points):
        formulation = paths.formulation(path)
        gains[path] = float(formulation.program.objective @ x)
        own = replace(solution, x=x, objective=float(gains[path]), bound=float("inf"), gap=0.0)
        try:
            certified = certify(formulation, own)
        except CertificateError as error:
            raise CertificateError([f"path {path + 1}: {finding}" for finding in error.findings]) from error
        certificates.append(certified.certificate)
        for name, decided in _decided(certified.decisions, paths.first, paths.plan.plan.months):
            known = shared.setdefault(name, decided)
            apart = np.abs(known - decided) > _SAME * np.maximum(np.abs(known), 1.0)
            if apart.any():
                month = paths.plan.labels[int(np.argmax(apart)) % paths.plan.plan.months]
                findings.append(
                    f"path {path + 1} decides {name} in {month} otherwise than path 1, which it cannot know"
                )
    mean = float(gains.mean())
    if abs(mean - solution.objective) > OBJECTIVE_GIVE * max(1.0, abs(mean)):
        findings.append(f"the paths are worth {mean:.9g} on average, {solution.objective:.9g} was promised")
    if findings:
        raise CertificateError(findings)
    return PathsCertificate(solution.objective, solution.bound, solution.gap or 0.0, gains, tuple(certificates))


def _decided(decisions: Decisions, first: int, months: int) -> Iterator[tuple[str, FloatArray]]:
    """What is decided in the first months, by name, a value for each of them."""
    for section in ("compute", "data", "people", "revenue", "treasury", "models"):
        for name, decided in decisions[section].items():
            for what, values in decided.items():
                if what in ("inputs", "value"):
                    continue
                if what in ("sold", "ended"):
                    by_order = np.zeros((months + 1, months))
                    for order, sale, amount in values:
                        by_order[order, sale - 1] = amount
                    yield f"{section}.{name}.{what}", by_order[:, :first].ravel()
                else:
                    yield f"{section}.{name}.{what}", np.asarray(values[:first], dtype=float)
