"""What privacy gives programs: seeing in full for a reason."""

from __future__ import annotations

from flask import Response

from hotline.domain.masking import Datum
from hotline.domain.permissions import Permission
from hotline.read import ticket_page
from hotline.usecases import access, unmasking
from web.api import bodies
from web.api.answers import answer
from web.api.declaration import Field, Kind, Who, call
from web.api.shapes import ticket
from web.guard import actor, needs, office

REASON = (
    Field("reason", "查看理由，会记入审计日志", required=True, most=unmasking.REASON_MOST),
    Field("data", "要看的信息，不填为全部可看的", Kind.TEXTS, choices=tuple(Datum)),
)


@call(
    "POST",
    "/tickets/{no}/unmask",
    "查看完整信息",
    Who.STAFF,
    tag="工单",
    detail="凭理由在一段时间内（默认 30 分钟）看到本工单被隐去的信息，限本人；每次都记入审计日志。",
    answers={
        200: "工单，所选信息不再隐去",
        401: "请先登录",
        403: "按岗位不能查看这项信息",
        404: "没有这张工单，或不在权限范围内",
        422: "没有写明理由",
    },
    schema="Ticket",
    body=REASON,
    example={"reason": "回访需要核对电话", "data": ["phone"]},
)
@needs(Permission.TICKET_VIEW)
def unmask(no: str) -> Response:
    given = bodies.taken(REASON)
    with office().begin(by=actor()) as work:
        found = access.staff(work, no)
        unmasking.unmask(work, found, given.get("reason", ""), given.get("data") or ())
        return answer(ticket(ticket_page.shown(work, found)))
