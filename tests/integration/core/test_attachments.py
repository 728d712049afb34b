"""Files on tickets: bound by the step they came with, counted in the journal, opened by rule, forgotten in time."""

from __future__ import annotations

import os
from io import BytesIO

import pytest
import sqlalchemy as sa

from hotline.domain.attachment import FileLimits
from hotline.domain.audit import Kind as AuditKind
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor
from hotline.jobs.files import sweep_bytes
from hotline.read import followed, ticket_page
from hotline.read.attachments import File
from hotline.store.attachment import Attachment
from hotline.store.audit import AuditLine
from hotline.store.journal import Entry
from hotline.usecases import attachments, audit, retention
from tests.factories.actors import AGENT, CITIZEN, DISPATCHER, INSPECTOR, LEADER, OTHER, REVIEWER, UNIT
from tests.factories.files import A_PDF, a_picture, uploaded
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, seen, take


def page(office: SetOffice, no: str, by: Actor) -> tuple[File, ...]:
    with office.begin(by) as work:
        return ticket_page.of(work, no).files


def mine(office: SetOffice, no: str) -> followed.Followed:
    with office.begin(CITIZEN) as work:
        return followed.of(work, no, seen(office, no).query_code)


def last(office: SetOffice, no: str) -> Entry:
    with office.begin() as work:
        query = sa.select(Entry).where(Entry.ticket_id == seen(office, no).id).order_by(Entry.seq.desc()).limit(1)
        return work.session.scalars(query).one()


def rows(office: SetOffice) -> int:
    return int(str(office.value(sa.select(sa.func.count()).select_from(Attachment))))


def test_what_a_citizen_submits_with_an_appeal_is_on_the_ticket_and_the_journal_only_counts_it(
    office: SetOffice,
) -> None:
    keys = (uploaded(office, CITIZEN), uploaded(office, CITIZEN, A_PDF, "张三的身份证.pdf"))
    no = take(office, files=keys)
    assert [file.name for file in page(office, no, DISPATCHER)] == ["照片.jpg", "张三的身份证.pdf"]
    assert [file.name for file in mine(office, no).given()] == ["照片.jpg", "张三的身份证.pdf"]
    entry = last(office, no)
    assert entry.payload["files"] == {"pdf": 1, "photo": 1}
    assert "张三" not in str(entry.payload)
    with office.begin() as work:
        assert not audit.prove(work).faults


def test_a_supplement_may_be_files_alone(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, Action.SUPPLEMENT, text="", files=[uploaded(office, CITIZEN)])
    shown = mine(office, no)
    assert len(shown.given(shown.supplements[-1].at)) == 1
    with pytest.raises(Invalid, match="检查"):
        act(office, no, Action.SUPPLEMENT, text="")


def test_the_same_file_given_twice_is_kept_once(office: SetOffice) -> None:
    no = take(office, files=(uploaded(office, CITIZEN), uploaded(office, CITIZEN)))
    act(office, no, Action.SUPPLEMENT, files=[uploaded(office, CITIZEN)])
    assert rows(office) == 1
    act(office, no, Action.SUPPLEMENT, files=[uploaded(office, CITIZEN, a_picture(colour="red"))])
    assert rows(office) == 2


def test_an_upload_that_is_sent_again_makes_no_second_copy(office: SetOffice) -> None:
    assert uploaded(office, CITIZEN, once="a") == uploaded(office, CITIZEN, once="a")
    assert uploaded(office, CITIZEN, once="a") != uploaded(office, AGENT, once="a")


def test_a_step_that_is_sent_again_with_the_same_files_is_no_fault(office: SetOffice) -> None:
    no, key = a_ticket(office, State.PROCESSING), uploaded(office, CITIZEN)
    for _ in range(2):
        act(office, no, Action.SUPPLEMENT, text="同一张照片", files=[key])
    assert rows(office) == 1


def test_ten_files_at_once_are_one_too_many(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    keys = [uploaded(office, CITIZEN, a_picture(size=(20 + n, 20))) for n in range(10)]
    with pytest.raises(Invalid) as refused:
        act(office, no, Action.SUPPLEMENT, files=keys)
    assert "最多 9 个附件，现有 10 个" in refused.value.fields["files"]
    act(office, no, Action.SUPPLEMENT, files=keys[:9])
    assert len(page(office, no, UNIT)) == 9


def test_nobody_takes_along_what_another_uploaded(office: SetOffice) -> None:
    no, theirs = a_ticket(office, State.PROCESSING), uploaded(office, AGENT)
    with pytest.raises(Invalid) as refused:
        act(office, no, Action.PROGRESS, files=[theirs])
    assert "失效" in refused.value.fields["files"]
    assert last(office, no).action != Action.PROGRESS


def test_a_units_file_goes_out_with_the_reply_only_when_it_is_marked_and_let_out(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, Action.CONTACT)
    inside, outside = uploaded(office, UNIT), uploaded(office, UNIT, A_PDF, "整改.pdf")
    act(office, no, Action.REPLY, files=[inside, outside], files_public=[outside])
    assert not mine(office, no).answered_with
    act(office, no, Action.PASS)
    assert [file.key for file in mine(office, no).answered_with] == [outside]
    with office.begin(CITIZEN) as work, pytest.raises(NotFound):
        attachments.for_citizen(work, seen(office, no), inside, let_out=True)


def test_the_reviewer_has_the_last_word_on_what_goes_out(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, Action.CONTACT)
    one, two = uploaded(office, UNIT), uploaded(office, UNIT, A_PDF, "整改.pdf")
    act(office, no, Action.REPLY, files=[one, two], files_public=[two])
    act(office, no, Action.PASS, files_public=[one])
    assert [file.key for file in mine(office, no).answered_with] == [one]


def test_on_a_sealed_ticket_the_unit_opens_a_file_once_the_centre_let_it_through(office: SetOffice) -> None:
    key = uploaded(office, CITIZEN)
    no = take(office, confidential=True, files=(key,))
    for action in (Action.ACCEPT, Action.DISPATCH, Action.SIGN):
        act(office, no, action)
    shown = page(office, no, UNIT)[0]
    assert shown.closed
    assert shown.name == "图片"
    with office.begin(UNIT) as work, pytest.raises(NotYours, match="保密"):
        attachments.for_staff(work, no, key)
    with office.begin(UNIT) as work, pytest.raises(NotYours, match="热线中心"):
        attachments.release(work, no, key, through=True)
    with office.begin(DISPATCHER) as work:
        attachments.release(work, no, key, through=True)
    with office.begin(UNIT) as work:
        assert attachments.for_staff(work, no, key).name == "照片.jpg"
    assert page(office, no, LEADER)[0].closed


def test_nothing_is_let_through_that_is_open_anyway(office: SetOffice) -> None:
    key = uploaded(office, CITIZEN)
    no = take(office, files=(key,))
    with office.begin(DISPATCHER) as work, pytest.raises(NotNow, match="本来就能打开"):
        attachments.release(work, no, key, through=True)


def test_opening_a_file_is_recorded_and_looking_at_the_page_is_not(office: SetOffice) -> None:
    key = uploaded(office, CITIZEN, A_PDF, "张三的合同.pdf")
    no = take(office, files=(key,))
    with office.begin(INSPECTOR) as work:
        attachments.for_staff(work, no, key, small=True)
    with office.begin(INSPECTOR) as work:
        attachments.for_staff(work, no, key)
    with office.begin() as work:
        lines = work.session.scalars(sa.select(AuditLine).where(AuditLine.kind == AuditKind.FILE)).all()
    assert [(line.ticket_no, line.person_id) for line in lines] == [(no, INSPECTOR.id)]
    assert "张三" not in f"{lines[0].about}{lines[0].words}"


def test_who_may_not_see_the_ticket_finds_no_file(office: SetOffice) -> None:
    key = uploaded(office, CITIZEN)
    no = take(office, files=(key,))
    with office.begin(OTHER) as work, pytest.raises(NotFound):
        attachments.for_staff(work, no, key)
    other = a_ticket(office, State.PROCESSING)
    with office.begin(DISPATCHER) as work, pytest.raises(NotFound):
        attachments.for_staff(work, other, key)


def test_files_given_through_a_merged_ticket_reach_who_handles_the_master(office: SetOffice) -> None:
    no = a_ticket(office, State.MERGED)
    key = uploaded(office, CITIZEN)
    act(office, no, Action.SUPPLEMENT, text="又拍了一张", files=[key])
    master = seen(office, no).master_no
    assert master is not None
    assert [file.key for file in page(office, master, DISPATCHER)] == [key]
    assert [file.key for file in mine(office, no).files] == [key]
    assert not mine(office, master).files


def test_a_draft_that_is_gone_on_with_keeps_its_files(office: SetOffice) -> None:
    no, key = a_ticket(office, State.DRAFT), uploaded(office, AGENT)
    for _ in range(2):
        with office.begin(AGENT) as work:
            attachments.to_draft(work, seen(office, no), [key])
    assert [(file.key, file.appellants) for file in page(office, no, AGENT)] == [(key, True)]


def test_what_nobody_sent_is_forgotten_and_its_bytes_go(office: SetOffice) -> None:
    waiting, sent = uploaded(office, CITIZEN), uploaded(office, CITIZEN, A_PDF)
    take(office, files=(sent,))
    for key in (waiting, sent):
        for path in (office.vault.path(key), office.vault.thumb(key)):
            if path.exists():
                os.utime(path, (1000, 1000))
    office.later(hours=25)
    with office.begin() as work:
        assert attachments.sweep(work) == 1
    sweep_bytes(office)
    assert not office.vault.path(waiting).exists()
    assert not office.vault.thumb(waiting).exists()
    assert office.vault.path(sent).exists()


def test_retention_deletes_the_files_of_a_ticket(office: SetOffice) -> None:
    key = uploaded(office, CITIZEN)
    no = a_ticket(office, State.CLOSED)
    act(office, no, Action.SUPPLEMENT, text="补一张", files=[key])
    act(office, no, Action.KEEP, by=REVIEWER)
    office.later(days=3660)
    os.utime(office.vault.path(key), (1000, 1000))
    with office.begin() as work:
        retention.anonymise(work)
    sweep_bytes(office)
    assert rows(office) == 0
    assert not office.vault.path(key).exists()


def test_a_full_disk_refuses_the_file_in_words(office: SetOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    from hotline.store import vault

    monkeypatch.setattr(vault, "SPARE", 1 << 62)
    with pytest.raises(vault.Full, match="先提交文字"):
        office.vault.keep(BytesIO(A_PDF), "凭证.pdf", FileLimits())
