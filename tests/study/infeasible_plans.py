"""Plans that cannot be, one a row: what is wrong with each, and a field that must be among those that repair it.

A new part adds its rows to `CASES` and nothing else: the name, what changes in the small company below, and a
field (several joined by " + " where only these together are enough).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from allocator.plan import Plan, load_plan

Document = dict[str, Any]

COMPANY: Document = {
    "plan": {"start": "2026-09", "months": 12, "cash": 20e6},
    "compute": {
        "cloud": {"kind": "rent", "flops": "989 TFLOP/s", "price": 2.5, "utilisation": 0.4, "max": 4000},
    },
    "data": {"text": {"unit": "token", "price": "2 USD/Mtoken", "now": 1e10, "max": 5e12}},
    "people": {"researchers": {"salary": 20e3, "now": 10, "research": 1.0}},
    "models": {"chat": {"law": "chinchilla-replication", "deadline": 10, "training_months": 3}},
}
RAISE = "plan.cash"
TARGET = "models.chat.target"


def _people(**keys: Any) -> Document:
    return {"people": {"researchers": keys}}


def _limits(**rules: str) -> Document:
    return {"limits": {name.replace("_", "-"): rule for name, rule in rules.items()}}


CASES: dict[str, tuple[Document, str]] = {
    "cash does not pay the team": ({"plan": {"cash": 1e6}}, RAISE),
    "a round comes too late": (
        {"plan": {"cash": 0.5e6}, "funding": {"seed": {"kind": "equity", "amount": 5e6, "month": 8}}},
        "funding.seed.month",
    ),
    "more must stay than there is": ({"plan": {"min_cash": 30e6}}, "plan.min_cash"),
    "a long runway behind": ({"plan": {"cash": 5e6}, "runway": {"months": 40}}, "runway.months"),
    "a long runway ahead": ({"plan": {"cash": 4e6}, "runway": {"months": 12, "basis": "forward"}}, "runway.months"),
    "a runway for staff that is promised later": (
        {"plan": {"cash": 6e6}, "runway": {"months": 6}, **_people(min={"2026-09": 10, "2027-03": 40}, max=60)},
        "people.researchers.min",
    ),
    "people cannot be hired so fast": (
        _people(min={"2026-09": 10, "2026-12": 30}, max=60, hiring={"per_month": 2}),
        "people.researchers.hiring.per_month",
    ),
    "a limit below the team": (_limits(small_team="people.researchers.headcount <= 8"), "limits.small-team"),
    "staff must stay who may not": (
        {
            **_people(min=0, max=20, attrition=0.9),
            **_limits(
                many="people.researchers.headcount[2027-03] >= 9", few="people.researchers.headcount[2027-08] <= 5"
            ),
        },
        "plan.wind_down",
    ),
    "a target beyond the data": (
        {"data": {"text": {"max": 1e11}}, "models": {"chat": {"target": 1.98}}},
        "data.text.max",
    ),
    "a target beyond the pace of data": (
        {"data": {"text": {"per_month": 2e10}}, "models": {"chat": {"target": 1.98}}},
        "data.text.per_month",
    ),
    "a target beyond the GPUs": (
        {"compute": {"cloud": {"max": 100}}, "models": {"chat": {"target": 1.97}}},
        "compute.cloud.max",
    ),
    "a target beyond the money": ({"plan": {"cash": 4e6}, "models": {"chat": {"target": 1.93}}}, RAISE),
    "a deadline before the GPUs": (
        {
            "compute": {
                "cloud": {"max": 1},
                "own": {"kind": "buy", "flops": "989 TFLOP/s", "price": 30e3, "lead": 4, "running": 100, "max": 2000},
            },
            "models": {"chat": {"deadline": 4, "target": 2.2}},
        },
        "models.chat.deadline",
    ),
    "limits that contradict each other": (
        _limits(many="compute.cloud.gpus[2026-10] >= 100", few="compute.cloud.gpus <= 50"),
        "limits.many",
    ),
    "a budget below the payroll": (_limits(payroll="people.spend <= 1_000_000"), "limits.payroll"),
    "a share of too little": (
        {
            "data": {"text": {"max": 0}},
            **_limits(share="compute.spend <= 0.1 * total.spend", many="compute.cloud.gpus >= 200"),
        },
        "limits.share",
    ),
    "more items than are on sale": (_limits(library="data.text.items >= 6e12"), "data.text.max"),
    "a deal that is nearly kept": (
        _limits(deal="data.text.items = 6e12 +- 0.5e12"),
        "limits.deal",
    ),
    "GPUs that come in eights": (
        {
            "plan": {"whole": True},
            "compute": {"cloud": {"lot": 8}},
            **_limits(twelve="compute.cloud.gpus[2026-10] = 12"),
        },
        "limits.twelve",
    ),
    "half a person": (
        {
            "plan": {"whole": True},
            **_people(max=20),
            **_limits(hire="people.researchers.hires[2026-10] = 2.5"),
        },
        "limits.hire",
    ),
    "a floor of GPUs that cannot be paid": ({"compute": {"cloud": {"min": 2000}}}, "compute.cloud.min"),
    "contracts signed long ago": (
        {
            "plan": {"cash": 5e6},
            "compute": {
                "old": {"kind": "reserve", "flops": "989 TFLOP/s", "price": 2.0, "term": 18, "now": 300, "max": 300}
            },
        },
        RAISE,
    ),
    "costs of every head": ({"plan": {"cash": 3e6}, "costs": {"rent": {"amount": 9e3, "per_person": True}}}, RAISE),
    "money in thousands": ({"plan": {"cash": 1e3, "currency": "kUSD"}, **_people(salary=20)}, RAISE),
    "a site without the power": (
        {
            "compute": {"cloud": {"power": 1.0, "site": "hall"}},
            "sites": {"hall": {"power": 50}},
            **_limits(many="compute.cloud.gpus[2027-04] >= 80"),
        },
        "sites.hall.power",
    ),
    "a site without the room": (
        {"compute": {"cloud": {"min": 80, "site": "hall"}}, "sites": {"hall": {"max": 64}}},
        "sites.hall.max",
    ),
    "a covenant above the cash": (
        {
            "plan": {"cash": 6e6},
            "funding": {
                "loan": {"kind": "loan", "amount": 2e6, "month": "2026-09", "rate": 0.10, "term": 24, "covenant": 7e6}
            },
        },
        "funding.loan.covenant",
    ),
    "a round that needs what it pays for": (
        {
            "plan": {"cash": 2.6e6},
            "funding": {
                "next": {"kind": "equity", "amount": 10e6, "month": "2027-08", "needs": "models.chat.value <= 2.2"}
            },
            **_limits(many="compute.cloud.gpus[2027-07..2027-08] >= 1000"),
        },
        "limits.many",
    ),
    "two things at once": (
        {
            **_limits(payroll="people.spend <= 1e6"),
            "compute": {"cloud": {"max": 100}},
            "models": {"chat": {"target": 1.97}},
        },
        "limits.payroll + compute.cloud.max",
    ),
}


def document(name: str) -> Document:
    """The company with what is wrong in one case."""
    return merged(COMPANY, CASES[name][0])


def plan(name: str) -> Plan:
    """The same, read."""
    return load_plan(document(name))


def merged(one: Document, other: Mapping[str, Any]) -> Document:
    """`one` with `other` laid over it, table by table."""
    result = copy.deepcopy(one)
    for key, value in other.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(value, Mapping) and isinstance(below, dict) else value
    return result
