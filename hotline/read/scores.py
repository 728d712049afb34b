"""The monthly scores of all units, group by group, from frozen rates once there are some (handbook §11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from hotline.domain.calendar import start_of
from hotline.domain.city import City
from hotline.domain.errors import NotYours
from hotline.domain.permissions import Permission, Scope
from hotline.domain.rates import Rate
from hotline.domain.score import (
    FALSE_REPLY,
    KNOWLEDGE,
    KNOWLEDGE_LABEL,
    Item,
    Point,
    Score,
    ScoreRules,
    Standing,
    ranks,
    score,
)
from hotline.read import knowledge_duty, watching
from hotline.read import month as months
from hotline.settings.score import score_in
from hotline.store.month import PUBLISHED, Bulletin, FrozenMonth, Objection, ScorePoint
from hotline.store.notice import Rating
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases.freeze import month_of

RECEIVED = "reply"
"""The rate whose denominator is what a unit received in the month."""


@dataclass(frozen=True, slots=True)
class UnitScore:
    """One unit in its group."""

    code: str
    name: str
    score: Score
    rank: int | None
    """None unless scored and ranking is switched on."""
    received: int
    adjusted: bool
    """Some rate of the score has changed since the freeze."""


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """Units that are compared with each other, the best first."""

    name: str
    rows: tuple[UnitScore, ...]

    def in_band(self, band: str) -> int:
        """How many are in a band."""
        return sum(row.score.band == band for row in self.rows)


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a month."""

    month: date
    rules: ScoreRules
    groups: tuple[ScoreGroup, ...]
    frozen_at: datetime | None
    published: bool

    def unit(self, code: str) -> UnitScore | None:
        """One unit's."""
        return next((row for group in self.groups for row in group.rows if row.code == code), None)


def of(work: Work, month: date) -> Scores:
    """The scores that this person may see: of the own units before the notice is published, then of all.

    Raises:
        NotYours: the person sees no figures.
    """
    city, by = work.rules.city, work.by
    watching.top(city, by)
    frozen = work.session.get(FrozenMonth, month)
    published = work.session.scalar(select(Bulletin.stage).where(Bulletin.month == month)) == PUBLISHED
    whole = published or by.scope in (Scope.ALL, Scope.NONE)
    wanted = [
        (group.name, [unit for unit in group.units if whole or watching.may_watch(city, by, unit.code)])
        for group in watching.groups(city, city.root)
    ]
    rules = _rules(work, frozen)
    codes = [unit.code for _, units in wanted for unit in units]
    keys = [*(item.key for item in rules.items), RECEIVED]
    rates = months.of(work, month, codes, keys)
    days = rates.period
    fresh = {} if frozen else knowledge_duty.rates(work, start_of(days.since), start_of(days.until))
    points = _points(work, month)
    groups = []
    for name, units in wanted:
        scored = {
            unit.code: score(
                rules,
                {key: rates.of(unit.code, key).counts for key in keys} | _knowledge(fresh, unit.code),
                int(rates.of(unit.code, RECEIVED).counts.total),
                points.get(unit.code, ()),
            )
            for unit in units
        }
        places = ranks(scored) if rules.rank else {}
        rows = [
            UnitScore(
                unit.code,
                watching.words(city, unit.code),
                scored[unit.code],
                places.get(unit.code),
                int(rates.of(unit.code, RECEIVED).counts.total),
                any(rates.of(unit.code, key).adjusted is not None for key in keys if key != KNOWLEDGE),
            )
            for unit in units
        ]
        rows.sort(key=lambda row: (_ORDER[row.score.standing], -row.score.total if rules.rank else 0, row.code))
        groups.append(ScoreGroup(name, tuple(rows)))
    return Scores(
        month, rules, tuple(group for group in groups if group.rows), frozen.at if frozen else None, published
    )


def _knowledge(fresh: Mapping[str, Rate], unit: str) -> dict[str, Rate]:
    """The unit's knowledge rate while nothing is frozen: it comes from duties, not from tickets."""
    return {KNOWLEDGE: fresh[unit]} if unit in fresh else {}


_ORDER = {Standing.SCORED: 0, Standing.TOO_FEW: 1, Standing.NONE: 2}


def label_of(work: Work, item: Item) -> str:
    """The name of an item."""
    rates = work.rules.counting.rates
    return KNOWLEDGE_LABEL if item.rule.key == KNOWLEDGE or item.rule.key not in rates else rates[item.rule.key].label


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reply that its appellant called false, and nobody has verified yet."""

    no: str
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of a month as it stands."""

    bulletin: Bulletin | None
    objections: tuple[Objection, ...]
    points: tuple[ScorePoint, ...]
    """Those that were taken back among them."""


def notice(work: Work, month: date) -> Notice:
    """The notice, objections and points that this person may see."""
    city, by = work.rules.city, work.by
    bulletin = work.session.get(Bulletin, month)
    whole = by.scope in (Scope.ALL, Scope.NONE)
    objections = work.session.scalars(select(Objection).where(Objection.month == month).order_by(Objection.id)).all()
    points = work.session.scalars(
        select(ScorePoint)
        .where(ScorePoint.month == month)
        .order_by(ScorePoint.taken_back_at.is_not(None), ScorePoint.unit, ScorePoint.id)
    ).all()
    if not whole and bulletin is not None and bulletin.stage != PUBLISHED:
        bulletin = None
    return Notice(
        bulletin,
        tuple(each for each in objections if whole or watching.may_watch(city, by, each.unit)),
        tuple(each for each in points if whole or watching.may_watch(city, by, each.unit)),
    )


def doubts(work: Work, month: date, most: int = 50) -> tuple[Doubt, ...]:
    """Replies that were called false in the month and have no point yet, for whoever verifies them (handbook §11)."""
    if FALSE_REPLY not in work.rules.score.points or not work.by.may(Permission.TICKET_SUPERVISE):
        return ()
    days = month_of(month)
    entered = select(ScorePoint.ticket_no).where(ScorePoint.kind == FALSE_REPLY, ScorePoint.ticket_no == Ticket.no)
    query = (
        select(Ticket.no, Ticket.lead_unit, Rating.at)
        .join(Rating, Rating.ticket_id == Ticket.id)
        .where(
            Rating.reason.like("%false_reply%"),
            Rating.at >= start_of(days.since),
            Rating.at < start_of(days.until),
            Ticket.lead_unit.is_not(None),
            ~Ticket.tags.overlap(["test", "nuisance"]),
            ~entered.exists(),
        )
        .order_by(Rating.at)
        .limit(most)
    )
    found = {no: Doubt(no, unit or "", at) for no, unit, at in work.session.execute(query)}
    return tuple(found.values())


def _rules(work: Work, frozen: FrozenMonth | None) -> ScoreRules:
    if frozen is None:
        return work.rules.score
    found, _ = score_in(frozen.rules["score"])
    return found or work.rules.score


def _points(work: Work, month: date) -> Mapping[str, Sequence[Point]]:
    query = select(ScorePoint.unit, ScorePoint.kind).where(
        ScorePoint.month == month, ScorePoint.taken_back_at.is_(None)
    )
    owner = owners(work.rules.city)
    found: dict[str, list[Point]] = defaultdict(list)
    for unit, kind in work.session.execute(query):
        found[owner(unit)].append(Point(kind, 1))
    return found


def owners(city: City) -> Callable[[str], str]:
    """For whom a unit's points count: for itself where it is compared, else for the nearest above that is.

    A county's departments are compared only inside their county; in the city's notice the county answers for them.
    """
    compared = {unit.code for group in watching.groups(city, city.root) for unit in group.units}

    def owner(unit: str) -> str:
        above = city.ancestors(unit) if unit in city.units else ()
        return next((each for each in (unit, *above) if each in compared), unit)

    return owner


def seen_by(work: Work, scores: Scores, unit: str) -> UnitScore:
    """One unit's score.

    Raises:
        NotYours: the person may not see it.
    """
    found = scores.unit(unit)
    if found is None:
        raise NotYours("通报发布前只能看本单位及下属单位的得分", rule="§11")
    return found
