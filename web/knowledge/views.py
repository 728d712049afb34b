"""The knowledge base for everybody who answers: look up, read, say what is wrong, ask what is missing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from hotline.domain.errors import Invalid
from hotline.domain.knowledge import Kind, Standing
from hotline.domain.permissions import Permission
from hotline.read import knowledge as read
from hotline.read import knowledge_desk, ticket_page
from hotline.store.work import Work
from hotline.usecases import knowledge
from hotline.usecases import knowledge_duty as duty
from web import replies
from web.guard import actor, needs, now, office
from web.knowledge.forms import AskForm, FindForm, ReportForm
from web.tickets.choices import choices

bp = Blueprint("knowledge", __name__, template_folder="templates")

P = Permission


@bp.app_template_filter("standing_kind")
def standing_kind(standing: Standing) -> str:
    """The badge of an item's standing."""
    if standing is Standing.EXPIRED:
        return "alarm"
    return "live" if standing is Standing.VALID else "done" if standing is Standing.RETIRED else "wait"


@bp.app_template_filter("stage_words")
def stage_words(stage: str) -> str:
    """The stage of a version in words."""
    return {"PROPOSED": "待审", "PUBLISHED": "已发布", "SUPERSEDED": "已被替换", "DECLINED": "已退回"}.get(stage, stage)


@bp.get("/knowledge")
@needs(P.KNOWLEDGE_READ)
def index() -> Response:
    """Search, and the tree of categories beside it."""
    form = FindForm(request.args)
    with office().begin(by=actor()) as work:
        city = work.rules.city
        unit = choices(city, "units").code(form.unit.data or "")
        sought = read.Sought(
            q=form.q.data or "",
            category=form.category.data or "",
            unit=unit,
            kind=form.kind.data or "",
            standing=form.standing.data or "",
        )
        found = read.search(work, sought)
        shown = read.pinned(work) if not any(request.args.values()) else ()
        counted = knowledge_desk.counts(work)
        waits = counted.questions + counted.reports + counted.expired
        if work.by.may(P.KNOWLEDGE_EDIT):
            waits += counted.proposals
        return _page(work, "knowledge/index.html", form=form, found=found, pinned=shown, tree=_tree(work), waits=waits)


@bp.get("/knowledge/<int:item_id>")
@needs(P.KNOWLEDGE_READ)
def item(item_id: int) -> Response:
    """One item."""
    with office().begin(by=actor()) as work:
        return _item(work, item_id, ReportForm(formdata=None))


@bp.post("/knowledge/<int:item_id>/report")
@needs(P.KNOWLEDGE_READ)
def report(item_id: int) -> Response:
    """Say that it is wrong, expired or unclear."""
    form = ReportForm()
    try:
        with office().begin(by=actor()) as work:
            knowledge.report(work, item_id, kind=form.kind.data or "", words=form.words.data or "")
    except Invalid as invalid:
        for name, sentence in invalid.fields.items():
            form[name].errors = [sentence]
        with office().begin(by=actor()) as work:
            return _item(work, item_id, form, status=422)
    return replies.to("knowledge.item", item_id=item_id, told="已反馈给知识采编员和负责单位")


@bp.get("/knowledge/ask")
@needs(P.KNOWLEDGE_READ)
def asking() -> Response:
    """A question form, and what this person has asked."""
    with office().begin(by=actor()) as work:
        text = request.args.get("text", "")[:200]
        return _asking(work, AskForm(formdata=None, data={"text": text}))


@bp.post("/knowledge/ask")
@needs(P.KNOWLEDGE_READ)
def ask() -> Response:
    """Ask a unit."""
    form = AskForm()
    try:
        with office().begin(by=actor()) as work:
            city = work.rules.city
            category = choices(city, "categories").code(form.category.data or "")
            unit = choices(city, "units").code(form.unit.data or "")
            asked = duty.ask(work, text=form.text.data or "", category=category, unit=unit)
            to = city.units[asked.unit].short_name if asked.unit else "知识采编员"
    except Invalid as invalid:
        for name, sentence in invalid.fields.items():
            form[name].errors = [sentence]
        with office().begin(by=actor()) as work:
            return _asking(work, form, status=422)
    return replies.to("knowledge.asking", told=f"已转{to}，1 个工作日内答复" if asked.unit else f"已转{to}")


@bp.get("/knowledge/beside/<no>")
@needs(P.KNOWLEDGE_READ)
def beside(no: str) -> Response:
    """Items that fit a ticket, as a part of its page: policy texts to answer from."""
    with office().begin(by=actor()) as work:
        ticket = ticket_page.of(work, no)
        guesses = ticket.suggested.get("categories") or [{}]
        category = ticket.category or guesses[0].get("code") or ""
        said = f"{ticket.title} {ticket.content or ''}"
        found = read.offered(work, said, category=category, region=ticket.region or "", most=4)
    return replies.fragment("knowledge/_beside.html", offers=found, policy=Kind.POLICY.label)


@bp.get("/knowledge/work")
@needs(P.KNOWLEDGE_SUPPLY, P.KNOWLEDGE_EDIT)
def waiting() -> Response:
    """The duty list: what was handed in, asked, reported, and what ends."""
    tab = request.args.get("tab", "")
    with office().begin(by=actor()) as work:
        counts = knowledge_desk.counts(work)
        tab = tab if tab in TABS else next((t for t in TABS if getattr(counts, t)), "proposals")
        values: dict[str, Any] = {}
        if tab == "proposals":
            values["proposals"] = knowledge_desk.proposals(work)
        elif tab == "questions":
            values["questions"] = knowledge_desk.questions(work)
        elif tab == "reports":
            values["reports"] = knowledge_desk.reports(work)
        else:
            values["ending"] = knowledge_desk.ending(work, expired=tab == "expired")
        rate = knowledge_desk.month_rate(work)
        return _page(work, "knowledge/work.html", tab=tab, tabs=_tabs(counts, tab), rate=rate, **values)


TABS = {
    "proposals": "待审提交",
    "questions": "待答提问",
    "reports": "报错反馈",
    "expired": "已过期",
    "expiring": "即将到期",
}


def _tabs(counts: knowledge_desk.Counts, tab: str) -> list[tuple[str, str, bool, int]]:
    return [(words, url_for("knowledge.waiting", tab=t), t == tab, getattr(counts, t)) for t, words in TABS.items()]


def _tree(work: Work) -> list[tuple[str, str]]:
    found = {code[:2]: each.level1 for code, each in work.rules.city.categories.items()}
    return sorted(found.items())


def _item(work: Work, item_id: int, form: ReportForm, *, status: int = 200) -> Response:
    shown = read.of(work, item_id)
    return _page(work, "knowledge/item.html", item=shown, form=form, status=status)


def _asking(work: Work, form: AskForm, *, status: int = 200) -> Response:
    return _page(work, "knowledge/ask.html", form=form, mine=knowledge_desk.my_questions(work), status=status)


def _page(work: Work, template: str, *, status: int = 200, **values: Any) -> Response:
    by = work.by
    return replies.page(
        template,
        may_edit=by.may(P.KNOWLEDGE_EDIT),
        may_supply=by.may(P.KNOWLEDGE_SUPPLY),
        now=now(),
        status=status,
        **values,
    )
