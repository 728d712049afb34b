"""When several tickets are one matter, and how people are called back: the numbers (handbook §7, §9, §17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Merge:
    """When two tickets of one person are the same matter (并单)."""

    similarity: float
    """Least similarity of their texts, 0…1."""
    metres: int


@dataclass(frozen=True, slots=True)
class Gathering:
    """When tickets of different people are one event (事件)."""

    metres: int
    within: timedelta
    least: int
    """People."""
    outage: tuple[str, ...]
    """Level-3 categories for which the same supply area stands for the distance."""


@dataclass(frozen=True, slots=True)
class Group:
    """From how many people on one event it is a group's appeal (群体诉求)."""

    day: int
    """In 24 hours."""
    week: int
    """In 7 days."""
    brief: int
    """From here on the leader gets a brief (专报)."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Repeats of one matter (重复诉求); the times are in :class:`~hotline.domain.limits.Repeats`."""

    supervise: int
    """The how-manieth time opens a supervision."""


@dataclass(frozen=True, slots=True)
class Nuisance:
    """Calls without content (骚扰)."""

    calls: int
    """More of one number in a day are warned of."""
    limit_most: timedelta
    """How long a number may be limited."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Calling back (回访)."""

    sms_first: timedelta
    """How long the link in the SMS has before somebody calls."""
    claim_for: timedelta
    """How long a call-back stays with the person who opened it."""


@dataclass(frozen=True, slots=True)
class Matters:
    """All of them; ``config/matters.toml``."""

    merge: Merge
    event: Gathering
    group: Group
    repeat: Repeat
    nuisance: Nuisance
    asking: Asking
