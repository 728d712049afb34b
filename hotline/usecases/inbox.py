"""Messages of the house to staff: which have been read, and where SMS on duty go."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false, update
from sqlalchemy.dialects.postgresql import insert

from hotline.domain.appeal import is_phone, normal_phone
from hotline.domain.errors import Invalid
from hotline.domain.permissions import Permission, Scope
from hotline.store.memo import Digest, Memo
from hotline.store.notice import Notice
from hotline.store.work import Work
from hotline.usecases.access import units_in_scope


def mine(work: Work) -> Any:
    """The condition on memos that keeps to the person's own."""
    return Memo.person_id == work.by.id if work.by.id is not None else false()


def of_units(work: Work) -> Any:
    """The condition on the lines of units that this person works for; None for who works for no unit."""
    if work.by.scope not in (Scope.UNIT, Scope.REGION) or not work.by.may(Permission.TICKET_VIEW):
        return None
    works = {Permission.TICKET_SIGN, Permission.TICKET_HANDLE, Permission.TICKET_REPLY}
    units = units_in_scope(work.rules.city, work.by) or []
    return Notice.unit.in_(units) if units and works & work.by.permissions else None


def mark_read(work: Work, *, one: str = "", upto: tuple[int, int] | None = None) -> None:
    """Mark as read: one message, or all up to these (own, unit's); those of other people stay as they are.

    Args:
        one: ``p`` or ``u`` and a number, as :class:`hotline.read.inbox.Message` says it.
    """
    own = update(Memo).where(mine(work), Memo.read_at.is_(None)).values(read_at=work.now)
    condition = of_units(work)
    lines = update(Notice).where(Notice.way == "inbox", Notice.read_at.is_(None)).values(read_at=work.now)
    if one:
        kind, number = one[:1], one[1:]
        if kind not in ("p", "u") or not (number.isascii() and number.isdecimal()) or len(number) > 18:
            raise Invalid({"one": "请从消息列表里选择"})
        if kind == "p":
            work.session.execute(own.where(Memo.id == int(number)))
        elif condition is not None:
            work.session.execute(lines.where(condition, Notice.id == int(number)))
    elif upto is not None:
        work.session.execute(own.where(Memo.id <= upto[0]))
        if condition is not None:
            work.session.execute(lines.where(condition, Notice.id <= upto[1]))


def set_duty_phone(work: Work, number: str) -> None:
    """Where this person gets SMS on duty (text 14); empty: nowhere."""
    phone = normal_phone(number)
    if phone and not is_phone(phone):
        raise Invalid({"phone": "手机号应为 11 位"})
    assert work.by.id is not None, "only people have a duty phone"
    sealed = work.sealer.seal(phone)
    row = dict.fromkeys(("yellow", "red", "above", "severe", "ordered", "urgent_n"), 0) | {"words": ""}
    put = insert(Digest).values(person_id=work.by.id, phone=sealed, **row)
    work.session.execute(put.on_conflict_do_update(index_elements=["person_id"], set_={"phone": sealed}))
