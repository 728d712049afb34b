"""Many tickets at once, by COPY: each with contact, assignment, clocks and a journal that verifies."""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase

from hotline.domain.calendar import ZONE
from hotline.domain.lifecycle import State
from hotline.domain.number import number
from hotline.domain.permissions import HOUSE
from hotline.office import Office
from hotline.read.lamps import MATTERS
from hotline.store.assignment import Assignment
from hotline.store.clock import Clock
from hotline.store.contact import Contact
from hotline.store.journal import Entry, digest
from hotline.store.outbox import Line
from hotline.store.ticket import Ticket

MAIN_MIX: Mapping[State, int] = {
    State.SUBMITTED: 8,
    State.PENDING_DISPATCH: 12,
    State.PENDING_SIGN: 10,
    State.PROCESSING: 20,
    State.REPLY_REVIEW: 3,
    State.CALLBACK: 7,
    State.CLOSED: 40,
}
"""Of a hundred tickets: a fifth waits for a dispatcher, far more than on any real day."""
ROAD = {
    State.SUBMITTED: ("CREATE",),
    State.PENDING_DISPATCH: ("CREATE", "ACCEPT"),
    State.PENDING_SIGN: ("CREATE", "ACCEPT", "DISPATCH"),
    State.PROCESSING: ("CREATE", "ACCEPT", "DISPATCH", "SIGN"),
    State.REPLY_REVIEW: ("CREATE", "ACCEPT", "DISPATCH", "SIGN", "REPLY"),
    State.CALLBACK: ("CREATE", "ACCEPT", "DISPATCH", "SIGN", "REPLY", "PASS"),
    State.CLOSED: ("CREATE", "ACCEPT", "DISPATCH", "SIGN", "REPLY", "PASS", "RATE"),
}
"""The events that lead to a state; each leads to the state of the road that ends with it."""
TO = {events[-1]: state for state, events in ROAD.items()}
STAGE = {
    State.PENDING_SIGN: "SENT",
    State.PROCESSING: "WORKING",
    State.REPLY_REVIEW: "REPLIED",
    State.CALLBACK: "REPLIED",
    State.CLOSED: "DONE",
}
WORDS = ("路灯连续三晚不亮", "垃圾没有人清运", "井盖松动", "工地半夜施工", "公交站牌倒了", "水管漏水", "油烟扰民")


@dataclass
class Rows:
    """Rows of one table, as dictionaries."""

    table: type[DeclarativeBase]
    rows: list[dict[str, Any]] = field(default_factory=list)


def fill(
    office: Office,
    count: int,
    *,
    lines_for: str = "",
    days: int = 90,
    seed: int = 1,
    mix: Mapping[State, int] = MAIN_MIX,
) -> None:
    """Put so many more tickets into the office's database.

    Args:
        lines_for: the subscriber for whom each leaves a line in the outbox.
        days: over how many past days they were registered.
        mix: states with their shares.
    """
    chance = random.Random(seed)
    with office.begin() as work:
        first = (work.session.scalar(select(func.max(Ticket.id))) or 0) + 1
        city, sealer, now = work.rules.city, work.sealer, work.now
        units = sorted(code for code, unit in city.units.items() if unit.dispatchable)
        categories = sorted(city.categories)
    states = [state for state, share in mix.items() for _ in range(share)]
    made = {table: Rows(table) for table in (Ticket, Contact, Assignment, Entry, Clock, Line)}
    serial: dict[Any, int] = {}
    for ticket_id in range(first, first + count):
        state = chance.choice(states)
        created = now - timedelta(minutes=chance.randrange(60, 60 + 60 * 24 * days))
        on = created.astimezone(ZONE).date()
        serial[on] = serial.get(on, first) + 1
        _one(
            made,
            SimpleNamespace(
                id=ticket_id,
                no=number("FZ", on, serial[on]),
                state=state,
                created=created,
                now=now,
                unit=chance.choice(units) if state in STAGE else None,
                category=chance.choice(categories),
                due=now + timedelta(minutes=chance.randrange(-60 * 24, 60 * 24 * 10)),
                text=chance.choice(WORDS),
                phone=f"139{chance.randrange(10**8):08d}",
                line=lines_for,
            ),
            sealer,
        )
    url = office.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        for rows in made.values():
            _copy(connection, rows)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _one(made: dict[type[DeclarativeBase], Rows], one: SimpleNamespace, sealer: Any) -> None:
    events = ROAD[one.state]
    moments = {action: one.created + timedelta(minutes=10 * step) for step, action in enumerate(events)}
    closed = one.state is State.CLOSED
    previous, source = "", None
    for seq, action in enumerate(events, 1):
        entry = {
            "ticket_id": one.id,
            "seq": seq,
            "at": moments[action],
            "actor_id": None,
            "actor": HOUSE.name,
            "role": HOUSE.role_label,
            "unit": "",
            "action": action,
            "source": source,
            "target": TO[action].value,
            "payload": {"unit": one.unit, "due_at": one.due.isoformat()} if action == "DISPATCH" else {},
            "address": "",
            "prev_hash": previous,
        }
        previous = entry["hash"] = digest(SimpleNamespace(**entry))  # type: ignore[arg-type]
        entry["seal"] = sealer.sign("journal", entry["hash"])
        source = entry["target"]
        made[Entry].rows.append(entry)
    made[Ticket].rows.append(
        {
            "id": one.id,
            "no": one.no,
            "query_code": "000000",
            "version": len(events),
            "state": one.state.value,
            "round": 1,
            "close_mode": "HANDLED" if closed else None,
            "channel": "web",
            "type": "COMPLAINT",
            "urgency": "NORMAL",
            "complex": False,
            "confidential": False,
            "anonymous": False,
            "publish_consent": False,
            "category": one.category,
            "title": one.text,
            "content": f"{one.text}，请尽快处理（{one.id}）",
            "address": "",
            "region": "350102",
            "tags": [],
            "lead_unit": one.unit,
            "routed_at": one.created,
            "proposals": [{"unit": "350100-CGW", "score": 0.61, "reason": "职责相符", "rule": "line", "co_units": []}],
            "suggested": {},
            "why_waiting": "把握不足，请选择单位",
            "created_at": one.created,
            "accepted_at": moments.get("ACCEPT"),
            "first_dispatched_at": moments.get("DISPATCH"),
            "dispatched_at": moments.get("DISPATCH"),
            "signed_at": moments.get("SIGN"),
            "replied_at": moments.get("REPLY"),
            "reviewed_at": moments.get("PASS"),
            "called_back_at": moments.get("RATE"),
            "closed_at": moments.get("RATE"),
            "changed_at": moments[events[-1]],
            "due_at": None if closed else one.due,
            "promise_due_at": one.due if one.unit else None,
            "paused_seconds": 0,
            "info_asked": 0,
            "returns_granted": 0,
            "urged": 0,
            "public_reply": "已处理完毕。" if "REPLY" in moments else "",
            "result": "S" if closed else None,
            "score": 5 if closed else None,
            "rated_at": moments.get("RATE"),
            "rework_wanted": False,
            "callback_tries": 0,
            "journal_seq": len(events),
            "journal_hash": previous,
        }
    )
    made[Contact].rows.append(
        {
            "ticket_id": one.id,
            "kind": "person",
            "name": sealer.seal("林晓"),
            "phone": sealer.seal(one.phone),
            "identity": b"",
            "phone_hash": sealer.look_up(one.phone),
            "reply_by": "sms",
        }
    )
    if one.unit:
        made[Assignment].rows.append(_assignment(one, moments))
    if not closed:
        kind = MATTERS[one.state]
        made[Clock].rows.append(
            {
                "ticket_id": one.id,
                "assignment_id": one.id if kind.hand == "unit" else None,
                "kind": kind.value,
                "unit": one.unit or "" if kind.hand == "unit" else "",
                "allowance": "10wd",
                "started_at": moments[events[-1]],
                "due_at": one.due,
                "warn_at": one.due - timedelta(days=1),
                "severe_at": one.due + timedelta(days=5),
                "provisional": False,
            }
        )
    if one.line:
        made[Line].rows.append(
            {"subscriber": one.line, "ticket_id": one.id, "due_at": one.now, "attempts": 0, "fault": ""}
        )


def _assignment(one: SimpleNamespace, moments: dict[str, datetime]) -> dict[str, Any]:
    return {
        "id": one.id,
        "ticket_id": one.id,
        "kind": "LEAD",
        "round": 1,
        "unit": one.unit,
        "stage": STAGE[one.state],
        "rule": "line",
        "sent_at": moments["DISPATCH"],
        "sign_due_at": moments["DISPATCH"] + timedelta(hours=4),
        "signed_at": moments.get("SIGN"),
        "due_at": one.due,
        "promise_due_at": one.due,
        "warn_at": one.due - timedelta(days=1),
        "severe_at": one.due + timedelta(days=5),
        "provisional": False,
        "replied_at": moments.get("REPLY"),
        "ended_at": moments.get("RATE"),
        "returnable": True,
        "return_basis": "",
        "extended": 0,
        "fails": 0,
        "public_reply": "已处理完毕。" if "REPLY" in moments else "",
        "internal_reply": "",
    }


def _copy(connection: psycopg.Connection, rows: Rows) -> None:
    """COPY the rows; what no row names has the value that the model gives it, and the key's sequence moves on."""
    if not rows.rows:
        return
    table = rows.table.__tablename__
    usual = {
        column.name: column.default.arg if column.default.is_scalar else []
        for column in rows.table.__table__.columns
        if column.default is not None and column.name not in rows.rows[0]
    }
    columns = [*rows.rows[0], *usual]
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:  # type: ignore[arg-type]
            for values in _values(({**usual, **row} for row in rows.rows), columns):
                copy.write_row(values)
        if "id" in columns:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # type: ignore[arg-type]


def _values(rows: Iterable[dict[str, Any]], columns: list[str]) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            Jsonb(value) if isinstance(value, dict) or column in ("proposals", "moves") else value
            for column, value in ((column, row[column]) for column in columns)
        ]
