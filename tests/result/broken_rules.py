"""A plan, decisions within its rules, and edits that break one rule each, with what the ledger says of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from allocator.plan import load_plan
from allocator.result.ledger import replay

Document = dict[str, Any]
Edit = Callable[[Document, Document], object]

# 1e12 FLOP/s at 0.4 of peak: 1e12 x 0.4 x 730 x 3,600 = 1.0512e18 FLOP a GPU-month.
PLAN: Document = {
    "plan": {"start": "2026-09", "months": 6, "cash": 1_000_000},
    "compute": {
        "cloud": {"kind": "rent", "price": 1, "min": 2, "max": 8, "lot": 2, "flops": "1 TFLOP/s"},
        "hall": {"kind": "reserve", "price": 1, "term": 3, "max": 8, "lot": 4, "flops": "1 TFLOP/s"},
        "own": {
            "kind": "buy",
            "price": 100,
            "lead": 1,
            "life": 4,
            "now": 2,
            "max": 10,
            "lot": 2,
            "resale": 0.5,
            "flops": "1 TFLOP/s",
        },
    },
    "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e9, "max": 5e9, "per_month": 2e9, "lead": 1}},
    "people": {
        "researchers": {
            "salary": 1_000,
            "now": 4,
            "min": 4,
            "max": 8,
            "hiring": {"per_month": 2, "delay": 1},
        }
    },
    "models": {"chat": {"law": "chinchilla-replication", "deadline": 5, "training_months": 3}},
}
DECISIONS: Document = {
    "compute": {
        "cloud": {"gpus": [2, 2, 2, 2, 2, 2]},
        "hall": {"signed": [4, 0, 0, 4, 0, 0]},
        "own": {"ordered": [4, 0, 0, 0, 0, 0], "sold": [[1, 4, 2]]},
    },
    "data": {"text": {"bought": [1e9, 1e9, 0, 0, 0, 0]}},
    "people": {"researchers": {"hired": [1, 0, 0, 0, 0, 0]}},
    "models": {
        "chat": {"compute": [0, 0, 2e18, 2e18, 2e18, 0], "inputs": {"parameters": 1e8, "tokens": 2e9}},
    },
}


def violations(edit: Edit | None = None) -> list[str]:
    document, decisions = copy.deepcopy(PLAN), copy.deepcopy(DECISIONS)
    if edit is not None:
        edit(document, decisions)
    return replay(load_plan(document), decisions).violations


def decide(*path: str | int, to: object) -> Edit:
    """An edit of the decisions at a path."""
    return lambda _, decisions: _set(decisions, path, to)


def plan(*path: str | int, to: object) -> Edit:
    """An edit of the plan at a path."""
    return lambda document, _: _set(document, path, to)


def both(*edits: Edit) -> Edit:
    return lambda document, decisions: [edit(document, decisions) for edit in edits]


def _set(target: Any, path: tuple[str | int, ...], to: object) -> None:
    for key in path[:-1]:
        target = target.setdefault(key, {}) if isinstance(target, dict) else target[key]
    target[path[-1]] = copy.deepcopy(to)


WHOLE = plan("plan", "whole", to=True)
LEAVING = plan("people", "researchers", "attrition", to=0.717570463519)  # 10 % a month
NO_HIRES = decide("people", "researchers", "hired", to=[0] * 6)
# With 10 % leaving a month, an order in months 1..5 of what leaves the month after keeps 3.6 heads.
KEPT = decide("people", "researchers", "hired", to=[0.36] * 5 + [0])
WIND_DOWN = plan("plan", "wind_down", to=True)
SPEND = "compute.spend <= 20_000"

# Rented, 2 x 730 a month; reserved, 4 x 730 in every month (twice three months); bought, 400: 6 x 4,380 + 400.
BROKEN: dict[str, tuple[Edit, str]] = {
    "the floor of an offer": (
        decide("compute", "cloud", "gpus", 1, to=1),
        "compute.cloud GPUs on 2026-10 is 1, 1 below the floor of 2",
    ),
    "the cap of an offer": (
        decide("compute", "cloud", "gpus", 1, to=12),
        "compute.cloud GPUs on 2026-10 is 12, 4 above the cap of 8",
    ),
    "the cap of reserved GPUs, all contracts together": (
        decide("compute", "hall", "signed", 1, to=8),
        "compute.hall GPUs on 2026-10 is 12, 4 above the cap of 8; "
        "compute.hall GPUs on 2026-11 is 12, 4 above the cap of 8; "
        "compute.hall GPUs on 2026-12 is 12, 4 above the cap of 8",
    ),
    "the cap of bought GPUs in the months they serve": (
        decide("compute", "own", "ordered", 4, to=12),
        "compute.own GPUs on 2027-02 is 12, 2 above the cap of 10",
    ),
    "a negative contract": (
        decide("compute", "hall", "signed", 1, to=-4),
        "compute.hall GPUs reserved on 2026-10 is -4, 4 below the floor of 0",
    ),
    "an order that delivers after the end": (
        decide("compute", "own", "ordered", 5, to=2),
        "compute.own GPUs ordered on 2027-02 is 2, which would be delivered on 2027-03, after the plan's end",
    ),
    "an order whose lead is longer than the plan": (
        both(plan("compute", "own", "lead", to=10), decide("compute", "own", "sold", to=[])),
        "compute.own GPUs ordered on 2026-09 is 4, which would be delivered on 2027-07, after the plan's end",
    ),
    "a sale of more than was ordered": (
        decide("compute", "own", "sold", to=[[1, 4, 2], [1, 5, 3]]),
        "compute.own GPUs on 2027-01 is -1, 1 below the floor of 0; "
        "compute.own GPUs ordered in 2026-09 are 4, and 5 of them are sold, 1 more than there are",
    ),
    "a sale of more than the opening fleet": (
        decide("compute", "own", "sold", to=[[0, 4, 4]]),
        "compute.own GPUs ordered in the opening are 2, and 4 of them are sold, 2 more than there are",
    ),
    "a sale on the day of delivery": (
        decide("compute", "own", "sold", to=[[1, 2, 2]]),
        "compute.own GPUs ordered in 2026-09 and sold in 2026-10 would be 0 months old; a GPU is sold at 1 to 4 "
        "months, inside the plan",
    ),
    "a sale after the end of life": (
        decide("compute", "own", "sold", to=[[0, 5, 2]]),
        "compute.own GPUs ordered in the opening and sold in 2027-01 would be 5 months old; a GPU is sold at 1 to 4 "
        "months, inside the plan",
    ),
    "a sale after the plan's end": (
        both(decide("compute", "own", "ordered", 2, to=2), decide("compute", "own", "sold", to=[[3, 7, 2]])),
        "compute.own GPUs ordered in 2026-11 and sold in 2027-03 would be 3 months old; a GPU is sold at 1 to 4 "
        "months, inside the plan",
    ),
    "a negative sale": (
        decide("compute", "own", "sold", to=[[1, 4, -2]]),
        "compute.own GPUs ordered in 2026-09 and sold in 2026-12 are -2, below 0",
    ),
    "a sale where nothing is resold": (
        plan("compute", "own", "resale", to=0),
        "compute.own GPUs ordered in 2026-09 and sold in 2026-12 are 2, but the offer has no resale",
    ),
    "half a lot of rented GPUs": (
        both(WHOLE, decide("compute", "cloud", "gpus", 2, to=3)),
        "compute.cloud GPUs rented on 2026-11 is 3, not whole lots of 2",
    ),
    "half a lot of reserved GPUs": (
        both(WHOLE, decide("compute", "hall", "signed", 0, to=2)),
        "compute.hall GPUs reserved on 2026-09 is 2, not whole lots of 4",
    ),
    "half a lot sold": (
        both(plan("plan", "whole", to="2026-12"), decide("compute", "own", "sold", to=[[1, 4, 1]])),
        "compute.own GPUs ordered in 2026-09 and sold in 2026-12 are 1, not whole lots of 2",
    ),
    "half a person hired": (
        both(WHOLE, decide("people", "researchers", "hired", 2, to=0.5)),
        "people.researchers hires ordered on 2026-11 is 0.5, not whole",
    ),
    "data returned": (
        decide("data", "text", "bought", 3, to=-1e9),
        "data.text tokens bought on 2026-12 is -1e+09, 1e+09 below the floor of 0",
    ),
    "more data in a month than comes": (
        decide("data", "text", "bought", 2, to=3e9),
        "data.text tokens bought on 2026-11 is 3e+09, 1e+09 above the cap of 2e+09",
    ),
    "more data than is on sale": (
        decide("data", "text", "bought", to=[2e9, 2e9, 2e9, 0, 0, 0]),
        "data.text tokens bought over the plan are 6e+09, 1e+09 above the 5e+09 on sale",
    ),
    "data that arrives after the end": (
        decide("data", "text", "bought", 5, to=1e9),
        "data.text tokens bought on 2027-02 is 1e+09, which would arrive on 2027-03, after the plan's end",
    ),
    "hires taken back": (
        both(decide("people", "researchers", "hired", 1, to=-0.5), WIND_DOWN),
        "people.researchers hires ordered on 2026-10 is -0.5, 0.5 below the floor of 0",
    ),
    "more hires in a month than can be made": (
        decide("people", "researchers", "hired", 2, to=3),
        "people.researchers hires ordered on 2026-11 is 3, 1 above the cap of 2",
    ),
    "a hire who would come after the end": (
        decide("people", "researchers", "hired", 5, to=1),
        "people.researchers hires ordered on 2027-02 is 1, which would arrive on 2027-03, after the plan's end",
    ),
    "the cap of heads": (
        decide("people", "researchers", "hired", to=[2, 2, 1, 0, 0, 0]),
        "people.researchers heads on 2026-12 is 9, 1 above the cap of 8; "
        "people.researchers heads on 2027-01 is 9, 1 above the cap of 8; "
        "people.researchers heads on 2027-02 is 9, 1 above the cap of 8",
    ),
    # floor 3.7, of which 4 x 0.9 = 3.6 are there in month 1 whatever is done; 3.6 x 0.9 = 3.24 in month 2
    "the floor of heads once hires can come": (
        both(
            LEAVING,
            plan("people", "researchers", "min", to=[3.7, 3.7, 3, 3, 3, 3]),
            decide("people", "researchers", "hired", to=[0, 0.36, 0.36, 0.36, 0.36, 0]),
        ),
        "people.researchers heads on 2026-10 is 3.24, 0.46 below the floor of 3.7",
    ),
    # whole: the floor of 4 gives way by one; 4 x 0.9 = 3.6, + 1 - 0.36 = 4.24, 4.24 x 0.9^4 = 2.781864
    "the floor of heads less one where persons are whole": (
        both(WHOLE, LEAVING, WIND_DOWN),
        "people.researchers heads on 2027-02 is 2.78186, 0.218136 below the floor of 3",
    ),
    "the whole floor of a role nobody leaves": (
        both(WHOLE, plan("people", "researchers", "min", to=[4, 5, 5, 5, 5, 6])),
        "people.researchers heads on 2027-02 is 5, 1 below the floor of 6",
    ),
    # month 6: 3.6 x 0.9 = 3.24 where month 2, after which the training begins, had 3.6
    "heads once the last training begins": (
        both(
            LEAVING, KEPT, plan("people", "researchers", "min", to=0), decide("people", "researchers", "hired", 4, to=0)
        ),
        "people.researchers heads on 2027-02 are 3.24, 0.36 below the 3.6 to be kept from 2026-10 on",
    ),
    "cash below zero": (
        plan("costs", "fire", "amount", to=[0, 0, 0, 0, 0, 2_000_000]),
        # 1,000,000 - 26,680 (compute) - 2,000 (data) - 29,000 (4 + 5 x 5 heads) + 2 x 100 x 0.5^(2/12) - 2,000,000
        "cash on 2027-02 is -$1,057,501.82, $1,057,501.82 below the floor of $0",
    ),
    "cash below its own floor": (
        plan("plan", "min_cash", to=950_000),
        # the same without the fire
        "cash on 2027-02 is $942,498.18, $7,501.82 below the floor of $950,000",
    ),
    # burn: 1,460 + 2,920 + 1,000 + 5,000 = 10,380 in month 2, 9,380 in every other; mean of the six 57,280/6
    "a trailing runway": (
        plan("runway", to={"months": [0, 100, 0, 0, 0, 0], "window": 1}),
        "cash on 2026-10 is $979,840, $58,160 below the trailing runway of $1,038,000",
    ),
    # 4 x 9,380 + 106 x 57,280/6
    "a forward runway": (
        plan("runway", to={"months": [0, 110, 0, 0, 0, 0], "basis": "forward"}),
        "cash on 2026-10 is $979,840, $69,626.67 below the forward runway of $1,049,466.67",
    ),
    # trailing, a hundred months at 9,380 are there; at the mean of the six they are not
    "the end of the plan": (
        plan("runway", to={"months": [0, 0, 0, 0, 0, 100], "window": 1}),
        "cash at the end of the plan, 2027-02, is $942,498.18, $12,168.49 below the $954,666.67 that 100 months at "
        "$9,546.67 a month ask",
    ),
    "negative compute": (
        decide("models", "chat", "compute", to=[0, 0, 3e18, 3e18, -1e18, 0]),
        "models.chat compute on 2027-01 is -1e+18 FLOP, 1e+18 FLOP below the floor of 0 FLOP",
    ),
    "more compute used than delivered": (
        # 2 + 4 + 4 - 2 GPUs in month 4: 8 x 1.0512e18
        decide("models", "chat", "compute", to=[0, 0, 8e18, 9e18, 8e18, 0]),
        "compute used on 2026-12 is 9e+18 FLOP, 5.904e+17 FLOP above the delivered of 8.4096e+18 FLOP",
    ),
    "compute outside the training months": (
        decide("models", "chat", "compute", 1, to=1e18),
        "models.chat compute on 2026-10 is 1e+18 FLOP, outside its training months",
    ),
    "a month with more than twice its even share": (
        decide("models", "chat", "compute", to=[0, 0, 1e18, 5e18, 0, 0]),
        "models.chat compute on 2026-12 is 5e+18 FLOP, 1e+18 FLOP above twice its even share, 4e+18 FLOP",
    ),
    # 1e9 on opening day and 1e9 bought in month 1 with a lead of one: 2e9 at the close of month 2
    "data that is not there yet": (
        decide("models", "chat", "inputs", "tokens", to=3e9),
        "models.chat uses 3e+09 tokens, 1e+09 above the 2e+09 there at the close of 2026-10, before its training "
        "starts",
    ),
    "a limit on spending": (
        plan("limits", "chips", to=SPEND),
        f'limits.chips, "{SPEND}", is missed by $6,680',
    ),
    "a limit on spending in some months": (
        plan("limits", "chips", to="compute.cloud.spend[2026-09..2026-10] >= 3_000"),
        'limits.chips, "compute.cloud.spend[2026-09..2026-10] >= 3_000", is missed by $80',
    ),
    # 2,000 of data and 26,680 of compute and 29,000 of people
    "a limit on a share of all spending": (
        plan("limits", "share", to="data.spend >= 0.1 * total.spend"),
        'limits.share, "data.spend >= 0.1 * total.spend", is missed by $3,768',
    ),
    "a limit on a level, month by month": (
        plan("limits", "team", to="people.researchers.headcount[2026-09..2026-10] >= 5"),
        'limits.team, "people.researchers.headcount[2026-09..2026-10] >= 5", on 2026-09, is missed by 1',
    ),
    "a limit between levels of different months": (
        plan("limits", "grow", to="people.researchers.headcount[2026-10] >= 2 * people.researchers.headcount[2026-09]"),
        'limits.grow, "people.researchers.headcount[2026-10] >= 2 * people.researchers.headcount[2026-09]", on '
        "2026-10, is missed by 3",
    ),
    "a limit on GPUs": (
        # the opening fleet gone, 2 of 4 sold
        plan("limits", "own", to="compute.own.gpus[4] <= 1"),
        'limits.own, "compute.own.gpus[4] <= 1", on 2026-12, is missed by 1',
    ),
    "a limit on orders": (
        plan("limits", "orders", to="compute.hall.orders + compute.own.orders <= 10"),
        'limits.orders, "compute.hall.orders + compute.own.orders <= 10", is missed by 2',
    ),
    "a limit on items": (
        plan("limits", "items", to="data.text.items[1] = 2_000_000_000"),
        'limits.items, "data.text.items[1] = 2_000_000_000", is missed by 1e+09',
    ),
    "a decision already taken": (
        plan("limits", "signed-hire", to="people.researchers.hires[2026-10] = 1"),
        'limits.signed-hire, "people.researchers.hires[2026-10] = 1", is missed by 1',
    ),
}
