"""Random histories that follow the main road, with everything else in between."""

from __future__ import annotations

from hotline.domain.lifecycle import Action, State
from tests.factories.offices import SetOffice
from tests.integration.core import histories

ROAD = [Action.ACCEPT, Action.DISPATCH, Action.SIGN, Action.REPLY, Action.PASS, Action.RATE]


def test_whatever_happens_on_the_main_road_the_house_stays_in_order(office: SetOffice) -> None:
    histories.run(office, "OnTheRoad", likely=ROAD * 5, states=(State.SUBMITTED, State.PENDING_DISPATCH))
