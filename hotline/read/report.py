"""What the monthly notice 通报 of the city, or the sheet of one unit, says: tables and charts (handbook §11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from hotline.domain.board import FIGURES
from hotline.domain.calendar import local
from hotline.domain.rates import EMPTY, Aim
from hotline.domain.score import Standing
from hotline.read import analysis, scores, statistics, telephony
from hotline.read import month as months
from hotline.store.figure import FigureRow
from hotline.store.month import Adjustment
from hotline.store.work import Work
from hotline.usecases.freeze import last_month, month_of

FLOWS = (
    *("intake", "accepted", "direct", "dispatched", "replied", "closed", "rejected", "handed_over"),
    *("withdrawn", "merged"),
)
PARTS = {"category": "诉求类别", "type": "诉求类型", "channel": "诉求来源", "region": "诉求区县"}
MOST = 10
"""Bars of a chart."""

Cell = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heads; numbers stay numbers."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def numbers(self, column: int) -> bool:
        """Whether a column holds numbers, and stands to the right with what is missing in it."""
        return any(isinstance(row[column], int | Decimal) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, or a line through days."""

    title: str
    kind: str
    """``bar`` or ``line``."""
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter: words, then tables, then charts."""

    title: str
    words: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The whole of it."""

    title: str
    subtitle: str
    issuer: str
    made: str
    """When and from which state of the data."""
    sections: tuple[Section, ...] = field(default=())
    draft: bool = False
    """The month is not frozen, or its notice not published: every page says so."""


def of(work: Work, month: date, unit: str | None = None) -> Report:
    """The report of the month that begins on ``month``, of the whole city or of one unit.

    The caller has asked whether the person may see the unit's figures.
    """
    city = work.rules.city
    found = scores.of(work, month)
    whole = unit is None or unit == city.root
    code = city.root if unit is None else unit
    name = city.unit(city.root).region_name if whole else city.unit(code).name
    standing = (
        f"数据冻结于 {local(found.frozen_at):%Y-%m-%d %H:%M}" if found.frozen_at else "数据尚未冻结，仅供内部核对"
    )
    rates = _rates(work, month, code)
    parts = [rates, _flows(work, month, code)]
    if whole:
        parts += [_scores(work, found), _calls(work, month)]
    else:
        parts += [_one(work, found, code)]
    parts.append(_how(work, month, code))
    said = scores.notice(work, month).bulletin
    words = (said.words,) if whole and said is not None and said.words else ()
    return Report(
        title=f"{name}12345热线{month.year}年{month.month}月办理情况通报" if whole else f"{name}热线工单办理情况",
        subtitle=f"{month.year}年{month.month}月" + ("" if found.published else "（送审稿）" if whole else ""),
        issuer=city.unit(city.centre).name,
        made=f"{standing}；生成于 {local(work.now):%Y-%m-%d %H:%M}",
        sections=(*((Section("总体情况", tuple(words[0].splitlines())),) if words else ()), *parts),
        draft=not found.frozen_at or (whole and not found.published),
    )


def _rates(work: Work, month: date, unit: str) -> Section:
    book = work.rules.counting.rates
    now, before = months.of(work, month, [unit]), months.of(work, last_month(month), [unit])
    rows: list[tuple[Cell, ...]] = []
    for key in book:
        declared = book.over(key, month_of(month))[-1]
        rate, then = now.of(unit, key).counts, before.of(unit, key).counts
        if not rate.total and not then.total:
            continue
        sign = "≥" if declared.aim is Aim.AT_LEAST else "≤"
        target = "" if declared.target is None else f"{sign}{declared.target}"
        met = declared.met(rate)
        rows.append(
            (
                declared.label,
                _plain(rate.hits),
                _plain(rate.total),
                rate.percent,
                target,
                "" if met is None else "达到" if met else "未达到",
                then.percent,
            )
        )
    found = analysis.of(work, unit, month_of(month), "on_time")
    curves = tuple(
        (line.declared.label, tuple(None if v is None else float(v) for v in line.curve))
        for line in found.lines
        if line.declared.key in ("on_time", "timely_reply") and line.curve
    )
    days = tuple(str(n + 1) for n in range((month_of(month).until - month).days))
    return Section(
        "主要指标",
        (),
        (
            Table(
                "指标完成情况",
                ("指标", "分子", "分母", "结果（%）", "目标（%）", "完成", "上月（%）"),
                tuple(rows),
                "剔除后的解决率、满意率与原始值并列；分母为 0 的指标不列。",
            ),
        ),
        (Chart("按期办结率与及时回复率走势（%）", "line", days, curves),) if curves else (),
    )


def _flows(work: Work, month: date, unit: str) -> Section:
    period, before = month_of(month), month_of(last_month(month))
    now, then = _sums(work, unit, period.since, period.until), _sums(work, unit, before.since, before.until)
    rows = tuple(
        (FIGURES[key].label, int(now.get(key, 0)), int(then.get(key, 0)))
        for key in FLOWS
        if now.get(key) or then.get(key)
    )
    tables, charts = [Table("业务量", ("项目", "本月（件）", "上月（件）"), rows)], []
    for family, title in PARTS.items():
        parts = [
            (statistics.part_name(work.rules.city, family, key.rsplit(".", 1)[1]), int(n))
            for key, n in now.items()
            if key.startswith(f"intake.{family}.")
        ]
        parts.sort(key=lambda part: (-part[1], part[0]))
        if not parts:
            continue
        tables.append(Table(title, (title, "件数"), tuple(parts)))
        if family in ("category", "region"):
            top = parts[:MOST]
            counts = tuple(float(n) for _, n in top)
            names = tuple(name for name, _ in top)
            charts.append(Chart(f"{title}（前 {len(top)} 位，件）", "bar", names, (("件数", counts),)))
    return Section("业务量", (), tuple(tables), tuple(charts))


def _scores(work: Work, found: scores.Scores) -> Section:
    bands = [name for name, _ in found.rules.bands]
    rows: list[tuple[Cell, ...]] = []
    for group in found.groups:
        standing = [row.score.standing for row in group.rows]
        rows.append(
            (
                group.name,
                len(group.rows),
                *(group.in_band(band) for band in bands),
                standing.count(Standing.TOO_FEW),
                standing.count(Standing.NONE),
            )
        )
    tables = [Table("分组分档", ("分组", "单位数", *(f"{b} 档" for b in bands), "样本不足", "无诉求"), tuple(rows))]
    items = found.groups[0].rows[0].score.items if found.groups else ()
    names = [scores.label_of(work, item) for item in items]
    heads = ("名次" if found.rules.rank else "分档", "单位", "得分", "分档", *names, "加分", "减分")
    for group in found.groups:
        shown = [row for row in group.rows if row.score.standing is Standing.SCORED]
        few = [row.name for row in group.rows if row.score.standing is Standing.TOO_FEW]
        note = f"样本不足（{len(few)} 个）：{'、'.join(few)}。" if few else ""
        if shown or few:
            tables.append(Table(group.name, heads, tuple(_score_row(row, found.rules.rank) for row in shown), note))
    charts = []
    for group in found.groups:
        scored = [row for row in group.rows if row.score.standing is Standing.SCORED][:MOST]
        if len(scored) > 1:
            labels, values = tuple(row.name for row in scored), tuple(float(row.score.total) for row in scored)
            charts.append(Chart(f"{group.name}得分", "bar", labels, (("得分", values),)))
    return Section(
        "办理质量得分",
        (f"各单位只在同一组内比较；承办不足 {found.rules.min_tickets} 件的列为样本不足，不参加评分。",),
        tuple(tables),
        tuple(charts[:2]),
    )


def _score_row(row: scores.UnitScore, ranked: bool) -> tuple[Cell, ...]:
    score = row.score
    return (
        row.rank if ranked else score.band,
        row.name,
        score.total,
        score.band,
        *(None if item.dropped else item.points for item in score.items),
        score.plus,
        score.minus,
    )


def _one(work: Work, found: scores.Scores, unit: str) -> Section:
    mine = found.unit(unit)
    if mine is None:
        return Section("办理质量得分", ("本单位不参加考核分组。",))
    rows: list[tuple[Cell, ...]] = [
        (
            scores.label_of(work, item),
            item.rate.percent,
            item.rule.weight,
            item.rule.target,
            "样本不足，不计" if item.dropped else item.points,
        )
        for item in mine.score.items
    ]
    said = mine.score.standing.value
    if mine.score.standing is Standing.SCORED:
        said = f"得分 {mine.score.total}，{mine.score.band} 档" + (f"，组内第 {mine.rank} 名" if mine.rank else "")
    return Section(
        "办理质量得分",
        (f"{said}。本月收到 {mine.received} 件。",),
        (
            Table("各项得分", ("项目", "结果（%）", "权重", "目标（%）", "得分"), tuple(rows)),
            *_points(work, found, unit),
        ),
    )


def _points(work: Work, found: scores.Scores, unit: str) -> tuple[Table, ...]:
    rules, owner = found.rules.points, scores.owners(work.rules.city)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (rules[each.kind].words, rules[each.kind].each, each.ticket_no, each.words)
        for each in scores.notice(work, found.month).points
        if owner(each.unit) == unit and each.taken_back_at is None and each.kind in rules
    )
    return (Table("加分和减分", ("项目", "分值", "工单", "情况"), rows),) if rows else ()


def _calls(work: Work, month: date) -> Section:
    traffic = telephony.of(work, month_of(month)).whole
    if not traffic.n["offered"]:
        return Section("话务", ("本月没有话务记录。",))
    seconds = int(traffic.rules.level.total_seconds())
    rows: tuple[tuple[Cell, ...], ...] = (
        ("进入人工队列（次）", int(traffic.n["offered"])),
        ("接听（次）", int(traffic.n["answered"])),
        ("接通率", traffic.connected.words),
        ("呼损率", traffic.lost.words),
        (f"{seconds} 秒接听率（公式 {traffic.rules.formula.value}）", traffic.level.words),
        ("平均等待", traffic.waited.words),
        ("平均处理时长", traffic.handled.words),
        ("漏接回拨率", traffic.called_back.words),
        ("一次解决率", traffic.once.words),
        ("座席利用率", traffic.busy.words),
    )
    return Section("话务", (), (Table("话务指标", ("指标", "结果"), rows),))


def _how(work: Work, month: date, unit: str) -> Section:
    book = work.rules.counting.rates
    rows = tuple(
        (declared.label, declared.formula, declared.window.value, declared.version, declared.digest[:8])
        for key in book
        for declared in book.over(key, month_of(month))
    )
    changed = work.session.scalar(
        select(func.count())
        .select_from(Adjustment)
        .where(Adjustment.month == month, Adjustment.unit.in_(work.rules.city.below(unit)))
    )
    words = [f"冻结后有 {changed} 处变化，不改动已冻结的数字，列入调整清单。"] if changed else []
    return Section(
        "统计口径",
        ("百分比保留两位小数，四舍五入；分母为 0 时显示“—”。", *words),
        (Table("本月适用的口径", ("指标", "公式", "统计日期", "版本", "校验"), rows),),
    )


def _sums(work: Work, unit: str, since: date, until: date) -> Mapping[str, Decimal]:
    query = (
        select(FigureRow.key, func.sum(FigureRow.total))
        .where(FigureRow.unit == unit, FigureRow.on >= since, FigureRow.on < until)
        .group_by(FigureRow.key)
    )
    return dict(work.session.execute(query).all())


def _plain(value: Decimal) -> Cell:
    return int(value) if value == int(value) else value


def words_of(cell: Cell) -> str:
    """A cell as it is printed."""
    if cell is None:
        return EMPTY
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
