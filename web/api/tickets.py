"""Tickets for staff: lists, one ticket, and every action of the lifecycle table by its code."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from hotline.domain import routing
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.errors import Invalid
from hotline.domain.lifecycle import Action, State, permit
from hotline.domain.permissions import Permission
from hotline.domain.reading import Reading
from hotline.domain.routing_rules import Case
from hotline.read import queues, ticket_page
from hotline.store.work import Work
from hotline.usecases import access, steps
from web.api import bodies
from web.api.answers import answer
from web.api.declaration import Field, Kind, Who, call
from web.api.fields import ACTIONS
from web.api.shapes import row, ticket
from web.guard import actor, needs, office

TEXT = (
    Field("content", "诉求内容", required=True, most=20_000),
    Field("title", "标题", most=200),
    Field("address", "地址", most=200),
)


@call(
    "POST",
    "/classify",
    "识别类别、类型、紧急程度、地点和承办单位",
    Who.STAFF,
    tag="派单",
    answers={200: "识别结果", 401: "请先登录", 403: "没有权限", 422: "缺少内容"},
    schema="Reading",
    body=TEXT,
    example={"title": "路灯不亮", "content": "鼓楼区示例路 8 号门口路灯连续三晚不亮。"},
)
@needs(Permission.CLASSIFY)
def classify() -> Response:
    given = bodies.taken(TEXT)
    content = given.get("content", "").strip()
    if not content:
        raise Invalid({"content": "请填写诉求内容"})
    with office().begin(by=actor()) as work:
        title, address = given.get("title", ""), given.get("address", "")
        reading = work.reader(title, content, address)
        return answer(_read(work, reading, f"{title}\n{content}"))


def _read(work: Work, reading: Reading, text: str) -> dict[str, Any]:
    city = work.rules.city
    case = Case(
        category=reading.category,
        confidence=reading.confidence,
        region=reading.region,
        place_certain=reading.place_certain,
        outside=reading.outside,
        urgency=reading.urgency,
        text=text,
        alternatives=tuple((g.code, g.score) for g in reading.guesses[1:]),
    )
    routed = routing.route(case, city, work.rules.routing, work.now, work.rules.auto_threshold)
    return {
        "categories": [
            {
                "code": g.code,
                "name": city.category(g.code).name,
                "path": city.category_path(g.code),
                "score": round(g.score, 4),
                "words": list(g.words),
            }
            for g in reading.guesses
        ],
        "type": reading.type,
        "type_words": AppealType(reading.type).label,
        "urgency": reading.urgency,
        "urgency_words": Urgency(reading.urgency).label,
        "urgency_phrases": list(reading.urgency_words),
        "region": reading.region,
        "region_name": city.region_name(reading.region) or None,
        "units": [
            {
                "code": p.unit,
                "name": city.unit(p.unit).name,
                "score": round(p.score, 4),
                "reason": p.reason,
                "rule": p.rule,
                "co_units": list(p.co_units),
            }
            for p in routed.proposals
        ],
        "confidence": round(reading.confidence, 4),
        "automatic": routed.automatic and not reading.doubt,
        "why_not": reading.doubt or routed.why_not,
        "handover": routed.handover,
    }


LIST = (
    Field("state", "状态代码，多个以逗号分隔"),
    Field("unit", "承办单位代码，含其下级"),
    Field("category", "类别代码或其前 2、4 位"),
    Field("light", "亮灯", choices=("yellow", "red")),
    Field("q", "编号或其中几位、电话、身份证号、内容里的词、标题的拼音或拼音首字母"),
    Field("mine", "只看与我有关的", Kind.FLAG),
    Field("sort", "排序", choices=("due", "newest")),
    Field("cursor", "上一页的 next"),
    Field("limit", "每页件数，最多 100", Kind.NUMBER),
)


@call(
    "GET",
    "/tickets",
    "工单列表",
    Who.STAFF,
    tag="工单",
    detail="只含本人权限范围内的工单。按 next 翻页，翻页期间列表有变动也不会重复或漏掉已有的工单。",
    answers={200: "一页工单，next 为空表示没有下一页", 401: "请先登录", 403: "没有权限", 422: "查询条件有误"},
    schema="TicketList",
    query=LIST,
)
@needs(Permission.TICKET_VIEW)
def tickets() -> Response:
    given = bodies.checked(request.args, LIST)
    wanted = queues.Wanted(
        states=_states(given.get("state", "")),
        unit=given.get("unit") or None,
        category=given.get("category") or None,
        light=given.get("light") or None,
        q=given.get("q", ""),
        mine=str(given.get("mine", "")).strip().lower() in bodies.YES,
        sort=given.get("sort") or "due",
    )
    with office().begin(by=actor()) as work:
        page = queues.page(work, wanted, cursor=given.get("cursor") or None, limit=_limit(given.get("limit", "")))
        return answer({"items": [row(one) for one in page.rows], "next": page.next})


def _states(typed: str) -> tuple[State, ...]:
    codes = [code.strip().upper() for code in typed.split(",") if code.strip()]
    if unknown := [code for code in codes if code not in State.__members__]:
        raise Invalid({"state": f"没有“{unknown[0][:20]}”这个状态，应为：{'、'.join(State)}"})
    return tuple(State(code) for code in codes)


def _limit(typed: str) -> int:
    if not typed:
        return 50
    if not (typed.isascii() and typed.isdigit() and 1 <= len(typed) <= 4 and int(typed) >= 1):
        raise Invalid({"limit": f"每页件数应为 1 到 {queues.MOST}"})
    return min(int(typed), queues.MOST)


@call(
    "GET",
    "/tickets/{no}",
    "工单详情",
    Who.STAFF,
    tag="工单",
    detail="按本人权限显示；actions 是本人现在可以办理的操作，version 供办理时核对。",
    answers={200: "工单", 401: "请先登录", 403: "没有权限", 404: "没有这张工单，或不在权限范围内"},
    schema="Ticket",
)
@needs(Permission.TICKET_VIEW)
def one(no: str) -> Response:
    with office().begin(by=actor()) as work:
        return answer(ticket(ticket_page.of(work, no)))


@call(
    "POST",
    "/tickets/{no}/actions/{action}",
    "办理",
    Who.STAFF,
    tag="工单",
    detail="action 是操作代码，各操作的字段见下表。须带上查看工单时得到的 version，工单若已有新进展则返回 409。",
    answers={
        200: "办理之后的工单",
        401: "请先登录",
        403: "没有这一步的权限",
        404: "没有这张工单或这个操作",
        409: "现在不能这样办理，或工单已有新进展",
        422: "填写的内容需要修改",
    },
    schema="Ticket",
    body=(Field("version", "查看工单时得到的版本", Kind.NUMBER, required=True),),
    example={"version": 3, "unit": "350100-CGW", "reason": "城市照明归口"},
)
@needs()
def act(no: str, action: str) -> Response:
    code = action.upper()
    sent = bodies.whole()
    known = ACTIONS.get(Action(code), ()) if code in Action.__members__ else ()
    given, seen = bodies.checked(sent, known), bodies.version(sent)
    with office().begin(by=actor()) as work:
        found = access.staff(work, no, seen=seen)
        if seen is None and code in Action.__members__:
            permit(Action(code), work.by)
            raise Invalid({"version": "请带上查看工单时得到的 version，免得盖过别人刚做的改动"})
        steps.take(work, found, code, given)
        work.session.flush()
        return answer(ticket(ticket_page.shown(work, found)))
