"""Precedents 派单先例 (handbook §6.6): made by co-ordination, asked by routing as explicit rules of kind (c)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hotline.domain.appeal import clean
from hotline.domain.audit import Kind
from hotline.domain.city import City, Level
from hotline.domain.errors import Invalid, NotFound, NotYours
from hotline.domain.permissions import Permission
from hotline.domain.routing_rules import Rule, Rules
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


def retire(work: Work, precedent: int) -> Precedent:
    """Use it no more; it stays on record.

    Raises:
        NotYours: the person may not change how tickets are sent.
        NotFound: there is no such precedent, or it is not used any more.
    """
    found = _in_use(work, precedent)
    found.ended_at = work.now
    audit_log.write(work, Kind.CONFIGURATION, about=f"停用派单先例 {found.id}（{found.minutes_no}）")
    return found


def reword(work: Work, precedent: int, keywords: Sequence[str], *, auto: bool) -> Precedent:
    """Give it other keywords, or let tickets go by it with or without a person's confirmation.

    Raises:
        NotYours, NotFound: as for :func:`retire`.
        Invalid: the keywords can't be used.
    """
    found = _in_use(work, precedent)
    words = list(dict.fromkeys(word for each in keywords if (word := clean(each))))
    if not words or len(words) > MOST or any(not 2 <= len(word) <= LONGEST for word in words):
        raise Invalid({"keywords": f"关键词应有 1 到 {MOST} 个，每个 2 到 {LONGEST} 个字"}, rule="§6.6")
    before = (found.keywords, found.auto)
    found.keywords, found.auto = words, auto
    about = f"修改派单先例 {found.id}（{found.minutes_no}）"
    audit_log.write(work, Kind.CONFIGURATION, about=about, before=list(before), after=[words, auto])
    return found


def _in_use(work: Work, precedent: int) -> Precedent:
    if not (work.by.may(Permission.CONFIGURE) or work.by.may(Permission.TICKET_SUPERVISE)):
        raise NotYours("派单先例由督办员或中心管理员维护", rule="§6.6")
    found = work.session.get(Precedent, precedent, with_for_update=True)
    if found is None or found.ended_at is not None:
        raise NotFound("没有这条派单先例，或已停用")
    return found


def rules_with(work: Work, categories: Iterable[str]) -> Rules:
    """The written rules with the precedents of these categories among them."""
    wanted = [code for code in dict.fromkeys(categories) if code]
    found = in_force(work.session, wanted) if wanted else []
    rules = work.rules.routing
    if not found:
        return rules
    return replace(rules, explicit=(*rules.explicit, *(rule_of(each, work.rules.city) for each in found)))


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
