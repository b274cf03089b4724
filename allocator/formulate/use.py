"""Who uses the compute of which offer: the training of models, and serving them once they are launched.

As long as every use may go to every offer, at the same rate, one row a month holds all use to all
that is delivered. Where a model keeps to some offers, or where serving reaches another share of
what training reaches on one offer than on the next, each use is split by offer. See
`models/program/serving.md` and `models/program/models.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import Frame, Site
from allocator.formulate.relaxed import DECIDED

# Serving above what the size asks by less than this share is rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Use:
    """What one model asks of the fleets.

    Attributes
    ----------
    model, what : str
        ``training`` or ``serving``.
    months : ndarray of int, shape (k,)
        0-based.
    columns : ndarray of int, shape (k,)
        FLOP of each of these months.
    offers : tuple of str, or None
        Those it may use; None where it may use all.
    utilisation : float or None
        Share of peak that serving reaches; None for training, which reaches the offer's own.
    size : int or None
        Of serving: the column of the size that is served, against its reference.
    asked : ndarray, shape (k,)
        Of serving: FLOP of each month at size 1.
    carried : int or None
        Of serving: the column of the size that the law uses, which follows `size`.
    least, unfunded : float
        The least size, and that of an optional model that is not funded.
    funded : int or None
        Column of whether the model is funded; None where it always is.
    """

    model: str
    what: str
    months: IntArray
    columns: IntArray
    offers: tuple[str, ...] | None = None
    utilisation: float | None = None
    size: int | None = None
    asked: FloatArray | None = None
    carried: int | None = None
    least: float = 0.0
    unfunded: float = 0.0
    funded: int | None = None

    def weight(self, fleet: Fleet) -> float | None:
        """FLOP of training that one FLOP of this use takes from a fleet; None where it may not use it."""
        if self.offers is not None and fleet.name not in self.offers:
            return None
        return 1.0 if self.utilisation is None else fleet.utilisation / self.utilisation


@dataclass(frozen=True, eq=False)
class Fleet:
    """One offer: its GPUs by month, FLOP of training that one delivers in a month, share of peak they reach.

    `experiments` are GPUs by month that are given to experiments and deliver nothing to models; None where none can be.
    """

    name: str
    gpus: IntArray
    flop: float
    utilisation: float
    experiments: IntArray | None = None


@dataclass(frozen=True, eq=False)
class Pool:
    """Fleets that are used as one, and the columns of what uses them: (use, columns, weight)."""

    fleets: tuple[Fleet, ...]
    users: tuple[tuple[int, IntArray, float], ...]


def add_use(frame: Frame, uses: Sequence[Use]) -> None:
    """Hold all uses to what the plan's offers deliver."""
    if not uses:
        return
    fleets = tuple(
        Fleet(
            name,
            frame.columns[f"compute.{name}.gpus"],
            offer.flop_per_month,
            offer.utilisation,
            frame.columns.get(f"compute.{name}.experiments"),
        )
        for name, offer in frame.plan.compute.items()
    )
    weights = [{use.weight(fleet) for fleet in fleets} for use in uses]
    if all(len(found) <= 1 for found in weights):
        frame.part(_add_shared, tuple(uses), fleets)
    else:
        frame.part(_add_split, tuple(uses), fleets)


def _add_shared(site: Site, uses: tuple[Use, ...], fleets: tuple[Fleet, ...]) -> None:
    """One row a month: all use is at most what all fleets deliver; the rest is idle."""
    weights = [use.weight(fleets[0]) if fleets else 1.0 for use in uses]
    users = tuple((place, use.columns, float(weights[place] or 1.0)) for place, use in enumerate(uses))
    _add_pool(site, "Compute use", "what models use is at most what GPUs deliver", uses, Pool(fleets, users))
    _keep_to_delivered(site, uses, (Pool(fleets, users),))


def _add_split(site: Site, uses: tuple[Use, ...], fleets: tuple[Fleet, ...]) -> None:
    """A row a month for each offer; what a model uses is the sum of what it uses of each."""
    builder = site.builder
    users: dict[str, list[tuple[int, IntArray, float]]] = {fleet.name: [] for fleet in fleets}
    for place, use in enumerate(uses):
        what = "compute" if use.what == "training" else "serving"
        labels = [site.labels[month] for month in use.months]
        scale = site.scale_of(use.columns)
        rows = builder.add_rows(
            f"{use.what.capitalize()} of {use.model} by offer",
            labels,
            unit="FLOP",
            sentence=f"the {use.what} of {use.model} is what it is given by each offer it may use",
            lower=0.0,
            upper=0.0,
            scale=float(scale.max()),
        )
        builder.put(rows, use.columns, 1.0)
        for fleet in fleets:
            weight = use.weight(fleet)
            if weight is None:
                continue
            family = f"models.{use.model}.{what} on {fleet.name}"
            columns = builder.add_columns(
                family, labels, unit="FLOP", sentence=f"{use.what.capitalize()} of {use.model} on {fleet.name}",
                scale=scale,
            )  # fmt: skip
            site.columns[family] = columns
            builder.put(rows, columns, -1.0)
            users[fleet.name].append((place, columns, weight))
    pools = tuple(Pool((fleet,), tuple(users[fleet.name])) for fleet in fleets)
    for fleet, pool in zip(fleets, pools, strict=True):
        if pool.users:
            sentence = f"what models use of {fleet.name} is at most what it delivers"
            _add_pool(site, f"Compute use of {fleet.name}", sentence, uses, pool)
    _keep_to_delivered(site, uses, pools)


def _add_pool(site: Site, name: str, sentence: str, uses: tuple[Use, ...], pool: Pool) -> None:
    builder = site.builder
    months = np.unique(np.concatenate([uses[place].months for place, _, _ in pool.users]))
    rows = builder.add_rows(
        name,
        [site.labels[month] for month in months],
        unit="FLOP",
        sentence=sentence,
        upper=0.0,
        scale=max(float(site.scale_of(columns).max()) for _, columns, _ in pool.users),
    )
    position = np.full(site.months, -1)
    position[months] = rows
    for place, columns, weight in pool.users:
        builder.put(position[uses[place].months], columns, weight)
    for fleet in pool.fleets:
        builder.put(rows, fleet.gpus[months], -fleet.flop)
    for fleet in pool.fleets:
        if fleet.experiments is not None:
            builder.put(rows, fleet.experiments[months], fleet.flop)


def _keep_to_delivered(site: Site, uses: tuple[Use, ...], pools: tuple[Pool, ...]) -> None:
    """A row's tolerance is more FLOP than an unfunded model has, and a tangent a smaller size than is served."""
    horizon = site.months

    def adjust(point: FloatArray) -> bool:
        # Every one of these may change the point.
        changed = [_unfund(point, uses, pools)]
        changed += [_within(point, uses, pool, horizon) for pool in pools]
        changed += [_serve(point, place, use, pools) for place, use in enumerate(uses) if use.size is not None]
        changed += [_add_up(point, place, use, pools) for place, use in enumerate(uses)]
        return any(changed)

    site.builder.adjust(adjust)


def _parts(place: int, pools: tuple[Pool, ...]) -> list[IntArray]:
    """The columns of a use, pool by pool."""
    return [columns for pool in pools for user, columns, _ in pool.users if user == place]


def _add_up(point: FloatArray, place: int, use: Use, pools: tuple[Pool, ...]) -> bool:
    """What a model uses in all is what it uses of each offer."""
    total = np.sum([point[columns] for columns in _parts(place, pools)], axis=0)
    if np.array_equal(point[use.columns], total):
        return False
    point[use.columns] = total
    return True


def _within(point: FloatArray, uses: tuple[Use, ...], pool: Pool, horizon: int) -> bool:
    """Use above what is delivered is taken back, from all users alike."""
    delivered, used = np.zeros(horizon), np.zeros(horizon)
    for fleet in pool.fleets:
        gpus = np.maximum(point[fleet.gpus], 0.0)
        if fleet.experiments is not None:
            gpus = np.maximum(gpus - point[fleet.experiments], 0.0)
        delivered += fleet.flop * gpus
    for place, columns, weight in pool.users:
        used[uses[place].months] += weight * point[columns]
    over = used > delivered
    if not over.any():
        return False
    share = np.where(over, delivered / np.where(over, used, 1.0), 1.0)
    for place, columns, _ in pool.users:
        point[columns] *= share[uses[place].months]
    return True


def _serve(point: FloatArray, place: int, use: Use, pools: tuple[Pool, ...]) -> bool:
    """The size is what the least of the months can serve, and no month serves more than that asks."""
    assert use.size is not None  # the caller asks only then
    assert use.asked is not None
    assert use.carried is not None
    if use.funded is not None and point[use.funded] <= DECIDED:
        return False
    parts = _parts(place, pools)
    served = np.sum([point[columns] for columns in parts], axis=0)
    size = min(float(point[use.size]), float((served / use.asked).min()))
    size = max(size, use.least)
    before = point[[use.size, use.carried]]
    point[use.size] = point[use.carried] = size
    needed = use.asked * size
    spare = served > needed * (1.0 + _ROUNDING)
    if spare.any():
        share = np.where(spare, needed / np.where(spare, served, 1.0), 1.0)
        for columns in parts:
            point[columns] *= share
    return bool(spare.any() or np.any(before != size))


def _unfund(point: FloatArray, uses: tuple[Use, ...], pools: tuple[Pool, ...]) -> bool:
    """A model that is not funded is given nothing and serves nothing."""
    changed = False
    for place, use in enumerate(uses):
        if use.funded is None or point[use.funded] > DECIDED:
            continue
        parts = _parts(place, pools)
        changed |= any(bool(point[columns].any()) for columns in parts)
        for columns in parts:
            point[columns] = 0.0
        if use.size is not None and use.carried is not None:
            changed |= bool(point[use.size] != 0.0 or point[use.carried] != use.unfunded)
            point[use.size], point[use.carried] = 0.0, use.unfunded
    return changed
