"""What the schemas of answers are made of: JSON Schema in short words."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def text(words: str = "", **more: Any) -> Schema:
    return {"type": "string"} | ({"description": words} if words else {}) | more


def moment(words: str = "") -> Schema:
    return text(words, format="date-time")


def whole(words: str = "") -> Schema:
    return {"type": "integer"} | ({"description": words} if words else {})


def number(words: str = "") -> Schema:
    return {"type": "number"} | ({"description": words} if words else {})


def flag(words: str = "") -> Schema:
    return {"type": "boolean"} | ({"description": words} if words else {})


def one_of(kind: Any, words: str = "") -> Schema:
    return text(words, enum=[member.value for member in kind])


def array(of: Schema, words: str = "") -> Schema:
    return {"type": "array", "items": of} | ({"description": words} if words else {})


def maybe(schema: Schema) -> Schema:
    if "enum" in schema:
        schema = schema | {"enum": [*schema["enum"], None]}
    return schema | {"type": [schema["type"], "null"]}


def record(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def mapping(of: Schema, words: str = "") -> Schema:
    return {"type": "object", "additionalProperties": of} | ({"description": words} if words else {})


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def maybe_ref(name: str) -> Schema:
    return {"anyOf": [ref(name), {"type": "null"}]}
