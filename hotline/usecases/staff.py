"""Words to staff: at once where one ticket calls for one person, else in digests (handbook §8, §14).

What a unit must know of one ticket stands in the unit's own inbox. Warnings go to people: a thousand tickets that turn
red at once are one digest for each person concerned, at most one an hour, none in the quiet hours. Who is told: yellow
the unit's co-ordinator and handlers; red its approver too; red for longer the county; severe the supervisor. Where a
level has nobody, the next one is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, text
from sqlalchemy.dialects.postgresql import insert

from hotline.domain import sms
from hotline.domain.appeal import Urgency
from hotline.domain.calendar import local
from hotline.domain.deadlines import ClockKind
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Role
from hotline.domain.supervision import Level, after_quiet, is_quiet
from hotline.store.journal import Entry
from hotline.store.memo import Digest, Memo
from hotline.store.notice import Notice
from hotline.store.person import Person
from hotline.store.ticket import Ticket
from hotline.store.work import Work

HANDS = frozenset({Role.UNIT_COORD, Role.UNIT_HANDLER})
HEADS = HANDS | {Role.UNIT_APPROVER}
SUPERVISORS = frozenset({Role.SUPERVISOR})
CENTRE: Mapping[str, tuple[frozenset[Role], frozenset[Role]]] = {
    ClockKind.ACCEPT: (frozenset({Role.DISPATCHER}), frozenset({Role.DISPATCHER, Role.LEAD})),
    ClockKind.DISPATCH: (frozenset({Role.DISPATCHER}), frozenset({Role.DISPATCHER, Role.LEAD})),
    ClockKind.RETURN_DECISION: (frozenset({Role.DISPATCHER}), frozenset({Role.DISPATCHER, Role.LEAD})),
    ClockKind.EXTENSION_DECISION: (frozenset({Role.DISPATCHER}), frozenset({Role.DISPATCHER, Role.LEAD})),
    ClockKind.TIMED_CALLBACK: (frozenset({Role.LEAD}), frozenset({Role.LEAD})),
    ClockKind.REVIEW: (frozenset({Role.REVIEWER}), frozenset({Role.REVIEWER, Role.SUPERVISOR})),
    ClockKind.REVIEW_REQUEST: (frozenset({Role.REVIEWER}), frozenset({Role.REVIEWER, Role.SUPERVISOR})),
    ClockKind.CALLBACK: (frozenset({Role.CALLBACK}), frozenset({Role.CALLBACK, Role.SUPERVISOR})),
}
"""Who hears of the centre's own clocks: when yellow, and when red; of all others the supervisor."""
AT_CENTRE: Mapping[State, ClockKind] = {
    State.SUBMITTED: ClockKind.ACCEPT,
    State.PENDING_DISPATCH: ClockKind.DISPATCH,
    State.RETURN_REVIEW: ClockKind.RETURN_DECISION,
    State.COORDINATING: ClockKind.COORDINATION,
    State.REPLY_REVIEW: ClockKind.REVIEW,
    State.CALLBACK: ClockKind.CALLBACK,
}
"""States in which the next step is the centre's, and the clock of that step: its people hear of an urge, no unit."""
URGENT = 3
"""So many messages about 特急 tickets go at once to one person within the hour; the rest joins the digest."""
APART = 5
"""So many lines of one kind stand apart in a unit's inbox; more that come together are one line."""
Line = tuple[str, str, Entry]
"""A line for a unit's inbox: unit, words, and the entry it tells of."""
TOPICS = ("yellow", "red", "above", "severe", "ordered")
WORDS = {
    "severe": "严重超期",
    "above": "超期未办",
    "red": "已超期",
    "ordered": "被系统督办",
    "yellow": "将到期",
}
"""In the order in which a digest names them."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message that open pages may show at once."""

    person_id: int
    id: int
    text: str
    at: datetime


@dataclass(slots=True)
class _Tally:
    """What one person will be told."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TOPICS, 0))
    ticket_id: int | None = None
    words: str = ""


class Directory:
    """Who is there to be told: one query for everybody concerned."""

    def __init__(self, work: Work, units: Collection[str]) -> None:
        self._city = work.rules.city
        wide = [role.value for role in Role if role not in HEADS]
        query = select(Person.id, Person.unit, Person.roles).where(
            Person.active, or_(Person.unit.in_(set(units) - {""}), Person.roles.overlap(wide))
        )
        self._people = [(row.id, row.unit, frozenset(row.roles)) for row in work.session.execute(query)]

    def with_roles(self, roles: Collection[Role], unit: str = "") -> list[int]:
        """People with one of these roles, of this unit when it is named."""
        return [number for number, at, held in self._people if not held.isdisjoint(roles) and (not unit or at == unit)]

    def county(self, unit: str) -> list[int]:
        """The dispatchers of the county that the unit lies in."""
        region = self._city.units[unit].region_code[:6] if unit in self._city.units else ""
        return [
            number
            for number, at, held in self._people
            if Role.COUNTY_DISPATCH in held and at in self._city.units
            if region and not region.endswith("00") and self._city.units[at].region_code[:6] == region
        ]

    def told(self, topic: str, unit: str, kind: str) -> list[int]:
        """Who hears of a card on this unit's time, or on the centre's where there is no unit."""
        supervisors = self.with_roles(SUPERVISORS)
        if topic == "severe":
            return supervisors
        if not unit:
            yellow, red = CENTRE.get(kind, (SUPERVISORS, SUPERVISORS))
            return self.with_roles(yellow if topic == "yellow" else red) or supervisors
        at_unit = [] if topic == "above" else self.with_roles(HANDS if topic == "yellow" else HEADS, unit)
        return at_unit or self.county(unit) or supervisors


def to_units(work: Work, lines: Sequence[Line]) -> int:
    """Lines in the units' own inboxes; many of one kind for one unit are one line. Returns how many were written."""
    kinds: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        kinds[line[0], line[2].action].append(line)
    written = 0
    for (unit, action), found in kinds.items():
        if len(found) > APART:
            found = [(unit, f"{Action(action).label} {len(found)} 件，请到待办列表查看", found[0][2])]
        for _, words, entry in found:
            work.session.add(_line(work, unit, words, entry))
        written += len(found)
    return written


def _line(work: Work, unit: str, words: str, entry: Entry) -> Notice:
    return Notice(
        ticket_id=entry.ticket_id,
        entry_id=entry.id,
        way="inbox",
        template=0,
        unit=unit,
        text=words,
        created_at=work.now,
        send_at=work.now,
        sent_at=work.now,
    )


def warn(work: Work, about: Sequence[tuple[Entry, Ticket]]) -> int:
    """Tell the people concerned of cards and of orders by the house; returns how many people."""
    if not about:
        return 0
    people = Directory(work, {entry.payload.get("unit") or "" for entry, _ in about})
    tallies: dict[int, _Tally] = defaultdict(_Tally)
    urgent: dict[int, list[tuple[Entry, Ticket, str]]] = defaultdict(list)
    for entry, ticket in about:
        unit, topic = entry.payload.get("unit") or "", entry.payload.get("light", "ordered")
        words = _alone(work, entry, ticket, topic)
        for person in {*people.told(topic, unit, entry.payload.get("clock", "")), *_higher(people, entry)}:
            if ticket.urgency == Urgency.CRITICAL:
                urgent[person].append((entry, ticket, words))
            else:
                _count(tallies[person], topic, ticket.id, words)
    _at_once(work, urgent, tallies)
    _keep(work, tallies)
    return len(tallies.keys() | urgent.keys())


def above(work: Work, topic: str, found: Iterable[tuple[str, int, str]]) -> None:
    """Tell those above a unit of what has been red for long: ``(unit, ticket, number)`` each."""
    listed = list(found)
    if not listed:
        return
    people = Directory(work, set())
    tallies: dict[int, _Tally] = defaultdict(_Tally)
    for unit, ticket_id, no in listed:
        for person in people.told(topic, unit, ""):
            _count(tallies[person], topic, ticket_id, f"工单 {no} {WORDS[topic]}，请督促办理")
    _keep(work, tallies)


def tell(
    work: Work,
    roles: Collection[Role],
    words: str,
    *,
    topic: str,
    link: str = "",
    entry: Entry | None = None,
    people: Collection[int] = (),
) -> list[Told]:
    """Tell everybody with one of these roles, and these people, at once: for what is rare and concerns them all."""
    wanted = set(Directory(work, set()).with_roles(roles)) if roles else set()
    if people:
        wanted |= set(work.session.scalars(select(Person.id).where(Person.id.in_(people), Person.active)))
    rows = [_memo(work, number, words, topic=topic, link=link, entry=entry) for number in sorted(wanted)]
    work.session.add_all(rows)
    work.session.flush()
    return [Told(row.person_id, row.id, row.text, row.at) for row in rows]


def tell_units(work: Work, units: Collection[str], words: str, *, topic: str, link: str = "") -> int:
    """Tell whoever co-ordinates or approves for these units, once each; returns how many people."""
    answering = [role.value for role in (Role.UNIT_COORD, Role.UNIT_APPROVER, Role.COUNTY_DISPATCH)]
    query = select(Person.id).where(Person.active, Person.unit.in_(units), Person.roles.overlap(answering))
    people = work.session.scalars(query.order_by(Person.id)).all()
    work.session.add_all([_memo(work, number, words, topic=topic, link=link) for number in people])
    return len(people)


def flush_digests(work: Work, most: int = 500) -> list[Told]:
    """Write the digests whose time has come: one message a person, none in the quiet hours."""
    limits = work.rules.supervision.digests
    if is_quiet(work.now, limits):
        return []
    ready = work.session.scalars(
        select(Digest)
        .where(
            Digest.since <= work.now - limits.collect,
            or_(Digest.last_at.is_(None), Digest.last_at <= work.now - limits.every),
        )
        .order_by(Digest.since)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    rows: list[Memo] = []
    for digest in ready:
        counts = {topic: getattr(digest, topic) for topic in TOPICS}
        single = sum(counts.values()) == 1
        words = digest.words if single else _summary(counts)
        assert digest.since is not None, "only what waits is ready"
        link = "" if single else f"/cards?since={local(digest.since - timedelta(minutes=1)):%Y-%m-%dT%H:%M}"
        row = _memo(work, digest.person_id, words, topic="digest", link=link)
        row.ticket_id = digest.ticket_id if single else None
        rows.append(row)
        if digest.phone:
            _sms(work, digest.phone, words, urgent=False)
        for topic in TOPICS:
            setattr(digest, topic, 0)
        digest.since = digest.ticket_id = None
        digest.words, digest.last_at = "", work.now
    work.session.add_all(rows)
    work.session.flush()
    return [Told(row.person_id, row.id, row.text, row.at) for row in rows]


# Below: how it is counted and said.


def _alone(work: Work, entry: Entry, ticket: Ticket, topic: str) -> str:
    due_at = datetime.fromisoformat(entry.payload["due_at"])
    on = local(due_at)
    day = f"{on.month}月{on.day}日"
    if topic == "ordered":
        return f"工单 {ticket.no} 已被督办，请于 {day}前答复"
    if topic == "yellow":
        return sms.warning(ticket.no, day, work.rules.texts)
    return sms.overdue(ticket.no, max((work.now - due_at).days, 0))


def _higher(people: Directory, entry: Entry) -> list[int]:
    """Who takes over an order that was not answered in time."""
    if not entry.payload.get("missed"):
        return []
    roles = {Role.INSPECTOR} if entry.payload.get("level") == Level.INSPECTOR else {Role.LEADER, Role.SUPERVISOR}
    return people.with_roles(roles)


def _summary(counts: Mapping[str, int]) -> str:
    parts = [f"{words} {counts[topic]:,} 件" for topic, words in WORDS.items() if counts[topic]]
    return f"{'，'.join(parts)}，请及时办理"


def _count(tally: _Tally, topic: str, ticket_id: int, words: str) -> None:
    tally.counts[topic] += 1
    if tally.ticket_id is None:
        tally.ticket_id, tally.words = ticket_id, words


def _at_once(work: Work, urgent: Mapping[int, list[tuple[Entry, Ticket, str]]], tallies: dict[int, _Tally]) -> None:
    if not urgent:
        return
    work.session.execute(
        insert(Digest).values([{"person_id": n} | _NOTHING for n in sorted(urgent)]).on_conflict_do_nothing()
    )
    rows = work.session.scalars(
        select(Digest).where(Digest.person_id.in_(urgent)).order_by(Digest.person_id).with_for_update()
    )
    every = work.rules.supervision.digests.every
    for row in rows:
        if row.urgent_from is None or row.urgent_from <= work.now - every:
            row.urgent_from, row.urgent_n = work.now, 0
        room = max(URGENT - row.urgent_n, 0)
        said = urgent[row.person_id]
        for entry, _, words in said[:room]:
            work.session.add(_memo(work, row.person_id, f"特急：{words}", topic="urgent", entry=entry))
            if row.phone:
                _sms(work, row.phone, words, urgent=True)
        row.urgent_n += len(said[:room])
        for entry, ticket, words in said[room:]:
            _count(tallies.setdefault(row.person_id, _Tally()), entry.payload.get("light", "ordered"), ticket.id, words)
    work.session.flush()


_NOTHING: dict[str, Any] = dict.fromkeys(TOPICS, 0) | {"urgent_n": 0, "words": "", "phone": b""}
_ADDED = text(
    """
    INSERT INTO digest AS d (person_id, yellow, red, above, severe, ordered, since, ticket_id, words, urgent_n, phone)
    SELECT p, y, r, a, s, o, :now, t, w, 0, '' FROM unnest(
        CAST(:people AS bigint[]), CAST(:yellow AS int[]), CAST(:red AS int[]), CAST(:above AS int[]),
        CAST(:severe AS int[]), CAST(:ordered AS int[]), CAST(:tickets AS bigint[]), CAST(:words AS text[])
    ) AS new(p, y, r, a, s, o, t, w)
    ON CONFLICT (person_id) DO UPDATE SET
        yellow = d.yellow + excluded.yellow, red = d.red + excluded.red, above = d.above + excluded.above,
        severe = d.severe + excluded.severe, ordered = d.ordered + excluded.ordered,
        since = coalesce(d.since, excluded.since),
        ticket_id = coalesce(d.ticket_id, excluded.ticket_id),
        words = CASE WHEN d.words = '' THEN excluded.words ELSE d.words END
    """
)
"""Adds to everybody's digest in one statement."""


def _keep(work: Work, tallies: Mapping[int, _Tally]) -> None:
    if not tallies:
        return
    people = sorted(tallies)
    columns = {topic: [tallies[n].counts[topic] for n in people] for topic in TOPICS}
    rest = {"tickets": [tallies[n].ticket_id for n in people], "words": [tallies[n].words for n in people]}
    work.session.execute(_ADDED, {"people": people, "now": work.now} | columns | rest)


def _memo(work: Work, person: int, words: str, *, topic: str, link: str = "", entry: Entry | None = None) -> Memo:
    return Memo(
        person_id=person,
        topic=topic,
        text=words,
        link=link,
        ticket_id=entry.ticket_id if entry else None,
        entry_id=entry.id if entry else None,
        at=work.now,
    )


def _sms(work: Work, phone: bytes, words: str, *, urgent: bool) -> None:
    """Text 14 to somebody on duty; in the quiet hours only for 特急."""
    body = (work.rules.signature + words)[: sms.LIMIT]
    at = work.now if urgent else after_quiet(work.now, work.rules.supervision.digests)
    work.session.add(Notice(way="sms", template=14, phone=phone, text=body, created_at=work.now, send_at=at))
