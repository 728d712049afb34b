"""The board for programs: figures, rates, and the tickets behind them."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from hotline.domain.audit import Kind as AuditKind
from hotline.domain.errors import Invalid
from hotline.domain.permissions import Permission
from hotline.domain.rates import Rate
from hotline.read import board, drill, proof, queues, watching
from hotline.usecases import audit_log
from web.api import bodies
from web.api.answers import answer
from web.api.declaration import Field, Kind, Who, call
from web.api.shapes import row
from web.guard import actor, needs, now, office

WINDOW = (
    Field("unit", "单位代码，含其下级；不填为本人可看的最高一级", most=40),
    Field("from", "开始日期，如 2026-03-01；都不填时数量按今天、比率按本月", most=40),
    Field("to", "结束日期，不含当天；与开始日期相同时只算这一天", most=40),
)
LIST = (
    *WINDOW,
    Field("part", "比率的哪一部分：分子、分母或未达到的", choices=tuple(drill.Part)),
    Field("cursor", "上一页的 next", most=40),
    Field("limit", f"每页件数，最多 {queues.MOST}", Kind.NUMBER, most=10),
)
REFUSED = {401: "请先登录", 403: "没有权限，或不在本单位范围内", 422: "日期或单位有误"}


@call(
    "GET",
    "/board",
    "看板数字与比率",
    Who.STAFF,
    tag="看板",
    detail="figures 为数量，当日类按时间段累计、此刻类为当前值；rates 为分子、分母和百分比，分母为 0 时 percent 为空。",
    answers={200: "数字、比率、截至时间和版本", **REFUSED},
    schema="Board",
    query=WINDOW,
)
@needs(Permission.BOARD_VIEW)
def figures() -> Response:
    given = bodies.checked(request.args, WINDOW)
    asked = board.window(given.get("from"), given.get("to"), now())
    with office().begin(by=actor()) as work:
        unit = watching.chosen(work, given.get("unit"))
        shown = board.of(work, unit, *((asked.since, asked.until) if asked else ()))
    return answer(
        {
            "as_of": shown.as_of,
            "revision": shown.revision,
            "unit": shown.unit,
            "windows": {
                "figures": {"from": shown.flows.since, "to": shown.flows.until},
                "rates": {"from": shown.span.since, "to": shown.span.until},
            },
            "figures": dict(shown.figures),
            "rates": {key: pair(rate) for key, rate in shown.rates.items()},
        }
    )


@call(
    "GET",
    "/figures/{key}/tickets",
    "数字背后的工单",
    Who.STAFF,
    tag="看板",
    detail="key 为看板数字或比率的代码。列表按登记先后从新到旧，按 next 翻页。",
    answers={200: "一页工单，连同数字本身和它的说明", 404: "没有这项统计", **REFUSED},
    schema="Behind",
    query=LIST,
)
@needs(Permission.BOARD_VIEW)
def figure_tickets(key: str) -> Response:
    given = bodies.checked(request.args, LIST)
    asked = board.window(given.get("from"), given.get("to"), now())
    with office().begin(by=actor()) as work:
        behind = drill.of(
            work,
            key,
            watching.chosen(work, given.get("unit")),
            since=asked.since if asked else None,
            until=asked.until if asked else None,
            part=given.get("part") or drill.Part.TOTAL,
            cursor=given.get("cursor") or None,
            limit=_limit(given.get("limit", "")),
        )
        return answer(
            {
                "key": behind.key,
                "label": behind.label,
                "explain": behind.words,
                "unit": behind.unit,
                "part": behind.part,
                **pair(behind.rate),
                "items": [row(one) for one in behind.rows],
                "next": behind.next,
            }
        )


@call(
    "GET",
    "/figures/{key}/proof",
    "数字的证明",
    Who.STAFF,
    tag="看板",
    detail="口径、统计时间、每件计入工单所用的事实、分子分母和校验值；任何人可用 hotline figures check 重新计算。"
    "看板尚未跟上最新变化时回答 409。",
    answers={200: "证明文件", 404: "没有这项统计", 409: "看板正在更新", **REFUSED},
    schema="Proof",
    query=WINDOW,
)
@needs(Permission.FIGURE_OPEN)
def figure_proof(key: str) -> Response:
    given = bodies.checked(request.args, WINDOW)
    asked = board.window(given.get("from"), given.get("to"), now()) or board.this_month(now())
    with office().begin(by=actor(), isolation="REPEATABLE READ") as work:
        found = proof.prove(work, key, watching.chosen(work, given.get("unit")), asked)
    with office().begin(by=actor()) as work:
        audit_log.write(work, AuditKind.EXPORT, about=f"证明 {key} {asked.words}", rows=len(found["objects"]))
    return answer(found)


def pair(rate: Rate) -> dict[str, Any]:
    """Hits, total and percentage; without a total there is none (“—” on pages)."""
    return {"hits": rate.hits, "total": rate.total, "percent": rate.percent}


def _limit(typed: str) -> int:
    if not typed:
        return 50
    if not (typed.isascii() and typed.isdigit() and int(typed) >= 1):
        raise Invalid({"limit": f"每页件数应为 1 到 {queues.MOST}"})
    return min(int(typed), queues.MOST)
