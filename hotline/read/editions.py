"""What was in force when, who changed it and why: the history of one name, and all names at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select

from hotline.settings.editions import KINDS
from hotline.store.edition import Edition
from hotline.store.work import Work


class Standing(StrEnum):
    """How an edition stands now."""

    NOW = "now"
    PLANNED = "planned"
    PAST = "past"
    REPLACED = "replaced"
    """Another one for the same moment was written later: it never was in force."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Version:
    """One edition; revision 0 is the shipped file."""

    name: str
    label: str
    """What the name is called on pages."""
    revision: int
    standing: Standing
    since: datetime | None
    """None for the shipped one: from the beginning."""
    until: datetime | None
    """When the next one took or takes over; None while none does."""
    by: str
    at: datetime | None
    words: str
    withdrawn_by: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """One name at a glance."""

    name: str
    label: str
    now: Version
    planned: tuple[Version, ...]
    faults: tuple[str, ...]
    """What is wrong with the edition in force since something else has changed."""


def history(work: Work, name: str) -> list[Version]:
    """Every edition of a name, the last written first, the shipped one at the end."""
    written = work.session.execute(_columns().where(Edition.name == name).order_by(Edition.revision)).all()
    return _versions(work, name, written)


def overview(work: Work) -> list[Summary]:
    """All names, in the order in which they are kept."""
    histories = of_all(work)
    found = []
    for name, kind in KINDS.items():
        versions = histories[name]
        now = next(version for version in versions if version.standing is Standing.NOW)
        planned = sorted((v for v in versions if v.standing is Standing.PLANNED and v.since), key=_begins)
        found.append(Summary(name, kind.label, now, tuple(planned), tuple(work.rules.faults.get(name, ()))))
    return found


def latest(work: Work, most: int = 100) -> list[Version]:
    """The last changes of all names, the newest first."""
    written = [version for versions in of_all(work).values() for version in versions if version.at is not None]
    return sorted(written, key=lambda version: (version.at or work.now, version.revision), reverse=True)[:most]


def of_all(work: Work) -> dict[str, list[Version]]:
    """The histories of all names, in one query."""
    written = work.session.execute(_columns().order_by(Edition.revision)).all()
    return {name: _versions(work, name, [row for row in written if row.name == name]) for name in KINDS}


def _columns() -> Any:
    return select(
        Edition.name,
        Edition.revision,
        Edition.since,
        Edition.by,
        Edition.at,
        Edition.words,
        Edition.withdrawn_at,
        Edition.withdrawn_by,
    )


def _begins(version: Version) -> datetime:
    assert version.since is not None, "only written editions are planned"
    return version.since


def _versions(work: Work, name: str, written: Sequence[Row[Any]]) -> list[Version]:
    standing = [row for row in written if row.withdrawn_at is None]
    begins = sorted({row.since for row in standing})
    found = []
    for row in written:
        until = next((moment for moment in begins if moment > row.since), None)
        if row.withdrawn_at is not None:
            how, until = Standing.WITHDRAWN, None
        elif any(other.since == row.since and other.revision > row.revision for other in standing):
            how, until = Standing.REPLACED, None
        elif row.since > work.now:
            how = Standing.PLANNED
        else:
            how = Standing.PAST if until is not None and until <= work.now else Standing.NOW
        found.append(
            Version(
                name,
                KINDS[name].label,
                row.revision,
                how,
                row.since,
                until,
                row.by,
                row.at,
                row.words,
                row.withdrawn_by,
            )
        )
    first = begins[0] if begins else None
    shipped = Standing.PAST if first is not None and first <= work.now else Standing.NOW
    zero = Version(name, KINDS[name].label, 0, shipped, None, first, "", None, "")
    return [*reversed(found), zero]
