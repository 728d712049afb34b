"""What the forms of all steps share: the version they were drawn for, the way on, and lists found by typing."""

from __future__ import annotations

from typing import Any, ClassVar

from wtforms import DateField, DateTimeLocalField, HiddenField, SelectMultipleField, StringField
from wtforms.validators import Length

from hotline.domain.city import City
from hotline.read.ticket_page import TicketPage
from web.files.field import FilesField
from web.forms import Form, stripped
from web.tickets.choices import choices

LONG = [Length(max=5000)]
SHORT = [Length(max=200)]


CARRIED = ("version", "next", "stay", "csrf_token")
"""What travels in every form without being seen."""


class Picker(StringField):  # type: ignore[misc]
    """A long list that is searched by typing; ``source`` names it, ``several`` lets one choose more than one."""

    def __init__(self, label: str, source: str, *, several: bool = False, **given: Any) -> None:
        super().__init__(label, [Length(max=500)], filters=[stripped], **given)
        self.source = source
        self.several = several


class StepForm(Form):
    """A form with the version it was drawn for and the way on."""

    HELP: ClassVar[dict[str, str]] = {}
    NEEDED: frozenset[str] = frozenset()
    """Fields that must be filled in; all others are marked 选填."""
    version = HiddenField()
    next = HiddenField()
    """Path to go to once the step is done and the ticket goes on to somebody else."""
    stay = HiddenField()
    """Path to go to once the step is done and the ticket is still here; empty: as ``next``."""

    def fields(self, city: City) -> dict[str, Any]:
        """What was filled in, as the use case reads it: codes in place of names."""
        filled: dict[str, Any] = {}
        for field in self:
            if field.name in CARRIED:
                continue
            if isinstance(field, Picker):
                listed, typed = choices(city, field.source), field.data or ""
                filled[field.name] = listed.codes(typed) if field.several else listed.code(typed)
            elif isinstance(field, FilesField):
                filled[field.name], filled[f"{field.name}_public"] = field.data, field.public
            elif isinstance(field, DateTimeLocalField | DateField):
                filled[field.name] = field.data.isoformat() if field.data else ""
            else:
                filled[field.name] = field.data
        return filled

    def begin(self, ticket: TicketPage, city: City) -> None:
        """Fill in what is known already."""

    def offer(self, ticket: TicketPage, city: City) -> None:
        """Fill the lists that depend on the ticket, and leave out what does not concern its reader."""

    @property
    def shown(self) -> list[Any]:
        """The fields that people see; files come last."""
        seen = [f for f in self if f.name not in CARRIED]
        return sorted(seen, key=lambda field: isinstance(field, FilesField))

    @property
    def with_files(self) -> bool:
        """Whether files can be put in."""
        return any(isinstance(field, FilesField) for field in self)


class FilesForm(StepForm):
    """A form that takes files."""

    files = FilesField("附件")


class ShownFiles(StepForm):
    """Which of the units' files go out with the public reply; as the units marked them until the reviewer chooses."""

    files_public = SelectMultipleField("随答复公开的附件", validate_choice=False)

    def mark(self, ticket: TicketPage) -> None:
        """Choose what the units marked."""
        self.files_public.data = [file.key for file in ticket.files if file.answers and file.public]

    def offer(self, ticket: TicketPage, city: City) -> None:
        """The units' files; none, no field."""
        listed = {file.key: f"{file.name}（{file.who}）" for file in ticket.files if file.answers}
        if listed:
            self.files_public.choices = listed
        else:
            del self.files_public


class PlainForm(StepForm):
    """Nothing to fill in."""
