"""The quantities of a plan that limits may speak of: the one table of their names.

A new quantity is a line in `MEASURES`. Where it is a family of columns, or money that moves, and the books
have it by that name, the line is all. Otherwise it is stated in `formulate/quantities.py` and, a second time,
in `result/ledger/quantities.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from allocator.plan.wrong import did_you_mean, listed


@dataclass(frozen=True)
class Measure:
    """One thing that can be measured of a section of the plan, and of each of its items.

    Attributes
    ----------
    section, name : str
        ``compute`` and ``gpus``: `compute.NAME.gpus`, and `compute.gpus` for all offers together.
    says : str
        What it is, in a few words.
    unit : str
        ``money``, ``GPU``, ``person``, ``person-month``, ``FLOP``, ``share``, or ``item``: what the source counts.
    over : str
        ``sum``: a flow, summed over its months. ``month``: a level, month by month. ``once``: one number for the
        plan, which takes no months.
    items : bool
        Whether each item has it, or only the section as a whole.
    money : str
        ``paid`` or ``received`` where it is money that moves: in the program the flows of that category, in the
        books the entries.
    columns : tuple of str
        Families of columns that add up to it, ``{}`` standing for the item; those the program lacks are 0.
    books : str
        What the ledger, or the choices it was given, call it: one list, or one for each item.
    kinds : tuple of str
        Kinds of item that have it; all when empty.
    decides : bool
        Whether it is a decision of each month: what a lock fixes. Money that a plan chooses to raise is locked beside.
    only_above : bool
        Whether it can only be bounded from above: the program has it as what is at least so much.
    needs : str
        A field of an item without which it has none: ``resale``.
    detail : str
        What may follow it: ``line`` of the books, or ``cohort``, the month in which what goes was ordered or signed,
        or ``offer``, what credits pay for.
    """

    section: str
    name: str
    says: str
    unit: str
    over: Literal["sum", "month", "once"] = "sum"
    items: bool = True
    money: Literal["", "paid", "received"] = ""
    columns: tuple[str, ...] = ()
    books: str = ""
    kinds: tuple[str, ...] = ()
    decides: bool = False
    only_above: bool = False
    needs: str = ""
    detail: Literal["", "line", "cohort", "offer"] = ""


def _paid(section: str, says: str) -> Measure:
    return Measure(section, "spend", says, "money", money="paid", detail="line")


MEASURES = (
    Measure("total", "spend", "all that is paid", "money", items=False, money="paid"),
    # The table of cash.
    Measure("cash", "closing", "cash at the close", "money", "month", False, columns=("cash",), books="cash"),
    Measure("cash", "opening", "cash at the start of the month", "money", "month", False, books="opening"),
    Measure("cash", "interest", "interest received", "money", items=False, books="interest"),
    Measure("cash", "revenue", "revenue received", "money", items=False, books="total_revenue"),
    Measure("cash", "funding", "rounds received", "money", items=False, books="total_funding"),
    Measure("cash", "resale", "what sold GPUs bring", "money", items=False, books="total_resale"),
    Measure("cash", "burn", "net burn", "money", items=False, columns=("burn",), books="burn", only_above=True),
    # Money by section.
    _paid("compute", "paid for GPUs"),
    _paid("data", "paid for data"),
    _paid("people", "paid for staff"),
    _paid("marketing", "paid to win a revenue"),
    _paid("costs", "other costs"),
    _paid("funding", "fees of rounds and interest on debt"),
    Measure("revenue", "received", "revenue in the month it is paid", "money", money="received"),
    Measure("revenue", "marketing", "money spent to win it", "money", columns=("revenue.{}.marketing",),
            books="marketing", decides=True),
    Measure("treasury", "placed", "money lent", "money", columns=("treasury.{}.placed",), books="placed", decides=True),
    Measure("treasury", "lent", "money lent and not back at the close", "money", "month",
            columns=("treasury.{}.locked",), books="locked"),
    Measure("funding", "amount", "money raised, whatever is repaid of it", "money", money="received"),
    Measure("funding", "drawn", "money lent, whatever is repaid of it", "money", money="received",
            kinds=("loan", "credit-line")),
    Measure("funding", "owed", "money owed at the close", "money", "month",
            columns=("funding.{}.owed",), books="owed", kinds=("loan", "credit-line")),
    Measure("funding", "used", "credits used", "money", money="received", kinds=("credits",), detail="offer"),
    Measure("funding", "dilution", "share of the company sold: money over its valuation, added up", "share",
            books="dilution", kinds=("equity",)),
    # Compute.
    Measure("compute", "gpus", "GPUs that serve", "GPU", "month", columns=("compute.{}.gpus",), books="gpus"),
    Measure("compute", "rented", "GPU-months rented", "GPU", columns=("compute.{}.gpus",), books="rented",
            kinds=("rent",), decides=True),
    Measure("compute", "orders", "GPUs ordered or put under contract", "GPU", books="ordered",
            columns=("compute.{}.ordered", "compute.{}.signed"), kinds=("reserve", "buy"), decides=True),
    Measure("compute", "sold", "GPUs sold", "GPU", kinds=("buy",), decides=True, needs="resale", detail="cohort"),
    Measure("compute", "resale", "what sold GPUs bring", "money", money="received", kinds=("buy",), needs="resale"),
    Measure("compute", "ended", "GPUs whose contract is left early", "GPU", kinds=("reserve",), decides=True,
            needs="may_exit", detail="cohort"),
    Measure("compute", "experiments", "GPU-months given to experiments", "GPU",
            columns=("compute.{}.experiments",), books="experiments", decides=True),
    Measure("compute", "delivered", "FLOP that GPUs deliver", "FLOP"),
    Measure("compute", "used", "FLOP that models train and serve with", "FLOP", items=False, books="used_flop"),
    Measure("compute", "idle", "FLOP that neither models nor experiments use", "FLOP", items=False),
    # Data.
    Measure("data", "items", "items bought", "item", columns=("data.{}.bought",), books="bought", decides=True),
    Measure("data", "stock", "items held at the close", "item", "month", columns=("data.{}.stock",), books="stock"),
    Measure("data", "by-machine", "items bought that go through machines", "item", columns=("data.{}.automated",),
            books="automated", decides=True, needs="automation"),
    Measure("data", "machines", "capacity of machines ordered, items a month", "item",
            columns=("data.{}.automation",), books="automation", decides=True, needs="automation"),
    # People.
    Measure("people", "headcount", "heads at the close", "person", "month",
            columns=("people.{}.headcount",), books="heads"),
    Measure("people", "hires", "persons whose hiring is decided", "person",
            columns=("people.{}.hired",), books="hired", decides=True),
    Measure("people", "arrivals", "persons who start", "person", books="arrivals"),
    Measure("people", "leavers", "persons who leave of themselves", "person", books="leavers"),
    Measure("people", "kept", "leavers kept by retention pay", "person", columns=("people.{}.kept",), books="kept",
            decides=True, needs="retention"),
    Measure("people", "layoffs", "persons laid off", "person", columns=("people.{}.laid-off",), books="laid_off",
            decides=True, needs="severance"),
    Measure("people", "counted", "persons who count for research", "person", "month",
            columns=("people.{}.counted",), books="counted", decides=True, needs="wants_gpus"),
    Measure("people", "effective", "heads as far as they have ramped up", "person", "month",
            columns=("people.{}.effective",), books="effective"),
    Measure("people", "research", "research done", "person-month", items=False, books="research"),
    # Models.
    Measure("models", "compute", "FLOP a model trains with", "FLOP", books="training", decides=True),
)  # fmt: skip

# Lines of the books by section, which may follow `spend`.
LINES: dict[str, tuple[str, ...]] = {
    "compute": (
        "rent",
        "upfront",
        "commitment",
        "tail",
        "exit",
        "purchase",
        "running",
        "electricity",
        "hosting",
        "site",
    ),
    "data": ("acquisition", "processing", "storage", "automated", "automation"),
    "people": ("salary", "overhead", "hiring", "retention", "severance"),
    "marketing": ("spending",),
    "costs": ("amount",),
    "funding": ("fee", "interest"),
}

# Where the items of a section stand in the plan, where that is another section.
HOMES = {"marketing": "revenue"}

# What a need is called in the plan file, where that is another name.
NEEDS = {"may_exit": "exit_fee or exit_months", "severance": "layoff"}

# What is no section of its own, though one may look for it, and where it is paid.
PAID_ELSEWHERE = {"serving": "serving takes hours of the plan's GPUs and is paid with them: write compute.spend"}

# Short names for what is asked often.
ALIASES = {"cash": "cash.closing", "burn": "cash.burn", "total.cash": "cash.closing", "total.burn": "cash.burn"}

BY_NAME = {(measure.section, measure.name): measure for measure in MEASURES}
SECTIONS = tuple(dict.fromkeys(measure.section for measure in MEASURES))


def has(item: object, measure: Measure) -> bool:
    """Whether an item of the plan has a quantity at all."""
    if measure.kinds and getattr(item, "kind", None) not in measure.kinds:
        return False
    needed = getattr(item, measure.needs) if measure.needs else True
    # Contractors go without severance, and go all the same.
    return needed is not None if measure.needs == "severance" else bool(needed)


def measures_of(section: str) -> tuple[Measure, ...]:
    """What can be measured of a section, in the order of the table."""
    return tuple(measure for measure in MEASURES if measure.section == section)


def forms_of(section: str) -> str:
    """How the quantities of a section are written, for an error."""
    return listed(form for measure in measures_of(section) for form in forms(measure))


def forms(measure: Measure) -> Iterator[str]:
    """How a quantity can be written: for the section, for an item of it, and with what may follow."""
    yield f"{measure.section}.{measure.name}"
    if measure.items:
        yield f"{measure.section}.NAME.{measure.name}"


def suggestion(name: str, otherwise: str) -> str:
    """What a name that is no quantity was most likely meant to be."""
    section, _, rest = name.partition(".")
    measure = name.rpartition(".")[2]
    if section in PAID_ELSEWHERE:
        return PAID_ELSEWHERE[section]
    if section in SECTIONS:
        names = [entry.name for entry in measures_of(section)]
        return did_you_mean(measure, names, otherwise) if rest else otherwise
    homes = [entry.section for entry in MEASURES if entry.name == measure and entry.items]
    if "." in name and not did_you_mean(section, SECTIONS, "") and homes:
        # An item without its section.
        written = [f"`{home}.{name}`" for home in homes]
        return f"did you mean {written[0]}?" if len(written) == 1 else f"say of what: {' or '.join(written)}"
    return did_you_mean(section, SECTIONS, otherwise)
