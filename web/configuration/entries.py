"""Lists on a form that grow and shrink: seasons of office hours, seasons of the year, words of risk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from hotline.domain.tables import NAMED_BY
from hotline.settings.editions import Table
from web.configuration.boxes import Box, shown, value_in
from web.configuration.labels import KEYS
from web.configuration.section_labels import LISTS, Entries

GONE = ":gone"
"""Ends the name of the field that takes out an entry."""
_NEW = re.compile(r"\.\+([0-9]{1,3})\.[a-z_]+")
_NTH = re.compile(r"(?:[a-z_]+\.toml:)?第 (?P<n>[0-9]+) 个 (?P<list>[a-z_]+)")
_WORD = re.compile(r"[a-z_]+")
_DAY = re.compile(r"([0-9]{1,2})[-月/.]([0-9]{1,2})日?")
_SPAN = re.compile(r"([0-9]{1,2})[:：]([0-9]{2})\s*[-–—－~～至到]\s*([0-9]{1,2})[:：]([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list that may grow and shrink."""

    key: str
    """Of the list and the entry, dotted; a new one ends in ``+`` and a number."""
    title: str
    """Empty for a new one."""
    boxes: tuple[Box, ...]
    gone: bool = False
    """It is to be taken out."""

    @property
    def typed(self) -> bool:
        """Something stands in it."""
        return any(box.value or box.fault for box in self.boxes)


def entries_of(
    listed: Entries, key: str, entries: list[Table], typed: Mapping[str, str] | None, faults: Mapping[str, str]
) -> Iterator[Entry]:
    for entry in entries:
        prefix = f"{key}.{_name_of(entry)}"
        boxes = tuple(_field(listed, prefix, part, entry.get(part), typed, faults) for part in listed.keys)
        called = listed.called % entry.get(listed.named, "")
        yield Entry(prefix, called, boxes, gone=bool((typed or {}).get(prefix + GONE)))
    fresh = _fresh(key, typed or {})
    for n in [*fresh, max(fresh, default=0) + 1]:
        prefix = f"{key}.+{n}"
        yield Entry(prefix, "", tuple(_field(listed, prefix, part, None, typed, faults) for part in listed.keys))


def _field(
    listed: Entries,
    prefix: str,
    part: str,
    now: Any,
    typed: Mapping[str, str] | None,
    faults: Mapping[str, str],
) -> Box:
    key, kind = f"{prefix}.{part}", _kind(listed, part)
    before = shown(kind, now)[0]
    value = before if typed is None else typed.get(key, "" if kind == "yes" else before)
    return Box(
        key=key,
        label=listed.keys[part],
        known_as=key,
        kind=kind,
        value=value,
        fault=faults.get(key, ""),
        changed=value != before,
        handbook=False,
    )


def _name_of(entry: Table) -> str:
    """What tells an entry apart, as :mod:`hotline.domain.tables` does."""
    return str(next((entry[by] for by in NAMED_BY if by in entry), ""))


def _fresh(key: str, typed: Mapping[str, str]) -> list[int]:
    """The numbers of new entries in which something is typed."""
    filled = (name for name, said in typed.items() if said.strip() and name.startswith(f"{key}.+"))
    return sorted({int(match[1]) for name in filled if (match := _NEW.fullmatch(name, len(key)))})


def kept_of(
    listed: Entries, key: str, entries: list[Table], typed: Mapping[str, str]
) -> list[tuple[str, dict[str, Any]]]:
    """The entries as typed, each with the beginning of its fields' names: without those taken out, with the new."""
    found = []
    known = {_name_of(entry) for entry in entries}
    for entry in entries:
        prefix = f"{key}.{_name_of(entry)}"
        if not typed.get(prefix + GONE):
            found.append((prefix, {**entry, **_said(listed, prefix, typed)}))
    for n in _fresh(key, typed):
        entry = _said(listed, f"{key}.+{n}", typed)
        if listed.named != "from":
            free = next(id for m in count(len(entries) + n) if (id := f"{key}-{m}") not in known)
            known.add(free)
            entry = {"id": free, **entry}
        found.append((f"{key}.+{n}", entry))
    return found


def _said(listed: Entries, prefix: str, typed: Mapping[str, str]) -> dict[str, Any]:
    tidy = {f"{prefix}.{part}": _tidied(part, typed.get(f"{prefix}.{part}", "")) for part in listed.keys}
    return {part: value_in(_kind(listed, part), f"{prefix}.{part}", tidy) for part in listed.keys}


def _kind(listed: Entries, part: str) -> str:
    return "words" if part in listed.lists else "yes" if part in listed.flags else "text"


def _tidied(part: str, said: str) -> str:
    """Days and times of day as people write them, in the one way that is kept: 6月1日, 8：30～12：00."""
    if part in ("from", "to") and (day := _DAY.fullmatch(said.strip())):
        return f"{int(day[1]):02}-{int(day[2]):02}"
    return _SPAN.sub(lambda m: f"{int(m[1]):02}:{m[2]}-{int(m[3]):02}:{m[4]}", said) if part == "spans" else said


def retyped(listed: Entries, key: str, before: list[Table], after: Iterable[Table]) -> dict[str, str]:
    """A list as if it had been typed into the form of the list before."""
    old, now = ({_name_of(entry): entry for entry in entries} for entries in (before, after))
    typed = {f"{key}.{name}{GONE}": "y" for name in old if name not in now}
    fresh = count(1)
    for name, entry in now.items():
        slot = name if name in old else f"+{next(fresh)}"
        typed |= {f"{key}.{slot}.{part}": shown(_kind(listed, part), entry.get(part))[0] for part in listed.keys}
    return typed


def placed(
    name: str, shape: Table, typed: Mapping[str, str], faults: Iterable[str]
) -> tuple[dict[str, str], list[str]]:
    """Sentences of a reader by the box they are about, and those that are about none."""
    by_key: dict[str, str] = {}
    loose: list[str] = []
    for fault in faults:
        key, words = _place(name, shape, typed, fault)
        if key and key not in by_key:
            by_key[key] = words
        else:
            loose.append(words)
    return by_key, loose


def _place(name: str, shape: Table, typed: Mapping[str, str], fault: str) -> tuple[str, str]:
    if (match := _NTH.match(fault)) and (listed := LISTS.get((name, match["list"]))):
        kept = kept_of(listed, match["list"], shape[match["list"]], typed)
        part = next((each for each in _WORD.findall(fault[match.end() :]) if each in listed.keys), listed.named)
        words = _WORD.sub(
            lambda m: KEYS["id"] if m[0] == "id" else _plain(listed.keys.get(m[0], m[0])), fault[match.end() :]
        )
        if int(match["n"]) <= len(kept):
            return f"{kept[int(match['n']) - 1][0]}.{part}", words.strip(" 的:")
        return "", words
    key, colon, words = fault.partition(":")
    if key.endswith(".toml"):
        key, colon, words = words.partition(":") if ":" in words else words.partition(" ")
    named = colon and key.isascii() and key.replace(".", "").replace("_", "").isalnum()
    return (key, words) if named else ("", fault.partition(".toml:")[2] or fault)


def _plain(label: str) -> str:
    return label.partition("（")[0]
