"""Counting calls and seats by half hours: each call's own sums are kept beside it, and the difference is added.

The gateway only notes what must be counted again; a job does it, so that nobody at a seat waits for a counter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from hotline.domain.calendar import start_of
from hotline.domain.facts import local_date
from hotline.domain.telephony import FORGOTTEN, CallFacts, Seat, adds, by_slot, slot_of, spans
from hotline.store.call import Call
from hotline.store.telephony import SeatDay, SeatEvent
from hotline.store.ticket import Ticket
from hotline.store.work import Work

AGAIN = timedelta(minutes=5)
"""A seat that is signed in is counted anew this often."""
DAY = timedelta(days=1)


def touch(work: Work, call: Call) -> None:
    """Something has been heard of a call: it, and the earlier ones of the same number, must be counted again."""
    call.count_at = work.now
    if call.phone_hash is None or (call.answered_at is None and not call.outward):
        return
    since = call.first_at - work.rules.telephony.once
    work.session.flush()
    work.session.execute(
        update(Call)
        .where(Call.phone_hash == call.phone_hash, Call.id != call.id)
        .where(Call.first_at >= since, Call.first_at <= call.first_at)
        .values(count_at=work.now)
        .execution_options(synchronize_session=False)
    )


def note_seat(work: Work, agent: str, event: Seat, at: datetime) -> None:
    """A seat signs in or out, begins or ends a break; the same event again changes nothing."""
    new = insert(SeatEvent).values(agent=agent, kind=event.value, at=at)
    work.session.execute(new.on_conflict_do_nothing(index_elements=["agent", "at", "kind"]))
    _again(work, agent, at)


def count(work: Work, most: int = 500) -> int:
    """Count calls anew that something was heard of; returns how many were looked at."""
    found = work.session.scalars(
        select(Call)
        .where(Call.count_at <= work.now)
        .order_by(Call.count_at, Call.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    others = _others(work, found)
    deltas: dict[tuple[str, str], int] = defaultdict(int)
    for call in found:
        call.count_at = None
        facts = _facts(work, call, others)
        sums = adds(facts, work.rules.telephony) if facts else {}
        slot = slot_of(facts.queued_at).isoformat() if facts else ""
        fresh = {f"{slot}|{key}": n for key, n in sums.items()}
        _differ(deltas, call.counted, fresh)
        call.counted = fresh
    _add(work, deltas)
    return len(found)


def count_seats(work: Work, most: int = 100) -> int:
    """Count the seats' days anew whose moment has come; returns how many were looked at."""
    days = work.session.scalars(
        select(SeatDay)
        .where(SeatDay.due_at <= work.now)
        .order_by(SeatDay.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    deltas: dict[tuple[str, str], int] = defaultdict(int)
    for day in days:
        begin, end = start_of(day.on), start_of(day.on + DAY)
        events = work.session.execute(
            select(SeatEvent.at, SeatEvent.kind).where(
                SeatEvent.agent == day.agent, SeatEvent.at >= begin - FORGOTTEN, SeatEvent.at < end
            )
        ).all()
        upto = min(work.now, end)
        found, still = spans([(at, Seat(kind)) for at, kind in events], upto)
        fresh = {f"{slot.isoformat()}|{key}": n for (slot, key), n in by_slot(found, begin, upto).items()}
        _differ(deltas, day.counted, fresh)
        day.counted = fresh
        day.due_at = work.now + AGAIN if still and work.now < end else None
        if still and work.now >= end:
            _again(work, day.agent, end)
    _add(work, deltas)
    return len(days)


@dataclass(frozen=True, slots=True)
class _Other:
    """Another call of the same number."""

    call: int
    at: datetime
    outward: bool
    answered: bool
    matter: str


def _others(work: Work, calls: Sequence[Call]) -> Mapping[bytes, list[_Other]]:
    """All calls of the numbers behind these, with the matter that was registered in each, in one query."""
    hashes = {call.phone_hash for call in calls if call.phone_hash is not None}
    if not hashes:
        return {}
    query = (
        select(Call.id, Call.phone_hash, Call.first_at, Call.outward, Call.answered_at, Ticket.category)
        .outerjoin(Ticket, Ticket.call_id == Call.call_id)
        .where(Call.phone_hash.in_(hashes), Call.first_at >= min(call.first_at for call in calls) - DAY)
        .order_by(Call.first_at)
    )
    found: dict[bytes, list[_Other]] = defaultdict(list)
    for call, phone, at, outward, answered_at, category in work.session.execute(query):
        found[phone or b""].append(_Other(call, at, outward, answered_at is not None, (category or "")[:4]))
    return found


def _facts(work: Work, call: Call, others: Mapping[bytes, list[_Other]]) -> CallFacts | None:
    """The call as counting sees it; None when it never came to the human queue."""
    moments = [at for at in (call.queued_at, call.rang_at, call.answered_at) if at is not None]
    if call.outward or not moments:
        return None
    mine = others.get(call.phone_hash or b"", [])
    matters = {other.matter for other in mine if other.call == call.id and other.matter}
    again = (
        other.at
        for other in mine
        if other.call != call.id and other.answered and not other.outward and other.at > call.first_at
        # A second call about something else is not a second call on the matter.
        if not (matters and other.matter and other.matter not in matters)
    )
    back = (other.at for other in mine if other.outward and call.ended_at is not None and other.at >= call.ended_at)
    return CallFacts(
        queued_at=min(moments),
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        held=_held(call.holds, call.ended_at),
        wrapped=max(timedelta(), call.ready_at - call.ended_at) if call.ready_at and call.ended_at else timedelta(),
        numbered=call.phone_hash is not None,
        called_back_at=min(back, default=None),
        again_at=min(again, default=None),
    )


def _held(holds: Iterable[Mapping[str, Any]], ended: datetime | None) -> timedelta:
    total, since = timedelta(), None
    for at, kind in sorted((datetime.fromisoformat(each["at"]), each["kind"]) for each in holds):
        if kind == "hold":
            since = since or at
        elif since is not None:
            total, since = total + (at - since), None
    return total + (ended - since if since is not None and ended is not None and ended > since else timedelta())


def _again(work: Work, agent: str, at: datetime) -> None:
    day = insert(SeatDay).values(agent=agent, on=local_date(at), counted={}, due_at=work.now)
    work.session.execute(day.on_conflict_do_update(index_elements=["agent", "on"], set_={"due_at": work.now}))


def _differ(deltas: dict[tuple[str, str], int], before: Mapping[str, int], after: Mapping[str, int]) -> None:
    for name in before.keys() | after.keys():
        slot, _, key = name.partition("|")
        deltas[slot, key] += after.get(name, 0) - before.get(name, 0)


def _add(work: Work, deltas: Mapping[tuple[str, str], int]) -> None:
    rows = sorted((slot, key, n) for (slot, key), n in deltas.items() if n)
    if rows:
        work.session.flush()
        work.session.execute(
            _ADDED,
            {"slots": [row[0] for row in rows], "keys": [row[1] for row in rows], "ns": [row[2] for row in rows]},
        )


_ADDED = text(
    """
    INSERT INTO call_figure AS f (slot_at, key, n)
    SELECT * FROM unnest(CAST(:slots AS timestamptz[]), CAST(:keys AS varchar[]), CAST(:ns AS numeric[]))
    ON CONFLICT (slot_at, key) DO UPDATE SET n = f.n + excluded.n
    """
)
