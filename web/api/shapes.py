"""Tickets as JSON values."""

from __future__ import annotations

from typing import Any

from hotline.read.asked import Asked
from hotline.read.attachments import File
from hotline.read.clocks import ClockShown
from hotline.read.hops import Hop
from hotline.read.lamps import Lamp
from hotline.read.queues import Row
from hotline.read.story import Line
from hotline.read.ticket_page import TicketPage
from hotline.read.tree import Task


def lamp(shown: Lamp | None) -> dict[str, Any] | None:
    """A due time and how near it is."""
    if shown is None:
        return None
    return {
        "clock": shown.kind,
        "label": shown.label,
        "due_at": shown.due_at,
        "light": shown.light,
        "words": shown.words,
        "provisional": shown.provisional,
    }


def row(shown: Row) -> dict[str, Any]:
    """A ticket in a list."""
    return {
        "no": shown.no,
        "version": shown.version,
        "title": shown.title,
        "state": shown.state,
        "state_words": shown.state_words,
        "type": shown.type or None,
        "urgency": shown.urgency,
        "category": shown.category or None,
        "region": shown.region or None,
        "unit": shown.unit_code,
        "unit_name": shown.unit or None,
        "channel": shown.channel,
        "round": shown.round,
        "created_at": shown.created_at,
        "due": lamp(shown.lamp),
        "proposals": list(shown.proposals),
        "why_waiting": shown.why_waiting or None,
        "rework_wanted": shown.rework_wanted,
    }


def ticket(shown: TicketPage) -> dict[str, Any]:
    """A ticket as one person may see it."""
    return {
        "no": shown.no,
        "version": shown.version,
        "state": shown.state,
        "state_words": shown.state_words,
        "round": shown.round,
        "close_mode": shown.close_mode or None,
        "channel": shown.channel,
        "type": shown.type,
        "type_words": shown.type_words or None,
        "urgency": shown.urgency,
        "confidential": shown.confidential,
        "anonymous": shown.anonymous,
        "category": shown.category,
        "category_path": shown.category_path or None,
        "title": shown.title,
        "content": shown.content,
        "files": [_file(one) for one in shown.files],
        "supplements": [{"at": one.at, "by": one.by, "text": one.text} for one in shown.supplements],
        "region": shown.region,
        "region_name": shown.region_name or None,
        "occurred_at": shown.occurred_at,
        "created_at": shown.created_at,
        "accepted_at": shown.accepted_at,
        "dispatched_at": shown.dispatched_at,
        "closed_at": shown.closed_at,
        "unit": shown.lead_unit,
        "unit_name": shown.lead_name or None,
        "due": lamp(shown.lamp),
        "due_at": shown.due_at,
        "promise_due_at": shown.promise_due_at,
        "appellant": {
            "name": shown.appellant.name,
            "phone": shown.appellant.phone,
            "identity": shown.appellant.identity,
            "address": shown.appellant.address,
            "sealed": shown.appellant.sealed,
            "note": shown.appellant.note,
        },
        "suggested": shown.suggested,
        "proposals": list(shown.proposals),
        "why_waiting": shown.why_waiting or None,
        "public_reply": shown.public_reply or None,
        "solved": shown.result or None,
        "score": shown.score or None,
        "rework_wanted": shown.rework_wanted,
        "callback_tries": shown.callback_tries,
        "repeat_of": shown.repeat_of,
        "urged": shown.urged,
        "info_asked": shown.info_asked,
        "actions": [action.value for action in shown.actions],
        "checklist": [{"code": i.code, "words": i.words, "required": i.required} for i in shown.checklist],
        "assignments": [_task(one) for one in shown.assignments],
        "clocks": [_clock(one) for one in shown.clocks],
        "time_used": [_hop(one) for one in shown.hops],
        "requests": [_asked(one) for one in shown.asked],
        "journal": [_line(one) for one in shown.journal],
    }


def briefly(shown: File) -> dict[str, Any]:
    """A file as its appellant may know it."""
    return {
        "key": shown.key,
        "name": shown.name,
        "kind": shown.kind,
        "size": shown.size,
        "at": shown.at,
        "own": shown.appellants,
    }


def _file(shown: File) -> dict[str, Any]:
    return briefly(shown) | {
        "event": shown.action,
        "who": shown.who,
        "public": shown.public,
        "closed": shown.closed or None,
    }


TASK = (
    "unit",
    "unit_name",
    "kind",
    "parent",
    "handler",
    "minutes_no",
    "stage",
    "stage_words",
    "round",
    "sent_at",
    "sign_due_at",
    "signed_at",
    "contacted_at",
    "due_at",
    "replied_at",
    "public_reply",
    "internal_reply",
    "solved",
    "return_reason",
    "return_basis",
    "return_suggested",
    "fails",
    "mine",
)
"""What programs read of an assignment: pages may show more, without the promise to go on doing so."""


def _task(shown: Task) -> dict[str, Any]:
    return {name: getattr(shown, name) for name in TASK}


def _clock(shown: ClockShown) -> dict[str, Any]:
    return {
        "kind": shown.kind,
        "label": shown.label,
        "hand": shown.hand,
        "unit": shown.unit or None,
        "started_at": shown.started_at,
        "stopped_at": shown.stopped_at,
        "due_at": shown.lamp.due_at,
        "light": shown.lamp.light,
        "words": shown.lamp.words,
        "provisional": shown.lamp.provisional,
        "explain": list(shown.explain),
        "limit": shown.limit or None,
        "used": shown.used,
        "left": shown.left,
        "share": shown.share,
        "paused": shown.paused,
    }


def _hop(shown: Hop) -> dict[str, Any]:
    return {
        "hand": shown.hand.value,
        "name": shown.name,
        "began_at": shown.began_at,
        "ended_at": shown.ended_at,
        "seconds": int(shown.span.total_seconds()),
    }


def _asked(shown: Asked) -> dict[str, Any]:
    return {
        "wish": shown.wish,
        "level": shown.level,
        "reason": shown.reason,
        "words": shown.words,
        "more": shown.more_words or None,
        "until": shown.until_on,
        "asked_at": shown.asked_at,
        "due_at": shown.due_at,
        "new_due_at": shown.new_due_at,
    }


def _line(shown: Line) -> dict[str, Any]:
    return {
        "seq": shown.seq,
        "at": shown.at,
        "event": shown.action,
        "title": shown.title,
        "who": shown.who,
        "role": shown.role,
        "unit": shown.unit or None,
        "state": shown.target,
        "words": shown.words,
    }
