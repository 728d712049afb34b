"""Words to the appellant and to the unit (handbook §14): which text for which event, and when it may go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import func, select, update

from hotline.domain import sms
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.calendar import ZONE
from hotline.domain.deadlines import ClockKind
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Role
from hotline.domain.supervision import Level
from hotline.store.contact import Contact
from hotline.store.journal import Entry
from hotline.store.notice import Notice
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import deadlines, extensions, foresight, staff, surge, suspensions
from hotline.usecases.desk import REFUSALS, Refusal

QUIET_FROM, QUIET_TO = time(22), time(8)
SEALED_TEXTS = frozenset({1, 8, 11})
"""What may be sent about REPORT and confidential tickets."""
QUESTION = 9
"""The text that is answered with 1, 2 or 3: for the master alone, whoever answers would answer for it."""
FOLLOWED = frozenset(
    {Action.REJECT, Action.ASK_INFO, Action.ANSWER, Action.DISPATCH, Action.REDISPATCH, Action.OK_EXTEND}
    | {Action.SUSPEND, Action.PASS, Action.RATE, Action.LAPSE, Action.KEEP, Action.REWORK, Action.REOPEN}
)
"""What the appellants of merged tickets hear of their master (handbook §7)."""


def compose(work: Work, entry_ids: Sequence[int]) -> int:
    """Write the notices that these journal entries call for; returns how many."""
    entries = work.session.scalars(select(Entry).where(Entry.id.in_(entry_ids)).order_by(Entry.id)).all()
    tickets = {
        t.id: t for t in work.session.scalars(select(Ticket).where(Ticket.id.in_({e.ticket_id for e in entries})))
    }
    contacts = {
        c.ticket_id: c for c in work.session.scalars(select(Contact).where(Contact.ticket_id.in_(tickets.keys())))
    }
    children = _children(work, tickets.values())
    made = 0
    warned: list[tuple[Entry, Ticket]] = []
    lines: list[staff.Line] = []
    stopped: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        ticket = tickets[entry.ticket_id]
        if entry.action == Action.WARN or (entry.action == Action.SUPERVISE and entry.actor_id is None):
            warned.append((entry, ticket))
            continue
        if entry.action == Action.SUSPEND and entry.payload.get("unit"):
            stopped[entry.payload["unit"]].append(entry)
        made += _to_citizen(work, entry, ticket, contacts.get(ticket.id))
        made += _to_children(work, entry, ticket, contacts.get(ticket.id), children[ticket.no])
        lines += _to_unit(work, entry, ticket)
        made += _to_people(work, entry, ticket)
    lines += [_stopped(unit, suspended, tickets) for unit, suspended in stopped.items()]
    return made + staff.to_units(work, surge.hold_back(work, lines)) + staff.warn(work, warned)


Child = tuple[Ticket, Contact, int]
"""A merged ticket, whom to tell, and the entry of the journal with which it was merged."""


def _children(work: Work, masters: Iterable[Ticket]) -> dict[str, list[Child]]:
    """The merged tickets under these, by the number of their master."""
    merged = select(func.max(Entry.id)).where(Entry.ticket_id == Ticket.id, Entry.action == Action.MERGE)
    query = select(Ticket, Contact, merged.scalar_subquery().label("merged"))
    query = query.join(Contact, Contact.ticket_id == Ticket.id).order_by(Ticket.id)
    found: dict[str, list[Child]] = defaultdict(list)
    for row in work.session.execute(query.where(Ticket.master_no.in_([t.no for t in masters]))):
        found[row.Ticket.master_no].append((row.Ticket, row.Contact, row.merged or 0))
    return found


def _to_children(work: Work, entry: Entry, ticket: Ticket, who: Contact | None, children: Sequence[Child]) -> int:
    """What is told of a master is told to the appellants of what was merged into it; the same phone hears it once."""
    if entry.action not in FOLLOWED:
        return 0
    told = {who.phone_hash if who else None}
    made = 0
    for child, other, merged in children:
        if other.phone_hash not in told and entry.id > merged:
            told.add(other.phone_hash)
            made += _to_citizen(work, entry, ticket, other, as_told=child)
    return made


def _to_citizen(work: Work, entry: Entry, ticket: Ticket, who: Contact | None, *, as_told: Ticket | None = None) -> int:
    """The texts of one event to one appellant.

    Args:
        as_told: the merged ticket under whose number its appellant hears of the master.
    """
    texts = _texts(work, entry, ticket, as_told.no if as_told else ticket.no)
    if who is None or not who.phone or not texts:
        return 0
    sealed = ticket.confidential or ticket.type == AppealType.REPORT
    made = 0
    for text in texts:
        if (sealed and text.number not in SEALED_TEXTS) or (as_told and text.number == QUESTION):
            continue
        _put(work, entry, as_told or ticket, text, phone=who.phone)
        made += 1
    return made


def _texts(work: Work, entry: Entry, ticket: Ticket, no: str) -> list[sms.Text]:
    city, p = work.rules.city, entry.payload
    due, url = _day(p.get("due_at")), f"{_short(work.rules.public_url)}/t/{no}"

    def unit() -> str:
        return city.unit(p["unit"]).short_name

    match entry.action:
        case Action.CREATE | Action.SUBMIT if ticket.channel == "import":
            return []  # it was acknowledged where it was taken
        case Action.CREATE | Action.SUBMIT if entry.target != State.DRAFT:
            limit = deadlines.limit_of(work, ticket, ClockKind.HANDLING)
            assert limit is not None, "every type has a handling limit"
            promised = work.rules.calendar.due(ticket.created_at, limit).at
            return [sms.text(1, no=no, code=ticket.query_code, due=_day(promised.isoformat()))]
        case Action.REJECT:
            reason, path = REFUSALS[Refusal(p["reason"])]
            return [sms.text(2, reason=reason, path=path, no=no)]
        case Action.ASK_INFO:
            waits = work.rules.calendar.due(entry.at, work.rules.limits.info.wait).at
            return [sms.text(3, no=no, what=p["what"], due=_day(waits.isoformat()), url=url)]
        case Action.DISPATCH | Action.DESIGNATE:
            return [sms.text(4, no=no, unit=unit(), due=due)]
        case Action.REDISPATCH:
            return [sms.text(5, no=no, unit=unit(), due=due)]
        case Action.OK_EXTEND:
            return [sms.text(6, no=no, reason=extensions.REASONS[extensions.Reason(p["reason"])], due=due)]
        case Action.SUSPEND:
            return [sms.text(7, no=no, reason=suspensions.TOLD[suspensions.Reason(p["reason"])])]
        case Action.RESUME:
            return [sms.free(f"编号{no}已恢复办理,预计{due}前答复。")]
        case Action.PASS if entry.target == State.CALLBACK:
            return [sms.text(8, no=no, url=url), sms.text(9, no=no)]
        case Action.TIMED_CALLBACK if entry.source == State.DRAFT:
            return [sms.text(1, no=no, code=ticket.query_code, due=due)]
        case Action.REWORK if p.get("requested"):
            return [sms.text(13, no=no, result=f"已要求{unit()}重新办理")]
        case Action.REWORK:
            return [sms.text(10, no=no, unit=unit(), due=due)]
        case Action.REOPEN if p.get("requested"):
            return [sms.text(13, no=no, result="恢复办理")]
        case Action.KEEP if entry.source == State.CLOSED and p.get("requested"):
            return [sms.text(13, no=no, result="维持原办理结果")]
        case Action.MERGE:
            return [sms.text(12, no=no, master=p["master"])]
        case Action.RATE | Action.KEEP | Action.LAPSE | Action.PASS | Action.ANSWER | Action.TERMINATE if (
            entry.target == State.CLOSED and entry.source != State.CLOSED
        ):
            return [sms.text(11, no=no, url=url)]
    return []


def _to_unit(work: Work, entry: Entry, ticket: Ticket) -> list[staff.Line]:
    words = {
        Action.DISPATCH: f"新工单 {ticket.no}，请签收",
        Action.REDISPATCH: f"改派工单 {ticket.no}，请签收",
        Action.DESIGNATE: f"协调指定工单 {ticket.no}，请签收；协调结果不能退单",
        Action.REWORK: f"重办工单 {ticket.no}，请签收",
        Action.FAIL: f"工单 {ticket.no} 的答复被退回，请补正",
        Action.NO_RETURN: f"工单 {ticket.no} 的退单申请被驳回，请继续办理",
        Action.OK_RELEASE: f"已同意交回工单 {ticket.no}，您单位不再办理",
        Action.DRAFT_REPLY: f"工单 {ticket.no} 的结果已由承办人拟好，请单位审核人提交",
        Action.NO_RELEASE: f"工单 {ticket.no} 的交回申请没有获得同意，请继续办理",
        Action.OK_EXTEND: f"工单 {ticket.no} 已同意延期至{_day(entry.payload.get('due_at'))}",
        Action.NO_EXTEND: f"工单 {ticket.no} 的延期申请被驳回，请按原时限办理",
        Action.NO_SUSPEND: f"工单 {ticket.no} 的挂起申请被驳回，请继续办理",
        Action.RESUME: f"工单 {ticket.no} 已恢复办理，{_day(entry.payload.get('due_at'))}前答复",
        Action.TRANSFER: f"工单 {ticket.no} 因单位撤并转由您单位继续办理",
        Action.GRADE: f"工单 {ticket.no} 的等级有变更，请按新时限办理",
        Action.COMPLEX: f"工单 {ticket.no} 已认定复杂，{_day(entry.payload.get('due_at'))}前答复",
        Action.URGE: f"工单 {ticket.no} 被催办，请尽快办理",
        Action.SUPPLEMENT: f"工单 {ticket.no} 有诉求人补充",
        Action.WITHDRAW: f"工单 {ticket.no} 已由诉求人撤回",
        Action.SUPERVISE: f"工单 {ticket.no} 被{_level(entry)}，请在督办时限内答复",
        Action.INSTRUCT: f"领导对工单 {ticket.no} 作出批示，请在督办时限内答复",
        Action.FAIL_SUPERVISION: f"工单 {ticket.no} 的督办答复被退回，请补正",
        Action.END_SUPERVISION: f"工单 {ticket.no} 的督办已办结",
    }.get(Action(entry.action))
    made = _to_helpers(work, entry, ticket)
    unit = entry.payload.get("unit") or ticket.lead_unit
    if entry.action == Action.URGE and entry.target in staff.AT_CENTRE:
        unit = ""  # the next step is not the unit's
    if words is None or not unit:
        return made
    return [(unit, words, entry), *made]


def _to_helpers(work: Work, entry: Entry, ticket: Ticket) -> list[staff.Line]:
    """Words to co-units and sub-units, and to whoever asked them once they have replied."""
    told = dict.fromkeys(entry.payload.get("co_units") or [], f"协办工单 {ticket.no}，请签收")
    match entry.action:
        case Action.SUB_DISPATCH:
            told |= dict.fromkeys(entry.payload["units"], f"下派工单 {ticket.no}，请签收")
        case Action.REQ_RELEASE if entry.payload.get("asker"):
            name = work.rules.city.unit(entry.payload["unit"]).short_name
            told[entry.payload["asker"]] = f"{name}申请交回工单 {ticket.no}，请决定"
        case Action.DROP_UNIT | Action.OK_RELEASE:
            told |= dict.fromkeys(entry.payload["dropped"], f"工单 {ticket.no} 不再需要您单位办理")
        case Action.REPLY if entry.payload.get("to"):
            name = work.rules.city.unit(entry.payload["unit"]).short_name
            told[entry.payload["to"]] = f"{name}已就工单 {ticket.no} 提交结果"
    return [(code, words, entry) for code, words in told.items()]


def _stopped(unit: str, entries: list[Entry], tickets: dict[int, Ticket]) -> staff.Line:
    """A suspended ticket is told by number; a region's at once are one line."""
    if len(entries) == 1:
        words = f"工单 {tickets[entries[0].ticket_id].no} 已挂起，{entries[0].payload['until']} 恢复"
    else:
        words = f"有 {len(entries)} 件工单因不可抗力挂起，恢复后另行通知"
    return unit, words, entries[0]


def _to_people(work: Work, entry: Entry, ticket: Ticket) -> int:
    """Who else must know of one event: the supervisor of an instruction, the leader of its end."""
    city = work.rules.city
    fresh = entry.action in (Action.CREATE, Action.SUBMIT) and entry.target != State.DRAFT
    if fresh and (risks := foresight.risks_of(work, ticket.tags)):
        words = f"工单 {ticket.no} 提到{'、'.join(risks)}，请立即联系 110 值班并优先处理"
        return len(staff.tell(work, {Role.LEAD, Role.DISPATCHER}, words, topic="risk", entry=entry))
    if entry.action == Action.INSTRUCT:
        words = f"领导批示：工单 {ticket.no}，请跟踪督办"
        return len(staff.tell(work, staff.SUPERVISORS, words, topic="order", entry=entry))
    if entry.action == Action.END_SUPERVISION and entry.payload.get("ordered_by"):
        words = f"您批示的工单 {ticket.no} 督办已办结，请查看结果"
        return len(staff.tell(work, (), words, topic="order", entry=entry, people=[entry.payload["ordered_by"]]))
    if entry.action == Action.URGE and entry.target in staff.AT_CENTRE and entry.actor_id is not None:
        # The appellants' urges stand on the ticket and in its queue; one by the staff is meant for the next hand.
        said = entry.payload.get("words") or "请尽快办理"
        words = f"工单 {ticket.no}（{State(entry.target).label}）被催办：{said}"
        people = staff.Directory(work, set()).told("yellow", "", staff.AT_CENTRE[State(entry.target)])
        return len(staff.tell(work, (), words, topic="urge", entry=entry, people=people))
    if entry.action == Action.PROPOSE:
        step = Action(entry.payload["step"])
        roles = staff.SUPERVISORS if step is Action.TERMINATE else (Role.LEAD,)
        words = f"工单 {ticket.no} 提请“{step.label}”，等待第二人确认"
        return len(staff.tell(work, roles, words, topic="joint", entry=entry))
    if entry.action == Action.COORDINATE:
        words = f"工单 {ticket.no} 提交协调，请确定主办单位"
        return len(staff.tell(work, staff.SUPERVISORS, words, topic="meeting", entry=entry))
    if entry.action == Action.NO_RETURN and entry.payload.get("often"):
        unit, category = city.unit(entry.payload["unit"]), city.categories.get(ticket.category or "")
        what = f"“{category.name}”类" if category else ""
        words = f"通报：{unit.short_name}本月{what}退单已被驳回 {entry.payload['often']} 次，最近一次为工单 {ticket.no}"
        return len(staff.tell(work, staff.SUPERVISORS, words, topic="notice", entry=entry))
    return 0


def _level(entry: Entry) -> str:
    return Level(entry.payload.get("level", 1)).label


def _put(work: Work, entry: Entry | None, ticket: Ticket, text: sms.Text, *, phone: bytes) -> None:
    work.session.add(
        Notice(
            ticket_id=ticket.id,
            entry_id=entry.id if entry else None,
            way="sms",
            template=text.number,
            phone=phone,
            text=work.rules.signature + text.by(work.rules.texts).words,
            created_at=work.now,
            send_at=send_at(work.now, urgent=ticket.urgency == Urgency.CRITICAL),
        )
    )


def answer(work: Work, phone: str, text: sms.Text, ticket: Ticket | None = None) -> None:
    """Answer somebody who wrote by SMS; they are awake, so at once."""
    work.session.add(
        Notice(
            ticket_id=ticket.id if ticket else None,
            way="sms",
            template=text.number,
            phone=work.sealer.seal(phone),
            text=work.rules.signature + text.words,
            created_at=work.now,
            send_at=work.now,
        )
    )


def send_at(now: datetime, *, urgent: bool) -> datetime:
    """When an SMS may go: at once, or at 08:00 after a quiet night unless it is 特急."""
    at = now.astimezone(ZONE)
    if urgent or QUIET_TO <= at.time() < QUIET_FROM:
        return now
    morning = at.replace(hour=QUIET_TO.hour, minute=0, second=0, microsecond=0)
    return morning if at.time() < QUIET_TO else morning + timedelta(days=1)


def due_to_send(work: Work, most: int = 200) -> list[Notice]:
    """SMS that may go now and have not gone, locked for this sender."""
    query = (
        select(Notice)
        .where(Notice.way == "sms", Notice.sent_at.is_(None), Notice.parked_at.is_(None), Notice.send_at <= work.now)
        .order_by(Notice.send_at, Notice.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(work.session.scalars(query))


def mark_sent(work: Work, notice_id: int, receipt: str) -> None:
    """The gateway took it."""
    work.session.execute(update(Notice).where(Notice.id == notice_id).values(sent_at=work.now, receipt=receipt))


def mark_failed(work: Work, notice_id: int, patience: Sequence[timedelta]) -> None:
    """Try again after a growing pause; after the last one it is parked where people see it."""
    notice = work.session.get_one(Notice, notice_id)
    notice.attempts += 1
    if notice.attempts > len(patience):
        notice.parked_at = work.now
    else:
        notice.send_at = work.now + patience[notice.attempts - 1]


def _short(address: str) -> str:
    """The address without its scheme, which an SMS has no room for; phones link it all the same."""
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")


def _day(iso: str | None) -> str:
    if not iso:
        return ""
    at = datetime.fromisoformat(iso).astimezone(ZONE)
    return f"{at.month}月{at.day}日"
