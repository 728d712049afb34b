"""What somebody looked for, kept for that person: the last few by themselves, others under a name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from hotline.domain.appeal import clean
from hotline.domain.errors import Invalid, NotFound
from hotline.store.search import SavedSearch
from hotline.store.work import Work

RECENT = 12
"""Searches without a name that are kept."""
NAMED = 30
NAME_MAX = 40


@dataclass(frozen=True, slots=True)
class Kept:
    """One search of one person."""

    id: int
    name: str
    criteria: Mapping[str, Any]
    used_at: datetime


def remember(work: Work, criteria: Mapping[str, Any]) -> int:
    """Keep the search as the person's newest; its number. The same search again is the same number."""
    text = json.dumps(criteria, ensure_ascii=False, sort_keys=True)
    key = work.sealer.look_up(text)
    put = insert(SavedSearch).values(
        person_id=work.by.id, name="", criteria=work.sealer.seal(text), key=key, used_at=work.now
    )
    again = put.on_conflict_do_update(index_elements=["person_id", "key"], set_={"used_at": work.now})
    number = work.session.execute(again.returning(SavedSearch.id)).scalar_one()
    recent = select(SavedSearch.id).where(SavedSearch.person_id == work.by.id, SavedSearch.name == "")
    newest = recent.order_by(SavedSearch.used_at.desc(), SavedSearch.id.desc()).limit(RECENT)
    work.session.execute(
        delete(SavedSearch).where(
            SavedSearch.person_id == work.by.id,
            SavedSearch.name == "",
            SavedSearch.id != number,
            SavedSearch.id.not_in(newest),
        )
    )
    return int(number)


def mine(work: Work) -> tuple[Kept, ...]:
    """The person's searches: those with a name by name, then the recent ones, newest first."""
    query = select(SavedSearch).where(SavedSearch.person_id == work.by.id)
    rows = work.session.scalars(query.order_by(SavedSearch.name == "", SavedSearch.name, SavedSearch.used_at.desc()))
    return tuple(_kept(work, row) for row in rows)


def one(work: Work, number: int) -> Kept:
    """One search of this person.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    return _kept(work, _row(work, number))


def name(work: Work, number: int, words: str) -> None:
    """Keep the search under a name; a name that is taken moves to it."""
    row, words = _row(work, number), clean(words)
    if not words or len(words) > NAME_MAX or "\n" in words:
        raise Invalid({"name": f"请给这个搜索起一个名字，最多 {NAME_MAX} 字"})
    named = [each for each in mine(work) if each.name and each.id != row.id]
    if len(named) >= NAMED:
        raise Invalid({"name": f"最多保存 {NAMED} 个搜索，请先删去不用的"})
    for other in named:
        if other.name == words:
            _row(work, other.id).name = ""
            work.session.flush()
    row.name = words


def forget(work: Work, number: int) -> None:
    """Take the search off the list."""
    work.session.delete(_row(work, number))


def _row(work: Work, number: int) -> SavedSearch:
    row = work.session.get(SavedSearch, number) if number < 2**62 else None
    if row is None or row.person_id != work.by.id:
        raise NotFound("没有找到这个搜索，可能已经从列表中删去，请重新搜索")
    return row


def _kept(work: Work, row: SavedSearch) -> Kept:
    text = work.sealer.open(row.criteria)
    return Kept(row.id, row.name, json.loads(text) if text else {}, row.used_at)
