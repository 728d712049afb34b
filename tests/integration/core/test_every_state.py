"""Every state is reached, every action that has a use case is tried in every state: the table and the house agree."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hotline.domain import lifecycle
from hotline.domain.errors import NotFound, NotNow, NotYours
from hotline.domain.lifecycle import RULES, Action, State
from hotline.store.assignment import Assignment
from hotline.store.clock import Clock
from hotline.store.journal import Entry
from hotline.store.outbox import Line
from hotline.store.ticket import Supplement, Ticket
from hotline.usecases.steps import HANDLERS
from tests.factories.actors import AGENT, CO, CO_UNIT, DISPATCHER, UNIT, everybody
from tests.factories.offices import SetOffice
from tests.factories.tickets import FIELDS, ROADS, WHO, a_handler, a_ticket, act, answered_before, seen, walk

ALLOWED = [(state, rule) for rule in RULES for state in sorted(rule.sources) if rule.action in HANDLERS]
WITHOUT_UNIT = (
    set(ROADS)
    - lifecycle.WITH_UNIT
    - {
        State.REPLY_REVIEW,
        State.CALLBACK,
        State.CLOSED,
    }
)
"""States that the factories reach without any unit: to a unit's people such a ticket does not exist."""
COUNTED = (Entry, Line, Clock, Assignment, Supplement)


def written(office: SetOffice, no: str) -> list[object]:
    """Everything that a refused action must leave alone."""
    with office.begin() as work:
        counts = [work.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in COUNTED]
        columns = sa.select(Ticket.state, Ticket.version, Ticket.journal_seq, Ticket.due_at)
        row = work.session.execute(columns.where(Ticket.no == no)).one()
        return [*counts, *row]


@pytest.mark.parametrize("state", State)
def test_a_ticket_can_be_brought_to(office: SetOffice, state: State) -> None:
    assert seen(office, a_ticket(office, state)).at is state


WITH_HELPER = {Action.DROP_UNIT, Action.REQ_RELEASE, Action.OK_RELEASE, Action.NO_RELEASE}
"""Steps that want a co-unit at work."""


def with_helper(office: SetOffice, state: State) -> str:
    """A ticket in ``state`` on which a co-unit helps."""
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, Action.DISPATCH, co_units=[CO_UNIT])
    way = [Action.SIGN, Action.REPLY] if state is State.REPLY_REVIEW else [Action.SIGN]
    for action in [] if state is State.PENDING_SIGN else way:
        act(office, no, action)
    assert seen(office, no).at is state
    return no


def ready(office: SetOffice, no: str, state: State, action: Action) -> None:
    """What a guard beyond the state wants to have happened before."""
    if state is State.CALLBACK and action in (Action.KEEP, Action.REWORK):
        act(office, no, Action.RATE, solved="U", score=1, reason="result")
    if state is State.CALLBACK and action is Action.TRY:
        office.later(hours=25)
    if action in (Action.ANSWER_SUPERVISION, Action.FAIL_SUPERVISION, Action.END_SUPERVISION):
        act(office, no, Action.SUPERVISE)
    if action is Action.FAIL_SUPERVISION:
        act(office, no, Action.ANSWER_SUPERVISION)
    if action in (Action.OK_EXTEND, Action.NO_EXTEND):
        act(office, no, Action.REQ_EXTEND)
    if action in (Action.OK_RELEASE, Action.NO_RELEASE):
        act(office, no, Action.REQ_RELEASE)
    if action is Action.NO_SUSPEND:
        act(office, no, Action.REQ_SUSPEND)
    if action in (Action.OK_EXCLUDE, Action.NO_EXCLUDE):
        act(office, no, Action.REQ_EXCLUDE)
    if action is Action.ASSIGN:
        a_handler(office)
    if state is State.CLOSED and action in (Action.KEEP, Action.REOPEN):
        act(office, no, Action.REVIEW_REQUEST)
    if action is Action.LEAVE_EVENT:
        act(office, no, Action.JOIN_EVENT)
    if state is State.REJECTED and action is Action.KEEP:
        act(office, no, Action.SUPPLEMENT)
    if state is State.MERGED and action is Action.RATE:
        master = seen(office, no).master_no
        assert master
        walk(office, master, Action.ACCEPT, Action.DISPATCH, Action.SIGN, Action.REPLY, Action.PASS)
    if action in (Action.TERMINATE, Action.DECLINE):
        if state is State.DRAFT:
            act(office, no, Action.REJECT, by=AGENT, reason="FINISHED")
        else:
            act(office, no, Action.TERMINATE, by=DISPATCHER, earlier=answered_before(office))


@pytest.mark.parametrize(
    ("state", "rule"), [pytest.param(state, rule, id=f"{state}-{rule.action}") for state, rule in ALLOWED]
)
def test_what_the_table_allows_is_done_and_leads_where_it_says(
    office: SetOffice, state: State, rule: lifecycle.Rule
) -> None:
    no = with_helper(office, state) if rule.action in WITH_HELPER else a_ticket(office, state)
    ready(office, no, state, rule.action)
    before = seen(office, no)
    by = WHO[rule.action]
    if not lifecycle.allows(rule, by):
        by = UNIT if lifecycle.allows(rule, UNIT) else next(a for a in everybody() if lifecycle.allows(rule, a))
    after = act(office, no, rule.action, by=by)
    assert after.at in (rule.targets or {state})
    assert after.journal_seq == before.journal_seq + 1
    assert after.version > before.version


@pytest.mark.parametrize("state", State)
def test_what_the_table_does_not_allow_now_is_refused_by_name_and_writes_nothing(
    office: SetOffice, state: State
) -> None:
    no = a_ticket(office, state)
    before = written(office, no)
    for action in HANDLERS:
        if lifecycle.find(state, action) is not None:
            continue
        who = UNIT if WHO[action] is CO else WHO[action]  # no co-unit helps here
        with pytest.raises(NotFound if who is UNIT and state in WITHOUT_UNIT else (NotNow, NotYours)) as refused:
            act(office, no, action, by=who)
        if who is not UNIT:
            assert isinstance(refused.value, NotNow)
            assert action.label in refused.value.message
            assert state.label in refused.value.message
    assert written(office, no) == before


@pytest.mark.parametrize("state", State)
def test_whoever_may_never_take_an_action_is_refused_and_writes_nothing(office: SetOffice, state: State) -> None:
    no = a_ticket(office, state)
    before = written(office, no)
    for action in HANDLERS:
        rules = [rule for rule in RULES if rule.action is action]
        stranger = next(
            who
            for who in everybody()
            if "ticket.view" in who.permissions and not any(lifecycle.allows(r, who) for r in rules)
        )
        with pytest.raises(NotYours) as refused:
            act(office, no, action, by=stranger)
        assert refused.value.message
    assert written(office, no) == before


def test_the_factories_know_the_way_to_every_state_and_the_actor_of_every_use_case() -> None:
    assert ROADS.keys() == set(State)
    assert not HANDLERS.keys() - WHO.keys()
    assert not FIELDS.keys() - set(Action)
