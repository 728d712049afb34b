"""Plus and minus points: what the house knows it enters with its ticket, people the rest, and both can be undone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from hotline.domain.errors import Invalid, NotNow
from hotline.domain.lifecycle import State
from hotline.read import scores
from hotline.store.month import PUBLISHED, Bulletin, ScorePoint
from hotline.usecases import points, supervision_sweeps, sweeps
from tests.factories.actors import CALLBACK, LEAD_UNIT, SUPERVISOR
from tests.factories.offices import SetOffice
from tests.factories.tickets import A, a_ticket, act

MARCH = date(2026, 3, 1)
COUNTY = "350102-GOV"
"""Answers for its departments in the city's notice."""


def entered(office: SetOffice) -> list[tuple[str, str, str, str]]:
    with office.begin() as work:
        rows = work.session.scalars(sa.select(ScorePoint).order_by(ScorePoint.id))
        return [(row.kind, row.unit, row.ticket_no, row.by) for row in rows]


def of_county(office: SetOffice) -> tuple[Decimal, Decimal]:
    with office.begin(SUPERVISOR) as work:
        found = scores.of(work, MARCH).unit(COUNTY)
        assert found is not None
        return found.score.plus, found.score.minus


def praise(office: SetOffice, **reply: Any) -> str:
    no = a_ticket(office, State.PROCESSING, type="PRAISE")
    act(office, no, A.REPLY, **reply)
    act(office, no, A.PASS)
    return no


def test_a_verified_praise_is_a_plus_for_who_was_praised(office: SetOffice) -> None:
    no = praise(office)
    assert entered(office) == [("praise", LEAD_UNIT, no, "系统")]
    assert of_county(office) == (Decimal("0.5"), Decimal(0))


def test_a_praise_that_proved_untrue_and_any_other_ticket_are_none(office: SetOffice) -> None:
    praise(office, facts_true=False)
    a_ticket(office, State.CLOSED)
    assert entered(office) == []


def test_each_missed_limit_of_a_supervision_is_a_minus(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    for moment in ("2026-03-16 17:31", "2026-03-19 17:31"):
        office.at(moment)
        with office.begin() as work:
            sweeps.sweep(work)
            supervision_sweeps.sweep(work)
            supervision_sweeps.sweep(work)
    assert entered(office) == [("supervision_missed", LEAD_UNIT, no, "系统")] * 2
    assert of_county(office) == (Decimal(0), Decimal(4))


def test_what_the_house_enters_nobody_enters_by_hand(office: SetOffice) -> None:
    with office.begin(SUPERVISOR) as work, pytest.raises(Invalid) as refused:
        points.add(work, MARCH, COUNTY, kind="praise", words="群众来电表扬")
    assert "由系统按工单计入" in refused.value.fields["kind"]


def test_a_point_is_taken_back_with_a_reason_and_put_back_until_the_notice_is_published(office: SetOffice) -> None:
    praise(office)
    with office.begin(SUPERVISOR) as work:
        (number,) = work.session.scalars(sa.select(ScorePoint.id))
    with office.begin(SUPERVISOR) as work, pytest.raises(Invalid):
        points.take_back(work, number, words=" ")
    with office.begin(SUPERVISOR) as work:
        points.take_back(work, number, words="表扬的是另一单位")
    assert of_county(office)[0] == 0
    with office.begin(SUPERVISOR) as work:
        points.put_back(work, number)
    assert of_county(office)[0] == Decimal("0.5")
    with office.begin() as work:
        work.session.add(Bulletin(month=MARCH, stage=PUBLISHED, drafted_at=work.now, drafted_by="督办员"))
    with office.begin(SUPERVISOR) as work, pytest.raises(NotNow, match="已经发布"):
        points.take_back(work, number, words="晚了")


@pytest.mark.parametrize(("true", "minus"), [(True, 5), (False, 0)])
def test_a_reply_called_false_waits_for_a_supervisor_who_says_whether_it_was(
    office: SetOffice, true: bool, minus: int
) -> None:
    no = a_ticket(office, State.CALLBACK)
    act(office, no, A.RATE, by=CALLBACK, solved="U", score=1, reason="false_reply", words="根本没来过")
    with office.begin(SUPERVISOR) as work:
        assert [(each.no, each.unit) for each in scores.doubts(work, MARCH)] == [(no, LEAD_UNIT)]
        if true:
            points.add(work, MARCH, LEAD_UNIT, kind="false_reply", words="现场核实未清运", ticket_no=no)
        else:
            points.refute(work, MARCH, LEAD_UNIT, words="照片为证", ticket_no=no)
    with office.begin(SUPERVISOR) as work:
        assert scores.doubts(work, MARCH) == ()
    assert of_county(office)[1] == minus
