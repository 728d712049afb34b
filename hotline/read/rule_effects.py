"""What other rates or another score would have said about last month, told before they are saved (handbook §10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from hotline.domain.facts import Facts, local_date
from hotline.domain.rates import Period, Rate, RateBook, RateDeclaration
from hotline.domain.rulebook import Rulebook
from hotline.read import scores
from hotline.read.scores import Scores
from hotline.store.figure import MarkRow
from hotline.store.month import FrozenMonth
from hotline.store.work import Work
from hotline.usecases import board, effects
from hotline.usecases.effects import Effect, Listing
from hotline.usecases.freeze import last_month, month_of

TRIED = 3000
"""Tickets by which changed rates are tried at most: some seconds' work; the newest of the month."""
BATCH = 500


def of(work: Work, name: str, after: Rulebook) -> Effect:
    """The effect of putting ``after`` into force, whatever the name; writes nothing."""
    if name == "rates":
        return _rates(work, after)
    if name == "score":
        return _score(work, after)
    return effects.of(work, name, after)


def _rates(work: Work, after: Rulebook) -> Effect:
    old, new = work.rules.counting, after.counting
    changed = [
        key
        for key in dict.fromkeys((*old.rates, *new.rates))
        if key not in old.rates or key not in new.rates or old.rates.versions(key) != new.rates.versions(key)
    ]
    if not changed:
        return Effect(())
    today = local_date(work.now)
    months = [month_of(last_month(today)), month_of(today.replace(day=1))]
    # In its first month a house has only the running one to try on.
    period = next((month for month in months if _tickets(work, month)), months[0])
    # A new version mostly begins after the period: it is tried as if it had held then, or nothing could be seen of it.
    as_if = replace(new, rates=RateBook({key: (_always(new.rates[key]),) for key in changed if key in new.rates}))
    sums: dict[tuple[str, int], Rate] = defaultdict(Rate)
    tried = 0
    for facts in _facts(work, period):
        tried += 1
        for n, counting in enumerate((old, as_if)):
            for mark in counting.rates.marks(facts, work.now, counting):
                if mark.key in changed and mark.on in period:
                    sums[mark.key, n] += Rate(mark.hits, mark.total)
    if not tried:
        return Effect((f"{period.words} 没有可供试算的工单。",))
    rows = tuple(
        (
            (new.rates[key] if key in new.rates else old.rates[key]).label,
            *(words for n in (0, 1) for words in (sums[key, n].words, f"{sums[key, n].hits:f}/{sums[key, n].total:f}")),
        )
        for key in changed
    )
    lines = (
        f"用 {period.words} 的 {tried} 件工单试算，若当时就按新口径，改动的 {len(changed)} 个指标见下。",
        f"实际自{_begins(old.rates, new.rates, changed)}起计入的才按新口径，在后台重新统计；已封账的月份不变。",
    )
    heads = ("指标", "现在", "分子/分母", "改后", "分子/分母")
    return Effect(lines, (Listing(f"{period.words} 全市", heads, rows),))


def _always(version: RateDeclaration) -> RateDeclaration:
    return replace(version, since=date.min, until=date.max)


def _begins(old: RateBook, new: RateBook, changed: Sequence[str]) -> str:
    """The first day on which a changed rate counts differently, in words."""
    days = [
        version.since
        for book, other in ((old, new), (new, old))
        for key in changed
        if key in book
        for version in book.versions(key)
        if key not in other or all(replace(version, until=each.until) != each for each in other.versions(key))
    ]
    first = min(days, default=date.min)
    return "最初" if first == date.min else f" {first} "


def _tickets(work: Work, period: Period) -> Sequence[int]:
    """The newest tickets that any figure of the period counts."""
    return work.session.scalars(
        select(MarkRow.ticket_id)
        .where(MarkRow.on >= period.since, MarkRow.on < period.until)
        .distinct()
        .order_by(MarkRow.ticket_id.desc())
        .limit(TRIED)
    ).all()


def _facts(work: Work, period: Period) -> Iterator[Facts]:
    found = _tickets(work, period)
    for at in range(0, len(found), BATCH):
        yield from board.facts_of(work, found[at : at + BATCH]).values()


def _score(work: Work, after: Rulebook) -> Effect:
    month = last_month(local_date(work.now))
    frozen = work.session.get(FrozenMonth, month) is not None
    if frozen:
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    before, now = scores.of(work, month), scores.of(replace(work, rules=after), month)
    moved = [(old, new) for old, new in _pairs(before, now) if old != new]
    said = f"{month.year} 年 {month.month} 月"
    lines = [f"按 {said}{'（未满）' if frozen else ''}的指标试算：{len(moved)} 个单位的得分或分档会变。"]
    if frozen:
        lines.append("上月已封账，得分不变。")
    if not moved:
        return Effect(tuple(lines))
    moved.sort(key=lambda pair: pair[0])
    rows = tuple((*old, *new[1:]) for old, new in moved[: effects.LISTED])
    return Effect(tuple(lines), (Listing("得分会变的单位", ("单位", "现在得分", "分档", "改后得分", "分档"), rows),))


def _pairs(before: Scores, after: Scores) -> Iterator[tuple[tuple[str, str, str], tuple[str, str, str]]]:
    for group in before.groups:
        for row in group.rows:
            other = after.unit(row.code)
            if other is not None:
                yield (
                    (row.name, f"{row.score.total:f}", row.score.band or row.score.standing.value),
                    (row.name, f"{other.score.total:f}", other.score.band or other.score.standing.value),
                )
