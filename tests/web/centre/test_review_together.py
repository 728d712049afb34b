"""Replies of one event, passed together: the same words by the same unit, each on its own ticket."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor
from hotline.store import journal
from hotline.store.ticket import by_no
from tests.factories.actors import REVIEWER
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, seen

Browser = Callable[[Actor], FlaskClient]
CHECKED = ["on_point", "lawful", "complete", "polite"]
IN_PLACE = {"HX-Request": "true"}


def an_event(office: SetOffice, n: int = 3) -> list[str]:
    """So many tickets of one event, each with the same reply that waits for review."""
    nos = [a_ticket(office, State.REPLY_REVIEW, phone=f"1390000{i:04d}") for i in range(n)]
    for no in nos[1:]:
        act(office, no, Action.JOIN_EVENT, beside=nos[0])
    return nos


def form(office: SetOffice, first: str, *others: str, **more: object) -> dict[str, object]:
    picked = [f"{no}:{seen(office, no).version}" for no in others]
    given = {"version": str(seen(office, first).version), "queue": "reply", "checked": CHECKED}
    return given | {"public": "水管已修复", "together": "1", "pick": picked} | more


def passes(office: SetOffice, no: str) -> int:
    with office.begin() as work:
        ticket = by_no(work.session, no)
        assert ticket is not None
        return sum(entry.action == Action.PASS for entry in journal.of_ticket(work.session, ticket.id))


def test_the_same_reply_is_passed_for_all_and_recorded_with_each(office: SetOffice, as_: Browser) -> None:
    first, *others = an_event(office)
    desk = as_(REVIEWER)
    page = desk.get(f"/review/{first}").text
    assert "一并通过" in page
    assert all(f'value="{no}:' in page for no in others)
    data = form(office, first, *others)
    for _ in range(2):
        assert desk.post(f"/review/{first}/PASS", data=data).status_code == 303, "a second press is harmless"
    for no in (first, *others):
        assert (seen(office, no).at, seen(office, no).public_reply) == (State.CALLBACK, "水管已修复")
        assert passes(office, no) == 1


def test_what_was_not_chosen_stays(office: SetOffice, as_: Browser) -> None:
    first, second, third = an_event(office)
    as_(REVIEWER).post(f"/review/{first}/PASS", data=form(office, first, second))
    assert seen(office, second).at is State.CALLBACK
    assert seen(office, third).at is State.REPLY_REVIEW


def test_a_refusal_names_its_ticket_and_leaves_it_whole(office: SetOffice, as_: Browser) -> None:
    first, second, third = an_event(office)
    data = form(office, first, second, third)
    act(office, second, Action.SUPPLEMENT, text="又漏了")
    answer = as_(REVIEWER).post(f"/review/{first}/PASS", data=data, headers=IN_PLACE)
    assert second in answer.text
    assert "已通过 2 件" in answer.text
    assert (seen(office, second).at, passes(office, second)) == (State.REPLY_REVIEW, 0)
    assert seen(office, second).public_reply == "垃圾已清运完毕"
    assert seen(office, third).at is State.CALLBACK


def test_nothing_passes_when_the_first_is_refused(office: SetOffice, as_: Browser) -> None:
    nos = an_event(office)
    data = form(office, *nos, checked=CHECKED[:2])
    answer = as_(REVIEWER).post(f"/review/{nos[0]}/PASS", data=data, headers=IN_PLACE)
    assert answer.status_code == 422
    assert {seen(office, no).at for no in nos} == {State.REPLY_REVIEW}


def test_another_reply_is_neither_offered_nor_passed_along(office: SetOffice, as_: Browser) -> None:
    first, other, stranger = *an_event(office, 2), a_ticket(office, State.REPLY_REVIEW)
    act(office, other, Action.FAIL)
    act(office, other, Action.REPLY, public="您家门前的水管另约时间修")
    desk = as_(REVIEWER)
    page = desk.get(f"/review/{first}").text
    assert "1 件答复不同" in page
    assert "一并通过" not in page
    answer = desk.post(f"/review/{first}/PASS", data=form(office, first, other, stranger), headers=IN_PLACE)
    assert answer.text.count("请单独审核") == 2
    assert {seen(office, no).at for no in (other, stranger)} == {State.REPLY_REVIEW}
