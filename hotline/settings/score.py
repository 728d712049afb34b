"""Reads the rules of the score (``config/score.toml``, or an edition of them) into :class:`ScoreRules`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from hotline.domain.score import ItemRule, PointRule, ScoreRules


def score_table(path: Path) -> tuple[dict[str, Any], list[str]]:
    """What the file says, unread, and why it can't be."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), []
    except FileNotFoundError:
        return {}, [f"缺少配置文件 {path}"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [f"{path.name} 不是有效的 TOML（{error}），请改正"]


def score_in(table: Mapping[str, Any], where: str = "score.toml") -> tuple[ScoreRules | None, list[str]]:
    """The rules a table says, and every fault as a Chinese sentence; no rules when there is one."""
    faults: list[str] = []
    known = {"rank", "freeze_day", "objection_days", "min_items", "min_tickets", "item", "band", "points"}
    faults += [f"{where}：没有“{key}”这一项，请检查拼写" for key in table.keys() - known]

    def number(value: object, name: str, low: str = "-1000", high: str = "1000") -> Decimal:
        try:
            found = Decimal(str(value))
            if not Decimal(low) <= found <= Decimal(high):
                raise InvalidOperation
        except InvalidOperation:
            faults.append(f"{where}：{name} 应为 {low} 到 {high} 的数，现为“{value}”")
            return Decimal(0)
        return found

    items = []
    for each in _tables(table.get("item"), f"{where}：item", faults):
        name = str(each.get("key", ""))
        if not name:
            faults.append(f"{where}：item 缺少 key")
        items.append(
            ItemRule(
                key=name,
                weight=number(each.get("weight"), f"{name}.weight", "0", "100"),
                target=number(each.get("target"), f"{name}.target", "0", "100"),
                slope=number(each.get("slope"), f"{name}.slope", "0", "100"),
                floor=number(each.get("floor", 0), f"{name}.floor", "0", "100"),
                over=each.get("over") is True,
                optional=each.get("optional") is True,
            )
        )
    bands = [
        (str(each.get("name", "")), number(each.get("least"), "band.least", "0", "100"))
        for each in _tables(table.get("band"), f"{where}：band", faults)
    ]
    bands.sort(key=lambda band: -band[1])
    if bands and bands[-1][1] != 0:
        faults.append(f"{where}：最低一档的 least 应为 0，否则有的单位没有分档")
    points = {}
    for kind, each in dict(table.get("points") or {}).items():
        points[str(kind)] = PointRule(
            kind=str(kind),
            words=str(each.get("words", kind)),
            each=number(each.get("each", 0), f"points.{kind}.each", "-100", "100"),
            most=None if each.get("most") is None else number(each["most"], f"points.{kind}.most", "0", "100"),
            zero=each.get("zero") is True,
        )
    if items and sum(item.weight for item in items) != 100:
        faults.append(f"{where}：各项权重合计应为 100，现为 {sum(item.weight for item in items)}")
    least = {name: table.get(name) for name in ("min_items", "min_tickets", "freeze_day", "objection_days")}
    faults += [f"{where}：{name} 应为正整数" for name, n in least.items() if type(n) is not int or n < 1]
    if faults:
        return None, faults
    return ScoreRules(tuple(items), tuple(bands), points, rank=table.get("rank") is not False, **least), []  # type: ignore[arg-type]


def _tables(given: object, where: str, faults: list[str]) -> list[Mapping[str, Any]]:
    if not isinstance(given, list) or not given or not all(isinstance(each, Mapping) for each in given):
        faults.append(f"{where} 应有至少一节")
        return []
    return given
