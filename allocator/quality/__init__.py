"""Quality laws: what compute, data and people are worth in a model's quality."""

from allocator.quality.build import load_law
from allocator.quality.cards import law_names
from allocator.quality.earning import Earning, earning
from allocator.quality.forms import Minimum, Monomial, Posynomial, Separable, SeparableTerm
from allocator.quality.law import Input, Law
from allocator.quality.repeats import Repeated, Wear

__all__ = [
    "Earning",
    "Input",
    "Law",
    "Minimum",
    "Monomial",
    "Posynomial",
    "Repeated",
    "Separable",
    "SeparableTerm",
    "Wear",
    "earning",
    "law_names",
    "load_law",
]
