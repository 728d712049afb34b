"""Everything the rules read that is not the ticket: limits, calendar, organisation, routing rules, weights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hotline.domain.calendar import WorkCalendar
from hotline.domain.city import City
from hotline.domain.facts import Counting
from hotline.domain.limits import Limits
from hotline.domain.routing_rules import Rules


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One consistent set of rules, as in force while one transaction runs."""

    city: City
    calendar: WorkCalendar
    limits: Limits
    counting: Counting
    routing: Rules
    number_prefix: str = "FZ"
    """Begins every ticket number."""
    signature: str = "【福州12345】"
    """Begins every SMS."""
    public_url: str = ""
    """Address under which citizens reach the public pages; stands in SMS."""
    auto_threshold: float = 0.9
    """Confidence from which the rules dispatch by themselves."""
    two_factor: bool = True
    """Whether an account with a second factor must show it."""
    lock_after: int = 5
    """Failed sign-ins in a row that lock an account."""
    lock_for: timedelta = timedelta(minutes=15)
    session_for: timedelta = timedelta(hours=10)
