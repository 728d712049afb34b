"""``/inbox``: what the house has to say to the person signed in, and the bell in the header."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from wtforms import StringField
from wtforms.validators import Length

from hotline.domain.errors import Invalid
from hotline.read import inbox as reading
from hotline.read import surge
from hotline.usecases import inbox
from web import replies
from web.forms import Form, stripped
from web.guard import actor, needs, now, office

bp = Blueprint("inbox", __name__, template_folder="templates", url_prefix="/inbox")


class PhoneForm(Form):
    """Where SMS on duty go."""

    phone = StringField("值班手机", [Length(max=20)], filters=[stripped])


@bp.get("/")
@needs()
def index() -> Response:
    """The latest messages."""
    return _page(PhoneForm(formdata=None))


@bp.post("/")
@needs()
def read() -> Response:
    """Mark messages as read; one that tells of something leads there."""
    one = request.form.get("one", "")
    upto = tuple(int(each) if each.isdecimal() and len(each) < 19 else 0 for each in request.form.getlist("upto")[:2])
    if not one and len(upto) != 2:
        raise Invalid({"one": "请从消息列表里选择"})
    with office().begin(by=actor()) as work:
        inbox.mark_read(work, one=one, upto=None if one else (upto[0], upto[1]))
    return replies.to_path(replies.local_path(request.form.get("next", ""), url_for("inbox.index")))


@bp.post("/phone")
@needs()
def phone() -> Response:
    """Keep the number on duty."""
    form = PhoneForm()
    try:
        with office().begin(by=actor()) as work:
            inbox.set_duty_phone(work, form.phone.data or "")
    except Invalid as invalid:
        form.phone.errors = list(invalid.fields.values())
        return _page(form, status=422)
    return replies.to("inbox.index", told="值班手机已保存" if form.phone.data else "不再发送值班短信")


@bp.get("/bell")
@needs()
def bell() -> Response:
    """The bell with how many messages are unread; fetched by every page once it is open."""
    with office().begin(by=actor()) as work:
        unread, on = reading.unread(work), surge.state(work)
    return replies.fragment("inbox/_bell.html", unread=unread, surge=on)


def _page(form: PhoneForm, status: int = 200) -> Response:
    with office().begin(by=actor()) as work:
        found = reading.messages(work)
        if request.method == "GET":
            form.phone.data = reading.duty_phone(work)
    latest = [max((int(m.key[1:]) for m in found if m.key[0] == kind), default=0) for kind in "pu"]
    unread = sum(not message.read for message in found)
    return replies.page(
        "inbox/index.html", messages=found, unread=unread, latest=latest, form=form, now=now(), status=status
    )
