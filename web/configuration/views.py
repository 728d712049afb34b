"""``/configuration``: the rules as pages, each change with its effect before it is saved and its history after."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from hotline.domain import sms
from hotline.domain.errors import Invalid
from hotline.domain.permissions import Permission
from hotline.read import editions as reading
from hotline.settings import CONFIG
from hotline.settings import toml_text as toml
from hotline.settings.sla import limits_table, profiles
from hotline.settings.sms import measured
from hotline.store.work import Work
from hotline.usecases import editions
from web import replies
from web.configuration import sections
from web.configuration.blueprint import bp, page
from web.configuration.proposal import in_json, kind_of, lines_of, proposed, saved, table_in
from web.guard import actor, needs, office

P = Permission
PLACES = {
    "anhui": "安徽",
    "beijing": "北京",
    "fuzhou": "福州",
    "guangdong": "广东",
    "shandong": "山东",
    "shanghai": "上海",
}
"""Shipped profiles of limits; one without a line shows under its file's name."""


@bp.get("/")
@needs(P.CONFIGURE)
def index() -> Response:
    """What is in force of each name, since when, and what is planned."""
    with office().begin(by=actor()) as work:
        found, latest = reading.overview(work), reading.latest(work, 20)
    return page("index.html", here="index", found=found, latest=latest)


@bp.get("/<name>")
@needs(P.CONFIGURE)
def edit(name: str) -> Response:
    """The table in force as a form; ``?profile=`` fills the form of limits with another city's, unsaved."""
    return _form(name, None)


@bp.post("/<name>/edit")
@needs(P.CONFIGURE)
def edit_again(name: str) -> Response:
    """Back from looking at a change to its form, with everything in it."""
    return _form(name, table_in(request.form.get("body")))


@bp.get("/<name>/text")
@needs(P.CONFIGURE)
def text(name: str) -> Response:
    """The table in force as TOML text."""
    return _text(name, None)


@bp.post("/<name>/form")
@needs(P.CONFIGURE)
def sent(name: str) -> Response:
    """A filled-in form: on to its effect, or back with what is wrong under each field."""
    kind_of(name)
    typed = dict(request.form.items())
    with office().begin(by=actor()) as work:
        shape = editions.table(work, name)
        body = sections.table_of(name, shape, typed)
        faults, loose = sections.placed(name, shape, typed, editions.faults_of(work, name, body))
        shown = sections.sections(name, shape, editions.table(work, name), typed, faults)
    if faults or loose:
        known = {box.key for section in shown for box in section.every}
        loose += [words for key, words in faults.items() if key not in known]
        return _sections(name, shown, carried(), loose, status=422)
    return _on(name, body)


@bp.post("/<name>/text")
@needs(P.CONFIGURE)
def text_sent(name: str) -> Response:
    """A text: on to its effect, or back with the text and every fault in it."""
    kind_of(name)
    typed = request.form.get("text", "")
    body, fault = toml.read(typed)
    faults = [fault] if fault else []
    if not faults:
        with office().begin(by=actor()) as work:
            faults = editions.faults_of(work, name, body)
    if faults:
        return _texted(name, typed, faults, carried(), status=422)
    return _on(name, body)


@bp.post("/<name>/save")
@needs(P.CONFIGURE)
def save(name: str) -> Response:
    """Put the change that was looked at into force."""
    return saved(name)


@bp.get("/<name>/history")
@needs(P.CONFIGURE)
def history(name: str) -> Response:
    """Every edition: from when to when, who, why."""
    kind = kind_of(name)
    with office().begin(by=actor()) as work:
        versions, seen = reading.history(work, name), editions.seen(work, name)
    return page("history.html", here=name, kind=kind, versions=versions, seen=seen)


@bp.get("/<name>/history/<int:revision>")
@needs(P.CONFIGURE)
def version(name: str, revision: int) -> Response:
    """One edition: what it changed against the one before (``?against=``), and the whole of it as text."""
    kind = kind_of(name)
    with office().begin(by=actor()) as work:
        versions = reading.history(work, name)
        body = editions.of_revision(work, name, revision)
        against = request.args.get("against", default=max(0, revision - 1), type=int)
        other = editions.of_revision(work, name, against)
        seen = editions.seen(work, name)
        lines = lines_of(work, name, other, body)
    one = next(each for each in versions if each.revision == revision)
    return page(
        "version.html",
        here=name,
        kind=kind,
        version=one,
        against=against,
        versions=versions,
        lines=lines,
        text=toml.written(body),
        seen=seen,
    )


@bp.post("/<name>/history/<int:revision>/revert")
@needs(P.CONFIGURE)
def revert(name: str, revision: int) -> Response:
    """Look at going back to an edition; it is saved like any other change."""
    kind_of(name)
    with office().begin(by=actor()) as work:
        body, seen = editions.of_revision(work, name, revision), editions.seen(work, name)
    return proposed(
        name, body, seen=seen, base=None, words=f"恢复第 {revision} 版" if revision else "恢复随系统发布的内容"
    )


@bp.post("/<name>/history/<int:revision>/withdraw")
@needs(P.CONFIGURE)
def withdraw(name: str, revision: int) -> Response:
    """Take back an edition before it comes."""
    kind_of(name)
    with office().begin(by=actor()) as work:
        editions.withdraw(work, name, revision, seen=int(_seen() or -1))
    office().look_again()
    return replies.to("configuration.history", told=f"已撤销第 {revision} 版", name=name)


# -- showing -------------------------------------------------------------------------------------------------------


def _seen() -> str:
    given = request.form.get("seen", "")
    return given if given.isdecimal() else ""


def _on(name: str, body: dict[str, Any]) -> Response:
    base = request.form.get("base")
    return proposed(name, body, seen=int(_seen() or -1), base=table_in(base) if base else None)


def carried(work: Work | None = None, name: str = "") -> dict[str, str]:
    """What travels with every form of a name: which state of things it was drawn from, and that state."""
    if work is None or request.form.get("base"):
        return {"seen": _seen(), "base": request.form.get("base", "")}
    return {"seen": str(editions.seen(work, name)), "base": in_json(editions.table(work, name))}


def _form(name: str, body: dict[str, Any] | None) -> Response:
    kind_of(name)
    with office().begin(by=actor()) as work:
        now, with_it = editions.table(work, name), carried(work, name)
    if not sections.is_flat(now):
        return _text(name, body)
    filled, told = body or now, ""
    if name == "limits" and (profile := request.args.get("profile")):
        found, faults = limits_table(CONFIG / "sla", profile)
        if found is None:
            raise Invalid({"profile": faults[0]})
        filled, told = found, PLACES.get(profile, profile)
    typed = None if filled is now else sections.typed_as(name, now, filled)
    return _sections(name, sections.sections(name, now, now, typed), with_it, [], told=told)


def _sections(
    name: str,
    shown: list[sections.Section],
    with_it: dict[str, str],
    loose: list[str],
    *,
    told: str = "",
    status: int = 200,
) -> Response:
    return page(
        "sms.html" if name == "sms" else "sections.html",
        here=name,
        kind=kind_of(name),
        sections=shown,
        units=sections.UNITS,
        unit_suffix=sections.UNIT,
        gone_suffix=sections.GONE,
        loose=loose,
        told=told,
        profiles={each: PLACES.get(each, each) for each in profiles(CONFIG / "sla")} if name == "limits" else {},
        with_it=with_it,
        measured=measured,
        room=sms.LIMIT - sms.SIGNATURE_ROOM,
        status=status,
    )


def _text(name: str, body: dict[str, Any] | None) -> Response:
    kind_of(name)
    with office().begin(by=actor()) as work:
        table = editions.table(work, name) if body is None else body
        with_it = carried(work, name)
    return _texted(name, toml.written(table), [], with_it)


def _texted(name: str, text: str, faults: list[str], with_it: dict[str, str], status: int = 200) -> Response:
    kind = kind_of(name)
    return page("text.html", here=name, kind=kind, text=text, faults=faults, with_it=with_it, status=status)
