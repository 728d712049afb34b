"""The whole history of one clock: how it started, what moved it, and why it is due when it is due.

A clock's due moment is a fold of its moves over a calendar. The same fold explains it line by line, and computes it
anew when the calendar or a limit changes; so what is shown, what is stored and what is recomputed cannot differ. The
last line of the explanation is always the due moment itself. Source: handbook §5.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.domain.allowances import Allowance, allowance_of
from hotline.domain.calendar import Due, Step, TraceLine, WorkCalendar, day_of, due_line, local, stamp


class MoveKind(StrEnum):
    """What can happen to a clock after it started."""

    PAUSE = "pause"
    """It stands still: 待补充, 挂起."""
    RESUME = "resume"
    """It goes on with what was left (C9)."""
    EXTEND = "extend"
    """延期 granted: ``more`` from the old due date (C7)."""
    GRACE = "grace"
    """A reply sent back: no earlier than ``more`` after it was sent back; nothing is given the second time."""
    RAISE = "raise"
    """A shorter limit from now on (a higher grade): the earlier of the two moments."""
    REBASE = "rebase"
    """Another limit counted from the moment it was given, in place of everything before."""
    RELIMIT = "relimit"
    """Another limit counted from the clock's own start; the row holds it, this line only tells."""
    SET = "set"
    """Due on a given moment (``until``): a planned date, or what the task above allows (下派)."""
    KEEP = "keep"
    """A change of rules must not make anybody late at once: no earlier than ``until``."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happened to a clock."""

    kind: MoveKind
    at: datetime
    more: Allowance | None = None
    until: datetime | None = None
    words: str = ""
    """Why, in Chinese; no personal data."""

    def kept(self) -> dict[str, Any]:
        """As JSON values, for the row."""
        values: dict[str, Any] = {"kind": self.kind.value, "at": self.at.isoformat()}
        if self.more is not None:
            values["more"] = str(self.more)
        if self.until is not None:
            values["until"] = self.until.isoformat()
        if self.words:
            values["words"] = self.words
        return values

    @classmethod
    def read(cls, values: dict[str, Any]) -> Move:
        """The move that :meth:`kept` wrote."""
        return cls(
            MoveKind(values["kind"]),
            datetime.fromisoformat(values["at"]),
            allowance_of(values["more"]) if "more" in values else None,
            datetime.fromisoformat(values["until"]) if "until" in values else None,
            values.get("words", ""),
        )


def moves_of(rows: Iterable[dict[str, Any]]) -> tuple[Move, ...]:
    """The moves of a row, in order."""
    return tuple(Move.read(row) for row in rows)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a clock's history comes to."""

    due: Due
    limit: Allowance
    """The limit in force: the first one, or the one that a higher grade put in its place."""
    since: datetime
    """From when that limit counts."""


def reckon(start: datetime, limit: Allowance, moves: Sequence[Move], calendar: WorkCalendar) -> Reckoned:
    """When a clock is due after all its moves, with every line of the reason.

    Args:
        limit: as it stands now; a :data:`MoveKind.RELIMIT` has put it in place of the first one.

    The trace tells each move, names each counted and skipped day, and ends with the due moment. A move that changes
    nothing (a grace that ends before the old due moment) says so.
    """
    due = calendar.due(start, limit)
    # What was given a moment at once has no limit to tell of.
    given = bool(moves) and moves[0].kind is MoveKind.SET
    lines = [TraceLine(local(start).date(), Step.START, 0, f"{stamp(start)} 起算")] if given else list(due.trace[:-1])
    at, provisional, running, since = due.at, due.provisional, limit, start
    paused_at: datetime | None = None
    for move in moves:
        if move.kind not in (MoveKind.PAUSE, MoveKind.RELIMIT) and not (given and move is moves[0]):
            lines.append(TraceLine(day_of(at), Step.MOVED, 0, f"此前算得 {stamp(at)} 到期"))
        match move.kind:
            case MoveKind.PAUSE:
                paused_at = move.at
                lines.append(_told(move, f"{stamp(move.at)} 起暂停计时{_why(move)}"))
            case MoveKind.RESUME:
                assert paused_at is not None, "a clock resumes only from a pause"
                found = calendar.resume(at, running, paused_at, move.at)
                if paused_at >= at:
                    lines.append(_told(move, f"{stamp(move.at)} 恢复；暂停前已到期，不再顺延"))
                at, provisional, paused_at = found.at, provisional or found.provisional, None
                lines += found.trace[:-1]
            case MoveKind.EXTEND:
                assert move.more is not None, "an extension says by how much"
                found = calendar.extend(at, move.more)
                lines.append(_told(move, f"{stamp(move.at)} 同意延期{move.more.words}{_why(move)}"))
                at, provisional = found.at, provisional or found.provisional
                lines += found.trace[:-1]
            case MoveKind.GRACE | MoveKind.RAISE | MoveKind.REBASE:
                moved = _from_now(move, calendar, at, lines)
                if moved is not None:
                    at, provisional = moved.at, moved.provisional
                    if move.kind is not MoveKind.GRACE and move.more is not None:
                        running, since = move.more, move.at
            case MoveKind.RELIMIT:
                lines.append(_told(move, f"{stamp(move.at)} 时限改为{limit.words}，仍从起算时间计{_why(move)}"))
            case MoveKind.SET:
                assert move.until is not None, "it is set to a moment"
                at, provisional = move.until, False
                lines.append(_told(move, f"{stamp(move.at)} 定为 {stamp(at)} 到期{_why(move)}"))
            case MoveKind.KEEP:
                assert move.until is not None, "it says what is kept"
                kept = move.until > at
                at = max(at, move.until)
                words = "，不因调整而立即超期，保留原时限" if kept else "，新时限更晚，按新时限"
                lines.append(_told(move, f"{stamp(move.at)} 日历或时限有调整{words}"))
    if provisional:
        lines.append(TraceLine(day_of(at), Step.MOVED, 0, "相关年份的放假通知尚未发布，到期时间暂定，发布后重新计算"))
    lines.append(due_line(at, day_of(at)))
    return Reckoned(Due(at, provisional, tuple(lines)), running, since)


def _from_now(move: Move, calendar: WorkCalendar, at: datetime, lines: list[TraceLine]) -> Due | None:
    """A limit counted from the move: grace takes the later, a raise the earlier, a rebase the new moment.

    None: the due moment ``at`` stays.
    """
    if move.more is None:
        lines.append(_told(move, f"{stamp(move.at)} 答复再次被退回，时限不变"))
        return None
    found = calendar.due(move.at, move.more)
    if move.kind is MoveKind.GRACE:
        taken = found.at > at
        words = f"{stamp(move.at)} 答复被退回，补正时间不少于{move.more.words}"
    elif move.kind is MoveKind.RAISE:
        taken = found.at < at
        words = f"{stamp(move.at)} 起时限改为{move.more.words}{_why(move)}"
    else:
        taken = True
        words = f"{stamp(move.at)} 起重新计算，时限为{move.more.words}{_why(move)}"
    if not taken:
        lines.append(_told(move, f"{words}；原时限{'更晚' if move.kind is MoveKind.GRACE else '更早'}，不变"))
        return None
    lines.append(_told(move, words))
    lines += found.trace[:-1]
    return found


def _told(move: Move, words: str) -> TraceLine:
    return TraceLine(local(move.at).date(), Step.MOVED, 0, words)


def _why(move: Move) -> str:
    return f"（{move.words}）" if move.words else ""
