"""Accounts: actors are enough for acting, but messages go to people."""

from __future__ import annotations

from hotline.domain.permissions import Actor
from hotline.store.memo import Memo
from hotline.store.person import Person
from tests.factories.offices import SetOffice


def enrol(office: SetOffice, *actors: Actor) -> None:
    """Give these actors accounts of the same number, roles and unit."""
    with office.begin() as work:
        work.session.add_all(
            Person(
                id=each.id,
                username=f"p{each.id}",
                name=each.name[:40],
                password_hash="-",
                roles=sorted(each.roles),
                unit=each.unit,
                created_at=office.moment,
            )
            for each in actors
        )


def memos(office: SetOffice, actor: Actor) -> list[Memo]:
    """What a person was told, oldest first."""
    with office.begin() as work:
        return list(work.session.query(Memo).where(Memo.person_id == actor.id).order_by(Memo.id))
