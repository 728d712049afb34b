"""What an appellant answers to the call-back (handbook §9): two questions, never mixed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hotline.domain.errors import Invalid


class Result(StrEnum):
    """是否解决."""

    SOLVED = "S"
    PARTLY = "P"
    UNSOLVED = "U"


RESULT_LABELS = {Result.SOLVED: "已解决", Result.PARTLY: "部分解决", Result.UNSOLVED: "未解决"}
SCORE_LABELS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
REASONS = {
    "result": "对结果不满意",
    "attitude": "对态度不满意",
    "speed": "办理太慢",
    "not_contacted": "没有联系我",
    "false_reply": "答复不属实",
}
"""Why somebody is not satisfied."""
REASONS_MOST = 2

_RESULTS = {
    "s": Result.SOLVED,
    "solved": Result.SOLVED,
    "true": Result.SOLVED,
    "yes": Result.SOLVED,
    "1": Result.SOLVED,
    "p": Result.PARTLY,
    "partly": Result.PARTLY,
    "partial": Result.PARTLY,
    "2": Result.PARTLY,
    "u": Result.UNSOLVED,
    "unsolved": Result.UNSOLVED,
    "false": Result.UNSOLVED,
    "no": Result.UNSOLVED,
    "3": Result.UNSOLVED,
} | {label: result for result, label in RESULT_LABELS.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """One valid answer; either question may stay open (未评价), not both."""

    result: Result | None
    score: int | None
    reason: str | None = None
    """Up to two codes of :data:`REASONS`, with a comma between them."""
    words: str = ""

    def satisfied(self, least: int) -> bool:
        """Whether nobody has to look at it again: not unsolved, and not below ``least``."""
        return self.result is not Result.UNSOLVED and (self.score is None or self.score >= least)


def read(raw: dict[str, Any]) -> Answer:
    """An answer from a form, a program or an SMS: ``solved`` in any usual form, ``score`` 1–5, ``reason``, ``words``.

    Raises:
        Invalid: a value is not one of those offered, or both are missing.
    """
    faults: dict[str, str] = {}
    result = score = None
    solved = raw.get("solved", raw.get("result"))
    if solved not in (None, ""):
        result = _RESULTS.get(str(solved).strip().lower())
        if result is None:
            faults["solved"] = "请选择：已解决、部分解决或未解决"
    typed = raw.get("score")
    if typed not in (None, ""):
        score = int(str(typed)) if str(typed).strip() in {"1", "2", "3", "4", "5"} else None
        if score is None:
            faults["score"] = "满意度应为 1 到 5"
    reason = _reasons(raw.get("reason"), faults)
    if not faults and result is None and score is None:
        faults["solved"] = "请先选择问题是否解决"
    if faults:
        raise Invalid(faults)
    return Answer(result, score, reason, str(raw.get("words") or "")[:500])


def needs_reason(answer: Answer, least: int) -> bool:
    """Whether the appellant is not satisfied and did not say why (handbook §9: a reason for 2 and less)."""
    return answer.score is not None and answer.score < least and not answer.reason


def reason_words(reason: str | None) -> str:
    """The reasons of an answer in words."""
    return "、".join(REASONS[code] for code in (reason or "").split(",") if code in REASONS)


def _reasons(given: Any, faults: dict[str, str]) -> str | None:
    parts = list(given) if isinstance(given, list | tuple) else str(given or "").split(",")
    codes = list(dict.fromkeys(str(part).strip() for part in parts if str(part).strip()))
    if any(code not in REASONS for code in codes):
        faults["reason"] = f"不满意原因应为：{'、'.join(REASONS.values())}"
    elif len(codes) > REASONS_MOST:
        faults["reason"] = f"原因最多选 {REASONS_MOST} 项"
    return ",".join(codes) or None
