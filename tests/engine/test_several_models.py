"""Models that share GPUs or keep to their own, milestones, and successors that start from what is there."""

from __future__ import annotations

from typing import Any

import pytest
from plans import Document, gain, ledger_of, merged, rent_only, solved

from allocator.result.ledger import replay

SECOND = {"law": "chinchilla-replication", "deadline": 9, "training_months": 3}


def pools(**changes: Any) -> Document:
    """Two offers, the second one cheaper, and two models that train at the same time."""
    document = merged(
        rent_only(3e6),
        {
            "plan": {"months": 10},
            "compute": {"cheap": {"kind": "rent", "chip": "H100", "price": 1.5, "max": 200}},
            "models": {"chat": {"deadline": 9}, "side": SECOND},
        },
    )
    return merged(document, changes)


def test_by_default_every_offer_serves_every_model() -> None:
    result = solved(pools())
    assert "compute_on" not in result.decisions["models"]["chat"]
    assert ledger_of(result).violations == []


def test_a_model_trains_on_no_offer_that_it_may_not_use() -> None:
    result = solved(pools(models={"chat": {"compute": ["cloud"]}}))
    on = result.decisions["models"]["chat"]["compute_on"]
    assert set(on) == {"cloud"}
    assert sum(on["cloud"]) == pytest.approx(sum(result.decisions["models"]["chat"]["compute"]))
    assert ledger_of(result).violations == []
    alone = pools(models={"side": None})
    assert gain(solved(merged(alone, {"models": {"chat": {"compute": ["cloud"]}}}))) < gain(solved(alone)) - 1e-3


def test_a_pool_of_its_own_is_worth_what_a_plan_with_only_that_offer_is() -> None:
    alone = merged(pools(models={"side": None}), {"compute": {"cheap": None}})
    kept = pools(models={"side": None, "chat": {"compute": ["cloud"]}})
    assert gain(solved(kept)) == pytest.approx(gain(solved(alone)), abs=1e-6)


def test_naming_every_offer_is_the_same_as_naming_none() -> None:
    named = solved(pools(models={"chat": {"compute": ["cloud", "cheap"]}}))
    assert gain(named) == pytest.approx(gain(solved(pools())), abs=1e-9)
    assert "compute_on" not in named.decisions["models"]["chat"]


def test_gpus_of_one_pool_that_stand_idle_do_not_train_the_model_of_the_other() -> None:
    # Two hundred GPUs must be rented of an offer that chat may not use.
    document = pools(compute={"cheap": {"min": 200}}, models={"side": None, "chat": {"compute": ["cloud"]}})
    result = solved(document)
    idle = sum(row["quantity"] for row in result.tables["use"] if row["use"] == "idle")
    ledger = ledger_of(result)
    cheap = sum(gpus * result.plan.compute["cheap"].flop_per_month for gpus in ledger.gpus["cheap"])
    assert idle == pytest.approx(cheap, rel=1e-6)


def test_a_model_is_served_by_its_own_offers_too() -> None:
    document = pools(
        models={
            "side": None,
            "chat": {"deadline": 6, "serving": 1e11, "serving_utilisation": 0.2, "compute": ["cloud"]},
        }
    )
    decided = solved(document).decisions["models"]["chat"]
    assert set(decided["serving_on"]) == {"cloud"}


def test_use_of_a_forbidden_offer_or_beyond_an_offer_is_refused_by_the_ledger() -> None:
    result = solved(pools(models={"chat": {"compute": ["cloud"]}}))

    def said(**chat: Any) -> list[str]:
        decisions = {**result.decisions, "models": {**result.decisions["models"]}}
        decisions["models"]["chat"] = {**decisions["models"]["chat"], **chat}
        return replay(result.plan, decisions).violations

    mine = result.decisions["models"]["chat"]
    forbidden = said(compute_on={"cheap": mine["compute"]})
    assert any("by cheap, which it may not use" in sentence for sentence in forbidden)
    assert any("compute.cheap used" in sentence for sentence in forbidden)
    missing = said(compute_on={})
    assert any("and its offers give it 0 FLOP" in sentence for sentence in missing)


@pytest.mark.parametrize("solver", ["clarabel", "cbc"])
def test_solvers_agree_on_pools(solver: str) -> None:
    document = pools(models={"chat": {"compute": ["cloud"]}})
    assert gain(solved(document, solver=solver)) == pytest.approx(gain(solved(document)), abs=1e-6)


# ---- Milestones and successors --------------------------------------------------------------------------------------


def test_a_milestone_is_a_model_of_no_weight_with_a_target_and_a_deadline_of_its_own() -> None:
    plain = merged(rent_only(3e6), {"plan": {"months": 12}, "models": {"chat": {"deadline": 12}}})
    promised = merged(
        plain, {"models": {"demo": {"law": "chinchilla-replication", "deadline": 6, "weight": 0, "target": 2.2}}}
    )
    result = solved(promised)
    assert result.model("demo").value == pytest.approx(2.2, abs=1e-4)
    # It is a run of its own, paid by the one that counts.
    assert result.model("demo").compute_flop > 0
    assert result.model("chat").value > solved(plain).model("chat").value


def test_a_successor_finds_the_data_and_the_research_of_the_first_and_pays_for_neither_again() -> None:
    def lab(models: dict[str, Any]) -> Document:
        return {
            "plan": {"start": "2026-09", "months": 18, "cash": 20e6},
            "compute": {"cloud": {"kind": "rent", "chip": "H100", "price": 2.5}},
            "data": {"text": {"unit": "token", "price": "2 USD/Mtoken"}},
            "people": {"researchers": {"salary": 20e3, "now": 10, "research": 1.0}},
            "models": models,
        }

    first = {"law": "chinchilla-replication", "deadline": 8, "research_effect": 0.3}
    both = solved(lab({"chat": first, "next": {**first, "deadline": 18}}))
    ledger = ledger_of(both)
    chat, following = ledger.models["chat"], ledger.models["next"]
    assert following["available_data"]["text"] >= chat["available_data"]["text"] > 0
    assert following["research"] > chat["research"] > 0
    bought = sum(both.decisions["data"]["text"]["bought"])
    assert bought == pytest.approx(following["available_data"]["text"], rel=1e-6)
    assert bought < chat["available_data"]["text"] + following["available_data"]["text"]
