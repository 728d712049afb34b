"""How values read on a page: moments, numbers, names. Pure; every template filter stands here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from markupsafe import Markup

from hotline.domain.calendar import ZONE
from hotline.domain.privacy import mask_phone

_DAY = timedelta(days=1)
_WEEKDAYS = "一二三四五六日"


def local(at: datetime) -> datetime:
    """The moment on the city's clocks."""
    return at.astimezone(ZONE)


def full_moment(at: datetime | date) -> str:
    """The whole date and time, for hover and print: ``2026-03-18 17:30:00``."""
    return local(at).strftime("%Y-%m-%d %H:%M:%S") if isinstance(at, datetime) else at.isoformat()


def day(at: datetime | date, now: datetime | None = None) -> str:
    """The date as one says it: ``3月18日``, with the year when it is not this one's."""
    on = local(at).date() if isinstance(at, datetime) else at
    year = "" if now is None or local(now).year == on.year else f"{on.year}年"
    return f"{year}{on.month}月{on.day}日"


def moment(at: datetime | date, now: datetime | None = None) -> str:
    """A moment in words: relative within one day of ``now``, else day and minute."""
    if not isinstance(at, datetime):
        return day(at, now)
    if now is not None and abs(at - now) < _DAY:
        return _nearby(at - now)
    return f"{day(at, now)} {local(at):%H:%M}"


def until(at: datetime, now: datetime) -> str:
    """A limit as one says it: ``今天 17:30``, ``明天 12:00``, further away only the day."""
    ahead = (local(at).date() - local(now).date()).days
    near = {0: "今天", 1: "明天"}.get(ahead)
    return f"{near} {local(at):%H:%M}" if near else day(at, now)


def _nearby(gap: timedelta) -> str:
    side = "后" if gap > timedelta(0) else "前"
    minutes = int(abs(gap).total_seconds() // 60)
    if minutes < 1:
        return "马上" if side == "后" else "刚刚"
    if minutes < 60:
        return f"{minutes} 分钟{side}"
    return f"{minutes // 60} 小时{side}"


def span(length: timedelta) -> str:
    """A stretch of time in its two largest parts: ``2 天 3 小时``."""
    minutes = int(length.total_seconds() // 60)
    parts = [(minutes // 1440, "天"), (minutes % 1440 // 60, "小时"), (minutes % 60, "分钟")]
    said = [f"{n} {name}" for n, name in parts if n]
    return " ".join(said[:2]) or "不到 1 分钟"


def weekday(at: datetime | date) -> str:
    """``星期三``."""
    on = local(at) if isinstance(at, datetime) else at
    return f"星期{_WEEKDAYS[on.weekday()]}"


def grouped(value: Any) -> str:
    """A number with thousands told apart; anything else as it is (so that a page may hand over “—”)."""
    if isinstance(value, Decimal):
        value = value.normalize()
        return f"{value:,f}"
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def percent(hits: Decimal | int, total: Decimal | int) -> str:
    """Hits over total in percent without the sign, two decimals, “—” when there is nothing to divide."""
    if not total:
        return "—"
    share = (Decimal(hits) * 100 / Decimal(total)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{share:f}".removesuffix(".00")


def fours(text: str) -> list[str]:
    """The text in groups from the right, as one reads a number aloud: of four, a query code's six digits of three."""
    size = 3 if len(text) == 6 else 4
    first = len(text) % size
    return [part for part in [text[:first], *(text[i : i + size] for i in range(first, len(text), size))] if part]


def middle(words: str, keep: int = 16) -> str:
    """At most ``keep`` characters of the words, their middle left out: both ends tell names and addresses apart."""
    if len(words) <= keep:
        return words
    tail = (keep - 1) // 2
    return f"{words[: keep - 1 - tail]}…{words[-tail:]}"


def attributes(given: Mapping[str, Any]) -> Markup:
    """A macro's keyword arguments as HTML attributes: ``_`` becomes ``-``, true stands alone, false and none vanish."""
    said = []
    for name, value in given.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")
        said.append(Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, value))
    return Markup("").join(said)


def input_attributes(given: Mapping[str, Any], field: Any, described: str = "") -> dict[str, Any]:
    """What every input carries besides ``given``: its class, and the ties to its help and its error."""
    ties = [f"{field.id}-help"] if described else []
    ties.append(f"{field.id}-error")
    tied: dict[str, Any] = {"class_": "input", "aria-describedby": " ".join(ties)}
    if getattr(field.flags, "maxlength", None):
        tied["maxlength"] = False  # a browser would cut what is pasted without a word; the server says it instead
    if field.errors:
        tied["aria-invalid"] = "true"
    return tied | {name.replace("_", "-") if name != "class_" else name: value for name, value in given.items()}


def masked_phone(phone: str) -> str:
    """A number as it may be seen by who looks over one's shoulder."""
    return mask_phone(phone)


FILTERS = {
    f.__name__: f
    for f in (
        local,
        full_moment,
        day,
        moment,
        until,
        span,
        weekday,
        grouped,
        percent,
        fours,
        middle,
        masked_phone,
        attributes,
        input_attributes,
    )
}
"""Every filter, by the name templates call it."""
