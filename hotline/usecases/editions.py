"""Changing the rules while the house runs: a new edition from a moment on, taken back before it comes, or undone.

Nothing is overwritten: what was in force when stays to be seen. Undoing is a new edition equal to an older one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from hotline.domain.audit import Kind
from hotline.domain.calendar import local
from hotline.domain.errors import Invalid, NotFound, NotNow, Stale
from hotline.domain.rulebook import Rulebook
from hotline.domain.tables import changes
from hotline.settings.editions import KINDS, Table, overlaid, plain, read
from hotline.store.edition import Edition
from hotline.store.organisation import Revision, take_turn
from hotline.store.work import Work
from hotline.usecases import audit_log

WHY_AT_MOST = 200
AUDITED_AT_MOST = 40
"""Changes that the audit log names one by one; the edition itself holds them all."""
_PLACE = re.compile("第 [0-9]+ 条")


class Planned(StrEnum):
    """What becomes of editions that are planned for later than the one being saved."""

    KEEP = "keep"
    WITHDRAW = "withdraw"


def in_force(session: Session, at: datetime, *names: str) -> dict[str, Edition]:
    """The edition in force of each name that has one; of these names only, if some are given."""
    newest = (
        select(Edition)
        .where(Edition.since <= at, Edition.withdrawn_at.is_(None), Edition.name.in_(names) if names else true())
        .ext(distinct_on(Edition.name))
        .order_by(Edition.name, Edition.since.desc(), Edition.revision.desc())
    )
    return {edition.name: edition for edition in session.scalars(newest)}


def ids_in_force(session: Session, at: datetime) -> dict[str, int]:
    """The same, only their keys: how a process learns that something has changed, or that a moment has come."""
    newest = (
        select(Edition.name, Edition.id)
        .where(Edition.since <= at, Edition.withdrawn_at.is_(None))
        .ext(distinct_on(Edition.name))
        .order_by(Edition.name, Edition.since.desc(), Edition.revision.desc())
    )
    return dict(session.execute(newest).all())


def bodies(session: Session, ids: Iterable[int]) -> dict[str, dict[str, Any]]:
    """The tables of these editions, by name."""
    wanted = select(Edition.name, Edition.body).where(Edition.id.in_(list(ids)))
    return dict(session.execute(wanted).all())


def seen(work: Work, name: str) -> int:
    """How often a name has been changed; who saves says which state of things he has seen."""
    return work.session.scalar(select(Revision.n).where(Revision.name == f"edition:{name}")) or 0


def table(work: Work, name: str, at: datetime | None = None) -> dict[str, Any]:
    """The whole table of a name in force at a moment (default: now)."""
    found = in_force(work.session, at or work.now, name).get(name)
    return overlaid(KINDS[name], work.rules.shipped[name], found.body if found else {})


def of_revision(work: Work, name: str, revision: int) -> dict[str, Any]:
    """The whole table of one edition; 0 is the shipped one."""
    if revision == 0:
        return dict(work.rules.shipped[name])
    return overlaid(KINDS[name], work.rules.shipped[name], _edition(work, name, revision).body)


def planned(work: Work, name: str) -> list[Edition]:
    """The editions that have not come yet, the next one first."""
    waiting = select(Edition).where(Edition.name == name, Edition.since > work.now, Edition.withdrawn_at.is_(None))
    return list(work.session.scalars(waiting.order_by(Edition.since, Edition.revision)))


def after(work: Work, name: str, body: Table) -> Rulebook:
    """The rulebook as it would be with this table.

    Raises:
        Invalid: what is wrong with the table; ``fields`` has one entry per fault, by the key it names.
    """
    parts, faults = _tried(work, name, body)
    if faults:
        raise Invalid(_by_key(faults), "；".join(faults[:5]), rule="§17")
    return replace(work.rules, **parts)


def parts_of(work: Work, name: str, body: Table) -> dict[str, Any]:
    """The fields of the rulebook that a table of this name says, beside the others in force; without what is unfit."""
    tables = {each: overlaid(kind, work.rules.shipped[each], {}) for each, kind in KINDS.items()}
    tables[name] = overlaid(KINDS[name], work.rules.shipped[name], body)
    return KINDS[name].read(tables, work.rules.city)[0]


def faults_of(work: Work, name: str, body: Table) -> list[str]:
    """What is wrong with a table, in the words that a file would get."""
    return _tried(work, name, body)[1]


def _by_key(faults: list[str]) -> dict[str, str]:
    return dict(map(_field, enumerate(faults)))


def _tried(work: Work, name: str, body: Table) -> tuple[dict[str, Any], list[str]]:
    found = in_force(work.session, work.now)
    tables = {
        each: overlaid(kind, work.rules.shipped[each], found[each].body if each in found else {})
        for each, kind in KINDS.items()
    }
    tables[name] = overlaid(KINDS[name], work.rules.shipped[name], plain(body))
    parts, faults = read(tables, work.rules.city)
    said = list(faults.get(name, ()))
    if KINDS[name].lenient:
        # What has long been out of use, told on the page, need not be mended before anything else can be.
        known = {_PLACE.sub("", fault) for fault in work.rules.faults.get(name, ())}
        said = [fault for fault in said if _PLACE.sub("", fault) not in known]
    if KINDS[name].deep and (unknown := sorted(body.keys() - work.rules.shipped[name].keys())):
        said.append(f"没有“{'、'.join(unknown)}”这一项，请检查拼写")
    return parts, said


def _field(fault: tuple[int, str]) -> tuple[str, str]:
    """The key a fault begins with, and the rest; a fault without one keeps a number in place of the key."""
    n, words = fault
    key, colon, rest = words.partition(":")
    named = colon and key.isascii() and key.replace(".", "").replace("_", "").isalnum()
    return (key, rest) if named else (str(n), words)


def save(
    work: Work,
    name: str,
    body: Mapping[str, Any],
    *,
    words: str,
    seen: int,
    since: datetime | None = None,
    later: Planned | None = None,
) -> Edition:
    """Put a table into force from ``since`` on (default: at once).

    Raises:
        Stale: somebody else changed this name since it was read (``seen``).
        Invalid: what is wrong with the table, the reason or the moment; or ``later``: an edition is planned for after
            this one, and nobody said what shall become of it.
        NotNow: it says nothing new.
    """
    words = words.strip()
    if not words or len(words) > WHY_AT_MOST:
        raise Invalid({"words": f"请写明修改原因，最多 {WHY_AT_MOST} 个字"}, rule="§17")
    if since is not None and since < work.now:
        raise Invalid({"since": "生效时间已经过去；请改为以后的时刻，或留空立即生效"}, rule="§17")
    begins = since or work.now
    _turn(work, name, seen)
    after(work, name, body)
    fresh = overlaid(KINDS[name], work.rules.shipped[name], plain(body))
    old = table(work, name, begins)
    if fresh == old:
        raise NotNow("和那时有效的内容完全一样，没有需要保存的改动", rule="§17")
    waiting = [edition for edition in planned(work, name) if edition.since > begins]
    if waiting and later is None:
        when = f"{local(waiting[0].since):%Y-%m-%d %H:%M}"
        raise Invalid({"later": f"{when} 起已排定另一版；请选择保留它（届时取代这一版），或一并撤销"}, rule="§17")
    if later is Planned.WITHDRAW:
        for edition in waiting:
            _take_back(work, edition)
    last = work.session.scalar(select(func.max(Edition.revision)).where(Edition.name == name)) or 0
    edition = Edition(
        name=name,
        revision=last + 1,
        since=begins,
        body=fresh,
        words=words,
        by_id=work.by.id,
        by=work.by.name,
        at=work.now,
    )
    work.session.add(edition)
    work.session.flush()
    differing = [f"{c.key}: {_value(c.before)} → {_value(c.after)}"[:200] for c in changes(old, fresh)]
    audit_log.write(
        work,
        Kind.CONFIGURATION,
        about=f"{KINDS[name].label}第 {edition.revision} 版",
        name=name,
        revision=edition.revision,
        since=begins.isoformat(),
        why=words,
        changed=len(differing),
        changes=differing[:AUDITED_AT_MOST],
    )
    return edition


def _value(value: Any) -> str:
    """A value as the auditor reads it."""
    return "无" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def withdraw(work: Work, name: str, revision: int, *, seen: int) -> None:
    """Take back an edition before it comes.

    Raises:
        NotFound: there is none of this number.
        NotNow: it is or was in force, or has been taken back; undo it by :func:`revert`.
        Stale: as for :func:`save`.
    """
    _turn(work, name, seen)
    edition = _edition(work, name, revision)
    if edition.since <= work.now or edition.withdrawn_at is not None:
        raise NotNow("这一版已经生效或已被撤销；要改回去，请在历史中选择“恢复这一版”", rule="§17")
    _take_back(work, edition)


def revert(
    work: Work,
    name: str,
    revision: int,
    *,
    words: str,
    seen: int,
    since: datetime | None = None,
    later: Planned | None = None,
) -> Edition:
    """A new edition equal to an older one; 0 is the shipped one. Raises as :func:`save`, and NotFound."""
    body = of_revision(work, name, revision)
    return save(work, name, body, words=words, seen=seen, since=since, later=later)


def _edition(work: Work, name: str, revision: int) -> Edition:
    found = work.session.scalar(select(Edition).where(Edition.name == name, Edition.revision == revision))
    if found is None:
        raise NotFound(f"没有第 {revision} 版；请回到修改历史重新选择")
    return found


def _turn(work: Work, name: str, seen: int) -> None:
    """Take one's turn at changing a name; who has not seen the last change does not get it."""
    if take_turn(work.session, f"edition:{name}", seen):
        return
    last = work.session.scalar(select(Edition).where(Edition.name == name).order_by(Edition.revision.desc()).limit(1))
    who = last.by if last else "别人"
    raise Stale(f"{who}刚刚修改了{KINDS[name].label}；请先看他改了什么，您填写的内容已保留，再决定是否保存", rule="§17")


def _take_back(work: Work, edition: Edition) -> None:
    edition.withdrawn_at = work.now
    edition.withdrawn_by = work.by.name
    about = f"撤销{KINDS[edition.name].label}第 {edition.revision} 版"
    audit_log.write(work, Kind.CONFIGURATION, about=about, name=edition.name, revision=edition.revision)
