"""Every action by its code: fields from a form or a program → the use case. The only list of what is offered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hotline.domain import callback
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.attachment import TAKES
from hotline.domain.errors import Invalid, NotFound
from hotline.domain.lifecycle import Action, State, open_actions
from hotline.domain.permissions import Permission, Role
from hotline.store.matter import Tie
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import (
    adding,
    attachments,
    callbacks,
    coordination,
    desk,
    dispatch,
    exclusions,
    hand_steps,
    handling,
    incidents,
    intake,
    linking,
    merging,
    relaying,
    returns,
    review,
    routing,
    seeing,
    supervision,
    time_steps,
    timed,
)
from hotline.usecases.fields import Fields, moment, text, units, yes


def description(work: Work, fields: Fields) -> dict[str, Any]:
    """Type, category, region and urgency as given; the unknown ones are refused by name."""
    city, faults = work.rules.city, {}
    category, region = text(fields, "category") or None, text(fields, "region") or None
    if category and category not in city.categories:
        faults["category"] = "没有这个类别，请从列表中选择"
    if region and not city.region_name(region):
        faults["region"] = "没有这个区划，请从列表中选择"
    complained = text(fields, "complained_unit") or None
    if complained and complained not in city.units:
        faults["complained_unit"] = "没有这个单位，请从列表中选择"
    kind, urgency = text(fields, "type"), text(fields, "urgency")
    kinds = {code: member for member in AppealType for code in (member.value, member.label)}
    grades = {code: member for member in Urgency for code in (member.value, member.label)}
    if kind and kind not in kinds:
        faults["type"] = f"诉求类型应为：{'、'.join(member.label for member in AppealType)}"
    if urgency and urgency not in grades:
        faults["urgency"] = f"紧急程度应为：{'、'.join(member.label for member in Urgency)}"
    if faults:
        raise Invalid(faults)
    return {
        "type": kinds.get(kind),
        "category": category,
        "region": region,
        "urgency": grades.get(urgency),
        "complained_unit": complained,
    }


def _accept(work: Work, ticket: Ticket, fields: Fields) -> None:
    intake.accept(work, ticket, **description(work, fields))


def _submit(work: Work, ticket: Ticket, fields: Fields) -> None:
    intake.describe(work, ticket, **description(work, fields))
    intake.submit(work, ticket)


def _dispatch(work: Work, ticket: Ticket, fields: Fields) -> None:
    before = (ticket.category, ticket.region, ticket.urgency)
    intake.describe(work, ticket, **description(work, fields))
    intake.complete(work, ticket)
    if (ticket.category, ticket.region, ticket.urgency) != before or not ticket.proposals:
        # Dispatch accuracy is measured by rule: the rule that speaks for what the person chose.
        ticket.proposals = routing.kept(routing.propose(work, ticket))
    chosen = text(fields, "unit")
    proposal = next((p for p in ticket.proposals if p["unit"] == chosen), None)
    dispatch.dispatch(
        work,
        ticket,
        chosen,
        co_units=units(fields, "co_units"),
        rule=proposal["rule"] if proposal else dispatch.BY_HAND,
        reason=text(fields, "reason") or (proposal["reason"] if proposal else ""),
    )


def _redispatch(work: Work, ticket: Ticket, fields: Fields) -> None:
    dispatch.redispatch(
        work, ticket, text(fields, "unit"), cause=text(fields, "cause"), co_units=units(fields, "co_units")
    )


def _designate(work: Work, ticket: Ticket, fields: Fields) -> None:
    intake.describe(work, ticket, **description(work, fields))
    intake.complete(work, ticket)
    coordination.designate(
        work,
        ticket,
        text(fields, "unit"),
        minutes_no=text(fields, "minutes_no"),
        minutes=text(fields, "minutes"),
        co_units=units(fields, "co_units"),
        keywords=units(fields, "keywords"),
    )


def _supplement(work: Work, ticket: Ticket, fields: Fields) -> None:
    said = text(fields, "text") or text(fields, "content")
    if not said and not work.bringing:
        raise Invalid({"text": "请填写要补充的内容，或添加附件"})
    if len(said) > 2000:
        raise Invalid({"text": f"一次最多补充 2000 字，现有 {len(said)} 字"})
    adding.supplement(work, ticket, said)


def _rate(work: Work, ticket: Ticket, fields: Fields) -> None:
    way = "link" if Role.CITIZEN in work.by.roles else "phone"
    callbacks.rate(work, ticket, callback.read(dict(fields)), way=text(fields, "way") or way)


HANDLERS: dict[Action, Callable[[Work, Ticket, Fields], object]] = {
    Action.SUBMIT: _submit,
    Action.ACCEPT: _accept,
    Action.REJECT: lambda w, t, f: desk.reject(w, t, reason=text(f, "reason"), words=text(f, "words")),
    Action.ASK_INFO: lambda w, t, f: handling.ask_info(w, t, what=text(f, "what")),
    Action.SUPPLEMENT: _supplement,
    Action.ANSWER: lambda w, t, f: desk.answer(w, t, text=text(f, "text"), knowledge=text(f, "knowledge")),
    Action.HANDOVER: lambda w, t, f: desk.hand_over(w, t, target=text(f, "target"), their_no=text(f, "their_no")),
    Action.DISPATCH: _dispatch,
    Action.SIGN: lambda w, t, f: handling.sign(w, t),
    Action.CONTACT: lambda w, t, f: handling.contact(
        w, t, way=text(f, "way") or "phone", result=text(f, "result"), at=moment(f, "at")
    ),
    Action.PROGRESS: lambda w, t, f: handling.report(w, t, text=text(f, "text")),
    Action.RELAY: lambda w, t, f: relaying.send(w, t, words=text(f, "words"), call=yes(f, "call", True)),
    Action.REQ_RETURN: lambda w, t, f: returns.request(
        w,
        t,
        reason=text(f, "reason"),
        basis=text(f, "basis"),
        suggested=text(f, "suggested") or None,
        partly=yes(f, "partly", False),
        phoned=yes(f, "phoned", False),
    ),
    Action.OK_RETURN: lambda w, t, f: returns.grant(w, t, opinion=text(f, "opinion")),
    Action.NO_RETURN: lambda w, t, f: returns.refuse(w, t, opinion=text(f, "opinion")),
    Action.REDISPATCH: _redispatch,
    Action.DESIGNATE: _designate,
    Action.DRAFT_REPLY: lambda w, t, f: handling.draft(w, t, public=text(f, "public"), internal=text(f, "internal")),
    Action.REPLY: lambda w, t, f: handling.reply(
        w,
        t,
        public=text(f, "public"),
        internal=text(f, "internal"),
        solved=yes(f, "solved", True),
        facts_true=yes(f, "facts_true", True),
        why_not=text(f, "why_not"),
        signer=text(f, "signer"),
    ),
    Action.PASS: lambda w, t, f: review.approve(
        w,
        t,
        public=text(f, "public"),
        publish=yes(f, "publish", False),
        checked=None if f.get("checked") is None else units(f, "checked"),
        shown=f.get("files_public"),
    ),
    Action.FAIL: lambda w, t, f: review.send_back(w, t, opinion=text(f, "opinion")),
    Action.TRY: lambda w, t, f: callbacks.miss(w, t),
    Action.RATE: _rate,
    Action.JOIN_EVENT: lambda w, t, f: incidents.join(w, t, event=text(f, "event"), beside=text(f, "beside")),
    Action.LEAVE_EVENT: lambda w, t, f: incidents.leave(w, t, ground=text(f, "ground")),
    Action.CONSENT: lambda w, t, f: desk.consent(w, t, agreed=yes(f, "agreed", False)),
    Action.TIMED_CALLBACK: lambda w, t, f: timed.promise(w, t, question=text(f, "question")),
    Action.REOPEN: lambda w, t, f: review.reopen(w, t, ground=text(f, "ground")),
    Action.MERGE: lambda w, t, f: merging.merge(w, t, master=text(f, "master"), ground=text(f, "ground")),
    Action.UNMERGE: lambda w, t, f: merging.unmerge(w, t, ground=text(f, "ground")),
    Action.LINK: lambda w, t, f: linking.link(w, t, other=text(f, "other"), tie=text(f, "tie") or Tie.RELATED),
    Action.KEEP: lambda w, t, f: review.keep(w, t, opinion=text(f, "opinion")),
    Action.REWORK: lambda w, t, f: review.rework(w, t, ground=text(f, "ground")),
    Action.WITHDRAW: lambda w, t, f: desk.withdraw(w, t),
    Action.SUPERVISE: lambda w, t, f: supervision.supervise(w, t, words=text(f, "words")),
    Action.ANSWER_SUPERVISION: lambda w, t, f: supervision.answer(w, t, text=text(f, "text"), signer=text(f, "signer")),
    Action.FAIL_SUPERVISION: lambda w, t, f: supervision.fail(w, t, opinion=text(f, "opinion")),
    Action.END_SUPERVISION: lambda w, t, f: supervision.end(w, t, opinion=text(f, "opinion")),
    Action.INSTRUCT: lambda w, t, f: supervision.instruct(w, t, words=text(f, "words")),
    Action.URGE: lambda w, t, f: desk.urge(w, t, words=text(f, "words")),
    Action.REQ_EXCLUDE: lambda w, t, f: exclusions.request(
        w, t, reason=text(f, "reason"), evidence=text(f, "evidence")
    ),
    Action.OK_EXCLUDE: lambda w, t, f: exclusions.grant(w, t, opinion=text(f, "opinion")),
    Action.NO_EXCLUDE: lambda w, t, f: exclusions.refuse(w, t, opinion=text(f, "opinion")),
    Action.REVIEW_REQUEST: lambda w, t, f: desk.ask_review(w, t, words=text(f, "words")),
    **hand_steps.HANDLERS,
    **time_steps.HANDLERS,
}
"""Actions that people can take in this edition; the rest of the lifecycle table has no use case yet."""


def take(work: Work, ticket: Ticket, code: str, fields: Fields) -> None:
    """Take the action named ``code`` (a code of handbook §4) with these fields.

    Raises:
        NotFound: there is no such action.
        Refused: whatever the use case refuses.
    """
    if code not in Action.__members__:
        raise NotFound(f"没有“{code[:20]}”这个操作")
    handler = HANDLERS.get(Action(code))
    if handler is None:
        raise NotFound(f"“{Action(code).label}”还不能在这里办理")
    if Action(code) in TAKES:
        attachments.with_step(work, ticket, Action(code), fields)
    handler(work, ticket, fields)
    incidents.after(work, ticket, Action(code))


HIDDEN: dict[Action, Callable[[Work, Ticket], bool]] = {
    Action.KEEP: lambda w, t: not (t.rework_wanted or review.LOOK_AGAIN & set(t.tags)),
    Action.REOPEN: lambda w, t: t.at is not State.REJECTED and not review.LOOK_AGAIN & set(t.tags),
    Action.TIMED_CALLBACK: lambda w, t: intake.TIMED in t.tags,
    Action.DRAFT_REPLY: lambda w, t: w.by.may(Permission.TICKET_REPLY),
    Action.TRY: lambda w, t: callbacks.too_early(w, t) is not None,
    Action.JOIN_EVENT: lambda w, t: t.incident_id is not None,
    Action.LEAVE_EVENT: lambda w, t: t.incident_id is None,
    Action.SUPPLEMENT: lambda w, t: bool(adding.why_not_late(w, t)),
    Action.RELAY: lambda w, t: not (seeing.is_sealed(t) and w.by.may(Permission.TICKET_HANDLE)),
    Action.REQ_EXCLUDE: lambda w, t: not exclusions.can_ask(w, t),
    Action.OK_EXCLUDE: lambda w, t: exclusions.open_request(w, t) is None,
    Action.NO_EXCLUDE: lambda w, t: exclusions.open_request(w, t) is None,
    **hand_steps.HIDDEN,
}
"""When a step is not offered for a reason beyond the state; its use case refuses it by itself."""


def offered(work: Work, ticket: Ticket) -> list[Action]:
    """The actions open to this person on this ticket now: the table's, in this edition's reach."""
    idle = time_steps.idle(work, ticket)
    able = [
        action
        for action in open_actions(ticket.at, work.by)
        if action in HANDLERS.keys() - idle and not (action in HIDDEN and HIDDEN[action](work, ticket))
    ]
    if supervision.STEPS.isdisjoint(able):
        return able
    apt = supervision.apt(work, ticket)
    return [action for action in able if action not in supervision.STEPS or action in apt]
