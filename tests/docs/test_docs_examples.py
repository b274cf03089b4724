"""Every command and every Python line that the documentation shows is run, and prints what the page says."""

from __future__ import annotations

import doctest
import shutil
from pathlib import Path

import pytest
from docs_blocks import PAGES, ROOT, Block, blocks, commands, difference, run

CONSOLE_PAGES = [page for page in PAGES if any(block.language == "console" for block in blocks(page))]
PYTHON_PAGES = [page for page in PAGES if any(block.language == "pycon" for block in blocks(page))]
LANGUAGES = {"console", "pycon", "python", "sh", "toml", "text", "json"}


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


def test_every_block_says_what_it_is() -> None:
    unknown = [
        f"{block.place}: {block.language!r}"
        for page in PAGES
        for block in blocks(page)
        if block.language and block.language not in LANGUAGES
    ]
    assert not unknown


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
