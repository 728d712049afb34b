"""Random histories of the steps beside the main road, from every state that a ticket can be in."""

from __future__ import annotations

from hotline.domain.lifecycle import Action, State
from hotline.usecases.steps import HANDLERS
from tests.factories.offices import SetOffice
from tests.integration.core import histories
from tests.integration.core.test_histories import ROAD

RARE = [action for action in HANDLERS if action not in (*ROAD, Action.WITHDRAW, Action.REJECT)]


def test_whatever_happens_beside_the_main_road_the_house_stays_in_order(office: SetOffice) -> None:
    histories.run(office, "BesideTheRoad", likely=RARE * 3, states=tuple(State))
