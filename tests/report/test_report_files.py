"""Files of a result: every suffix holds the numbers of the result, and bad places are found first."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from allocator.errors import UsageError
from allocator.report import files
from allocator.report.files import SUFFIXES, check_outputs, write_result
from allocator.report.tables import Format, render_table
from allocator.report.tidy import TABLE_NAMES, tidy
from allocator.result.table import table


def test_the_names_of_tables_are_those_of_a_result(result):
    assert set(result.tables) == set(TABLE_NAMES)


def test_the_tidy_table_holds_every_number_of_every_monthly_table(result):
    kept = {(row["table"], row["month"], row["item"]): row for row in tidy(result)}
    for row in result.tables["compute"]:
        assert kept["compute", row["month"], row["item"]]["quantity"] == row["quantity"]
        assert kept["compute.delivered", row["month"], row["item"]]["quantity"] == row["delivered_flop"]
        assert kept["compute.sold", row["month"], row["item"]]["money"] == row["resale"]
    for row in result.tables["data"]:
        assert kept["data.stock", row["month"], row["item"]]["quantity"] == row["stock"]
    for row in result.tables["people"]:
        assert kept["people.effective", row["month"], row["item"]]["quantity"] == row["effective"]
    months = len(result.plan.labels)
    assert len(kept) == len(tidy(result))
    assert sum(key[0] == "cash" for key in kept) == months * (len(result.tables["cash"].columns) - 1)


def test_csv_keeps_every_digit(result, tmp_path):
    path = tmp_path / "result.csv"
    write_result(result, path)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    closing = [float(row["money"]) for row in rows if (row["table"], row["item"]) == ("cash", "closing")]
    assert closing == result.tables["cash"].column("closing")


def test_csv_of_one_table_is_that_table(result, tmp_path):
    path = tmp_path / "people.csv"
    write_result(result, path, "people")
    rows = list(csv.reader(path.read_text().splitlines()))
    assert tuple(rows[0]) == result.tables["people"].columns
    assert len(rows) == 1 + len(result.tables["people"])


def test_json_is_the_result(result, tmp_path):
    path = tmp_path / "result.json"
    write_result(result, path)
    assert json.loads(path.read_text()) == json.loads(result.to_json())


def test_a_workbook_has_the_summary_and_a_sheet_for_every_table_with_numbers_as_numbers(result, tmp_path):
    path = tmp_path / "result.xlsx"
    write_result(result, path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["summary", *TABLE_NAMES]
    assert book["summary"]["A1"].value == result.plan.plan.name
    sheet = book["cash"]
    assert [cell.value for cell in sheet[1]] == list(result.tables["cash"].columns)
    place = list(result.tables["cash"].columns).index("closing")
    closing = [row[place] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert closing == pytest.approx(result.tables["cash"].column("closing"))


def test_text_that_begins_like_a_formula_stays_text(result, tmp_path):
    from dataclasses import replace

    path = tmp_path / "result.xlsx"
    write_result(replace(result, warnings=("=1+1",)), path)
    cells = [cell for row in openpyxl.load_workbook(path)["summary"].iter_rows() for cell in row]
    assert next(cell for cell in cells if cell.value == "=1+1").data_type == "s"


def test_a_page_is_well_formed_escaped_and_loads_nothing(result, tmp_path):
    class Reader(HTMLParser):
        void = ("meta", "br", "line", "path")

        def __init__(self):
            super().__init__()
            self.open, self.seen, self.text = [], [], []

        def handle_starttag(self, tag, attributes):
            self.seen.append((tag, dict(attributes)))
            if tag not in self.void:
                self.open.append(tag)

        def handle_startendtag(self, tag, attributes):
            self.handle_starttag(tag, attributes)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

        def handle_data(self, data):
            self.text.append(data)

    path = tmp_path / "result.html"
    write_result(result, path)
    page = path.read_text()
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in reader.seen}
    assert not re.search(r"https?:|url\(|@import", page)
    assert "<small> & lab" in "".join(reader.text)
    charts = [attributes["aria-label"] for tag, attributes in reader.seen if tag == "svg"]
    assert charts == ["Cash at each close", "Months of runway"]
    months = len(result.plan.labels)
    assert sum(tag == "circle" for tag, _ in reader.seen) == 2 * months


def test_markdown_has_every_warning(result, tmp_path):
    path = tmp_path / "result.md"
    write_result(result, path)
    text = path.read_text()
    for warning in result.warnings:
        assert warning in text


def test_parquet_holds_the_tidy_table(result, tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    path = tmp_path / "result.parquet"
    write_result(result, path)
    assert len(pandas.read_parquet(path)) == len(tidy(result))


@pytest.mark.parametrize(("suffix", "package"), [(".parquet", "pyarrow"), (".xlsx", "openpyxl")])
def test_a_missing_package_is_found_first_and_says_what_to_install(monkeypatch, tmp_path, suffix, package):
    monkeypatch.setattr(files, "find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=re.escape("allocator[files]")) as caught:
        check_outputs([tmp_path / f"result{suffix}"], None)
    assert package in str(caught.value)
    assert 'in a clone `pip install ".[files]"`' in str(caught.value)


@pytest.mark.parametrize("suffix", [".json", ".csv", ".html", ".md"])
def test_other_files_need_no_further_package(monkeypatch, tmp_path, suffix):
    monkeypatch.setattr(files, "find_spec", lambda _name: None)
    check_outputs([tmp_path / f"result{suffix}"], None)


def test_the_plan_is_never_written_over_by_any_of_its_names(tmp_path):
    plan = tmp_path / "plan.csv"
    plan.write_text("")
    link = tmp_path / "link.csv"
    link.symlink_to(plan)
    for path in (plan, link, tmp_path / "." / "plan.csv"):
        with pytest.raises(UsageError, match="is the plan itself"):
            check_outputs([path], plan)


def test_a_place_without_permission_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(files.os, "access", lambda _path, _mode: False)
    with pytest.raises(UsageError, match="may not be written"):
        check_outputs([tmp_path / "result.csv"], None)


def test_a_disk_that_fails_is_said_without_a_traceback(monkeypatch, result, tmp_path):
    def full(_path, _content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UsageError, match="could not be written: No space left on device"):
        write_result(result, tmp_path / "result.csv")


def test_every_suffix_that_is_offered_is_written(result, tmp_path):
    for suffix in set(SUFFIXES) - {".parquet"}:
        path = tmp_path / f"result{suffix}"
        write_result(result, path)
        assert path.stat().st_size > 100


def test_markdown_tables_escape_their_own_sign_and_csv_quotes():
    odd = table("odd", ["name", "quantity"], [('a|b,"c"', -0.0)])
    assert "a\\|b" in render_table(odd, Format.MARKDOWN)
    assert list(csv.reader(io.StringIO(render_table(odd, Format.CSV)))) == [["name", "quantity"], ['a|b,"c"', "0.0"]]


def test_unlimited_and_missing_values_are_empty_in_files():
    odd = table("odd", ["runway_months", "money"], [(float("inf"), None)])
    assert render_table(odd, Format.CSV).splitlines()[1] == ","
    assert json.loads(render_table(odd, Format.JSON)) == [{"runway_months": None, "money": None}]
