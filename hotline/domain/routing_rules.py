"""What routing is told: the case, and the written rules beside the organisation (handbook §6.2 a–c, §6.5, §6.6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from hotline.domain.calendar import ZONE


class Stage(StrEnum):
    """Where in the order of handbook §6.2 a written rule is asked."""

    EMERGENCY = "a"
    SURGE = "b"
    EXPLICIT = "c"


@dataclass(frozen=True, slots=True)
class Rule:
    """A written rule *category × region × time × keywords*; a precedent (派单先例, §6.6) is one too."""

    id: str
    unit: str
    """Code of the lead; ``{county}`` and ``{township}`` stand for the codes of the place."""
    category: str = ""
    """Category code or its beginning; empty: any."""
    region: str = ""
    """Region code or its beginning; empty: anywhere."""
    keywords: tuple[str, ...] = ()
    """One of them must occur in the text."""
    hours: tuple[time, time] | None = None
    """Local time of day, from (inclusive) to (exclusive); may run over midnight."""
    urgencies: tuple[str, ...] = ()
    """Only for these grades; empty: for all."""
    co_units: tuple[str, ...] = ()
    priority: int = 0
    auto: bool = False
    """Whether the ticket may go without a person's confirmation."""
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    stage: Stage = Stage.EXPLICIT
    reason: str = ""

    def holds(self, case: "Case", now: datetime) -> bool:
        if (self.valid_from and now < self.valid_from) or (self.valid_to and now >= self.valid_to):
            return False
        return (
            (case.category or "").startswith(self.category)
            and (case.region or "").startswith(self.region)
            and (not self.keywords or any(word in case.text for word in self.keywords))
            and (not self.urgencies or case.urgency in self.urgencies)
            and self._in_hours(now)
        )

    def unit_at(self, county: str | None, township: str | None) -> str:
        """Code of the lead at this place."""
        return self.unit.replace("{county}", county or "").replace("{township}", township or "")

    def _in_hours(self, now: datetime) -> bool:
        if self.hours is None:
            return True
        start, end = self.hours
        at = now.astimezone(ZONE).time()
        return start <= at < end if start <= end else at >= start or at < end

    @property
    def rank(self) -> tuple[int, tuple[int, int, bool, bool], float]:
        """Highest priority, then most specific, then newest (handbook §6.2 c)."""
        specific = (len(self.category), len(self.region), bool(self.keywords), bool(self.hours or self.urgencies))
        return self.priority, specific, self.valid_from.timestamp() if self.valid_from else 0.0


@dataclass(frozen=True, slots=True)
class HandoverRule:
    """What is not the hotline's: whoever it belongs to gets it by hand-over, never by dispatch."""

    id: str
    target: str
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()
    """Only for these grades; empty: for all. Words that speak of danger only while it lasts are asked for with it."""
    reason: str = ""

    def holds(self, case: "Case") -> bool:
        return (
            (not self.categories or (case.category or "").startswith(self.categories))
            and (not self.keywords or any(word in case.text for word in self.keywords))
            and (not self.urgencies or case.urgency in self.urgencies)
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that routing is told besides the organisation."""

    explicit: tuple[Rule, ...] = ()
    handovers: tuple[HandoverRule, ...] = ()
    """Asked in this order; the first that holds is taken."""
    substitutes: Mapping[str, str] = field(default_factory=dict)
    """Line → the line that stands in for it in a county without such a unit (``line.substitute``)."""
    company_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Company code → words that name it, where several companies share a line."""
    duty_lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Township code → category codes that its duty list gives it although ``grassroots_ok`` says no."""
    province: str = ""
    """Code of the provincial platform, through which province and other cities are reached."""
    unclear_below: float = 0.2
    """Below this confidence the category counts as unknown."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is known about one appeal when it is routed."""

    category: str | None
    confidence: float = 1.0
    """Of the category, 0…1; 1 where a person set it."""
    region: str | None = None
    """Six, nine or twelve digits; None: no place known."""
    place_certain: bool = True
    """False where the place is a guess or was named ambiguously."""
    outside: str = ""
    """Name of another city or province that is the place, else empty."""
    urgency: str = "NORMAL"
    text: str = ""
    complained_unit: str | None = None
    """The unit whose own staff's conduct is complained about: never lead, nor any unit below it (handbook §12)."""
    confidential: bool = False
    alternatives: tuple[tuple[str, float], ...] = ()
    """Further likely categories with their confidence, best first."""
