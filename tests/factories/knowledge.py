"""Knowledge items, invented."""

from __future__ import annotations

from typing import Any

from hotline.domain.permissions import Actor, Role
from hotline.store.knowledge import Item
from hotline.usecases import knowledge
from tests.factories.actors import a_person
from tests.factories.offices import SetOffice

EDITOR = a_person(Role.KB_EDITOR, number=70)
SUPPLIER = a_person(Role.UNIT_COORD, number=71, unit="350100-CGW")


def raw_item(**given: Any) -> dict[str, Any]:
    """What somebody writes in the form."""
    usual = {
        "title": "路灯不亮怎么报修",
        "category": "010602",
        "body": "城市道路路灯由市城市管理委员会维护，接报后 24 小时内到场查看。",
        "unit": "350100-CGW",
        "kind": "FAQ",
        "keywords": "路灯、照明",
        "valid_from": "2026-03-01",
        "valid_to": "2027-02-28",
    }
    return usual | given


def an_item(office: SetOffice, by: Actor = EDITOR, **given: Any) -> int:
    """A published item; its number."""
    with office.begin(by) as work:
        return knowledge.write(work, knowledge.read(work, raw_item(**given))).id


def item_of(office: SetOffice, item_id: int) -> Item:
    """The item as it is now."""
    with office.begin() as work:
        return work.session.get_one(Item, item_id)
