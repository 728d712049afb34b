"""What routing reads from a text without moving the ticket is counted like everything else."""

from hotline.domain.lifecycle import State
from hotline.domain.permissions import HOUSE
from hotline.relay import Relay
from hotline.usecases import board, routing
from tests.factories.offices import SetOffice
from tests.factories.tickets import seen, take


def test_a_district_read_after_intake_leaves_no_drift(office: SetOffice) -> None:
    no = take(office, title="马路", content="鼓楼区这条路没人扫", region=None, category=None, type=None)
    relay = Relay(office)
    while relay.round():
        pass
    with office.begin(HOUSE) as work:
        routing.route_batch(work)
    while relay.round():
        pass
    assert seen(office, no).at is State.SUBMITTED
    assert seen(office, no).region == "350102"
    _, drifts = board.recount(office.begin)
    assert drifts == []
