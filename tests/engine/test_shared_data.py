"""Data as models share them: bought once for all, by each model's own weights; labels that get cheaper; images too."""

from __future__ import annotations

import pytest
from plans import Document, audited, gain, ledger_of, merged, small_lab, solved

from allocator.quality import load_law
from allocator.result.ledger import Ledger

SECOND: Document = {"law": "chinchilla", "deadline": 12, "training_months": 3}
BOUGHT: Document = {"text": {"price": 2e-6, "now": 0.0, "max": 2e11}}


def bought(ledger: Ledger, source: str) -> float:
    return ledger.stock[source][-1]


# ---- Non-rival sharing ---------------------------------------------------------------------------------


def test_what_is_bought_once_serves_every_model_that_accepts_it() -> None:
    result, ledger = audited(data=BOUGHT, models={"second": SECOND})
    spent = sum(ledger.spend["data"]["text"]["acquisition"])
    # Scarce tokens: both use all of them, and they are paid for once.
    assert bought(ledger, "text") == pytest.approx(2e11)
    assert spent == pytest.approx(2e11 * 2e-6)
    assert result.model("chat").inputs["tokens"] == pytest.approx(2e11, rel=1e-6)
    assert result.model("second").inputs["tokens"] == pytest.approx(2e11, rel=1e-6)


def test_a_copy_of_a_model_s_data_for_each_would_cost_more_and_be_worth_less() -> None:
    """Two sources of the same terms, one for each model: the plan pays twice for what sharing gives once."""
    shared = solved(small_lab(data=BOUGHT, models={"second": SECOND}))
    own = solved(
        small_lab(
            data={**BOUGHT, "more": {"unit": "token", "price": 2e-6, "max": 2e11}},
            models={"chat": {"data": {"text": 1.0}}, "second": {**SECOND, "data": {"more": 1.0}}},
        )
    )
    assert gain(shared) > gain(own) + 1e-5
    assert ledger_of(own).violations == []


def test_a_model_takes_only_the_sources_it_names_whatever_others_buy() -> None:
    result, ledger = audited(
        data={**BOUGHT, "code": {"unit": "token", "price": 1e-6, "max": 1e11}},
        models={"chat": {"data": {"text": 1.0}}, "second": {**SECOND, "data": {"text": 1.0, "code": 1.0}}},
    )
    assert bought(ledger, "code") == pytest.approx(1e11)
    assert result.model("chat").inputs["tokens"] <= 2e11 * (1 + 1e-9)
    assert result.model("second").inputs["tokens"] == pytest.approx(3e11, rel=1e-6)


# ---- Weights -------------------------------------------------------------------------------------------


def test_the_same_source_counts_by_each_model_s_own_weight() -> None:
    result, ledger = audited(
        data=BOUGHT, models={"chat": {"data": {"text": 0.25}}, "second": {**SECOND, "data": {"text": 1.0}}}
    )
    available = {name: training["available_data"]["text"] for name, training in ledger.models.items()}
    assert available == pytest.approx({"chat": 0.5e11, "second": 2e11})
    assert result.model("chat").inputs["tokens"] == pytest.approx(0.5e11, rel=1e-6)


def test_a_weight_is_worth_a_discount_of_its_size() -> None:
    """Tokens of half the weight at half the price are the same tokens."""
    whole = solved(small_lab(data={"text": {"price": 40e-6, "now": 0.0}}))
    halves = solved(
        small_lab(data={"text": {"price": 20e-6, "now": 0.0, "max": 1e13}}, models={"chat": {"data": {"text": 0.5}}})
    )
    assert gain(halves) == pytest.approx(gain(whole), abs=1e-6)


@pytest.mark.parametrize(("weight", "cheaper", "dearer"), [(0.5, "text", "code"), (0.7, "code", "text")])
def test_of_two_sources_the_one_that_is_cheaper_by_its_weight_is_bought(
    weight: float, cheaper: str, dearer: str
) -> None:
    """20 dollars a million against 12 / 0.5 = 24, and against 12 / 0.7 = 17."""
    _, ledger = audited(
        plan={"cash": 3e6},
        people=None,
        data={
            "text": {"price": 20e-6, "now": 0.0, "max": 1e12},
            "code": {"unit": "token", "price": 12e-6, "max": 1e12},
        },
        models={"chat": {"data": {"text": 1.0, "code": weight}}},
    )
    assert 1e9 < bought(ledger, cheaper) < 1e12
    assert bought(ledger, dearer) == pytest.approx(0.0, abs=1.0)


# ---- Labels that get cheaper ---------------------------------------------------------------------------

LABELS: Document = {
    "data": {"text": None, "labels": {"unit": "label", "price": 0.2, "now": 1e4, "max": 5e7}},
    "models": {
        "chat": None,
        "eye": {
            "law": "labels",
            "deadline": 10,
            "training_months": 2,
            "measured": {"labels": 80e3, "value": 0.12},
        },
    },
    "compute": {"cloud": {"max": 500}},
    "people": None,
    "plan": {"cash": 2e6},
}


def with_labels(**labels: object) -> Document:
    return small_lab(**merged(LABELS, {"data": {"labels": labels}}))


def test_labels_that_get_cheaper_are_bought_last_and_in_time() -> None:
    falling = {"start": 0.2, "monthly_change": -0.1}
    result = solved(with_labels(price=falling))
    ledger = ledger_of(result)
    assert ledger.violations == []
    # Training starts in month 9: month 8 is the last that counts, and the cheapest.
    months = [month for month, items in enumerate(result.decisions["data"]["labels"]["bought"], start=1) if items > 1]
    assert months == [8]
    paid = ledger.spend["data"]["labels"]["acquisition"][7]
    assert paid == pytest.approx(0.2 * 0.9**7 * result.decisions["data"]["labels"]["bought"][7])


def test_falling_prices_buy_more_labels_and_a_smaller_error() -> None:
    errors = [
        solved(with_labels(price={"start": 0.2, "monthly_change": -fall})).model("eye") for fall in (0.0, 0.05, 0.2)
    ]
    assert [error.value for error in errors] == sorted((error.value for error in errors), reverse=True)
    assert errors[0].inputs["labels"] < errors[1].inputs["labels"] < errors[2].inputs["labels"]


def test_what_can_be_labelled_in_a_month_spreads_the_buying_over_the_cheapest_months() -> None:
    result = solved(with_labels(price={"start": 0.2, "monthly_change": -0.1}, per_month=2e6, max=6e6))
    amounts = result.decisions["data"]["labels"]["bought"][:8]
    assert amounts == pytest.approx([0, 0, 0, 0, 0, 2e6, 2e6, 2e6], abs=100.0)


def test_the_optimum_of_labels_is_the_law_s_at_what_was_bought() -> None:
    result = solved(with_labels())
    eye = result.model("eye")
    law = load_law("labels", measured={"labels": 80e3, "value": 0.12})
    assert eye.value == pytest.approx(float(law.value([eye.inputs["labels"] + 1.0])), rel=1e-9)
    # 12 % at 80,000, falling with the power of 0.309.
    assert eye.value == pytest.approx(0.12 * ((eye.inputs["labels"] + 1) / 80e3) ** -0.309, rel=1e-9)


# ---- Several modalities --------------------------------------------------------------------------------

MODALITIES: Document = {
    "data": {
        "photos": {"unit": "image", "price": 0.05, "max": 1e7},
        "labels": {"unit": "label", "price": 0.1, "max": 1e7},
        "speech": {"unit": "hour", "price": 20.0, "max": 1e5},
    },
    "models": {
        "both": {
            "law": "cobb-douglas",
            "deadline": 11,
            "training_months": 2,
            "inputs": {"images": "data.photos.items", "labels": "data.labels.items", "hours": "data.speech.items"},
            "parameters": {
                "a_images": 0.3,
                "a_labels": 0.2,
                "a_hours": 0.1,
                "unit_images": 1e6,
                "unit_labels": 1e5,
                "unit_hours": 1e3,
            },
        },
        "eye": {
            "law": "images-and-size",
            "deadline": 12,
            "training_months": 2,
            "measured": {"images": 1.28e6, "parameters": 25.6e6, "value": 0.24},
        },
    },
}


def test_a_law_of_images_labels_and_hours_splits_its_money_by_its_exponents() -> None:
    """Cobb-Douglas: spending on each input is in proportion to its exponent."""
    _, ledger = audited(
        plan={"cash": 9e5},
        compute={"cloud": {"max": 1}},
        people=None,
        data={**MODALITIES["data"], "text": None},
        models={"chat": None, "both": MODALITIES["models"]["both"]},
    )
    spent = {source: sum(ledger.spend["data"][source]["acquisition"]) for source in ("photos", "labels", "speech")}
    total = sum(spent.values())
    assert {source: amount / total for source, amount in spent.items()} == pytest.approx(
        {"photos": 1 / 2, "labels": 1 / 3, "speech": 1 / 6}, rel=1e-3
    )


def test_models_of_text_images_and_labels_train_side_by_side_and_share_what_they_accept() -> None:
    result, ledger = audited(**MODALITIES)
    photos = bought(ledger, "photos")
    assert photos > 1e5
    assert result.model("both").inputs["images"] == pytest.approx(photos, rel=1e-3)
    assert result.model("eye").inputs["images"] == pytest.approx(photos, rel=1e-3)
    assert result.model("chat").inputs["tokens"] > 1e9
    assert sum(ledger.spend["data"]["photos"]["acquisition"]) == pytest.approx(0.05 * photos)


@pytest.mark.parametrize("other", ["cbc", "clarabel"])
def test_solvers_agree_on_several_modalities(other: str) -> None:
    document = small_lab(**MODALITIES)
    assert gain(solved(document, solver=other, second_pass=False)) == pytest.approx(
        gain(solved(document, second_pass=False)), abs=1e-6
    )
