"""Offers of GPUs that tests of compute share."""

from __future__ import annotations

GPU = {"flops": "989 TFLOP/s", "utilisation": 0.4}
HALL = {"kind": "reserve", "price": 1.5, **GPU}
OWN = {"kind": "buy", "price": 20e3, **GPU}
