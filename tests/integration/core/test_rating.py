"""Ratings at the month's end, changed, and pressed after a call."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from hotline.domain import callback
from hotline.domain.callback import Answer
from hotline.domain.errors import NotNow
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import HOUSE
from hotline.relay import Relay
from hotline.store import ticket as tickets
from hotline.store.figure import FigureRow
from hotline.store.notice import Rating
from hotline.usecases import callbacks
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, seen

A = Action


def satisfied(office: SetOffice) -> dict[date, tuple[int, int]]:
    relay = Relay(office)
    while relay.round():
        pass
    with office.begin() as work:
        rows = work.session.scalars(
            sa.select(FigureRow).where(FigureRow.key == "satisfied", FigureRow.unit == "350102-CGW")
        )
        return {row.on: (int(row.hits), int(row.total)) for row in rows if row.on and row.total}


def test_a_rating_counts_on_the_local_day_it_was_given_and_a_change_moves_it(office: SetOffice) -> None:
    office.at("2026-03-27 10:00")
    no = a_ticket(office, State.CALLBACK)
    office.at("2026-03-31 23:59:59")
    act(office, no, A.RATE, solved="S", score=5)
    assert satisfied(office) == {date(2026, 3, 31): (1, 1)}
    office.at("2026-04-01 00:00")
    act(office, no, A.RATE, solved="S", score=2, reason="speed")
    assert satisfied(office) == {date(2026, 4, 1): (0, 1)}
    with office.begin() as work:
        assert list(work.session.scalars(sa.select(Rating.score).order_by(Rating.id))) == [5, 2]


def press(office: SetOffice, no: str, key: str) -> None:
    with office.begin(HOUSE) as work:
        ticket = tickets.by_no(work.session, no, lock=True)
        assert ticket
        callbacks.rate(work, ticket, callback.read({"score": key}), way=callbacks.BY_KEY)


def test_a_direct_answer_is_rated_by_key_and_reported_apart(office: SetOffice) -> None:
    no = a_ticket(office, State.SUBMITTED)
    act(office, no, A.ANSWER)
    with pytest.raises(NotNow, match="通话后按键评价"):
        act(office, no, A.RATE)
    press(office, no, "2")
    assert seen(office, no).score == 2
    assert satisfied(office) == {}


def test_a_key_pressed_says_nothing_about_a_dispatched_ticket(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    with pytest.raises(NotNow):
        press(office, no, "5")


@pytest.mark.parametrize(("score", "reason", "wanted"), [(2, None, True), (1, "speed", False), (3, None, False)])
def test_a_reason_is_wanted_for_two_and_less(score: int, reason: str | None, wanted: bool) -> None:
    assert callback.needs_reason(Answer(None, score, reason), 3) is wanted
