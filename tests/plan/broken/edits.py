"""Ways to break the working plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from working_plan import WORKING, edited, working, write


def added(text: str) -> Callable[[Path], Path]:
    return lambda folder: write(folder, f"{WORKING}{text}\n".encode())


def with_money(text: str) -> Callable[[Path], Path]:
    """The plan with more money."""
    return added(f"\n[funding.more]\n{text}")


def a_folder(folder: Path) -> Path:
    path = folder / "plan.toml"
    path.mkdir()
    return path


def no_file(folder: Path) -> Path:
    working(folder)
    return folder / "plann.toml"


def without(section: str) -> Callable[[Path], Path]:
    """The plan without the paragraph that begins with ``[section]``."""
    paragraphs = [text for text in WORKING.split("\n\n") if not text.startswith(f"[{section}]")]
    return lambda folder: write(folder, "\n\n".join(paragraphs).encode())


def card_elsewhere(folder: Path) -> Path:
    (folder / "my-law.toml").write_text("", encoding="utf-8")
    return edited('law = "chinchilla-replication"', 'law = "./my-lwa.toml"')(folder)


def of_images(key: str, value: str = "0.12") -> Callable[[Path], Path]:
    """The plan with a law whose metric is a share of images."""
    text = WORKING.replace('unit = "token"\nprice = "2 USD/Mtoken"', 'unit = "image"\nprice = 0.1')
    law = f'law = "images-and-size"\nmeasured = {{images = 1.28e6, parameters = 25e6, value = {value}}}\n{key}'
    return lambda folder: write(folder, text.replace('law = "chinchilla-replication"', law).encode())


def with_revenue(text: str) -> Callable[[Path], Path]:
    """The plan with more keys of its revenue."""
    return edited("paid_after = 1", f"paid_after = 1\n{text}")


def with_sections(text: str) -> Callable[[Path], Path]:
    """The plan with more sections."""
    return edited("[costs.office]", f"{text}\n\n[costs.office]")


def cobb_douglas_earns() -> str:
    law = 'law = "cobb-douglas"\ninputs = {x = "data.web.items"}\nparameters = {a_x = 0.3}'
    text = WORKING.replace('law = "chinchilla-replication"', law).replace("research_effect = 0.2\n", "")
    return text.replace("paid_after = 1", 'paid_after = 1\nmodel = {name = "chat", nothing_at = 1.0, all_at = 2.0}')


def bought(line: str) -> Callable[[Path], Path]:
    """The plan with one more line in its offer to buy."""
    return edited('price = "33 kUSD"', f'price = "33 kUSD"\n{line}')


def at_site(line: str, site: str, chip: str = 'chip = "H100"') -> Callable[[Path], Path]:
    """The plan with its bought GPUs at a site called hall."""
    text = WORKING.replace('kind = "buy"\nchip = "H100"', f'kind = "buy"\n{chip}')
    text = text.replace('price = "33 kUSD"', f'price = "33 kUSD"\n{line}')
    return lambda folder: write(folder, text.replace("[data.web]", f"[sites.hall]\n{site}\n\n[data.web]").encode())


def added_before(text: str) -> Callable[[Path], Path]:
    return edited("[data.web]", f"{text}\n\n[data.web]")


def with_ideas(keys: str, *, effect: float = 0.0, research: float = 1.0) -> Callable[[Path], Path]:
    """The plan with a section [research], the model's own exponent and the researchers' effort."""
    text = WORKING.replace("research_effect = 0.2", f"research_effect = {effect}")
    text = text.replace("research = 1.0", f"research = {research}")
    return lambda folder: write(folder, f"[research]\n{keys}\n\n{text}".encode())


def without_compute() -> str:
    kept = [text for text in WORKING.split("\n\n") if not text.startswith("[compute.")]
    return "\n\n".join(kept).replace('chips-share = "compute.spend <= 0.6 * total.spend"\n', "")


def revenue_as_number() -> str:
    kept = [text for text in WORKING.split("\n\n") if not text.startswith("[revenue.")]
    return "revenue = 5\n" + "\n\n".join(kept)
