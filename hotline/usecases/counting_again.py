"""Counting again what a change of the rates concerns, once it has come into force."""

from __future__ import annotations

from datetime import date

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import insert

from hotline.domain.rates import RateBook
from hotline.store.edition import Edition
from hotline.store.figure import MarkRow, Remark
from hotline.store.organisation import Revision
from hotline.store.work import Work
from hotline.usecases import editions

NAME = "rates"
_FOLLOWED = "counted:rates"


def follow(work: Work) -> int:
    """Let every ticket be counted anew that an edition of the rates just come into force may count otherwise.

    Only the days from the first changed version on; frozen months keep what was frozen. Returns how many tickets. Run
    by the house: a second run changes nothing.
    """
    found = editions.in_force(work.session, work.now, NAME).get(NAME)
    now = found.id if found else 0
    known = work.session.scalar(select(Revision.n).where(Revision.name == _FOLLOWED).with_for_update()) or 0
    if known == now:
        return 0
    put = insert(Revision).values(name=_FOLLOWED, n=now)
    work.session.execute(put.on_conflict_do_update(index_elements=["name"], set_={"n": now}))
    since = first_changed(_book(work, known), _book(work, now))
    if since is None:
        return 0
    concerned = select(MarkRow.ticket_id, literal(work.now, Remark.at.type)).where(MarkRow.on >= since).distinct()
    again = insert(Remark).from_select(["ticket_id", "at"], concerned)
    again = again.on_conflict_do_update(index_elements=["ticket_id"], set_={"at": work.now})
    return len(work.session.execute(again.returning(Remark.ticket_id)).all())


def first_changed(before: RateBook, after: RateBook) -> date | None:
    """The first day on which the two books count differently; None when they never do."""
    days = []
    for key in {*before, *after}:
        old = before.versions(key) if key in before else ()
        new = after.versions(key) if key in after else ()
        days += [version.since for version in (*old, *new) if version not in old or version not in new]
    return min(days, default=None)


def _book(work: Work, edition: int) -> RateBook:
    """The rates of an edition, 0 the shipped ones; the present ones where it can't be read any more."""
    found = work.session.get(Edition, edition) if edition else None
    counting = editions.parts_of(work, NAME, found.body if found else {}).get("counting", work.rules.counting)
    rates: RateBook = counting.rates
    return rates
