"""Telephone traffic of the human queue: what one call adds to its half hour, and the rates over any window (§10).

A call is counted once it is decided (answered, or ended without). Marks again, not deltas: what a call adds is a pure
function of what is known of it, so that late, doubled and disordered events of the exchange do no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from hotline.domain.rates import EMPTY, Rate

SLOT = timedelta(minutes=30)
FORGOTTEN = timedelta(hours=16)
"""A seat that never signed out is over by then: the exchange forgot it."""


class Level(StrEnum):
    """Formulas of the service level; the value is its name in the configuration, ``words`` what it divides."""

    words: str
    A = "A", "时限内接听 ÷（接听 + 时限后放弃）"
    B = "B", "（时限内接听 + 时限内放弃）÷（接听 + 全部放弃）"
    C = "C", "时限内接听 ÷ 接听"
    D = "D", "时限内接听 ÷（接听 + 全部放弃）"

    def __new__(cls, code: str, words: str = "") -> Level:
        member = str.__new__(cls, code)
        member._value_ = code
        member.words = words
        return member


@dataclass(frozen=True, slots=True)
class TelephonyRules:
    """What differs from city to city (``config/telephony.toml``)."""

    short_abandon: timedelta = timedelta(seconds=5)
    level: timedelta = timedelta(seconds=15)
    formula: Level = Level.A
    call_back: timedelta = timedelta(minutes=30)
    once: timedelta = timedelta(days=7)
    targets: Mapping[str, Decimal] = field(default_factory=dict)
    """Percent, by key of :class:`Traffic`'s rates."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known of one incoming call of the human queue."""

    queued_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    held: timedelta = timedelta()
    wrapped: timedelta = timedelta()
    """After-call work."""
    numbered: bool = True
    """The caller's number is known."""
    called_back_at: datetime | None = None
    """When somebody first called the number back after it was missed."""
    again_at: datetime | None = None
    """When the same person first called again on the matter and was answered."""


def slot_of(at: datetime) -> datetime:
    """The half hour that a moment falls into."""
    at = at.astimezone(UTC)
    return at.replace(minute=at.minute - at.minute % 30, second=0, microsecond=0)


def adds(call: CallFacts, rules: TelephonyRules) -> dict[str, int]:
    """What the call adds to the half hour in which it was offered; nothing while nobody knows how it ends."""
    if call.answered_at is None and call.ended_at is None:
        return {}
    found = {"offered": 1}
    if call.answered_at is not None:
        wait = max(timedelta(), call.answered_at - call.queued_at)
        found |= {"answered": 1, "wait": _seconds(wait)}
        if wait <= rules.level:
            found["answered_in"] = 1
        if call.ended_at is not None:
            talk = max(timedelta(), call.ended_at - call.answered_at - call.held)
            found |= {"ended": 1, "talk": _seconds(talk), "hold": _seconds(call.held), "wrap": _seconds(call.wrapped)}
        if call.numbered:
            found["once_of"] = 1
            again = call.again_at
            if again is None or again > call.answered_at + rules.once:
                found["once"] = 1
        return found
    assert call.ended_at is not None, "decided above"
    wait = max(timedelta(), call.ended_at - call.queued_at)
    if wait < rules.short_abandon:
        return found | {"short": 1}
    found["abandoned"] = 1
    if wait <= rules.level:
        found["abandoned_in"] = 1
    if call.numbered:
        found["missed"] = 1
        if call.called_back_at is not None and call.called_back_at <= call.ended_at + rules.call_back:
            found["called_back"] = 1
    return found


KEYS = (
    *("offered", "short", "answered", "answered_in", "abandoned", "abandoned_in", "ended", "wait", "talk", "hold"),
    *("wrap", "missed", "called_back", "once_of", "once", "signed", "paused"),
)
"""Every sum that is kept; ``wait talk hold wrap signed paused`` are seconds."""


@dataclass(frozen=True, slots=True)
class Average:
    """Seconds over a number of calls."""

    seconds: Decimal
    of: Decimal

    @property
    def value(self) -> Decimal | None:
        """Seconds each, to one decimal, half up; None of nothing."""
        return (self.seconds / self.of).quantize(Decimal("0.1"), ROUND_HALF_UP) if self.of else None

    @property
    def words(self) -> str:
        """``1 分 05 秒``, ``12.3 秒``, or “—”."""
        value = self.value
        if value is None:
            return EMPTY
        if value < 60:
            return f"{value} 秒"
        whole = int(value.quantize(Decimal(1), ROUND_HALF_UP))
        return f"{whole // 60} 分 {whole % 60:02d} 秒"


class Traffic:
    """The sums of a window, and what they say."""

    def __init__(self, sums: Mapping[str, int | Decimal], rules: TelephonyRules) -> None:
        self.n = {key: Decimal(sums.get(key, 0)) for key in KEYS}
        self.rules = rules

    @property
    def base(self) -> Decimal:
        """Offered without short abandons."""
        return self.n["offered"] - self.n["short"]

    @property
    def connected(self) -> Rate:
        """接通率."""
        return Rate(self.n["answered"], self.base)

    @property
    def lost(self) -> Rate:
        """呼损率; it and the one before add to 100 %."""
        return Rate(self.n["abandoned"], self.base)

    @property
    def level(self) -> Rate:
        """15 秒接听率, by the formula of the configuration."""
        return self.level_by(self.rules.formula)

    def level_by(self, formula: Level) -> Rate:
        """The service level by one formula."""
        n = self.n
        match formula:
            case Level.A:
                return Rate(n["answered_in"], n["answered"] + n["abandoned"] - n["abandoned_in"])
            case Level.B:
                return Rate(n["answered_in"] + n["abandoned_in"], n["answered"] + n["abandoned"])
            case Level.C:
                return Rate(n["answered_in"], n["answered"])
            case Level.D:
                return Rate(n["answered_in"], n["answered"] + n["abandoned"])

    @property
    def called_back(self) -> Rate:
        """漏接回拨率."""
        return Rate(self.n["called_back"], self.n["missed"])

    @property
    def once(self) -> Rate:
        """一次解决率 of calls; taken back when a second call comes within the days allowed."""
        return Rate(self.n["once"], self.n["once_of"])

    @property
    def busy(self) -> Rate:
        """座席利用率: handling ÷ (signed in − breaks)."""
        return Rate(self.handling, self.n["signed"] - self.n["paused"])

    @property
    def handling(self) -> Decimal:
        """Seconds of talk, hold and after-call work."""
        return self.n["talk"] + self.n["hold"] + self.n["wrap"]

    @property
    def waited(self) -> Average:
        """平均等待."""
        return Average(self.n["wait"], self.n["answered"])

    @property
    def talked(self) -> Average:
        """平均通话."""
        return Average(self.n["talk"], self.n["ended"])

    @property
    def wrapped(self) -> Average:
        """话后处理."""
        return Average(self.n["wrap"], self.n["ended"])

    @property
    def handled(self) -> Average:
        """平均处理时长."""
        return Average(self.handling, self.n["ended"])


RATES: tuple[tuple[str, str, str], ...] = (
    ("connected", "接通率", "接听 ÷（进入人工队列 − 短时放弃）"),
    ("lost", "呼损率", "达到短时门限后放弃 ÷（进入人工队列 − 短时放弃）"),
    ("level", "时限内接听率", ""),
    ("called_back", "漏接回拨率", "规定时间内回拨的漏接来电 ÷ 有号码的漏接来电"),
    ("once", "一次解决率", "规定天数内没有就同一事项再次来电 ÷ 有号码的接听来电"),
    ("busy", "座席利用率", "处理时长 ÷（签入时长 − 小休）"),
)
"""Rates of a window: key, name, formula."""
AVERAGES: tuple[tuple[str, str, str], ...] = (
    ("waited", "平均等待", "接听来电的等待时长 ÷ 接听"),
    ("talked", "平均通话", "通话时长（不含保持）÷ 已结束的接听来电"),
    ("wrapped", "话后处理", "话后处理时长 ÷ 已结束的接听来电"),
    ("handled", "平均处理时长", "（通话 + 保持 + 话后处理）÷ 已结束的接听来电"),
)


class Seat(StrEnum):
    """What a seat tells of itself."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    BREAK = "break"
    BREAK_END = "break_end"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time at a seat."""

    paused: bool
    since: datetime
    until: datetime


def spans(events: Iterable[tuple[datetime, Seat]], now: datetime) -> tuple[list[Span], bool]:
    """Signed-in time and breaks, from a seat's events in any order; and whether it is still signed in."""
    found: list[Span] = []
    signed: datetime | None = None
    paused: datetime | None = None

    def leave(at: datetime) -> None:
        nonlocal signed, paused
        if signed is not None:
            end = min(at, signed + FORGOTTEN)
            if paused is not None:
                found.append(Span(True, paused, min(end, at)))
            found.append(Span(False, signed, end))
        signed = paused = None

    for at, kind in sorted(set(events)):
        if signed is not None and at > signed + FORGOTTEN:
            leave(at)
        match kind:
            case Seat.SIGN_IN:
                signed = signed or at
            case Seat.SIGN_OUT:
                leave(at)
            case Seat.BREAK if signed is not None:
                paused = paused or at
            case Seat.BREAK_END if paused is not None:
                found.append(Span(True, paused, at))
                paused = None
    still = signed is not None and now <= signed + FORGOTTEN
    leave(now)
    return [span for span in found if span.until > span.since], still


def by_slot(found: Iterable[Span], since: datetime, until: datetime) -> dict[tuple[datetime, str], int]:
    """Seconds of signed-in time and of breaks in each half hour between two moments."""
    sums: dict[tuple[datetime, str], int] = {}
    for span in found:
        at, end = max(span.since, since), min(span.until, until)
        while at < end:
            slot = slot_of(at)
            part = min(end, slot + SLOT)
            key = (slot, "paused" if span.paused else "signed")
            sums[key] = sums.get(key, 0) + _seconds(part - at)
            at = part
    return sums


def _seconds(span: timedelta) -> int:
    return int(span / timedelta(seconds=1) + 0.5)
