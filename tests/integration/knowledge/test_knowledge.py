"""The knowledge base: who hands in, who publishes, what may be answered from."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from sqlalchemy import select

from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours, Stale
from hotline.domain.knowledge import Standing
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Role
from hotline.read import knowledge as read
from hotline.read import knowledge_desk
from hotline.settings import CONFIG
from hotline.store.journal import Entry
from hotline.store.knowledge import Use, Version
from hotline.usecases import knowledge, knowledge_import
from tests.factories.actors import AGENT, UNIT, a_person
from tests.factories.knowledge import EDITOR, SUPPLIER, an_item, item_of, raw_item
from tests.factories.offices import SetOffice, statements
from tests.factories.tickets import a_ticket, act, seen

ANALYST = a_person(Role.ANALYST, number=80)


def titles(office: SetOffice, q: str, **sought: Any) -> list[str]:
    with office.begin(AGENT) as work:
        found = read.search(work, read.Sought(q=q, **sought))
        return ["".join(piece.text for piece in row.title) for row in found.rows]


def test_a_unit_hands_in_and_an_editor_publishes(office: SetOffice) -> None:
    with office.begin(SUPPLIER) as work:
        version = knowledge.hand_in(work, knowledge.read(work, raw_item()))
        item_id = version.item_id
    with office.begin(AGENT) as work, pytest.raises(NotFound):
        read.of(work, item_id)
    with office.begin(EDITOR) as work:
        waiting = knowledge_desk.proposals(work)
        assert [each.fresh for each in waiting] == [True]
        knowledge.publish(work, waiting[0].id)
    with office.begin(AGENT) as work:
        assert read.of(work, item_id).standing is Standing.VALID


def test_a_new_version_waits_while_the_old_one_is_shown(office: SetOffice) -> None:
    item_id = an_item(office)
    with office.begin(SUPPLIER) as work:
        content = knowledge.read(work, raw_item(body="改为 12 小时内到场。"))
        version = knowledge.hand_in(work, content, of=item_id, words="承诺提速").id
    assert "24 小时" in item_of(office, item_id).body
    with office.begin(EDITOR) as work:
        changes = knowledge_desk.draft(work, version).differences
        assert [(each.label, each.after) for each in changes] == [("正文", "改为 12 小时内到场。")]
        knowledge.publish(work, version)
    assert item_of(office, item_id).version == 2
    with office.begin() as work:
        states = work.session.scalars(select(Version.stage).order_by(Version.n)).all()
    assert states == ["SUPERSEDED", "PUBLISHED"]
    with office.begin(EDITOR) as work, pytest.raises(Stale):
        knowledge.publish(work, version)


def test_only_the_own_unit_hands_in_and_only_editors_publish(office: SetOffice) -> None:
    item_id = an_item(office)
    with office.begin(UNIT) as work, pytest.raises(NotYours):
        knowledge.hand_in(work, knowledge.read(work, raw_item(title="别的单位的")), of=None)
    with office.begin(SUPPLIER) as work, pytest.raises(NotYours):
        knowledge.write(work, knowledge.read(work, raw_item(title="自己发布")))
    with office.begin(AGENT) as work, pytest.raises(NotYours):
        knowledge.retire(work, item_id, words="不想要")
    with office.begin(ANALYST) as work, pytest.raises(NotYours):
        read.search(work, read.Sought(q="路灯"))


def test_what_was_declined_says_why(office: SetOffice) -> None:
    with office.begin(SUPPLIER) as work:
        version = knowledge.hand_in(work, knowledge.read(work, raw_item())).id
    with office.begin(EDITOR) as work, pytest.raises(Invalid):
        knowledge.decline(work, version, words=" ")
    with office.begin(EDITOR) as work:
        knowledge.decline(work, version, words="缺少依据")
    with office.begin(SUPPLIER) as work:
        draft = knowledge_desk.draft(work, version)
    assert (draft.stage, draft.words) == ("DECLINED", "缺少依据")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "长" * 129),
        ("body", ""),
        ("category", "999999"),
        ("unit", "不存在"),
        ("kind", "小说"),
        ("keywords", "、".join(f"词{n}" for n in range(11))),
        ("region", "110000"),
        ("valid_to", "2027-03-02"),
        ("valid_to", "2026-02-28"),
        ("valid_from", "三月"),
    ],
)
def test_what_an_item_must_be_is_said_field_by_field(office: SetOffice, field: str, value: str) -> None:
    with office.begin(EDITOR) as work, pytest.raises(Invalid) as refused:
        knowledge.read(work, raw_item(**{field: value}))
    assert field in refused.value.fields


def test_a_title_is_there_once(office: SetOffice) -> None:
    an_item(office)
    with office.begin(EDITOR) as work, pytest.raises(Invalid, match="检查") as refused:
        knowledge.write(work, knowledge.read(work, raw_item()))
    assert "同名" in refused.value.fields["title"]


@pytest.mark.parametrize("typed", ["路灯", "路燈报修", "照明", "24小时到场", "ludeng", "ldbl", "zhaoming", "LDBL"])
def test_an_item_is_found_by_words_writing_and_sound(office: SetOffice, typed: str) -> None:
    an_item(office)
    an_item(office, title="医保怎么报销", body="到医保窗口办理", keywords="医保", category="080601")
    assert titles(office, typed)[:1] == ["路灯不亮怎么报修"]


def test_title_goes_before_keyword_before_body_and_what_ended_comes_last(office: SetOffice) -> None:
    an_item(office, title="甲", keywords="照明", body="正文提到停电")
    an_item(office, title="乙", keywords="停电", body="正文")
    an_item(office, title="停电怎么办", keywords="照明", body="正文")
    an_item(office, title="停电旧办法", keywords="照明", body="正文", valid_from="2025-01-01", valid_to="2025-12-31")
    assert titles(office, "停电") == ["停电怎么办", "乙", "甲", "停电旧办法"]
    assert titles(office, "停电", standing="usable") == ["停电怎么办", "乙", "甲"]
    assert titles(office, "停电", standing="expired") == ["停电旧办法"]


def test_what_holds_all_words_is_shown_and_else_what_holds_any(office: SetOffice) -> None:
    an_item(office)
    an_item(office, title="停电报修电话", body="请拨供电服务热线", keywords="停电")
    assert titles(office, "路灯 报修") == ["路灯不亮怎么报修"]
    assert set(titles(office, "停电 路灯")) == {"路灯不亮怎么报修", "停电报修电话"}


@pytest.mark.parametrize("typed", ["'", "a & !b", "路灯:*", "\\", "((", "🙂", "？"])
def test_signs_of_a_query_language_are_only_characters_here_too(office: SetOffice, typed: str) -> None:
    an_item(office)
    assert set(titles(office, typed)) <= {"路灯不亮怎么报修"}


def offered(office: SetOffice, content: str, **given: Any) -> list[str]:
    with office.begin(AGENT) as work:
        return [offer.title for offer in read.offered(work, content, **given)]


def test_items_are_offered_by_words_and_category_and_not_when_they_ended(office: SetOffice) -> None:
    an_item(office)
    said = "我们小区门口的路灯不亮了，找谁报修"
    assert offered(office, said, category="010602") == ["路灯不亮怎么报修"]
    assert offered(office, "孩子上小学怎么报名", category="090101") == []
    office.at("2027-03-01 00:00")
    assert offered(office, said, category="010602") == []
    office.at("2027-02-28 23:59")
    assert offered(office, said, category="010602") == ["路灯不亮怎么报修"]


def test_an_item_of_another_county_is_not_offered(office: SetOffice) -> None:
    an_item(office, region="350103")
    assert offered(office, "路灯不亮怎么报修", region="350102") == []
    assert offered(office, "路灯不亮怎么报修", region="350103004") == ["路灯不亮怎么报修"]


def test_what_is_pinned_comes_first_and_only_while_it_is(office: SetOffice) -> None:
    an_item(office)
    other = an_item(office, title="台风天路灯不亮", body="注意安全", keywords="台风")
    with office.begin(EDITOR) as work:
        knowledge.pin(work, other, hours=2)
    assert offered(office, "路灯不亮怎么报修")[0] == "台风天路灯不亮"
    with office.begin(AGENT) as work:
        assert [offer.title for offer in read.pinned(work)] == ["台风天路灯不亮"]
    office.later(hours=3)
    with office.begin(AGENT) as work:
        assert read.pinned(work) == ()


def test_offering_costs_one_query(office: SetOffice) -> None:
    for n in range(5):
        an_item(office, title=f"路灯不亮怎么报修{n}")
    with office.begin(AGENT) as work, statements(office) as asked:
        read.offered(work, "路灯不亮怎么报修", category="010602")
    assert len(asked) == 1
    with office.begin(AGENT) as work, statements(office) as asked:
        read.search(work, read.Sought(q="路灯"))
    assert len(asked) == 1


def answer(office: SetOffice, no: str, **fields: str) -> None:
    act(office, no, Action.ANSWER, by=AGENT, **{"text": ""} | fields)


def test_an_answer_from_an_item_is_its_body_and_counts_as_use(office: SetOffice) -> None:
    item_id = an_item(office)
    no = a_ticket(office, State.DRAFT)
    answer(office, no, knowledge=f"{item_id}@1")
    assert "24 小时" in seen(office, no).public_reply
    assert item_of(office, item_id).uses == 1
    with office.begin() as work:
        use = work.session.scalars(select(Use)).one()
        entry = work.session.scalars(select(Entry).where(Entry.action == Action.ANSWER)).one()
    assert (use.item_id, use.version) == (item_id, 1)
    assert entry.payload["knowledge"] == f"{item_id}@1"


def test_an_item_that_ends_between_offer_and_use_is_refused_and_nothing_is_written(office: SetOffice) -> None:
    item_id = an_item(office, valid_to="2026-03-11")
    no = a_ticket(office, State.DRAFT)
    office.at("2026-03-12 00:00")
    with pytest.raises(Invalid) as refused:
        answer(office, no, knowledge=f"{item_id}@1")
    assert "已过期" in refused.value.fields["knowledge"]
    assert seen(office, no).at is State.DRAFT
    assert item_of(office, item_id).uses == 0
    answer(office, no, text="请留意最新通知")
    assert seen(office, no).at is State.CLOSED


def test_an_item_taken_down_or_changed_while_a_draft_quotes_it_is_read_again_first(office: SetOffice) -> None:
    item_id = an_item(office)
    no = a_ticket(office, State.DRAFT)
    with office.begin(EDITOR) as work:
        knowledge.write(work, knowledge.read(work, raw_item(body="新的内容")), of=item_id)
    with pytest.raises(Invalid, match="检查") as refused:
        answer(office, no, knowledge=f"{item_id}@1")
    assert "刚更新过" in refused.value.fields["knowledge"]
    with office.begin(EDITOR) as work:
        knowledge.retire(work, item_id, words="并入新指南")
    with pytest.raises(Invalid) as refused:
        answer(office, no, knowledge=f"{item_id}@2")
    assert "已下架" in refused.value.fields["knowledge"]
    with office.begin(AGENT) as work:
        assert read.of(work, item_id).standing is Standing.RETIRED


@pytest.mark.parametrize("given", ["999", "x", "1; drop", "9" * 30])
def test_an_unknown_item_is_refused(office: SetOffice, given: str) -> None:
    no = a_ticket(office, State.DRAFT)
    with pytest.raises(Invalid):
        answer(office, no, knowledge=given, text="请稍候")


def test_a_report_is_seen_by_the_unit_and_settled_once(office: SetOffice) -> None:
    item_id = an_item(office)
    with office.begin(AGENT) as work, pytest.raises(Invalid):
        knowledge.report(work, item_id, kind="WRONG")
    with office.begin(AGENT) as work:
        said = knowledge.report(work, item_id, kind="WRONG", words="电话换了").id
    assert item_of(office, item_id).reports == 1
    with office.begin(SUPPLIER) as work:
        assert [each.words for each in knowledge_desk.reports(work)] == ["电话换了"]
        assert knowledge_desk.counts(work).reports == 1
    with office.begin(UNIT) as work:
        assert knowledge_desk.reports(work) == ()
    with office.begin(SUPPLIER) as work:
        knowledge.settle(work, said, outcome="已改正")
    assert item_of(office, item_id).reports == 0
    with office.begin(EDITOR) as work, pytest.raises(NotNow):
        knowledge.settle(work, said, outcome="再改")


def test_an_import_run_twice_changes_nothing(office: SetOffice) -> None:
    row = {key: str(value) for key, value in raw_item(valid_from="", valid_to="").items()}
    for expected in (True, False):
        with office.begin() as work:
            assert knowledge_import.take(work, row) is expected
    office.later(days=40)
    with office.begin() as work:
        assert knowledge_import.take(work, row) is False
        assert knowledge_import.take(work, row | {"body": "新的正文"}) is True


def test_the_items_of_the_demonstration_are_all_right_and_found_by_what_callers_say(office: SetOffice) -> None:
    with (CONFIG / "demo" / "knowledge.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for expected in (len(rows), 0):
        with office.begin() as work:
            assert knowledge_import.load(work, rows) == expected
    assert len(rows) >= 120
    for said, title in (
        ("我们小区门口的路灯不亮了找谁修", "路灯不亮怎么报修"),
        ("我想问一下租房子能不能提取公积金", "租房怎么提取公积金"),
        ("医保在外地看病怎么报销要不要备案", "异地就医怎么备案、怎么直接结算"),
        ("老板拖欠农民工工资", "农民工被拖欠工资怎么投诉"),
        ("家里突然停电了", "家里突然停电怎么报修"),
    ):
        assert title in offered(office, said), said
    assert titles(office, "gongjijin")
    with office.begin() as work:
        assert knowledge_import.take(work, rows[0]) is False
