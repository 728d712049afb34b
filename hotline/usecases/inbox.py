"""Messages of the house to a unit's people: which have been read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from hotline.domain.errors import NotYours
from hotline.store.notice import Notice
from hotline.store.work import Work
from hotline.usecases.access import units_in_scope


def of_mine(work: Work) -> Any:
    """The condition on messages that keeps to the person's units.

    Raises:
        NotYours: the person works for no unit.
    """
    units = units_in_scope(work.rules.city, work.by)
    if units is None:
        units = [work.by.unit] if work.by.unit else []
    if not units:
        raise NotYours("您没有承办单位，这里没有消息", rule="§2")
    return Notice.unit.in_(units)


def mark_read(work: Work, *, upto: int | None = None, only: int | None = None) -> None:
    """Mark as read: all messages up to one, or one alone; those of other units stay as they are."""
    query = update(Notice).where(Notice.way == "inbox", of_mine(work), Notice.read_at.is_(None))
    if only is not None:
        query = query.where(Notice.id == only)
    if upto is not None:
        query = query.where(Notice.id <= upto)
    work.session.execute(query.values(read_at=work.now))
