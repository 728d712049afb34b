"""Proving that the journal is as it was written."""

from __future__ import annotations

from sqlalchemy import select

from hotline.store.journal import Entry, digest
from hotline.store.ticket import Ticket
from hotline.store.work import Work


def verify_journal(work: Work) -> tuple[int, list[str]]:
    """Walk every ticket's chain; returns the number of entries and one sentence for each break."""
    faults: list[str] = []
    entries, current, seq, before = 0, None, 0, ""
    heads: dict[int, tuple[str, int, str]] = {
        row.id: (row.no, row.journal_seq, row.journal_hash)
        for row in work.session.execute(select(Ticket.id, Ticket.no, Ticket.journal_seq, Ticket.journal_hash))
    }

    def close(ticket_id: int | None) -> None:
        if ticket_id is None:
            return
        no, last, head = heads.pop(ticket_id)
        if (seq, before) != (last, head):
            faults.append(f"工单 {no}：应有 {last} 条记录，最后一条与工单不符（现有 {seq} 条）")

    for entry in work.session.scalars(
        select(Entry).order_by(Entry.ticket_id, Entry.seq).execution_options(yield_per=1000)
    ):
        entries += 1
        if entry.ticket_id != current:
            close(current)
            current, seq, before = entry.ticket_id, 0, ""
        no = heads[entry.ticket_id][0]
        if entry.seq != seq + 1:
            faults.append(f"工单 {no}：第 {seq + 1} 条记录缺失")
        elif entry.prev_hash != before:
            faults.append(f"工单 {no}：第 {entry.seq} 条记录与前一条不衔接")
        if digest(entry) != entry.hash:
            faults.append(f"工单 {no}：第 {entry.seq} 条记录被改动")
        seq, before = entry.seq, entry.hash
    close(current)
    faults += [f"工单 {no}：记录全部缺失" for no, last, _ in heads.values() if last]
    return entries, faults
