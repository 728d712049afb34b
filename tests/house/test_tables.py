"""The lifecycle and the permissions: their pages equal the code, and nothing stands in them for nothing."""

from __future__ import annotations

import re

import pytest

from hotline.domain.events import TOLD, Event, Subscriber, listeners
from hotline.domain.lifecycle import ENDED, RULES, Action, State
from hotline.domain.lifecycle_page import PAGES
from hotline.domain.permissions import GRANTS, ROLE_LABELS, Permission, Role
from hotline.settings import ROOT

LATER: dict[Permission, str] = {}
"""Permissions that are granted but not asked for yet, and why."""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_drawn_from_the_tables_equals_them(name: str) -> None:
    written = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert written == PAGES[name](), f"run: python -m hotline.domain.lifecycle_page {name} > docs/{name}.md"


def test_every_permission_is_granted_to_somebody() -> None:
    assert set(Permission) == {permission for _, granted in GRANTS.values() for permission in granted}


def test_every_permission_is_asked_for_somewhere() -> None:
    asked = {permission for rule in RULES for permission in rule.needs}
    for folder in ("hotline", "web"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name == "permissions.py":
                continue
            asked |= {Permission[name] for name in re.findall(r"\bPermission\.([A-Z_]+)\b", path.read_text())}
    unasked = set(Permission) - asked
    assert unasked <= set(LATER), "a permission nobody asks for protects nothing"


def test_every_role_has_a_word_and_a_grant() -> None:
    assert set(Role) == set(GRANTS) == set(ROLE_LABELS)


def test_every_state_can_be_reached_and_every_open_one_left() -> None:
    reached, left = {State.DRAFT, State.SUBMITTED}, set()
    for rule in RULES:
        if rule.targets:
            reached |= rule.targets
            left |= rule.sources
    assert reached == set(State)
    assert left >= set(State) - ENDED


def test_every_action_but_the_first_has_a_rule_and_every_one_a_word() -> None:
    assert {rule.action for rule in RULES} == set(Action) - {Action.CREATE}
    assert len({action.label for action in Action}) == len(Action)


def test_every_step_names_somebody_who_may_take_it() -> None:
    assert not [rule for rule in RULES if not (rule.needs or rule.citizen or rule.house)]


def test_the_board_hears_of_everything() -> None:
    for rule in RULES:
        for target in rule.targets or rule.sources:
            heard = listeners(Event(rule.action, next(iter(rule.sources)), target))
            assert Subscriber.BOARD in heard
            assert (Subscriber.NOTICE in heard) == (rule.action in TOLD)


def test_the_glossary_has_a_line_for_every_state_and_action() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    missing = [label for label in (*(s.label for s in State), *(a.label for a in Action)) if label not in glossary]
    assert not missing
