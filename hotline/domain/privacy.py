"""Who sees how much of a person (handbook §12): masks, and redaction of free text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from hotline.domain.permissions import Actor, Role

_PATTERNS = (
    (re.compile(r"(?<!\d)(\d{3})\d{11}(\d{3}[\dXx])(?!\d)"), r"\1***********\2"),
    (re.compile(r"(?<!\d)(1[3-9]\d)[\s-]?\d{4}[\s-]?(\d{4})(?!\d)"), r"\1****\2"),
    (re.compile(r"(?<!\d)(\d{4})\d{8,11}(\d{4})(?!\d)"), r"\1****\2"),
    (re.compile(r"(?<!\d)(0\d{2,3}[\s-]?)?[2-9]\d{2,3}(\d{4})(?!\d)"), r"\1****\2"),
    (
        re.compile(
            r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z])[·\s]?[A-Z0-9]{2,3}([A-Z0-9]{3})"
        ),
        r"\1**\2",
    ),
    (re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), "***@***"),
    (re.compile(r"(?<!\d)\d{3,4}\s*(室|房(?![间屋产租源价]))"), r"***\1"),
)


def mask_name(name: str) -> str:
    """``张**``: the first character stays."""
    return name[:1] + "**" if name else ""


def mask_phone(phone: str) -> str:
    """``138****5678``: three and four digits stay; a short number keeps its last two."""
    if len(phone) >= 8:
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:] if phone else ""


def mask_identity(identity: str) -> str:
    """``350***********1234``."""
    return f"{identity[:3]}***********{identity[-4:]}" if len(identity) >= 8 else ""


def street_level(address: str) -> str:
    """The address down to its street or road, without house and room."""
    found = re.match(r".*?(?:街道|镇|乡|路|街|巷|大道|弄|村|社区)", address)
    return found.group(0) + "…" if found and found.group(0) != address else address[:6]


def redact(text: str) -> str:
    """Free text without phones, identity and card numbers, plates, e-mails and exact rooms."""
    for pattern, shown in _PATTERNS:
        text = pattern.sub(lambda m, shown=shown: m.expand(shown), text)  # type: ignore[misc]
    return text


class Shown(StrEnum):
    """How much of one datum somebody sees."""

    FULL = "full"
    MASKED = "masked"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class View:
    """What one viewer sees of the appellant of one ticket (a row of handbook §12)."""

    name: Shown
    phone: Shown
    identity: Shown
    address: Shown
    text: Shown = Shown.FULL


IN_HAND = View(Shown.FULL, Shown.FULL, Shown.MASKED, Shown.FULL)
"""Agent, dispatcher, reviewer, call-back: with the ticket in hand."""
LEAD_UNIT = IN_HAND
"""The lead unit after sign-in."""
SEALED = View(Shown.HIDDEN, Shown.HIDDEN, Shown.HIDDEN, Shown.MASKED)
"""The unit of a 保密 or 举报 ticket: neither name nor phone; contact goes through the platform."""
OTHER_UNIT = View(Shown.MASKED, Shown.MASKED, Shown.HIDDEN, Shown.MASKED)
"""A co-unit, a unit before sign-in, a county that doesn't handle it."""
OVERSIGHT = View(Shown.MASKED, Shown.MASKED, Shown.MASKED, Shown.MASKED)
"""Supervisor, inspector, quality inspection, administrators of the centre."""
LEADER = View(Shown.MASKED, Shown.MASKED, Shown.HIDDEN, Shown.MASKED, Shown.MASKED)
"""Leaders: free text redacted."""

_IN_HAND = frozenset({Role.AGENT, Role.LEAD, Role.DISPATCHER, Role.REVIEWER, Role.CALLBACK, Role.SYSTEM})
_UNITS = frozenset({Role.COUNTY_DISPATCH, Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER})
_OVERSIGHT = frozenset({Role.SUPERVISOR, Role.INSPECTOR, Role.QA, Role.CENTER_ADMIN})


def view_of(by: Actor, *, leads: bool, signed: bool, sealed: bool) -> View:
    """What this person sees.

    Args:
        leads: the person's unit is the ticket's lead.
        signed: the lead has signed in.
        sealed: the ticket is confidential or a REPORT.
    """
    if by.roles & _IN_HAND:
        return IN_HAND
    if by.roles & _UNITS:
        if sealed:
            return SEALED
        return LEAD_UNIT if leads and signed else OTHER_UNIT
    return OVERSIGHT if by.roles & _OVERSIGHT else LEADER


def show(value: str, shown: Shown, mask: Callable[[str], str]) -> str:
    """The value as it may be seen."""
    if shown is Shown.FULL:
        return value
    return mask(value) if shown is Shown.MASKED else ""
