"""What a law card may hold: the tables of the TOML file, with unknown keys refused."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FormName = Literal["posynomial", "cobb-douglas", "ces", "leontief", "saturating", "hyperbola", "table"]
Expression = float | str


class StrictTable(BaseModel):
    """A table of finite numbers and text, frozen; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class InputTable(StrictTable):
    """``[inputs.NAME]``: role, unit, floor and fitted range of one input."""

    role: Literal["free", "data", "compute", "people", "any"]
    unit: str
    floor: float = Field(gt=0)
    range: list[float] = Field(default_factory=list)


class TermTable(StrictTable):
    """``[[terms]]``: ``coefficient * prod input ** -exponent``."""

    coefficient: Expression
    exponents: dict[str, Expression] = Field(min_length=1)


class FlopTable(StrictTable):
    """``[flop]``: FLOP of a run, ``constant * prod input ** exponent``, its floor and fitted range."""

    constant: Expression
    exponents: dict[str, float] = Field(min_length=1)
    source: str
    floor: float = Field(gt=0)
    range: list[float] = Field(default_factory=list)


class RepeatsTable(StrictTable):
    """``[repeats]``: items used more than once; R of the paper is the `constant`."""

    unique: str
    processed: str
    constant: Expression


class ExcessTable(StrictTable):
    """``[excess]``: an input counts for less above ``coefficient * unique ** exponent``."""

    input: str
    constant: Expression
    coefficient: Expression
    exponent: Expression


class CardTable(StrictTable):
    """A whole card, after `extends`."""

    title: str
    form: FormName
    metric: Literal["loss", "error", "accuracy", "score"]
    unit: str
    source: str
    licence: str
    note: str = ""
    offset: Expression = 0.0
    parameters: dict[str, float] = Field(default_factory=dict)
    uncertainty: dict[str, float] = Field(default_factory=dict)
    assumed: dict[str, str] = Field(default_factory=dict)
    inputs: dict[str, InputTable] = Field(default_factory=dict)
    terms: list[TermTable] = Field(default_factory=list)
    repeats: RepeatsTable | None = None
    excess: ExcessTable | None = None
    flop: FlopTable | None = None
    level: dict[str, str] = Field(default_factory=dict)
    points: list[list[float]] = Field(default_factory=list)
