"""Plans drawn at random, with every feature of the plan file that can be planned, from a seed."""

from __future__ import annotations

from typing import Any

import numpy as np

Document = dict[str, Any]

TOKEN_LAWS = ("chinchilla-replication", "chinchilla", "gadre-c4")


def draw(seed: int, *, whole: bool = False, money: bool = False, sells: bool = False) -> Document:
    """A company of a size, a mix of offers and a staff drawn from `seed`; most such plans are feasible.

    With `money` it may raise some, of one or two kinds, which is a choice of yes and no. One that `sells`
    spends on marketing, earns by a model's quality, has partners and lends idle cash.
    """
    rng = np.random.default_rng(seed)
    months = int(rng.integers(12, 31))
    capital = 10.0 ** rng.uniform(5.8, 9.2)
    deadline = int(rng.integers(months // 2, months + 1))
    document: Document = {
        "plan": {
            "start": "2026-09",
            "months": months,
            "cash": _round(capital * rng.uniform(0.4, 1.0)),
            "cash_yield": float(rng.choice([0.0, 0.03, 0.06])),
        },
        "compute": _offers(rng, capital, months),
        "data": {},
        "models": {},
    }
    if rng.random() < 0.3:
        document["plan"]["min_cash"] = _round(capital * rng.uniform(0.0, 0.05))
    if rng.random() < 0.15:
        document["plan"]["wind_down"] = True
    if whole:
        document["plan"]["whole"] = True if rng.random() < 0.5 else int(rng.integers(2, months))
    _add_money(document, rng, capital, months)
    _add_people(document, rng, capital, months)
    _add_places_and_staffing(document, np.random.default_rng([seed, 4]))
    _add_models(document, rng, capital, months, deadline)
    _add_limits(document, rng, months)
    if money:
        document.setdefault("funding", {}).update(_choices_of_money(rng, capital, months))
    if sells:
        _add_selling(document, np.random.default_rng([seed, 1]), capital, months, launches=whole)
    return document


def _round(value: float) -> float:
    return float(f"{value:.3g}")


def _path(rng: np.random.Generator, start: float) -> Any:
    """A number, or one that changes by the month or the year."""
    kind = rng.random()
    if kind < 0.5:
        return _round(start)
    if kind < 0.8:
        return {"start": _round(start), "yearly_change": round(float(rng.uniform(-0.25, 0.1)), 3)}
    return {"2026-09": _round(start), "2027-03": _round(start * rng.uniform(0.7, 1.1))}


def _add_money(document: Document, rng: np.random.Generator, capital: float, months: int) -> None:
    if rng.random() < 0.75:
        document["runway"] = {
            "months": float(rng.choice([2, 3, 4.5, 6])),
            "basis": str(rng.choice(["trailing", "forward"])),
        }
        if document["runway"]["basis"] == "trailing":
            document["runway"]["window"] = int(rng.choice([1, 3, 6]))
            if rng.random() < 0.5:
                document["runway"]["opening_burn"] = _round(capital * rng.uniform(0.0, 0.02))
        if rng.random() < 0.3:
            document["runway"]["purchases"] = True
    if rng.random() < 0.5:
        document["funding"] = {
            "series-a": {
                "kind": "equity",
                "amount": _round(capital * rng.uniform(0.2, 1.5)),
                "month": int(rng.integers(1, months + 1)),
                "fee": float(rng.choice([0.0, 0.02])),
            }
        }
    if rng.random() < 0.5:
        document["revenue"] = {
            "subscriptions": {
                "amount": {"start": _round(capital * rng.uniform(0.0, 0.01)), "monthly_change": 0.03},
                "paid_after": int(rng.choice([-2, 0, 1, 3])),
            }
        }
    document["costs"] = {"office": {"amount": _round(capital * rng.uniform(0.0, 0.004))}}
    if rng.random() < 0.5:
        document["costs"]["desks"] = {"amount": 1500, "per_person": True}


def _choices_of_money(rng: np.random.Generator, capital: float, months: int) -> Document:
    """Money that the plan may raise, of one or two kinds."""
    first = int(rng.integers(1, months))
    window = {"from": first, "until": int(rng.integers(first, months + 1))}
    most = _round(capital * rng.uniform(0.05, 0.5))
    kinds: Document = {
        "seed": {"kind": "equity", "max": most, "min": _round(most * rng.uniform(0.0, 0.6)), "post_money": 8 * most,
                 "fee": 0.02},
        "bank": {"kind": "loan", "max": most, "rate": 0.12, "term": int(rng.integers(1, 9)), "fee": 0.01,
                 "interest_only": int(rng.integers(0, 4)), "covenant": _round(capital * 0.03)},
        "line": {"kind": "credit-line", "max": most, "rate": 0.1, "covenant": _round(capital * 0.02)},
        "start-up": {"kind": "credits", "amount": most, "month": first, "only_for": ["cloud"]},
    }  # fmt: skip
    chosen = rng.choice(list(kinds), size=int(rng.integers(1, 3)), replace=False)
    return {str(name): kinds[str(name)] | ({} if name == "start-up" else window) for name in chosen}


def _offers(rng: np.random.Generator, capital: float, months: int) -> Document:
    chip = str(rng.choice(["H100", "A100"]))
    hour = 2.5 if chip == "H100" else 1.4
    some = capital / (months * hour * 730.0)
    offers: Document = {"cloud": {"kind": "rent", "chip": chip, "price": _path(rng, hour * rng.uniform(0.8, 1.3))}}
    if rng.random() < 0.6:
        offers["cloud"]["max"] = _round(some * rng.uniform(0.5, 5.0))
    if rng.random() < 0.2:
        offers["cloud"]["delivered"] = 0.85
    if rng.random() < 0.5:
        offers["contract"] = {
            "kind": "reserve",
            "chip": chip,
            "price": _path(rng, hour * rng.uniform(0.55, 0.8)),
            "term": int(rng.choice([3, 6, 12, 18])),
            "upfront": float(rng.choice([0.0, 0.25, 1.0])),
        }
        if rng.random() < 0.4:
            offers["contract"]["now"] = _round(some * 0.1)
        if rng.random() < 0.4:
            offers["contract"]["max"] = _round(some * rng.uniform(0.3, 2.0))
    if rng.random() < 0.6:
        offers["owned"] = {
            "kind": "buy",
            "chip": chip,
            "price": _path(rng, (30e3 if chip == "H100" else 12e3) * rng.uniform(0.7, 1.3)),
            "lead": int(rng.integers(0, 5)),
            "life": int(rng.choice([6, 12, 48])),
            "running": float(rng.choice([0.0, 180.0])),
            "resale": float(rng.choice([0.0, 0.5, 0.7])),
        }
        if rng.random() < 0.4:
            offers["owned"]["now"] = _round(some * 0.1)
    for offer in offers.values():
        if rng.random() < 0.3:
            offer["lot"] = 8
    return offers


def _add_people(document: Document, rng: np.random.Generator, capital: float, months: int) -> None:
    salary = min(20e3, capital / months / 6.0)
    crowd = capital / months / salary
    document["people"] = {}
    for name, research in (("researchers", 1.0), ("engineers", 0.5), ("operations", 0.0))[: int(rng.integers(1, 4))]:
        now = int(crowd * rng.uniform(0.0, 0.4))
        role: Document = {
            "salary": _path(rng, salary * rng.uniform(0.7, 1.2)),
            "overhead": float(rng.choice([0.0, 0.3])),
            "now": now,
            "max": int(now + 1 + crowd * rng.uniform(0.0, 0.3)),
            "hiring": {
                "cost": _round(salary * rng.uniform(0.0, 2.0)),
                "per_month": float(1 + int(crowd * 0.05)),
                "delay": int(rng.integers(0, 4)),
                "ramp": int(rng.integers(0, 5)),
            },
            "attrition": float(rng.choice([0.0, 0.1, 0.25])),
            "research": research,
        }
        if rng.random() < 0.3:
            role["min"] = int(now * 0.7)
        document["people"][name] = role


def _add_places_and_staffing(document: Document, rng: np.random.Generator) -> None:
    """Exits, ages, a site, experiments and staff for fleets; drawn apart, so that all else stays as drawn."""
    compute, people = document["compute"], document["people"]
    if "contract" in compute and rng.random() < 0.5:
        compute["contract"] |= {"exit_fee": 0.2} if rng.random() < 0.5 else {"exit_months": 2}
    for name, last in (("contract", "term"), ("owned", "life")):
        if compute.get(name, {}).get("now") and rng.random() < 0.5:
            compute[name]["age"] = int(rng.integers(0, compute[name][last]))
    if "owned" in compute and rng.random() < 0.4:
        compute["owned"] |= {"site": "hall", "power": 1.3}
        room = compute["owned"].get("now", 0) + _round(float(rng.uniform(20, 2_000)))
        document["sites"] = {"hall": {"power": room * 1.3, "power_price": 0.08, "cost_per_kw": 20.0}}
        if rng.random() < 0.3:
            document["sites"]["hall"]["max"] = room * 0.9 + compute["owned"].get("now", 0) * 0.1
    if rng.random() < 0.4:
        people["researchers"]["wants_gpus"] = float(rng.choice([0.5, 2.0]))
    if "engineers" in people and rng.random() < 0.4:
        there = sum(offer.get("now", 0) for offer in compute.values())
        people["engineers"]["runs_gpus"] = 64.0 + there / max(people["engineers"]["now"], 1) * 2
        people["engineers"]["now"] = max(people["engineers"]["now"], 1)
        people["engineers"]["max"] = max(people["engineers"]["max"], people["engineers"]["now"])


def _add_models(document: Document, rng: np.random.Generator, capital: float, months: int, deadline: int) -> None:
    data = document["data"]
    source: Document = {"unit": "token", "price": _round(2e-6 * rng.uniform(0.2, 3.0)), "now": _round(capital * 1e3)}
    if rng.random() < 0.5:
        source["max"] = _round(capital * 10 ** rng.uniform(3.5, 5.5))
    if rng.random() < 0.5:
        source["per_month"] = _round(capital * 10 ** rng.uniform(3.0, 5.0))
    if rng.random() < 0.4:
        source["storage"] = 5e-10
    if rng.random() < 0.4:
        source["processing"] = 5e-8
    source["lead"] = int(rng.integers(0, 3))
    data["text"] = source
    if rng.random() < 0.3:
        data["books"] = {
            "unit": "token",
            "price": {"start": 3e-6, "yearly_change": -0.1},
            "now": 0,
            "max": _round(capital * 1e4),
        }
    for position in range(int(rng.choice([1, 1, 2, 3]))):
        last = deadline if position == 0 else int(rng.integers(3, months + 1))
        model: Document = {
            "law": str(rng.choice(TOKEN_LAWS)),
            "deadline": last,
            "training_months": int(min(rng.choice([1, 2, 3, 6]), last)),
            "weight": float(rng.choice([1.0, 2.0])),
        }
        if rng.random() < 0.6:
            model["research_effect"] = float(rng.choice([0.1, 0.3]))
        document["models"][f"model-{position + 1}"] = model
    kind = rng.random()
    if kind < 0.25:
        _add_labels(document, rng, capital, deadline)
    elif kind < 0.4:
        _add_score(document, rng, capital, deadline)


def _add_labels(document: Document, rng: np.random.Generator, capital: float, deadline: int) -> None:
    document["data"]["labels"] = {"unit": "label", "price": 0.5, "now": 1000, "per_month": _round(capital / 10)}
    document["models"]["classifier"] = {
        "law": "labels",
        "deadline": deadline,
        "training_months": min(2, deadline),
        "measured": {"labels": 80e3, "value": 0.12},
        "weight": float(rng.choice([0.5, 1.0])),
    }


def _add_score(document: Document, rng: np.random.Generator, capital: float, deadline: int) -> None:
    document["data"]["photos"] = {"unit": "image", "price": 0.1, "now": 1000, "max": _round(capital)}
    document["models"]["scorer"] = {
        "law": "cobb-douglas",
        "deadline": deadline,
        "training_months": min(2, deadline),
        "inputs": {"photos": "data.photos.items", "compute": "compute.flop"},
        "parameters": {
            "a_photos": 0.3,
            "a_compute": float(rng.choice([0.2, 0.4])),
            "unit_photos": 1e4,
            "unit_compute": 1e20,
        },
        "weight": 0.5,
    }


def _add_selling(document: Document, rng: np.random.Generator, capital: float, months: int, *, launches: bool) -> None:
    """Curves that feed cash; without `launches` no model is bad enough to need its binary."""
    half = capital / months * rng.uniform(0.05, 1.0)
    revenue = document.setdefault("revenue", {})
    revenue["app"] = {
        "amount": _path(rng, capital / months * rng.uniform(0.0, 0.1)),
        "paid_after": int(rng.choice([-1, 0, 1, 3])),
        "churn": float(rng.choice([0.0, 0.2])),
        "marketing": {
            "max": _round(half * rng.uniform(0.5, 5.0)),
            "adds": _round(half * 10 ** rng.uniform(-1.5, 0.2)),
            "half": _round(half),
            "churn": float(rng.choice([0.1, 0.3, 0.7])),
        },
    }
    if rng.random() < 0.6:
        worst = float(rng.uniform(2.2, 4.0)) if launches else 2_000.0
        revenue["api"] = {
            "amount": _path(rng, capital / months * rng.uniform(0.0, 0.5)),
            "model": {"name": "model-1", "nothing_at": _round(worst), "all_at": float(rng.choice([1.5, 2.0]))},
        }
    if rng.random() < 0.5:
        pays = {"compute": {"cloud": 0.25}, "marketing": {"app": 0.5}, "costs": {"office": 1}}
        document["partners"] = {"friend": {"pays": pays, "takes": {"app": float(rng.choice([0.1, 0.4]))}}}
    if rng.random() < 0.6:
        document["treasury"] = {"bills": {"earns": 0.08, "months": int(rng.choice([1, 3, 7]))}}
        if rng.random() < 0.5:
            document["treasury"]["bills"]["max"] = _round(capital * rng.uniform(0.05, 0.3))
        if launches and rng.random() < 0.5:
            document["treasury"]["bills"] |= {"max": _round(capital * 0.3), "min": _round(capital * 0.05)}


def _add_limits(document: Document, rng: np.random.Generator, months: int) -> None:
    limits: dict[str, str] = {}
    if rng.random() < 0.3:
        limits["chips-share"] = f"compute.spend <= {rng.uniform(0.4, 0.9):.2f} * total.spend"
    if rng.random() < 0.2:
        limits["few-gpus"] = f"compute.cloud.gpus <= {_round(document['plan']['cash'] / months / 1500)}"
    if rng.random() < 0.2:
        limits["some-data"] = f"data.spend <= {_round(document['plan']['cash'] * 0.2)}"
    if rng.random() < 0.15:
        limits["first-hire"] = "people.researchers.hires[2] = 1"
    if rng.random() < 0.15:
        limits["pay-in-hand"] = "cash[3] >= 2 * people.spend[3]"
    if rng.random() < 0.15:
        limits["calm"] = f"cash.burn[2..6] <= {_round(document['plan']['cash'])}"
    if rng.random() < 0.15:
        limits["little-idle"] = f"compute.idle <= {_round(document['plan']['cash'] * 1e17)}"
    if limits:
        document["limits"] = limits


def draw_uses(seed: int) -> Document:
    """A drawn company whose models are served, may be left out, or keep to some of its offers, also drawn."""
    document = draw(seed)
    rng = np.random.default_rng([seed, 1])
    capital, months = document["plan"]["cash"], document["plan"]["months"]
    for model in document["models"].values():
        if model["law"] in TOKEN_LAWS and rng.random() < 0.6:
            model["serving"] = _round(capital * 10 ** rng.uniform(1.0, 5.0))
            model["serving_utilisation"] = float(rng.choice([0.1, 0.3, 0.4]))
            model["deadline"] = max(min(model["deadline"], months - 2), model["training_months"])
        if rng.random() < 0.3:
            model["optional"] = True
            if model["law"] in TOKEN_LAWS:
                model["otherwise"] = float(rng.choice([2.2, 2.6, 3.2]))
        if rng.random() < 0.3:
            offers = list(document["compute"])
            model["compute"] = offers[: int(rng.integers(1, len(offers) + 1))]
    return document
