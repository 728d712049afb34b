"""Roles add up, the widest scope counts, and the separations of handbook §2 and §12 hold."""

from __future__ import annotations

import pytest

from hotline.domain.permissions import GRANTS, HOUSE, Actor, Permission, Role, Scope, citizen

P = Permission


def somebody(*roles: Role) -> Actor:
    return Actor(1, "林", frozenset(roles))


def test_roles_add_up_and_the_widest_scope_counts() -> None:
    both = somebody(Role.UNIT_COORD, Role.LEADER)
    assert both.may(P.TICKET_SIGN)
    assert both.may(P.BOARD_VIEW)
    assert both.scope is Scope.REGION
    assert somebody(Role.SYS_ADMIN, Role.ANALYST).scope is Scope.NONE


def test_who_has_no_role_may_nothing() -> None:
    assert (somebody().permissions, somebody().scope) == (frozenset(), Scope.NONE)
    assert (citizen().permissions, citizen().scope) == (frozenset(), Scope.NONE)


@pytest.mark.parametrize("role", [Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDITOR])
def test_the_three_administrators_see_no_ticket_and_share_no_permission(role: Role) -> None:
    _, granted = GRANTS[role]
    assert not {p for p in granted if p.startswith("ticket.")}
    assert sum(granted <= others for _, others in GRANTS.values()) == 1


@pytest.mark.parametrize("role", [Role.LEADER, Role.INSPECTOR, Role.ANALYST, Role.QA, Role.CENTER_ADMIN])
def test_who_only_looks_handles_nothing(role: Role) -> None:
    changing = {p for p in P if p.startswith(("ticket.", "return."))} - {P.TICKET_VIEW}
    assert not GRANTS[role][1] & changing


def test_a_unit_never_decides_about_its_own_return_or_its_own_reply() -> None:
    for role in (Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER, Role.COUNTY_DISPATCH):
        assert not GRANTS[role][1] & {P.RETURN_DECIDE, P.TICKET_REVIEW, P.TICKET_CALLBACK, P.TICKET_SUPERVISE}
        assert GRANTS[role][0] in (Scope.UNIT, Scope.REGION)


def test_the_house_signs_and_replies_for_nobody() -> None:
    assert not HOUSE.permissions & {P.TICKET_SIGN, P.TICKET_REPLY, P.TICKET_HANDLE}


def test_who_acts_on_tickets_may_read_them() -> None:
    for role, (_, granted) in GRANTS.items():
        if any(p.startswith("ticket.") for p in granted):
            assert P.TICKET_VIEW in granted, role


def test_roles_are_told_in_words() -> None:
    assert somebody(Role.DISPATCHER, Role.LEAD).role_label == "班长、派单员"
