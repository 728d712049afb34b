"""Everything the rules read that is not the ticket: limits, calendar, organisation, routing rules, weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hotline.domain import sms
from hotline.domain.attachment import FileLimits
from hotline.domain.calendar import WorkCalendar
from hotline.domain.checklist import Checklist
from hotline.domain.city import City
from hotline.domain.facts import Counting
from hotline.domain.foresight import ForesightRules
from hotline.domain.keeping import Privacy
from hotline.domain.knowledge import KnowledgeRules
from hotline.domain.limits import Limits
from hotline.domain.matters import Matters
from hotline.domain.quality import QualityRules
from hotline.domain.routing_rules import Rules
from hotline.domain.score import ScoreRules
from hotline.domain.supervision import Supervisions
from hotline.domain.surge import SurgeRules
from hotline.domain.telephony import TelephonyRules


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One consistent set of rules, as in force while one transaction runs."""

    city: City
    calendar: WorkCalendar
    limits: Limits
    counting: Counting
    score: ScoreRules
    telephony: TelephonyRules
    routing: Rules
    supervision: Supervisions
    surge: SurgeRules
    foresight: ForesightRules
    matters: Matters
    knowledge: KnowledgeRules
    checklist: Checklist
    quality: QualityRules
    privacy: Privacy = field(default_factory=Privacy)
    files: FileLimits = field(default_factory=FileLimits)
    number_prefix: str = "FZ"
    """Begins every ticket number."""
    signature: str = "【福州12345】"
    """Begins every SMS."""
    help_every: timedelta = timedelta(days=1)
    """How often a phone whose messages can't be understood gets the help line."""
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
    texts: Mapping[int, str] = field(default_factory=lambda: sms.TEXTS)
    """The SMS texts by their number in handbook §14."""
    shipped: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """Edition 0 of every name that can be changed while the house runs, as its file says it."""
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By name, what is wrong with an edition in force since something else has changed (a unit was dissolved)."""
    then: Callable[[datetime], Rulebook] | None = field(default=None, repr=False, compare=False)
    """Finds the rulebook of another moment."""

    def at(self, moment: datetime) -> Rulebook:
        """The rulebook in force at a moment; the organisation is always the present one."""
        return self if self.then is None else self.then(moment)
