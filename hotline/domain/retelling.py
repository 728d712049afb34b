"""A ticket's state in the appellant's words, the same on the page and in a short message."""

from __future__ import annotations

from hotline.domain.lifecycle import State

STATE_WORDS = {
    State.DRAFT: "登记中",
    State.SUBMITTED: "已收到，等待受理",
    State.NEED_INFO: "等您补充",
    State.PENDING_DISPATCH: "已受理，正在派单",
    State.PENDING_SIGN: "已派单，等单位签收",
    State.PROCESSING: "正在办理",
    State.RETURN_REVIEW: "正在确认承办单位",
    State.COORDINATING: "正在协调承办单位",
    State.SUSPENDED: "暂缓办理",
    State.REPLY_REVIEW: "已有结果，正在审核",
    State.CALLBACK: "已答复，请您评价",
    State.CLOSED: "已办结",
    State.REJECTED: "未受理",
    State.WITHDRAWN: "您已撤回",
    State.MERGED: "已与同一事项合并办理",
    State.HANDED_OVER: "已移交",
}
IN_HAND = frozenset({State.PENDING_SIGN, State.PROCESSING})
"""A unit has it, and its due time is the time of the answer."""


def state_words(state: State, rounds: int, *, rated: bool = False, contested: bool = False) -> str:
    """The state for the appellant.

    Args:
        rated: the appellant has answered the call-back, and people of the centre decide what follows.
        contested: the appellant has asked for a review of the closing, and waits for its result.
    """
    if contested and state is State.CLOSED:
        return "已办结，正在复核"
    if rounds > 1 and state in IN_HAND:
        return "正在重新办理"
    if rated and state is State.CALLBACK:
        return "已收到您的评价，正在核实"
    return STATE_WORDS[state]
