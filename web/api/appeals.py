"""Appeals: taking them from anybody, and what their appellants may ask and do."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

from flask import Response, request, url_for

from hotline.domain import appeal as appeals
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.calendar import local
from hotline.domain.errors import Invalid, NotYours
from hotline.domain.lifecycle import Action
from hotline.domain.permissions import Permission, citizen
from hotline.domain.retelling import state_words
from hotline.read import followed
from hotline.read.followed import Followed
from hotline.store.work import Work
from hotline.usecases import access, intake, people, steps
from web.api import bodies
from web.api.answers import answer, moment
from web.api.declaration import Field, Kind, Who, call
from web.api.fields import FILES
from web.api.shapes import briefly
from web.guard import NotSignedIn, actor, office, public, visitor
from web.guessing import unless_guessing

STAFF_CHANNELS = ("phone", "window", "mailbox", "email", "kiosk", "110", "superior", "media", "grid", "line")
"""What an agent may write down for somebody who did not use the house's own pages."""

APPEAL = (
    Field("content", "诉求内容，2000 字以内；更长的部分作为补充保存", required=True, most=1_000_000),
    Field("title", "标题，可由内容自动拟定", most=1_000_000),
    Field("name", "姓名"),
    Field("phone", "手机号，或带区号的固定电话"),
    Field("identity", "身份证号，一般不需要"),
    Field("address", "事发地址"),
    Field("region", "区划代码，6 位或 9 位"),
    Field("lon", "经度", Kind.NUMBER),
    Field("lat", "纬度", Kind.NUMBER),
    Field("type", "诉求类型", choices=tuple(AppealType)),
    Field("category", "类别代码，6 位"),
    Field("urgency", "紧急程度，仅工作人员和接口单位可填", choices=tuple(Urgency)),
    Field("confidential", "要求保密", Kind.FLAG),
    Field("anonymous", "匿名", Kind.FLAG),
    Field("publish_consent", "同意公开", Kind.FLAG),
    Field("occurred_at", "发生时间，如 2026-03-11 14:30", Kind.MOMENT),
    FILES,
    Field("channel", "来源；公众为 web，话务员登记来电填 phone", choices=("web", *STAFF_CHANNELS)),
    Field("call_id", "来电编号，登记来电时填写", most=200),
)
CODE = Field("code", "查询码，也可放在请求头 X-Query-Code", most=200)
KEY_MOST = 255
RANDOM = 16
"""Characters from which an Idempotency-Key is no other person's by accident (a UUID has 36)."""


@call(
    "POST",
    "/appeals",
    "提交诉求",
    Who.PROGRAM,
    tag="诉求",
    detail="任何人都可以提交，来源记为网站；接口单位带上 X-Api-Key，来源由密钥决定；话务员带上令牌和 channel、call_id。"
    "请求头 Idempotency-Key 相同、内容相同的再次提交返回同一件诉求（200）；内容不同则返回 422。",
    answers={
        201: "已收到",
        200: "同一提交此前已收到，返回同一编号",
        400: "提交的内容无法读取",
        401: "密钥或令牌无效",
        403: "没有以这个来源登记的权限",
        413: "内容太大",
        415: "不接受这种格式",
        422: "填写的内容需要修改，或 Idempotency-Key 已用于别的内容",
    },
    schema="Taken",
    body=APPEAL,
    example={
        "content": "小区东门路灯连续三晚不亮，老人夜里出行不便。",
        "phone": "13800000000",
        "address": "鼓楼区示例路 8 号",
    },
)
@public
def submit() -> Response:
    given = bodies.taken(APPEAL)
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > KEY_MOST:
        raise Invalid({"Idempotency-Key": f"Idempotency-Key 最长 {KEY_MOST} 个字符"})
    channel = given.get("channel", "")
    if secret := request.headers.get("X-Api-Key", ""):
        by = citizen(request.remote_addr or "")
        with office().begin(by=by) as work:
            program = people.client(work, "api", secret)
            if program is None:
                raise NotSignedIn("接口密钥无效，请联系管理员")
            return _take(work, given, program.channel, key, scope=f"client/{program.id}")
    if channel not in ("", "web"):
        return _by_staff(given, channel, key)
    if request.headers.get("Authorization") and visitor() is None:
        raise NotSignedIn
    # Only who has been told a call's number or a grade of urgency can know it.
    given = {name: value for name, value in given.items() if name not in ("call_id", "urgency")}
    with office().begin(by=citizen(request.remote_addr or "")) as work:
        return _take(work, given, "web", key, scope=_anonymous(key))


def _anonymous(key: str) -> str:
    """Whose a key is that nobody signed for: a long random one names its sender, a short one ("1", "test") does so only
    together with where it came from, or two strangers would share a ticket by accident."""
    if len(key) >= RANDOM and len(set(key)) >= RANDOM // 2:
        return "web"
    return f"web/{sha256((request.remote_addr or '').encode()).hexdigest()[:16]}"


def _by_staff(given: dict[str, Any], channel: str, key: str) -> Response:
    by = actor()
    if channel not in STAFF_CHANNELS:
        raise Invalid({"channel": "没有这个来源，话务员登记来电请填 phone"})
    if not by.may(Permission.TICKET_REGISTER):
        raise NotYours("您没有登记诉求的权限，请联系话务员")
    call_id, scope = given.get("call_id", "").strip(), f"person/{by.id}"
    if not key and call_id:
        # The same words in the same call are one ticket; another matter in that call is another.
        key, scope = f"{call_id}/{intake.body_hash(given)}", "call"
    with office().begin(by=by) as work:
        return _take(work, given, channel, key, scope=scope)


def _take(work: Work, given: dict[str, Any], channel: str, key: str, *, scope: str) -> Response:
    appeal = appeals.read(given, channel=channel, city=work.rules.city, now=work.now)
    if channel == "web":
        appeal = replace(appeal, urgency=None)
    named = f"api/{scope}/{sha256(key.encode()).hexdigest()}" if key else None
    taken = intake.take(work, appeal, key=named, body=intake.body_hash(given))
    ticket = taken.ticket
    track = url_for("api.progress", no=ticket.no)
    return answer(
        {
            "no": ticket.no,
            "query_code": ticket.query_code,
            "state": ticket.state,
            "created_at": moment(ticket.created_at),
            "track_url": f"{work.rules.public_url}/t/{ticket.no}",
        },
        201 if taken.fresh else 200,
        {"Location": track},
    )


@call(
    "GET",
    "/appeals/{no}",
    "查询进度",
    Who.CITIZEN,
    tag="诉求",
    detail="凭编号和查询码。只含办理状态、时间、单位名称、公开答复和下一个时限；不含内部信息和联系方式。",
    answers={200: "办理进度", 404: "编号或查询码不对", 429: "查询码输错太多次，请稍后再试"},
    schema="Tracked",
    query=(CODE,),
)
@public
def progress(no: str) -> Response:
    code = code_given({})

    def look() -> Followed:
        with office().begin(by=citizen(request.remote_addr or "")) as work:
            return followed.of(work, no, code)

    return answer(tracked(unless_guessing(no, look)))


RIGHTS: dict[str, tuple[Action, str, tuple[Field, ...]]] = {
    "supplement": (
        Action.SUPPLEMENT,
        "补充情况",
        (
            Field("text", "补充的内容，一次最多 2000 字", required=True, most=1_000_000),
            Field("content", "同 text", most=1_000_000),
            FILES,
        ),
    ),
    "urge": (Action.URGE, "催办，24 小时内一次", (Field("words", "想说的话", most=500),)),
    "withdraw": (Action.WITHDRAW, "撤回，限答复之前", ()),
    "rate": (
        Action.RATE,
        "评价，答复后 15 日内，可修改一次",
        (
            Field("solved", "是否解决：true、false、partly，或 已解决、部分解决、未解决", Kind.ANSWER),
            Field("score", "满意度 1 到 5", Kind.NUMBER),
            Field(
                "reason",
                "不满意的原因",
                choices=("result", "attitude", "speed", "not_contacted", "false_reply"),
            ),
            Field("words", "想说的话", most=500),
        ),
    ),
    "publish": (Action.CONSENT, "选择是否同意公开", (Field("agreed", "是否同意公开", Kind.FLAG, required=True),)),
    "review": (
        Action.REVIEW_REQUEST,
        "申请复核，办结后 15 日内一次",
        (Field("words", "对办理结果有什么异议", required=True, most=2000), FILES),
    ),
}
"""What an appellant may do, by the last part of the path."""


def _right(name: str) -> None:
    action, summary, fields = RIGHTS[name]

    def view(no: str) -> Response:
        given = bodies.taken((*fields, CODE))
        code = code_given(given)

        def look() -> Followed:
            with office().begin(by=citizen(request.remote_addr or "")) as work:
                ticket = access.citizens(work, no, code)
                steps.take(work, ticket, action, {k: v for k, v in given.items() if k != "code"})
                return followed.shown(work, ticket)

        return answer(tracked(unless_guessing(no, look)))

    view.__name__ = f"appellant_{name}"
    declared = call(
        "POST",
        f"/appeals/{{no}}/{name}",
        summary,
        Who.CITIZEN,
        tag="诉求",
        answers={
            200: "办理之后的进度",
            404: "编号或查询码不对",
            409: "现在不能这样办理，说明里写明原因",
            422: "填写的内容需要修改",
            429: "查询码输错太多次，请稍后再试",
        },
        schema="Tracked",
        query=(CODE,),
        body=(*fields, CODE),
    )
    declared(public(view))


for _name in RIGHTS:
    _right(_name)


def code_given(given: dict[str, Any]) -> str:
    """The query code, from wherever the caller put it."""
    code = request.headers.get("X-Query-Code") or given.get("code") or request.args.get("code") or ""
    return str(code)[:40]


def tracked(shown: Followed) -> dict[str, Any]:
    """The progress as JSON values: not the text of the appeal, which may name people."""
    at = local(shown.next_at) if shown.next_at else None
    day = f"{at.month}月{at.day}日 {at:%H:%M} " if at else ""
    return {
        "no": shown.no,
        "state": shown.state,
        "state_words": shown.state_words,
        "created_at": shown.created_at,
        "closed_at": shown.closed_at,
        "unit": shown.unit or None,
        "next_due_at": shown.next_at,
        "next_due_words": shown.next_words.format(day) or None,
        "late": shown.late,
        "public_reply": shown.public_reply or None,
        "replied_at": shown.replied_at,
        "asked": shown.asked or None,
        "solved": shown.result or None,
        "score": shown.score or None,
        "rate_until": shown.rate_until,
        "review_until": shown.review_until,
        "files": [briefly(one) for one in shown.files],
        "actions": [_PATHS[c.action] for c in shown.choices if not c.why_not and c.action in _PATHS],
        "states": [
            {
                "at": one.at,
                "event": one.action,
                "title": one.title,
                "state": one.state,
                "state_words": state_words(one.state, 1) if one.state else None,
                "unit": one.unit or None,
                "words": one.words or None,
            }
            for one in shown.steps
        ],
    }


_PATHS = {action: name for name, (action, _, _) in RIGHTS.items()}
