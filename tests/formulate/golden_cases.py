"""Each part of the program alone, on a plan of three or four months with small round numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from program_text import write_program

from allocator.formulate.cash import add_cash
from allocator.formulate.compute import add_compute
from allocator.formulate.costs import add_costs
from allocator.formulate.data import add_data
from allocator.formulate.debt import add_covenants
from allocator.formulate.frame import Frame
from allocator.formulate.funding import add_funding
from allocator.formulate.limits import add_limits
from allocator.formulate.models import add_models, load_laws
from allocator.formulate.objective import add_capital
from allocator.formulate.partners import add_partners
from allocator.formulate.people import add_people
from allocator.formulate.program import Program
from allocator.formulate.revenue import add_revenue
from allocator.formulate.sites import add_sites
from allocator.formulate.staffing import add_staffing
from allocator.formulate.treasury import add_treasury
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


def _two_inputs(law: str, parameters: Mapping[str, float], **more: Any) -> dict[str, Any]:
    model = {"law": law, "inputs": TWO_INPUTS, "parameters": parameters, "deadline": 3, "training_months": 1, **more}
    return {**IMAGES_AND_CREW, "models": {"eye": model}}


SCORED: dict[str, Any] = {"models": {"some": {**SOME_MODEL, "deadline": 3, "training_months": 1, "target": 0.5}}}

CASES: dict[str, Case] = {
    "goal-capital": Case(
        "The least opening cash, at one per cent of interest a month",
        {
            "plan": {"cash": 1_000, "cash_yield": ONE_PERCENT_A_MONTH},
            "costs": {"office": {"amount": 100}},
            "objective": {"goal": "capital"},
            "data": {"notes": NOTES},
            **SCORED,
        },
        (money, add_cash),
        ("Cash balance",),
    ),
    "goal-capital-round": Case(
        "The least seed round in February, with its fee",
        {
            "costs": {"office": {"amount": 100}},
            "funding": {"seed": {"kind": "equity", "amount": 500, "month": 2, "fee": 0.02}},
            "objective": {"goal": "capital", "of": "funding.seed"},
            "data": {"notes": NOTES},
            **SCORED,
        },
        (money, add_cash),
        ("Cash balance", "Spending on funding"),
    ),
    "goal-runway": Case(
        "The longest runway: cash left beyond two months of burn, at each close and after the horizon",
        {**BURNING, "runway": {"months": 2, "window": 2}, "objective": {"goal": "runway"}},
        (money, add_cash),
        ("Runway*",),
    ),
    "goal-profit": Case(
        "The largest profit: closing cash, and what GPUs are sold for in between",
        {
            **BURNING,
            "compute": {"own": {"kind": "buy", "price": 100, "resale": HALF_A_YEAR_KEPT, **GPU}},
            "objective": {"goal": "profit"},
        },
        (add_compute, money, add_cash),
        ("Cash balance",),
    ),
    "cash": Case(
        "Cash: interest of one per cent a month, revenue a month late, a round with its fee, a cost",
        {
            "plan": {"cash": 1_000, "min_cash": 50, "cash_yield": ONE_PERCENT_A_MONTH},
            "revenue": {"subscriptions": {"amount": [10, 20, 30], "paid_after": 1}},
            "funding": {"seed": {"kind": "equity", "amount": 500, "month": 2, "fee": 0.02}},
            "costs": {"office": {"amount": 100}},
        },
        (money, add_cash),
        ("Cash balance", "Spending on *"),
        second_pass=True,
    ),
    "churn": Case(
        "Revenue of 100 of which ten per cent leave a month",
        {"revenue": {"subscriptions": {"amount": 100, "churn": TEN_PERCENT_A_MONTH}}},
        (money, add_cash),
        ("Cash balance",),
    ),
    "marketing": Case(
        "Marketing: 100 in a month add 25 of monthly revenue, of which ten per cent leave a month, paid a month late",
        {
            "plan": {"months": 4},
            "revenue": {
                "subscriptions": {
                    "amount": 10,
                    "paid_after": 1,
                    "marketing": {"max": 200, "adds": 50, "half": 100, "churn": TEN_PERCENT_A_MONTH},
                }
            },
            "runway": {"months": 1, "window": 2},
        },
        (money, add_cash),
        ("Scale of marketing: *", "Added by marketing: *", "Spending on marketing", "Cash balance", "Net burn"),
    ),
    "launch": Case(
        "A model earns from the month after its deadline: nothing at a loss of 3 or 0.25 answered, all at 2 or 0.75",
        {
            **TRAINING,
            "plan": {"months": 4},
            "data": {**TRAINING["data"], "notes": NOTES},
            "revenue": {
                "api": {"amount": 8, "paid_after": 1, "model": {"name": "chat", "nothing_at": 3, "all_at": 2}},
                "desk": {"amount": [1, 2, 3, 4], "model": {"name": "guide", "nothing_at": 0.25, "all_at": 0.75}},
            },
            "models": {
                "chat": {**EVEN_LAW, "deadline": 2, "training_months": 1},
                "guide": {**SOME_MODEL, "deadline": 3, "training_months": 1},
            },
        },
        (add_data, add_compute, models, money, add_cash),
        ("Launch of *", "Loss left of *", "Score of *", "Cash balance"),
    ),
    "launch-optional": Case(
        "A model that may go without funding earns, from the month after its deadline, only where it is funded",
        {
            **TRAINING,
            "plan": {"months": 4},
            "revenue": {"api": {"amount": 8, "model": {"name": "chat", "nothing_at": 3, "all_at": 2}}},
            "models": {"chat": {**EVEN_LAW, "deadline": 2, "training_months": 1, "optional": True}},
        },
        (add_data, add_compute, models, money, add_cash),
        ("Launch of *", "Loss left of *", "Score of *", "Only if funded, *", "Cash balance"),
    ),
    "partners": Case(
        "A partner pays half of a contract, a quarter of bought GPUs, all of the office, and takes half of revenue",
        {
            "revenue": {"subscriptions": {"amount": [30, 60, 90]}},
            "costs": {"office": {"amount": [10, 20, 30]}},
            "compute": {
                "hall": {"kind": "reserve", "price": 1, "term": 2, "max": 16, **GPU},
                "own": {"kind": "buy", "price": 100, "running": 5, **GPU},
            },
            "partners": {
                "acme": {
                    "pays": {"compute": {"hall": 0.5, "own": 0.25}, "costs": {"office": 1}},
                    "takes": {"subscriptions": "50 %"},
                }
            },
            "runway": {"months": 2},
        },
        (add_compute, money, add_partners, add_cash),
        ("Cash balance", "Net burn", "Burn that goes on"),
    ),
    "treasury": Case(
        "Lent for two months at one per cent a month, 10 or more at a time, 100 in all, 50 to come back in the second",
        {
            "plan": {"months": 4},
            "treasury": {
                "bills": {"earns": ONE_PERCENT_A_MONTH, "months": 2, "min": 10, "max": 100, "now": {"2026-02": 50}}
            },
        },
        (add_treasury, add_cash),
        ("Lent to *", "Smallest placement: *", "Any placement: *", "Cash balance"),
    ),
    "costs-per-person": Case(
        "A cost of 5 a month and one of 2, 3 and 4 for each head",
        {
            "costs": {"office": {"amount": 5}, "desks": {"amount": [2, 3, 4], "per_person": True}},
            "people": {"crew": {"salary": 10, "now": 2}, "guards": {"salary": 10, "now": 1}},
        },
        (add_people, money, add_cash),
        ("Spending on costs",),
    ),
    "runway-trailing": Case(
        "Two months of runway over a window of two, 40 burnt a month before the plan, bought GPUs left out",
        {
            **BURNING,
            "plan": {"months": 4},
            "costs": {"office": {"amount": [10, 20, 30, 40]}},
            "revenue": {"subscriptions": {"amount": [1, 2, 3, 4]}},
            "funding": {"seed": {"kind": "equity", "amount": 500, "month": 2, "fee": 0.02}},
            "compute": {"own": {"kind": "buy", "price": 100, "running": 5, **GPU}},
            "runway": {"months": [2, 2, 2, 1], "window": 2, "opening_burn": 40},
        },
        (add_compute, money, add_cash),
        ("Net burn", "Runway"),
    ),
    "runway-first-month": Case(
        "Three months of runway over a window of three; months before the plan burnt what the first month burns",
        {**BURNING, "runway": {"months": 3, "window": 3}},
        (money, add_cash),
        ("Runway",),
    ),
    "runway-forward": Case(
        "Cash in hand for the next month and a half; months after the plan burn what goes on after the horizon",
        {
            **BURNING,
            "compute": {"own": {"kind": "buy", "price": 100, **GPU}},
            "runway": {"months": 1.5, "basis": "forward", "purchases": True},
        },
        (add_compute, money, add_cash),
        ("Net burn", "Runway"),
    ),
    "horizon": Case(
        "After the horizon: burn goes on, and staff stays as numerous as when the last training begins",
        {
            "plan": {"months": 4},
            "costs": {"office": {"amount": 10}},
            "people": {"crew": {"salary": 10, "now": 2, "min": 0, "max": 4, "attrition": TEN_PERCENT_A_MONTH}},
            "runway": {"months": [6, 6, 6, 2]},
            "data": {"notes": NOTES},
            "models": {"some": {**SOME_MODEL, "deadline": 2, "training_months": 1}},
        },
        (add_people, money, add_cash),
        ("Runway after the horizon", "Burn after the horizon", "Staff kept: *"),
    ),
    "horizon-tails": Case(
        "What contracts owe beyond the plan is paid in its last month, burns there, and does not go on",
        {
            "compute": {
                "hall": {"kind": "reserve", "price": [1, 2, 3], "term": 2, "upfront": 0.25, "now": 8, "max": 16, **GPU},
                "yard": {"kind": "reserve", "price": 1, "term": 4, "now": 4, "max": 4, **GPU},
            },
            "runway": {"months": 2},
        },
        (add_compute, add_cash),
        ("Burn that goes on", "Burn after the horizon"),
    ),
    "rent": Case(
        "Rent: 4 to 16 GPUs in fours, whole in the first month, at 1, 2 and 3 an hour",
        {
            "plan": {"whole": 1},
            "compute": {"cloud": {"kind": "rent", "price": [1, 2, 3], "min": 4, "max": 16, "lot": 4, **GPU}},
        },
        (add_compute, add_cash),
        ("Spending on compute",),
    ),
    "reserve": Case(
        "Reserve: two-month contracts at 1, 2 and 3 an hour, a quarter paid on signing, 8 GPUs under contract before",
        {
            "compute": {
                "hall": {"kind": "reserve", "price": [1, 2, 3], "term": 2, "upfront": 0.25, "now": 8, "max": 16, **GPU}
            }
        },
        (add_compute, add_cash),
        ("Contracts of hall", "Commitments of hall", "Spending on compute"),
    ),
    "reserve-long": Case(
        "Reserve: five-month contracts in a plan of three; what falls due after it is paid in its last month",
        {"compute": {"hall": {"kind": "reserve", "price": 1, "term": 5, "now": 8, **GPU}}},
        (add_compute, add_cash),
        ("Contracts of hall", "Commitments of hall", "Spending on compute"),
    ),
    "buy": Case(
        "Buy: paid on order at 100, 90, 80 and 70, delivered a month later, worn out after two, 5 a month to run",
        {
            "plan": {"months": 4},
            "compute": {
                "own": {"kind": "buy", "price": [100, 90, 80, 70], "lead": 1, "life": 2, "running": 5, "max": 16, **GPU}
            },
        },
        (add_compute, add_cash),
        ("Fleet of own", "Spending on compute"),
    ),
    "opening-fleet": Case(
        "Opening fleet: 8 GPUs delivered on opening day that serve two of their three months and may be sold",
        {
            "plan": {"whole": 1},
            "compute": {
                "own": {
                    "kind": "buy",
                    "price": [100, 90, 80],
                    "lead": 2,
                    "life": 3,
                    "now": 8,
                    "lot": 4,
                    "resale": HALF_A_YEAR_KEPT,
                    **GPU,
                }
            },
        },
        (add_compute, add_cash),
        ("Fleet of own", "Sales of own", "Cash balance"),
    ),
    "resale": Case(
        "Resale: half the price paid is kept a month; what is sold serves no more and wears out no more",
        {
            "plan": {"months": 4},
            "compute": {
                "own": {
                    "kind": "buy",
                    "price": [100, 80, 60, 40],
                    "lead": 1,
                    "life": 2,
                    "resale": HALF_A_YEAR_KEPT,
                    **GPU,
                }
            },
        },
        (add_compute, add_cash),
        ("Fleet of own", "Sales of own", "Cash balance"),
    ),
    "exit": Case(
        "Exit: four-month contracts at 1 to 5 an hour, a quarter on signing; leaving costs half of what would be owed",
        {
            "plan": {"months": 5, "whole": 2},
            "compute": {
                "hall": {
                    "kind": "reserve",
                    "price": [1, 2, 3, 4, 5],
                    "term": 4,
                    "upfront": 0.25,
                    "now": 8,
                    "age": 2,
                    "lot": 2,
                    "exit_fee": 0.5,
                    **GPU,
                }
            },
        },
        (add_compute, add_cash),
        ("Contracts of hall", "Commitments of hall", "Exits of hall", "Spending on compute"),
    ),
    "exit-months": Case(
        "Exit: five-month contracts in a plan of three, left for two months of what they owe",
        {
            "compute": {"hall": {"kind": "reserve", "price": 1, "term": 5, "exit_months": 2, **GPU}},
            "runway": {"months": 2},
        },
        (add_compute, add_cash),
        ("Exits of hall", "Spending on compute", "Burn that goes on"),
    ),
    "opening-age": Case(
        "Opening fleet of an age: 8 GPUs delivered two months before the plan that serve one of their four months yet",
        {
            "compute": {
                "own": {"kind": "buy", "price": 100, "life": 4, "now": 8, "age": 2, "resale": HALF_A_YEAR_KEPT, **GPU}
            }
        },
        (add_compute, add_cash),
        ("Fleet of own", "Sales of own", "Cash balance"),
    ),
    "sites": Case(
        "A site with room for 8, then 6 GPUs and 12 kW at 2 a kW-month and 0.1 a kWh, for 50 a month",
        {
            "compute": {
                "own": {"kind": "buy", "price": 100, "power": 1.5, "site": "cellar", **GPU},
                "lent": {"kind": "rent", "price": 1, "power": 2, "site": "cellar", **GPU},
                "away": {"kind": "rent", "price": 2, **GPU},
            },
            "sites": {"cellar": {"max": [8, 6, 6], "power": 12, "cost": 50, "cost_per_kw": 2, "power_price": 0.1}},
        },
        (add_compute, add_sites, add_cash),
        ("GPUs at cellar", "Power at cellar", "Spending on compute"),
    ),
    "staffing": Case(
        "Experiments want 2 GPUs a head of the crew and 4 of the aides, of which spot delivers half; guards run 8 each",
        {
            **TRAINING,
            "compute": {
                "cloud": {"kind": "rent", "price": 1, "flops": 1e6, "utilisation": 1.0},
                "spot": {"kind": "rent", "price": 1, "flops": 2e6, "utilisation": 0.5, "delivered": 0.5},
            },
            "people": {
                "crew": {"salary": 10, "now": 2, "research": 1.0, "wants_gpus": 2},
                "aides": {"salary": 10, "now": 2, "research": 0.5, "wants_gpus": 4},
                "guards": {"salary": 10, "now": 3, "max": 5, "runs_gpus": 8, "hiring": {"delay": 1, "ramp": 1}},
            },
            "models": {"chat": {**EVEN_LAW, "deadline": 3, "training_months": 1, "research_effect": 0.5}},
        },
        (add_people, add_data, add_compute, add_staffing, models),
        (
            "Experiments on *",
            "GPUs for experiments",
            "Counted *",
            "Staff for fleets",
            "Compute use",
            "Sum: people.*",
        ),
        money=1_460,
    ),
    "data": Case(
        "Data: 1,000 photos in hand, more arrive a month after they are paid; at most 600 a month and 900 in all",
        {
            "data": {
                "photos": {
                    "unit": "image",
                    "price": [3, 2, 1],
                    "processing": 0.5,
                    "storage": 0.1,
                    "now": 1_000,
                    "max": 900,
                    "per_month": 600,
                    "lead": 1,
                }
            },
        },
        (add_data, add_cash),
        ("Stock of photos", "Supply of photos", "Spending on data"),
    ),
    "tiers": Case(
        "Tiers of a rising price: 100 photos at 1, 200 at 2, 300 at 4; 150 a month, a month's lead",
        {
            "data": {
                "photos": {"unit": "image", "tiers": [[100, 1], [200, 2], [300, 4]], "per_month": 150, "lead": 1},
            },
        },
        (add_data, add_cash),
        ("Tier * of photos", "Tiers of photos", "Stock of photos", "Spending on data"),
    ),
    "tiers-discount": Case(
        "Tiers of a falling price: 100 photos at 3, 200 at 2, 400 at 1; a tier is open once those before are used up",
        {"data": {"photos": {"unit": "image", "tiers": [[100, 3], [200, 2], [400, 1]], "max": 500}}},
        (add_data, add_cash),
        ("Used up: *", "Open: *", "Supply of photos"),
    ),
    "automation": Case(
        "Machines: 6 once for a label a month, there a month later, then 1 a label instead of 3, 2 and 1; at most 500",
        {
            "data": {
                "labels": {
                    "unit": "label",
                    "price": [3, 2, 1],
                    "processing": 0.5,
                    "automation": {"cost": 6, "price": 1, "lead": 1, "max": 500},
                }
            },
        },
        (add_data, add_cash),
        ("Capacity of labels", "Automated labels", "By hand: labels", "Spending on data"),
    ),
    "handling": Case(
        "Handling: a labeller takes in 200 labels a month, an engineer 50; what goes through machines needs no hands",
        {
            "data": {
                "labels": {"unit": "label", "price": 1, "lead": 1},
                "rough": {"unit": "label", "price": 1, "automation": {"cost": 6, "price": 0.1}},
            },
            "people": {
                "labellers": {"salary": 10, "now": 2, "handles": "200 labels/month"},
                "engineers": {"salary": 10, "now": 2, "handles": "0.05 klabel/month"},
            },
        },
        (add_people, add_data, add_cash),
        ("Handling of labels",),
    ),
    "retention": Case(
        "Retention: ten per cent leave a month, at least five do; a leaver kept costs 4, at most 1 is spent a month",
        {
            "people": {
                "crew": {
                    "salary": 10,
                    "now": 10,
                    "max": 20,
                    "attrition": TEN_PERCENT_A_MONTH,
                    "retention": {"max": 1, "keeps": 0.25, "least_attrition": FIVE_PERCENT_A_MONTH},
                }
            },
        },
        (add_people, add_cash),
        ("Headcount of crew", "Leavers kept: crew", "Spending on people"),
    ),
    "layoffs": Case(
        "Layoffs: three months' salary of 10, 10, 20 and 20; who still ramps up stays; from the last training on nobody"
        " goes, but contractors do",
        {
            "plan": {"months": 4, "whole": 2},
            "people": {
                "crew": {
                    "salary": [10, 10, 20, 20],
                    "now": 10,
                    "min": 0,
                    "max": 20,
                    "hiring": {"delay": 1, "ramp": 2},
                    "attrition": TEN_PERCENT_A_MONTH,
                    "layoff": 3,
                },
                "temps": {"salary": 15, "now": 1, "min": 0, "max": 5, "contractor": True},
            },
            "data": {"notes": NOTES},
            "models": {"some": {**SOME_MODEL, "deadline": 4, "training_months": 1}},
        },
        (add_people, add_cash),
        ("Headcount of *", "Trained before laid off: crew", "Spending on people"),
    ),
    "people": Case(
        "People: ten per cent leave a month, hires arrive after a month and ramp over two, at most 3 are hired a month",
        {
            "plan": {"months": 4, "whole": 2},
            "people": {
                "crew": {
                    "salary": [10, 10, 20, 20],
                    "overhead": 0.5,
                    "now": 10,
                    "max": 20,
                    "hiring": {"cost": 7, "per_month": 3, "delay": 1, "ramp": 2},
                    "attrition": TEN_PERCENT_A_MONTH,
                }
            },
        },
        (add_people, add_cash),
        ("Headcount of crew", "Effective crew", "Spending on people"),
    ),
    "models": Case(
        "Training: compute of the three months to the deadline, at most two thirds of it in one, of what GPUs deliver",
        {
            "plan": {"months": 4},
            "compute": {
                "cloud": {"kind": "rent", "price": 1, "flops": 1e6, "utilisation": 1.0},
                "spot": {"kind": "rent", "price": 1, "flops": 2e6, "utilisation": 0.5, "delivered": 0.5},
            },
            "data": {"photos": {"unit": "image", "price": 1, "now": 100}},
            "models": {
                "chat": {**SCARCEST, "deadline": 4},
                "draft": {**SCARCEST, "deadline": 2, "training_months": 2},
            },
        },
        (add_data, add_compute, models),
        ("Compute use", "No run in one day: *", "Sum: models.*"),
    ),
    "serving": Case(
        "Serving: 1e6 and 2e6 items in March and April, at a quarter of peak where training reaches all of it",
        {
            **SMALL_TRAINING,
            "plan": {"months": 4},
            "models": {
                "chat": {
                    **EVEN_LAW,
                    "deadline": 2,
                    "training_months": 1,
                    "serving": [0, 5e6, 1e6, 2e6],
                    "serving_utilisation": 0.25,
                }
            },
        },
        (add_data, add_compute, models),
        ("Serving of *", "Compute use"),
        money=1_460,
    ),
    "optional": Case(
        "Optional: a model that serves 1e6 items in March and reaches a loss of 1.5, if it is funded",
        {
            **SMALL_TRAINING,
            "models": {
                "chat": {
                    **EVEN_LAW,
                    "deadline": 2,
                    "training_months": 1,
                    "serving": 1e6,
                    "optional": True,
                    "target": 1.5,
                }
            },
        },
        (add_data, add_compute, models),
        ("Funding of *", "Target of *", "Size served of *", "Serving of *"),
        money=1_460,
    ),
    "offers": Case(
        "Offers: one model may use the cloud alone, the other both; serving at 0.5 of peak, training at 1 and 0.5",
        {
            **SMALL_TRAINING,
            "compute": {
                "cloud": {"kind": "rent", "price": 1, "flops": 1e8, "utilisation": 1.0},
                "own": {"kind": "rent", "price": 1, "flops": 1e8, "utilisation": 0.5},
            },
            "models": {
                "chat": {**EVEN_LAW, "deadline": 2, "training_months": 1, "compute": ["cloud"]},
                "next": {
                    **EVEN_LAW,
                    "deadline": 2,
                    "training_months": 1,
                    "serving": 1e6,
                    "serving_utilisation": 0.5,
                },
            },
        },
        (add_data, add_compute, models),
        ("Training of *", "Serving of *", "Compute use of *"),
        money=1_460,
    ),
    "research": Case(
        "Research: effort before training multiplies compute by (1 + S / 6)^0.5, for one model by (1 + S / 12)^0.25",
        {
            **TRAINING,
            "people": {
                "crew": {"salary": 10, "now": 2, "research": 1.0},
                "aides": {"salary": 10, "now": 2, "research": 0.5},
            },
            "models": {
                "chat": {
                    **EVEN_LAW,
                    "deadline": 3,
                    "training_months": 1,
                    "research_effect": 0.5,
                    "research_scale": 6,
                },
                "slow": {
                    **EVEN_LAW,
                    "deadline": 3,
                    "training_months": 1,
                    "research_effect": 0.25,
                    "research_scale": 12,
                },
            },
        },
        (add_people, add_data, add_compute, models),
        ("Sum: people.*", "Run of *"),
        money=1_460,
    ),
    "ideas": Case(
        "Ideas: z = A^2 grows by 1.02^2 a month and by 0.02 (effort / 4)^0.5; A multiplies the compute of later runs",
        {
            **TRAINING,
            "research": {
                "effect": ONE_PERCENT_A_MONTH,
                "growth": 1.02**12 - 1,
                "team": 4,
                "returns": 0.5,
                "harder": 2,
            },
            "people": {
                "crew": {"salary": 10, "now": 2, "research": 1.0},
                "aides": {"salary": 10, "now": 2, "research": 0.5},
            },
            "models": {
                "chat": {**EVEN_LAW, "deadline": 3, "training_months": 1},
                "early": {**EVEN_LAW, "deadline": 2, "training_months": 1},
                "first": {**EVEN_LAW, "deadline": 1, "training_months": 1},
            },
        },
        (add_people, add_data, add_compute, models),
        ("Research effort", "Stock of ideas", "Run of *"),
        money=1_460,
    ),
    "posynomial": Case(
        "A loss of 1 + 100 / N^0.5 + 100 / D^0.5 with run of 6 N D FLOP",
        {**TRAINING, "models": {"chat": {**EVEN_LAW, "deadline": 3, "training_months": 1}}},
        (add_data, add_compute, models),
        ("Tokens used by *", "Run of *", "Terms of *", "Loss of *"),
        money=1_460,
    ),
    "repeats": Case(
        "Tokens used again: each pass counts for less, and a size above one parameter a token does too",
        {
            **TRAINING,
            "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e8, "max": 0}},
            "models": {"chat": {**EVEN_LAW, **REPEATED, "deadline": 3, "training_months": 1}},
        },
        (add_data, add_compute, models),
        ("One pass at least: *", "Excess of *", "Worth of inputs of *", "Terms of *", "Run of *"),
        money=1_460,
    ),
    "separable-power": Case(
        "CES with a power of 0.5: a score of (0.4 x^0.5 + 2 (y / 4)^0.5)^2",
        _two_inputs("ces", {"rho": 0.5, "a_x": 0.4, "a_y": 2, "unit_y": 4, "floor_x": 1, "floor_y": 1}),
        (add_people, add_data, models),
        ("Return of *", "Score of *"),
    ),
    "separable-linear": Case(
        "CES with a power of 1: inputs stand in for one another",
        _two_inputs("ces", {"rho": 1.0, "a_x": 0.4, "a_y": 2, "unit_y": 4, "floor_x": 1, "floor_y": 1}),
        (add_people, add_data, models),
        ("Return of *", "Score of *", "Lines of *"),
    ),
    "separable-saturation": Case(
        "Saturation: a score of 3 (1 - e^(-x / 200)) + 1 - e^(-y / 4)",
        _two_inputs("saturating", {"k_x": 200, "k_y": 4, "weight_x": 3}),
        (add_people, add_data, models),
        ("Return of *", "Scale: *"),
    ),
    "separable-hyperbola": Case(
        "Hyperbola: a score of 3 x / (x + 200) + y / (y + 4)",
        _two_inputs("hyperbola", {"k_x": 200, "k_y": 4, "weight_x": 3}),
        (add_people, add_data, models),
        ("Return of *", "Scale: *"),
    ),
    "separable-table": Case(
        "Table: the line through (0, 1), (100, 5) and (300, 9), flat after it",
        {
            **IMAGES_AND_CREW,
            "models": {
                "eye": {
                    "law": "table",
                    "inputs": {"x": "data.images.items"},
                    "points": [[0, 1], [100, 5], [300, 9]],
                    "deadline": 3,
                    "training_months": 1,
                }
            },
        },
        (add_people, add_data, models),
        ("Return of *", "Lines of *"),
    ),
    "minimum": Case(
        "Scarcest input: a score of min(x / 50, y / 2)",
        _two_inputs("leontief", {"scale_x": 50, "scale_y": 2}),
        (add_people, add_data, models),
        ("Scarcest input of *", "Sum: *"),
    ),
    "target": Case(
        "Target: a score of 2.5 where the score is min(x / 50, y / 2)",
        _two_inputs("leontief", {"scale_x": 50, "scale_y": 2}, target=2.5),
        (add_people, add_data, models),
        ("Target of *",),
    ),
    "limits": Case(
        "Limits: a level by month, a sum over months, a share of all spending, a decision that is taken",
        {
            "costs": {"office": {"amount": [10, 20, 30]}},
            "compute": {
                "cloud": {"kind": "rent", "price": 1, **GPU},
                "own": {"kind": "buy", "price": [100, 90, 80], "lead": 1, "running": 5, **GPU},
            },
            "data": {"images": {"unit": "image", "price": 1}, "notes": NOTES},
            "people": {"crew": {"salary": 10, "now": 2, "max": 9, "hiring": {"delay": 1}}},
            "models": {"some": {**SOME_MODEL, "deadline": 3, "training_months": 1}},
            "limits": {
                "level": "compute.cloud.gpus[2026-02..2026-03] <= 2 * people.crew.headcount[2026-01..2026-02] + 4",
                "sum": "data.images.items[2026-01..2026-02] + compute.own.orders >= 3",
                "bill": "compute.own.spend + costs.office.spend[2026-02..2026-03] <= 500",
                "share": "compute.spend <= 0.6 * total.spend",
                "lock": "people.crew.hires[2026-02] = 2",
            },
        },
        (add_people, add_data, add_compute, money, add_cash, add_limits),
        ("Limit *",),
    ),
    "limits-quantities": Case(
        "Limits: every other quantity that a rule can speak of",
        {
            "plan": {"cash_yield": ONE_PERCENT_A_MONTH},
            "funding": {"seed": {"kind": "equity", "amount": 500, "month": 2, "fee": 0.02}},
            "revenue": {"sales": {"amount": [10, 20, 30]}},
            "costs": {"office": {"amount": [10, 20, 30]}},
            "compute": {
                "cloud": {"kind": "rent", "price": 1, **SLOW_GPU},
                "own": {"kind": "buy", "price": 80, "resale": HALF_A_YEAR_KEPT, "now": 4, "running": 5, **SLOW_GPU},
            },
            "data": {"text": {"unit": "token", "price": 1, "now": 3}},
            "people": {
                "crew": {
                    "salary": 10,
                    "now": 10,
                    "max": 20,
                    "min": 0,
                    "attrition": TEN_PERCENT_A_MONTH,
                    "hiring": {"delay": 1},
                },
                "cooks": {"salary": 5, "now": 2, "research": 0.5},
            },
            "models": {"chat": {**EVEN_LAW, "deadline": 3, "training_months": 1, "data": {"text": 1.0}}},
            "limits": {
                "heads": "people.headcount[2026-02] >= 5",
                "starting": "people.crew.arrivals >= 1",
                "leaving": "people.crew.leavers[2026-01..2026-02] <= 2",
                "research": "people.research[2026-02..2026-03] >= 1",
                "pay": "people.spend.salary[2026-01] <= 300",
                "reserve": "cash[2026-03] >= (total.spend[2026-02..2026-03] + 10) / 2",
                "start": "cash.opening[2026-02] >= 20",
                "earned": "cash.interest[2026-01..2026-02] >= 12",
                "round": "total.spend[2026-02] <= 0.5 * funding.seed.amount + 2 * revenue.received",
                "calm": "cash.burn[2026-02..2026-03] <= 300",
                "sales": "compute.own.sold[2026-02] <= 3",
                "opening": "compute.own.sold.opening[2026-01..2026-02] = 1 +- 0.5",
                "proceeds": "compute.resale >= 60",
                "busy": "compute.idle[2026-03] <= 1e12",
                "run": "models.chat.compute = 3e12 +- 1e10",
                "hold": "data.text.stock[2026-02..2026-03] >= 5",
            },
        },
        (add_people, add_data, add_compute, models, money, add_cash, add_limits),
        ("Limit *",),
    ),
    "rounds": Case(
        "Rounds: 100 to 400 of equity once in February or March, 2 % of it in fees; a grant of up to 50 in January",
        {
            "funding": {
                "seed": {"kind": "equity", "from": 2, "min": 100, "max": 400, "post_money": 2_000, "fee": 0.02},
                "grant": {"kind": "grant", "until": 1, "max": 50},
            },
            "objective": {"dilution_price": 0.5},
        },
        (money, add_cash),
        ("Size of *", "Least size of *", "Once: *", "Spending on funding", "Cash balance"),
        second_pass=True,
    ),
    "conditions": Case(
        "Conditions: 500 signed for March, and a credit line, that come only where a score was reached in February",
        {
            "plan": {"months": 4},
            "funding": {
                "series-a": {"kind": "equity", "amount": 500, "month": 3, "needs": "models.some.value >= 0.5"},
                "line": {"kind": "credit-line", "max": 80, "rate": 0.12, "needs": "models.some.value >= 0.25"},
            },
            "data": {"notes": NOTES},
            "models": {"some": {**SOME_MODEL, "deadline": 2, "training_months": 1}},
        },
        (add_data, money_and_models, add_cash),
        ("Condition of *", "Size of *", "Once: *", "Waits for its condition: *"),
    ),
    "conditions-optional": Case(
        "500 signed for March that come only where an optional model was funded and reached a score in February",
        {
            "plan": {"months": 4},
            "funding": {
                "series-a": {"kind": "equity", "amount": 500, "month": 3, "needs": "models.some.value >= 0.5"},
            },
            "data": {"notes": NOTES},
            "models": {"some": {**SOME_MODEL, "deadline": 2, "training_months": 1, "optional": True}},
        },
        (add_data, money_and_models, add_cash),
        ("Condition of *", "Once: *"),
    ),
    "loan": Case(
        "Loan: up to 120 drawn once in January or February at 12 %, interest alone for a month, then two equal parts",
        {
            "plan": {"months": 4},
            "funding": {
                "bank": {
                    "kind": "loan",
                    "until": 2,
                    "max": 120,
                    "rate": 0.12,
                    "interest_only": 1,
                    "term": 2,
                    "fee": 0.01,
                }
            },
        },
        (money, add_cash),
        ("Instalments of *", "Owed to *", "Spending on funding", "Cash balance"),
    ),
    "credit-line": Case(
        "Credit line: up to 80 owed at once at 12 %, drawn and repaid month by month until February, settled in March",
        {
            "plan": {"months": 4},
            "funding": {"line": {"kind": "credit-line", "until": 2, "max": 80, "rate": 0.12, "fee": 0.01}},
        },
        (money, add_cash),
        ("Owed to *", "Spending on funding", "Cash balance"),
    ),
    "covenant": Case(
        "Covenant: cash of 110 in a month that opens or closes with something owed, 10 in any; another loan is signed",
        {
            "plan": {"min_cash": 10},
            "funding": {
                "line": {"kind": "credit-line", "from": 2, "max": 80, "rate": 0.12, "covenant": 110},
                "bank": {"kind": "loan", "amount": 60, "month": 1, "rate": 0.12, "term": 1, "covenant": 50},
            },
        },
        (money, add_cash, add_covenants),
        ("Covenant of *", "Debt to * at the close", "Debt to * at the opening"),
    ),
    "credits": Case(
        "Credits: 900 until February and 500 from February on, for rented GPUs and the contracts of a hall",
        {
            "compute": {
                "cloud": {"kind": "rent", "price": 1, **GPU},
                "hall": {"kind": "reserve", "price": 1, "term": 3, "upfront": 0.25, **GPU},
            },
            "funding": {
                "start-up": {"kind": "credits", "amount": 900, "month": 1, "until": 2, "only_for": ["cloud"]},
                "partner": {"kind": "credits", "amount": 500, "month": 2, "only_for": ["cloud", "hall"]},
            },
        },
        (add_compute, money, add_cash),
        ("Credits of *", "Bills of *", "Cash balance"),
        second_pass=True,
    ),
    "limits-of-money": Case(
        "Limits on money: shares sold, money raised, money owed month by month",
        {
            "funding": {
                "angel": {"kind": "equity", "amount": 100, "month": 1, "post_money": 1_000},
                "seed": {"kind": "equity", "from": 2, "max": 400, "post_money": 2_000},
                "line": {"kind": "credit-line", "max": 80, "rate": 0.12},
            },
            "limits": {
                "dilution": "funding.dilution <= 0.15",
                "raised": "funding.angel.amount + funding.seed.amount <= 300",
                "debt": "funding.line.owed[2026-01..2026-02] <= 40",
            },
        },
        (money, add_cash, add_limits),
        ("Limit *",),
    ),
}
