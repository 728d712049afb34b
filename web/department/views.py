"""The desk of a unit: my tasks by time left, signing several at once, messages of the house."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request, url_for

from hotline.domain.errors import Refused
from hotline.domain.lifecycle import Action
from hotline.domain.permissions import Permission
from hotline.read import inbox, tasks, ticket_page
from hotline.usecases import access, steps
from web import replies
from web.guard import actor, needs, now, office

bp = Blueprint("department", __name__, template_folder="templates")

P = Permission
WORKS = (P.TICKET_SIGN, P.TICKET_HANDLE, P.TICKET_REPLY)
AT_ONCE = 50
"""So many are signed with one press: a page of the list."""
EMPTY = {
    "todo": "没有要办的工单。派给您单位的工单会出现在这里。",
    "mine": "没有指派给您的工单。单位联络员指派后会出现在这里。",
    "sign": "没有待签收的工单。新派来的工单会出现在这里。",
    "work": "没有正在办理的工单。签收后的工单会出现在这里。",
    "mend": "没有被退回补正或要求重办的工单。",
    "drafted": "没有拟好待提交的结果。承办人拟好后会出现在这里，由单位审核人提交。",
    "returns": "没有等待审核的退单申请。",
    "ordered": "没有等待答复的督办。",
    "review": "没有等待热线中心审核的答复。",
    "done": "近 30 天没有办结的工单。",
}
ICONS = {
    "todo": "list",
    "mine": "user",
    "sign": "inbox",
    "work": "clock",
    "mend": "again",
    "drafted": "send",
    "returns": "undo",
    "ordered": "flag",
    "review": "check",
    "done": "paper",
}


@bp.get("/department")
@needs(*WORKS)
def index() -> Response:
    """The list alone."""
    return _desk(None)


@bp.get("/department/<no>")
@needs(*WORKS)
def ticket(no: str) -> Response:
    """The list with one ticket beside it."""
    return _desk(no)


@bp.post("/department/sign")
@needs(P.TICKET_SIGN)
def sign() -> Response:
    """Sign several tickets, each in a transaction of its own: one that can't be signed holds up no other."""
    signed, refused = 0, []
    for chosen in list(dict.fromkeys(request.form.getlist("ticket")))[:AT_ONCE]:
        no, _, version = chosen.partition("@")
        try:
            with office().begin(by=actor()) as work:
                found = access.staff(work, no, seen=int(version) if version.isdecimal() else None)
                steps.take(work, found, Action.SIGN, {})
            signed += 1
        except Refused as refusal:
            refused.append(f"{no[:24]} 没有签收：{refusal.message}")
    if signed:
        flash(f"已签收 {signed} 件", "done")
    elif not refused:
        flash("请先勾选要签收的工单", "info")
    for words in refused[:5]:
        flash(words, "error")
    return replies.to_path(_list_path(request.form.get("queue", ""), ""))


@bp.get("/department/rows")
@needs(*WORKS)
def rows() -> Response:
    """The rows alone, for a list that keeps itself fresh."""
    queue, cursor = request.args.get("queue", "todo"), request.args.get("cursor", "")
    with office().begin(by=actor()) as work:
        page = tasks.page(work, queue, cursor=cursor)
    return replies.fragment("department/_rows.html", **_list(page, queue, cursor, request.args.get("open", "")))


@bp.app_template_filter("by_day")
def by_day(found: tuple[tasks.Todo, ...]) -> list[tuple[str, list[tasks.Todo]]]:
    """The rows under their headings, in the order of the headings."""
    return [(name, listed) for name in (*tasks.GROUPS, "") if (listed := [row for row in found if row.group == name])]


def _desk(no: str | None) -> Response:
    queue, cursor = request.args.get("queue", "todo"), request.args.get("cursor", "")
    with office().begin(by=actor()) as work:
        page = tasks.page(work, queue, cursor=cursor)
        counts = tasks.counts(work)
        unread = inbox.unread(work)
        shown = ticket_page.of(work, no) if no else None
    back = _list_path(queue, cursor)
    here = url_for("department.ticket", no=no, **_where(queue, cursor)) if no else ""
    return replies.page(
        "department/desk.html",
        counts=counts,
        unread=unread,
        ticket=shown,
        back=back,
        after=_next_path(page, no, queue, cursor) or back,
        stay=here,
        now=now(),
        with_detail=shown is not None,
        **_list(page, queue, cursor, no or ""),
    )


def _words() -> dict[str, Any]:
    names = {code: words for code, (words, _) in tasks.QUEUES.items()}
    return {"names": names, "icons": ICONS, "nothing": EMPTY}


def _list(page: tasks.Page, queue: str, cursor: str, opened: str) -> dict[str, Any]:
    """What the list is drawn from."""
    unsigned = queue in ("todo", "sign") and any(row.stage == "SENT" and not row.unit for row in page.rows)
    shown = {"page": page, "queue": queue, "cursor": cursor, "where": _where(queue, cursor), "opened": opened}
    return shown | {"can_sign": unsigned and actor().may(P.TICKET_SIGN)} | _words()


def _where(queue: str, cursor: str) -> dict[str, Any]:
    """The parts of an address that name the list; the usual one needs none."""
    return {name: value for name, value in (("queue", queue if queue != "todo" else ""), ("cursor", cursor)) if value}


def _list_path(queue: str, cursor: str) -> str:
    return url_for("department.index", **_where(queue if queue in tasks.QUEUES else "", cursor))


def _next_path(page: tasks.Page, no: str | None, queue: str, cursor: str) -> str:
    """The ticket under this one, or the one above it at the end of the list; where one goes on after a reply."""
    numbers = [row.no for row in page.rows]
    if no not in numbers:
        return ""
    at = numbers.index(no)
    others = numbers[at + 1 :] or numbers[:at][-1:]
    return url_for("department.ticket", no=others[0], **_where(queue, cursor)) if others else ""
