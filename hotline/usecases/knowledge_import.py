"""Taking knowledge items over from a table, published at once; a second run changes nothing (``imports.tried``)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from hotline.domain.knowledge import Status
from hotline.store.knowledge import Item
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
