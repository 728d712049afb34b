"""Acting before the appeal 未诉先办: look at the week, propose, hand to a unit or let be; words of risk on a ticket."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert

from hotline.domain import foresight as rules
from hotline.domain.appeal import Urgency, clean
from hotline.domain.calendar import DAY, day_of
from hotline.domain.city import City
from hotline.domain.errors import Invalid, NotFound, NotYours
from hotline.domain.foresight import InsightKind, Trend, Verdict
from hotline.domain.permissions import Permission
from hotline.store.foresight import Insight
from hotline.store.notice import Notice
from hotline.store.ticket import Ticket
from hotline.store.work import Work

RISK = "risk."
"""Begins the tags of a ticket that speaks of a risk."""


def mark_risks(work: Work, ticket: Ticket) -> None:
    """A text that speaks of self-harm, violence or a crowd bears which of them."""
    found = rules.heard(f"{ticket.title}\n{ticket.content}", work.rules.foresight.risks)
    if found:
        ticket.tags = sorted({*ticket.tags, *(f"{RISK}{risk.id}" for risk, _ in found)})


def at_least_urgent(ticket: Ticket) -> None:
    """What speaks of a risk is 紧急 at least; only the dispatch lead lowers it again."""
    if ticket.urgency == Urgency.NORMAL and any(tag.startswith(RISK) for tag in ticket.tags):
        ticket.urgency = Urgency.URGENT


def risks_of(work: Work, tags: Iterable[str]) -> tuple[str, ...]:
    """The risks of a ticket in words."""
    held = set(tags)
    return tuple(risk.name for risk in work.rules.foresight.risks if f"{RISK}{risk.id}" in held)


def look(work: Work) -> int:
    """Notice what the last days brought; returns how many things are new. Running it twice changes nothing.

    Reads the tickets of two weeks by the index of their creation, a few times a day, never for a page.
    """
    limits = work.rules.foresight
    week = work.now - 7 * DAY
    this, last = _weeks(work, week)
    year, number, _ = day_of(work.now).isocalendar()
    label = f"{year}-W{number:02d}"
    city = work.rules.city
    rows = [
        _row(InsightKind.TOP, f"{rank:02d}|{label}", trend, _usual(city, trend.category), _moved(city, trend), work)
        for rank, trend in enumerate(rules.tops(this, last, limits), 1)
    ]
    for trend in rules.moved(this, last, limits) if last else ():  # the first week has nothing to be compared with
        unit = _usual(city, trend.category)
        rows.append(_row(InsightKind.TREND, f"{trend.category}|{label}", trend, unit, _moved(city, trend), work))
    for category, place, lead, n in _hot(work):
        known, name = city.categories.get(category), city.region_name(place)
        words = f"{name}近 {limits.days} 天“{known.level3 if known else category}”{n} 件，请上门排查源头"
        row = _row(InsightKind.HOT, f"{category}|{place}|{label}", Trend(category, n, 0), lead or "", words, work)
        rows.append({**row, "place": place})
    for season in limits.seasons:
        began = rules.season_on(season, day_of(work.now), limits.ahead)
        if began is not None:
            unit = _usual(city, next(code for code in sorted(city.categories) if code.startswith(season.categories)))
            row = _row(InsightKind.SEASON, f"{season.id}|{began}", Trend("", 0, 0), unit, season.words, work)
            rows.append({**row, "words": f"{season.name}：{season.words}"})
    return _keep(work, rows)


def accept(work: Work, number: int, *, unit: str, words: str) -> Insight:
    """Hand it to a unit: a line in its inbox, and it is kept who was told what."""
    row = _open(work, number)
    words = clean(words)
    known = work.rules.city.units.get(unit)
    faults = {}
    if known is None or not known.dispatchable:
        faults["unit"] = "请选择承办单位"
    if not words:
        faults["words"] = "请写明要单位做什么"
    if len(words) > 500:
        faults["words"] = "最多 500 字"
    if faults:
        raise Invalid(faults)
    row.verdict, row.unit, row.note = Verdict.ACCEPTED, unit, words
    row.decided_at, row.decided_by = work.now, work.by.name
    line = Notice(way="inbox", template=0, unit=unit, text=f"未诉先办：{words}", created_at=work.now, send_at=work.now)
    line.sent_at = work.now
    work.session.add(line)
    return row


def dismiss(work: Work, number: int, *, words: str) -> Insight:
    """Let it be, and why."""
    row = _open(work, number)
    if not clean(words):
        raise Invalid({"words": "请写明不采纳的理由"})
    row.verdict, row.note = Verdict.DISMISSED, clean(words)
    row.decided_at, row.decided_by = work.now, work.by.name
    return row


def _open(work: Work, number: int) -> Insight:
    if not work.by.may(Permission.TICKET_SUPERVISE):
        raise NotYours("热点预警由督办员决定", rule="§8")
    row = work.session.get(Insight, number, with_for_update=True)
    if row is None or row.verdict != Verdict.PROPOSED:
        raise NotFound("这条预警已经有结论，请看下一条")
    return row


def _weeks(work: Work, since: Any) -> tuple[dict[str, int], dict[str, int]]:
    this: dict[str, int] = {}
    last: dict[str, int] = {}
    recent = case((Ticket.created_at >= since, 1), else_=0).label("recent")
    counted = (
        select(Ticket.category, recent, func.count())
        .where(Ticket.created_at >= since - 7 * DAY, Ticket.created_at <= work.now, Ticket.category.is_not(None))
        .group_by(Ticket.category, recent)
    )
    for category, is_recent, n in work.session.execute(counted):
        (this if is_recent else last)[category] = n
    return this, last


def _hot(work: Work) -> list[tuple[str, str, str | None, int]]:
    limits = work.rules.foresight
    found = work.session.execute(
        select(Ticket.category, Ticket.region, func.mode().within_group(Ticket.lead_unit), func.count())
        .where(
            Ticket.created_at >= work.now - limits.days * DAY,
            Ticket.category.is_not(None),
            func.length(Ticket.region) >= 9,
        )
        .group_by(Ticket.category, Ticket.region)
        .having(func.count() >= limits.hot)
        .order_by(func.count().desc(), Ticket.category, Ticket.region)
        .limit(200)
    )
    return [(row[0], row[1], row[2], row[3]) for row in found]


def _usual(city: City, category: str) -> str:
    known = city.categories.get(category)
    unit = city.unit_named(known.department) if known else None
    return unit.code if unit is not None and unit.dispatchable else ""


def _moved(city: City, trend: Trend) -> str:
    known = city.categories.get(trend.category)
    name = known.level3 if known else trend.category
    if trend.change is None:
        return f"“{name}”近 7 天 {trend.n} 件，前 7 天没有，请了解原因"
    way = "上升" if trend.n >= trend.before else "下降"
    return f"“{name}”近 7 天 {trend.n} 件，前 7 天 {trend.before} 件，{way} {abs(trend.change) * 100:.0f}%"


def _row(kind: InsightKind, key: str, trend: Trend, unit: str, words: str, work: Work) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "key": key,
        "category": trend.category,
        "place": "",
        "n": trend.n,
        "before": trend.before,
        "words": words,
        "unit": unit,
        "at": work.now,
        "verdict": Verdict.NOTED.value if kind is InsightKind.TOP else Verdict.PROPOSED.value,
        "decided_by": "",
        "note": "",
    }


def _keep(work: Work, rows: list[dict[str, Any]]) -> int:
    if not rows:
        return 0
    before = work.session.scalar(select(func.count()).select_from(Insight)) or 0
    put = insert(Insight).values(rows)
    fresh = {name: put.excluded[name] for name in ("category", "n", "before", "words")}
    undecided = Insight.verdict.in_((Verdict.NOTED.value, Verdict.PROPOSED.value))
    work.session.execute(put.on_conflict_do_update(index_elements=["kind", "key"], set_=fresh, where=undecided))
    return (work.session.scalar(select(func.count()).select_from(Insight)) or 0) - before
