"""Revenue that is decided: marketing, models that earn; and partners, and cash lent for a while."""

from register import Part

HAND = ("tests/formulate/test_program_by_hand.py::test_rows_are_what_a_hand_computes",)
BOOKS = "tests/result/test_ledger_revenue_by_hand.py::"
OPTIMA = "tests/engine/test_selling.py::"
PARTNERS = "tests/engine/test_partners_and_treasury.py::"
EXAMPLE = ("app-company.toml",)

PARTS = {
    "customers who leave": Part(
        fields=("Revenue.churn",),
        golden=("churn",),
        rows_by_hand=HAND,
        ledger_by_hand=(f"{BOOKS}test_those_who_leave_leave_from_the_second_month_on",),
        audited=(f"{OPTIMA}test_all_solvers_agree_on_random_plans_that_sell",),
        ledger=("revenue.amount",),
        examples=EXAMPLE,
        docs=("docs/plan-file.md#revenuename", "docs/ledger.md#the-conventions"),
    ),
    "marketing": Part(
        fields=("Revenue.marketing", *(f"Marketing.{key}" for key in ("max", "adds", "half", "churn"))),
        golden=("marketing",),
        rows_by_hand=HAND,
        ledger_by_hand=(f"{BOOKS}test_marketing_adds_from_the_next_month_on_churns_and_is_paid_as_late_as_the_rest",),
        audited=(
            f"{OPTIMA}test_marketing_is_bought_where_it_pays_and_its_revenue_is_booked",
            f"{OPTIMA}test_a_plan_that_marketing_just_keeps_alive_is_found_and_proven",
        ),
        ledger=("marketing.spending", "revenue.marketing"),
        examples=EXAMPLE,
        docs=("docs/plan-file.md#revenuename", "docs/ledger.md#the-conventions"),
    ),
    "models that earn": Part(
        fields=("Revenue.model", *(f"ByQuality.{key}" for key in ("name", "nothing_at", "all_at"))),
        golden=("launch", "launch-optional"),
        rows_by_hand=HAND,
        ledger_by_hand=(f"{BOOKS}test_a_model_earns_after_its_deadline_in_proportion_to_its_quality",),
        audited=(
            f"{OPTIMA}test_launched_or_not_is_decided_exactly",
            f"{OPTIMA}test_models_of_other_metrics_earn_too",
        ),
        ledger=("revenue.model",),
        examples=EXAMPLE,
        docs=("docs/plan-file.md#revenuename", "docs/ledger.md#the-conventions"),
    ),
    "partners": Part(
        fields=("Partner.pays", "Partner.takes"),
        golden=("partners",),
        rows_by_hand=HAND,
        ledger_by_hand=(f"{BOOKS}test_a_partner_pays_its_share_in_the_month_of_the_cost",),
        audited=(f"{PARTNERS}test_what_a_partner_pays_buys_a_better_model_and_what_it_takes_a_worse_one",),
        ledger=("partners.pays", "partners.tail", "partners.takes"),
        examples=EXAMPLE,
        docs=("docs/plan-file.md#partnersname", "docs/ledger.md#the-conventions"),
    ),
    "cash lent for a while": Part(
        fields=tuple(f"Treasury.{key}" for key in ("earns", "months", "min", "max", "now")),
        golden=("treasury",),
        rows_by_hand=HAND,
        ledger_by_hand=(f"{BOOKS}test_money_lent_is_no_cash_until_it_is_back_with_its_interest",),
        audited=(
            f"{PARTNERS}test_idle_cash_is_lent_and_is_back_before_it_is_needed",
            f"{PARTNERS}test_a_placement_is_nothing_or_at_least_its_smallest",
        ),
        ledger=("treasury.placed", "treasury.returned", "treasury.interest"),
        examples=EXAMPLE,
        docs=("docs/plan-file.md#treasuryname", "docs/ledger.md#the-conventions"),
    ),
}
