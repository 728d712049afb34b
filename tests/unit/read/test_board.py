from datetime import UTC, date, datetime

import pytest

from hotline.domain.errors import Invalid
from hotline.domain.rates import Period
from hotline.read import board

NOW = datetime(2026, 4, 1, 4, tzinfo=UTC)
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))


def test_people_name_a_month_by_its_last_day_and_programs_by_the_day_after() -> None:
    assert board.days("2026-03-01", "2026-03-31", NOW) == MARCH
    assert board.window("2026-03-01", "2026-04-01", NOW) == MARCH
    assert MARCH.words == "2026-03-01 至 2026-03-31"
    assert MARCH.last == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2026-03-31", "2026-03-31", Period(date(2026, 3, 31), date(2026, 4, 1))),
        ("2026-03-31", None, Period(date(2026, 3, 31), date(2026, 4, 2))),
        (None, "2026-03-31", Period(date(2026, 3, 31), date(2026, 4, 1))),
        (None, None, None),
    ],
)
def test_a_missing_last_day_is_today_and_a_missing_first_one_is_the_last(
    first: str | None, last: str | None, found: Period | None
) -> None:
    assert board.days(first, last, NOW) == found


@pytest.mark.parametrize(("first", "last"), [("2026-03-02", "2026-03-01"), ("2020-01-01", "2026-03-01"), ("x", None)])
def test_days_that_make_no_span_are_refused(first: str, last: str | None) -> None:
    with pytest.raises(Invalid):
        board.days(first, last, NOW)
