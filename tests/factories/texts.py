"""SMS that come in."""

from __future__ import annotations

from itertools import count
from typing import Any

import sqlalchemy as sa

from hotline.channels import generic_sms
from hotline.store.notice import Message, Notice
from hotline.usecases import texting
from tests.factories.appeals import PHONE
from tests.factories.offices import SetOffice

_NUMBERS = count(1)


def text_in(office: SetOffice, words: str, *, phone: str = PHONE, **given: Any) -> Message:
    """A message as the generic gateway posts it, under an id of its own unless one is given."""
    post = {"id": f"m{next(_NUMBERS)}", "from": phone, "text": words} | given
    with office.begin() as work:
        return texting.receive(work, "generic", generic_sms.read(post))


def sent(office: SetOffice, no: str = "") -> list[Notice]:
    """The SMS written so far, oldest first; of one ticket when its number is given."""
    query = sa.select(Notice).where(Notice.way == "sms").order_by(Notice.id)
    with office.begin() as work:
        return [n for n in work.session.scalars(query) if no in n.text]


def inbox(office: SetOffice, unit: str) -> list[Notice]:
    """What a unit was told, oldest first."""
    with office.begin() as work:
        query = sa.select(Notice).where(Notice.way == "inbox", Notice.unit == unit).order_by(Notice.id)
        return list(work.session.scalars(query))
