"""The journal: nothing can be changed, removed or inserted unnoticed, and what is rolled back was never said."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hotline import relay
from hotline.domain.lifecycle import State
from hotline.store.journal import Entry, digest
from hotline.store.ticket import Ticket
from hotline.usecases import audit, intake
from tests.factories.actors import CITIZEN
from tests.factories.appeals import an_appeal
from tests.factories.offices import SetOffice
from tests.factories.tickets import A, a_ticket, act, seen


def faults(office: SetOffice) -> list[str]:
    with office.begin() as work:
        return audit.verify_journal(work)[1]


def forge(office: SetOffice, statement: sa.Executable) -> None:
    """Do what nobody who uses the house can do."""
    with office.engine.begin() as connection:
        connection.execute(statement)


@pytest.fixture
def no(office: SetOffice) -> str:
    """A closed ticket, with another beside it."""
    a_ticket(office, State.PROCESSING)
    return a_ticket(office, State.CLOSED)


def of(office: SetOffice, no: str) -> int:
    return seen(office, no).id


def test_an_honest_journal_is_whole(office: SetOffice, no: str) -> None:
    with office.begin() as work:
        entries, found = audit.verify_journal(work)
    assert (entries, found) == (12, [])


@pytest.mark.parametrize(
    "change",
    [
        {"payload": {"unit": "350103-CGW"}},
        {"actor": "别人"},
        {"at": sa.text("at + interval '1 second'")},
        {"target": "CLOSED"},
        {"unit": "350103-CGW"},
        {"address": "1.1.1.1"},
        {"prev_hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_entry_is_found_and_named(office: SetOffice, no: str, change: dict[str, object]) -> None:
    forge(office, sa.update(Entry).where(Entry.ticket_id == of(office, no), Entry.seq == 3).values(change))
    assert faults(office)
    assert all(no in fault and "第 3 条" in fault for fault in faults(office))


def test_an_entry_changed_together_with_its_hash_no_longer_joins_the_next(office: SetOffice, no: str) -> None:
    with office.begin() as work:
        entry = work.session.scalars(sa.select(Entry).where(Entry.ticket_id == of(office, no), Entry.seq == 3)).one()
        entry.payload = {"unit": "350103-CGW"}
        entry.hash = digest(entry)
    assert [("第 3 条" in fault, "第 4 条" in fault) for fault in faults(office)] == [(True, False), (False, True)]


@pytest.mark.parametrize("seq", [1, 4, 8])
def test_a_removed_entry_is_found_and_named(office: SetOffice, no: str, seq: int) -> None:
    forge(office, sa.text("DELETE FROM outbox"))
    forge(office, sa.delete(Entry).where(Entry.ticket_id == of(office, no), Entry.seq == seq))
    assert faults(office)
    assert all(no in fault for fault in faults(office))


def test_an_inserted_entry_is_found_and_named(office: SetOffice, no: str) -> None:
    with office.begin() as work:
        last = work.session.scalars(
            sa.select(Entry).where(Entry.ticket_id == of(office, no)).order_by(Entry.seq.desc()).limit(1)
        ).one()
        row = {c.name: getattr(last, c.name) for c in sa.inspect(Entry).columns if c.name != "id"}
        more = Entry(**row | {"seq": last.seq + 1, "prev_hash": last.hash})
        more.hash = digest(more)
        work.session.add(more)
    assert [no in fault for fault in faults(office)] == [True, True], "it has no seal, and the ticket ends before it"


def test_a_journal_that_is_gone_altogether_is_missed(office: SetOffice, no: str) -> None:
    forge(office, sa.text("DELETE FROM outbox"))
    forge(office, sa.delete(Entry).where(Entry.ticket_id == of(office, no)))
    assert faults(office) == [f"工单 {no}：记录全部缺失"]


def test_a_ticket_whose_head_was_bent_is_found(office: SetOffice, no: str) -> None:
    forge(office, sa.update(Ticket).where(Ticket.no == no).values(journal_seq=99))
    assert [no in fault for fault in faults(office)] == [True]


def take_and_fail(office: SetOffice) -> None:
    with office.begin(CITIZEN) as work:
        intake.take(work, an_appeal(), key="k")
        raise RuntimeError


def test_a_rolled_back_appeal_leaves_no_word_behind(office: SetOffice) -> None:
    with pytest.raises(RuntimeError):
        take_and_fail(office)
    with office.begin() as work:
        assert relay.waiting(work) == 0
        assert work.session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 0
    assert office.redis.llen("hotline:bell") == 0, "nobody was woken"


def test_the_journal_holds_no_personal_data(office: SetOffice, no: str) -> None:
    act(office, no, A.RATE, solved="P", score=3)
    with office.begin() as work:
        for entry in work.session.scalars(sa.select(Entry)):
            for personal in ("林晓", "13800005678", "示范路"):
                assert personal not in f"{entry.payload}{entry.actor}"
