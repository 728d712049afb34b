"""Filing tickets under their words, after what was said has committed.

Text is redacted before it is cut: a phone, a card or a plate that stands in somebody's words can't be found by anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import bindparam, cast, delete, select, update
from sqlalchemy.dialects.postgresql import TSVECTOR

from hotline.domain import finding
from hotline.domain.privacy import redact, street_level
from hotline.domain.reading import Finder
from hotline.store.search import SearchDue, TicketSearch
from hotline.store.ticket import Ticket
from hotline.store.work import Work

BATCH = 200


def file_due(work: Work, most: int = BATCH) -> int:
    """File what is waiting, oldest first; returns how many lines were done.

    Run by one relay at a time. A row that somebody is writing right now is left for the next time, so that nobody
    waits for the other while holding what the other wants.
    """
    due = work.session.execute(
        select(SearchDue.id, SearchDue.ticket_id).order_by(SearchDue.id).limit(most).with_for_update(skip_locked=True)
    ).all()
    if not due:
        return 0
    wanted = {row.ticket_id for row in due}
    free = set(
        work.session.scalars(
            select(TicketSearch.ticket_id).where(TicketSearch.ticket_id.in_(wanted)).with_for_update(skip_locked=True)
        )
    )
    if not free:
        return 0
    said = select(Ticket.id, Ticket.no, Ticket.title, Ticket.content, Ticket.address, Ticket.public_reply)
    rows = work.session.execute(said.where(Ticket.id.in_(free))).all()
    filing = update(TicketSearch).where(TicketSearch.ticket_id == bindparam("of"))
    work.session.connection().execute(
        filing.values(words=cast(bindparam("vector"), TSVECTOR)),
        [
            {"of": row.id, "vector": vector(work.finder, row.no, row.title, row.content, row.address, row.public_reply)}
            for row in rows
        ],
    )
    done = [row.id for row in due if row.ticket_id in free]
    work.session.execute(delete(SearchDue).where(SearchDue.id.in_(done)))
    return len(done)


def vector(finder: Finder, no: str, title: str, content: str, address: str, public_reply: str) -> str:
    """The ``tsvector`` of one ticket: the title most, then text and street, the public answer, and the exact place."""
    title = _harmless(title)
    sounds = finder.sounds(title)
    return finding.filed(
        ("A", finder.spread(title)),
        ("B", finder.spread(_harmless(content))),
        ("B", finder.spread(_harmless(street_level(address)))),
        ("C", finder.spread(_harmless(public_reply))),
        ("D", _marked(finding.PLACE, finder.spread(_harmless(address)))),
        ("D", finding.spoken(sounds) + finding.initials(sounds)),
        ("D", finding.numbers(no)),
    )


_MASKED = re.compile(r"[0-9A-Za-z@.-]*\*{2,}[0-9A-Za-z@.-]*")


def _harmless(text: str) -> str:
    """The text without what identifies a person; what a mask leaves of it goes too."""
    return _MASKED.sub(" ", redact(text))


def _marked(mark: str, words: Iterable[str]) -> list[str]:
    return [mark + word for word in dict.fromkeys(words)]
