"""Reads ``surge.toml`` into :class:`~hotline.domain.surge.SurgeRules`; tells all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from hotline.domain.allowances import NaturalHours, allowance_of
from hotline.domain.city import City
from hotline.domain.surge import SurgeRules

SPANS = ("longest", "batch", "brief", "proposal")
KEYS = {"factor", "minimum", "weeks", "typhoon", "batches", *SPANS}


def surge_of(table: Mapping[str, Any], city: City, name: str) -> tuple[SurgeRules | None, list[str]]:
    """The rules of a table that was read or edited, and every fault in it as a Chinese sentence."""
    faults = [f"{name}:没有“{key}”这一项，请检查拼写" for key in sorted(table.keys() - KEYS)]
    factor, minimum, weeks = table.get("factor"), table.get("minimum"), table.get("weeks")
    if not isinstance(factor, int | float) or isinstance(factor, bool) or not 1 < factor <= 10:
        faults.append(f"{name}:factor 应为大于 1、不超过 10 的数，如 1.5")
        factor = 2
    if type(minimum) is not int or not 1 <= minimum <= 100_000:
        faults.append(f"{name}:minimum 应为正整数，如 30")
    if type(weeks) is not int or not 1 <= weeks <= 12:
        faults.append(f"{name}:weeks 应为 1 到 12 的整数")
    spans = {key: _span(table.get(key)) for key in SPANS}
    faults += [f'{name}:{key} 应写成 "2h"、"10min" 这样的时长' for key, span in spans.items() if span is None]
    typhoon = table.get("typhoon") if isinstance(table.get("typhoon"), Mapping) else {}
    batches = table.get("batches") if isinstance(table.get("batches"), Mapping) else {}
    assert isinstance(typhoon, Mapping), "a section is a table"
    assert isinstance(batches, Mapping), "a section is a table"
    response = _span(typhoon.get("response"))
    if response is None:
        faults.append(f'{name}:typhoon.response 应写成 "30min" 这样的时长')
    categories, words, lines = (
        _texts(each) for each in (typhoon.get("categories"), typhoon.get("words"), batches.get("lines"))
    )
    if categories is None or words is None or lines is None:
        faults.append(f"{name}:typhoon.categories、typhoon.words 和 batches.lines 应为文字列表")
    else:
        known = {unit.line for unit in city.units.values()}
        faults += [f"{name}:batches.lines 中的条线“{line}”不存在，请改正" for line in lines if line not in known]
        faults += [
            f"{name}:typhoon.categories 中的“{code}”不在分类表中，请改正"
            for code in categories
            if not any(each.startswith(code) for each in city.categories)
        ]
    if faults:
        return None, faults
    assert response is not None, "faults were told"
    return (
        SurgeRules(
            factor=Fraction(str(factor)),
            minimum=int(minimum or 0),
            weeks=int(weeks or 0),
            response=NaturalHours(response),
            categories=categories or (),
            words=words or (),
            batch_lines=lines or (),
            **{key: span for key, span in spans.items() if span is not None},
        ),
        [],
    )


def _span(value: object) -> timedelta | None:
    try:
        found = allowance_of(value if isinstance(value, str) else "")
    except ValueError:
        return None
    return found.span if isinstance(found, NaturalHours) and found.span else None


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        return None
    return tuple(value)
