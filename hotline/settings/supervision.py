"""Reads ``supervision.toml`` into :class:`~hotline.domain.supervision.Supervisions`; tells all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from hotline.domain.allowances import NaturalHours, WorkingDays, allowance_of
from hotline.domain.appeal import CHANNEL_LABELS
from hotline.domain.supervision import BY_PEOPLE, Digests, Escalation, Ground, How, Level, Supervisions, Trigger

AUTOMATIC = tuple(ground for ground in Ground if ground not in BY_PEOPLE)
SECTIONS = {"triggers", "channels", "signing", "escalation", "digests"}
SIGNING = {"shown": False, "required": True}


def supervision_of(table: Mapping[str, Any], name: str) -> tuple[Supervisions | None, list[str]]:
    """The rules of a table that was read or edited."""
    faults = [f"{name}:没有“{key}”这一节，请检查拼写" for key in table.keys() - SECTIONS]
    triggers = {}
    given = _section(table, "triggers")
    faults += [f"{name}:triggers 没有“{key}”，请检查拼写" for key in given.keys() - {g.value for g in AUTOMATIC}]
    for ground in AUTOMATIC:
        entry = given.get(ground.value)
        how, level = (entry.get("how"), entry.get("level")) if isinstance(entry, Mapping) else (None, None)
        if how not in list(How) or level not in list(Level):
            faults.append(f"{name}:triggers.{ground} 的 how 应为 open、propose 或 off，level 应为 1、2 或 3")
            continue
        triggers[ground] = Trigger(How(how), Level(level))
    channels = {}
    for channel, ground in _section(table, "channels").items():
        if channel not in CHANNEL_LABELS or ground not in [g.value for g in AUTOMATIC]:
            faults.append(f"{name}:channels 中没有来源“{channel}”或理由“{ground}”，请改正")
            continue
        channels[channel] = Ground(ground)
    signing = _section(table, "signing").get("reply")
    if signing not in SIGNING:
        faults.append(f"{name}:signing.reply 应为 shown 或 required")
    days = _allowance(_section(table, "escalation").get("county"))
    digests = _section(table, "digests")
    every, collect = (_allowance(digests.get(key)) for key in ("every", "collect"))
    quiet = clock_span(digests.get("quiet"))
    for fits, words in (
        (isinstance(days, WorkingDays), 'escalation.county 应写成 "1wd" 这样的工作日'),
        (isinstance(every, NaturalHours) and every.span, 'digests.every 应写成 "1h" 这样的时长'),
        (isinstance(collect, NaturalHours), 'digests.collect 应写成 "2min" 这样的时长'),
        (quiet is not None, 'digests.quiet 应写成 "22:00-08:00" 这样的起止时刻'),
    ):
        if not fits:
            faults.append(f"{name}:{words}")
    if faults or quiet is None:
        return None, faults
    made = Supervisions(
        triggers, channels, SIGNING[str(signing)], Escalation(days), Digests(every.span, collect.span, *quiet)
    )
    return made, []


def _section(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = table.get(key)
    return found if isinstance(found, Mapping) else {}


def _allowance(value: object) -> Any:
    try:
        return allowance_of(value if isinstance(value, str) else "")
    except ValueError:
        return None


def clock_span(value: object) -> tuple[time, time] | None:
    """``22:00-08:00`` as its two times of day; None when it is none."""
    start, dash, end = value.partition("-") if isinstance(value, str) else ("", "", "")
    try:
        return (time.fromisoformat(start), time.fromisoformat(end)) if dash else None
    except ValueError:
        return None
