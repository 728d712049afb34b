"""What kind of matter an appeal is, and how urgent."""

from __future__ import annotations

from enum import StrEnum


class AppealType(StrEnum):
    """Ticket types (handbook §3); ``label`` is the word on the page."""

    label: str
    CONSULT = "CONSULT", "咨询"
    HELP = "HELP", "求助"
    COMPLAINT = "COMPLAINT", "投诉"
    REPORT = "REPORT", "举报"
    SUGGEST = "SUGGEST", "建议"
    PRAISE = "PRAISE", "表扬"

    def __new__(cls, code: str, label: str) -> AppealType:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


class Urgency(StrEnum):
    """Grades of urgency (handbook §5), lowest first; ``label`` is the word on the page."""

    label: str
    NORMAL = "NORMAL", "一般"
    URGENT = "URGENT", "紧急"
    CRITICAL = "CRITICAL", "特急"

    def __new__(cls, code: str, label: str) -> Urgency:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member
