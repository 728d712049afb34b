"""The journal as the appellant reads it: what was done, by which unit, in plain words; internal steps are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hotline.domain.calendar import local
from hotline.domain.callback import RESULT_LABELS, SCORE_LABELS, Result
from hotline.domain.city import City, Unit
from hotline.domain.lifecycle import ENDED, Action, State
from hotline.domain.permissions import ROLE_LABELS, Role
from hotline.store.journal import Entry
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases.desk import REFUSALS, Refusal

INTERNAL = frozenset({Action.REQ_RETURN, Action.NO_RETURN, Action.WARN, Action.SUPERVISE, Action.REQ_EXTEND})
"""Between the centre and the units; the appellant waits no shorter for knowing of it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One point of the timeline."""

    at: datetime | None
    title: str
    words: str = ""
    kind: str = ""
    """``now`` for where it stands."""
    action: str = ""
    """Code of the event."""
    unit: str = ""
    """Name of the unit it tells of."""
    state: State | None = None
    """The ticket's state after it."""


def steps(entries: Sequence[Entry], ticket: Ticket, city: City) -> tuple[Step, ...]:
    """The timeline, oldest first; the last step of an open ticket is marked ``now``."""
    told = [step for entry in entries if (step := _step(entry, city)) is not None]
    if told and ticket.at not in ENDED:
        last = told[-1]
        told[-1] = replace(last, kind="now")
    return tuple(told)


def next_step(work: Work, ticket: Ticket, lead: Unit | None) -> tuple[str, datetime | None]:
    """What happens next, with ``{}`` where the date stands, and that date."""
    due, unit = ticket.due_at, lead.short_name if lead else "承办单位"
    match ticket.at:
        case State.SUBMITTED:
            return "{}前告诉您是否受理", due
        case State.NEED_INFO:
            return "请您在{}前补充", due
        case State.PENDING_DISPATCH:
            return "{}前派给承办单位", due
        case State.PENDING_SIGN | State.PROCESSING:
            return f"{unit}在{{}}前答复您", due
        case State.RETURN_REVIEW | State.COORDINATING:
            return "正在确认由哪个单位办理，答复时间仍为{}前", ticket.promise_due_at
        case State.SUSPENDED:
            return "恢复办理后会告诉您新的答复时间", None
        case State.REPLY_REVIEW:
            return "{}前审核完毕并把结果告诉您", due
        case State.CALLBACK if ticket.rework_wanted:
            return "核实后告诉您是否重新办理", None
        case State.CALLBACK:
            since = ticket.reviewed_at or work.now
            return "请您在{}前告诉我们问题是否解决", since + work.rules.limits.callbacks.rate_within
        case _:
            return "", None


def _step(entry: Entry, city: City) -> Step | None:
    action, p = Action(entry.action), entry.payload
    if action in INTERNAL:
        return None
    named = city.units.get(p.get("unit") or entry.unit)
    unit = named.short_name if named else "承办单位"
    by_person = entry.role == ROLE_LABELS[Role.CITIZEN]
    due = f"，{_day(p['due_at'])}前答复" if p.get("due_at") else ""
    title, words = _said(action, entry, unit, due, by_person)
    if not title:
        return None
    unit_name = named.name if named else ""
    return Step(entry.at, title, words, action=action.value, unit=unit_name, state=State(entry.target))


def _said(action: Action, entry: Entry, unit: str, due: str, by_person: bool) -> tuple[str, str]:
    p = entry.payload
    match action:
        case Action.CREATE:
            return ("已收到您的诉求" if by_person else "话务员登记了您的诉求"), ""
        case Action.SUBMIT | Action.ACCEPT:
            return "已受理", ""
        case Action.REJECT:
            reason, path = REFUSALS[Refusal(p["reason"])]
            return "不在热线受理范围", f"属于{reason}，请{path}。{p.get('words') or ''}"
        case Action.ASK_INFO:
            return "请您补充", str(p.get("what", ""))
        case Action.TIMED_CALLBACK:
            return f"热线中心查清后答复您{due}", ""
        case Action.SUPPLEMENT if p.get("merged"):
            return "同一事项有了新的情况", ""
        case Action.SUPPLEMENT:
            return ("您补充了内容" if by_person else "话务员代您补充了内容"), ""
        case Action.ANSWER:
            return "已直接答复", ""
        case Action.HANDOVER:
            return f"已移交{p.get('name', '')}", "由该单位负责，后续请与其联系"
        case Action.DISPATCH | Action.DESIGNATE:
            return f"已派给{unit}{due}", ""
        case Action.TRANSFER:
            return f"因单位撤并，由{unit}继续办理", ""
        case Action.REDISPATCH:
            return f"已改由{unit}办理{due}", ""
        case Action.SIGN | Action.REPLY if p.get("sub") or (action is Action.REPLY and p.get("co")):
            return "", ""
        case Action.SIGN:
            return (f"{unit}协助办理" if p.get("co") else f"{unit}已签收，开始办理"), ""
        case Action.SUB_DISPATCH:
            return f"{unit}已安排下属单位办理", ""
        case Action.CONTACT:
            return f"{unit}联系了您", ""
        case Action.RELAY:
            return (f"{unit}有话转达给您", str(p["text"])) if "text" in p else ("", "")
        case Action.PROGRESS:
            return f"{unit}说明了进展", str(p.get("text", ""))
        case Action.OK_RETURN:
            return "重新确定承办单位", ""
        case Action.COORDINATE:
            return "正在协调由哪个单位办理", ""
        case Action.OK_EXTEND:
            return f"办理时间延长{due}", str(p.get("reason", ""))
        case Action.SUSPEND:
            return "暂缓办理", str(p.get("words", ""))
        case Action.RESUME:
            return f"恢复办理{due}", ""
        case Action.REPLY:
            return f"{unit}提交了结果，正在审核", ""
        case Action.FAIL:
            return f"结果还不够清楚，{unit}继续办理{due}", ""
        case Action.PASS:
            return "已答复您", ""
        case Action.TRY:
            return "给您打过回访电话，没有接通", ""
        case Action.RATE:
            solved = RESULT_LABELS[Result(p["solved"])] if p.get("solved") else ""
            score = SCORE_LABELS.get(int(p.get("score") or 0), "")
            return "您作了评价", "、".join(filter(None, (solved, score)))
        case Action.TERMINATE:
            return "已终结办理", "没有新的事实和理由，以原答复为准"
        case Action.LAPSE:
            return "已办结", str(p.get("why", ""))
        case Action.KEEP:
            return "经审核维持办理结果", ""
        case Action.REWORK:
            return f"已要求{unit}重新办理{due}", ""
        case Action.REOPEN:
            return "恢复办理", ""
        case Action.CONSENT:
            return ("您同意公开这件诉求" if p.get("agreed") else "您选择不公开"), ""
        case Action.LINK if p.get("tie") == "CALL":
            return f"同一通来电还登记了 {p.get('other', '')}", ""
        case Action.WITHDRAW:
            return "您撤回了诉求", ""
        case Action.MERGE:
            return "与同一事项合并办理", "结果会一并告诉您"
        case Action.UNMERGE:
            return "恢复单独办理", ""
        case Action.URGE if p.get("merged"):
            return "同一事项再次反映，计作一次催办", ""
        case Action.URGE:
            return ("您催办了一次" if by_person else "热线中心催办了一次"), ""
        case Action.REVIEW_REQUEST:
            return ("您申请了复核" if by_person else "代您申请了复核"), ""
        case _:
            return "", ""


def _day(iso: str) -> str:
    at = local(datetime.fromisoformat(iso))
    return f"{at.month}月{at.day}日"
