"""Proving that journal and audit log are as they were written: what was changed, removed or inserted, and where."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, select

from hotline.domain.calendar import local
from hotline.store import anchor as anchors
from hotline.store import audit as log
from hotline.store.anchor import JOURNAL, Anchor
from hotline.store.audit import AUDIT, AuditLine, ChainHead
from hotline.store.journal import Entry, digest, removed, seal
from hotline.store.ticket import Ticket
from hotline.store.work import Work


@dataclass(slots=True)
class Proof:
    """What a proof has seen."""

    entries: int = 0
    lines: int = 0
    anchors: int = 0
    faults: list[str] = field(default_factory=list)
    """One sentence for each place where something is wrong."""


def anchor(work: Work) -> list[Anchor]:
    """Sign how far both chains have come; the new anchors."""
    made = (
        anchors.anchor_audit(work.session, work.sealer, work.now),
        anchors.anchor_journal(work.session, work.sealer, work.now),
    )
    return [each for each in made if each is not None]


def prove(work: Work, witnessed: dict[tuple[str, int], str] | None = None) -> Proof:
    """Walk both chains and all anchors.

    Args:
        witnessed: (chain, n) → signature of the anchors as they were told outside the database.
    """
    proof = Proof()
    proof.entries, faults = verify_journal(work)
    proof.faults += faults
    proof.lines, faults = verify_audit(work)
    proof.faults += faults
    kept = {(a.chain, a.n): a.mac for a in work.session.scalars(select(Anchor))}
    proof.anchors = len(kept)
    for (chain, n), mac in (witnessed or {}).items():
        if (chain, n) not in kept:
            proof.faults.append(f"{_NAMES.get(chain, chain)}：第 {n} 个锚点在库外有记录，库中没有")
        elif kept[chain, n] != mac:
            proof.faults.append(f"{_NAMES.get(chain, chain)}：第 {n} 个锚点与库外的记录不同")
    return proof


_NAMES = {AUDIT: "审计日志", JOURNAL: "工单记录"}


def verify_journal(work: Work) -> tuple[int, list[str]]:
    """Walk every ticket's chain; returns the number of entries and one sentence for each break."""
    chain, faults = _good_anchors(work, JOURNAL)
    ends = [a.upto for a in chain]
    counts, sums = [0] * len(chain), [0] * len(chain)
    unsealed = ends[0] if ends else work.session.scalar(select(ChainHead.seq).where(ChainHead.name == JOURNAL)) or 0
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
        faults += [f"工单 {no}：第 {entry.seq} 条记录{fault}" for fault in _entry_faults(work, entry, unsealed)]
        if (place := bisect_left(ends, entry.id)) < len(ends):
            counts[place] += 1
            sums[place] += anchors.weight(work.sealer, entry.hash)
        seq, before = entry.seq, entry.hash
    close(current)
    faults += [f"工单 {no}：记录全部缺失" for no, last, _ in heads.values() if last]
    for each, count, total in zip(chain, counts, sums, strict=True):
        if count != each.count:
            faults.append(f"工单记录：到 {_moment(each)} 为止的一段应有 {each.count} 条，现有 {count} 条")
        elif anchors.added([total]) != each.total:
            faults.append(f"工单记录：到 {_moment(each)} 为止的一段与当时封存的不同，有记录被改写")
    return entries, faults


def _entry_faults(work: Work, entry: Entry, unsealed: int) -> Iterator[str]:
    if entry.seal == removed(work.sealer, entry):
        return
    if digest(entry) != entry.hash:
        yield "被改动"
    elif entry.seal != seal(work.sealer, entry) and (entry.seal or entry.id > unsealed):
        yield "的封印不符，不是由本系统写入"


def verify_audit(work: Work) -> tuple[int, list[str]]:
    """Walk the audit log's chain; returns the number of lines and one sentence for each break."""
    session = work.session
    marks, faults = _good_anchors(work, AUDIT)
    cut = next((a for a in reversed(marks) if a.cut), None)
    seq, before = (cut.upto, cut.total) if cut else (0, "")
    begin, expected = seq, {a.upto: a for a in marks if not a.cut and a.upto > seq}
    lines = 0
    for line in session.scalars(
        select(AuditLine).where(AuditLine.seq > begin).order_by(AuditLine.seq).execution_options(yield_per=1000)
    ):
        assert line.seq is not None, "lines without a number were not asked for"
        lines += 1
        if line.seq > seq + 1:
            span = f"第 {seq + 1} 条" if line.seq == seq + 2 else f"第 {seq + 1} 至 {line.seq - 1} 条"
            faults.append(f"审计日志：{span}缺失")
        elif line.prev_hash != before:
            faults.append(f"审计日志：第 {line.seq} 条与前一条不衔接")
        if log.digest(work.sealer, line) != line.hash:
            faults.append(f"审计日志：第 {line.seq} 条被改动或不是由本系统写入")
        mark = expected.pop(line.seq, None)
        if mark is not None and mark.total != line.hash:
            faults.append(f"审计日志：第 {line.seq} 条与 {_moment(mark)} 封存的不同，此前有记录被改写")
        seq, before = line.seq, line.hash
    head = session.get(ChainHead, AUDIT)
    if head is not None and (head.seq, head.hash) != (seq, before):
        gone = f"第 {seq + 1} 至 {head.seq} 条缺失" if head.seq > seq else "结尾与链头不符"
        faults.append(f"审计日志：{gone}（应有 {head.seq} 条，现到第 {seq} 条）")
    elif head is None and seq:
        faults.append("审计日志：链头缺失")
    for mark in expected.values():
        if mark.upto > seq:
            faults.append(f"审计日志：{_moment(mark)} 时已有 {mark.upto} 条，现只到第 {seq} 条")
    older = select(func.count()).select_from(AuditLine).where(AuditLine.seq <= begin)
    if stale := session.scalar(older) if begin else 0:
        faults.append(f"审计日志：有 {stale} 条本已到期删除的记录又出现")
    strays = select(AuditLine.id).where(AuditLine.seq.is_(None)).order_by(AuditLine.id).limit(20)
    if head is not None and head.seq:
        faults += [f"审计日志：内部编号 {each} 的一条不在链上，是另外插入的" for each in session.scalars(strays)]
    return lines, faults


def _good_anchors(work: Work, chain: str) -> tuple[list[Anchor], list[str]]:
    """The anchors that hold, in order, and what is wrong with the others."""
    good: list[Anchor] = []
    faults: list[str] = []
    n, before, name = 0, "", _NAMES[chain]
    for each in anchors.of_chain(work.session, chain):
        if each.n != n + 1:
            faults.append(f"{name}：第 {n + 1} 个锚点缺失")
        elif each.prev != before:
            faults.append(f"{name}：第 {each.n} 个锚点与前一个不衔接")
        if anchors.mac_of(work.sealer, each) != each.mac:
            faults.append(f"{name}：第 {each.n} 个锚点被改动")
        else:
            good.append(each)
        n, before = each.n, each.mac
    return good, faults


def _moment(mark: Anchor) -> str:
    return f"{local(mark.at):%Y-%m-%d %H:%M}"
