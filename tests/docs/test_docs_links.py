"""Links lead somewhere, pages can be found, README and CI cannot drift apart, and nothing names a machine."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from docs_blocks import PAGES, ROOT, blocks

FOLDERS = ("allocator", "benchmarks", "docs", "examples", "models", "tests", ".ci")
TEXT = {".py", ".md", ".toml", ".lp", ".json", ""}
WEB = ("http://", "https://", "mailto:")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    """A page without its code, where brackets mean something else."""
    text = re.sub(r"^(`{3,}).*?^\1\s*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", lambda code: "x" * len(code.group()), text)


def links(page: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", prose(page))


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings get."""
    text = re.sub(r"^(`{3,}).*?^\1\s*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = []
    for link in links(page):
        if link.startswith(WEB):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def test_links_are_found_at_all() -> None:
    assert sum(len(links(page)) for page in PAGES) > 40


def test_every_page_of_the_documentation_is_linked_from_its_index() -> None:
    index = ROOT / "docs/index.md"
    linked = {(index.parent / link.partition("#")[0]).resolve() for link in links(index) if not link.startswith(WEB)}
    pages = set((ROOT / "docs").glob("*.md")) - {index}
    assert pages <= linked, sorted(map(name_of, pages - linked))


def test_every_command_of_the_program_is_in_the_documentation_and_no_other() -> None:
    import typer.main

    from allocator.cli import app

    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `allocator (\w+)", index, flags=re.MULTILINE)) == commands
    for page in PAGES:
        mentioned = set(re.findall(r"`allocator (\w+)", page.read_text(encoding="utf-8")))
        assert mentioned <= commands, name_of(page)


@pytest.mark.parametrize("mark", ["solve", "tests"])
def test_ci_runs_the_very_command_that_the_readme_gives(mark: str) -> None:
    if not shutil.which("awk"):
        pytest.skip("CI's own way to read the README needs awk")
    (block,) = [block for block in blocks(ROOT / "README.md") if mark in block.notes]
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    reader = re.search(r"^readme_command\(\) \{\n.*?^\}\n", script, flags=re.MULTILINE | re.DOTALL)
    assert reader is not None
    done = subprocess.run(
        ["bash", "-c", f"{reader.group()}readme_command {mark}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == block.text
    name = "test_command" if mark == "tests" else "solve_command"
    assert f"{name}=$(readme_command {mark})" in script
    assert f'bash -euc "${name}"' in script


def test_the_readme_gives_two_commands_that_need_nothing_but_python() -> None:
    marked = {key: block.text for block in blocks(ROOT / "README.md") for key in block.notes if block.language == "sh"}
    assert set(marked) == {"solve", "tests"}
    for command in marked.values():
        assert "\n" not in command
        assert command.startswith("python3 -m venv .venv && .venv/bin/python -m pip install ")
    assert marked["solve"].endswith("&& .venv/bin/allocator solve examples/image-startup.toml")
    assert marked["tests"].endswith("&& .venv/bin/pytest")


def project_files() -> list[Path]:
    """The text files of the project, without git's own and what running it leaves behind."""
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    files = [path for path in [*inside, *ROOT.glob("*")] if path.is_file() and path.suffix in TEXT]
    return [path for path in files if not {"__pycache__", ".pytest_cache", ".git"} & set(path.parts)]


def test_nothing_in_the_project_names_a_registry_or_a_path_of_some_machine() -> None:
    # Put together here, so that this file does not name them either.
    hosts = [
        ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("debian", "org"))
    ]
    folders = "|".join(["work", "tmp", "home", "root", "Users", "opt"])
    pattern = re.compile("|".join([*map(re.escape, hosts), rf"(?<![\w./}}])/(?:{folders})/"]))
    files = project_files()
    assert len(files) > 100
    found = [
        f"{name_of(path)}: {match.group()}"
        for path in files
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found
