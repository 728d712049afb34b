"""Handbook §12: every role, however it stands to a ticket, sees of every datum exactly what the table allows."""

from __future__ import annotations

from itertools import product

import pytest

from hotline.domain.masking import TABLE, WHY, Datum, Relation, Shown, Viewer, masking_page, show, viewer_of
from hotline.domain.permissions import HOUSE, Actor, Role, citizen
from hotline.settings import ROOT

HANDBOOK = """
            name    phone   identity address text     recording
citizen     full    full    masked   full    full     request
hand        full    full    masked²  full    full     request
lead        full    full    masked²  full    full     hidden
unit        masked  masked  hidden   street  full     hidden
oversight   masked² masked² masked   street  full     request
leader      masked  masked  hidden   street  redacted hidden
public      hidden  hidden  hidden   street  redacted hidden
"""
"""The table of handbook §12, written down once more; the footnote ¹ and our own columns are below."""
OURS = """
after       masked² masked² masked²  street² full     request
sealed      hidden  hidden  hidden   street  redacted hidden
complained  hidden  hidden  hidden   hidden  redacted hidden
nobody      hidden  hidden  hidden   hidden  hidden   hidden
"""
VALUES = {
    Datum.NAME: "林晓",
    Datum.PHONE: "13800005678",
    Datum.IDENTITY: "350102199001011234",
    Datum.ADDRESS: "鼓楼区示范路1号2栋501室",
    Datum.TEXT: "我是林晓，电话13800005678",
    Datum.RECORDING: "recording",
}
HAND = {Role.AGENT, Role.LEAD, Role.DISPATCHER, Role.REVIEWER, Role.CALLBACK}
UNITS = {Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER, Role.COUNTY_DISPATCH}
OVERSIGHT = {Role.SUPERVISOR, Role.INSPECTOR, Role.QA, Role.CENTER_ADMIN}


def rows(table: str) -> list[tuple[Viewer, list[str]]]:
    lines = [line.split() for line in table.strip().splitlines()]
    return [(Viewer(line[0]), line[1:]) for line in lines if line and line[0] in list(Viewer)]


@pytest.mark.parametrize(("viewer", "cells"), rows(HANDBOOK + OURS), ids=lambda each: str(each)[:12])
def test_the_table_is_the_handbooks(viewer: Viewer, cells: list[str]) -> None:
    for datum, cell in zip(Datum, cells, strict=True):
        assert TABLE[viewer].of(datum) == cell.rstrip("²"), datum
        assert (datum in TABLE[viewer].unmask) == cell.endswith("²"), datum


def test_every_viewer_has_a_column() -> None:
    assert set(TABLE) == set(Viewer) == {viewer for viewer, _ in rows(HANDBOOK + OURS)}


def expected(role: Role, to: Relation) -> str:
    """The column by the handbook's words, told again without the code."""
    if to.complained and role is not Role.CITIZEN:
        return "complained"
    if role in HAND:
        return "after" if to.ended else "hand"
    if role in UNITS:
        return "sealed" if to.sealed else "lead" if to.leads else "unit"
    if role in OVERSIGHT:
        return "oversight"
    return {"CITIZEN": "citizen", "LEADER": "leader", "ANALYST": "leader"}.get(role, "nobody")


RELATIONS = [Relation(*each) for each in product([False, True], repeat=4)]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_every_role_in_every_relation_sees_every_datum_as_the_table_says(role: Role) -> None:
    who = citizen() if role is Role.CITIZEN else Actor(1, "someone", frozenset({role}), "350102-CGW")
    for to in RELATIONS:
        viewer = viewer_of(who, to)
        assert viewer == expected(role, to), to
        for datum in Datum:
            shown = show(VALUES[datum], datum, TABLE[viewer].of(datum), ("林晓", "13800005678"))
            whole = VALUES[datum] in shown
            assert whole == (TABLE[viewer].of(datum) is Shown.FULL), (role, to, datum, shown)


def test_the_three_administrators_and_the_knowledge_editor_see_nothing_of_an_appellant() -> None:
    for role in (Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDITOR, Role.KB_EDITOR):
        for to in RELATIONS:
            view = TABLE[viewer_of(Actor(1, "someone", frozenset({role})), to)]
            assert {view.of(datum) for datum in Datum} <= {Shown.HIDDEN, Shown.REDACTED}
            assert not view.unmask


def test_no_unit_ever_unmasks_a_sealed_ticket_or_one_about_itself() -> None:
    for role, leads in product(UNITS, (False, True)):
        for to in (Relation(leads=leads, sealed=True), Relation(leads=leads, complained=True)):
            assert not TABLE[viewer_of(Actor(1, "someone", frozenset({role})), to)].unmask


def test_a_second_role_opens_a_ticket_wider_but_not_against_the_unit_complained_about() -> None:
    both = Actor(1, "someone", frozenset({Role.UNIT_HANDLER, Role.AGENT}), "350102-CGW")
    assert viewer_of(both, Relation(sealed=True)) is Viewer.HAND
    assert viewer_of(both, Relation(complained=True)) is Viewer.COMPLAINED


def test_the_house_itself_reads_whole() -> None:
    assert viewer_of(HOUSE, Relation(sealed=True)) is Viewer.HAND


def test_redacted_text_loses_the_appellants_own_name_and_numbers_wherever_they_stand() -> None:
    said = show(
        "林晓的狗丢了，林晓电话 0591-87654321 或13800005678", Datum.TEXT, Shown.REDACTED, ("林晓", "13800005678")
    )
    assert said == "林**的狗丢了，林**电话 0591-****4321 或138****5678"


def test_who_sees_something_masked_is_told_why() -> None:
    whole = {Viewer.CITIZEN, Viewer.HAND, Viewer.LEAD, Viewer.PUBLIC}
    assert set(WHY) == set(Viewer) - whole


def test_the_page_on_permissions_shows_the_table_as_it_is() -> None:
    assert masking_page() in (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
