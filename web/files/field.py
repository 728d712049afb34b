"""The field of a form into which files are put: uploaded one by one by script, or all with the form without."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from wtforms import Field

from hotline.domain.attachment import ACCEPTED, TAKEN_WORDS
from hotline.domain.permissions import Actor, citizen
from hotline.read import attachments as shown
from hotline.read.attachments import File
from hotline.usecases.attachments import keys_in
from web.files import receive
from web.files.parts import limits
from web.guard import actor, office


class FilesField(Field):  # type: ignore[misc]
    """Keys of files that wait; draw it with ``ui.files``.

    Args:
        publishable: each file can be marked to go out with the public reply.
        outside: the form is the public's, also where a member of staff fills it in.
    """

    data: Any
    process_errors: Any

    def __init__(self, label: str = "附件", *, publishable: bool = False, outside: bool = False, **given: Any) -> None:
        super().__init__(label, **given)
        self.publishable = publishable
        self.outside = outside
        self.public: list[str] = []

    def process(self, formdata: Any, *given: Any, **named: Any) -> None:
        """Keys that came, less those to be dropped, and files that came with the form itself."""
        super().process(formdata, *given, **named)
        self.data = keys_in(self.data or [])
        self.public = []
        if formdata is None:
            return
        dropped = set(formdata.getlist(f"{self.name}_drop"))
        self.data = [key for key in self.data if key not in dropped]
        self.public = [key for key in formdata.getlist(f"{self.name}_public") if key in self.data]
        new, faults = receive.received(receive.parts_of(f"{self.name}_new"), self.by)
        self.data += [row.key for row in new]
        if "new" in formdata.getlist(f"{self.name}_public"):
            self.public += [row.key for row in new]
        self.process_errors = [*self.process_errors, *filter(None, ["；".join(faults)])]

    def process_formdata(self, valuelist: list[str]) -> None:
        """All of them."""
        self.data = keys_in(valuelist)

    @property
    def by(self) -> Actor:
        """Whose files they are until the form is taken."""
        return citizen(request.remote_addr or "") if self.outside else actor()

    @property
    def kept(self) -> tuple[File, ...]:
        """The files as they wait."""
        if not self.data:
            return ()
        with office().begin(by=self.by) as work:
            return shown.waiting(work, self.data)

    @property
    def most(self) -> int:
        """Files at most."""
        return limits().most

    @property
    def size(self) -> int:
        """Bytes of one file at most."""
        return limits().size

    @property
    def megabytes(self) -> int:
        """The same as people say it."""
        return limits().megabytes

    @property
    def accepted(self) -> str:
        """What the browser offers."""
        return ACCEPTED

    @property
    def accepted_words(self) -> str:
        """The same in words."""
        return TAKEN_WORDS

    @property
    def to(self) -> str:
        """Where a script uploads."""
        return url_for("files.upload_outside" if self.outside else "files.upload")

    def thumb(self, key: str) -> str:
        """Address of the small picture of a file that waits."""
        return url_for("files.waiting_outside" if self.outside else "files.waiting", key=key)
