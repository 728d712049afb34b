"""``/audit``: the log, looked through, taken away with a watermark, and proved."""

from __future__ import annotations

import csv
import io
from datetime import date

from flask import Blueprint, Response, request

from hotline.domain.audit import Kind
from hotline.domain.errors import Invalid
from hotline.domain.permissions import Permission
from hotline.read import audit_log as reading
from hotline.store import witness
from hotline.usecases import audit, audit_log
from web import replies
from web.formats import full_moment
from web.guard import actor, needs, now, office

bp = Blueprint("auditing", __name__, template_folder="templates", url_prefix="/audit")
HEADS = [
    "序号",
    "时间",
    "类别",
    "人员",
    "岗位",
    "单位",
    "工单",
    "数据所属单位",
    "内容",
    "理由",
    "其他",
    "网络地址",
    "校验值",
]


@bp.get("/")
@needs(Permission.AUDIT_READ)
def index() -> Response:
    """The log, newest first."""
    wanted, before = _wanted(), request.args.get("before", "")
    with office().begin(by=actor()) as work:
        found = reading.page(work, wanted, before=int(before) if before.isdecimal() else None)
    kinds = {kind.value: kind.label for kind in Kind}
    kept = {name: value for name, value in request.args.items() if name != "before" and value}
    return replies.page(
        "auditing/index.html", found=found, wanted=wanted, kinds=kinds, kept=kept, proof=None, now=now()
    )


@bp.post("/export")
@needs(Permission.AUDIT_READ)
def export() -> Response:
    """The lines that match as a table, with who took it away and when on its first line."""
    with office().begin(by=actor()) as work:
        lines = list(reading.whole(work, _wanted()))
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow([f"由{actor().name}于{full_moment(now())}导出，仅供审计使用"])
    rows.writerow(HEADS)
    for line in lines:
        cells = (line.actor, line.role, line.unit, line.ticket, line.owner, line.about, line.reason, line.rest)
        rows.writerow([line.seq, full_moment(line.at), line.label, *map(_harmless, cells), line.address, line.hash])
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=audit-{now():%Y%m%d%H%M}.csv"
    response.cache_control.no_store = True
    return response


@bp.post("/prove")
@needs(Permission.AUDIT_READ)
def prove() -> Response:
    """Walk both chains now."""
    with office().begin(by=actor(), isolation="REPEATABLE READ") as work:
        proof = audit.prove(work, witness.told(office().settings.data))
        found = reading.page(work, reading.Wanted())
    with office().begin(by=actor()) as work:
        audit_log.write(work, Kind.AUDIT_READ, about="核对完整性", rows=proof.lines, faults=len(proof.faults))
    kinds = {kind.value: kind.label for kind in Kind}
    return replies.page(
        "auditing/index.html",
        found=found,
        wanted=reading.Wanted(),
        kinds=kinds,
        kept={},
        proof=proof,
        now=now(),
    )


def _wanted() -> reading.Wanted:
    given = request.values
    return reading.Wanted(
        kind=given.get("kind", ""),
        who=given.get("who", "").strip()[:60],
        ticket=given.get("ticket", "").strip()[:24],
        unit=given.get("unit", "").strip()[:60],
        first=_day("first", given.get("first", "")),
        last=_day("last", given.get("last", "")),
    )


def _day(name: str, typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Invalid({name: "日期写法应如 2026-03-11"}) from None


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
