"""Units and categories from a table: uploaded, looked at row by row, then taken."""

from __future__ import annotations

from flask import Response
from wtforms import FileField, HiddenField, TextAreaField
from wtforms.validators import Length

from hotline.channels.sheet import NoTable
from hotline.domain.errors import NotFound
from hotline.domain.permissions import Permission
from hotline.usecases import organisation_table
from hotline.usecases.organisation import What
from hotline.usecases.organisation_table import NAMES, NEEDED, Looked
from web import replies
from web.configuration.blueprint import bp, page
from web.configuration.uploads import packed, unpacked, uploaded
from web.forms import Form, stripped
from web.guard import actor, needs, office

P = Permission
TABLES = {"units": What.UNIT, "taxonomy": What.CATEGORY}
SHOWN = 200
"""Rows that a page lists of each sort."""


class UploadForm(Form):
    """The file."""

    file = FileField("文件")


class TakeForm(Form):
    """The rows that were looked at, and why."""

    words = TextAreaField("修改原因", [Length(max=200)], filters=[stripped])
    rows = HiddenField()


@bp.get("/import/<what>")
@needs(P.CONFIGURE)
def import_table(what: str) -> Response:
    """Which columns are read, and where to put the file."""
    return _asked(what, UploadForm())


@bp.post("/import/<what>")
@needs(P.CONFIGURE)
def import_looked(what: str) -> Response:
    """Every row of the file: new, changed, the same, or what is wrong with it."""
    kind, form = _kind(what), UploadForm()
    try:
        given, bad = uploaded(NAMES[kind], NEEDED[kind])
    except NoTable as refused:
        form.file.errors = [refused.message]
        return _asked(what, form, status=422)
    with office().begin(by=actor()) as work:
        looked = organisation_table.look(work, kind, given, bad)
    return _looked(what, looked, TakeForm(formdata=None, data={"rows": packed(looked.rows)}))


@bp.post("/import/<what>/take")
@needs(P.CONFIGURE)
def import_taken(what: str) -> Response:
    """Take the good rows; they are read and judged once more."""
    kind, form = _kind(what), TakeForm()
    rows = unpacked(form.rows.data or "")
    if not form.validate() or not (form.words.data or "").strip():
        form.words.errors = form.words.errors or ["请写明修改原因，最多 200 个字"]
        with office().begin(by=actor()) as work:
            looked = organisation_table.look(work, kind, enumerate(rows, 1))
        return _looked(what, looked, form, status=422)
    with office().begin(by=actor()) as work:
        done = organisation_table.take(work, kind, rows, words=form.words.data or "")
    office().look_again()
    told = f"已新增 {len(done.added)} 行，修改 {len(done.changed)} 行"
    return replies.to("configuration.thing_history", told=told, what=kind)


def _kind(what: str) -> What:
    if what not in TABLES:
        raise NotFound("没有这一类表格，请从左侧选择")
    return TABLES[what]


def _asked(what: str, form: UploadForm, status: int = 200) -> Response:
    kind = _kind(what)
    columns = [(name, others[0] if others else "") for name, others in NAMES[kind].items()]
    return page("import.html", here=what, what=what, kind=kind, form=form, columns=columns, status=status)


def _looked(what: str, looked: Looked, form: TakeForm, status: int = 200) -> Response:
    return page(
        "import_looked.html",
        here=what,
        what=what,
        kind=_kind(what),
        looked=looked,
        form=form,
        shown=SHOWN,
        status=status,
    )
