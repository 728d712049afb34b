"""The description of the API, made from the declarations: ``/api/v1/openapi.json`` and the page ``/api/v1/docs``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any

from flask import Response

from web import replies
from web.api.answers import answer
from web.api.declaration import CALLS, Call, Field, Kind, Who, bp, call
from web.api.fields import ACTIONS
from web.api.schemas import SCHEMAS
from web.guard import public

ABOUT = (
    "12345 热线的接口。除注明“任何人”外都需要令牌：先 POST /api/v1/tokens，再在请求头带上 Authorization: Bearer。"
    "请求体可以是 JSON 或表单，字符编码 UTF-8。时间带时区。出错时返回 RFC 9457 问题文档，detail 是一句中文说明，"
    "errors 指出每个字段怎么改。"
)
_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.MOMENT: {"type": "string"},
    Kind.NUMBER: {"type": ["number", "string"]},
    Kind.FLAG: {"type": ["boolean", "string"]},
    Kind.ANSWER: {"type": ["boolean", "string", "integer"]},
    Kind.FILE: {"type": "string", "format": "binary"},
    Kind.TEXTS: {"type": ["array", "string"], "items": {"type": "string"}},
}
_SECURITY: dict[Who, list[dict[str, list[str]]]] = {
    Who.ANYONE: [{}],
    Who.CITIZEN: [{"queryCode": []}, {}],
    Who.STAFF: [{"bearer": []}],
    Who.PROGRAM: [{}, {"apiKey": []}, {"bearer": []}],
}
WHO = {
    Who.ANYONE: "任何人",
    Who.CITIZEN: "诉求人（查询码）",
    Who.STAFF: "工作人员",
    Who.PROGRAM: "任何人；接口单位；话务员",
}
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "重复提交用同一个值，不会重复登记",
    "schema": {"type": "string", "maxLength": 255},
}
_HEADERS = {
    201: {"Location": {"description": "查询进度的地址", "schema": {"type": "string"}}},
    401: {"WWW-Authenticate": {"description": "Bearer", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "多少秒之后再试", "schema": {"type": "integer"}}},
}


@call(
    "GET",
    "/openapi.json",
    "本文档",
    Who.ANYONE,
    tag="说明",
    answers={200: "OpenAPI 3.1 文档"},
    schema="Described",
)
@public
def openapi() -> Response:
    return answer(document())


@call("GET", "/docs", "接口说明网页", Who.ANYONE, tag="说明", answers={200: "网页"})
@public
def docs() -> Response:
    tags = [(tag, list(calls)) for tag, calls in groupby(_sorted(), key=lambda each: each.tag)]
    examples = {each.endpoint: json.dumps(each.example, ensure_ascii=False, indent=2) for each in CALLS if each.example}
    return replies.page("api/docs.html", about=ABOUT, tags=tags, who=WHO, actions=ACTIONS, examples=examples)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    paths: dict[str, dict[str, Any]] = {}
    for each in CALLS:
        paths.setdefault(f"{bp.url_prefix}{each.path}", {})[each.method.lower()] = _operation(each)
    actions = {f"Action.{action}": _body((_VERSION, *fields), action.label) for action, fields in ACTIONS.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "12345 热线接口", "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(each.tag for each in _sorted())],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS | actions,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
                "queryCode": {"type": "apiKey", "in": "header", "name": "X-Query-Code"},
            },
        },
    }


_VERSION = Field("version", "查看工单时得到的版本，工单已有新进展则返回 409", Kind.NUMBER, required=True)
_ORDER = ("登录", "诉求", "派单", "工单", "看板", "知识库", "说明")


def _sorted() -> list[Call]:
    known = {tag: n for n, tag in enumerate(_ORDER)}
    return sorted(CALLS, key=lambda each: known.get(each.tag, len(known)))


def _operation(each: Call) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": each.endpoint,
        "summary": each.summary,
        "description": "\n\n".join(filter(None, (f"谁可以用：{WHO[each.who]}。", each.detail))),
        "tags": [each.tag],
        "security": _SECURITY[each.who],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": _in_path(name)} for name in each.parameters
        ]
        + [
            {"name": field.name, "in": "query", "description": field.words, "schema": _value(field)}
            for field in each.query
        ],
        "responses": {str(status): _response(each, status, words) for status, words in each.answers.items()},
    }
    if each.endpoint in ("submit", "upload"):
        described["parameters"].append(IDEMPOTENCY)
    if each.endpoint == "act":
        schema: dict[str, Any] = {"anyOf": [{"$ref": f"#/components/schemas/Action.{action}"} for action in ACTIONS]}
        described["requestBody"] = _request(each, schema, required=False)
    elif each.body:
        needed = any(field.required for field in each.body)
        described["requestBody"] = _request(each, _body(each.body), required=needed)
    return described


def _request(each: Call, schema: dict[str, Any], *, required: bool) -> dict[str, Any]:
    if any(field.kind is Kind.FILE for field in each.body):
        return {"required": required, "content": {"multipart/form-data": {"schema": schema}}}
    json_body: dict[str, Any] = {"schema": schema} | ({"example": dict(each.example)} if each.example else {})
    return {
        "required": required,
        "content": {"application/json": json_body, "application/x-www-form-urlencoded": {"schema": schema}},
    }


def _response(each: Call, status: int, words: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"description": words}
    if status >= 400:
        problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
        shown["content"] = {"application/problem+json": problem}
    elif each.schema:
        shown["content"] = {"application/json": {"schema": {"$ref": f"#/components/schemas/{each.schema}"}}}
    elif status == 200:
        shown["content"] = {each.media: {"schema": {"type": "string"}}}
    headers = _HEADERS.get(status)
    if headers and (status != 201 or each.endpoint == "submit"):
        shown["headers"] = headers
    return shown


def _body(fields: Sequence[Field], words: str = "") -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": {field.name: _value(field) for field in fields}}
    if required := [field.name for field in fields if field.required]:
        schema["required"] = required
    return schema | ({"description": words} if words else {})


def _value(field: Field) -> dict[str, Any]:
    schema = _TYPES[field.kind] | {"description": field.words}
    if field.choices:
        schema["enum"] = [str(choice) for choice in field.choices]
    return schema


def _in_path(name: str) -> dict[str, Any]:
    if name == "action":
        return {"type": "string", "enum": [action.value for action in ACTIONS]}
    return {"type": "string"}
