"""Every limit of the desk as a typed value: the numbers of handbook §5 and §17 that clocks and quotas need.

The numbers themselves are data (``config/sla/*.toml``); cities differ there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from hotline.domain.allowances import Allowance, NaturalHours, WorkingDays
from hotline.domain.appeal import AppealType, Urgency

ByUrgency = Mapping[Urgency, Allowance]


@dataclass(frozen=True, slots=True)
class Handling:
    """How long a unit has for its result."""

    normal: Mapping[AppealType, Allowance]
    """Ordinary tickets, by type (handbook §3)."""
    critical: NaturalHours
    """特急 tickets of any type, round the clock."""
    urgent: NaturalHours
    """紧急 tickets of any type, round the clock."""
    complex: Allowance
    """复杂: the longer of this and the limit of the type; of the same kind of time."""
    complex_within: WorkingDays
    """How soon after dispatch a supervisor may still approve 复杂."""
    quick: Allowance | None = None
    """Complaints of the quick list (便民事项); none where the city has no such list."""
    interim: NaturalHours | None = None
    """When a 特急 ticket owes its first interim report."""


@dataclass(frozen=True, slots=True)
class Returns:
    """Quotas and limits of 退单."""

    window: WorkingDays
    """How long after dispatch a unit may say "not mine"."""
    urgent_window: NaturalHours
    """The same for 特急 and 紧急, by phone only and after first contact."""
    per_unit: int
    """Requests per unit and ticket."""
    per_ticket: int
    """Approved returns, after which the ticket goes to co-ordination."""
    notice: int
    """Refused returns of one unit in a month on one category, from which on supervisors are told."""
    decide: Allowance
    """How long the dispatcher may take; silence escalates, it never approves."""


@dataclass(frozen=True, slots=True)
class Extensions:
    """Quotas of 延期, counted in working days from the old due date."""

    most: int
    first: WorkingDays
    """By the dispatcher."""
    second: WorkingDays
    """By the supervisor."""
    total: WorkingDays
    urgent: NaturalHours
    """紧急: once, no longer than this; 特急 never."""
    decide: Allowance
    """How long a decision may take, and never past the due time; silence escalates, it never approves."""


@dataclass(frozen=True, slots=True)
class Suspensions:
    """Limits of 挂起."""

    most: timedelta
    """All suspensions of a ticket together, before supervision."""
    project_review: timedelta
    """How often a 挂账 is looked at again."""
    decide: Allowance
    """How long the decision on a request may take."""


@dataclass(frozen=True, slots=True)
class Rework:
    """Limits of 重办."""

    limit: Allowance
    natural: NaturalHours
    """For tickets whose handling clock is natural."""
    most: int
    """Rounds after the first; then supervision."""


@dataclass(frozen=True, slots=True)
class Info:
    """Limits of 要求补充."""

    wait: WorkingDays
    most: int


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Limits of 回访 and rating."""

    limit: WorkingDays
    tries: int
    rate_within: timedelta
    """How long the citizen's link lives."""


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Limits of 剔除."""

    ask: WorkingDays
    """How long after the rating a unit may ask."""
    decide: WorkingDays
    """How soon QA should decide."""


@dataclass(frozen=True, slots=True)
class Reviews:
    """Limits of 审核 and 申请复核."""

    limit: Allowance
    grace: WorkingDays
    """A reply sent back for the first time is due no earlier than this after it was sent back."""
    grace_times: int
    request_within: timedelta
    """How long after closing the appellant may contest it."""
    request: WorkingDays
    """How soon the centre answers that."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """Within which time after closing a new appeal is the old matter (handbook §7)."""

    reopen: timedelta
    link: timedelta


@dataclass(frozen=True, slots=True)
class Warnings:
    """When lamps change (handbook §8)."""

    yellow: WorkingDays
    """Working days left, the due date included."""
    yellow_share: Fraction
    """The part of a limit in hours that is left."""
    sign_share: Fraction
    """The part of the sign-in limit that is gone."""
    severe: WorkingDays
    """More working days than this after the due date, today included, are a severe overdue."""


@dataclass(frozen=True, slots=True)
class Limits:
    """One city's profile (``sla.profile``)."""

    accept: Allowance
    dispatch: ByUrgency
    sign: ByUrgency
    contact: ByUrgency
    handling: Handling
    timed_callback: Allowance
    returns: Returns
    extensions: Extensions
    suspensions: Suspensions
    coordinate: WorkingDays
    reviews: Reviews
    callbacks: Callbacks
    exclusions: Exclusions
    rework: Rework
    info: Info
    repeats: Repeats
    supervise: WorkingDays
    urge_every: timedelta
    """How often the citizen may urge."""
    warnings: Warnings
