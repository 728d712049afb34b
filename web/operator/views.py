"""The call desk: take down, see who calls, let the text be read, and do one of four things with it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, request

from hotline.domain import appeal as appeals
from hotline.domain.appeal import Appeal
from hotline.domain.calendar import local
from hotline.domain.deadlines import ClockKind
from hotline.domain.duplicates import Matter, Place
from hotline.domain.errors import Conflict, Invalid, NotNow, Refused
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Permission
from hotline.read import attachments, caller, followed, knowledge, queues, suggestion
from hotline.read.queues import Wanted
from hotline.store.contact import Contact
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import access, calls, intake, registering, sameness, steps
from hotline.usecases.intake import Taken
from web import replies
from web.files.parts import takes_files
from web.guard import actor, needs, now, office
from web.operator.forms import Call
from web.refusals import problem_of
from web.tickets.choices import choices

PROMISED = Wanted(states=(State.SUBMITTED,), clock=ClockKind.TIMED_CALLBACK)

bp = Blueprint("operator", __name__, template_folder="templates")

TOLD = {
    State.CLOSED: "已直接答复",
    State.HANDED_OVER: "已移交",
    State.PENDING_DISPATCH: "已提交派单",
    State.SUBMITTED: "已约定限时回访",
}


@bp.get("/operator")
@needs(Permission.TICKET_REGISTER)
def index() -> Response:
    """An empty desk, the cursor where one begins to write; on it the slip of the call before, if one was just taken."""
    given: dict[str, Any] = {"key": str(uuid4())}
    if once_more := request.args.get("again", ""):
        with office().begin(by=actor()) as work:
            given |= _same_caller(work, registering.my_ticket(work, once_more))
    form = Call(formdata=None, data=given)
    return _desk(form, slip=request.args.get("done", ""))


@bp.get("/operator/drafts/<no>")
@needs(Permission.TICKET_REGISTER)
def draft(no: str) -> Response:
    """The desk with a draft on it."""
    with office().begin(by=actor()) as work:
        ticket = registering.my_ticket(work, no)
        if ticket.at is not State.DRAFT:
            raise NotNow(f"这张工单已经{ticket.at.label}，不再是草稿")
        form = Call(formdata=None, data=_written(work, ticket))
    return _desk(form)


@bp.post("/operator/caller")
@needs(Permission.TICKET_REGISTER)
@takes_files
def history(status: int = 200) -> Response:
    """Who calls, as a part of the desk; without scripts the whole desk with everything that was written."""
    form = Call()
    with office().begin(by=actor()) as work:
        try:
            found = caller.of(work, form.phone.data or "")
        except Invalid as invalid:
            form.say(invalid.fields)
            found, status = None, 422
    if replies.wants_fragment():
        return replies.fragment("operator/_caller.html", caller=found, form=form, now=now(), status=status)
    return _desk(form, caller=found, status=status)


@bp.post("/operator/suggest")
@needs(Permission.TICKET_REGISTER, Permission.CLASSIFY)
@takes_files
def suggest() -> Response:
    """What the text says, as a part of the desk."""
    form = Call()
    found, offers = _suggested(form)
    if replies.wants_fragment():
        same = _same(form, found)
        return replies.fragment("operator/_suggestion.html", suggestion=found, offers=offers, same=same, now=now())
    return _desk(form, suggestion=found, offers=offers)


@bp.post("/operator/append")
@needs(Permission.TICKET_REGISTER)
@takes_files
def append() -> Response:
    """What is said now belongs to an earlier ticket."""
    form, no = Call(), request.form.get("append", "")
    try:
        with office().begin(by=actor()) as work:
            ticket = access.staff(work, no)
            given = {"text": form.content.data or "", "files": form.files.data}
            steps.take(work, ticket, Action.SUPPLEMENT, given)
    except Refused as refused:
        return _refused(form, refused, said_in="content")
    return replies.to("operator.index", told=f"已追加到 {ticket.no}")


@bp.post("/operator/<any(submit, draft, answer, handover, promise):deed>")
@needs(Permission.TICKET_REGISTER)
@takes_files
def take(deed: str) -> Response:
    """Submit, keep, answer or hand over: once, however often it is sent; when refused, all that was written stays."""
    form = Call()
    try:
        with office().begin(by=actor()) as work:
            taken = _take(work, form, deed)
    except Conflict:
        return _conflict(form)
    except Refused as refused:
        return _refused(form, refused, deed)
    if deed == "draft" and taken.ticket.at is State.DRAFT:
        return replies.to("operator.index", told=f"草稿 {taken.ticket.no} 已保存")
    return replies.to("operator.index", done=taken.ticket.no)


def _take(work: Work, form: Call, deed: str) -> Taken:
    city = work.rules.city
    raw = form.raw(city, request.form)
    faults = _own_faults(form, deed)
    try:
        appeal = appeals.read(raw, channel="phone", city=city, now=work.now)
    except Invalid as invalid:
        raise Invalid(invalid.fields | faults) from invalid
    if faults:
        raise Invalid(faults)
    given = {"key": f"desk/{form.key.data or uuid4()}", "body": intake.body_hash(raw), "draft": form.draft.data or ""}
    before = registering.my_ticket(work, form.linked.data) if form.linked.data else None
    told = registering.call_of(before) if before is not None else calls.of_seat(work, work.by, appeal.phone)
    appeal = replace(appeal, call_id=told or None)
    taken = _deed(work, form, deed, appeal, given)
    if before is not None and taken.fresh:
        registering.same_call(work, taken.ticket, before)
    return taken


def _deed(work: Work, form: Call, deed: str, appeal: Appeal, given: dict[str, str]) -> Taken:
    if deed == "draft":
        return registering.keep(work, appeal, **given)
    if deed == "answer":
        return registering.answer(
            work, appeal, text=form.answer.data or "", knowledge=form.knowledge.data or "", **given
        )
    if deed == "promise":
        return registering.promise(work, appeal, question=form.question.data or "", **given)
    if deed == "handover":
        target, their_no = form.target.data or "", form.their_no.data or ""
        return registering.hand_over(work, appeal, target=target, their_no=their_no, **given)
    return registering.submit(work, appeal, **given)


def _own_faults(form: Call, deed: str) -> dict[str, str]:
    """What only this deed needs."""
    if deed == "answer" and not form.answer.data and not form.knowledge.data:
        return {"answer": "请填写答复内容"}
    if deed == "promise" and not form.question.data:
        return {"question": "请写明要查清什么，回访时照此答复"}
    if deed == "handover" and form.target.data not in handover_codes():
        return {"target": "请选择移交给谁"}
    if deed != "draft" and not form.phone.data and not form.anonymous.data:
        return {"phone": "请填写来电号码；对方不愿留号码的，请勾选匿名"}
    return {}


def handover_codes() -> set[str]:
    """Units outside to which a call can be handed."""
    return {unit.code for unit in office().rules.city.units.values() if unit.is_handover}


def _conflict(form: Call) -> Response:
    """The same call, already taken, with other words: say where it is, keep the words, offer to append them."""
    with office().begin(by=actor()) as work:
        no = intake.known(work, "phone", f"desk/{form.key.data}")
    form.content.errors = [f"这通来电已经登记为 {no}。补充的内容请按 F4 追加到它；确是另一件事，请再按 F9 另登一张"]
    form.key.data = str(uuid4())
    return _desk(form, status=422, appended=no)


def _refused(form: Call, refused: Refused, deed: str = "", *, said_in: str = "answer") -> Response:
    problem = problem_of(refused)
    form.say(problem.fields, text=said_in)
    if "knowledge" in problem.fields:
        form.knowledge.data = ""  # what is sent again without it is an answer in free words
    return _desk(form, status=problem.status, problem=None if problem.fields else problem, deed=deed)


def _desk(form: Call, *, status: int = 200, slip: str = "", appended: str = "", **values: Any) -> Response:
    with office().begin(by=actor()) as work:
        values["day"] = caller.my_day(work)
        values["pinned"] = knowledge.pinned(work)
        if form.draft.data:
            with suppress(Refused):  # the refusal of what was done with it is told already
                values["attached"] = attachments.of_draft(work, registering.my_ticket(work, form.draft.data))
        if slip:
            values["slip"] = _slip(work, slip)
        if "caller" not in values and appeals.is_phone(appeals.normal_phone(form.phone.data or "")):
            values["caller"] = caller.of(work, form.phone.data or "")
        form.among(work.rules.city)
    if "suggestion" not in values and form.content.data:
        values["suggestion"], values["offers"] = _suggested(form)
    return replies.page("operator/index.html", form=form, appended=appended, now=now(), status=status, **values)


def _slip(work: Work, no: str) -> dict[str, Any] | None:
    """Number and code of the call just taken, for who took it, within the hour."""
    try:
        ticket = registering.my_ticket(work, no)
    except Refused:
        return None
    if (work.now - ticket.changed_at).total_seconds() > 3600:
        return None
    return {
        "no": ticket.no,
        "code": ticket.query_code,
        "told": TOLD.get(ticket.at, ticket.at.label),
        "by": None if ticket.closed_at else followed.promise(work, ticket),
    }


def _suggested(form: Call) -> tuple[suggestion.Suggestion | None, tuple[knowledge.Offer, ...]]:
    """What the text says, and the knowledge items one could answer from."""
    content = (form.content.data or "").strip()
    if len(content) < 4:
        return None, ()
    with office().begin(by=actor()) as work:
        city = work.rules.city
        raw = form.raw(city, request.form)
        region = raw["region"] if city.region_name(raw["region"]) else None
        found = suggestion.of(work, content, address=raw["address"], region=region, category=raw["category"])
        category = raw["category"] or (found.kinds[0].code if found.kinds else "")
        return found, knowledge.offered(work, content, category=category, region=region or "")


@bp.get("/operator/promised")
@needs(Permission.TICKET_ANSWER)
def promised() -> Response:
    """The questions that the centre itself still has to answer by a call (限时回访), the soonest due first."""
    with office().begin(by=actor()) as work:
        page = queues.page(work, PROMISED, cursor=request.args.get("cursor") or None)
    return replies.page("operator/promised.html", rows=page, now=now())


def _same_caller(work: Work, ticket: Ticket) -> dict[str, Any]:
    """Who calls, for another matter of the same call; where it is would send it to the wrong unit if nobody looks."""
    kept = ("phone", "name", "reply_by", "anonymous")
    written = _written(work, ticket)
    return {name: written[name] for name in kept} | {"linked": ticket.no}


def _same(form: Call, found: suggestion.Suggestion | None) -> list[dict[str, Any]]:
    """Open tickets of this number that what is being said repeats (handbook §7)."""
    phone = appeals.normal_phone(form.phone.data or "")
    if found is None or not found.kinds or not appeals.is_phone(phone):
        return []
    kind = next((each for each in found.kinds if each.chosen), found.kinds[0])
    with office().begin(by=actor()) as work:
        raw = form.raw(work.rules.city, request.form)
        region = raw["region"] if work.rules.city.region_name(raw["region"]) else None
        matter = Matter(kind.code, Place(address=raw["address"], region=region), raw["content"])
        return [
            {"no": m.ticket.no, "title": m.ticket.title, "words": m.ticket.at.words(m.ticket.round), "alike": m.alike}
            for m in sameness.open_matches(work, phone, matter)[:2]
        ]


def _written(work: Work, ticket: Ticket) -> dict[str, Any]:
    """A draft as the form takes it."""
    city = work.rules.city
    who = work.session.get_one(Contact, ticket.id)
    return {
        "key": str(uuid4()),
        "draft": ticket.no,
        "phone": work.sealer.open(who.phone),
        "name": work.sealer.open(who.name),
        "reply_by": who.reply_by,
        "content": ticket.content,
        "address": ticket.address,
        "region": city.region_name(ticket.region),
        "occurred_at": local(ticket.occurred_at).replace(tzinfo=None) if ticket.occurred_at else None,
        "confidential": ticket.confidential,
        "anonymous": ticket.anonymous,
        "category": choices(city, "categories").words(ticket.category),
        "type": ticket.type or "",
        "urgency": "" if ticket.urgency == "NORMAL" else ticket.urgency,
    }
