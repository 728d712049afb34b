"""``/accounts/import``: many accounts at once from a table, looked at before they are made."""

from __future__ import annotations

from flask import Response

from hotline.channels.sheet import NoTable
from hotline.domain.permissions import Permission
from hotline.usecases import accounts, accounts_table
from hotline.usecases.accounts_table import COLUMNS, NEEDED
from web import replies
from web.administration.blueprint import bp
from web.configuration.tables import TakeForm, UploadForm
from web.configuration.uploads import packed, unpacked, uploaded
from web.guard import actor, needs, office

P = Permission


@bp.get("/import")
@needs(P.ACCOUNTS)
def import_table() -> Response:
    """Which columns are read, and where to put the file."""
    return _asked(UploadForm())


@bp.post("/import")
@needs(P.ACCOUNTS)
def import_looked() -> Response:
    """Every row of the file: good, there already, or what is wrong with it."""
    form = UploadForm()
    try:
        given, bad = uploaded(COLUMNS, NEEDED)
    except NoTable as refused:
        form.file.errors = [refused.message]
        return _asked(form, status=422)
    with office().begin(by=actor()) as work:
        looked = accounts_table.look(work, given, bad)
    rows = TakeForm(formdata=None, data={"rows": packed(looked.rows)})
    return replies.page("administration/import_looked.html", looked=looked, form=rows)


@bp.post("/import/take")
@needs(P.ACCOUNTS)
def import_taken() -> Response:
    """Make them; their passwords are shown once."""
    rows = unpacked(TakeForm().rows.data or "")
    with office().begin(by=actor()) as work:
        made = accounts_table.take(work, rows)
    return replies.page("administration/import_done.html", made=made, note=accounts.ONCE)


def _asked(form: UploadForm, status: int = 200) -> Response:
    return replies.page("administration/import.html", form=form, columns=COLUMNS, status=status)
