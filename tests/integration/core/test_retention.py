"""Letting go: what was kept long enough goes, what is young stays, and the chains prove the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hotline.domain.audit import Kind
from hotline.domain.lifecycle import Action, State
from hotline.store import witness
from hotline.store.assignment import of_ticket
from hotline.store.audit import AuditLine
from hotline.store.contact import Contact
from hotline.store.exclusion import Exclusion
from hotline.store.joint import Joint
from hotline.store.journal import Entry
from hotline.store.matter import Incident
from hotline.store.memo import Digest, Memo
from hotline.store.month import ScorePoint
from hotline.store.notice import Notice, Rating
from hotline.store.person import Person
from hotline.store.request import Request
from hotline.store.ticket import Supplement, Ticket
from hotline.store.unmasking import Unmasking
from hotline.store.work import Work
from hotline.usecases import audit, audit_log, retention
from tests.factories.actors import AGENT
from tests.factories.offices import MORNING, SetOffice
from tests.factories.tickets import a_ticket, act, seen

TEXT = "我是林晓，住示范路1号501室，电话13800005678，垃圾没人清"
TEN_YEARS = timedelta(days=3654)


@pytest.fixture(autouse=True)
def _no_witness(office: SetOffice) -> None:
    (office.settings.data / witness.NAME).unlink(missing_ok=True)


def faults(office: SetOffice) -> list[str]:
    with office.begin() as work:
        return audit.prove(work).faults


def old_ticket(office: SetOffice) -> str:
    """A ticket closed ten years ago, in whose journal a phone stands."""
    no = a_ticket(office, State.PROCESSING, content=TEXT, name="林晓", phone="13800005678", address="示范路1号501室")
    act(office, no, Action.SUPPLEMENT, text="打13800005678找林晓")
    act(office, no, Action.PROGRESS, text="已联系13800005678")
    act(office, no, Action.REPLY, public="已清运，林晓同意", internal="电话13800005678")
    for action in (Action.PASS, Action.RATE):
        act(office, no, action)
    office.later(days=TEN_YEARS.days)
    return no


def test_a_dry_run_counts_and_changes_nothing(office: SetOffice) -> None:
    no = old_ticket(office)
    with office.begin() as work:
        first, second = retention.due(work), retention.due(work)
    assert first == second
    assert first.tickets == 1
    assert "13800005678" in seen(office, no).content


def test_after_ten_years_a_ticket_forgets_its_appellant_and_the_journal_still_proves_itself(
    office: SetOffice,
) -> None:
    no = old_ticket(office)
    young = a_ticket(office, State.CLOSED, content=TEXT)
    with office.begin() as work:
        assert retention.anonymise(work) == 1
    ticket = seen(office, no)
    with office.begin() as work:
        who = work.session.get_one(Contact, ticket.id)
        assert (who.name, who.phone, who.phone_hash) == (b"", b"", None)
        said = work.session.scalars(sa.select(Supplement.text).where(Supplement.ticket_id == ticket.id)).all()
        payloads = work.session.scalars(sa.select(Entry.payload).where(Entry.ticket_id == ticket.id)).all()
    whole = f"{ticket.title} {ticket.content} {ticket.address} {ticket.public_reply} {said} {payloads}"
    for personal in ("林晓", "13800005678", "501室"):
        assert personal not in whole
    assert "13800005678" in seen(office, young).content
    assert faults(office) == []
    with office.begin() as work:
        assert retention.anonymise(work) == 0, "once is enough"


def test_whatever_was_written_about_a_ticket_anywhere_forgets_its_appellant(office: SetOffice) -> None:
    no, said = old_ticket(office), "林晓要求回电13800005678"
    ticket = seen(office, no)
    with office.begin() as work:
        at, session = work.now, work.session
        told, task = {"ticket_id": ticket.id, "words": said}, of_ticket(session, ticket.id)[0]
        rating = session.scalars(sa.select(Rating).where(Rating.ticket_id == ticket.id)).first()
        assert rating is not None
        asked = {"ticket_id": ticket.id, "due_at": at, "asked_at": at, "opinion": said}
        session.add_all(
            [
                Request(**asked, assignment_id=task.id, wish="EXTEND", reason="OTHER", words=said, outcome="GRANTED"),
                Exclusion(**asked, rating_id=rating.id, unit=task.unit, reason="UNTRUE", evidence=said),
                Joint(ticket_id=ticket.id, action="TERMINATE", state="x", fields={"a": [said]}, by_id=1, by="", at=at),
                Memo(ticket_id=ticket.id, person_id=a_person(work), topic="order", text=said, at=at),
                Digest(**told, person_id=a_person(work)),
                Notice(ticket_id=ticket.id, way="inbox", template=0, text=said, created_at=at, send_at=at),
                Unmasking(ticket_id=ticket.id, person_id=1, data=["phone"], reason=said, at=at, until=at),
                ScorePoint(month=at.date(), unit=task.unit, kind="praise", ticket_no=no, words=said, at=at, by=""),
                Incident(no="S1", title=said, category="010101", master_no=no, opened_at=at, last_at=at),
            ]
        )
    with office.begin() as work:
        assert retention.anonymise(work) == 1
    with office.begin() as work:
        for table, key, columns in retention.TEXTS:
            own = no if isinstance(key.type, sa.String) else ticket.id
            for row in work.session.scalars(sa.select(table).where(key == own)):
                kept = str([getattr(row, column) for column in columns])
                assert "林晓" not in kept, table
                assert "13800005678" not in kept, table


def a_person(work: Work) -> int:
    """The key of a new member of staff."""
    made = Person(
        username=f"p{work.session.scalar(sa.select(sa.func.count(Person.id)))}",
        name="甲",
        password_hash="-",
        roles=[],
        created_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return made.id


def test_what_is_changed_after_anonymising_is_found(office: SetOffice) -> None:
    no = old_ticket(office)
    with office.begin() as work:
        retention.anonymise(work)
    with office.engine.begin() as connection:
        connection.execute(
            sa.update(Entry)
            .where(Entry.ticket_id == seen(office, no).id, Entry.action == Action.PROGRESS)
            .values(payload={"text": "nothing happened"})
        )
    assert [no in fault and "被改动" in fault for fault in faults(office)] == [True]


def test_an_open_ticket_is_never_anonymised_however_old(office: SetOffice) -> None:
    a_ticket(office, State.PROCESSING, content=TEXT)
    office.later(days=TEN_YEARS.days)
    with office.begin() as work:
        assert retention.anonymise(work) == 0


def test_sms_lose_text_and_number_after_a_year(office: SetOffice) -> None:
    for moment in (MORNING - timedelta(days=400), MORNING - timedelta(days=30)):
        with office.begin() as work:
            given = {"template": 1, "phone": b"sealed", "unit": "", "text": "编号", "created_at": moment}
            work.session.add(Notice(way="sms", send_at=moment, **given))
    with office.begin() as work:
        assert retention.forget_texts(work) == 1
    with office.begin() as work:
        kept = work.session.execute(sa.select(Notice.text, Notice.phone).order_by(Notice.created_at)).all()
    assert [tuple(row) for row in kept] == [("", b""), ("编号", b"sealed")]


def test_the_audit_log_is_cut_at_its_old_end_and_stays_provable(office: SetOffice) -> None:
    for _ in range(3):
        with office.begin(AGENT) as work:
            audit_log.write(work, Kind.EXPORT, about="tickets")
    with office.begin() as work:
        audit.anchor(work)
    office.later(days=1200)
    with office.begin(AGENT) as work:
        audit_log.write(work, Kind.EXPORT, about="figures")
    with office.begin() as work:
        cut = retention.cut_audit(work)
    assert cut is not None
    assert (cut.upto, cut.count) == (3, 3)
    with office.begin() as work:
        seqs = work.session.scalars(sa.select(AuditLine.seq).order_by(AuditLine.seq)).all()
    assert seqs == [4, 5]
    assert faults(office) == []
    with office.begin() as work:
        assert retention.cut_audit(work) is None


def test_an_old_end_cut_off_by_somebody_else_is_found(office: SetOffice) -> None:
    for _ in range(3):
        with office.begin(AGENT) as work:
            audit_log.write(work, Kind.EXPORT, about="tickets")
    with office.engine.begin() as connection:
        connection.execute(sa.delete(AuditLine).where(AuditLine.seq < 3))
    assert "审计日志：第 1 至 2 条缺失" in faults(office)


def test_a_ticket_once_anonymised_still_opens(office: SetOffice) -> None:
    from hotline.read import followed, ticket_page

    no = old_ticket(office)
    with office.begin() as work:
        retention.anonymise(work)
    with office.begin(AGENT) as work:
        assert ticket_page.of(work, no).appellant.name == ""
    with office.begin() as work:
        assert followed.of(work, no, seen(office, no).query_code).no == no
    assert seen(office, no).anonymised_at is not None
    assert office.value(sa.select(sa.func.count()).select_from(Ticket)) == 1
