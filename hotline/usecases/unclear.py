"""Messages that the house could not understand: people read them, and register them or let them be."""

from __future__ import annotations

from hotline.domain import appeal as appeals
from hotline.domain.audit import Kind as AuditKind
from hotline.domain.errors import NotFound, NotNow, NotYours
from hotline.domain.permissions import Permission
from hotline.store.notice import Message
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log, intake

LOOK = (Permission.TICKET_REGISTER, Permission.TICKET_ACCEPT)
"""One of these is needed to read the messages and to decide about them."""


def check(work: Work) -> None:
    """Only who takes appeals reads what people wrote."""
    if not any(work.by.may(permission) for permission in LOOK):
        raise NotYours("您没有登记或受理诉求的权限，请联系话务班长", rule="§2")


def register(work: Work, message_id: int, *, content: str) -> Ticket:
    """Make the message an appeal, in the words it has or as the person has put them.

    Raises:
        Invalid: the words are none.
        NotFound, NotNow: no such message, or somebody has decided about it.
    """
    message = _waiting(work, message_id)
    phone = work.sealer.open(message.phone)
    given = {"content": content, "phone": phone if appeals.is_phone(phone) else ""}
    appeal = appeals.read(given, channel="sms", city=work.rules.city, now=work.now)
    ticket = intake.take(work, appeal, key=f"{message.gateway}/{message.id}").ticket
    message.outcome, message.ticket_id = "appeal", ticket.id
    return ticket


def dismiss(work: Work, message_id: int) -> None:
    """Let it be; it stays on record, and so does who decided."""
    message = _waiting(work, message_id)
    message.outcome = "dismissed"
    audit_log.write(work, AuditKind.MESSAGE_DISMISSED, about=str(message.id))


def _waiting(work: Work, message_id: int) -> Message:
    check(work)
    message = work.session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is None:
        raise NotFound("没有找到这条短信")
    if message.outcome != "unclear":
        raise NotNow("这条短信已经处理过了，请看下一条")
    return message
