"""`allocator check`: is the plan right, and what does it say?"""

from __future__ import annotations

import json
import sys

from allocator.commands.options import Output, OutputFormat, Overrides, PlanPath, Scenarios
from allocator.commands.running import read_plan, say_warnings


def check(
    plan: PlanPath, overrides: Overrides = None, scenarios: Scenarios = None, form: OutputFormat = Output.TABLE
) -> None:
    """Read a plan, find every mistake, and say it back in sentences.

    Warns of whatever looks implausible; solves nothing.
    """
    from allocator.plan import plausibility, readback

    loaded = read_plan(plan, overrides, scenarios)
    from allocator.formulate.build import formulate

    # What only shows when the program is written, a law that cannot be used so, is a mistake of the plan too.
    formulate(loaded)
    sentences, warnings = readback(loaded), plausibility(loaded)
    if form is Output.JSON:
        answer = {
            "sentences": sentences,
            "warnings": warnings,
            "scenarios": list(loaded.applied),
            "plan": loaded.resolved(),
            "plan_sha256": loaded.sha256(),
        }
        print(json.dumps(answer, indent=2))
        return
    say_warnings(warnings)
    if form is Output.TABLE:
        print("\n".join(sentences))
    elif form is Output.MARKDOWN:
        print("\n".join(f"- {sentence}" for sentence in sentences))
    else:
        from allocator.report.tables import csv_text
        from allocator.result.table import table

        rows = [("says", sentence) for sentence in sentences] + [("warning", warning) for warning in warnings]
        sys.stdout.write(csv_text(table("check", ["kind", "sentence"], rows)))
