"""Taking knowledge items over from a table, published at once; a second run changes nothing (``imports.tried``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import bindparam, cast, insert, select
from sqlalchemy.dialects.postgresql import TSVECTOR

from hotline.domain.calendar import start_of
from hotline.domain.knowledge import Duty, Status
from hotline.store.knowledge import DutyRow, Item, Version
from hotline.store.work import Work
from hotline.usecases import knowledge

COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("标题", "知识标题", "名称"),
    "category": ("类别代码", "类别", "分类", "分类代码"),
    "body": ("正文", "内容", "答复", "知识内容"),
    "unit": ("发布单位", "单位", "来源单位", "责任单位", "单位编码"),
    "kind": ("种类", "知识类型", "类型"),
    "keywords": ("关键词", "关键字"),
    "region": ("区划代码", "适用区域", "区划"),
    "valid_from": ("有效期起", "生效日期", "开始日期"),
    "valid_to": ("有效期止", "失效日期", "截止日期"),
    "source": ("来源", "文号", "依据"),
    "policy_from": ("政策施行日期", "施行日期"),
}
"""Column → what else its head may be called."""


def take(work: Work, row: Mapping[str, str]) -> bool:
    """Publish one item; whether something changed. A title that is known gets a new version, if anything differs.

    An item without dates holds from the day it came for as long as an item may; such a row, brought again, is the same.

    Raises:
        Invalid: what is wrong, field by field.
    """
    known = work.session.scalar(select(Item).where(Item.title == row.get("title", "").strip()))
    given = dict(row)
    if known is not None:
        since = {"valid_from": known.valid_from, "valid_to": known.valid_to}
        given |= {name: day.isoformat() for name, day in since.items() if not given.get(name)}
    content = knowledge.read(work, given)
    if known is not None and known.status == Status.PUBLISHED and known.content == content:
        return False
    knowledge.write(work, content, of=known.id if known else None, words="导入")
    return True


def load(work: Work, rows: Iterable[Mapping[str, str]]) -> int:
    """Publish the items of a demonstration all at once, if there is none yet; returns how many."""
    if work.session.scalar(select(Item.id).limit(1)):
        return 0
    contents = [knowledge.read(work, row) for row in rows]
    now = work.now
    kept = [content.kept() for content in contents]
    days = [{"valid_from": c.valid_from, "valid_to": c.valid_to, "policy_from": c.policy_from} for c in contents]
    items = [
        each
        | dates
        | {"status": Status.PUBLISHED, "version": 1, "published_at": now, "changed_at": now, "uses": 0, "reports": 0}
        | {"words": knowledge.vector(work.finder, content)}
        for each, dates, content in zip(kept, days, contents, strict=True)
    ]
    put = insert(Item).values(words=cast(bindparam("words"), TSVECTOR)).returning(Item.id, sort_by_parameter_order=True)
    ids = work.session.scalars(put, items).all()
    shared = {
        "n": 1,
        "stage": "PUBLISHED",
        "by": "系统",
        "at": now,
        "decided_by": "系统",
        "decided_at": now,
        "words": "",
    }
    versions = [
        shared | {"item_id": number, "content": each, "unit": content.unit}
        for number, each, content in zip(ids, kept, contents, strict=True)
    ]
    work.session.execute(insert(Version), versions)
    owed = [
        {"unit": c.unit, "kind": Duty.EXPIRY, "item_id": number, "due_at": start_of(c.valid_to + timedelta(days=1))}
        for number, c in zip(ids, contents, strict=True)
    ]
    work.session.execute(insert(DutyRow), owed)
    return len(ids)
