"""Who sees how much of what (handbook §12): one table, kind of datum × kind of viewer, and who is which viewer.

The ticket page, the API, lists, exports and search all ask here; ``docs/permissions.md`` is drawn from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from hotline.domain import privacy
from hotline.domain.permissions import Actor, Role


class Datum(StrEnum):
    """A kind of personal datum; ``label`` is the word on the page."""

    label: str
    NAME = "name", "姓名"
    PHONE = "phone", "电话"
    IDENTITY = "identity", "证件号"
    ADDRESS = "address", "地址"
    TEXT = "text", "文字与附件"
    RECORDING = "recording", "录音"

    def __new__(cls, code: str, label: str = "") -> Datum:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


class Shown(StrEnum):
    """How much of one datum somebody sees."""

    FULL = "full"
    MASKED = "masked"
    """First character of a name, 3+4 digits of a phone or identity number."""
    STREET = "street"
    """An address down to its street."""
    REDACTED = "redacted"
    """Free text without what names a person."""
    HIDDEN = "hidden"
    REQUEST = "request"
    """Not on the page; on request, and every time is recorded."""


class Viewer(StrEnum):
    """A column of the table; ``label`` says who it is."""

    label: str
    CITIZEN = "citizen", "诉求人本人"
    HAND = "hand", "中心经办人员（工单在手）"
    AFTER = "after", "中心经办人员（工单已结束）"
    LEAD = "lead", "主办单位（签收后）"
    UNIT = "unit", "协办、未签收或未承办的单位"
    SEALED = "sealed", "承办单位（保密或举报）"
    COMPLAINED = "complained", "被反映的单位"
    OVERSIGHT = "oversight", "督办、监察、质检、中心管理员"
    LEADER = "leader", "领导、统计分析员"
    NOBODY = "nobody", "系统、安全、审计管理员等"
    PUBLIC = "public", "公开页面"

    def __new__(cls, code: str, label: str = "") -> Viewer:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


@dataclass(frozen=True, slots=True)
class View:
    """One column: how much of each datum, and what may be unmasked with a reason."""

    name: Shown
    phone: Shown
    identity: Shown
    address: Shown
    text: Shown
    recording: Shown
    unmask: frozenset[Datum] = frozenset()

    def of(self, datum: Datum) -> Shown:
        """The cell."""
        shown: Shown = getattr(self, datum.value)
        return shown

    def opened(self, data: Iterable[Datum]) -> View:
        """The same with these data in full."""
        cells = {datum.value: self.of(datum) for datum in Datum} | {datum.value: Shown.FULL for datum in data}
        return View(**cells, unmask=self.unmask)


F, M, ST, R, H, Q = Shown.FULL, Shown.MASKED, Shown.STREET, Shown.REDACTED, Shown.HIDDEN, Shown.REQUEST
D = Datum

TABLE: dict[Viewer, View] = {
    #                       name phone identity address text recording
    Viewer.CITIZEN: View(F, F, M, F, F, Q),
    Viewer.HAND: View(F, F, M, F, F, Q, frozenset({D.IDENTITY})),
    Viewer.AFTER: View(M, M, M, ST, F, Q, frozenset({D.NAME, D.PHONE, D.IDENTITY, D.ADDRESS})),
    Viewer.LEAD: View(F, F, M, F, F, H, frozenset({D.IDENTITY})),
    Viewer.UNIT: View(M, M, H, ST, F, H),
    Viewer.SEALED: View(H, H, H, ST, R, H),
    Viewer.COMPLAINED: View(H, H, H, H, R, H),
    Viewer.OVERSIGHT: View(M, M, M, ST, F, Q, frozenset({D.NAME, D.PHONE})),
    Viewer.LEADER: View(M, M, H, ST, R, H),
    Viewer.NOBODY: View(H, H, H, H, H, H),
    Viewer.PUBLIC: View(H, H, H, ST, R, H),
}
"""Handbook §12. ``AFTER`` goes further than the handbook: who has nothing more to do needs no more than a mask."""

_HAND = frozenset({Role.AGENT, Role.LEAD, Role.DISPATCHER, Role.REVIEWER, Role.CALLBACK})
UNIT_ROLES = frozenset({Role.COUNTY_DISPATCH, Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER})
_OVERSIGHT = frozenset({Role.SUPERVISOR, Role.INSPECTOR, Role.QA, Role.CENTER_ADMIN})
_LEADER = frozenset({Role.LEADER, Role.ANALYST})

WHY: dict[Viewer, str] = {
    Viewer.AFTER: "工单已结束，按需查看",
    Viewer.UNIT: "主办单位签收后可见联系方式",
    Viewer.SEALED: "诉求人要求保密，请通过热线平台联系",
    Viewer.COMPLAINED: "反映的是本单位，诉求人信息不予显示",
    Viewer.OVERSIGHT: "按权限部分隐藏",
    Viewer.LEADER: "按权限部分隐藏",
    Viewer.NOBODY: "您的岗位不接触诉求人信息",
}
"""Why something is masked, in words."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How a viewer stands to one ticket."""

    leads: bool = False
    """The person's unit (or one below it) is the ticket's lead and has signed in."""
    sealed: bool = False
    """The ticket is confidential or a REPORT."""
    ended: bool = False
    """Nobody has to do anything on it any more."""
    complained: bool = False
    """The person's unit, or one above it, is the one complained about."""


def viewer_of(by: Actor, to: Relation) -> Viewer:
    """Which column this person is for a ticket; the widest of several roles counts, but never against a seal."""
    if Role.SYSTEM in by.roles:
        return Viewer.HAND
    if Role.CITIZEN in by.roles:
        return Viewer.CITIZEN
    if to.complained:
        return Viewer.COMPLAINED
    if by.roles & _HAND:
        return Viewer.AFTER if to.ended else Viewer.HAND
    if by.roles & UNIT_ROLES:
        if to.sealed:
            return Viewer.SEALED
        return Viewer.LEAD if to.leads else Viewer.UNIT
    if by.roles & _OVERSIGHT:
        return Viewer.OVERSIGHT
    return Viewer.LEADER if by.roles & _LEADER else Viewer.NOBODY


_MASKS: dict[Datum, Callable[[str], str]] = {
    Datum.NAME: privacy.mask_name,
    Datum.PHONE: privacy.mask_phone,
    Datum.IDENTITY: privacy.mask_identity,
}


def show(value: str, datum: Datum, shown: Shown, known: Iterable[str] = ()) -> str:
    """The value as it may be seen; hidden and on request are both empty.

    Args:
        known: the appellant's own name and numbers, removed from redacted text wherever they stand.
    """
    match shown:
        case Shown.FULL:
            return value
        case Shown.MASKED:
            return _MASKS[datum](value)
        case Shown.STREET:
            return privacy.street_level(value)
        case Shown.REDACTED:
            return privacy.redact(value, known)
        case _:
            return ""


def masking_page() -> str:
    """The table for ``docs/permissions.md``, with a line feed at its end."""
    lines = ["| Viewer | Label | " + " | ".join(datum.label for datum in Datum) + " |\n"]
    lines.append("|---|---|" + "---|" * len(Datum) + "\n")
    for viewer, view in TABLE.items():
        cells = [f"{view.of(datum)}{' ²' if datum in view.unmask else ''}" for datum in Datum]
        lines.append(f"| `{viewer}` | {viewer.label} | " + " | ".join(cells) + " |\n")
    return "".join(lines)
