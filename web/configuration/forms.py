"""What an administrator fills in beside the settings themselves."""

from __future__ import annotations

from datetime import datetime

from wtforms import DateTimeLocalField, HiddenField, RadioField, TextAreaField
from wtforms.validators import Length
from wtforms.validators import Optional as Empty

from hotline.domain.calendar import ZONE
from hotline.usecases.editions import WHY_AT_MOST, Planned
from web.forms import Form, stripped


class SaveForm(Form):
    """Why, from when on, and the table as it was checked."""

    words = TextAreaField("修改原因", [Length(max=WHY_AT_MOST)], filters=[stripped])
    since = DateTimeLocalField("生效时间", [Empty()])
    later = RadioField(
        "已排定的后一版",
        [Empty()],
        choices={Planned.KEEP.value: "保留，届时取代这一版", Planned.WITHDRAW.value: "一并撤销"},
        validate_choice=False,
    )
    body = HiddenField()
    """The whole table, in JSON."""
    seen = HiddenField()
    """How often the name had been changed when its form was drawn."""
    base = HiddenField()
    """The table that the form was drawn from, in JSON: what the changes are changes of."""
    from_text = HiddenField()

    @property
    def begins(self) -> datetime | None:
        """The moment typed, on the city's clock; None: at once."""
        return self.since.data.replace(tzinfo=ZONE) if self.since.data else None

    @property
    def what_later(self) -> Planned | None:
        """What becomes of editions planned for later."""
        return Planned(self.later.data) if self.later.data in set(Planned) else None
