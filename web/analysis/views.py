"""``/analysis``: rates of a period and scope, telephone traffic, and counts that anybody may see (统计分析)."""

from __future__ import annotations

import csv
import io
from datetime import date

from flask import Blueprint, Response, make_response, request, url_for

from hotline.domain.audit import Kind
from hotline.domain.board import explain
from hotline.domain.calendar import DAY
from hotline.domain.errors import NotFound, NotYours
from hotline.domain.facts import local_date
from hotline.domain.permissions import Permission, Scope
from hotline.domain.rates import Period
from hotline.domain.telephony import AVERAGES, RATES, Level, TelephonyRules
from hotline.read import analysis, board, statistics, telephony, watching
from hotline.usecases import audit_log
from hotline.usecases.freeze import last_month, month_of
from web import period, replies
from web.board.drawing import points, window_words
from web.guard import actor, needs, now, office

bp = Blueprint("analysis", __name__, template_folder="templates")

P = Permission
FIRST = "on_time"
"""The rate that is compared among units when none is chosen."""


@bp.get("/analysis")
@needs(P.BOARD_VIEW)
def index() -> Response:
    """Every rate of a period and unit, and one of them for all units below."""
    today = local_date(now())
    asked = period.asked() or board.this_month(now())
    key = request.args.get("key", FIRST)
    who = actor()
    with office().begin(by=who) as work:
        book = work.rules.counting.rates
        if key not in book:
            raise NotFound("没有这项比率，请从列表中选择")
        unit = watching.chosen(work, request.args.get("unit"))
        found = analysis.of(work, unit, asked, key)
        city = work.rules.city
        choices = [
            (group.name, [(each.code, watching.words(city, each.code)) for each in group.units])
            for group in watching.choices(city, who)
        ]
        explained = {line.declared.key: explain(line.declared.key, line.rate, asked, book) for line in found.lines}
    opens = who.may(P.FIGURE_OPEN)
    days = period.named(asked)

    def href(rate: str, of: str, part: str = "") -> str:
        return url_for("board.figure", key=rate, unit=of, part=part or None, **days) if opens else ""

    return replies.page(
        "analysis/index.html",
        found=found,
        period=asked,
        unit=unit,
        unit_words=watching.words(city, unit),
        choices=choices,
        explained=explained,
        spans=[
            (name, url_for(".index", unit=unit, key=key, **period.named(each)), each == asked)
            for name, each in analysis.spans(today)
        ],
        this=lambda rate: url_for(".index", unit=unit, key=rate, **days) + "#units",
        href=href,
        points=points,
        days=days,
        window=window_words(asked, now()),
        now=now(),
    )


@bp.get("/telephony")
@needs(P.BOARD_VIEW)
def calls() -> Response:
    """Telephone traffic 话务统计, by half hours of a day or by days."""
    _whole_city("话务统计由热线中心查看，需要的话请联系管理员")
    today = local_date(now())
    asked = period.asked() or Period(today, today + DAY)
    with office().begin(by=actor()) as work:
        found = telephony.of(work, asked)
        rules = work.rules.telephony
    month = today.replace(day=1)
    spans = (
        ("今天", Period(today, today + DAY)),
        ("昨天", Period(today - DAY, today)),
        ("近 7 天", Period(today - 6 * DAY, today + DAY)),
        ("本月", Period(month, today + DAY)),
        ("上月", month_of(last_month(month))),
    )
    return replies.page(
        "analysis/telephony.html",
        found=found,
        period=asked,
        rules=rules,
        rates=[_named(key, label, words, rules) for key, label, words in RATES],
        averages=AVERAGES,
        spans=[(name, url_for(".calls", **period.named(each)), each == asked) for name, each in spans],
        levels=[(each, found.whole.level_by(each)) for each in Level],
        window=window_words(asked, now()),
        now=now(),
    )


def _named(key: str, label: str, words: str, rules: TelephonyRules) -> tuple[str, str, str]:
    if key != "level":
        return key, label, words
    return key, f"{int(rules.level.total_seconds())} 秒接听率", f"公式 {rules.formula.value}：{rules.formula.words}"


@bp.get("/statistics")
@needs(P.BOARD_VIEW)
def counts() -> Response:
    """De-identified counts by two properties, small cells hidden."""
    found, month = _counts()
    return replies.page(
        "analysis/statistics.html",
        found=found,
        month=month,
        dimensions=statistics.DIMENSIONS,
        words=statistics.words,
        months=_months(),
        csv=url_for(".counts_csv", month=f"{month:%Y-%m}", down=found.down, across=found.across),
        now=now(),
    )


@bp.get("/statistics.csv")
@needs(P.BOARD_VIEW)
def counts_csv() -> Response:
    """The same as a file for anybody."""
    found, month = _counts()
    out = io.StringIO()
    csv.writer(out).writerows(found.lines())
    with office().begin(by=actor()) as work:
        audit_log.write(
            work, Kind.EXPORT, about=f"统计 {month:%Y-%m} {found.down}×{found.across}", rows=len(found.rows)
        )
    response = make_response("\ufeff" + out.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"statistics-{month:%Y-%m}-{found.down}-{found.across}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _counts() -> tuple[statistics.Cross, date]:
    month = asked_month(request.args.get("month", ""))
    with office().begin(by=actor(), isolation="REPEATABLE READ") as work:
        found = statistics.of(
            work, month_of(month), request.args.get("down", "category"), request.args.get("across", "type")
        )
    return found, month


def asked_month(typed: str) -> date:
    """The first day of a month written ``2026-03``; the present one when nothing is asked.

    Raises:
        NotFound: it is no month.
    """
    if not typed:
        return local_date(now()).replace(day=1)
    try:
        if len(typed) != 7:
            raise ValueError
        found = date.fromisoformat(f"{typed}-01")
    except ValueError:
        raise NotFound("月份写法应如 2026-03") from None
    if not 2000 <= found.year <= 2100:
        raise NotFound("月份写法应如 2026-03")
    return found


def _months(most: int = 13) -> list[date]:
    found = [local_date(now()).replace(day=1)]
    while len(found) < most:
        found.append(last_month(found[-1]))
    return found


def _whole_city(words: str) -> None:
    if actor().scope not in (Scope.ALL, Scope.NONE):
        raise NotYours(words, rule="§2")
