"""``/scores``: the monthly scores by group, the freeze with its adjustments, and the notice about them (考核通报)."""

from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from flask import Blueprint, Response, request, send_file, url_for

from hotline.documents import letter, printed, workbook
from hotline.domain.audit import Kind
from hotline.domain.calendar import local, start_of
from hotline.domain.errors import NotFound
from hotline.domain.permissions import Permission
from hotline.domain.score import FALSE_REPLY, FOUND, KNOWLEDGE
from hotline.read import knowledge_duty, scores, watching
from hotline.read import month as months
from hotline.read import report as reports
from hotline.store.month import PUBLISHED
from hotline.usecases import audit_log, bulletins, freeze, points
from web import period, replies
from web.analysis.views import asked_month
from web.guard import actor, needs, now, office

bp = Blueprint("scores", __name__, template_folder="templates")

P = Permission
WRITERS = {"xlsx": workbook.write, "docx": letter.write, "pdf": printed.write}


@bp.get("/scores")
@needs(P.BOARD_VIEW)
def index() -> Response:
    """Every group with its bands; the notice, what waits to be done about it, and who objected."""
    month = _month()
    who = actor()
    with office().begin(by=who) as work:
        found = scores.of(work, month)
        notice, doubts = scores.notice(work, month), scores.doubts(work, month)
        offered = months.months(work)
        city = work.rules.city
        named = {o.unit for o in notice.objections} | {p.unit for p in notice.points} | {d.unit for d in doubts}
        names = {code: watching.words(city, code) for code in named}
        own = found.unit(scores.owners(city)(who.unit)) if who.may(P.TICKET_SIGN) and who.unit else None
        opens = freeze.next_month(month)
        may_freeze = who.may(P.CONFIGURE) and found.frozen_at is None and now() >= start_of(opens)
        labels = [scores.label_of(work, item) for item in (found.groups[0].rows[0].score.items if found.groups else ())]
        units = [(group.name, [(row.code, row.name) for row in group.rows]) for group in found.groups]
    bulletin = notice.bulletin
    mine = next((each for each in notice.objections if each.unit == who.unit), None)
    may_object = (
        bulletin is not None
        and bulletin.stage == PUBLISHED
        and bulletin.objections_until is not None
        and now() <= bulletin.objections_until
        and who.may(P.TICKET_SIGN)
        and bool(who.unit)
        and mine is None
    )
    return replies.page(
        "scores/index.html",
        found=found,
        own=own,
        notice=notice,
        bulletin=bulletin,
        state_words=bulletins.STATE_LABELS.get(bulletin.stage, "") if bulletin else "",
        names=names,
        doubts=doubts,
        opens=who.may(P.TICKET_VIEW),
        by_hand={kind: rule.words for kind, rule in found.rules.points.items() if kind not in FOUND},
        months=offered,
        month=month,
        heads=[(label, "num") for label in labels],
        units=units,
        may={
            "freeze": may_freeze,
            "draft": who.may(P.TICKET_SUPERVISE) and found.frozen_at is not None and not found.published,
            "approve": who.may(P.CONFIGURE) and bulletin is not None and bulletin.stage == bulletins.DRAFT,
            "points": who.may(P.TICKET_SUPERVISE) and not found.published,
            "answer": who.may(P.TICKET_SUPERVISE),
            "object": may_object,
        },
        files=[(kind, url_for(".file", kind=kind, month=f"{month:%Y-%m}")) for kind in WRITERS],
        now=now(),
    )


@bp.get("/scores/<unit>")
@needs(P.BOARD_VIEW)
def unit(unit: str) -> Response:
    """One unit: each item, its rate frozen and now, and its tickets."""
    month = _month()
    who = actor()
    with office().begin(by=who) as work:
        found = scores.of(work, month)
        mine = scores.seen_by(work, found, unit)
        keys = [item.rule.key for item in mine.score.items if item.rule.key != KNOWLEDGE]
        standing = months.of(work, month, [unit], [*keys, *(f"{key}_raw" for key in ("resolved", "satisfied"))])
        labels = {item.rule.key: scores.label_of(work, item) for item in mine.score.items}
        book = work.rules.counting.rates
        versions = {key: book.over(key, standing.period)[-1].version_words for key in keys if key in book}
        changed = months.adjustments(work, month, unit) if found.frozen_at else ()
        watches = watching.may_watch(work.rules.city, who, unit)
        notice, city = scores.notice(work, month), work.rules.city
        owner = scores.owners(city)
        notice = replace(notice, points=tuple(each for each in notice.points if owner(each.unit) == unit))
    days = period.named(standing.period)

    def href(key: str, part: str = "") -> str:
        may = who.may(P.FIGURE_OPEN) and watches
        return url_for("board.figure", key=key, unit=unit, part=part or None, **days) if may else ""

    return replies.page(
        "scores/unit.html",
        found=found,
        mine=mine,
        unit=unit,
        month=month,
        standing=standing,
        labels=labels,
        versions=versions,
        changed=changed,
        notice=notice,
        points=notice.points,
        names={each.unit: watching.words(city, each.unit) for each in notice.points},
        doubts=(),
        may={"points": False},
        opens=who.may(P.TICKET_VIEW),
        rules=found.rules,
        href=href,
        files=[(kind, url_for(".file", kind=kind, month=f"{month:%Y-%m}", unit=unit)) for kind in WRITERS if watches],
        now=now(),
    )


@bp.get("/scores/file.<kind>")
@needs(P.BOARD_VIEW)
def file(kind: str) -> Response:
    """The notice, or one unit's sheet, as a file."""
    if kind not in WRITERS:
        raise NotFound("可以下载 xlsx、docx 或 pdf")
    month = _month()
    with office().begin(by=actor(), isolation="REPEATABLE READ") as work:
        chosen = watching.chosen(work, request.args.get("unit"))
        found = reports.of(work, month, chosen)
    with office().begin(by=actor()) as work:
        audit_log.write(work, Kind.EXPORT, about=f"月度通报 {month:%Y-%m} {chosen} {kind}")
    with tempfile.TemporaryDirectory(prefix="hotline-report-") as folder:
        path = Path(folder) / f"report.{kind}"
        WRITERS[kind](replace(found, made=f"{found.made}　{actor().name}于 {local(now()):%Y-%m-%d %H:%M} 导出"), path)
        body = io.BytesIO(path.read_bytes())
    return send_file(body, as_attachment=True, download_name=f"{month:%Y-%m}-{chosen}.{kind}")


@bp.post("/scores/freeze")
@needs(P.CONFIGURE)
def freeze_now() -> Response:
    """Freeze the month now, before its day if need be."""
    month = _month()
    freeze.freeze(office().begin, month, early=True, knowledge=knowledge_duty.rates, by=actor())
    return _back(month, "已冻结，后来的变化进入调整清单")


@bp.post("/scores/draft")
@needs(P.TICKET_SUPERVISE)
def draft() -> Response:
    """Draft the notice."""
    month = _month()
    with office().begin(by=actor()) as work:
        bulletins.draft(work, month, words=request.form.get("words", ""))
    return _back(month, "已提交，等待中心管理员批准")


@bp.post("/scores/approve")
@needs(P.CONFIGURE)
def approve() -> Response:
    """Publish the notice."""
    month = _month()
    with office().begin(by=actor()) as work:
        bulletins.approve(work, month)
    return _back(month, "已发布")


@bp.post("/scores/send-back")
@needs(P.CONFIGURE)
def send_back() -> Response:
    """Ask for another draft."""
    month = _month()
    with office().begin(by=actor()) as work:
        bulletins.send_back(work, month, opinion=request.form.get("opinion", ""))
    return _back(month, "已退回修改")


@bp.post("/scores/object")
@needs(P.TICKET_SIGN)
def object_to() -> Response:
    """The own unit objects."""
    month = _month()
    with office().begin(by=actor()) as work:
        bulletins.object_to(work, month, words=request.form.get("words", ""))
    return _back(month, "已提出异议，热线中心会答复")


@bp.post("/scores/answer")
@needs(P.TICKET_SUPERVISE)
def answer() -> Response:
    """Answer an objection."""
    month = _month()
    with office().begin(by=actor()) as work:
        bulletins.answer(
            work,
            month,
            request.form.get("unit", ""),
            upheld=request.form.get("upheld") == "yes",
            words=request.form.get("words", ""),
        )
    return _back(month, "已答复")


@bp.post("/scores/points")
@needs(P.TICKET_SUPERVISE)
def add_point() -> Response:
    """Enter a plus or minus."""
    month = _month()
    given = request.form
    with office().begin(by=actor()) as work:
        points.add(
            work,
            month,
            given.get("unit", ""),
            kind=given.get("kind", ""),
            words=given.get("words", ""),
            ticket_no=given.get("ticket_no", "").strip(),
        )
    return _back(month, "已登记")


@bp.post("/scores/points/verify")
@needs(P.TICKET_SUPERVISE)
def verify() -> Response:
    """A reply that was called false is a minus, or was true after all."""
    month, given = _month(), request.form
    said = {"words": given.get("words", ""), "ticket_no": given.get("ticket_no", "")}
    true = given.get("true") == "yes"
    with office().begin(by=actor()) as work:
        if true:
            points.add(work, month, given.get("unit", ""), kind=FALSE_REPLY, **said)
        else:
            points.refute(work, month, given.get("unit", ""), **said)
    return _back(month, "已登记" if true else "已记为不属实，不扣分")


@bp.post("/scores/points/<int:point>/take-back")
@needs(P.TICKET_SUPERVISE)
def take_back(point: int) -> Response:
    """Take a point back."""
    with office().begin(by=actor()) as work:
        month = points.take_back(work, point, words=request.form.get("words", "")).month
    return _back(month, "已撤销")


@bp.post("/scores/points/<int:point>/put-back")
@needs(P.TICKET_SUPERVISE)
def put_back(point: int) -> Response:
    """Let a point count again."""
    with office().begin(by=actor()) as work:
        month = points.put_back(work, point).month
    return _back(month, "已恢复")


def _month() -> date:
    """The month asked for; before anything is asked, the one just past."""
    typed = request.values.get("month", "")
    return asked_month(typed) if typed else freeze.last_month(asked_month(""))


def _back(month: date, told: str) -> Response:
    return replies.to(".index", month=f"{month:%Y-%m}", told=told)
