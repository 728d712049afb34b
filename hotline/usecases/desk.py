"""What the desk decides about a ticket without a unit (refuse, answer, hand over), and what a citizen may ask."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select

from hotline.domain.appeal import clean
from hotline.domain.city import Level
from hotline.domain.errors import Invalid, NotNow
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Role
from hotline.store.journal import Entry
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import adding, closing, merging, progress, second_person
from hotline.usecases import knowledge as quoting

NUISANCE = "nuisance"
"""The tag of a ticket without content; left out of every rate (handbook §10)."""


class Refusal(StrEnum):
    """Why an appeal is not accepted (handbook §3)."""

    EMERGENCY = "EMERGENCY"
    JUDICIAL = "JUDICIAL"
    DISCIPLINE = "DISCIPLINE"
    PETITION = "PETITION"
    DISCLOSURE = "DISCLOSURE"
    OTHER_ORGAN = "OTHER_ORGAN"
    OUT_OF_AREA = "OUT_OF_AREA"
    SECRET = "SECRET"
    ILLEGAL = "ILLEGAL"
    IN_PROCESS = "IN_PROCESS"
    FINISHED = "FINISHED"
    NO_CONTENT = "NO_CONTENT"


REFUSALS: dict[Refusal, tuple[str, str]] = {
    Refusal.EMERGENCY: ("紧急警情", "立即拨打110、119、120或122"),
    Refusal.JUDICIAL: ("诉讼、仲裁或复议事项", "向受理法院、仲裁或复议机关反映"),
    Refusal.DISCIPLINE: ("纪检监察事项", "拨打12388"),
    Refusal.PETITION: ("已进入信访程序", "向信访部门查询"),
    Refusal.DISCLOSURE: ("政府信息公开程序", "按信息公开程序申请"),
    Refusal.OTHER_ORGAN: ("人大政协法检军队事项", "向该机关反映"),
    Refusal.OUT_OF_AREA: ("外地事项", "拨打当地12345"),
    Refusal.SECRET: ("涉及秘密或他人隐私", "通过保密渠道反映"),
    Refusal.ILLEGAL: ("违反法律或公序良俗", "依法反映诉求"),
    Refusal.IN_PROCESS: ("同一事项正在办理", "查询原工单进度"),
    Refusal.FINISHED: ("同一事项已依法办结", "查看原工单答复"),
    Refusal.NO_CONTENT: ("没有实质内容", "说明具体事项后再反映"),
}
"""Reason code → words, and the other path told at once."""

SECOND_PERSON = frozenset({Refusal.FINISHED, Refusal.ILLEGAL})


def reject(work: Work, ticket: Ticket, *, reason: str, words: str = "") -> None:
    """Do not accept; the record stays and the other path is told.

    FINISHED and ILLEGAL are proposed by one person and done by another (:mod:`hotline.usecases.second_person`).
    """
    progress.check(work, ticket, Action.REJECT)
    if reason not in list(Refusal):
        raise Invalid({"reason": f"不予受理理由应为：{'、'.join(w for w, _ in REFUSALS.values())}"})
    code = Refusal(reason)
    said = {"reason": code.value, "words": clean(words)}
    first = ""
    if code in SECOND_PERSON:
        waiting = second_person.waiting(work, ticket)
        agreed = second_person.settle(work, ticket, Action.REJECT, said)
        if agreed is None:
            return
        said, first = agreed, waiting.by if waiting else ""
    if code is Refusal.NO_CONTENT:
        ticket.tags = sorted({*ticket.tags, NUISANCE})
    closing.finish(work, ticket, None)
    progress.advance(work, ticket, Action.REJECT, reason=code, words=said["words"], first=first)


def answer(work: Work, ticket: Ticket, *, text: str, knowledge: str = "") -> None:
    """Answer on the spot and close (直接答复).

    Args:
        knowledge: the item answered from (``number`` or ``number@version``); without ``text`` its body is the answer.
    """
    progress.check(work, ticket, Action.ANSWER)
    quoted = quoting.quoted(work, ticket, knowledge)
    said = clean(text) or (quoted.body if quoted else "")
    if not said:
        raise Invalid({"text": "请填写答复内容"})
    ticket.public_reply = said
    ticket.accepted_at = ticket.accepted_at or work.now
    ticket.replied_at = work.now
    closing.finish(work, ticket, "DIRECT")
    progress.advance(work, ticket, Action.ANSWER, mode="DIRECT", knowledge=quoted.name if quoted else "")


def hand_over(work: Work, ticket: Ticket, *, target: str, their_no: str = "") -> None:
    """Hand the matter to who is in charge of it (110, 119, another city's hotline …); the record stays here.

    Another city's hotline and what belongs to the province are reached through the provincial platform (handbook §6.8).

    Args:
        target: code of a hand-over target, or the name of one that we have no code for.
        their_no: the number under which they took it; they may tell it later than we must act.

    Raises:
        Invalid: nobody, a unit of the city (it gets a dispatch), or a hotline that the place does not belong to.
    """
    progress.check(work, ticket, Action.HANDOVER)
    if not clean(target):
        raise Invalid({"target": "请选择移交对象"})
    city, known = work.rules.city, work.rules.city.units.get(target)
    if known is not None and not known.is_handover and known.level is not Level.PROVINCE:
        raise Invalid({"target": f"{known.short_name}是本市承办单位，请派单，不要移交"}, rule="§4 HANDOVER")
    if known is not None and known.service_regions and city.county_of(ticket.region):
        place = city.region_name(ticket.region)
        raise Invalid({"target": f"工单地点在{place}，不属{known.region_name}，请先核对地点"}, rule="§6.8")
    through = work.rules.routing.province if known is None or known.service_regions else ""
    closing.finish(work, ticket, None)
    progress.advance(
        work,
        ticket,
        Action.HANDOVER,
        target=target,
        name=known.name if known else clean(target),
        their_no=clean(their_no),
        through=through if through != target else "",
    )


def withdraw(work: Work, ticket: Ticket) -> None:
    """The appellant takes it back before the reply."""
    progress.check(work, ticket, Action.WITHDRAW)
    closing.finish(work, ticket, None)
    progress.advance(work, ticket, Action.WITHDRAW)
    merging.release(work, ticket)


def urge(work: Work, ticket: Ticket, *, words: str = "") -> None:
    """Remind whoever has it in hand: the appellant once in 24 hours, the centre at any time (handbook §8)."""
    progress.check(work, ticket, Action.URGE)
    if refused := why_not_urge(work, ticket):
        raise NotNow(refused, rule="§8")
    if ticket.at is State.MERGED:
        merging.urge(work, ticket, words=clean(words))
        return
    ticket.urged += 1
    if Role.CITIZEN in work.by.roles:
        ticket.urged_at = work.now
    progress.advance(work, ticket, Action.URGE, words=clean(words), times=ticket.urged)


def why_not_urge(work: Work, ticket: Ticket) -> str:
    """Why the appellant can't urge right now, in words; empty if nothing speaks against it.

    What the centre or the appellant of a merged ticket urges takes nothing from the appellant's own right.
    """
    every = work.rules.limits.urge_every
    again = Role.CITIZEN in work.by.roles and ticket.urged_at and work.now - ticket.urged_at < every
    return f"{every // timedelta(hours=1)} 小时内已经催办过，提醒已经送到" if again else ""


def consent(work: Work, ticket: Ticket, *, agreed: bool) -> None:
    """The appellant chooses whether the case may be published (handbook §13); what no longer may is taken out."""
    progress.check(work, ticket, Action.CONSENT)
    ticket.publish_consent = agreed
    if not agreed:
        ticket.tags = [tag for tag in ticket.tags if tag != "public"]
    progress.advance(work, ticket, Action.CONSENT, agreed=agreed)


def ask_review(work: Work, ticket: Ticket, *, words: str) -> None:
    """Contest the closing (申请复核): once, within the time allowed; the centre's answer has its own clock."""
    progress.check(work, ticket, Action.REVIEW_REQUEST)
    if not clean(words):
        raise Invalid({"words": "请写明对办理结果有什么异议"})
    limit = work.rules.limits.reviews.request_within
    if ticket.closed_at is None or work.now > ticket.closed_at + limit:
        raise NotNow(f"申请复核须在办结后 {limit.days} 天内提出，现已截止", rule="§13")
    if work.session.scalar(
        select(Entry.id).where(Entry.ticket_id == ticket.id, Entry.action == Action.REVIEW_REQUEST).limit(1)
    ):
        raise NotNow("已经申请过复核，请等待答复", rule="§13")
    adding.await_review(work, ticket)
    ticket.tags = sorted({*ticket.tags, "review_request"})
    progress.advance(work, ticket, Action.REVIEW_REQUEST, words=clean(words))
