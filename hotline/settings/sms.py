"""Reads the wording of the SMS texts: the same fields as handbook §14, and short enough with the longest values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hotline.domain.sms import LIMIT, LONGEST, SIGNATURE_ROOM, TEXTS, fields_of, text

ROOM = LIMIT - SIGNATURE_ROOM


def texts_in(table: Mapping[str, Any]) -> tuple[dict[int, str], list[str]]:
    """The texts by number, and every fault; each begins with the dotted key."""
    given = table.get("texts")
    faults = [f"没有“{key}”这一项，请检查拼写" for key in table if key != "texts"]
    if not isinstance(given, Mapping):
        return dict(TEXTS), [*faults, "texts:应为一节，逐条填写"]
    faults += [f"texts.{key}:没有这一条短信，请删去" for key in given if key not in map(str, TEXTS)]
    texts: dict[int, str] = {}
    for number, shipped in TEXTS.items():
        words = given.get(str(number))
        said = list(_faults(number, words, shipped))
        faults += [f"texts.{number}:{each}" for each in said[:1]]
        texts[number] = shipped if said else str(words)
    return texts, faults


def measured(number: int, words: str) -> str:
    """The text with the longest usual values, cut as it would be; the words as they stand where they can't be."""
    try:
        names = fields_of(words)
        return text(number, {number: words}, **{name: LONGEST.get(name, "××") for name in names}).words
    except (ValueError, KeyError, IndexError):
        return words


def _faults(number: int, words: object, shipped: str) -> Iterator[str]:
    if not isinstance(words, str) or not words.strip():
        yield "缺少文字，请填写"
        return
    try:
        names = fields_of(words)
    except ValueError:
        yield "花括号不成对或里面不是字段名；请写成 {no} 这样"
        return
    wanted = fields_of(shipped)
    if missing := [name for name in wanted if name not in names]:
        yield f"缺少 {_braced(missing)}；这几个字段必须保留"
    if strange := [name for name in names if name not in wanted]:
        yield f"没有 {_braced(strange)} 这个字段；只能用 {_braced(wanted)}"
    if "\n" in words:
        yield "短信不能换行，请写成一行"
    if len(longest := measured(number, words)) > ROOM:
        yield f"按最长的内容有 {len(longest) + SIGNATURE_ROOM} 字，含签名最多 {LIMIT} 字；请缩短"


def _braced(names: Iterable[str]) -> str:
    return "、".join(f"{{{name}}}" for name in names)
