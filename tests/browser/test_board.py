"""On the board in a real browser: the number changes by itself, and what is no longer live says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hotline import settings
from hotline.domain.permissions import Role
from hotline.live import WATCHED
from hotline.relay import Relay
from tests.factories.live import served
from tests.integration.board.conftest import ROADS, House, of_unit, settle
from web.app import create_app
from web.guard import SEAT

CITY = "350100-GOV"
pytestmark = pytest.mark.skipif(
    not (Path(__file__).parents[2] / "web" / "static" / "vendor" / "htmx.min.js").exists(),
    reason="the front-end libraries are not laid in yet: make setup",
)


@pytest.fixture(scope="module")
def house(new_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(settings.load({}, data_dir=tmp_path_factory.mktemp("board")), new_database(), redis_url)
    made.redis.delete(WATCHED)
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(house: House) -> Iterator[str]:
    with served(create_app(house)) as url:
        yield url


@pytest.fixture(scope="module")
def seat(house: House) -> str:
    return house.seat("leader", Role.LEADER, unit=CITY)


@pytest.fixture
def wall(page: Page, site: str, seat: str) -> Page:
    page.context.add_cookies([{"name": SEAT, "value": seat, "url": site}])
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{site}/board")
    expect(page.locator(".line-state")).to_contain_text("实时")
    return page


def figure(page: Page, key: str, unit: str = CITY) -> str:
    return page.locator(f'[data-figure="{key}"][data-unit="{unit}"]').first.inner_text()


def test_a_number_changes_without_a_reload(wall: Page, house: House) -> None:
    wall.evaluate("window.stayed = true")
    relay = Relay(house)
    settle(house, relay)
    # The panels that were fetched when the line came up have arrived: from here on only the line brings news.
    wall.wait_for_load_state("networkidle")
    before = int(figure(wall, "open").replace(",", ""))
    fetched: list[str] = []
    wall.on("request", lambda request: fetched.append(request.url))
    no = house.dispatched(ROADS)
    settle(house, relay)
    expect(wall.locator(f'[data-figure="open"][data-unit="{CITY}"]').first).to_have_text(str(before + 1))
    expect(wall.locator(f'#ticker [data-no="{no}"]')).to_contain_text("市政道路设施")
    house.do(no, "SIGN", of_unit(ROADS))
    house.later(seconds=1)
    settle(house, relay)
    expect(wall.locator(f'#ticker [data-no="{no}"]')).to_contain_text("办理中")
    assert wall.evaluate("window.stayed") is True
    assert not [url for url in fetched if url.endswith("/board")]


def test_a_value_that_is_not_newer_changes_nothing(wall: Page) -> None:
    cell = wall.locator(f'[data-figure="open"][data-unit="{CITY}"]').first
    shown = cell.inner_text()
    wall.evaluate(
        """async ([key, unit]) => {
            const app = document.querySelector('script[type=module]').src;
            const {put} = await import(app.replace('app.mjs', 'figures.mjs'));
            const cell = document.querySelector(`[data-figure="${key}"][data-unit="${unit}"]`);
            put(cell, 9999, Number(cell.dataset.revision));
        }""",
        ["open", CITY],
    )
    assert cell.inner_text() == shown


def test_when_the_line_is_down_the_board_turns_grey_and_comes_back_by_itself(wall: Page) -> None:
    hang_up = """async () => {
        const app = document.querySelector('script[type=module]').src;
        const {live} = await import(app.replace('app.mjs', 'live.mjs'));
        live('/board').disconnect();
    }"""
    wall.evaluate(hang_up)
    expect(wall.locator("#board[data-stale]")).to_have_count(1, timeout=10_000)
    expect(wall.locator(".line-state")).to_contain_text("已断开")
    wall.evaluate(hang_up.replace("disconnect", "connect"))
    expect(wall.locator(".line-state")).to_contain_text("实时")
    expect(wall.locator("#board[data-stale]")).to_have_count(0)


def test_on_a_wall_the_board_needs_no_scrolling(wall: Page) -> None:
    assert wall.evaluate("document.documentElement.scrollHeight") <= 1080
    expect(wall.locator("#chart canvas")).to_have_count(1)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_board_never_scrolls_sideways(wall: Page, width: int) -> None:
    wall.set_viewport_size({"width": width, "height": 844})
    # The chart takes its new size a moment after the window has.
    wall.wait_for_function(f"document.documentElement.scrollWidth <= {width}", timeout=15_000)


def test_a_figure_opens_its_tickets(wall: Page) -> None:
    wall.locator(f'[data-figure="open"][data-unit="{CITY}"]').first.click()
    wall.wait_for_url(re.compile(r"/figures/open\?"))
    expect(wall.get_by_role("heading", level=1)).to_contain_text("在办")
