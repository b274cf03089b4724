"""How fast a time grows with a size: seconds ~ size^p, by least squares on logarithms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# Two points always lie on a line; a standard error needs one more.
FEWEST_SIZES = 3


@dataclass(frozen=True)
class Growth:
    """A fitted power law ``seconds = factor * size^exponent``.

    Attributes
    ----------
    exponent : float
    standard_error : float
        Of the exponent, from the scatter of the logarithms about the line with n - 2 degrees of freedom.
    r_squared : float or None
        Share of the scatter of log seconds that the line explains; None where there is no scatter at all.
    factor : float
        Seconds at size one.
    sizes : int
        How many different sizes there were.
    """

    exponent: float
    standard_error: float
    r_squared: float | None
    factor: float
    sizes: int


def fit_growth(sizes: Sequence[float], seconds: Sequence[float]) -> Growth | None:
    """Fit a power law; None with fewer than three different sizes.

    Parameters
    ----------
    sizes, seconds : sequences of float of equal length
        All above zero.
    """
    if len(set(sizes)) < FEWEST_SIZES:
        return None
    x, y = np.log(np.asarray(sizes, dtype=float)), np.log(np.asarray(seconds, dtype=float))
    x_off, y_off = x - x.mean(), y - y.mean()
    exponent = float(x_off @ y_off / (x_off @ x_off))
    left = y_off - exponent * x_off
    scatter, unexplained = float(y_off @ y_off), float(left @ left)
    return Growth(
        exponent=exponent,
        standard_error=float(np.sqrt(unexplained / (len(x) - 2) / (x_off @ x_off))),
        r_squared=1.0 - unexplained / scatter if scatter > 0.0 else None,
        factor=float(np.exp(y.mean() - exponent * x.mean())),
        sizes=len(set(sizes)),
    )
