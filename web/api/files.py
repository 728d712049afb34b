"""Files: uploaded first, then named in the field ``files`` of what they belong to; opened by the ticket's own rules."""

from __future__ import annotations

from flask import Response, request

from hotline.domain.errors import Invalid
from hotline.domain.permissions import Permission, citizen
from web.api.answers import answer
from web.api.appeals import CODE, code_given
from web.api.declaration import Field, Kind, Who, call
from web.files.parts import takes_files
from web.files.receive import parts_of, received
from web.files.views import brief, for_citizen, for_staff
from web.guard import NotSignedIn, needs, public, visitor


@call(
    "POST",
    "/files",
    "上传附件",
    Who.PROGRAM,
    tag="诉求",
    detail="每次一个文件，multipart/form-data，字段名 file。得到的 key 放进提交诉求、补充、申请复核或办理操作的 files "
    "字段，附件才归入工单；24 小时内没有用到的会被删除。类型按内容识别；图片会去掉拍摄地点等信息后重新保存。"
    "请求头 Idempotency-Key 相同的再次上传返回同一个 key。谁上传的谁使用：带令牌上传的，须由同一人办理时使用。",
    answers={
        201: "已收到",
        401: "令牌无效",
        413: "内容太大",
        422: "文件太大、是空的、已损坏，或不是能接收的类型，说明里写明是哪个、怎么办",
    },
    schema="Uploaded",
    body=(Field("file", "文件，20 MB 以内的图片、视频、录音、PDF 或 Office 文档", Kind.FILE, required=True),),
)
@public
@takes_files
def upload() -> Response:
    by = visitor()
    if by is None and request.headers.get("Authorization"):
        raise NotSignedIn
    once = request.headers.get("Idempotency-Key", "").strip()[:255]
    taken, faults = received(parts_of("file")[:1], by or citizen(request.remote_addr or ""), once=once)
    if faults or not taken:
        words = faults[0] if faults else "没有收到文件，请用 multipart/form-data 的 file 字段上传"
        raise Invalid({"file": words}, words)
    return answer(brief(taken[0]), 201)


@call(
    "GET",
    "/tickets/{no}/files/{key}",
    "工单附件",
    Who.STAFF,
    tag="工单",
    detail="key 见工单的 files。按本人权限打开，打开会记入审计日志。",
    answers={200: "文件", 401: "请先登录", 403: "没有打开这个附件的权限", 404: "没有这张工单或这个附件"},
    media="application/octet-stream",
)
@needs(Permission.TICKET_VIEW)
def file(no: str, key: str) -> Response:
    return for_staff(no, key)


@call(
    "GET",
    "/appeals/{no}/files/{key}",
    "诉求附件",
    Who.CITIZEN,
    tag="诉求",
    detail="key 见进度的 files：诉求人给的，和随公开答复给出的。",
    answers={200: "文件", 404: "编号或查询码不对，或没有这个附件", 429: "查询码输错太多次，请稍后再试"},
    query=(CODE,),
    media="application/octet-stream",
)
@public
def own_file(no: str, key: str) -> Response:
    return for_citizen(no, code_given({}), key)
