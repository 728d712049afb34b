"""Knowledge items 知识, from which agents answer: what they hold, how long, what units owe (handbook §11)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from hotline.domain.allowances import WorkingDays
from hotline.domain.appeal import clean, day_typed
from hotline.domain.city import City
from hotline.domain.errors import Invalid

TITLE_MAX = 128
BODY_MAX = 10_000
KEYWORDS_MAX = 10
KEYWORD_MAX = 20
SOURCE_MAX = 200
_BETWEEN = re.compile(r"[|,，、;；\s]+")


class Kind(StrEnum):
    """What sort of item it is; the value is its code in tables."""

    POLICY = "POLICY"
    GUIDE = "GUIDE"
    FAQ = "FAQ"
    CONTACT = "CONTACT"
    NOTICE = "NOTICE"

    @property
    def label(self) -> str:
        """In words."""
        return KIND_LABELS[self]


KIND_LABELS: dict[Kind, str] = {
    Kind.POLICY: "政策文件",
    Kind.GUIDE: "办事指南",
    Kind.FAQ: "常见问答",
    Kind.CONTACT: "地点与电话",
    Kind.NOTICE: "通知公告",
}


class Status(StrEnum):
    """Where an item stands; nothing is ever deleted."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"


class Standing(StrEnum):
    """What an item is worth today."""

    DRAFT = "待审"
    FUTURE = "未生效"
    VALID = "有效"
    EXPIRING = "即将到期"
    EXPIRED = "已过期"
    RETIRED = "已下架"

    @property
    def usable(self) -> bool:
        """Whether it may be offered for a direct answer."""
        return self in (Standing.VALID, Standing.EXPIRING)


class Report(StrEnum):
    """What is wrong with an item, as an agent reports it."""

    WRONG = "WRONG"
    EXPIRED = "EXPIRED"
    UNCLEAR = "UNCLEAR"

    @property
    def label(self) -> str:
        """In words."""
        return {"WRONG": "内容有误", "EXPIRED": "已经过时", "UNCLEAR": "说得不清楚"}[self]


class Duty(StrEnum):
    """What a unit owes the knowledge base; every one counts once in its update rate."""

    POLICY = "POLICY"
    QUESTION = "QUESTION"
    EXPIRY = "EXPIRY"

    @property
    def label(self) -> str:
        """In words."""
        return {"POLICY": "新政策入库", "QUESTION": "答复话务员提问", "EXPIRY": "到期更新"}[self]


@dataclass(frozen=True, slots=True)
class KnowledgeRules:
    """Limits and sizes of the knowledge base (``knowledge.toml``)."""

    policy: WorkingDays
    question: WorkingDays
    feedback: WorkingDays
    months: int
    """How long an item is valid at most."""
    expiring_days: int
    """So many days before its end an item is listed as expiring."""
    offered: int
    """Items offered beside the agent's form."""
    pinned_hours: int
    """How long an item stays pinned at most."""


@dataclass(frozen=True, slots=True)
class Content:
    """What an item says, as a unit hands it in and an editor publishes it."""

    title: str
    category: str
    """A code of the taxonomy, of any level: 2, 4 or 6 digits."""
    body: str
    unit: str
    kind: Kind
    keywords: tuple[str, ...]
    region: str
    """A county's or township's code; empty: the whole city."""
    valid_from: date
    valid_to: date
    """The last day on which it holds."""
    source: str = ""
    """Number or name of the document it comes from."""
    policy_from: date | None = None
    """The day on which a new policy took or takes effect; the item is due some working days after it."""

    def kept(self) -> dict[str, Any]:
        """As JSON values, for the versions."""
        plain = asdict(self)
        for name in ("valid_from", "valid_to", "policy_from"):
            plain[name] = plain[name].isoformat() if plain[name] else None
        return plain | {"kind": self.kind.value, "keywords": list(self.keywords)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Content:
        """The content that :meth:`kept` wrote."""
        days = {n: date.fromisoformat(kept[n]) if kept[n] else None for n in ("valid_from", "valid_to", "policy_from")}
        return cls(**{**kept, **days, "kind": Kind(kept["kind"]), "keywords": tuple(kept["keywords"])})


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), month % 11 + 1 if month == 11 else month + 2, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def read(raw: Mapping[str, Any], *, city: City, rules: KnowledgeRules, today: date) -> Content:
    """Check and clean what somebody wrote.

    Raises:
        Invalid: everything that is wrong, field by field.
    """
    faults: dict[str, str] = {}
    title, body, source = (clean(raw.get(name) or "") for name in ("title", "body", "source"))
    if not title or len(title) > TITLE_MAX or "\n" in title:
        faults["title"] = f"请填写标题，一行，最多 {TITLE_MAX} 字"
    if not body or len(body) > BODY_MAX:
        faults["body"] = f"请填写正文，最多 {BODY_MAX} 字"
    if len(source) > SOURCE_MAX:
        faults["source"] = f"来源最多 {SOURCE_MAX} 字"
    category = _category(city, clean(raw.get("category") or ""))
    if not category:
        faults["category"] = "请从分类中选择类别"
    typed = clean(raw.get("unit") or "")
    unit = city.units.get(typed) or city.unit_named(typed)
    if unit is None:
        faults["unit"] = "请选择发布单位（编码或全称）"
    kinds = {code: kind for kind in Kind for code in (kind.value, kind.label)}
    kind = kinds.get(clean(raw.get("kind") or "") or Kind.FAQ)
    if kind is None:
        faults["kind"] = f"种类应为：{'、'.join(KIND_LABELS.values())}"
    given = raw.get("keywords") or ""
    words = [clean(word) for word in (_BETWEEN.split(given) if isinstance(given, str) else given)]
    keywords = tuple(dict.fromkeys(word for word in words if word))
    if len(keywords) > KEYWORDS_MAX or any(len(word) > KEYWORD_MAX for word in keywords):
        faults["keywords"] = f"关键词最多 {KEYWORDS_MAX} 个，每个最多 {KEYWORD_MAX} 字"
    region = clean(raw.get("region") or "")
    if region and not city.region_name(region):
        faults["region"] = "没有这个区划，请从列表中选择；全市适用的留空"
    since, until, policy = _days(raw, rules, today, faults)
    if faults or unit is None or kind is None:
        raise Invalid(faults)
    if region == city.region_code:
        region = ""
    return Content(title, category, body, unit.code, kind, keywords, region, since, until, source, policy)


def _days(
    raw: Mapping[str, Any], rules: KnowledgeRules, today: date, faults: dict[str, str]
) -> tuple[date, date, date | None]:
    found: dict[str, date | None] = {}
    for name in ("valid_from", "valid_to", "policy_from"):
        given = raw.get(name)
        found[name] = given if isinstance(given, date) else day_typed(str(given or ""))
        if given and found[name] is None:
            faults[name] = "请按 2026-03-18 的样子填写日期"
    since = found["valid_from"] or today
    until = found["valid_to"] or months_after(since, rules.months)
    if "valid_to" not in faults and until < since:
        faults["valid_to"] = "有效期止应不早于有效期起"
    elif "valid_to" not in faults and until > months_after(since, rules.months):
        faults["valid_to"] = f"有效期最长 {rules.months} 个月，到期前再更新"
    return since, until, found["policy_from"]


def _category(city: City, typed: str) -> str:
    """The code of a category path of any depth; empty when there is none."""
    codes = {code[:length] for code in city.categories for length in (2, 4, 6)}
    if typed in codes:
        return typed
    return next((code for code, known in city.categories.items() if known.name == typed), "")


def standing(status: str, valid_from: date, valid_to: date, today: date, rules: KnowledgeRules) -> Standing:
    """What an item is worth on a day. It holds on its last day, to midnight."""
    if status != Status.PUBLISHED:
        return Standing.RETIRED if status == Status.RETIRED else Standing.DRAFT
    if today > valid_to:
        return Standing.EXPIRED
    if today < valid_from:
        return Standing.FUTURE
    return Standing.EXPIRING if (valid_to - today).days < rules.expiring_days else Standing.VALID


def path(city: City, code: str) -> str:
    """The category path in words: 城市管理 / 市容环卫."""
    if code in city.categories:
        return city.category_path(code)
    known = next((each for each in city.categories.values() if each.code.startswith(code)), None)
    if known is None:
        return code
    return " / ".join([known.level1, known.level2][: len(code) // 2])
