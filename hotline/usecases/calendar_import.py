"""A table of days off put into force: whole years at a time, as an edition of the calendar that can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotline.domain.errors import NotNow
from hotline.store.work import Work
from hotline.usecases import editions

NAME = "calendar"
COLUMNS: dict[str, tuple[str, ...]] = {
    "date": ("日期", "开始日期", "day"),
    "from": ("自", "起"),
    "to": ("结束日期", "至", "止"),
    "kind": ("类型", "安排", "type"),
    "name": ("节日", "名称", "节日名称", "feast"),
}


def load(work: Work, years: Mapping[str, Mapping[str, Any]], *, words: str) -> bool:
    """Put these years' lists into force in place of what is known of them; whether anything is new.

    Open clocks follow within a minute (``usecases/recompute``).

    Raises:
        Invalid: a list contradicts itself.
    """
    table = editions.table(work, NAME)
    try:
        editions.save(work, NAME, {**table, **years}, words=words[:200], seen=editions.seen(work, NAME))
    except NotNow:
        return False
    return True
