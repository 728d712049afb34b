"""Calls at the seats: what rings, who talks, what is over. The exchange may tell it late, twice or out of order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from hotline.channels.generic_cti import CallEvent, Happening
from hotline.domain import callback
from hotline.domain.errors import NotFound, NotYours
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Actor, Permission
from hotline.domain.privacy import mask_phone
from hotline.store.call import Call
from hotline.store.person import Person
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import callbacks, telephony

LONGEST = timedelta(hours=3)
"""After this a call of which no end was told is over: the exchange forgot it."""


@dataclass(frozen=True, slots=True)
class CurrentCall:
    """The call at a seat now."""

    call_id: str
    phone: str
    """The whole number, to be registered with the appeal; empty when it is withheld."""
    masked: str
    """As it is shown."""
    since: datetime
    answered: bool


def note(work: Work, gateway: str, happening: Happening) -> Call:
    """Keep one event of a call."""
    call = _STEPS[happening.event](work, gateway, happening)
    call.outward = call.outward or happening.outward
    telephony.touch(work, call)
    return call


def ring(work: Work, gateway: str, happening: Happening) -> Call:
    """It rings at a seat. Put through to another seat, it rings there."""
    call = _call(work, gateway, happening)
    call.rang_at = min(call.rang_at or happening.at, happening.at)
    if happening.agent and (call.answered_at is None or happening.at > call.answered_at):
        call.agent = happening.agent
    return call


def answered(work: Work, gateway: str, happening: Happening) -> Call:
    """Somebody talks."""
    call = _call(work, gateway, happening)
    if happening.agent and (call.answered_at is None or happening.at >= call.answered_at):
        call.agent = happening.agent
    call.answered_at = min(call.answered_at or happening.at, happening.at)
    return call


def ended(work: Work, gateway: str, happening: Happening) -> Call:
    """It is over, answered or not."""
    call = _call(work, gateway, happening)
    call.agent = call.agent or happening.agent
    call.ended_at = min(call.ended_at or happening.at, happening.at)
    return call


def in_self_service(work: Work, gateway: str, happening: Happening) -> Call:
    """It is answered by the machine; nobody waits for a person yet."""
    return _call(work, gateway, happening)


def queued(work: Work, gateway: str, happening: Happening) -> Call:
    """It is offered to the people at the desks."""
    call = _call(work, gateway, happening)
    call.queued_at = min(call.queued_at or happening.at, happening.at)
    return call


def held(work: Work, gateway: str, happening: Happening) -> Call:
    """Put on hold, or taken back from it."""
    call = _call(work, gateway, happening)
    told = {"kind": happening.event.value, "at": happening.at.isoformat()}
    if told not in call.holds:
        call.holds = [*call.holds, told]
    return call


def ready(work: Work, gateway: str, happening: Happening) -> Call:
    """The seat has done with it."""
    call = _call(work, gateway, happening)
    call.ready_at = max(call.ready_at or happening.at, happening.at)
    return call


def rated(work: Work, gateway: str, happening: Happening) -> Call:
    """A key was pressed after the talk: the rating of what was answered directly in it (handbook §9).

    Once for each ticket; one that was dispatched is asked about later, not here.
    """
    call = _call(work, gateway, happening)
    answered_now = select(Ticket).where(
        Ticket.call_id == call.call_id, Ticket.state == State.CLOSED.value, Ticket.close_mode == "DIRECT"
    )
    for ticket in work.session.scalars(answered_now.where(Ticket.score.is_(None)).with_for_update()):
        callbacks.rate(work, ticket, callback.read({"score": happening.key}), way=callbacks.BY_KEY)
    return call


def of_seat(work: Work, person: Actor, phone: str) -> str:
    """What the exchange calls the last talk of this seat with this number; empty when it told of none."""
    username = work.session.scalar(select(Person.username).where(Person.id == person.id)) if person.id else None
    if not username or not phone:
        return ""
    query = (
        select(Call.call_id)
        .where(Call.phone_hash == work.sealer.look_up(phone), Call.agent == username, ~Call.outward)
        .where(Call.first_at > work.now - LONGEST)
        .order_by(Call.first_at.desc())
        .limit(1)
    )
    return work.session.scalar(query) or ""


_STEPS = {
    CallEvent.IVR: in_self_service,
    CallEvent.QUEUED: queued,
    CallEvent.RINGING: ring,
    CallEvent.ANSWERED: answered,
    CallEvent.HOLD: held,
    CallEvent.RESUME: held,
    CallEvent.ENDED: ended,
    CallEvent.READY: ready,
    CallEvent.RATED: rated,
}


def current_call(work: Work, person: Actor) -> CurrentCall | None:
    """The call that rings or is talked at this person's seat; the newest, if there are several."""
    username = work.session.scalar(select(Person.username).where(Person.id == person.id)) if person.id else None
    if not username:
        return None
    call = work.session.scalar(
        select(Call)
        .where(Call.agent == username, Call.ended_at.is_(None), Call.first_at > work.now - LONGEST)
        .order_by(Call.first_at.desc())
        .limit(1)
    )
    if call is None:
        return None
    phone = work.sealer.open(call.phone)
    return CurrentCall(call.call_id, phone, mask_phone(phone), call.first_at, call.answered_at is not None)


def _call(work: Work, gateway: str, happening: Happening) -> Call:
    """The call's row, locked: one is made when this is the first that is heard of it."""
    new = insert(Call).values(gateway=gateway, call_id=happening.call_id, phone=b"", agent="", first_at=happening.at)
    new = new.values(outward=False, holds=[], counted={})
    work.session.execute(new.on_conflict_do_nothing(index_elements=["gateway", "call_id"]))
    call = work.session.scalars(
        select(Call)
        .where(Call.gateway == gateway, Call.call_id == happening.call_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    call.first_at = min(call.first_at, happening.at)
    if happening.phone and not call.phone:
        call.phone = work.sealer.seal(happening.phone)
        call.phone_hash = work.sealer.look_up(happening.phone)
    return call


def called_back(work: Work, number: int) -> None:
    """Somebody has called a missed caller back: every unanswered call of that number so far is done with."""
    if not work.by.may(Permission.TICKET_REGISTER):
        raise NotYours("漏接来电由话务员回拨", rule="§15")
    call = work.session.get(Call, number)
    if call is None or call.answered_at is not None or call.called_back_at is not None:
        raise NotFound("这个来电已经有人回拨")
    same = Call.phone_hash == call.phone_hash if call.phone_hash else Call.id == call.id
    work.session.execute(
        update(Call)
        .where(same, Call.answered_at.is_(None), Call.called_back_at.is_(None))
        .values(called_back_at=work.now, called_back_by=work.by.name)
    )
