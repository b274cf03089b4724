"""What the parts of one model share: its law, its columns and its reference point."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.formulate.curves import FloatArray
from allocator.formulate.relaxed import DECIDED
from allocator.plan.schema import Model
from allocator.quality import Law
from allocator.quality.serving import SIZE


@dataclass(frozen=True)
class ModelBlock:
    """The columns of one model, for its law's form and for reading results back.

    Attributes
    ----------
    law : Law
        The quality law, with the plan's overrides and measured point applied.
    available : dict of str to int
        Column of what is at hand for each input that is not free.
    compute, research : int or None
        Columns of the window's total FLOP and of research effort done before it.
    reference : dict of str to float
        Typical inputs, which scale the block.
    typical_compute : float
        Typical FLOP of the window.
    size : int or None
        Column of the most parameters that can be served, against the reference; None where nothing is served.
    funded : int or None
        Column of whether an optional model is funded.
    at_floor : frozenset of str
        Inputs, and ``compute``, of which nothing can be there in time: their logs are constants,
        where a curve would be too steep to cut.
    """

    name: str
    model: Model
    law: Law
    available: dict[str, int]
    compute: int | None
    research: int | None
    reference: dict[str, float]
    typical_compute: float
    at_floor: frozenset[str] = frozenset()
    theta: float = 0.0
    research_scale: float = 1.0
    size: int | None = None
    funded: int | None = None

    def is_funded(self, point: FloatArray) -> bool:
        """Whether the model is trained at all."""
        return self.funded is None or float(point[self.funded]) > DECIDED

    def effective_compute(self, point: FloatArray) -> float | None:
        """FLOP of the window, plus the law's floor, times what research makes of it."""
        if self.compute is None:
            return None
        raw = max(float(point[self.compute]), 0.0) + self.law.compute_floor
        return raw * self.research_multiplier(point)

    def research_multiplier(self, point: FloatArray) -> float:
        """(1 + S / S0)^theta, 1 where the plan gives research no effect."""
        if self.research is None:
            return 1.0
        return float((1.0 + max(float(point[self.research]), 0.0) / self.research_scale) ** self.theta)

    def at_hand(self, point: FloatArray) -> dict[str, float]:
        """What each input that is not free may use."""
        return {name: max(float(point[column]), 0.0) for name, column in self.available.items()}

    def best_inputs(self, point: FloatArray) -> dict[str, float]:
        """The inputs the true law would choose with the point's compute, data and people; of nothing if not funded."""
        if not self.is_funded(point):
            return inputs_of_nothing(self.law)
        return self.own_inputs(point)

    def own_inputs(self, point: FloatArray) -> dict[str, float]:
        """The inputs the true law would choose, funded or not, with no more parameters than can be served."""
        available = self.at_hand(point)
        if self.size is not None:
            floor = next(entry.floor for entry in self.law.inputs if entry.name == SIZE)
            available[SIZE] = max(float(point[self.size]) * self.reference[SIZE] - floor, 0.0)
        return self.law.best(self.effective_compute(point), available)

    def least_gain(self) -> float:
        """The gain with no compute, data or people: no plan's model is worth less."""
        compute = None if self.compute is None else self.law.compute_floor
        worst = self.law.best(compute, dict.fromkeys(self.available, 0.0))
        return float(self.law.gain(self.law.array(worst)))

    def without_floors(self, inputs: dict[str, float]) -> dict[str, float]:
        """What a run draws from the company's own stocks: effective inputs less the law's floors."""
        floors = {entry.name: 0.0 if entry.role == "free" else entry.floor for entry in self.law.inputs}
        return {name: max(value - floors[name], 0.0) for name, value in inputs.items()}

    def with_floors(self, inputs: dict[str, float]) -> dict[str, float]:
        """Effective inputs, as the law takes them."""
        floors = {entry.name: 0.0 if entry.role == "free" else entry.floor for entry in self.law.inputs}
        return {name: value + floors[name] for name, value in inputs.items()}


def inputs_of_nothing(law: Law) -> dict[str, float]:
    """The inputs of a run that is given nothing: what everyone has."""
    nothing = {entry.name: 0.0 for entry in law.inputs if entry.role != "free"}
    return law.best(law.compute_floor, nothing)
