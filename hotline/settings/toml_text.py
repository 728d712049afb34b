"""A table of settings as TOML text, for who would rather edit words than fill in fields."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from hotline.settings.editions import plain

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = 100
"""Lists longer than this, in characters, stand on several lines."""


def written(table: Mapping[str, Any]) -> str:
    """The table as TOML: values, then sections, then lists of entries. Reading it again gives the same table."""
    lines: list[str] = []
    _section((), table, lines)
    return "\n".join(lines).strip("\n") + "\n"


def read(text: str) -> tuple[dict[str, Any], str]:
    """The table that a text says, and what is wrong with the text as a whole (then the table is empty)."""
    try:
        return plain(tomllib.loads(text.replace("\r\n", "\n"))), ""
    except (tomllib.TOMLDecodeError, ValueError) as error:
        return {}, f"不是有效的 TOML({error}),请改正"
    except RecursionError:
        return {}, "括号嵌套得太深，请改正"


def _section(path: tuple[str, ...], table: Mapping[str, Any], lines: list[str]) -> None:
    later = []
    for key, value in table.items():
        if isinstance(value, Mapping) or _is_entries(value):
            later.append((key, value))
        else:
            lines.append(f"{_key(key)} = {_value(value)}")
    for key, value in later:
        name = ".".join(map(_key, (*path, key)))
        if isinstance(value, Mapping):
            if not value or any(not isinstance(inner, Mapping) and not _is_entries(inner) for inner in value.values()):
                lines += ["", f"[{name}]"]
            _section((*path, key), value, lines)
        else:
            for entry in value:
                lines += ["", f"[[{name}]]"]
                _section((*path, key), entry, lines)


def _is_entries(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping) for entry in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(value: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        parts = [_value(inner) for inner in value]
        line = f"[{', '.join(parts)}]"
        return line if len(line) <= _SHORT else "[\n" + "".join(f"  {part},\n" for part in parts) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + "}"
    return str(value)
