"""Replies of one event passed together (一并通过): the same words by the same unit, each on its own ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from hotline.domain.errors import NotNow, Refused
from hotline.domain.lifecycle import Action
from hotline.read.queues import Row, rows_of
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import access, review, steps
from web.guard import actor, office
from web.review.forms import PassForm
from web.tickets import trying

UNLIKE = NotNow("与本件的答复不同，或者已经不在待审核，请单独审核", rule="§7")


@dataclass(frozen=True, slots=True)
class Alike:
    """What may be passed with a reply."""

    rows: tuple[Row, ...] = ()
    others: int = 0
    """Replies of the same event and unit in other words."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What became of them."""

    done: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    """Number and why; the ticket is as it was."""


def alike(work: Work, no: str) -> Alike:
    """What may be passed with this reply."""
    ticket = access.staff(work, no, lock=False)
    beside, same = review.beside(work, ticket), review.alike(work, ticket)
    return Alike(rows_of(work, same), len(beside) - len(same))


def passed(picked: list[str], allowed: set[str], filled: MultiDict[str, str]) -> Passed:
    """Pass each of them as the first was passed, in a transaction of its own.

    Args:
        picked: number and version seen, ``FZ…:3``.
        allowed: numbers of those whose reply was like the first one's before that was passed.
        filled: the form of the first.
    """
    done: list[str] = []
    refused: list[tuple[str, str]] = []
    for each in dict.fromkeys(picked):
        no, _, version = each.partition(":")

        def take(work: Work, ticket: Ticket, fields: dict[str, Any]) -> None:
            if ticket.no not in allowed:
                raise UNLIKE
            # Which files go out was chosen for the first alone: of the others it stays as their units marked them.
            steps.take(work, ticket, Action.PASS, {k: v for k, v in fields.items() if k != "files_public"})

        form = PassForm(formdata=MultiDict([*filled.items(multi=True), ("version", version)]), meta={"csrf": False})
        form.version.data = version
        try:
            refusal = trying.take(no, Action.PASS, form, take)
        except Refused as unseen:
            refusal = unseen
        if refusal is None:
            done.append(no)
        else:
            refused.append((no, next(iter(getattr(refusal, "fields", {}).values()), refusal.message)))
    return Passed(tuple(done), tuple(refused))


def likenesses(no: str) -> set[str]:
    """Numbers of what may be passed with this reply now."""
    with office().begin(by=actor()) as work:
        return {other.no for other in review.alike(work, access.staff(work, no, lock=False))}
