"""How values read on a page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from web import formats

NOW = datetime(2026, 3, 11, 6, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=-20), "刚刚"),
        (timedelta(seconds=20), "马上"),
        (timedelta(minutes=-12), "12 分钟前"),
        (timedelta(hours=3), "3 小时后"),
        (timedelta(hours=-24), "3月10日 14:32"),
        (timedelta(days=300), "2027年1月5日 14:32"),
    ],
)
def test_a_moment_is_relative_within_a_day_and_local_beyond(gap: timedelta, words: str) -> None:
    assert formats.moment(NOW + gap, NOW) == words


def test_a_date_has_no_hour() -> None:
    assert formats.moment(date(2026, 3, 18), NOW) == "3月18日"


@pytest.mark.parametrize(
    ("hits", "total", "shown"),
    [(0, 0, "—"), (0, 5, "0"), (5, 5, "100"), (9872, 10000, "98.72"), (1, 3, "33.33"), (Decimal("0.5"), 2, "25")],
)
def test_a_rate_is_divided_when_shown(hits: Decimal | int, total: int, shown: str) -> None:
    assert formats.percent(hits, total) == shown


def test_numbers_are_grouped_and_words_left_alone() -> None:
    assert [formats.grouped(v) for v in (1286, Decimal("4310"), Decimal("2.50"), "—")] == ["1,286", "4,310", "2.5", "—"]


@given(st.text(max_size=40), st.integers(3, 20))
def test_a_name_cut_in_its_middle_keeps_both_ends(words: str, keep: int) -> None:
    cut = formats.middle(words, keep)
    assert len(cut) <= max(keep, 0)
    assert cut == words or (words.startswith(cut.split("…")[0]) and words.endswith(cut[-1]))


@given(st.text(alphabet="FZ0123456789", max_size=30))
def test_groups_lose_nothing(text: str) -> None:
    groups = formats.fours(text)
    assert "".join(groups) == text
    assert {len(group) for group in groups[1:]} <= {3 if len(text) == 6 else 4}


def test_a_query_code_is_read_in_two_halves() -> None:
    assert formats.fours("764026") == ["764", "026"]


@given(st.dictionaries(st.sampled_from(["title", "hx_post", "class_"]), st.text() | st.booleans() | st.none()))
def test_no_value_breaks_out_of_its_attribute(given_: dict[str, object]) -> None:
    shown = formats.attributes(given_)
    for value in given_.values():
        if isinstance(value, str):
            assert f'"{escape(value)}"' in shown


def test_a_span_is_told_by_its_two_largest_parts() -> None:
    assert formats.span(timedelta(days=2, hours=3, minutes=5)) == "2 天 3 小时"
    assert formats.span(timedelta(seconds=10)) == "不到 1 分钟"
