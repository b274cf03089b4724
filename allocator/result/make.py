"""From a solver's solution to a `Result`: decisions, ledger, audit, tables, words."""

from __future__ import annotations

from typing import Any

from allocator.formulate.build import Formulation
from allocator.plan import Plan, plausibility
from allocator.plan.wording import money, share
from allocator.result.binding import binding_sentences
from allocator.result.certify import Certified, certify
from allocator.result.goal import objective_of, slope_of
from allocator.result.prices import price_table
from allocator.result.result import HorizonAudit, ModelResult, Result
from allocator.result.table import Table
from allocator.result.tables import make_tables
from allocator.solve.solution import Solution

# Bought GPUs above this share of all spending are worth a word beside the runway.
LARGE_PURCHASES = 0.2
# So are GPUs that nothing uses, above this share of what compute costs.
LARGE_IDLE = 0.1


def make_result(
    formulation: Formulation,
    solution: Solution,
    horizon: HorizonAudit | None = None,
    runway_bound: float | None = None,
) -> Result:
    """Verify a solution and say it in the plan's words.

    Parameters
    ----------
    formulation : Formulation
    solution : Solution
        With a plan: `solution.x` is not None.
    horizon : HorizonAudit, optional
    runway_bound : float, optional
        Months beyond which no runway was proven to reach, where the longest is the goal.

    Raises
    ------
    CertificateError
        When the ledger, the laws and the program do not agree.
    """
    found = certify(formulation, solution)
    decisions, ledger = found.decisions, found.ledger
    models = tuple(_model_result(found, name) for name in formulation.plan.models)
    tables = make_tables(found.reading, ledger)
    tables["prices"] = price_table(
        formulation, solution.duals, solution.reduced_costs, slope_of(formulation, found.objective)
    )
    return Result(
        status=str(solution.status),
        plan=found.reading.plan,
        objective=objective_of(formulation, solution, runway_bound),
        models=models,
        tables=tables,
        certificate=found.certificate,
        solver=_solver(solution),
        price_kind=solution.price_kind,
        binding=binding_sentences(
            formulation, tables["prices"], ledger, [model.name for model in models if not model.funded]
        ),
        warnings=_warnings(formulation, solution, tables, models, horizon),
        horizon=horizon,
        decisions=decisions,
    )


def _model_result(found: Certified, name: str) -> ModelResult:
    decided, block = found.decisions["models"][name], found.reading.formulation.models[name]
    law, inputs = block.law, decided["inputs"]
    effective_inputs = block.with_floors(inputs)
    compute = float(sum(decided["compute"]))
    effective = block.effective_compute(found.reading.x)
    value = found.certificate.law_reevaluated[name]["law"]
    level = getattr(law.form, "E", None)
    reducible = None
    if level is not None and law.transform != "score":
        reducible = value - level if law.transform == "loss" else 1.0 - value - level
    return ModelResult(
        name=name,
        law=law.name,
        metric=law.metric,
        unit=law.unit,
        value=value,
        inputs=inputs,
        compute_flop=compute,
        effective_flop=compute if effective is None else effective,
        reducible=reducible,
        extrapolation=tuple(law.extrapolation(effective_inputs, compute if law.flop is not None else None)),
        assumed=law.assumed,
        deadline=found.reading.plan.month_label(block.model.deadline),
        funded=bool(decided.get("funded", True)),
        serving_flop=float(sum(decided.get("serving", ()))),
        repeated=law.repeated,
    )


def _solver(solution: Solution) -> dict[str, Any]:
    report = solution.solver
    return {
        "name": report.name,
        "version": report.version,
        "seconds": report.seconds,
        "iterations": report.iterations,
        "rounds": report.rounds,
        "cuts": report.cuts,
        "nodes": report.nodes,
        "reason": report.reason,
        "plan_by": report.plan_by,
        "bound_by": report.bound_by,
        "attempts": [
            {"name": step.name, "status": step.status, "seconds": step.seconds, "message": step.message}
            for step in report.attempts
        ],
    }


def _whole_until(plan: Plan) -> list[str]:
    """Up to which month units are whole, where that is not the last."""
    last = plan.plan.whole
    if not 0 < last < plan.plan.months:
        return []
    return [
        f"hires, lots and contracts are whole until {plan.month_label(last)}; from {plan.month_label(last + 1)} on "
        "they are relaxed to parts of units"
    ]


def _purchases(plan: Plan, spend: Table) -> list[str]:
    """Bought GPUs are no burn unless the plan says so: a runway may look longer than it feels."""
    total = sum(row["money"] for row in spend)
    bought = sum(row["money"] for row in spend if row["line"] == "purchase")
    if plan.runway is None or plan.runway.purchases or bought <= LARGE_PURCHASES * total:
        return []
    return [
        f"{money(bought, plan.plan.currency)} of bought GPUs do not count as burn; "
        "runway.purchases = true makes the runway cover them too"
    ]


def _idle(plan: Plan, use: Table) -> list[str]:
    """GPUs that are paid for and that nothing uses, where they are much of what compute costs."""
    total = sum(row["money"] for row in use)
    wasted = [(row["money"], row["month"]) for row in use if row["item"] == "idle"]
    lost = sum(amount for amount, _ in wasted)
    if total <= 0.0 or lost <= LARGE_IDLE * total:
        return []
    most, month = max(wasted)
    currency = plan.plan.currency
    return [
        f"{share(round(lost / total, 2))} of what compute costs, {money(lost, currency)}, pays for GPUs that nothing "
        f"uses, most of it in {month} ({money(most, currency)}); the table `use` has every month"
    ]


def _warnings(
    formulation: Formulation,
    solution: Solution,
    tables: dict[str, Table],
    models: tuple[ModelResult, ...],
    horizon: HorizonAudit | None,
) -> tuple[str, ...]:
    plan = formulation.plan
    warnings = [*plausibility(plan), *_purchases(plan, tables["spend"]), *_idle(plan, tables["use"])]
    warnings += _whole_until(plan)
    for model in models:
        if not model.funded:
            # Its law says only what a run of nothing would reach.
            continue
        if formulation.models[model.name].compute is not None and model.compute_flop <= 0.0:
            warnings.append(
                f"{model.name}: it trains on nothing; no GPU serves in its training months, or none is paid for"
            )
            continue
        warnings.extend(f"{model.name}: {sentence}" for sentence in model.extrapolation)
        warnings.extend(f"{model.name}: {sentence}" for sentence in model.assumed)
    warnings.extend(solution.findings)
    if horizon is not None:
        warnings.extend(horizon.warnings())
    return tuple(warnings)
