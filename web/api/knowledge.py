"""The knowledge base for programs: what one could answer from."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from hotline.domain.knowledge import Kind as ItemKind
from hotline.domain.permissions import Permission
from hotline.read import knowledge
from web.api import bodies
from web.api.answers import answer
from web.api.declaration import Field, Who, call
from web.guard import actor, needs, office

LIST = (
    Field("q", "问题里的词、拼音或拼音首字母", most=2000),
    Field("category", "类别代码或其前 2、4 位", most=6),
    Field("unit", "发布单位代码，含其下级", most=40),
    Field("kind", "种类", choices=tuple(ItemKind)),
    Field("region", "适用的区划代码，含全市适用的", most=12),
    Field("standing", "状态", choices=("usable", "expiring", "expired", "retired")),
)


@call(
    "GET",
    "/knowledge",
    "查找知识",
    Who.STAFF,
    tag="知识库",
    detail="按标题、关键词、正文的次序排列，最多 30 条；没有同时含有所有词的，给出含有一部分的，every_word 为 false。",
    answers={200: "知识条目", 401: "请先登录", 403: "没有权限", 422: "查询条件有误"},
    schema="KnowledgeList",
    query=LIST,
)
@needs(Permission.KNOWLEDGE_READ)
def items() -> Response:
    given = bodies.checked(request.args, LIST)
    with office().begin(by=actor()) as work:
        found = knowledge.search(work, knowledge.Sought(**{name: value or "" for name, value in given.items()}))
    listed = [
        {
            "id": row.id,
            "version": row.version,
            "title": "".join(piece.text for piece in row.title),
            "kind": row.kind,
            "path": row.path,
            "unit": row.unit,
            "standing": row.standing.value,
            "usable": row.standing.usable,
            "valid_to": row.valid_to.isoformat(),
        }
        for row in found.rows
    ]
    return answer({"items": listed, "more": found.more, "every_word": found.every_word})


@call(
    "GET",
    "/knowledge/{item}",
    "一条知识",
    Who.STAFF,
    tag="知识库",
    detail="usable 为 false 的已过期、已下架或未生效，不能用于直接答复；答复时以 编号@版本 引用。",
    answers={200: "知识条目", 401: "请先登录", 403: "没有权限", 404: "没有这条知识"},
    schema="KnowledgeItem",
)
@needs(Permission.KNOWLEDGE_READ)
def item(item: str) -> Response:
    with office().begin(by=actor()) as work:
        shown = knowledge.of(work, int(item) if item.isdecimal() and len(item) < 18 else 0)
    told: dict[str, Any] = {
        "id": shown.id,
        "version": shown.version,
        "title": shown.title,
        "body": shown.body,
        "kind": shown.kind,
        "path": shown.path,
        "unit": shown.unit,
        "standing": shown.standing.value,
        "usable": shown.standing.usable,
        "valid_from": shown.valid_from.isoformat(),
        "valid_to": shown.valid_to.isoformat(),
        "keywords": list(shown.keywords),
        "source": shown.source,
    }
    return answer(told)
