"""How the board draws: lengths of bars, small curves, windows in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from hotline.domain.rates import Period
from web.board.drawing import HEIGHT, WIDTH, points, share, spans, window_words

NOW = datetime(2026, 3, 11, 6, 32, tzinfo=UTC)


@pytest.mark.parametrize(("part", "most", "length"), [(0, 0, 0), (0, 5, 0), (1, 1000, 1), (5, 5, 100), (1, 2, 50)])
def test_what_is_there_at_all_can_be_seen(part: int, most: int, length: int) -> None:
    assert share(part, most) == length


def test_a_curve_leads_over_days_without_data_and_stays_in_its_drawing() -> None:
    drawn = [tuple(map(float, point.split(","))) for point in points([Decimal(90), None, Decimal(70), None]).split()]
    assert len(drawn) == 2
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in drawn)
    assert drawn[0][1] < drawn[1][1], "the higher value stands higher"


@pytest.mark.parametrize("values", [[], [None, None], [Decimal(3)]])
def test_one_point_is_no_curve(values: list[Decimal | None]) -> None:
    assert points(values) == ""


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (date(2026, 3, 1), date(2026, 3, 12), "3月1日至11日"),
        (date(2026, 3, 11), date(2026, 3, 12), "3月11日"),
        (date(2026, 2, 25), date(2026, 3, 4), "2月25日至3月3日"),
        (date(2025, 12, 1), date(2026, 1, 1), "2025年12月1日至31日"),
    ],
)
def test_a_window_is_said_with_its_last_day(since: date, until: date, words: str) -> None:
    assert window_words(Period(since, until), NOW) == words


def test_last_month_ends_where_this_month_begins() -> None:
    found = {span.name: span.period for span in spans(datetime(2026, 1, 31, 17, 0, tzinfo=UTC))}
    assert found["上月"] == Period(date(2026, 1, 1), date(2026, 2, 1)), "it is February already in the city"
