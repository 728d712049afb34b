"""Precedents 派单先例 (handbook §6.6): made by co-ordination, asked by routing as explicit rules of kind (c)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from hotline.domain.appeal import clean
from hotline.domain.audit import Kind
from hotline.domain.city import City, Level
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours, Stale
from hotline.domain.permissions import Permission
from hotline.domain.routing_rules import Rule, Rules
from hotline.store.organisation import OrganisationChange, Revision, take_turn
from hotline.store.precedent import Precedent, in_force
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log

MOST = 10
"""Keywords of one precedent."""
LONGEST = 20
"""Characters of one keyword."""


def checked_keywords(ticket: Ticket, keywords: Sequence[str], faults: dict[str, str]) -> list[str]:
    """The keywords, cleaned; a fault when they would not even find the ticket they come from."""
    words = list(dict.fromkeys(word for each in keywords if (word := clean(each))))
    said = f"{ticket.title}\n{ticket.content}"
    if len(words) > MOST or any(not 2 <= len(word) <= LONGEST for word in words):
        faults["keywords"] = f"关键词最多 {MOST} 个，每个 2 到 {LONGEST} 个字"
    elif words and not any(word in said for word in words):
        faults["keywords"] = "关键词至少有一个要出现在本工单的标题或内容里"
    return words


def make(
    work: Work, ticket: Ticket, unit: str, co_units: Sequence[str], keywords: Sequence[str], *, minutes_no: str
) -> Precedent:
    """Keep a decision for the next such ticket; it holds for the county of the lead, or for the whole city."""
    assert keywords, "a precedent without keywords would take every ticket of its category"
    assert ticket.category, "a designated ticket has a category"
    made = Precedent(
        category=ticket.category,
        keywords=list(keywords),
        region=_region(work.rules.city, unit),
        lead=unit,
        co_units=list(co_units),
        minutes_no=minutes_no,
        ticket_id=ticket.id,
        made_at=work.now,
        made_by=work.by.name[:40],
    )
    work.session.add(made)
    work.session.flush()
    return made


WHAT = "precedent"
"""How its changes are kept (:class:`~hotline.store.organisation.OrganisationChange`)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a precedent may be changed; category, place and units are the decision itself."""

    keywords: tuple[str, ...]
    auto: bool
    """Tickets may go by it without a person's confirmation."""
    active: bool

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Wanted:
        """What a change keeps."""
        return cls(tuple(kept["keywords"]), bool(kept["auto"]), bool(kept["active"]))


def found(work: Work, number: int, *, lock: bool = False) -> Precedent:
    """The precedent. Raises NotYours: the person may not change how tickets are sent; NotFound: there is none."""
    if not (work.by.may(Permission.CONFIGURE) or work.by.may(Permission.TICKET_SUPERVISE)):
        raise NotYours("派单先例由督办员或中心管理员维护", rule="§6.6")
    precedent = work.session.get(Precedent, number, with_for_update=lock or None)
    if precedent is None:
        raise NotFound("没有这条派单先例；请回到列表")
    return precedent


def seen(work: Work, number: int) -> int:
    """How often it has been changed; who saves says which state he has seen."""
    return work.session.scalar(select(Revision.n).where(Revision.name == f"{WHAT}:{number}")) or 0


def checked(work: Work, precedent: Precedent, wanted: Wanted) -> Wanted:
    """The same with its keywords cleaned. Raises Invalid, NotNow: why it can't be so."""
    words = tuple(dict.fromkeys(word for each in wanted.keywords if (word := clean(each))))
    if not words or len(words) > MOST or any(not 2 <= len(word) <= LONGEST for word in words):
        raise Invalid({"keywords": f"关键词应有 1 到 {MOST} 个，每个 2 到 {LONGEST} 个字"}, rule="§6.6")
    lead = work.rules.city.units.get(precedent.lead)
    if wanted.active and precedent.ended_at is not None and (lead is None or not lead.active or not lead.dispatchable):
        raise NotNow(f"{lead.short_name if lead else precedent.lead}已不承办工单，这条先例不能再启用", rule="§6.6")
    return replace(wanted, keywords=words)


def change(work: Work, number: int, wanted: Wanted, *, words: str, seen: int) -> OrganisationChange:
    """Give it other keywords, let tickets go by it with or without a person, use it no more or again.

    Raises:
        NotYours, NotFound: as for :func:`found`. Invalid, NotNow: what is wrong, or there is nothing new.
        Stale: somebody else changed it since it was read (``seen``).
    """
    if not words.strip() or len(words) > 200:
        raise Invalid({"words": "请写明修改原因，最多 200 个字"}, rule="§17")
    precedent = found(work, number, lock=True)
    if not take_turn(work.session, f"{WHAT}:{number}", seen):
        last = next(iter(history(work, number)), None)
        who = last.by if last else "别人"
        raise Stale(f"{who}刚刚修改了这条先例；请先看最新的内容，您填写的都已保留", rule="§17")
    wanted, before = checked(work, precedent, wanted), kept(precedent)
    if wanted == Wanted.of(before):
        raise NotNow("和现在完全一样，没有需要保存的改动")
    precedent.keywords, precedent.auto = list(wanted.keywords), wanted.auto
    precedent.ended_at = None if wanted.active else precedent.ended_at or work.now
    return note(work, precedent, before, words)


def note(work: Work, precedent: Precedent, before: Mapping[str, Any], words: str) -> OrganisationChange:
    """Keep what was changed of it, by whom and why."""
    made = OrganisationChange(
        what=WHAT,
        code=str(precedent.id),
        since=work.now,
        before=dict(before),
        after=kept(precedent),
        words=words.strip()[:200],
        by=work.by.name[:40],
        at=work.now,
        applied_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    about = f"派单先例 {precedent.id}（{precedent.minutes_no}）"
    audit_log.write(work, Kind.CONFIGURATION, about=about, why=made.words, before=made.before, after=made.after)
    return made


def kept(precedent: Precedent) -> dict[str, Any]:
    """What a change keeps of it."""
    return {
        "keywords": list(precedent.keywords),
        "auto": precedent.auto,
        "active": precedent.ended_at is None,
        "lead": precedent.lead,
        "co_units": list(precedent.co_units),
    }


def history(work: Work, number: int | None = None, most: int = 100) -> list[OrganisationChange]:
    """The changes of one precedent, or of all; the newest first."""
    query = select(OrganisationChange).where(OrganisationChange.what == WHAT)
    if number is not None:
        query = query.where(OrganisationChange.code == str(number))
    return list(work.session.scalars(query.order_by(OrganisationChange.id.desc()).limit(most)))


def before(work: Work, change_id: int) -> tuple[int, Wanted]:
    """The precedent that a change was about, and what it replaced, to be saved as a change of its own."""
    made = work.session.get(OrganisationChange, change_id)
    if made is None or made.what != WHAT:
        raise NotFound("没有这次修改；请回到列表")
    return int(made.code), Wanted.of(made.before)


def rules_with(work: Work, categories: Iterable[str]) -> Rules:
    """The written rules with the precedents of these categories among them."""
    wanted = [code for code in dict.fromkeys(categories) if code]
    used = in_force(work.session, wanted) if wanted else []
    rules = work.rules.routing
    if not used:
        return rules
    return replace(rules, explicit=(*rules.explicit, *(rule_of(each, work.rules.city) for each in used)))


def rule_of(precedent: Precedent, city: City) -> Rule:
    """The precedent as a rule of kind (c)."""
    lead = city.units.get(precedent.lead)
    name = lead.short_name if lead else precedent.lead
    return Rule(
        id=f"precedent-{precedent.id}",
        unit=precedent.lead,
        category=precedent.category,
        region=precedent.region,
        keywords=tuple(precedent.keywords),
        co_units=tuple(code for code in precedent.co_units if code in city.units),
        auto=precedent.auto,
        valid_from=precedent.made_at,
        reason=f"先例（{precedent.minutes_no}）：由{name}主办",
    )


def _region(city: City, unit: str) -> str:
    known = city.unit(unit)
    return known.region_code[:6] if known.level in (Level.COUNTY, Level.TOWNSHIP) else ""
