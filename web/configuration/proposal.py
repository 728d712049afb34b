"""A change on its way: from what was typed to a table, its differences and its effect, and at last an edition."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Response
from redis.exceptions import RedisError

from hotline.domain.errors import Invalid, NotFound, NotNow, Stale
from hotline.domain.tables import changes, joined
from hotline.jobs.queue import wake
from hotline.read import editions as reading
from hotline.read import rule_effects
from hotline.read.editions import Standing, Version
from hotline.settings.editions import KINDS, Kind
from hotline.store.work import Work
from hotline.usecases import editions
from hotline.usecases.effects import Effect
from web import replies
from web.configuration.blueprint import page
from web.configuration.forms import SaveForm
from web.configuration.labels import called_in, comparable, label_of, value_of
from web.guard import actor, office
from web.input import Unreadable

MOST_CHANGES = 300
"""Changes that a page lists; more are counted."""


@dataclass(frozen=True, slots=True)
class Line:
    """One difference in words."""

    what: str
    before: str
    after: str
    disputed: bool = False
    """Somebody else changed the same value at the same time."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A change that can be saved, and what it would do."""

    lines: tuple[Line, ...]
    more: int
    effect: Effect
    planned: tuple[Version, ...]


def kind_of(name: str) -> Kind:
    """The name in an address; NotFound for any other."""
    found = KINDS.get(name)
    if found is None:
        raise NotFound("没有这一类配置，请从左侧选择")
    return found


def table_in(typed: str | None) -> dict[str, Any]:
    """A table that a page carries in JSON."""
    try:
        found = json.loads(typed or "")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unreadable("提交的内容不完整，请返回后重试")
    return found


def lines_of(
    work: Work, name: str, before: Mapping[str, Any], after: Mapping[str, Any], disputed: tuple[str, ...] = ()
) -> tuple[Line, ...]:
    """The differences of two tables in words."""
    called = called_in(before, after)
    units = {code: unit.short_name for code, unit in work.rules.city.units.items()}
    return tuple(
        Line(
            label_of(name, c.path, called),
            value_of(c.before, name, c.path[0], units),
            value_of(c.after, name, c.path[0], units),
            c.key in disputed,
        )
        for c in changes(*comparable(name, before, after))
    )


def checked(work: Work, name: str, body: Mapping[str, Any], disputed: tuple[str, ...] = ()) -> Checked:
    """What a table would change and do. Raises Invalid where it is at fault."""
    after = editions.after(work, name, body)
    lines = lines_of(work, name, editions.table(work, name), body, disputed)
    planned = tuple(v for v in reading.history(work, name) if v.standing is Standing.PLANNED)
    more = max(0, len(lines) - MOST_CHANGES)
    return Checked(lines[:MOST_CHANGES], more, rule_effects.of(work, name, after), planned)


def proposed(
    name: str, body: Mapping[str, Any], *, seen: int, base: Mapping[str, Any] | None, words: str = ""
) -> Response:
    """The page on which a change is looked at before it is saved. Raises Invalid where the table is at fault."""
    with office().begin(by=actor()) as work:
        shown = checked(work, name, body)
        base = editions.table(work, name) if base is None else base
    given = {"words": words, "body": in_json(body), "seen": str(seen), "base": in_json(base)}
    form = SaveForm(formdata=None, data=given)
    return page("preview.html", here=name, kind=kind_of(name), form=form, checked=shown)


def saved(name: str) -> Response:
    """Save what was looked at; where that can't be, the page again with what to do, and everything that was typed."""
    form, kind = SaveForm(), kind_of(name)
    body, seen = table_in(form.body.data), int(form.seen.data) if (form.seen.data or "").isdecimal() else -1
    valid = form.validate()
    told, clash = "", None
    if valid:
        # Not left to the general page of refusals: what was typed stays, and a second administrator sees what changed.
        try:
            with office().begin(by=actor()) as work:
                edition = editions.save(
                    work, name, body, words=form.words.data or "", seen=seen, since=form.begins, later=form.what_later
                )
                told = f"已保存{kind.label}第 {edition.revision} 版"
                told += "" if edition.since <= work.now else "，到时自动生效"
            office().look_again()
            _follow()
            return replies.to("configuration.history", told=told, name=name)
        except Stale as stale:
            clash = stale
        except Invalid as refused:
            for field, sentence in refused.fields.items():
                if field not in form:
                    raise
                form[field].errors = [sentence]
        except NotNow as refused:
            form.words.errors = [refused.message]
    return _again(kind, form, body, clash)


def _follow() -> None:
    """Open clocks follow at once; with Redis away the timetable sees to it within a minute."""
    with suppress(RedisError):
        wake(office().redis, "follow_rules")


def _again(kind: Kind, form: SaveForm, body: dict[str, Any], clash: Stale | None) -> Response:
    theirs: tuple[Line, ...] = ()
    disputed: tuple[str, ...] = ()
    with office().begin(by=actor()) as work:
        if clash is not None:
            base, now = table_in(form.base.data), editions.table(work, kind.name)
            theirs = lines_of(work, kind.name, base, now)
            body, found = joined(base, body, now)
            disputed = tuple(change.key for change in found)
            form.body.data, form.base.data = in_json(body), in_json(now)
            form.seen.data = str(editions.seen(work, kind.name))
        shown = checked(work, kind.name, body, disputed)
    status = 409 if clash is not None else 422
    return page(
        "preview.html", here=kind.name, kind=kind, form=form, checked=shown, clash=clash, theirs=theirs, status=status
    )


def in_json(table: Mapping[str, Any]) -> str:
    """A table as a page carries it."""
    return json.dumps(table, ensure_ascii=False, separators=(",", ":"))
