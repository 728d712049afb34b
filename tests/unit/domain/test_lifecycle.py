"""Every state × action × person: the table decides, and what it does not hold is refused by name."""

from __future__ import annotations

import pytest

from hotline.domain.errors import NotNow, NotYours
from hotline.domain.lifecycle import (
    ENDED,
    OPEN,
    RULES,
    WITHDRAWABLE,
    Action,
    State,
    allows,
    find,
    open_actions,
    permit,
    step,
)
from hotline.domain.permissions import HOUSE, Actor, Role, citizen
from tests.factories.actors import everybody

A, S = Action, State

# Handbook §4, typed again from the page: action → the states it may be taken from.
HANDBOOK = {
    A.SUBMIT: {S.DRAFT},
    A.ACCEPT: {S.SUBMITTED},
    A.REJECT: {S.SUBMITTED, S.DRAFT},
    A.ASK_INFO: {S.SUBMITTED, S.PENDING_DISPATCH, S.PROCESSING},
    A.ANSWER: {S.DRAFT, S.SUBMITTED},
    A.HANDOVER: {S.DRAFT, S.SUBMITTED, S.PENDING_DISPATCH},
    A.DISPATCH: {S.PENDING_DISPATCH},
    A.SIGN: {S.PENDING_SIGN},
    A.REQ_RETURN: {S.PENDING_SIGN, S.PROCESSING},
    A.OK_RETURN: {S.RETURN_REVIEW},
    A.NO_RETURN: {S.RETURN_REVIEW},
    A.REDISPATCH: {S.PENDING_SIGN, S.PROCESSING},
    A.COORDINATE: {S.PENDING_DISPATCH, S.RETURN_REVIEW},
    A.DESIGNATE: {S.COORDINATING},
    A.SUSPEND: {S.PROCESSING},
    A.RESUME: {S.SUSPENDED},
    A.REPLY: {S.PROCESSING},
    A.PASS: {S.REPLY_REVIEW},
    A.FAIL: {S.REPLY_REVIEW},
    A.REWORK: {S.CALLBACK, S.CLOSED},
    A.REOPEN: {S.CLOSED, S.REJECTED},
    A.WITHDRAW: set(WITHDRAWABLE),
    A.MERGE: set(WITHDRAWABLE),
    A.UNMERGE: {S.MERGED},
}
TARGETS = {
    A.SUBMIT: {S.PENDING_DISPATCH},
    A.ACCEPT: {S.PENDING_DISPATCH},
    A.REJECT: {S.REJECTED},
    A.ANSWER: {S.CLOSED},
    A.HANDOVER: {S.HANDED_OVER},
    A.DISPATCH: {S.PENDING_SIGN},
    A.SIGN: {S.PROCESSING},
    A.REQ_RETURN: {S.RETURN_REVIEW},
    A.OK_RETURN: {S.PENDING_DISPATCH},
    A.NO_RETURN: {S.PROCESSING},
    A.REDISPATCH: {S.PENDING_SIGN},
    A.COORDINATE: {S.COORDINATING},
    A.DESIGNATE: {S.PENDING_SIGN},
    A.SUSPEND: {S.SUSPENDED},
    A.RESUME: {S.PROCESSING},
    A.REPLY: {S.REPLY_REVIEW},
    A.PASS: {S.CALLBACK, S.CLOSED},
    A.FAIL: {S.PROCESSING},
    A.REWORK: {S.PENDING_SIGN},
    A.REOPEN: {S.PENDING_DISPATCH},
    A.WITHDRAW: {S.WITHDRAWN},
    A.MERGE: {S.MERGED},
    A.UNMERGE: {S.PENDING_DISPATCH},
}


@pytest.mark.parametrize("action", HANDBOOK)
def test_the_table_says_what_the_handbook_says(action: Action) -> None:
    rules = [rule for rule in RULES if rule.action is action]
    assert set().union(*(rule.sources for rule in rules)) == HANDBOOK[action]
    if action in TARGETS:
        assert set().union(*(rule.targets for rule in rules)) == TARGETS[action]


@pytest.mark.parametrize("by", everybody(), ids=lambda by: next(iter(by.roles)))
def test_every_pair_is_allowed_by_the_table_or_refused_by_name(by: Actor) -> None:
    for state in State:
        for action in Action:
            rule = find(state, action)
            if rule is not None and allows(rule, by):
                assert step(state, action, by) is rule
                continue
            with pytest.raises((NotNow, NotYours)) as refused:
                step(state, action, by)
            assert action.label in refused.value.message
            if isinstance(refused.value, NotNow):
                assert state.label in refused.value.message
                assert rule is None


@pytest.mark.parametrize("by", everybody(), ids=lambda by: next(iter(by.roles)))
def test_what_is_offered_is_what_would_be_allowed(by: Actor) -> None:
    for state in State:
        rules = {action: find(state, action) for action in Action}
        allowed = {action for action, rule in rules.items() if rule and allows(rule, by)}
        assert set(open_actions(state, by)) == allowed


def test_the_end_is_the_end_but_for_what_reopens_it() -> None:
    leaves = {rule.action for rule in RULES if rule.targets - ENDED and rule.sources & ENDED}
    assert leaves == {A.REWORK, A.REOPEN, A.UNMERGE}
    assert open_actions(S.WITHDRAWN, citizen()) == [A.CONSENT], "the choice about publication stays theirs"
    assert set(State) == ENDED | OPEN


def test_only_the_citizen_withdraws_and_only_the_house_lapses_and_warns() -> None:
    for by in everybody():
        may_withdraw = any(A.WITHDRAW in open_actions(state, by) for state in State)
        may_lapse = any({A.LAPSE, A.WARN} & set(open_actions(state, by)) for state in State)
        assert may_withdraw == (Role.CITIZEN in by.roles)
        assert may_lapse == (by is HOUSE)


def test_a_permission_is_asked_for_whatever_the_state() -> None:
    with pytest.raises(NotYours):
        permit(A.SIGN, citizen())
    permit(A.SUPPLEMENT, citizen())


def test_a_second_round_is_called_rework_while_it_is_handled() -> None:
    assert S.PROCESSING.words(2) == "重办中"
    assert [S.PROCESSING.words(), S.CLOSED.words(3)] == ["办理中", "已办结"]


def test_every_word_on_a_page_is_chinese_and_said_once() -> None:
    for kind in (State, Action):
        labels = [member.label for member in kind]
        assert len(set(labels)) == len(labels)
        assert all("\u4e00" <= label[0] <= "\u9fff" for label in labels)
