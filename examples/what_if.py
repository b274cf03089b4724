"""What if the money, a price, a salary or the deadline were different?

Solves one plan several times, each with a few fields changed by their dotted paths, and prints one table:

    python examples/what_if.py
    python examples/what_if.py my-plan.toml

The paths are those of the plan file; the same strings work as `allocator solve PLAN --set PATH=VALUE`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from allocator import InfeasibleError, load_plan, solve

PLAN = Path(__file__).with_name("image-startup.toml")
CATEGORIES = ("compute", "data", "people", "costs")

VARIANTS = {
    "as planned": [],
    "$3M instead of $5M": ["plan.cash=3M"],
    "$8M instead of $5M": ["plan.cash=8M"],
    "servers at half the price": ["compute.gpu-server.price=100_000"],
    "labels at twice the price": ["data.labelled-images.price=10"],
    "engineers at $45k a month": ["people.algorithm-engineers.salary=45_000"],
    "two months less": ["models.classifier.deadline=10"],
    "whole people and servers": ["plan.whole=true"],
    "six months of runway": ["runway.months=6"],
    "no money, one engineer": ["plan.cash=0", "people.algorithm-engineers.min=1"],
}


def compare(path: Path, variants: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Solve each variant of a plan.

    Parameters
    ----------
    path : Path
        A plan file.
    variants : mapping of str to sequence of str
        Overrides by the name of the variant.

    Returns
    -------
    pandas.DataFrame
        One row a variant: how it ended, the metric of each model, spending by category and closing cash in
        the plan's currency. Of a variant that nothing can satisfy, only the rules that cannot hold together.
    """
    rows = []
    for name, overrides in variants.items():
        row: dict[str, object] = {"variant": name}
        try:
            # The horizon audit solves a second, longer plan: wanted for a decision, not for a comparison.
            result = solve(load_plan(path, overrides=overrides), horizon_audit=False)
        except InfeasibleError as error:
            row["status"] = f"not possible: {' and '.join(error.conflict)}"
        else:
            row["status"] = result.status
            row.update({f"{model.name} {model.metric}": model.value for model in result.models})
            spend = result.frame("spend").groupby("category")["money"].sum()
            row.update({category: spend.get(category, 0.0) for category in CATEGORIES})
            row["closing cash"] = result.frame("cash")["closing"].iloc[-1]
        rows.append(row)
    return pd.DataFrame(rows).set_index("variant")


def readable(number: float) -> str:
    """Money without decimals, a loss or an error with four."""
    return f"{number:.4f}" if 0 < abs(number) < 100 else f"{number:,.0f}"


def main() -> None:
    """Print the table."""
    chosen = (Path(sys.argv[1]), {"as planned": []}) if len(sys.argv) > 1 else (PLAN, VARIANTS)
    table = compare(*chosen)
    columns = [*(column for column in table.columns if column != "status"), "status"]
    print(table[columns].to_string(float_format=readable, na_rep=""))


if __name__ == "__main__":
    main()
