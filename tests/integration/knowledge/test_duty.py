"""What units owe the knowledge base, and how much of it was done in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import delete, select

from hotline.domain.calendar import ZONE, WorkCalendar
from hotline.domain.errors import NotNow, NotYours
from hotline.domain.permissions import Role
from hotline.domain.rates import Rate
from hotline.read import knowledge_desk, knowledge_duty
from hotline.store.knowledge import DutyRow, Feedback, Question
from hotline.store.memo import Memo
from hotline.usecases import knowledge, knowledge_limits, people, recompute
from hotline.usecases import knowledge_duty as duty
from tests.factories.actors import AGENT, UNIT
from tests.factories.knowledge import EDITOR, SUPPLIER, an_item, raw_item
from tests.factories.offices import SetOffice

YEAR = (datetime(2026, 1, 1, tzinfo=ZONE), datetime(2027, 1, 1, tzinfo=ZONE))


def rate(office: SetOffice, unit: str = "350100-CGW") -> tuple[int, int]:
    with office.begin() as work:
        found: Rate = knowledge_duty.rate(work, unit, *YEAR)
        assert knowledge_duty.rates(work, *YEAR).get(unit, Rate()) == found
    return int(found.hits), int(found.total)


def test_a_question_answered_within_a_working_day_is_in_time(office: SetOffice) -> None:
    with office.begin(AGENT) as work:
        asked = duty.ask(work, text="路灯维护归谁管", category="010602")
        assert asked.unit == "350100-CGW"
        number = asked.id
    assert rate(office) == (0, 1)
    office.at("2026-03-12 17:30")
    with office.begin(SUPPLIER) as work:
        duty.reply(work, number, answer="归市城市管理委员会")
    assert rate(office) == (1, 1)
    with office.begin(AGENT) as work:
        mine = knowledge_desk.my_questions(work)
    assert [(each.answer, each.late) for each in mine] == [("归市城市管理委员会", False)]


def test_a_late_answer_is_not_in_time_and_stays_so(office: SetOffice) -> None:
    with office.begin(AGENT) as work:
        number = duty.ask(work, text="路灯维护归谁管", unit="350100-CGW").id
    office.at("2026-03-12 17:31")
    with office.begin(SUPPLIER) as work:
        duty.reply(work, number, answer="归市城市管理委员会")
    assert rate(office) == (0, 1)


def test_a_question_of_the_wrong_unit_counts_only_at_the_right_one(office: SetOffice) -> None:
    with office.begin(AGENT) as work:
        number = duty.ask(work, text="路灯维护归谁管", unit="350100-JTJ").id
    with office.begin(EDITOR) as work:
        duty.assign(work, number, unit="350100-CGW")
    assert rate(office, "350100-JTJ") == (0, 0)
    assert rate(office) == (0, 1)
    with office.begin(UNIT) as work, pytest.raises(NotYours):
        duty.reply(work, number, answer="不归我们")
    with office.begin(EDITOR) as work, pytest.raises(NotNow):
        duty.close(work, number)
    with office.begin(EDITOR) as work:
        duty.close(work, number, needed=False)
    assert rate(office) == (0, 0)


def test_an_item_handed_in_for_a_question_answers_it_and_published_closes_it(office: SetOffice) -> None:
    with office.begin(AGENT) as work:
        number = duty.ask(work, text="路灯维护归谁管", unit="350100-CGW").id
    with office.begin(SUPPLIER) as work:
        version = knowledge.hand_in(work, knowledge.read(work, raw_item()), question=number).id
    office.later(days=10)
    with office.begin(EDITOR) as work:
        knowledge.publish(work, version)
    assert rate(office) == (1, 1)
    with office.begin(AGENT) as work:
        asked = knowledge_desk.question(work, number)
    assert asked.closed
    assert asked.item_id


def test_a_policy_is_in_time_within_three_working_days_of_its_effect(office: SetOffice) -> None:
    an_item(office, title="新政策一", policy_from="2026-03-06")
    assert rate(office) == (1, 1)
    an_item(office, title="新政策二", policy_from="2026-03-05")
    assert rate(office) == (1, 2)


def test_an_announced_policy_is_owed_once(office: SetOffice) -> None:
    with office.begin(EDITOR) as work:
        asked = duty.announce(work, text="照明设施维护新规", unit="350100-CGW", policy_from=date(2026, 3, 11)).id
    with office.begin(SUPPLIER) as work:
        content = knowledge.read(work, raw_item(policy_from="2026-03-11"))
        version = knowledge.hand_in(work, content, question=asked).id
    with office.begin(EDITOR) as work:
        knowledge.publish(work, version)
    assert rate(office) == (1, 1)


def test_an_end_is_handled_by_a_later_end_or_by_taking_down_and_else_missed(office: SetOffice) -> None:
    renewed = an_item(office, title="甲", valid_from="2025-06-01", valid_to="2026-04-30")
    gone = an_item(office, title="乙", valid_from="2025-06-01", valid_to="2026-04-30")
    an_item(office, title="丙", valid_from="2025-06-01", valid_to="2026-04-30")
    assert rate(office) == (0, 3)
    with office.begin(SUPPLIER) as work:
        content = knowledge.read(work, raw_item(title="甲", valid_from="2026-03-11", valid_to="2027-01-31"))
        version = knowledge.hand_in(work, content, of=renewed).id
        knowledge.retire(work, gone, words="不再适用")
    office.at("2026-05-20 09:00")
    with office.begin(EDITOR) as work:
        knowledge.publish(work, version)
        waiting = knowledge_desk.counts(work)
    assert rate(office) == (2, 3)
    assert waiting.expired == 1
    with office.begin(EDITOR) as work:
        assert [row.standing.value for row in knowledge_desk.ending(work, expired=True)] == ["已过期"]


def test_a_unit_answers_for_those_below_it_and_nothing_due_is_no_rate(office: SetOffice) -> None:
    an_item(office, policy_from="2026-03-06")
    assert rate(office, "350100-GOV") == (1, 1)
    with office.begin() as work:
        assert knowledge_duty.rate(work, "350100-JTJ", *YEAR).words == "—"


def test_the_desk_is_counted_in_one_query_for_editor_and_unit(office: SetOffice) -> None:
    an_item(office)
    for by in (EDITOR, SUPPLIER, AGENT):
        with office.begin(by) as work:
            assert knowledge_desk.counts(work) == knowledge_desk.Counts(0, 0, 0, 0, 0)


def test_who_must_answer_is_told_and_who_asked_hears_of_the_answer(office: SetOffice) -> None:
    with office.begin() as work:
        made = [
            people.add(work, username=name, name=name, password="a-long-password", roles=[role], unit=unit)
            for name, role, unit in (
                ("coord", Role.UNIT_COORD, "350100-CGW"),
                ("asker", Role.AGENT, "350100-HOT"),
                ("editor", Role.KB_EDITOR, "350100-HOT"),
            )
        ]
        work.session.flush()
        coord, asker, editor = (people.actor_of(person) for person in made)
    with office.begin(asker) as work:
        number = duty.ask(work, text="路灯维护归谁管", unit="350100-CGW").id
        duty.ask(work, text="说不清归谁的事")
    item = an_item(office)
    with office.begin(asker) as work:
        said = knowledge.report(work, item, kind="WRONG", words="电话换了").id
    with office.begin(coord) as work:
        duty.reply(work, number, answer="归市城市管理委员会")
        knowledge.settle(work, said, outcome="已改正")
    with office.begin() as work:
        told = work.session.execute(select(Memo.person_id, Memo.text, Memo.link).order_by(Memo.id)).all()
    assert [(row.person_id, row.text.split("：")[0]) for row in told] == [
        (coord.id, "请答复话务员的提问"),
        (editor.id, "请答复话务员的提问"),
        (coord.id, "知识有人报错（内容有误）"),
        (asker.id, "知识提问已答复"),
        (asker.id, "您报错的知识已处理"),
    ]
    assert told[0].link == f"/knowledge/questions/{number}"


def coordinator(office: SetOffice) -> int:
    with office.begin() as work:
        made = people.add(
            work, username="co", name="co", password="a-long-password", roles=[Role.UNIT_COORD], unit="350100-CGW"
        )
        work.session.flush()
        return made.id


def reminders(office: SetOffice) -> list[tuple[int, str, str]]:
    with office.begin() as work:
        knowledge_limits.remind(work)
    with office.begin() as work:
        rows = work.session.execute(select(Memo.person_id, Memo.text, Memo.link).order_by(Memo.id)).all()
        work.session.execute(delete(Memo))
    return [(row.person_id, row.text, row.link) for row in rows]


def test_a_unit_is_reminded_once_before_items_end_and_once_when_they_have(office: SetOffice) -> None:
    told = coordinator(office)
    an_item(office, title="路灯由谁维护", valid_to="2026-05-31")
    an_item(office, title="井盖由谁维护", valid_to="2026-06-02")
    office.at("2026-05-02 07:59")
    assert reminders(office) == [], "nobody is woken"
    office.at("2026-05-02 09:00")
    assert reminders(office) == [
        (told, "《路灯由谁维护》5月31日到期，请核对后更新有效期或下架", "/knowledge/work?tab=expiring")
    ]
    office.at("2026-05-04 09:00")
    assert [(who, text[:8]) for who, text, _ in reminders(office)] == [(told, "《井盖由谁维护》")]
    assert reminders(office) == []
    office.at("2026-06-03 09:00")
    assert reminders(office) == [
        (told, "2 条知识已过有效期，不再用于答复，请更新或下架", "/knowledge/work?tab=expired")
    ]
    assert reminders(office) == []


def test_a_notice_for_some_days_is_not_told_to_end_as_soon_as_it_is_published(office: SetOffice) -> None:
    told = coordinator(office)
    an_item(office, title="周末停水", valid_to="2026-03-14")
    office.at("2026-03-11 15:00")
    assert reminders(office) == []
    office.at("2026-03-16 09:00")
    assert [(who, text[:6]) for who, text, _ in reminders(office)] == [(told, "《周末停水》")]


def test_nobody_is_reminded_of_what_was_handed_in_anew_or_taken_down(office: SetOffice) -> None:
    coordinator(office)
    first = an_item(office, title="路灯由谁维护", valid_to="2026-05-31")
    second = an_item(office, title="井盖由谁维护", valid_to="2026-05-31")
    office.at("2026-05-10 09:00")
    with office.begin(SUPPLIER) as work:
        knowledge.hand_in(work, knowledge.read(work, raw_item(title="路灯由谁维护", valid_to="2026-12-31")), of=first)
        knowledge.retire(work, second, words="已并入另一条")
    assert reminders(office) == []


def test_limits_of_questions_and_reports_follow_the_calendar(office: SetOffice) -> None:
    item = an_item(office)
    with office.begin(AGENT) as work:
        asked = duty.ask(work, text="路灯维护归谁管", unit="350100-CGW").id
        knowledge.report(work, item, kind="WRONG", words="电话变了")
    with office.begin(EDITOR) as work:
        policy = duty.announce(work, text="新的停车办法", unit="350100-CGW", policy_from=date(2026, 3, 16)).id
    before = dues(office)
    with office.begin() as work:
        known = work.rules.calendar
        off = {**known.holidays, date(2026, 3, 12): "台风停工", date(2026, 3, 18): "台风停工"}
        closed = WorkCalendar(off, known.makeups, known.years_known, known.windows, known.due_at)
        rules = replace(work.rules, calendar=closed)
        assert len(knowledge_limits.behind(work, rules)) == 3
        assert recompute.fingerprint(rules) != recompute.fingerprint(work.rules)
        office.__class__ = type("Held", (type(office),), {"rules": property(lambda self: rules)})
    with office.begin() as work:
        assert knowledge_limits.follow(work) == 3
        assert knowledge_limits.follow(work) == 0, "a second run changes nothing"
    moved = dues(office)
    assert moved[f"q{asked}"] == moved[f"d{asked}"] == datetime(2026, 3, 13, 17, 30, tzinfo=ZONE)
    assert moved[f"q{policy}"] == moved[f"d{policy}"] == datetime(2026, 3, 20, 17, 30, tzinfo=ZONE)
    assert all(moved[each] > before[each] for each in before)


def dues(office: SetOffice) -> dict[str, datetime | None]:
    with office.begin() as work:
        found = {f"q{each.id}": each.due_at for each in work.session.scalars(select(Question))}
        owed = select(DutyRow).where(DutyRow.question_id.is_not(None))
        found |= {f"d{each.question_id}": each.due_at for each in work.session.scalars(owed)}
        return found | {f"f{each.id}": each.due_at for each in work.session.scalars(select(Feedback))}
