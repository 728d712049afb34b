"""Routing rules that name a unit follow it when it is merged into another one."""

from __future__ import annotations

from typing import Any

from hotline.domain.errors import Invalid
from hotline.store.work import Work
from hotline.usecases import editions
from hotline.usecases.editions import Planned

NAME = "routing"


def follow(work: Work, unit: str, into: str, *, words: str) -> bool:
    """Name the successor in the rules that name this unit; whether there were any and they could be changed.

    A rule that could not name the successor (a department's duty and a township) is left as it is: it does nothing any
    more, and the page of the rules says so.
    """
    table, rules = renamed(editions.table(work, NAME), unit, into)
    if not rules:
        return False
    try:
        with work.session.begin_nested():
            seen = editions.seen(work, NAME)
            editions.save(work, NAME, table, words=f"{words}（随单位并入）"[:200], seen=seen, later=Planned.KEEP)
    except Invalid:
        return False
    return True


def renamed(table: dict[str, Any], unit: str, into: str) -> tuple[dict[str, Any], list[str]]:
    """The rules with one unit in place of another, and the numbers of those that changed."""
    changed: list[str] = []
    rules = []
    for rule in table.get("rule", ()):
        named = {**rule, "unit": into if rule.get("unit") == unit else rule.get("unit")}
        if "co_units" in rule:
            others = dict.fromkeys(into if code == unit else code for code in rule["co_units"])
            named["co_units"] = [code for code in others if code != named["unit"]]
        if named != rule:
            changed.append(str(rule.get("id", "")))
        rules.append(named)
    made = {**table, "rule": rules}
    words = dict(table.get("company_words", {}))
    if unit in words:
        words[into] = [*words.get(into, ()), *words.pop(unit)]
        made["company_words"] = words
        changed.append("company_words")
    return made, changed
