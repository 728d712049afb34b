"""Holds a JSON value against a schema of the API's description: the part of JSON Schema that we use, and no more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from web.api.schemas import SCHEMAS

_KINDS: dict[str, Any] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "array": list, "object": dict, "null": type(None),
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], at: str = "") -> list[str]:
    """Where the value is not what the schema says; undeclared names count too."""
    if "$ref" in schema:
        return faults(value, SCHEMAS[schema["$ref"].rsplit("/", 1)[1]], at)
    if "anyOf" in schema:
        found = [faults(value, option, at) for option in schema["anyOf"]]
        return [] if any(not each for each in found) else min(found, key=len)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        return [f"{at}: {value!r} is not {kinds}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: {value!r} is not one of {schema['enum']}"]
    if value and schema.get("format") == "date-time" and datetime.fromisoformat(value).tzinfo is None:
        return [f"{at}: a moment without a zone"]
    if isinstance(value, list):
        return [fault for n, one in enumerate(value) for fault in faults(one, schema.get("items", {}), f"{at}[{n}]")]
    if not isinstance(value, dict):
        return []
    if (every := schema.get("additionalProperties")) is not None:
        return [fault for name, one in value.items() for fault in faults(one, every, f"{at}.{name}")]
    declared = schema.get("properties")
    if declared is None:
        return []
    names = [f"{at}.{name}: declared, not answered" for name in schema.get("required", []) if name not in value]
    names += [f"{at}.{name}: answered, not declared" for name in value if name not in declared]
    return names + [
        f for name in value if name in declared for f in faults(value[name], declared[name], f"{at}.{name}")
    ]


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))
