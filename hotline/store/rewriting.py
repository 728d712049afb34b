"""Writing to many tickets at once: clocks with what copies them, journal entries, lines for the board.

A change of the rules touches a hundred thousand rows; one statement for each would take minutes. The rows are the same
as those that :meth:`hotline.store.work.Work.record` writes one by one, sealed in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from hotline.domain.events import Subscriber
from hotline.domain.lifecycle import Action
from hotline.domain.permissions import Actor
from hotline.store.journal import Entry, digest, seal
from hotline.store.ticket import Ticket
from hotline.store.work import Work


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A clock with its new values."""

    clock_id: int
    ticket_id: int
    assignment_id: int | None
    kind: str
    governs: bool
    """The ticket carries this clock's due time."""
    allowance: str
    moves: list[dict[str, Any]]
    due_at: datetime
    warn_at: datetime
    severe_at: datetime
    provisional: bool
    again: bool
    """The due time moved away: the lamp may turn again, and people are told again."""


_CLOCKS = text(
    """
    WITH new AS (
        SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:allowances AS varchar[]), CAST(:moves AS text[]),
                             CAST(:dues AS timestamptz[]), CAST(:warns AS timestamptz[]),
                             CAST(:severes AS timestamptz[]), CAST(:provisionals AS boolean[]),
                             CAST(:agains AS boolean[]))
        AS n(id, allowance, moves, due_at, warn_at, severe_at, provisional, again)
    )
    UPDATE clock SET allowance = new.allowance, moves = CAST(new.moves AS jsonb), due_at = new.due_at,
        warn_at = new.warn_at, severe_at = new.severe_at, provisional = new.provisional,
        yellow_at = CASE WHEN new.again THEN NULL ELSE yellow_at END,
        red_at = CASE WHEN new.again THEN NULL ELSE red_at END,
        told_above = CASE WHEN new.again THEN 0 ELSE told_above END
    FROM new WHERE clock.id = new.id
    """
)
_ASSIGNMENTS = text(
    """
    WITH new AS (
        SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:kinds AS varchar[]), CAST(:dues AS timestamptz[]),
                             CAST(:warns AS timestamptz[]), CAST(:severes AS timestamptz[]),
                             CAST(:provisionals AS boolean[]))
        AS n(id, kind, due_at, warn_at, severe_at, provisional)
    ), one AS (
        SELECT id, max(due_at) FILTER (WHERE kind = 'sign') AS sign_due_at,
            max(due_at) FILTER (WHERE kind = 'contact') AS contact_due_at,
            max(due_at) FILTER (WHERE kind = 'handling') AS due_at,
            max(warn_at) FILTER (WHERE kind = 'handling') AS warn_at,
            max(severe_at) FILTER (WHERE kind = 'handling') AS severe_at,
            bool_or(provisional) FILTER (WHERE kind = 'handling') AS provisional
        FROM new GROUP BY id
    )
    UPDATE assignment a SET sign_due_at = coalesce(one.sign_due_at, a.sign_due_at),
        contact_due_at = coalesce(one.contact_due_at, a.contact_due_at), due_at = coalesce(one.due_at, a.due_at),
        warn_at = coalesce(one.warn_at, a.warn_at), severe_at = coalesce(one.severe_at, a.severe_at),
        provisional = coalesce(one.provisional, a.provisional)
    FROM one WHERE a.id = one.id
    """
)
_TICKETS = text(
    """
    UPDATE ticket SET due_at = new.due_at
    FROM unnest(CAST(:ids AS bigint[]), CAST(:dues AS timestamptz[])) AS new(id, due_at)
    WHERE ticket.id = new.id
    """
)
_HEADS = text(
    """
    UPDATE ticket SET journal_seq = new.seq, journal_hash = new.hash, changed_at = :at
    FROM unnest(CAST(:ids AS bigint[]), CAST(:seqs AS integer[]), CAST(:hashes AS varchar[])) AS new(id, seq, hash)
    WHERE ticket.id = new.id
    """
)
_ENTRIES = text(
    """
    INSERT INTO journal (ticket_id, seq, at, actor_id, actor, role, unit, action, source, target, payload, address,
                         prev_hash, hash, seal)
    SELECT new.ticket_id, new.seq, :at, :actor_id, :actor, :role, :unit, :action, new.state, new.state,
           CAST(new.payload AS jsonb), :address, new.prev_hash, new.hash, new.seal
    FROM unnest(CAST(:ids AS bigint[]), CAST(:seqs AS integer[]), CAST(:states AS varchar[]), CAST(:payloads AS text[]),
                CAST(:prev_hashes AS varchar[]), CAST(:hashes AS varchar[]), CAST(:seals AS varchar[]))
    AS new(ticket_id, seq, state, payload, prev_hash, hash, seal)
    """
)
_LINES = text(
    """
    INSERT INTO outbox (subscriber, ticket_id, due_at, attempts, fault)
    SELECT :subscriber, id, :at, 0, '' FROM unnest(CAST(:ids AS bigint[])) AS new(id)
    """
)


def rewrite(session: Session, clocks: Sequence[Rewritten]) -> None:
    """Write clocks, and the due times that their assignments and tickets copy."""
    if not clocks:
        return
    session.execute(
        _CLOCKS,
        {
            "ids": [c.clock_id for c in clocks],
            "allowances": [c.allowance for c in clocks],
            "moves": [json.dumps(c.moves, ensure_ascii=False) for c in clocks],
            "dues": [c.due_at for c in clocks],
            "warns": [c.warn_at for c in clocks],
            "severes": [c.severe_at for c in clocks],
            "provisionals": [c.provisional for c in clocks],
            "agains": [c.again for c in clocks],
        },
    )
    copied = [c for c in clocks if c.assignment_id is not None and c.kind in ("sign", "contact", "handling")]
    if copied:
        session.execute(
            _ASSIGNMENTS,
            {
                "ids": [c.assignment_id for c in copied],
                "kinds": [c.kind for c in copied],
                "dues": [c.due_at for c in copied],
                "warns": [c.warn_at for c in copied],
                "severes": [c.severe_at for c in copied],
                "provisionals": [c.provisional for c in copied],
            },
        )
    carried = {c.ticket_id: c.due_at for c in clocks if c.governs}
    if carried:
        session.execute(_TICKETS, {"ids": list(carried), "dues": list(carried.values())})
    session.expire_all()


def journal(work: Work, action: Action, payloads: Mapping[int, dict[str, Any]], *, by: Actor) -> None:
    """One entry for each of these tickets, which the caller has locked; the state stays, and so does the version:
    what somebody is typing just now is not made stale by a change of the calendar."""
    if not payloads:
        return
    these = Ticket.id == any_(literal(list(payloads), ARRAY(BigInteger)))
    heads = select(Ticket.id, Ticket.state, Ticket.journal_seq, Ticket.journal_hash).where(these)
    entries = []
    for row in work.session.execute(heads.order_by(Ticket.id)):
        entry = Entry(
            ticket_id=row.id,
            seq=row.journal_seq + 1,
            at=work.now,
            actor_id=by.id,
            actor=by.name,
            role=by.role_label,
            unit=by.unit,
            action=action,
            source=row.state,
            target=row.state,
            payload=payloads[row.id],
            address=by.source,
            prev_hash=row.journal_hash,
        )
        entry.hash = digest(entry)
        entry.seal = seal(work.sealer, entry)
        entries.append(entry)
    work.session.execute(
        _ENTRIES,
        {
            "at": work.now,
            "actor_id": by.id,
            "actor": by.name,
            "role": by.role_label,
            "unit": by.unit,
            "action": action,
            "address": by.source,
            "ids": [e.ticket_id for e in entries],
            "seqs": [e.seq for e in entries],
            "states": [e.source for e in entries],
            "payloads": [json.dumps(e.payload, ensure_ascii=False) for e in entries],
            "prev_hashes": [e.prev_hash for e in entries],
            "hashes": [e.hash for e in entries],
            "seals": [e.seal for e in entries],
        },
    )
    work.session.execute(
        _HEADS,
        {
            "at": work.now,
            "ids": [e.ticket_id for e in entries],
            "seqs": [e.seq for e in entries],
            "hashes": [e.hash for e in entries],
        },
    )


def tell_board(work: Work, ids: Sequence[int]) -> None:
    """A line for each ticket that the board must count anew."""
    work.session.execute(_LINES, {"subscriber": Subscriber.BOARD, "at": work.now, "ids": list(ids)})
