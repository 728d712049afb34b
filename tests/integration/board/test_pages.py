"""The board's page and the lists behind it: few queries, no personal data, and only what the person may see."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline import settings
from hotline.domain import proof_check
from hotline.domain.permissions import Role
from hotline.read import board, board_picture, home
from hotline.relay import Relay
from tests.factories.offices import statements
from tests.integration.board.conftest import CENTRE, COUNTY, DISPATCHER, ROADS, WATER, House, of_unit, person, settle
from web.app import create_app
from web.guard import SEAT

CITY = "350100-GOV"
SECRETS = ("林小满", "13805910001", "西门巷 7 号 301 室")
ACCOUNTS = {
    "leader": ([Role.LEADER], CITY),
    "analyst": ([Role.ANALYST], CENTRE),
    "roads": ([Role.UNIT_COORD, Role.UNIT_HANDLER], ROADS),
    "supervisor": ([Role.SUPERVISOR], CENTRE),
    "agent": ([Role.AGENT], CENTRE),
}


@pytest.fixture(scope="module")
def house(new_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(settings.load({}, data_dir=tmp_path_factory.mktemp("pages")), new_database(), redis_url)
    for _ in range(2):
        made.dispatched(ROADS, name=SECRETS[0], address=SECRETS[2], content="路灯不亮，联系 13805910001")
    made.dispatched(COUNTY, confidential=True, content="反映一名工作人员的问题")
    late = made.dispatched(WATER)
    made.do(late, "SIGN", of_unit(WATER))
    settle(made, Relay(made))
    made.later(days=20)
    made.dispatched(ROADS)
    made.take(channel="sms")
    made.later(minutes=1)
    settle(made, Relay(made))
    yield made
    made.close()


@pytest.fixture(scope="module")
def seats(house: House) -> dict[str, str]:
    return {name: house.seat(name, *roles, unit=unit) for name, (roles, unit) in ACCOUNTS.items()}


@pytest.fixture
def look(house: House, seats: dict[str, str]) -> Callable[[str, str], tuple[int, str]]:
    client: FlaskClient = create_app(house).test_client()

    def page(who: str, path: str) -> tuple[int, str]:
        client.set_cookie(SEAT, seats[who])
        answer = client.get(path)
        return answer.status_code, answer.text

    return page


Look = Callable[[str, str], tuple[int, str]]


def figure_of(html: str, key: str, unit: str = CITY) -> str:
    found = re.search(rf'data-figure="{re.escape(key)}"[^>]*data-unit="{unit}"[^>]*>([^<]*)<', html)
    assert found, key
    return found[1]


def test_the_board_shows_the_figures_and_leads_to_their_tickets(look: Look) -> None:
    status, html = look("leader", "/board")
    assert status == 200
    assert figure_of(html, "open") == "6"
    assert figure_of(html, "red") == "4"
    assert figure_of(html, "red", WATER) == "1"
    links = re.findall(r'href="(/figures/[^"]+)"', html)
    assert len(links) > 20
    for link in sorted(set(links)):
        assert look("leader", link.replace("&amp;", "&"))[0] == 200, link


def test_what_is_behind_a_figure_is_as_many_as_it_says(look: Look) -> None:
    assert look("leader", f"/figures/open?unit={CITY}")[1].count("/tickets/FZ") == 2 * 6
    assert look("leader", f"/figures/red?unit={WATER}")[1].count("/tickets/FZ") == 2 * 1


@pytest.mark.parametrize("path", ["/board", "/figures/open", "/figures/intake?from=2026-03-01&to=2026-04-30"])
def test_no_personal_data_stands_on_it(look: Look, path: str) -> None:
    status, html = look("leader", path)
    assert status == 200
    for secret in SECRETS:
        assert secret not in html


def test_a_sealed_ticket_has_no_line_in_the_ticker(look: Look, house: House) -> None:
    with house.engine.connect() as connection:
        sealed = connection.execute(sa.text("select no from ticket where confidential")).scalars().all()
    html = look("leader", "/board")[1]
    assert sealed
    assert not [no for no in sealed if f'data-no="{no}"' in html]
    assert html.count("data-no=") == 5
    assert '<span class="ticker-what"></span>' not in html, "what nobody has read yet stands with its channel"


def test_an_analyst_sees_numbers_that_lead_nowhere(look: Look) -> None:
    status, html = look("analyst", "/board")
    assert status == 200
    assert figure_of(html, "open") == "6"
    assert "/figures/" not in html
    assert look("analyst", "/figures/open")[0] == 403


def test_a_unit_sees_its_own_board_and_no_other(look: Look) -> None:
    html = look("roads", "/board")[1]
    assert figure_of(html, "open", ROADS) == "3"
    assert look("roads", f"/board?unit={CITY}")[0] == 403
    assert look("roads", f"/figures/open?unit={WATER}")[0] == 403
    assert look("agent", "/board")[0] == 403


def test_a_rate_without_a_denominator_is_a_dash(look: Look) -> None:
    html = look("leader", "/board")[1]
    satisfied = html[html.index('data-rate="satisfied"') :][:200]
    assert "—" in satisfied
    assert "100" not in satisfied


@pytest.mark.parametrize(
    "query", ["?from=2026-03-01&to=2026-04-01", "?from=2026-03-10&to=2026-03-10", "?to=2026-03-10"]
)
def test_a_past_window_is_a_board_of_its_days(look: Look, query: str) -> None:
    status, html = look("leader", f"/board{query}")
    assert status == 200
    assert "data-watching" not in html
    assert figure_of(html, "intake") in ("4", "6")


@pytest.mark.parametrize("unit", [CITY, COUNTY, ROADS])
def test_the_whole_board_costs_at_most_eight_queries(house: House, unit: str) -> None:
    with house.begin(by=person(Role.LEADER, unit=CITY)) as work, statements(house) as said:
        board_picture.of(work, board.of(work, unit))
    assert len(said) <= 8
    assert not [statement for statement in said if "count(" in statement.lower()]


def test_what_is_usual_is_known_once_there_are_earlier_weeks(house: House, look: Look) -> None:
    before = house.at
    with house.begin(by=person(Role.LEADER, unit=CITY)) as work:
        assert board_picture.of(work, board.of(work, CITY)).usual_by_now is None
    house.later(days=7, hours=3)
    with house.begin(by=person(Role.LEADER, unit=CITY)) as work:
        picture = board_picture.of(work, board.of(work, CITY))
    house.at = before
    assert picture.usual_by_now == 2.0
    assert all(hour.low == hour.high for hour in picture.hours), "one earlier day is its own range"


def test_the_first_page_counts_what_waits_within_the_scope(look: Look, house: House) -> None:
    assert re.search(r'data-figure="red"[^>]*>4<', look("supervisor", "/home")[1])
    with house.begin(by=of_unit(ROADS)) as work:
        waiting = home.of(work, ["queue.PENDING_SIGN"])["queue.PENDING_SIGN"]
    assert waiting.n == 3
    assert waiting.first
    assert waiting.first.light in ("red", "severe")
    with house.begin(by=of_unit(ROADS)) as work:
        assert not home.of(work, ["centre_late"]), "a unit is never shown a zero for what only the centre can owe"
    with house.begin(by=DISPATCHER) as work:
        assert home.of(work, ["queue.SUBMITTED"])["queue.SUBMITTED"].n == 1


def test_who_has_one_desk_goes_there_and_who_has_several_chooses(look: Look) -> None:
    assert look("leader", "/desk")[0] == 303
    assert look("supervisor", "/home")[0] == 200
    assert "看板" in look("roads", "/home")[1]


def test_a_rate_says_its_formula_with_its_version_and_gives_its_proof(look: Look) -> None:
    page = look("leader", f"/figures/on_time?unit={CITY}&from=2026-03-01&to=2026-04-30")[1]
    assert "口径 1（2020-01-01 起" in page
    assert "到期前答复且审核通过" in page
    status, text = look("leader", f"/figures/on_time/proof.json?unit={CITY}&from=2026-03-01&to=2026-04-30")
    assert status == 200
    found = json.loads(text)
    assert proof_check.check(found) == []
    assert not [secret for secret in SECRETS if secret in text]


def test_who_may_not_open_tickets_gets_no_proof(look: Look) -> None:
    assert look("analyst", "/figures/on_time/proof.json?from=2026-03-01&to=2026-04-30")[0] == 403
    assert look("roads", f"/figures/on_time/proof.json?unit={CITY}&from=2026-03-01&to=2026-04-30")[0] == 403
