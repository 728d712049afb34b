"""Audit log and anchors: who holds the database but not the key can't change, remove, insert or rewrite unnoticed."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from hotline.domain.audit import Kind
from hotline.domain.lifecycle import State
from hotline.store import anchor, audit, journal, witness
from hotline.store.anchor import Anchor
from hotline.store.audit import AuditLine, ChainHead
from hotline.store.journal import Entry
from hotline.store.sealing import Sealer
from hotline.store.ticket import Ticket
from hotline.usecases import audit as proving
from hotline.usecases import audit_log
from tests.factories.actors import AGENT
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, seen

FOREIGN = Sealer(b"another key, made up by who has none")
"""What somebody signs with who doesn't know the key."""


def write(office: SetOffice, times: int = 1) -> None:
    for number in range(times):
        with office.begin(AGENT) as work:
            audit_log.write(work, Kind.EXPORT, about=f"tickets {number}", rows=number)


def faults(office: SetOffice) -> list[str]:
    with office.begin() as work:
        return proving.prove(work, witness.told(office.settings.data)).faults


def anchored(office: SetOffice) -> None:
    with office.begin() as work:
        made = proving.anchor(work)
    witness.tell(office.settings.data, made)


def forge(office: SetOffice, *statements: sa.Executable) -> None:
    with office.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def line(office: SetOffice, seq: int) -> AuditLine:
    with office.begin() as work:
        return work.session.scalars(sa.select(AuditLine).where(AuditLine.seq == seq)).one()


@pytest.fixture(autouse=True)
def _no_witness(office: SetOffice) -> None:
    (office.settings.data / witness.NAME).unlink(missing_ok=True)


@pytest.fixture
def five(office: SetOffice) -> SetOffice:
    """An audit log of five lines."""
    write(office, 5)
    return office


def test_an_honest_log_is_whole_with_anchors_and_without(five: SetOffice) -> None:
    assert faults(five) == []
    anchored(five)
    write(five)
    a_ticket(five, State.PROCESSING)
    anchored(five)
    anchored(five)
    assert faults(five) == []
    with five.begin() as work:
        proof = proving.prove(work)
    assert (proof.lines, proof.anchors) == (6, 5), "two of the log; the journal is founded, announced, covered"


@pytest.mark.parametrize("seq", [1, 3, 5])
@pytest.mark.parametrize(
    "change",
    [{"about": "figures"}, {"words": {"rows": 9}}, {"actor": "别人"}, {"at": sa.text("at + interval '1 second'")}],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_line_is_found_and_named(five: SetOffice, seq: int, change: dict[str, object]) -> None:
    forge(five, sa.update(AuditLine).where(AuditLine.seq == seq).values(change))
    assert faults(five) == [f"审计日志：第 {seq} 条被改动或不是由本系统写入"]


@pytest.mark.parametrize(
    ("seq", "said"),
    [
        (1, "审计日志：第 1 条缺失"),
        (3, "审计日志：第 3 条缺失"),
        (5, "审计日志：第 5 至 5 条缺失（应有 5 条，现到第 4 条）"),
    ],
)
def test_a_removed_line_is_found_and_named(five: SetOffice, seq: int, said: str) -> None:
    forge(five, sa.delete(AuditLine).where(AuditLine.seq == seq))
    assert faults(five) == [said]


def test_two_swapped_lines_are_found_and_named(five: SetOffice) -> None:
    swap = sa.case((AuditLine.seq == 2, 4), else_=2)
    forge(
        five,
        sa.text("DROP INDEX uq_audit_seq"),
        sa.update(AuditLine).where(AuditLine.seq.in_([2, 4])).values(seq=swap),
        sa.text("CREATE UNIQUE INDEX uq_audit_seq ON audit (seq)"),
    )
    found = faults(five)
    assert any("第 2 条被改动" in fault for fault in found)
    assert any("第 4 条被改动" in fault for fault in found)


def copied(of: AuditLine, **changes: object) -> sa.Insert:
    row = {c.key: getattr(of, c.key) for c in sa.inspect(AuditLine).column_attrs if c.key != "id"}
    return sa.insert(AuditLine).values(row | changes)


def test_a_line_inserted_in_the_middle_is_found_and_named(five: SetOffice) -> None:
    later = line(five, 3)
    forge(
        five,
        sa.text("UPDATE audit SET seq = seq + 100 WHERE seq >= 3"),
        sa.text("UPDATE audit SET seq = seq - 99 WHERE seq > 100"),
        copied(later, about="inserted"),
    )
    assert any("第 3 条被改动或不是由本系统写入" in fault for fault in faults(five))


def test_a_line_inserted_beside_the_chain_is_found(five: SetOffice) -> None:
    forge(five, copied(line(five, 3), seq=None))
    assert ["是另外插入的" in fault for fault in faults(five)] == [True]


def test_a_line_put_at_the_end_without_the_key_is_found(five: SetOffice) -> None:
    last = line(five, 5)
    new = AuditLine(
        **{c.key: getattr(last, c.key) for c in sa.inspect(AuditLine).column_attrs if c.key != "id"}
        | {"seq": 6, "prev_hash": last.hash}
    )
    hashed = audit.digest(FOREIGN, new)
    forge(five, copied(last, seq=6, prev_hash=last.hash, hash=hashed), sa.update(ChainHead).values(seq=6, hash=hashed))
    assert faults(five) == ["审计日志：第 6 条被改动或不是由本系统写入"]


def test_a_chain_rewritten_from_its_middle_without_the_key_is_found_line_by_line(five: SetOffice) -> None:
    before = line(five, 2).hash
    with five.begin() as work:
        for each in work.session.scalars(sa.select(AuditLine).where(AuditLine.seq > 2).order_by(AuditLine.seq)):
            each.about, each.prev_hash = "nothing happened", before
            each.hash = before = audit.digest(FOREIGN, each)
        work.session.execute(sa.update(ChainHead).values(hash=before))
    assert [f"第 {seq} 条" in fault for seq, fault in zip((3, 4, 5), faults(five), strict=True)] == [True] * 3


def test_an_end_cut_off_together_with_the_head_is_betrayed_by_the_anchor(five: SetOffice) -> None:
    anchored(five)
    third = line(five, 3)
    forge(five, sa.delete(AuditLine).where(AuditLine.seq > 3), sa.update(ChainHead).values(seq=3, hash=third.hash))
    assert faults(five) == ["审计日志：2026-03-11 09:30 时已有 5 条，现只到第 3 条"]
    forge(five, sa.delete(Anchor))
    assert "审计日志：第 1 个锚点在库外有记录，库中没有" in faults(five), "the file outside the database knows"


def test_an_anchor_bent_to_fit_is_found(five: SetOffice) -> None:
    anchored(five)
    third = line(five, 3)
    forge(
        five,
        sa.delete(AuditLine).where(AuditLine.seq > 3),
        sa.update(ChainHead).values(seq=3, hash=third.hash),
        sa.update(Anchor).where(Anchor.chain == "audit").values(upto=3, total=third.hash),
    )
    assert faults(five) == ["审计日志：第 1 个锚点被改动"]


def test_a_journal_rewritten_with_fresh_hashes_lacks_the_seal(office: SetOffice) -> None:
    no = a_ticket(office, State.CLOSED)
    with office.begin() as work:
        before = ""
        for entry in journal.of_ticket(work.session, seen(office, no).id):
            if entry.seq == 3:
                entry.payload = {"unit": "350103-CGW"}
            entry.prev_hash = before
            entry.hash = before = journal.digest(entry)
            entry.seal = journal.seal(FOREIGN, entry)
        work.session.execute(sa.update(Ticket).where(Ticket.no == no).values(journal_hash=before))
    found = faults(office)
    assert found[0] == f"工单 {no}：第 1 条记录的封印不符，不是由本系统写入"
    assert len([fault for fault in found if "封印不符" in fault]) == seen(office, no).journal_seq


def test_two_swapped_entries_of_a_journal_are_found_and_named(office: SetOffice) -> None:
    no = a_ticket(office, State.CLOSED)
    swap = sa.case((Entry.seq == 3, 4), else_=3)
    forge(
        office,
        sa.text("DROP INDEX uq_journal_ticket_seq"),
        sa.update(Entry).where(Entry.seq.in_([3, 4])).values(seq=swap),
        sa.text("CREATE UNIQUE INDEX uq_journal_ticket_seq ON journal (ticket_id, seq)"),
    )
    found = faults(office)
    assert f"工单 {no}：第 3 条记录被改动" in found
    assert f"工单 {no}：第 4 条记录被改动" in found


def test_a_ticket_gone_with_all_its_entries_is_missed_by_the_anchor(office: SetOffice) -> None:
    a_ticket(office, State.PROCESSING)
    gone = a_ticket(office, State.SUBMITTED)
    anchored(office)
    anchored(office)
    assert faults(office) == []
    ticket_id = seen(office, gone).id
    forge(
        office,
        sa.text("DELETE FROM outbox"),
        *(sa.text(f"DELETE FROM {table} WHERE ticket_id = {ticket_id}") for table in ("contact", "clock", "receipt")),
        sa.delete(Entry).where(Entry.ticket_id == ticket_id),
        sa.delete(Ticket).where(Ticket.id == ticket_id),
    )
    assert ["工单记录：到 2026-03-11" in fault for fault in faults(office)] == [True]


def test_an_anchor_of_the_journal_waits_for_who_is_still_writing(office: SetOffice) -> None:
    a_ticket(office, State.SUBMITTED)
    with office.begin() as work:
        anchor.anchor_journal(work.session, work.sealer, work.now)
    with office.begin() as slow:
        slow.session.execute(sa.text("SELECT pg_current_xact_id()"))
        with office.begin() as work:
            assert anchor.last(work.session, "journal")
            second = anchor.anchor_journal(work.session, work.sealer, work.now)
        assert second is not None, "the slow one began after the announcement"
        with office.begin() as work:
            a_ticket(office, State.SUBMITTED)
            assert anchor.anchor_journal(work.session, work.sealer, work.now) is None


def test_lines_older_than_the_chain_are_taken_into_it(office: SetOffice) -> None:
    forge(
        office,
        sa.insert(AuditLine).values(
            at=office.now(), kind="login", actor="", role="", unit="", ticket_no="", owner="", about="lin", words={},
            address="", prev_hash="", hash="",
        ),
    )  # fmt: skip
    assert faults(office) == []
    write(office)
    assert faults(office) == []
    assert line(office, 1).about == "lin"


def write_and_fail(office: SetOffice) -> None:
    with office.begin(AGENT) as work:
        audit_log.write(work, Kind.EXPORT)
        raise RuntimeError


def test_what_is_rolled_back_was_never_logged(office: SetOffice) -> None:
    with pytest.raises(RuntimeError):
        write_and_fail(office)
    assert office.value(sa.select(sa.func.count()).select_from(AuditLine)) == 0


def test_many_who_write_at_once_make_one_chain(office: SetOffice) -> None:
    threads = [threading.Thread(target=write, args=(office, 5)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults(office) == []
    assert line(office, 20)


def test_the_chain_is_held_only_at_the_very_end_of_the_work(office: SetOffice) -> None:
    with office.begin(AGENT) as slow:
        audit_log.write(slow, Kind.EXPORT)
        slow.session.flush()
        write(office)
    assert faults(office) == []


def test_a_phone_and_an_identity_number_never_get_into_the_log(office: SetOffice) -> None:
    with office.begin(AGENT) as work:
        audit_log.write(work, Kind.SEARCH_PHONE, about="13800005678", why={"as typed": ["350102199001011234"]})
    kept = line(office, 1)
    assert kept.about == "138****5678"
    assert kept.words == {"why": {"as typed": ["350***********1234"]}}


def test_a_list_is_recorded_when_it_is_longer_than_two_hundred_rows(office: SetOffice) -> None:
    with office.begin(AGENT) as work:
        audit_log.listed(work, "queue", 200)
        audit_log.listed(work, "queue", 201)
        audit_log.listed(work, "queue", 50, before=100)
        audit_log.listed(work, "queue", 50, before=210)
    assert line(office, 1).words == {"rows": 201}
    assert office.value(sa.select(sa.func.count()).select_from(AuditLine)) == 1
