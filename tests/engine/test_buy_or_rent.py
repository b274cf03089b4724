"""Buy against rent: where it breaks even by hand, and on which side of that the optimum buys.

A GPU bought for P in month 1 serves n months and costs r in each; rented at h an hour for as long it costs 730 h n.
With cash for nothing else, and months that all count alike, buying is right where P + r n < 730 h n: at an hour of more
than

    h* = (P + r n) / (730 n).

A GPU that is sold when it is a months old has served a months and brought P k^(a/12):

    h* = (P (1 - k^(a/12)) + r a) / (730 a).
"""

from __future__ import annotations

from typing import Any

import pytest
from plans import Document, ledger_of, merged, rent_only, solved

from allocator.plan import load_plan
from allocator.result.ledger import Ledger
from allocator.result.result import HorizonAudit, Result
from allocator.session import Session

MONTHS = 12
PRICE = 24_000.0
NINE_TENTHS_A_MONTH = 0.9**12  # 0.2824 of the price paid is kept a year

# Terms of the offer to buy, and the price of a rented hour at which both are as good; P = 24,000 throughout.
TABLE: dict[str, tuple[dict[str, Any], float]] = {
    # 12 months: 24,000 / 8,760
    "serves the whole plan": ({"life": 48}, 2.739726),
    # 24,000 / 4,380; bought twice, it serves as long
    "worn out after half of it": ({"life": 6}, 5.479452),
    # 9 months: 24,000 / 6,570
    "three months late": ({"life": 48, "lead": 3}, 3.652968),
    # (24,000 + 12 x 219) / 8,760
    "with power and hosting": ({"life": 48, "running": 219}, 3.039726),
    # (24,000 + 9 x 219) / 6,570
    "late, with power and hosting": ({"life": 48, "lead": 3, "running": 219}, 3.952968),
    # sold in month 12 at an age of 11: 0.9^11 = 0.3138106 is kept, 24,000 x 0.6861894 / (730 x 11)
    "sold when the plan ends": ({"life": 48, "resale": NINE_TENTHS_A_MONTH}, 2.050876),
    # sold in month 12 at an age of 8: 0.9^8 = 0.4304672; (24,000 x 0.5695328 + 8 x 219) / (730 x 8)
    "late, run, and sold": (
        {"life": 48, "lead": 3, "running": 219, "resale": NINE_TENTHS_A_MONTH},
        2.640546,
    ),
    # worn out at 6 months, and then still worth 0.9^6 = 0.531441: 24,000 x 0.468559 / (730 x 6)
    "sold when it is worn out": ({"life": 6, "resale": NINE_TENTHS_A_MONTH}, 2.567447),
}

# Where what nobody uses costs power and hosting for a year more, and cannot be sold.
COSTS_ON = ("with power and hosting", "late, with power and hosting")


def choice(hour: float, **offer: Any) -> Document:
    """All months train one model, all money buys compute: rented at `hour`, or bought on the terms of `offer`."""
    return rent_only(
        10e6,
        plan={"months": MONTHS},
        compute={
            "cloud": {"price": hour},
            "own": {"kind": "buy", "flops": "989 TFLOP/s", "utilisation": 0.4, "price": PRICE, **offer},
        },
        models={"chat": {"deadline": MONTHS, "training_months": MONTHS}},
    )


def bought(ledger: Ledger) -> float:
    return sum(ledger.spend["compute"]["own"]["purchase"])


@pytest.mark.parametrize(("offer", "hour"), TABLE.values(), ids=TABLE)
def test_the_plan_rents_just_below_the_hand_worked_price_and_buys_just_above_it(
    offer: dict[str, Any], hour: float
) -> None:
    below = ledger_of(solved(choice(hour * 0.995, **offer)))
    assert bought(below) == pytest.approx(0.0, abs=1e-3)
    above = ledger_of(solved(choice(hour * 1.005, **offer)))
    assert bought(above) > 1e6


@pytest.mark.parametrize(("offer", "hour"), TABLE.values(), ids=TABLE)
def test_at_the_hand_worked_price_both_are_worth_the_same(offer: dict[str, Any], hour: float) -> None:
    either = solved(choice(hour, **offer))
    neither = solved(merged(choice(hour, **offer), {"compute": {"own": {"max": 0}}}))
    assert sum(ledger_of(either).used_flop) == pytest.approx(sum(ledger_of(neither).used_flop), rel=1e-5)


def test_where_nothing_is_sold_all_is_bought_above_the_price_and_all_is_rented_below_it() -> None:
    for factor, own in ((0.995, False), (1.005, True)):
        ledger = ledger_of(solved(choice(2.739726 * factor, life=48)))
        rented = sum(ledger.spend["compute"]["cloud"]["rent"])
        assert (bought(ledger) > 9.9e6, rented > 9.9e6) == (own, not own)


def test_a_site_with_power_moves_the_price_by_what_the_power_costs() -> None:
    # 1.5 kW x (730 x 0.1 + 146) = 328.5 a month: (24,000 + 12 x 328.5) / 8,760
    terms = {"life": 48, "power": 1.5, "site": "hall"}
    hall = {"sites": {"hall": {"power_price": 0.1, "cost_per_kw": 146}}}
    hour = 3.189726
    assert bought(ledger_of(solved(merged(choice(hour * 0.995, **terms), hall)))) == pytest.approx(0.0, abs=1e-3)
    assert bought(ledger_of(solved(merged(choice(hour * 1.005, **terms), hall)))) > 8e6


def test_a_reservation_breaks_even_where_its_term_does() -> None:
    # a term of 12 at 2 an hour, all months used; a term of 18 pays 6 months for nothing: 2 x 18 / 12
    for term, hour in ((12, 2.0), (18, 3.0)):
        held = {"kind": "reserve", "flops": "989 TFLOP/s", "price": 2.0, "term": term}
        for factor, signs in ((0.995, False), (1.005, True)):
            document = merged(choice(hour * factor), {"compute": {"own": None, "hall": held}})
            spent = ledger_of(solved(document)).spend["compute"]["hall"]
            assert (sum(spent["commitment"]) > 1e6) == signs


def test_a_reservation_that_may_be_left_breaks_even_where_its_fee_does() -> None:
    # a term of 18 at 2 an hour, left when it has run 11 months of the plan's 12: a quarter of 7 months is the fee,
    # (11 + 1.75) x 2 / 11; kept for 12 it pays 18 x 2 / 12 = 3. Left after a months it costs 2 (a + 0.25 (18 - a)) / a,
    # which falls with a, so that 11 is the best.
    held = {"kind": "reserve", "flops": "989 TFLOP/s", "price": 2.0, "term": 18, "exit_fee": 0.25}
    for factor, signs in ((0.995, False), (1.005, True)):
        document = merged(choice(2.318182 * factor), {"compute": {"own": None, "hall": held}})
        spent = ledger_of(solved(document)).spend["compute"]["hall"]
        assert (sum(spent["exit"]) > 1e5) == signs
        assert sum(spent["tail"]) == pytest.approx(0.0, abs=1.0)


# ---- A year more ---------------------------------------------------------------------------------------


def audit_of(document: Document) -> tuple[Result, HorizonAudit]:
    result = Session(load_plan(document)).solve(horizon_audit=True)
    assert result.horizon is not None
    return result, result.horizon


@pytest.mark.parametrize("factor", [0.98, 1.02])
@pytest.mark.parametrize("what", [name for name in TABLE if name not in COSTS_ON])
def test_a_year_more_does_not_flip_the_first_years_choice(what: str, factor: float) -> None:
    offer, hour = TABLE[what]
    _, horizon = audit_of(choice(hour * factor, **offer))
    mine, theirs = horizon.bought
    assert (mine > 1e6) == (factor > 1)
    assert theirs == pytest.approx(mine, rel=0.02, abs=1e3)
    assert horizon.warnings() == []


@pytest.mark.parametrize("what", COSTS_ON)
def test_where_a_year_more_flips_the_first_years_choice_the_result_says_why(what: str) -> None:
    offer, hour = TABLE[what]
    result, horizon = audit_of(choice(hour * 1.02, **offer))
    mine, theirs = horizon.bought
    assert mine > 9e6
    assert theirs == pytest.approx(0.0, abs=1e3)
    (said,) = [warning for warning in result.warnings if "months more" in warning]
    assert said.startswith("with 12 months more, fewer GPUs would be bought in the first year, for 9")
    assert "what they serve, cost and fetch after this plan's end counts for nothing in it" in said


def test_a_longer_plan_that_buys_more_says_so_too() -> None:
    audit = HorizonAudit(12, "optimal", {}, {"compute": (5e6, 8e6)}, bought=(1e6, 4e6))
    assert audit.warnings()[0].startswith("with 12 months more, more GPUs would be bought in the first year, for 60%")
    assert audit.as_dict()["bought"] == [1e6, 4e6]
    assert HorizonAudit(12, "optimal", {}, {"compute": (5e6, 5.5e6)}, bought=(1e6, 1.5e6)).warnings() == []
