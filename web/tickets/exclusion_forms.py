"""The forms of exclusions 剔除."""

from __future__ import annotations

from typing import ClassVar

from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from hotline.domain.exclusions import Reason
from web.tickets.form_base import FilesForm


class RequestExclusionForm(FilesForm):
    """The rating should not count in the score."""

    NEEDED = frozenset({"reason", "evidence"})
    HELP: ClassVar = {"evidence": "写明证据，例如现场记录、法规条文、通话编号；评价本身会保留，原始比率不变"}
    reason = SelectField("剔除理由", choices={"": "请选择"} | {each.value: each.label for each in Reason})
    evidence = TextAreaField("证据", [Length(max=2000)])
