"""The journal in words: what happened, by whom, in plain Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.domain.allowances import allowance_of
from hotline.domain.appeal import Urgency
from hotline.domain.attachment import counted_words
from hotline.domain.calendar import local
from hotline.domain.callback import RESULT_LABELS, SCORE_LABELS, Result, reason_words
from hotline.domain.city import City
from hotline.domain.lifecycle import Action, State
from hotline.domain.supervision import Ground, Level
from hotline.store.journal import Entry
from hotline.store.matter import Tie
from hotline.usecases import extensions, suspensions
from hotline.usecases.desk import REFUSALS, Refusal
from hotline.usecases.handling import WAYS
from hotline.usecases.returns import REASON_LABELS, Reason


@dataclass(frozen=True, slots=True)
class Said:
    """Something the appellant added."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One event as staff read it."""

    seq: int
    at: datetime
    action: Action
    title: str
    who: str
    role: str
    unit: str
    words: str
    target: State
    payload: dict[str, Any]


def line(entry: Entry, city: City, *, apart: bool = False) -> Line:
    """The entry in words; ``apart`` (outside the centre) without the number of the person's other ticket (§12)."""
    unit = city.units.get(entry.unit)
    action, payload = Action(entry.action), entry.payload
    if apart and action is Action.LINK and payload.get("tie") in (Tie.CALL, Tie.REPEAT):
        payload = {name: value for name, value in payload.items() if name != "other"}
    return Line(
        seq=entry.seq,
        at=entry.at,
        action=action,
        title=action.label,
        who=entry.actor,
        role=entry.role,
        unit=unit.short_name if unit else "",
        words=words(action, payload, city),
        target=State(entry.target),
        payload=payload,
    )


WITH_UNIT_NAME = frozenset(
    {Action.DISPATCH, Action.REDISPATCH, Action.DESIGNATE, Action.REWORK, Action.SIGN, Action.REPLY, Action.TRANSFER}
    | {Action.OK_RELEASE, Action.NO_RELEASE}
)
"""Events that tell which unit they are about."""


def _relayed(payload: dict[str, Any]) -> str:
    if "text" in payload:
        return "请中心致电转达" if payload.get("call") else "请转达"
    if payload.get("reached"):
        return f"已转达，诉求人回复：{payload.get('answer', '')}"
    return f"第 {payload.get('tries', 1)} 次致电未接通"


def words(action: Action, payload: dict[str, Any], city: City) -> str:
    """What the event says beyond its name; empty when nothing."""
    parts: list[str] = []
    unit = city.units.get(payload.get("unit") or "")
    if unit and action in WITH_UNIT_NAME:
        parts.append(unit.short_name)
    if co_units := payload.get("co_units"):
        parts.append("协办：" + "、".join(city.unit(code).short_name for code in co_units if code in city.units))
    for name, said in (("units", "下派："), ("dropped", "取消：")):
        if codes := payload.get(name):
            parts.append(said + "、".join(city.unit(code).short_name for code in codes if code in city.units))
    if payload.get("handler"):
        parts.append(str(payload["handler"]))
    if invited := payload.get("invited"):
        parts.append("参加：" + "、".join(city.unit(code).short_name for code in invited if code in city.units))
    if payload.get("minutes_no"):
        parts.append(f"纪要 {payload['minutes_no']}")
    if payload.get("due_at") and action is not Action.WARN:
        parts.append(f"{_moment(payload['due_at'])} 前答复")
    match action:
        case Action.REJECT:
            parts.append("，".join(REFUSALS[Refusal(payload["reason"])]))
        case Action.REQ_RETURN:
            parts.append(f"{REASON_LABELS[Reason(payload['reason'])]}：{payload.get('basis', '')}")
            suggested = city.units.get(payload.get("suggested") or "")
            parts += [f"建议交 {suggested.short_name}"] if suggested else []
        case Action.REQ_RELEASE if payload.get("suggested") in city.units:
            parts.append(f"建议交 {city.unit(payload['suggested']).short_name}")
        case Action.RELAY:
            parts.append(_relayed(payload))
        case Action.CONTACT:
            parts.append(f"{WAYS.get(payload.get('way', ''), '')}：{payload.get('result', '')}")
        case Action.RATE:
            if payload.get("solved"):
                parts.append(RESULT_LABELS[Result(payload["solved"])])
            if payload.get("score"):
                parts.append(SCORE_LABELS[payload["score"]])
            if payload.get("reason"):
                parts.append(reason_words(payload["reason"]))
        case Action.WARN:
            state = "已超期" if payload.get("light") == "red" else "将到期"
            parts.append(f"{state}（{_moment(payload['due_at'])}）")
        case Action.SUPERVISE:
            parts.insert(0, f"{Level(payload['level']).label}（{Ground(payload['ground']).label}）")
        case Action.INSTRUCT:
            parts.insert(0, Level.LEADER.label)
        case Action.REPLY:
            parts += _replied(payload)
        case Action.ANSWER_SUPERVISION:
            parts.append(f"签发：{payload.get('signer', '')}")
        case Action.END_SUPERVISION if payload.get("lifted"):
            parts.append("未经答复解除")
        case Action.REQ_EXTEND | Action.OK_EXTEND:
            parts.insert(0, f"{extensions.REASONS[extensions.Reason(payload['reason'])]}，{_span(payload['more'])}")
        case Action.REQ_SUSPEND | Action.SUSPEND | Action.PROLONG:
            parts.append(suspensions.REASONS[suspensions.Reason(payload["reason"])])
            parts.append(f"计划 {payload['until']} 恢复")
        case Action.HANDOVER:
            parts.append(str(payload.get("name", "")))
            through = city.units.get(payload.get("through") or "")
            parts += [f"经{through.short_name}转交"] if through else []
            parts += [f"对方编号 {payload['their_no']}"] if payload.get("their_no") else []
        case Action.GRADE:
            parts.insert(0, f"{Urgency(payload['before']).label} → {Urgency(payload['after']).label}")
        case Action.PROPOSE | Action.DECLINE:
            parts.append(Action(payload["step"]).label)
            if payload.get("reason"):
                parts.append(REFUSALS[Refusal(payload["reason"])][0])
        case Action.TERMINATE:
            parts.append(f"原工单 {payload.get('earlier', '')}")
        case Action.MERGE | Action.UNMERGE:
            parts.append(f"主单 {payload.get('master', '')}")
        case Action.JOIN_EVENT | Action.LEAVE_EVENT:
            parts.append(f"{payload.get('event', '')} {payload.get('title', '')}".strip())
        case Action.CONSENT:
            parts.append("同意公开" if payload.get("agreed") else "不同意公开")
        case Action.LINK:
            tie = payload.get("tie", "")
            parts.append(f"{Tie(tie).label if tie in list(Tie) else ''} {payload.get('other', '')}".strip())
        case Action.URGE | Action.SUPPLEMENT if payload.get("merged"):
            parts.append(f"由并入的 {payload['merged']}")
        case Action.PASS:
            parts += _looked_at(payload)
        case Action.TRY:
            parts.append(f"第 {payload.get('tries')} 次")
        case _:
            pass
    if payload.get("files"):
        parts.append(counted_words(payload["files"]))
    for name in ("what", "text", "question", "opinion", "ground", "cause", "words", "why"):
        if payload.get(name) and not (action is Action.SUPERVISE and name == "ground"):  # a code, said above
            parts.append(str(payload[name]))
    if action is Action.DISPATCH and payload.get("reason"):
        parts.append(str(payload["reason"]))
    return "；".join(part for part in parts if part)


def _replied(payload: dict[str, Any]) -> list[str]:
    """What the unit says of the facts and the result, and who signed."""
    said = []
    if "facts_true" in payload:
        said.append("反映属实" if payload["facts_true"] else "反映不属实")
    if "solved" in payload:
        said.append("已解决" if payload["solved"] else "未能解决")
    if payload.get("unsigned"):
        said.append("未注明上一级签发")
    if payload.get("signer"):
        said.append(f"签发：{payload['signer']}")
    return said


def _looked_at(payload: dict[str, Any]) -> list[str]:
    if payload.get("checked", ()) is None:
        return ["未逐项检查"]
    if "left_open" not in payload:
        return []  # reviews of earlier releases kept codes alone
    parts = [("已确认：", payload["checked"]), ("未确认：", payload["left_open"])]
    return [words + "、".join(item["words"] for item in items) for words, items in parts if items]


def _span(more: str) -> str:
    return f"延长{allowance_of(more).words}"


def _moment(iso: str) -> str:
    at = local(datetime.fromisoformat(iso))
    return f"{at.month}月{at.day}日 {at:%H:%M}"
