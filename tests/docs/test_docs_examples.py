"""Every command and every Python line that the documentation shows is run, and prints what the page says."""

from __future__ import annotations

import doctest
import shutil
import tomllib
from pathlib import Path

import pytest
from docs_blocks import PAGES, ROOT, Block, blocks, commands, difference, run

CONSOLE_PAGES = [page for page in PAGES if any(block.language == "console" for block in blocks(page))]
PYTHON_PAGES = [page for page in PAGES if any(block.language == "pycon" for block in blocks(page))]
LANGUAGES = {"console", "pycon", "python", "sh", "toml", "text", ""}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as a reader has it: the examples are there, and may be written beside."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    return tmp_path


def write_shown_file(block: Block, folder: Path) -> None:
    if "file" in block.notes:
        (folder / block.notes["file"]).write_text(block.text + "\n", encoding="utf-8")


@pytest.mark.parametrize("page", CONSOLE_PAGES, ids=name_of)
def test_every_command_on_a_page_prints_what_the_page_shows(page: Path, folder: Path) -> None:
    for block in blocks(page):
        write_shown_file(block, folder)
        if block.language != "console":
            continue
        for command in commands(block):
            code, printed = run(command.line, folder)
            expected = int(block.notes.get("exit", "0"))
            assert code == expected, f"{block.place}: `{command.line}` ended with {code}, not {expected}:\n{printed}"
            off = difference(command.shown, printed)
            assert not off, f"{block.place}: `{command.line}`: {off}\n--- printed\n{printed}"


@pytest.mark.parametrize("page", PYTHON_PAGES, ids=name_of)
def test_every_python_line_on_a_page_gives_what_the_page_shows(
    page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    namespace: dict[str, object] = {}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for block in blocks(page):
        write_shown_file(block, folder)
        if block.language == "pycon":
            lines = doctest.DocTestParser().get_doctest(
                f"{block.text}\n", namespace, block.place, str(page), block.line
            )
            reported: list[str] = []
            runner.run(lines, out=reported.append, clear_globs=False)
            namespace.update(lines.globs)
            assert not reported, "".join(reported)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_toml_and_python_block_of_a_page_can_be_read(page: Path) -> None:
    for block in blocks(page):
        if block.language == "toml":
            # A block of alternatives is read line by line.
            for text in block.text.splitlines() if "lines" in block.notes else [block.text]:
                try:
                    tomllib.loads(text)
                except tomllib.TOMLDecodeError as error:
                    pytest.fail(f"{block.place}: {error}")
        elif block.language == "python":
            compile(block.text, block.place, "exec")


def test_no_block_is_of_a_language_that_nothing_here_looks_at() -> None:
    found = [block for page in PAGES for block in blocks(page)]
    assert len(found) > 30
    assert not [f"{block.place}: {block.language!r}" for block in found if block.language not in LANGUAGES]


def test_no_command_is_shown_where_it_would_not_be_run() -> None:
    found = [block for page in PAGES for block in blocks(page) if block.language != "console"]
    assert not [block.place for block in found if any(line.startswith("$ ") for line in block.text.splitlines())]


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a b", "a  b"),
        ("...\nb", "x y\nb"),
        ("a ... d", "a b c d"),
        ("error 9.76 %", "error 9.761 %"),
        ("$4.54M in all", "$4.55M in all"),
        ("a ...", "a b c"),
    ],
)
def test_the_matcher_accepts_other_spacing_left_out_lines_and_last_digits(shown: str, printed: str) -> None:
    assert difference(shown, printed) == ""


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a b", "a b c"),
        ("a b c", "a b"),
        ("... b", "a b c"),
        ("a ... d ... e", "a e d"),
        ("error 9.76 %", "error 9.96 %"),
        ("$4.54M", "$4.54k"),
        ("", "a"),
    ],
)
def test_the_matcher_refuses_another_text_order_number_or_unit(shown: str, printed: str) -> None:
    assert difference(shown, printed)
