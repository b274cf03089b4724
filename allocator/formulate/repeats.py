"""Items used more than once: what a law's inputs are worth, in logs, as rows and concave curves.

With w the log of unique items in use and v that of items processed, an input above its base
counts ``base + h(log input - base)``, base affine in w (`allocator.quality.repeats` has h and why it
is concave). h rises by at most what it is given, so more unique items never hurt, and w needs no
lower side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from allocator.formulate.curves import CurveKind, FloatArray, IntArray
from allocator.formulate.frame import Site
from allocator.formulate.model_block import ModelBlock
from allocator.quality import Repeated


@dataclass(frozen=True, eq=False)
class Worths:
    """Columns of what inputs are worth.

    Attributes
    ----------
    of_terms : ndarray of int, shape (n,)
        The columns that the terms of the law take instead of the logs of the inputs.
    excess, value, worth : ndarray of int, shape (wears,)
        Log over the base, what the curve makes of it, and log of the worth against the reference.
    """

    form: Repeated
    reference: FloatArray
    of_terms: IntArray
    excess: IntArray
    value: IntArray
    worth: IntArray

    def repair(self, point: FloatArray, used: FloatArray) -> None:
        """Make the columns exact at effective inputs `used`."""
        for place, (wear, (excess, value)) in enumerate(zip(self.form.wears, self.form.excesses(used), strict=True)):
            base = math.log(used[wear.input]) - excess
            point[self.excess[place]], point[self.value[place]] = excess, value
            point[self.worth[place]] = base + value - math.log(self.reference[wear.input])


def add_worths(site: Site, block: ModelBlock, logs: IntArray, reference: FloatArray, widest: float) -> Worths:
    """What the inputs of a law with repeated items are worth.

    Parameters
    ----------
    logs : ndarray of int, shape (n,)
        Columns of ln(x_j / reference_j).
    reference : ndarray, shape (n,)
    widest : float
        Bound on logs, either way.
    """
    builder, law, name, form = site.builder, block.law, block.name, block.law.form
    assert isinstance(form, Repeated)  # called for this form only
    labels = [law.inputs[wear.input].name for wear in form.wears]
    unique, processed = law.inputs[form.unique].name, law.inputs[form.processed].name
    inputs = np.array([wear.input for wear in form.wears])
    powers = np.array([wear.exponent for wear in form.wears])
    base = np.log([wear.coefficient for wear in form.wears]) + powers * math.log(reference[form.unique])
    own = np.log(reference[inputs])

    fewer = builder.add_rows(
        f"One pass at least: {name}",
        ("",),
        unit="1",
        sentence=f"the {unique} in use by {name} are at most its {processed} ones",
        upper=math.log(reference[form.processed] / reference[form.unique]),
    )
    builder.put(fewer, [logs[form.unique]], 1.0)
    builder.put(fewer, [logs[form.processed]], -1.0)

    excess = builder.add_columns(
        f"models.{name}.excess",
        labels,
        unit="1",
        sentence=f"Log of each input of {name} over what its unique {unique} support",
        lower=-2.0 * widest,
        upper=2.0 * widest,
    )
    value = builder.add_columns(
        f"models.{name}.kept",
        labels,
        unit="1",
        sentence=f"Log of what is left of that where {unique} are used again",
        lower=-2.0 * widest,
    )
    worth = builder.add_columns(
        f"models.{name}.worth",
        labels,
        unit="1",
        sentence=f"Log of what each input is worth to {name}, against its reference",
        lower=-3.0 * widest,
    )
    rows = builder.add_rows(
        f"Excess of {name}",
        labels,
        unit="1",
        sentence=f"log of an input over what the unique {unique} in use support",
        lower=own - base,
        upper=own - base,
    )
    builder.put(rows, excess, 1.0)
    builder.put(rows, logs[inputs], -1.0)
    builder.put(rows, logs[form.unique], powers)
    builder.add_curves(
        CurveKind.REPEATS,
        excess,
        value,
        exponent=np.array([wear.decay for wear in form.wears]),
        names=[f"what repeated {unique} leave of {label}, {name}" for label in labels],
    )
    rows = builder.add_rows(
        f"Worth of inputs of {name}",
        labels,
        unit="1",
        sentence=f"log of what an input is worth: what the unique {unique} support, and what is left of the rest",
        lower=base - own,
        upper=base - own,
    )
    builder.put(rows, worth, 1.0)
    builder.put(rows, logs[form.unique], -powers)
    builder.put(rows, value, -1.0)
    of_terms = logs.copy()
    of_terms[inputs] = worth
    return Worths(form, reference, of_terms, excess, value, worth)
