"""The board for programs: the contract's shapes, who may ask for what, and what is refused in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from hotline import settings
from hotline.domain.permissions import Role
from hotline.relay import Relay
from tests.integration.board.conftest import CENTRE, COUNTY, ROADS, WATER, House, settle
from web.app import create_app

ACCOUNTS = {
    "leader": ([Role.LEADER], "350100-GOV"),
    "analyst": ([Role.ANALYST], CENTRE),
    "roads": ([Role.UNIT_COORD], ROADS),
    "county": ([Role.COUNTY_DISPATCH], "350102-HOT"),
    "agent": ([Role.AGENT], CENTRE),
}


class Asker:
    """One client with the tokens of everybody."""

    def __init__(self, client: FlaskClient, tokens: dict[str, str]) -> None:
        self._client, self._tokens = client, tokens

    def __call__(self, who: str, path: str) -> tuple[int, dict[str, object]]:
        headers = {"Authorization": f"Bearer {self._tokens[who]}"} if who else {}
        answer = self._client.get(f"/api/v1{path}", headers=headers)
        return answer.status_code, answer.get_json()


@pytest.fixture(scope="module")
def ask(new_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    made = House(settings.load({}, data_dir=tmp_path_factory.mktemp("api")), new_database(), redis_url)
    tokens = {name: made.seat(name, *roles, unit=unit) for name, (roles, unit) in ACCOUNTS.items()}
    made.dispatched(ROADS, name="林小满", content="联系我 13805910001，路灯不亮")
    made.dispatched(COUNTY)
    made.later(minutes=1)
    settle(made, Relay(made))
    yield Asker(create_app(made).test_client(), tokens)
    made.close()


def test_the_board_has_the_shape_of_the_contract(ask: Asker) -> None:
    status, body = ask("leader", "/board")
    assert status == 200
    assert {"as_of", "revision", "figures", "rates"} <= body.keys()
    assert body["figures"]["open"] == 2
    assert body["figures"]["intake"] == 2
    assert body["rates"]["satisfied"] == {"hits": 0, "total": 0, "percent": None}
    contract = (
        "sign_on_time response reply timely_reply on_time resolved satisfied called_back rework first_time returned "
        "invalid_return dispatch_accuracy direct_answer extended overdue accept_on_time whole_path"
    )
    assert set(contract.split()) <= body["rates"].keys()
    assert body["rates"]["reply"] == {"hits": 0, "total": 2, "percent": 0.0}


@pytest.mark.parametrize(
    ("who", "unit", "status"),
    [
        ("", "", 401),
        ("agent", "", 403),
        ("roads", "", 200),
        ("roads", ROADS, 200),
        ("roads", WATER, 403),
        ("roads", "350100-GOV", 403),
        ("county", COUNTY, 200),
        ("county", ROADS, 403),
        ("analyst", "350100-GOV", 200),
        ("leader", "nowhere", 422),
    ],
)
def test_units_see_themselves_and_what_is_below_them(ask: Asker, who: str, unit: str, status: int) -> None:
    assert ask(who, f"/board?unit={unit}")[0] == status


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-03-32", "from"),
        ("from=yesterday", "from"),
        ("from=20260301", "from"),
        ("from=2026-03-10&to=2026-03-09", "to"),
        ("from=2006-03-10&to=2026-03-09", "from"),
        ("to=0001-01-01", "to"),
        ("unit=%E6%97%A0", "unit"),
    ],
)
def test_a_wrong_window_is_told_by_its_field(ask: Asker, query: str, field: str) -> None:
    for path in (f"/board?{query}", f"/figures/intake/tickets?{query}"):
        status, body = ask("leader", path)
        assert status == 422
        assert [each["field"] for each in body["errors"]] == [field]


def test_the_end_of_a_window_does_not_belong_to_it_and_equal_ends_are_one_day(ask: Asker) -> None:
    assert ask("leader", "/board?from=2026-03-09&to=2026-03-10")[1]["figures"]["intake"] == 0
    assert ask("leader", "/board?from=2026-03-10&to=2026-03-11")[1]["figures"]["intake"] == 2
    assert ask("leader", "/board?from=2026-03-10&to=2026-03-10")[1]["figures"]["intake"] == 2


def test_a_figure_opens_its_tickets_without_anybodys_name_or_phone(ask: Asker) -> None:
    status, body = ask("leader", "/figures/open/tickets")
    assert status == 200
    assert (len(body["items"]), body["total"], body["next"]) == (2, 2, None)
    for secret in ("林小满", "13805910001"):
        assert secret not in str(body)


def test_a_unit_opens_only_its_own(ask: Asker) -> None:
    assert len(ask("roads", "/figures/open/tickets")[1]["items"]) == 1
    assert ask("roads", f"/figures/open/tickets?unit={COUNTY}")[0] == 403


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("analyst", "/figures/open/tickets", 403),
        ("leader", "/figures/nothing/tickets", 404),
        ("leader", "/figures/intake.hour/tickets", 404),
        ("leader", "/figures/open/tickets?part=some", 422),
        ("leader", "/figures/open/tickets?cursor=x", 422),
        ("leader", "/figures/open/tickets?limit=0", 422),
        ("leader", "/figures/on_time/tickets?part=hits", 200),
    ],
)
def test_what_cannot_be_listed_is_refused_in_words(ask: Asker, who: str, path: str, status: int) -> None:
    found, body = ask(who, path)
    assert found == status
    assert status == 200 or body["detail"]
