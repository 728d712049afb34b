"""待识别短信: what could not be understood is read by a person, and registered or let be."""

from __future__ import annotations

from flask import Blueprint, Response

from hotline.domain.errors import Invalid
from hotline.read import unclear as reading
from hotline.usecases import unclear
from web import replies
from web.forms import Form
from web.guard import actor, needs, now, office
from web.messages.forms import Register

bp = Blueprint("messages", __name__, template_folder="templates")


@bp.get("/messages")
@needs(*unclear.LOOK)
def index() -> Response:
    """The messages that wait."""
    return _page()


@bp.get("/messages/<int:number>")
@needs(*unclear.LOOK)
def one(number: int) -> Response:
    """One of them, to decide about."""
    return _page(number)


@bp.post("/messages/<int:number>/register")
@needs(*unclear.LOOK)
def register(number: int) -> Response:
    """登记为诉求."""
    form = Register()
    if not form.validate():
        return _page(number, form, status=422)
    try:
        with office().begin(by=actor()) as work:
            ticket = unclear.register(work, number, content=form.content.data)
            no = ticket.no
    except Invalid as invalid:
        form.content.errors = [invalid.fields.get("content", invalid.message)]
        return _page(number, form, status=422)
    return replies.to("messages.index", told=f"已登记为诉求，编号 {no}")


@bp.post("/messages/<int:number>/dismiss")
@needs(*unclear.LOOK)
def dismiss(number: int) -> Response:
    """不处理."""
    with office().begin(by=actor()) as work:
        unclear.dismiss(work, number)
    return replies.to("messages.index", told="已标为不处理，短信仍保存在系统里")


def _page(number: int | None = None, form: Form | None = None, *, status: int = 200) -> Response:
    with office().begin(by=actor()) as work:
        waiting = reading.waiting(work)
    chosen = next((message for message in waiting.messages if message.id == number), None)
    if chosen is not None and form is None:
        form = Register(formdata=None, data={"content": chosen.text})
    gone = number is not None and chosen is None
    return replies.page(
        "messages/index.html",
        waiting=waiting,
        message=chosen,
        form=form,
        now=now(),
        gone=gone,
        with_detail=number is not None,
        no_queues=True,
        status=404 if gone else status,
    )
