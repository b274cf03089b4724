"""What a golden program is: a plan of three or four months with small round numbers, and the parts built of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from program_text import write_program

from allocator.formulate.costs import add_costs
from allocator.formulate.frame import Frame
from allocator.formulate.funding import add_funding
from allocator.formulate.models import add_models, load_laws
from allocator.formulate.objective import add_capital
from allocator.formulate.program import Program
from allocator.formulate.revenue import add_revenue
from allocator.plan import Plan, load_plan

Part = Callable[[Frame], object]

# A year that is easy by the month: 1.01^12 - 1 is one per cent a month, 1 - 0.9^12 ten per cent a month.
ONE_PERCENT_A_MONTH = 0.126825030131969720661201
TEN_PERCENT_A_MONTH = 0.717570463519
FIVE_PERCENT_A_MONTH = 1 - 0.95**12
HALF_A_YEAR_KEPT = 0.5**12  # a resale that keeps half a month

SOME_MODEL: dict[str, Any] = {"law": "table", "inputs": {"x": "data.notes.items"}, "points": [[0, 0], [1, 1]]}
NOTES: dict[str, Any] = {"unit": "hour", "price": 1}


def models(frame: Frame) -> object:
    """Add the plan's models with their laws."""
    return add_models(frame, load_laws(frame.plan))


def money(frame: Frame) -> object:
    """Add costs, the capital that is made least, rounds and revenue."""
    return add_costs(frame), add_capital(frame), add_funding(frame), add_revenue(frame, load_laws(frame.plan))


def money_and_models(frame: Frame) -> object:
    """Add the models, and money that waits for one."""
    return add_funding(frame, add_models(frame, load_laws(frame.plan)))


@dataclass(frozen=True)
class Case:
    """One golden program: a plan, the parts that are built, and the row families that are shown."""

    title: str
    sections: Mapping[str, Any]
    parts: tuple[Part, ...]
    families: tuple[str, ...]
    money: float = 1_000.0
    second_pass: bool = False

    def plan(self) -> Plan:
        """The case's sections as a plan: from January 2026, three months, and some model where none is given."""
        sections = {name: dict(section) for name, section in self.sections.items()}
        sections["plan"] = {"start": "2026-01", "months": 3, "cash": 1_000, **sections.get("plan", {})}
        if "models" not in sections:
            sections["models"] = {"some": {**SOME_MODEL, "deadline": 3, "training_months": 1}}
            sections["data"] = {**sections.get("data", {}), "notes": NOTES}
        return load_plan(sections)

    def program(self) -> Program:
        """The parts' program."""
        frame = Frame(plan=self.plan(), reference={"money": self.money})
        for part in self.parts:
            part(frame)
        return frame.builder.build()

    def text(self) -> str:
        """The golden program."""
        return write_program(self.program(), self.title, self.families, second_pass=self.second_pass)


BURNING = {"costs": {"office": {"amount": [10, 20, 30]}}}
GPU = {"flops": "1 TFLOP/s", "utilisation": 1.0}  # 2.628e18 FLOP a month: 1e12 x 730 h x 3600 s
SLOW_GPU = {"flops": 1e6, "utilisation": 1.0}  # 2.628e12 FLOP a month, small enough for a reader of the LP format
TRAINING: dict[str, Any] = {
    "compute": {"cloud": {"kind": "rent", "price": 1, **GPU}},
    "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e9}},
}
# 2.628e14 FLOP a month: solvers read no coefficient of 1e15 or more.
SMALL_TRAINING: dict[str, Any] = {
    **TRAINING,
    "compute": {"cloud": {"kind": "rent", "price": 1, "flops": 1e8, "utilisation": 1.0}},
}
EVEN_LAW = {"law": "chinchilla-replication", "parameters": {"A": 100, "B": 100, "alpha": 0.5, "beta": 0.5, "E": 1}}
REPEATED = {"law": "muennighoff", "parameters": {**EVEN_LAW["parameters"], "R_D": 10, "R_N": 5}}
SCARCEST = {
    "law": "leontief",
    "inputs": {"x": "compute.flop", "y": "data.photos.items"},
    "parameters": {"scale_x": 1e12, "scale_y": 10},
}
TWO_INPUTS = {"x": "data.images.items", "y": "people.crew.effective"}
IMAGES_AND_CREW: dict[str, Any] = {
    "data": {"images": {"unit": "image", "price": 1, "max": 500}},
    "people": {"crew": {"salary": 10, "now": 2}},
}


def two_inputs(law: str, parameters: Mapping[str, float], **more: Any) -> dict[str, Any]:
    model = {"law": law, "inputs": TWO_INPUTS, "parameters": parameters, "deadline": 3, "training_months": 1, **more}
    return {**IMAGES_AND_CREW, "models": {"eye": model}}


SCORED: dict[str, Any] = {"models": {"some": {**SOME_MODEL, "deadline": 3, "training_months": 1, "target": 0.5}}}
