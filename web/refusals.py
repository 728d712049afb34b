"""What a refusal looks like outside: a Chinese page, an htmx fragment, or an RFC 9457 problem document.

The only module that knows which HTTP status a refusal of the house becomes.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from hotline.domain.errors import Conflict, Invalid, NotFound, NotNow, NotYours, Refused, Stale
from web.guard import NotSignedIn, visitor
from web.input import Unreadable
from web.replies import wants_fragment

log = logging.getLogger("hotline.web")

PROGRAM_PATHS = ("/api/", "/gateway/", "/open311/", "/metrics")
"""Paths where programs ask: they always get problem documents."""

STATUS: tuple[tuple[type[Refused], int, str], ...] = (
    (Unreadable, 400, "unreadable"),
    (NotFound, 404, "not-found"),
    (NotYours, 403, "not-yours"),
    (NotNow, 409, "not-now"),
    (Stale, 409, "stale"),
    (Conflict, 422, "conflict"),
    (Invalid, 422, "invalid"),
    (Refused, 409, "refused"),
)
"""The house's refusals, most special first."""

TITLES = {
    400: "没有读懂这次提交",
    401: "请先登录",
    403: "这里不在您的权限之内",
    404: "没有找到",
    405: "这个地址不接受这样的操作",
    406: "没有您要的格式",
    409: "现在不能这样办理",
    413: "内容太大",
    415: "不接受这种格式",
    422: "填写的内容需要修改",
    429: "操作太频繁",
    500: "系统出了错",
    503: "系统暂时不能使用",
}

DETAILS = {
    400: "提交的内容不完整或已损坏，请返回后重试。",
    401: "登录后才能继续。",
    403: "您的岗位没有这一步的权限，需要的话请联系班长或管理员。",
    404: "这个地址没有内容，可能是输错了，或者内容已经不在。",
    405: "请从页面上的按钮或链接进入。",
    406: "请改用网页或 JSON 格式。",
    413: "一次提交的内容超出了大小限制，请缩短文字或减少附件后重试。",
    415: "请用网页表单或 JSON 格式提交。",
    429: "请稍等一会儿再试。",
    500: "这次操作没有保存，已保存的内容不受影响。请稍后重试；若再次出现，请把下面的编号告诉管理员。",
    503: "正在恢复，请稍后重试。您填写的内容保留在本机，不会丢失。",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal, ready to be shown."""

    status: int
    kind: str
    detail: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What happened, in a few words."""
        return TITLES.get(self.status, "不能这样办理")

    def document(self) -> dict[str, Any]:
        """The problem document."""
        return {
            "type": f"urn:hotline:problem:{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "errors": [{"field": name, "detail": words} for name, words in self.fields.items()],
        }


def problem_of(refused: Refused) -> Problem:
    """The refusal as its status and words."""
    status, kind = next((status, kind) for tree, status, kind in STATUS if isinstance(refused, tree))
    fields = refused.fields if isinstance(refused, Invalid) else {}
    return Problem(status, kind, refused.message, fields)


def for_programs() -> bool:
    """Whether a program asks."""
    if request.path.startswith(PROGRAM_PATHS):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best is not None and best != "text/html"


def answer(problem: Problem) -> Response:
    """The refusal in the shape that the asker reads."""
    if for_programs():
        response = make_response(json.dumps(problem.document(), ensure_ascii=False), problem.status)
        response.mimetype = "application/problem+json"
        if problem.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if wants_fragment():
        response = make_response(render_template("refusals/fragment.html", problem=problem), problem.status)
        response.headers["HX-Retarget"] = "#toasts"
        response.headers["HX-Reswap"] = "beforeend"
        # The form that asked puts the sentences under their fields (forms.mjs).
        response.headers["HX-Trigger"] = json.dumps({"refused": {"status": problem.status, "fields": problem.fields}})
        return response
    if problem.status < 500:
        visitor()  # staff keep their frame; after a fault nothing more is asked of a house that may be out of order
    return make_response(render_template("refusals/page.html", problem=problem), problem.status)


def install(app: Flask) -> None:
    """Turn every refusal and every fault of the application into words."""

    @app.errorhandler(Refused)
    def refused(refusal: Refused) -> Response:
        problem = problem_of(refusal)
        log.info("refused %s %s", problem.status, problem.kind, extra={"rule": refusal.rule})
        return answer(problem)

    @app.errorhandler(NotSignedIn)
    def not_signed_in(nobody: NotSignedIn) -> Response:
        if for_programs() or wants_fragment():
            return answer(Problem(401, "not-signed-in", str(nobody) or DETAILS[401]))
        onward = request.full_path.rstrip("?") if request.method == "GET" else ""
        response = make_response("", 303)
        response.headers["Location"] = url_for("people.sign_in", next=onward or None)
        return response

    @app.errorhandler(CSRFError)
    def stale_page(_: CSRFError) -> Response:
        return answer(Problem(400, "stale-page", "这个页面停留得太久，已经失效。请刷新页面后再提交，填写的内容还在。"))

    @app.errorhandler(HTTPException)
    def framework(fault: HTTPException) -> Response:
        status = fault.code or 500
        if fault.response is not None or status < 400:
            return make_response(fault.get_response())
        response = answer(Problem(status, f"http-{status}", DETAILS.get(status, DETAILS[400])))
        for name, value in fault.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response

    @app.errorhandler(RecursionError)
    def too_deep(_: RecursionError) -> Response:
        return answer(Problem(400, "unreadable", "内容嵌套得太深，无法读取。"))

    @app.errorhandler(OperationalError)
    @app.errorhandler(InterfaceError)
    @app.errorhandler(NoConnection)
    def away(error: Exception) -> Response:
        log.error("database away: %s in %s", type(error).__name__, request.endpoint)
        response = answer(Problem(503, "away", DETAILS[503]))
        response.headers["Retry-After"] = "5"
        return response

    @app.errorhandler(DataError)
    def no_column_takes_it(error: DataError) -> Response:
        log.error("value refused by the database: %s in %s", type(error.orig).__name__, request.endpoint)
        return answer(Problem(422, "invalid", "内容里有无法保存的值，请检查数字和日期后重新提交。"))

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        if app.testing and app.config["PROPAGATE_EXCEPTIONS"] is not False:
            raise error
        # The text of an exception may carry what people typed: the log names its kind and place only.
        log.error("fault %s in %s", type(error).__name__, request.endpoint, extra={"request_id": g.get("request_id")})
        log.debug("fault", exc_info=error)
        return answer(Problem(500, "fault", DETAILS[500]))
