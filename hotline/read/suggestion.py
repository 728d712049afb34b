"""What the rules and the classifier say about a text while it is still being typed. Asks the database nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotline.domain import deadlines, routing
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.city import City
from hotline.domain.deadlines import ClockKind
from hotline.domain.foresight import heard
from hotline.domain.reading import Reading
from hotline.domain.routing import Case
from hotline.store.work import Work

MOST = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """One category that fits."""

    code: str
    name: str
    path: str
    score: float
    words: tuple[str, ...]
    """The words of the text that spoke for it."""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Handler:
    """One unit that would get it."""

    code: str
    name: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the agent may take over with one key."""

    kinds: tuple[Kind, ...]
    handlers: tuple[Handler, ...]
    type_words: str
    urgency: Urgency
    danger: tuple[str, ...]
    """The phrases that speak of danger or haste."""
    risks: tuple[tuple[str, str], ...]
    """Words after which 110 is called: the risk, and the word that says so."""
    region_name: str
    place_certain: bool
    handover: str
    """Code of who should get it instead; empty when nobody."""
    handover_name: str
    handover_reason: str
    answer_by: datetime
    """When a dispatched ticket of this kind would be due."""
    doubt: str


def of(work: Work, content: str, *, address: str = "", region: str | None = None, category: str = "") -> Suggestion:
    """The suggestion for what is typed so far; a region or category that the agent chose counts as certain."""
    city, rules = work.rules.city, work.rules
    read = work.reader("", content, address)
    chosen = city.categories.get(category)
    case = Case(
        category=category if chosen else read.category,
        confidence=1.0 if chosen else read.confidence,
        region=region or read.region,
        place_certain=bool(region) or read.place_certain,
        outside="" if region else read.outside,
        urgency=read.urgency,
        text=content,
        alternatives=tuple((g.code, g.score) for g in read.guesses[1:]),
    )
    routed = routing.route(case, city, rules.routing, work.now, rules.auto_threshold)
    kind = chosen or city.categories.get(read.category or "")
    type_ = AppealType(chosen.appeal_types[0] if chosen else read.type)
    urgency = Urgency(read.urgency)
    limit = deadlines.allowance(ClockKind.HANDLING, type_, urgency, rules.limits, quick=bool(kind and kind.quick_list))
    assert limit is not None, "every type has a handling limit"
    target = city.units.get(routed.handover or "")
    return Suggestion(
        kinds=_kinds(read, city, category if chosen else ""),
        handlers=tuple(Handler(p.unit, city.unit(p.unit).short_name, p.score, p.reason) for p in routed.proposals[:2]),
        type_words=type_.label,
        urgency=urgency,
        danger=read.urgency_words if urgency is not Urgency.NORMAL else (),
        risks=tuple((risk.name, word) for risk, word in heard(content, rules.foresight.risks)),
        region_name=city.region_name(case.region),
        place_certain=case.place_certain,
        handover=target.code if target else "",
        handover_name=target.short_name if target else "",
        handover_reason=routed.why_not if target else "",
        answer_by=rules.calendar.due(work.now, limit).at,
        doubt=read.doubt,
    )


def _kinds(read: Reading, city: City, chosen: str) -> tuple[Kind, ...]:
    found = [
        Kind(g.code, city.category(g.code).name, city.category_path(g.code), g.score, g.words, g.code == chosen)
        for g in read.guesses[:MOST]
    ]
    if chosen and not any(kind.chosen for kind in found):
        own = Kind(chosen, city.category(chosen).name, city.category_path(chosen), 1.0, (), True)
        found = [*found[: MOST - 1], own]
    return tuple(found)
