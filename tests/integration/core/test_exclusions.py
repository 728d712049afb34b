"""Taking a rating out of the score: asked by the unit, decided by QA, and shown beside the raw rate."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hotline.domain.errors import Invalid, NotNow, NotYours, Refused
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Role
from hotline.read import board
from hotline.usecases import board as keeping
from hotline.usecases import steps
from hotline.usecases.access import staff
from tests.factories.actors import LEAD_UNIT, OTHER, QA, UNIT, a_person
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act


def rated(office: SetOffice, **answer: object) -> str:
    no = a_ticket(office, State.CALLBACK)
    act(office, no, Action.RATE, **({"solved": "S", "score": 3} | answer))
    return no


def rates(office: SetOffice, *keys: str) -> list[str]:
    with office.begin() as work:
        keeping.catch_up(work)
    with office.begin() as work:
        found = board.of(work, LEAD_UNIT).rates
    return [f"{found[key].hits.normalize():f}/{found[key].total.normalize():f}" for key in keys]


def test_an_excluded_rating_leaves_the_adjusted_rates_and_stays_in_the_raw_ones(office: SetOffice) -> None:
    no = rated(office)
    assert rates(office, "satisfied", "satisfied_raw") == ["1/1", "1/1"]
    act(office, no, Action.REQ_EXCLUDE)
    assert rates(office, "satisfied", "satisfied_raw") == ["1/1", "1/1"], "asking alone changes nothing"
    act(office, no, Action.OK_EXCLUDE)
    assert rates(office, "satisfied", "resolved", "satisfied_raw", "resolved_raw") == ["0/0", "0/0", "1/1", "1/1"]


def test_a_refused_request_changes_no_rate_and_can_not_be_made_again(office: SetOffice) -> None:
    no = rated(office)
    act(office, no, Action.REQ_EXCLUDE)
    act(office, no, Action.NO_EXCLUDE)
    assert rates(office, "satisfied") == ["1/1"]
    with pytest.raises(NotNow, match="已经申请过"):
        act(office, no, Action.REQ_EXCLUDE)


def test_a_rating_given_after_an_exclusion_counts_again(office: SetOffice) -> None:
    no = rated(office)
    act(office, no, Action.REQ_EXCLUDE)
    act(office, no, Action.OK_EXCLUDE)
    act(office, no, Action.RATE, solved="S", score=5)
    assert rates(office, "satisfied", "satisfied_raw") == ["1/1", "1/1"]


def test_asking_is_possible_until_the_close_of_the_third_working_day(office: SetOffice) -> None:
    first, second = rated(office), rated(office)  # Wednesday 11 March
    office.at("2026-03-16 17:30")
    act(office, first, Action.REQ_EXCLUDE)
    office.at("2026-03-16 17:31")
    with pytest.raises(NotNow, match="3 个工作日"):
        act(office, second, Action.REQ_EXCLUDE)


def test_a_request_needs_a_reason_of_the_list_and_evidence(office: SetOffice) -> None:
    no = rated(office)
    with pytest.raises(Invalid) as refused:
        act(office, no, Action.REQ_EXCLUDE, reason="UNFAIR", evidence=" ")
    assert set(refused.value.fields) == {"reason", "evidence"}


def test_without_a_rating_there_is_nothing_to_exclude(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    for day in ("2026-03-12 10:00", "2026-03-12 15:00", "2026-03-13 10:00"):
        office.at(day)
        act(office, no, Action.TRY)
    with pytest.raises(NotNow, match="还没有评价"):
        act(office, no, Action.REQ_EXCLUDE)


def test_neither_another_unit_nor_the_dispatcher_nor_the_unit_decides(office: SetOffice) -> None:
    no = rated(office)
    with pytest.raises(Refused, match=r"没有找到|主办"):
        act(office, no, Action.REQ_EXCLUDE, by=OTHER)
    act(office, no, Action.REQ_EXCLUDE)
    dispatcher = a_person(Role.QA, Role.DISPATCHER, number=2)
    with pytest.raises(NotYours, match="派过"):
        act(office, no, Action.OK_EXCLUDE, by=dispatcher)
    own = a_person(Role.QA, Role.UNIT_COORD, number=33, unit=LEAD_UNIT)
    with pytest.raises(NotYours, match="本单位"):
        act(office, no, Action.OK_EXCLUDE, by=own)
    with pytest.raises(NotYours):
        act(office, no, Action.OK_EXCLUDE, by=UNIT)
    act(office, no, Action.OK_EXCLUDE)


def test_a_decision_says_why(office: SetOffice) -> None:
    no = rated(office)
    act(office, no, Action.REQ_EXCLUDE)
    for action in (Action.OK_EXCLUDE, Action.NO_EXCLUDE):
        with pytest.raises(Invalid):
            act(office, no, action, opinion="")


def test_what_cannot_be_done_now_is_not_offered(office: SetOffice) -> None:
    no = rated(office)

    def offered(by) -> set[Action]:
        with office.begin(by) as work:
            return set(steps.offered(work, staff(work, no))) & {
                Action.REQ_EXCLUDE,
                Action.OK_EXCLUDE,
                Action.NO_EXCLUDE,
            }

    assert (offered(UNIT), offered(QA)) == ({Action.REQ_EXCLUDE}, set())
    act(office, no, Action.REQ_EXCLUDE)
    assert (offered(UNIT), offered(QA)) == (set(), {Action.OK_EXCLUDE, Action.NO_EXCLUDE})


def test_partly_solved_is_worth_half_and_only_the_adjusted_rate_forgets_it(office: SetOffice) -> None:
    no = rated(office, solved="P", score=3)
    assert rates(office, "resolved", "resolved_raw") == ["0.5/1", "0.5/1"]
    act(office, no, Action.REQ_EXCLUDE)
    act(office, no, Action.OK_EXCLUDE)
    assert rates(office, "resolved", "resolved_raw") == ["0/0", "0.5/1"]
    assert Decimal("0.5") == office.rules.counting.rates["resolved"].partial_weight
