"""The risks a diagnosis looks for, each with its threshold and what answers it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from allocator.plan.wording import money, share
from allocator.result.table import table
from allocator.study.diagnose_company import Company

_SLACK = 1e-6


@dataclass(frozen=True)
class Risk:
    """One risk: it warns where its figure lies on the wrong side of its threshold.

    Attributes
    ----------
    name : str
    figure : str
        Of `Company.figures`.
    rule : {"below", "above"}
        Which side of the threshold warns; the threshold itself does not.
    threshold : float
    unit : {"ratio", "months", "share"}
    sentence : str
        What was found, with the figure as ``{value}``, its note as ``{note}`` and sums of money by their figure's name.
    answer : str
        What can be done about it, in the words of the plan file.
    """

    name: str
    figure: str
    rule: Literal["below", "above"]
    threshold: float
    unit: Literal["ratio", "months", "share"]
    sentence: str
    answer: str

    def warns(self, value: float | None) -> bool | None:
        """Whether a figure is worth a warning; None where it is not known."""
        if value is None:
            return None
        # A plan that keeps a rule of the same number exactly, to a solver's last digits, is on the threshold.
        slack = _SLACK * max(1.0, abs(self.threshold))
        return value < self.threshold - slack if self.rule == "below" else value > self.threshold + slack

    def written(self, value: float | None) -> str:
        """The figure, or the threshold, as people write it."""
        if value is None:
            return "not known"
        if self.unit == "share":
            return share(value)
        return f"{value:.1f} months" if self.unit == "months" else f"{value:.3g}"

    @property
    def bound(self) -> str:
        """The threshold in words: ``more than 20 %``."""
        return f"{'less' if self.rule == 'below' else 'more'} than {self.written(self.threshold)}"


# Rules of thumb of this project, not published figures: each is printed beside what it is compared with.
RISKS = (
    Risk(
        "costs above income",
        "index",
        "below",
        0.0,
        "ratio",
        "F is {value}: costs of {cost} against an income of {income}",
        "raise income, or bound costs with [limits]; rounds only bridge the difference",
    ),
    Risk(
        "short runway",
        "runway",
        "below",
        6.0,
        "months",
        "the runway falls to {value}{note}",
        "ask for more in runway.months, bring a round forward, or spend later",
    ),
    Risk(
        "dependence on rounds",
        "raised",
        "above",
        0.5,
        "share",
        "rounds pay {value} of expenditure",
        "see what a round that fails or comes late would leave: sweep its amount and month",
    ),
    Risk(
        "idle compute",
        "idle",
        "above",
        0.2,
        "share",
        "idle {value} of compute, worth {idle_cost}",
        "rent for the training months instead of owning or reserving, or train more with what is there",
    ),
    Risk(
        "bound to prices",
        "committed",
        "above",
        0.6,
        "share",
        "{value} of the money for compute is bought or under contract",
        "prices fell 7 to 15 % a year: shorter terms and rent follow them down",
    ),
    Risk(
        "data nobody uses",
        "unused",
        "above",
        0.1,
        "share",
        "{value} of the money for data, {unused_cost}, buys items that no model trains on",
        "lower data.NAME.min or what limits ask for, or let a model accept the source",
    ),
    Risk(
        "people not yet effective",
        "effective",
        "below",
        0.9,
        "share",
        "{value} of the people employed are effective",
        "hire earlier and fewer at a time, or shorten hiring.ramp",
    ),
    Risk(
        "people leaving",
        "leaving",
        "above",
        0.15,
        "share",
        "{value} of people leave in a year, at {replacement} to replace them",
        "a raise up to the talent table's share costs no more than replacing them, if it keeps them",
    ),
    Risk(
        "one kind of cost",
        "largest",
        "above",
        0.75,
        "share",
        "{note} is {value} of all costs",
        "a change of its price moves the whole plan: sweep it",
    ),
    Risk(
        "one source of income",
        "source",
        "above",
        0.8,
        "share",
        "one source, {note}, brings {value} of revenue",
        "see what is left without it: sweep its amount down to 0",
    ),
)
COLUMNS = ("risk", "value", "unit", "rule", "threshold", "warns", "sentence", "answer")


def with_risks(company: Company) -> Company:
    """Return the company with its table of risks, and a warning for each beyond its threshold."""
    records, warnings = [], []
    for risk in RISKS:
        value = company.figures.get(risk.figure)
        warns = risk.warns(value)
        sentence = "" if value is None else f"{_found(risk, value, company)} (warns at {risk.bound})"
        if warns:
            warnings.append(f"{_found(risk, value, company)}, {risk.bound}")
        records.append((risk.name, value, risk.unit, risk.rule, risk.threshold, warns, sentence, risk.answer))
    return replace(
        company,
        tables={**company.tables, "risks": table("risks", COLUMNS, records)},
        warnings=tuple(warnings),
    )


def _found(risk: Risk, value: float | None, company: Company) -> str:
    sums = {
        name: "an unknown sum" if amount is None else money(amount, company.currency)
        for name, amount in ((each, company.figures.get(each)) for each in _SUMS)
    }
    note = company.notes.get(risk.figure, "")
    if risk.figure == "runway" and note:
        note = f" in {note}"
    return risk.sentence.format(value=risk.written(value), note=note, **sums)


_SUMS = ("cost", "income", "idle_cost", "unused_cost", "replacement")
