"""FLOP of serving one item: the forward pass of a run."""

from __future__ import annotations

from allocator.quality.law import Law

SIZE = "parameters"
# The backward pass of a run costs twice the forward: Kaplan et al. 2020, arXiv:2001.08361, section 2.1.
PASSES_OF_A_RUN = 3.0


def serving_flop(law: Law) -> float | None:
    """FLOP that serving one item takes for each parameter, 2 where a run takes 6 N D; None where the law has no size.

    A third of what the run takes for each parameter and item; cards whose run passes over its items
    several times name the passes `epochs`.
    """
    if law.flop is None or SIZE not in law.input_names:
        return None
    place = law.input_names.index(SIZE)
    if law.inputs[place].role != "free" or float(law.flop.exponents[place]) != 1.0:
        return None
    return float(law.flop.constant) / PASSES_OF_A_RUN / float(law.parameters.get("epochs", 1.0))
