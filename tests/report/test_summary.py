"""What a founder reads: right numbers, on eighty columns, with or without colours."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from allocator.report.terminal import MOST_LINES, lines, print_summary
from allocator.result.ledger import replay
from allocator.result.summary import period_length, proven_within, summarise, tightest_month


def grid(summary, title):
    return next(entry for entry in summary.grids if entry.title.startswith(title))


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (0.0, "0.0001 %"),
        (3e-7, "0.0001 %"),
        (1e-6, "0.0001 %"),
        (2.11e-6, "0.00022 %"),
        (3e-3, "0.3 %"),
        (9.97e-3, "1 %"),
        (0.1234, "13 %"),
        (2.0, "200 %"),
    ],
)
def test_a_gap_is_rounded_up_so_that_the_proof_stays_true(gap, words):
    assert proven_within(gap) == words


@pytest.mark.parametrize(
    ("months", "length"), [(1, 1), (4, 1), (5, 3), (12, 3), (36, 3), (37, 6), (60, 6), (120, 12), (200, 24)]
)
def test_longer_plans_get_longer_periods_and_never_more_than_twelve(months, length):
    assert period_length(months) == length
    assert -(-months // length) <= 12


def test_shares_of_spending_add_up_to_all_of_it(result):
    spending = grid(summarise(result), "Spending")
    assert sum(spending.bars) == pytest.approx(1.0)
    assert [row[0] for row in spending.rows] == ["Compute", "Data", "People", "Other costs", "Fees and interest"]
    assert spending.rows[-1][1] == "€20k"


def test_a_quarter_shows_its_close_and_all_it_spent(result):
    ledger = replay(result.plan, result.decisions)
    quarters = grid(summarise(result), "By quarter").rows
    assert [row[0] for row in quarters] == ["2026-11", "2027-02", "2027-05", "2027-08"]
    assert quarters[0][1] == f"€{ledger.cash[2] / 1e6:.2f}M"
    assert quarters[0][5] == f"€{sum(ledger.total_spend[:3]) / 1e3:.0f}k"
    assert quarters[2][3] == "520"
    assert quarters[2][4] == "3"


def test_the_tightest_month_is_marked_with_a_word_in_one_row(result):
    table = grid(summarise(result), "By quarter")
    marked = [index for index, row in enumerate(table.rows) if "tightest" in row[-1]]
    assert marked == [table.marked]
    ledger = replay(result.plan, result.decisions)
    spare = [cash - required for cash, required in zip(ledger.cash, ledger.required, strict=True)]
    tightest = tightest_month(0.0, ledger)
    assert spare[tightest] == min(spare)
    assert result.plan.labels[tightest] in table.note


def test_a_floor_of_cash_counts_where_it_asks_more_than_the_runway(result):
    ledger = replay(result.plan, result.decisions)
    assert tightest_month(1e9, ledger) == ledger.cash.index(min(ledger.cash))


@pytest.mark.parametrize(
    ("status", "start"),
    [
        ("optimal", "Optimal, proven"),
        ("gap", "Stopped early; the best"),
        ("time_limit", "Time limit reached; the best"),
    ],
)
def test_the_headline_says_how_it_ended(result, status, start):
    summary = summarise(replace(result, status=status))
    assert summary.headline.startswith(start)
    assert summary.solved == (status == "optimal")


def test_a_long_list_of_warnings_and_rules_is_shortened_with_a_count(result):
    many = replace(result, warnings=("word " * 40,) * 20, binding=("rule " * 30,) * 20)
    printed = [text for text, _ in lines(summarise(many))]
    assert len(printed) <= MOST_LINES
    assert "Warnings (20)" in printed
    assert any("17 more" in line for line in printed)
    assert max(map(len, printed)) <= 80


def test_rules_that_find_no_room_are_counted(result):
    rules = tuple(f"rule {number}: one more of it lowers the loss by 0.01" for number in range(30))
    printed = [text for text, _ in lines(summarise(replace(result, binding=rules)))]
    shown = sum(text.startswith("  - rule") for text in printed)
    assert f"What holds the plan back ({shown} of 30; --table prices has all)" in printed
    assert len(printed) <= MOST_LINES
    assert not any("of 1; --table" in text for text, _ in lines(summarise(replace(result, binding=rules[:1]))))


def test_a_result_in_a_session_is_one_line_and_names_what_it_has(result):
    assert repr(result).startswith(f"<Result of {result.plan.plan.name}: {result.status}, ")
    assert len(repr(result)) < 200
    with pytest.raises(KeyError, match="there are cash, spend"):
        result.frame("money")
    with pytest.raises(KeyError, match=f"there are {result.models[0].name}"):
        result.model("nobody")


def test_long_names_are_shortened_and_numbers_are_not(result):
    model = replace(result.models[0], name="m" * 80)
    printed = [text for text, _ in lines(summarise(replace(result, models=(model,))))]
    line = next(text for text in printed if "mmm" in text)
    assert len(line) <= 80
    assert "…" in line
    assert "FLOP" in line


def test_a_stream_that_is_no_terminal_gets_no_escapes(result):
    stream = io.StringIO()
    print_summary(summarise(result), stream)
    assert "\x1b" not in stream.getvalue()


def test_a_terminal_gets_colours_unless_it_asks_for_none(result, monkeypatch):
    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = Terminal()
    print_summary(summarise(result), coloured)
    assert "\x1b[1;32m" in coloured.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Terminal()
    print_summary(summarise(result), plain)
    assert "\x1b[1;32m" not in plain.getvalue()
    assert "tightest" in plain.getvalue()


def test_an_encoding_without_blocks_gets_letters_for_them(result):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    print_summary(summarise(result), stream)
    stream.flush()
    text = raw.getvalue().decode("ascii")
    assert "##" in text
    assert "EUR 20k" in text


def test_a_notebook_shows_the_summary_with_names_escaped(result):
    shown = result._repr_html_()
    assert "&lt;small&gt; &amp; lab" in shown
    assert "<small>" not in shown.replace("<small>highs", "").replace("<p><small>", "")
    assert "Optimal, proven" in shown
    assert "http" not in shown
