"""The SMS dialogue (contract §3): a free text is an appeal; a few letters are commands; nothing is thrown away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Select, func, select

from hotline.channels.generic_sms import Part
from hotline.domain import appeal as appeals
from hotline.domain import callback, sms
from hotline.domain.calendar import local
from hotline.domain.errors import Invalid, NotFound, Refused
from hotline.domain.lifecycle import State
from hotline.domain.number import is_number, normal
from hotline.domain.permissions import citizen
from hotline.domain.retelling import IN_HAND, state_words
from hotline.store import ticket as tickets
from hotline.store.contact import Contact
from hotline.store.notice import Message
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import access, adding, callbacks, desk, intake, notices, nuisance

PART_PATIENCE = timedelta(minutes=10)
"""How long a long message waits for a missing part; then what came is taken as it is."""
_COMMAND = re.compile(r"^\s*(CX|BC|CB|CH)[\s:,+，：＋]*([A-Z]{2}[\s-]*\d(?:[\s-]*\d){11,})", re.IGNORECASE)
_HALF_COMMAND = re.compile(r"^\s*(CX|BC|CB|CH)[\s:,+，：＋]*(?:[A-Z]{2})?[\d\s-]*$", re.IGNORECASE)
"""A command whose number is missing or cut off."""
_BETWEEN = " \t\n:：,，+＋"
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ANSWER = re.compile(r"^\s*[1-3１-３]\s*[。.!！]?\s*$")


def receive(work: Work, gateway: str, part: Part) -> Message:
    """Take one SMS part; the same id again changes nothing.

    A long message is one appeal, whatever the order of its parts and however often each comes.
    """
    key = work.sealer.look_up(part.phone)
    known = work.session.scalar(select(Message).where(Message.gateway == gateway, Message.external_id == part.id))
    if known is not None:
        return known
    _, fresh = tickets.claim(work.session, f"sms/{gateway}", part.id, "", work.now)
    known = work.session.scalar(select(Message).where(Message.gateway == gateway, Message.external_id == part.id))
    if known is not None or not fresh:
        assert known is not None, "a receipt is written with its message"
        return known
    message = Message(
        gateway=gateway,
        external_id=part.id,
        phone=work.sealer.seal(part.phone),
        phone_hash=key,
        body=work.sealer.seal(part.text),
        ref=part.ref,
        part=part.part,
        parts=part.parts,
        at=work.now,
        outcome="waiting",
    )
    work.session.add(message)
    work.session.flush()
    if part.parts == 1:
        _understand(work, message, part.phone, part.text)
    elif not _came_too_late(work, message, part):
        _join(work, message, part.phone, complete_only=True)
    return message


def _came_too_late(work: Work, message: Message, part: Part) -> bool:
    """Whether the part belongs to a message that is understood already: a repeated one changes nothing, one that had
    been given up is added to its ticket."""
    _one_after_the_other(work, message)
    earlier = work.session.scalars(_parts_like(work, message).where(Message.outcome != "waiting")).all()
    same = [one for one in earlier if one.part == part.part]
    if same:
        first = next((one for one in same if work.sealer.open(one.body) == part.text), None)
        if first is None:
            return False  # another message: phones use a reference again after some time
        message.outcome, message.ticket_id = "joined", first.ticket_id
        return True
    known = next((one.ticket_id for one in earlier if one.ticket_id), None)
    ticket = work.session.get(Ticket, known, with_for_update=True) if known else None
    if ticket is None or not part.text:
        return False
    asker, work.by = work.by, citizen(work.by.source)
    try:
        adding.supplement(work, ticket, part.text)
    except Refused:
        return False
    finally:
        work.by = asker
    message.outcome, message.ticket_id = "joined", ticket.id
    return True


def give_up_waiting(work: Work, most: int) -> int:
    """Take long messages of which a part never came; returns how many messages it saw to."""
    late = work.session.scalars(
        select(Message)
        .where(Message.outcome == "waiting", Message.parts > 1, Message.at < work.now - PART_PATIENCE)
        .order_by(Message.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    for message in late:
        if message.outcome == "waiting":
            _join(work, message, work.sealer.open(message.phone), complete_only=False)
    return len(late)


def _join(work: Work, message: Message, phone: str, *, complete_only: bool) -> None:
    _one_after_the_other(work, message)
    siblings = work.session.scalars(_parts_like(work, message).where(Message.outcome == "waiting")).all()
    by_part: dict[int, Message] = {}
    for sibling in siblings:
        by_part.setdefault(sibling.part, sibling)
    if complete_only and len(by_part) < message.parts:
        return
    text = "".join(work.sealer.open(by_part[number].body) for number in sorted(by_part))
    if len(by_part) < message.parts:
        text += "（短信有缺失）"
    for sibling in siblings:
        sibling.outcome = "joined"
    _understand(work, message, phone, text)
    for sibling in siblings:
        sibling.ticket_id = message.ticket_id


def _one_after_the_other(work: Work, message: Message) -> None:
    """Parts of one message may arrive at the same moment by two connections: in turn from here on."""
    key = func.hashtextextended(f"{message.phone_hash.hex()}/{message.ref}", 0)
    work.session.execute(select(func.pg_advisory_xact_lock(key)))


def _parts_like(work: Work, message: Message) -> Select[Message]:
    return select(Message).where(
        Message.gateway == message.gateway,
        Message.phone_hash == message.phone_hash,
        Message.ref == message.ref,
        Message.parts == message.parts,
        Message.at > work.now - timedelta(days=1),
    )


def _understand(work: Work, message: Message, phone: str, text: str) -> None:
    asker, work.by = work.by, citizen(work.by.source)
    try:
        narrow = text.translate(_HALF_WIDTH)  # as long as the text, so places in one are places in the other
        if found := _COMMAND.match(narrow):
            _command(work, message, phone, found.group(1).upper(), text[found.start(2) :])
        elif _HALF_COMMAND.match(narrow):
            _unclear(work, message, phone)
        elif _ANSWER.match(text):
            _answer(work, message, phone, text)
        else:
            _appeal(work, message, phone, text)
    finally:
        work.by = asker


def _appeal(work: Work, message: Message, phone: str, text: str) -> None:
    if nuisance.holds_back(work, phone, text):
        message.outcome = "unclear"  # people look at it; a limited number gets no help line either
        return
    raw = {"content": text, "phone": phone if appeals.is_phone(phone) else ""}
    try:
        appeal = appeals.read(raw, channel="sms", city=work.rules.city, now=work.now)
    except Invalid:
        _unclear(work, message, phone)
        return
    taken = intake.take(work, appeal, key=f"{message.gateway}/{message.id}")
    message.outcome, message.ticket_id = "appeal", taken.ticket.id


def _command(work: Work, message: Message, phone: str, command: str, told: str) -> None:
    message.outcome = "command"
    try:
        ticket, rest = _ticket(work, phone, told)
        no, message.ticket_id = ticket.no, ticket.id
        match command:
            case "CX":
                words = _progress(work, ticket)
            case "BC":
                if not rest:
                    raise Invalid({"text": "请在编号后面写要补充的内容"}, "请在编号后面写要补充的内容")
                adding.supplement(work, ticket, rest)
                words = f"编号{no}的补充已收到。"
            case "CB":
                desk.urge(work, ticket)
                words = f"编号{no}已催办。"
            case _:
                desk.withdraw(work, ticket)
                words = f"编号{no}已撤回。"
    except Refused as refused:
        words = refused.message
    notices.answer(work, phone, sms.free(words))


def _ticket(work: Work, phone: str, told: str) -> tuple[Ticket, str]:
    """The ticket, and what was written after its number and code: for the phone that stands on it, or with the code."""
    for no, rest in _numbers(told):
        ticket = tickets.by_no(work.session, no, lock=True)
        if ticket is None:
            continue
        code = rest.translate(_HALF_WIDTH)[:6]
        with_code = len(code) == 6 and code.isdigit()
        who = work.session.get(Contact, ticket.id)
        if who is not None and who.phone_hash == work.sealer.look_up(phone):
            return ticket, rest[6:].lstrip(_BETWEEN) if with_code and code == ticket.query_code else rest
        if with_code:
            return access.citizens(work, no, code), rest[6:].lstrip(_BETWEEN)
    raise NotFound("编号不对，或不是本手机号的工单；请在编号后加查询码")


def _numbers(told: str) -> Iterator[tuple[str, str]]:
    """Every ticket number that the words may begin with, shortest first, and what follows it.

    A number has as many digits as its day needed, and a query code may follow it without a blank.
    """
    digits = 0
    for place, letter in enumerate(told):
        if letter.isdigit():
            digits += 1
            no = normal(told[: place + 1])
            if digits >= 12 and is_number(no):
                yield no, told[place + 1 :].strip(_BETWEEN)
        elif digits and letter not in " \t-－　":
            return


def _progress(work: Work, ticket: Ticket) -> str:
    words = f"编号{ticket.no}{state_words(ticket.at, ticket.round, rated=ticket.rework_wanted)}"
    if ticket.at in IN_HAND and ticket.lead_unit and ticket.due_at:
        due = local(ticket.due_at)
        words += f"，{work.rules.city.unit(ticket.lead_unit).short_name}{due.month}月{due.day}日前答复"
    return words + "。"


def _answer(work: Work, message: Message, phone: str, text: str) -> None:
    """1, 2 or 3 to the call-back question that was put to this phone last."""
    ticket = work.session.scalar(
        select(Ticket)
        .join(Contact, Contact.ticket_id == Ticket.id)
        .where(
            Contact.phone_hash == work.sealer.look_up(phone),
            Ticket.state == State.CALLBACK,
            Ticket.rework_wanted.is_(False),
        )
        .order_by(Ticket.reviewed_at.desc())
        .limit(1)
        .with_for_update(of=Ticket)
    )
    if ticket is None:
        _unclear(work, message, phone)
        return
    message.outcome, message.ticket_id = "command", ticket.id
    digit = str(int(re.sub(r"\D", "", text)))
    try:
        callbacks.rate(work, ticket, callback.read({"solved": digit}), way="sms")
    except Refused as refused:
        notices.answer(work, phone, sms.free(refused.message), ticket)


def _unclear(work: Work, message: Message, phone: str) -> None:
    """Kept and shown to people; the phone gets the help line once in `sms.help_every`."""
    message.outcome = "unclear"
    told = work.session.scalar(
        select(Message.id)
        .where(Message.phone_hash == message.phone_hash, Message.helped, Message.at > work.now - work.rules.help_every)
        .limit(1)
    )
    if told is None:
        message.helped = True
        notices.answer(work, phone, sms.Text(0, sms.HELP))
