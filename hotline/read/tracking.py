"""What an appellant may read about the own appeal (handbook §13): states with times, unit names, the public reply.

Never here: what was said inside the house, and who the appellant is; whoever holds number and code may be anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.domain.calendar import local
from hotline.domain.callback import RESULT_LABELS, SCORE_LABELS, Result
from hotline.domain.city import City
from hotline.domain.lifecycle import ENDED, Action, State, open_actions
from hotline.domain.permissions import citizen
from hotline.store.journal import Entry
from hotline.store.journal import of_ticket as journal_of
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import access
from hotline.usecases.desk import REFUSALS, Refusal

CLOSE_WORDS = {
    "DIRECT": "直接答复",
    "HANDLED": "办理办结",
    "EXPLAINED": "解释办结",
    "UNVERIFIED": "无法核实",
    "TERMINATED": "程序终结",
}
TITLES = {
    Action.CREATE: "已收到诉求",
    Action.SUBMIT: "已受理",
    Action.ACCEPT: "已受理",
    Action.REJECT: "不予受理",
    Action.ASK_INFO: "请您补充情况",
    Action.SUPPLEMENT: "已收到补充",
    Action.ANSWER: "已直接答复",
    Action.HANDOVER: "已移交",
    Action.DISPATCH: "已派单",
    Action.REDISPATCH: "已改派",
    Action.DESIGNATE: "已指定承办单位",
    Action.SIGN: "承办单位已签收",
    Action.CONTACT: "承办单位已联系",
    Action.PROGRESS: "阶段反馈",
    Action.REQ_RETURN: "正在核对承办单位",
    Action.OK_RETURN: "重新确定承办单位",
    Action.NO_RETURN: "承办单位继续办理",
    Action.COORDINATE: "协调承办单位",
    Action.OK_EXTEND: "办理时限已延长",
    Action.SUSPEND: "暂缓办理",
    Action.RESUME: "恢复办理",
    Action.REPLY: "承办单位已提交结果，正在审核",
    Action.PASS: "已答复",
    Action.FAIL: "承办单位补充办理",
    Action.RATE: "已收到评价",
    Action.KEEP: "已办结",
    Action.LAPSE: "已办结",
    Action.REWORK: "要求重新办理",
    Action.REOPEN: "恢复办理",
    Action.WITHDRAW: "已撤回",
    Action.MERGE: "已与同一事项合并办理",
    Action.UNMERGE: "已单独办理",
    Action.URGE: "已催办",
    Action.REVIEW_REQUEST: "已申请复核",
}
"""What the appellant reads; an action that is not here stays inside the house."""
_WITH_UNIT = frozenset({Action.DISPATCH, Action.REDISPATCH, Action.DESIGNATE, Action.SIGN, Action.PROGRESS})
_SAID = {Action.PROGRESS: "text", Action.ASK_INFO: "what"}
"""What the house says to the appellant; every other text of the journal is for staff."""
_RIGHTS = (Action.SUPPLEMENT, Action.URGE, Action.WITHDRAW, Action.RATE, Action.REVIEW_REQUEST)


@dataclass(frozen=True, slots=True)
class Happened:
    """One step that the appellant may know of."""

    at: datetime
    action: Action
    title: str
    state: State
    state_words: str
    unit: str
    """Name of the unit concerned; empty when none is."""
    words: str


@dataclass(frozen=True, slots=True)
class Tracked:
    """One appeal, as its appellant sees it."""

    no: str
    version: int
    state: State
    state_words: str
    ended: bool
    round: int
    created_at: datetime
    history: tuple[Happened, ...]
    unit: str
    units: tuple[str, ...]
    """Names: lead first, then co-units."""
    due_at: datetime | None
    due_words: str
    public_reply: str
    replied_at: datetime | None
    close_words: str
    result: str
    score: str
    actions: tuple[Action, ...]
    """What the appellant can do now."""


def of(work: Work, no: str, code: str) -> Tracked:
    """The appeal for whoever holds its query code; four queries.

    Raises:
        NotFound: number or code is wrong.
    """
    return shown(work, access.citizens(work, no, code, lock=False))


def shown(work: Work, ticket: Ticket) -> Tracked:
    """The appeal, already found."""
    city, entries = work.rules.city, journal_of(work.session, ticket.id)
    state = ticket.at
    ended = state in ENDED
    replied = _reply_passed(entries)
    lead = city.units.get(ticket.lead_unit or "")
    return Tracked(
        no=ticket.no,
        version=ticket.version,
        state=state,
        state_words=state.words(ticket.round),
        ended=ended,
        round=ticket.round,
        created_at=ticket.created_at,
        history=tuple(_happened(entry, city) for entry in entries if _told(entry)),
        unit=lead.name if lead else "",
        units=_units(entries, ticket, city),
        due_at=None if ended else ticket.due_at,
        due_words="" if ended else _due_words(ticket),
        public_reply=ticket.public_reply if replied else "",
        replied_at=replied,
        close_words=CLOSE_WORDS.get(ticket.close_mode or "", ""),
        result=RESULT_LABELS[Result(ticket.result)] if ticket.result else "",
        score=SCORE_LABELS.get(ticket.score or 0, ""),
        actions=tuple(a for a in open_actions(state, citizen()) if a in _RIGHTS),
    )


def _told(entry: Entry) -> bool:
    return Action(entry.action) in TITLES and not entry.payload.get("co")


def _reply_passed(entries: Sequence[Entry]) -> datetime | None:
    """When the reply as it now stands was let out; None while it waits for review or was sent back."""
    let_out = None
    for entry in entries:
        match Action(entry.action):
            case Action.PASS | Action.ANSWER:
                let_out = entry.at
            case Action.REPLY if not entry.payload.get("co"):
                let_out = None
            case _:
                pass
    return let_out


def _happened(entry: Entry, city: City) -> Happened:
    action, state = Action(entry.action), State(entry.target)
    unit = city.units.get(entry.payload.get("unit") or "") if action in _WITH_UNIT else None
    return Happened(
        at=entry.at,
        action=action,
        title=TITLES[action],
        state=state,
        state_words=state.label,
        unit=unit.name if unit else "",
        words=_words(action, entry, city),
    )


def _words(action: Action, entry: Entry, city: City) -> str:
    payload = entry.payload
    if action in _SAID:
        return str(payload.get(_SAID[action], ""))
    if action is Action.REJECT and payload.get("reason") in list(Refusal):
        reason, path = REFUSALS[Refusal(payload["reason"])]
        return f"不属于热线受理范围（{reason}），建议{path}"
    if action is Action.HANDOVER and payload.get("target") in city.units:
        return city.unit(payload["target"]).name
    return ""


def _units(entries: Sequence[Entry], ticket: Ticket, city: City) -> tuple[str, ...]:
    """The present lead and the co-units that were asked with it."""
    if ticket.lead_unit is None:
        return ()
    codes = [ticket.lead_unit]
    for entry in entries:
        if entry.action in (Action.DISPATCH, Action.REDISPATCH):
            codes = [ticket.lead_unit, *entry.payload.get("co_units", [])]
    return tuple(city.unit(code).name for code in dict.fromkeys(codes) if code in city.units)


_DUE = {
    State.DRAFT: "",
    State.SUBMITTED: "将于 {at} 前告知您是否受理",
    State.PENDING_DISPATCH: "将于 {at} 前交承办单位",
    State.NEED_INFO: "请您在 {at} 前补充情况",
    State.REPLY_REVIEW: "将于 {at} 前完成审核",
    State.CALLBACK: "将于 {at} 前回访，您也可以直接评价",
}


def _due_words(ticket: Ticket) -> str:
    if ticket.due_at is None:
        return "暂停计时，恢复后告知您新的时限" if ticket.at is State.SUSPENDED else ""
    at = local(ticket.due_at)
    words = _DUE.get(ticket.at, "预计 {at} 前答复")
    return words.format(at=f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}")
