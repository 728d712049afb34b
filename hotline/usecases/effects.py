"""What a change of the rules would do to the tickets there are, told before it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hotline.domain.calendar import local
from hotline.domain.deadlines import Light
from hotline.domain.rulebook import Rulebook
from hotline.store.precedent import Precedent
from hotline.store.work import Work
from hotline.usecases import dry_run, knowledge_limits, precedents, recompute
from hotline.usecases.dry_run import DryRun

LISTED = 100
"""Tickets that an effect lists one by one."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Before and after as a table."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    tickets: tuple[str, ...] = ()
    """For each row the number of its ticket, which stands in the first cell; empty where rows are not tickets."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect in words, and where it helps as tables."""

    lines: tuple[str, ...]
    listings: tuple[Listing, ...] = ()


def of(work: Work, name: str, after: Rulebook) -> Effect:
    """The effect of putting ``after`` into force in place of the rules in force; writes nothing."""
    found = EFFECTS.get(name)
    return found(work, after) if found else Effect(())


def of_precedent(work: Work, precedent: Precedent, wanted: precedents.Wanted) -> Effect:
    """The effect of changing a precedent: where last month's tickets would have gone."""
    rule = precedents.rule_of(precedent, work.rules.city)
    changed = replace(rule, keywords=wanted.keywords, auto=wanted.auto) if wanted.active else None
    return _tried(work, dry_run.of(work, work.rules.routing, instead=(rule.id, changed)))


def _routing(work: Work, after: Rulebook) -> Effect:
    return _tried(work, dry_run.of(work, after.routing))


def _tried(work: Work, run: DryRun) -> Effect:
    if not run.tried:
        return Effect(("过去 30 天没有派出的工单，无法试算。",))
    city = work.rules.city
    lines = [
        f"用过去 30 天派出的 {run.tried} 件工单试算：{len(run.moved)} 件会改派到别的单位。",
        f"可自动派单的由 {run.automatic_before} 件变为 {run.automatic_after} 件。",
    ]
    if not run.moved:
        return Effect((*lines,))
    units = Listing(
        "各单位的件数",
        ("单位", "现在", "改后", "增减"),
        tuple((dry_run.name_of(city, code), str(old), str(new), f"{new - old:+d}") for code, old, new in run.by_unit),
    )
    shown = run.moved[:LISTED]
    tickets = Listing(
        "会改派的工单" + (f"（列出前 {LISTED} 件）" if len(run.moved) > LISTED else ""),
        ("工单", "标题", "分类", "按现行规则", "按新规则", "依据", "当时派给"),
        tuple(
            (
                each.no,
                each.title,
                city.categories[each.category].name if each.category in city.categories else each.category,
                dry_run.name_of(city, each.before),
                dry_run.name_of(city, each.after),
                each.rule,
                dry_run.name_of(city, each.was_sent_to),
            )
            for each in shown
        ),
        tuple(each.no for each in shown),
    )
    return Effect((*lines,), (units, tickets))


def _clocks(work: Work, after: Rulebook) -> Effect:
    """How many open clocks would have another due time, which lamps would turn, and the first tickets by name."""
    found = recompute.preview(work, after)
    names = {unit.code: unit.short_name for unit in work.rules.city.units.values()}
    lines = [
        f"在办时限 {found.looked} 个，{found.changed} 个的到期时间会变化（{found.later} 个推后，{found.sooner} 个提前）"
    ]
    if found.kept:
        lines.append(f"{found.kept} 个按新规则会立即超期，保留原到期时间")
    if found.settled:
        lines.append(f"{found.settled} 个不再是暂定")
    if found.provisional:
        lines.append(f"{found.provisional} 个仍是暂定：用到还没有放假通知的年份")
    if found.knowledge:
        lines.append(f"知识库 {found.knowledge} 个提问或反馈的期限随之变化")
    lamps = {light.value: light.label for light in Light}
    lines += [f"{n} 个由“{lamps[a]}”变为“{lamps[b]}”" for (a, b), n in sorted(found.lamps.items())]
    rows = tuple(
        (
            change.no,
            change.kind.label,
            names.get(change.unit, "热线中心"),
            f"{local(change.before):%Y-%m-%d %H:%M}",
            f"{local(change.after):%Y-%m-%d %H:%M}",
            change.light_after.label,
        )
        for change in found.changes
    )
    if not rows:
        return Effect(tuple(lines))
    title = "会变化的时限" + (f"（列出前 {len(rows)} 个）" if found.changed > len(rows) else "")
    heads = ("工单", "时限", "单位", "原到期", "新到期", "亮灯")
    return Effect(tuple(lines), (Listing(title, heads, rows, tuple(change.no for change in found.changes)),))


def _knowledge(work: Work, after: Rulebook) -> Effect:
    """How many open questions and reports would be due at another time."""
    n = len(knowledge_limits.behind(work, after))
    return Effect((f"知识库 {n} 个提问或反馈的期限随之变化" if n else "没有提问或反馈的期限会变化",))


EFFECTS: Mapping[str, Callable[[Work, Rulebook], Effect]] = {
    "routing": _routing,
    "knowledge": _knowledge,
    **dict.fromkeys(("limits", "calendar", "office_hours"), _clocks),
}
"""By name; a name without one changes nothing that is counted."""
