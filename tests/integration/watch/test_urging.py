"""Urging: the appellant once in 24 hours, the centre at any time, and neither takes from the other."""

from __future__ import annotations

import pytest

from hotline.domain.errors import NotNow
from hotline.domain.lifecycle import State
from tests.factories.actors import SUPERVISOR
from tests.factories.offices import SetOffice
from tests.factories.tickets import A, a_ticket, act, seen


def test_the_centre_takes_nothing_from_the_appellants_right(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    for _ in range(2):
        act(office, no, A.URGE, by=SUPERVISOR)
    act(office, no, A.URGE)
    with pytest.raises(NotNow, match="24 小时内"):
        act(office, no, A.URGE)
    act(office, no, A.URGE, by=SUPERVISOR)
    office.later(hours=24)
    act(office, no, A.URGE)
    assert seen(office, no).urged == 5
