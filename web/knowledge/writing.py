"""Handing in, publishing, declining, pinning, taking down; answering and sorting out questions."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from hotline.domain.errors import Invalid
from hotline.domain.knowledge import Content, Kind
from hotline.domain.permissions import Permission
from hotline.read import knowledge as read
from hotline.read import knowledge_desk
from hotline.store.work import Work
from hotline.usecases import knowledge
from hotline.usecases import knowledge_duty as duty
from web import replies
from web.guard import actor, needs, now, office
from web.knowledge.forms import ItemForm, PolicyForm
from web.knowledge.views import bp
from web.tickets.choices import choices

__all__ = ["bp"]

P = Permission
HANDS_IN = (P.KNOWLEDGE_SUPPLY, P.KNOWLEDGE_EDIT)


@bp.get("/knowledge/new")
@needs(*HANDS_IN)
def new() -> Response:
    """An empty item; for a question with what is known of it."""
    with office().begin(by=actor()) as work:
        number = request.args.get("question", type=int)
        city = work.rules.city
        unit = choices(city, "units").words(work.by.unit) if not work.by.may(P.KNOWLEDGE_EDIT) else ""
        data: dict[str, Any] = {"unit": unit, "valid_from": knowledge.today(work)}
        asked = knowledge_desk.question(work, number) if number else None
        if asked:
            data |= {"question": asked.id, "unit": choices(city, "units").words(asked.unit)}
            data |= {"title": asked.text[:128], "body": asked.answer, "policy_from": asked.policy_from}
            data["kind"] = Kind.POLICY.value if asked.policy_from else Kind.FAQ.value
        return _form(work, ItemForm(formdata=None, data=data), asked=asked)


@bp.get("/knowledge/<int:item_id>/edit")
@needs(*HANDS_IN)
def edit(item_id: int) -> Response:
    """An item as it is, to be changed."""
    with office().begin(by=actor()) as work:
        found = knowledge.item(work, item_id)
        waiting = knowledge.proposals(work, item_id)
        content = Content.of(waiting[-1].content) if waiting else found.content
        form = ItemForm.showing(work.rules.city, content, version=str(found.version))
        return _form(work, form, item=read.of(work, item_id), waiting=bool(waiting))


@bp.post("/knowledge/write")
@needs(*HANDS_IN)
def write() -> Response:
    """Preview, hand in, or (an editor) publish."""
    form = ItemForm()
    item_id = request.form.get("item", type=int)
    deed = request.form.get("deed", "preview")
    try:
        with office().begin(by=actor()) as work:
            content = knowledge.read(work, form.raw(work.rules.city))
            if not form.validate():
                return _form(work, form, item_id=item_id, status=422)
            if deed == "preview":
                return _form(work, form, item_id=item_id, preview=content)
            question = int(form.question.data) if (form.question.data or "").isdecimal() else None
            words = form.words.data or ""
            version = knowledge.hand_in(work, content, of=item_id, words=words, question=question)
            if deed == "publish":
                knowledge.publish(work, version.id)
            told = "已发布" if deed == "publish" else "已提交，采编员审核后发布"
            number = version.item_id
    except Invalid as invalid:
        form.validate()
        form.say(invalid.fields)
        with office().begin(by=actor()) as work:
            return _form(work, form, item_id=item_id, status=422)
    return replies.to("knowledge.item", item_id=number, told=told)


@bp.get("/knowledge/proposals/<int:version_id>")
@needs(*HANDS_IN)
def proposal(version_id: int) -> Response:
    """What was handed in, beside what is shown now."""
    with office().begin(by=actor()) as work:
        return _proposal(work, version_id)


@bp.post("/knowledge/proposals/<int:version_id>/publish")
@needs(P.KNOWLEDGE_EDIT)
def publish(version_id: int) -> Response:
    """Publish it as it was handed in."""
    with office().begin(by=actor()) as work:
        found = knowledge.publish(work, version_id)
        number = found.id
    return replies.to("knowledge.item", item_id=number, told="已发布")


@bp.post("/knowledge/proposals/<int:version_id>/decline")
@needs(P.KNOWLEDGE_EDIT)
def decline(version_id: int) -> Response:
    """Say why not."""
    with office().begin(by=actor()) as work:
        knowledge.decline(work, version_id, words=request.form.get("words", ""))
    return replies.to("knowledge.waiting", tab="proposals", told="已退回，单位会看到原因")


@bp.post("/knowledge/<int:item_id>/retire")
@needs(*HANDS_IN)
def retire(item_id: int) -> Response:
    """Take it down."""
    with office().begin(by=actor()) as work:
        knowledge.retire(work, item_id, words=request.form.get("words", ""))
    return replies.to("knowledge.item", item_id=item_id, told="已下架")


@bp.post("/knowledge/<int:item_id>/pin")
@needs(P.KNOWLEDGE_EDIT)
def pin(item_id: int) -> Response:
    """Keep it before everybody's eyes, or no longer."""
    hours = request.form.get("hours", type=int)
    if hours is None:
        raise Invalid({"hours": "置顶时长应为整数"})
    with office().begin(by=actor()) as work:
        knowledge.pin(work, item_id, hours=hours)
    return replies.to("knowledge.item", item_id=item_id, told="已置顶" if hours else "已取消置顶")


@bp.post("/knowledge/reports/<int:feedback_id>/settle")
@needs(*HANDS_IN)
def settle(feedback_id: int) -> Response:
    """Say what became of a report."""
    with office().begin(by=actor()) as work:
        knowledge.settle(work, feedback_id, outcome=request.form.get("outcome", ""))
    return replies.to("knowledge.waiting", tab="reports", told="已处理")


@bp.get("/knowledge/questions/<int:question_id>")
@needs(P.KNOWLEDGE_READ)
def question(question_id: int) -> Response:
    """One question."""
    with office().begin(by=actor()) as work:
        return _question(work, question_id)


@bp.post("/knowledge/questions/<int:question_id>/<any(reply, assign, close, drop):deed>")
@needs(*HANDS_IN)
def sort_out(question_id: int, deed: str) -> Response:
    """Answer it, give it to another unit, close it, or drop it as not needed."""
    with office().begin(by=actor()) as work:
        if deed == "reply":
            duty.reply(work, question_id, answer=request.form.get("answer", ""))
        elif deed == "assign":
            unit = choices(work.rules.city, "units").code(request.form.get("unit", ""))
            duty.assign(work, question_id, unit=unit)
        else:
            duty.close(work, question_id, needed=deed == "close")
    told = {"reply": "已答复", "assign": "已转交", "close": "已办结", "drop": "已结束，不计入单位"}[deed]
    return replies.to("knowledge.waiting", tab="questions", told=told)


@bp.post("/knowledge/policies")
@needs(P.KNOWLEDGE_EDIT)
def announce() -> Response:
    """A new policy is known of; its unit owes an item."""
    form = PolicyForm()
    with office().begin(by=actor()) as work:
        unit = choices(work.rules.city, "units").code(form.unit.data or "")
        duty.announce(work, text=form.text.data or "", unit=unit, policy_from=form.policy_from.data)
    return replies.to("knowledge.waiting", tab="questions", told="已登记，单位会在待答提问里看到")


def _form(work: Work, form: ItemForm, *, item_id: int | None = None, status: int = 200, **values: Any) -> Response:
    if item_id and "item" not in values:
        values["item"] = read.of(work, item_id)
    editor = work.by.may(P.KNOWLEDGE_EDIT)
    return replies.page("knowledge/form.html", form=form, may_edit=editor, now=now(), status=status, **values)


def _proposal(work: Work, version_id: int) -> Response:
    shown = knowledge_desk.draft(work, version_id)
    city = work.rules.city
    form = ItemForm.showing(city, shown.content)
    near = read.offered(work, shown.content.title, category=shown.content.category, most=4)
    return replies.page(
        "knowledge/proposal.html",
        draft=shown,
        form=form,
        near=[each for each in near if each.id != shown.item_id][:3],
        unit=city.units[shown.content.unit].name if shown.content.unit in city.units else shown.content.unit,
        back=url_for("knowledge.waiting", tab="proposals"),
        may_edit=work.by.may(P.KNOWLEDGE_EDIT),
        now=now(),
    )


def _question(work: Work, question_id: int) -> Response:
    asked = knowledge_desk.question(work, question_id)
    editor = work.by.may(P.KNOWLEDGE_EDIT)
    may_answer = editor or knowledge.supplies(work, asked.unit)
    return replies.page("knowledge/question.html", asked=asked, may_edit=editor, may_answer=may_answer, now=now())
