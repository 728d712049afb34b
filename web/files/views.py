"""Uploading a file, and handing one out to whom the ticket's rules let."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue

from hotline.domain.attachment import Kind
from hotline.domain.errors import Invalid, NotFound
from hotline.domain.permissions import Actor, Permission, citizen
from hotline.read import followed
from hotline.usecases import access, attachments
from hotline.usecases.attachments import Opened
from web import replies
from web.files.parts import takes_files
from web.files.receive import parts_of, received
from web.guard import actor, needs, office, public
from web.guessing import unless_guessing
from web.track import codes

bp = Blueprint("files", __name__, template_folder="templates")

SAFE = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A file that is opened by itself runs nothing and loads nothing."""
SEEN_INSIDE = frozenset({Kind.PHOTO, Kind.VIDEO, Kind.AUDIO})
"""What a browser shows by itself; all else is saved."""
LOST = "这个附件的文件不在服务器上了，请告诉系统管理员从备份恢复"


@bp.post("/files")
@public
@takes_files
def upload_outside() -> ResponseReturnValue:
    """One file of somebody from outside, by the page's script."""
    return _upload(_outside())


@bp.post("/files/staff")
@needs()
@takes_files
def upload() -> ResponseReturnValue:
    """One file of a member of staff, by the page's script."""
    return _upload(actor())


@bp.get("/files/<key>/thumb")
@public
def waiting_outside(key: str) -> Response:
    """The small picture of a file that waits, for who knows its key."""
    return _waiting(_outside(), key)


@bp.get("/files/staff/<key>/thumb")
@needs()
def waiting(key: str) -> Response:
    """The same for who uploaded it."""
    return _waiting(actor(), key)


@bp.get("/tickets/<no>/files/<key>")
@needs(Permission.TICKET_VIEW)
def of_ticket(no: str, key: str) -> Response:
    """A file of a ticket; that it was opened is recorded."""
    return for_staff(no, key)


@bp.get("/tickets/<no>/files/<key>/thumb")
@needs(Permission.TICKET_VIEW)
def thumb_of_ticket(no: str, key: str) -> Response:
    """Its small picture, as the ticket's page shows it."""
    with office().begin(by=actor()) as work:
        found = attachments.for_staff(work, no, key, small=True)
    return _sent(found, small=True)


@bp.post("/tickets/<no>/files/<key>/release")
@needs(Permission.TICKET_VIEW)
def release(no: str, key: str) -> Response:
    """Let a file of a sealed ticket through to the units, or take that back."""
    through = request.form.get("through") == "yes"
    with office().begin(by=actor()) as work:
        attachments.release(work, no, key, through=through)
    told = "承办单位现在可以打开这个附件" if through else "承办单位不能再打开这个附件"
    return replies.to("tickets.show", no=no, told=told)


@bp.get("/t/<no>/files/<key>")
@public
def of_mine(no: str, key: str) -> Response:
    """A file for the appellant, whose browser knows the query code."""
    return for_citizen(no, codes.known(no), key)


@bp.get("/t/<no>/files/<key>/thumb")
@public
def thumb_of_mine(no: str, key: str) -> Response:
    """Its small picture."""
    return for_citizen(no, codes.known(no), key, small=True)


def for_staff(no: str, key: str) -> Response:
    """A file for the member of staff who asks. A player asks for a film piece by piece: the first counts."""
    further = request.range is not None and all(start for start, _ in request.range.ranges)
    with office().begin(by=actor()) as work:
        found = attachments.for_staff(work, no, key, again=further)
    return _sent(found)


def for_citizen(no: str, code: str, key: str, *, small: bool = False) -> Response:
    """A file for whoever holds the ticket's query code."""

    def look() -> Opened:
        with office().begin(by=_outside()) as work:
            ticket = access.citizens(work, no, code, lock=False)
            out = followed.let_out(work, ticket)
            return attachments.for_citizen(work, ticket, key, let_out=out)

    if not code:
        raise NotFound("请先用工单号和查询码打开进度页，再看附件")
    return _sent(unless_guessing(no, look), small=small)


def _upload(by: Actor) -> ResponseReturnValue:
    taken, faults = received(parts_of("file")[:1], by, once=request.headers.get("Idempotency-Key", "")[:100])
    if faults:
        raise Invalid({"file": faults[0]}, faults[0])
    if not taken:
        raise Invalid({"file": "没有收到文件，请重新选择"}, "没有收到文件，请重新选择")
    row = taken[0]
    return brief(row), 201


def brief(row: Any) -> dict[str, Any]:
    """What is told of a file that waits."""
    return {"key": row.key, "name": row.name, "kind": row.kind, "size": row.size, "thumb": row.thumb}


def _waiting(by: Actor, key: str) -> Response:
    with office().begin(by=by) as work:
        found = attachments.waiting_one(work, key)
    return _sent(found, small=True)


def _sent(found: Opened, *, small: bool = False) -> Response:
    vault = office().vault
    path = vault.thumb(found.key) if small else vault.path(found.key)
    if not path.is_file():
        raise NotFound(LOST if vault.thumb(found.key) != path else "这个附件没有缩略图")
    saved = not small and Kind(found.kind) not in SEEN_INSIDE
    mime = "image/jpeg" if small else found.mime
    response = send_file(path, mimetype=mime, as_attachment=saved, download_name=found.name, conditional=True)
    response.headers["Content-Security-Policy"] = SAFE
    response.headers["Cache-Control"] = "private, max-age=86400, immutable" if small else "private, no-store"
    return response


def _outside() -> Actor:
    return citizen(request.remote_addr or "")
