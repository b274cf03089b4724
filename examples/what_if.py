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

from allocator import InfeasibleError, Options, load_plan, solve

PLAN = Path(__file__).with_name("image-startup.toml")

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
    "half an hour of cash": ["plan.cash=0", "people.algorithm-engineers.min=1"],
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
        One row a variant: quality of each model, spending by category, closing cash. A variant that no
        plan can satisfy says so instead.
    """
    rows = []
    for name, overrides in variants.items():
        row: dict[str, object] = {"variant": name}
        try:
            # The horizon audit solves a second, longer plan: wanted for a decision, not for a comparison.
            result = solve(load_plan(path, overrides=overrides), Options(), horizon_audit=False)
        except InfeasibleError as error:
            row["status"] = f"infeasible: {', '.join(error.conflict)}"
        else:
            row["status"] = result.status
            row.update({f"{model.name} {model.metric}": model.value for model in result.models})
            spend = result.frame("spend")
            row.update(spend.groupby("category")["money"].sum().to_dict())
            row["closing cash"] = result.frame("cash")["closing"].iloc[-1]
        rows.append(row)
    return pd.DataFrame(rows).set_index("variant")


def main() -> None:
    """Print the table."""
    if len(sys.argv) > 1:
        table = compare(Path(sys.argv[1]), {"as planned": []})
    else:
        table = compare(PLAN, VARIANTS)
    quality = [column for column in table.columns if table[column].dtype == float and table[column].max() < 100]
    print(table.to_string(formatters={name: "{:.4f}".format for name in quality}, float_format="{:,.0f}".format))


if __name__ == "__main__":
    main()
