"""The centre's desks by keys alone, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from hotline.usecases import routing
from tests.factories.actors import a_person
from tests.factories.live import served
from tests.factories.offices import SetOffice, office, shared_office  # noqa: F401
from tests.factories.tickets import a_ticket, act, assignments, seen
from tests.web.tickets.conftest import OpenDoor
from web.app import create_app
from web.guard import SEAT

VENDOR = Path(__file__).parents[2] / "web" / "static" / "vendor" / "htmx.min.js"
pytestmark = [
    pytest.mark.skipif(not VENDOR.exists(), reason="the front-end libraries are not laid in yet: make setup"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

EVERYTHING: Actor = a_person(Role.DISPATCHER, Role.REVIEWER, Role.CALLBACK, Role.SUPERVISOR, number=70, name="郑敏")


@pytest.fixture
def site(office: SetOffice, page: Page) -> Iterator[str]:  # noqa: F811
    """The desks of one person who holds every role of the centre."""
    door = OpenDoor()
    door.known["seat"] = EVERYTHING
    with served(create_app(office, door=door)) as address:
        page.context.add_cookies([{"name": SEAT, "value": "seat", "url": address}])
        yield address


def unclear(office: SetOffice) -> str:  # noqa: F811
    no = a_ticket(office, category=None, type=None, title="楼下没人扫", content="没人扫，请处理")
    with office.begin() as work:
        routing.route_batch(work)
    assert seen(office, no).at is State.SUBMITTED
    return no


def bound(page: Page) -> None:
    """Wait until the page's scripts listen."""
    expect(page.locator('[data-module~="menu"] summary')).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_enter_sends_the_ticket_to_the_first_unit_and_opens_the_next(page: Page, site: str, office: SetOffice) -> None:  # noqa: F811
    first, second = unclear(office), unclear(office)
    page.goto(f"{site}/dispatch/{first}")
    bound(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/dispatch/{second}**")
    assert seen(office, first).at is State.PENDING_SIGN


def test_a_digit_chooses_the_unit_and_enter_sends(page: Page, site: str, office: SetOffice) -> None:  # noqa: F811
    no = unclear(office)
    page.goto(f"{site}/dispatch/{no}")
    bound(page)
    page.keyboard.press("2")
    wanted = page.locator('input[name="unit"][data-key="2"]').get_attribute("value")
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_be_visible()
    assert seen(office, no).lead_unit == wanted


def test_another_category_brings_other_units_at_once(page: Page, site: str, office: SetOffice) -> None:  # noqa: F811
    no = unclear(office)
    page.goto(f"{site}/dispatch/{no}")
    bound(page)
    before = page.locator("#proposals .option-words .strong").first.inner_text()
    page.get_by_label("其他类别").fill("保洁保安")
    page.locator(".picker-choice").first.click()
    expect(page.locator("#proposals .option-words .strong").first).not_to_have_text(before)


def test_keys_are_dead_while_one_types(page: Page, site: str, office: SetOffice) -> None:  # noqa: F811
    no = unclear(office)
    page.goto(f"{site}/dispatch/{no}")
    bound(page)
    page.get_by_label("其他类别").focus()
    page.keyboard.press("2")
    expect(page.locator('input[name="unit"][data-key="1"]')).to_be_checked()
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '2', isComposing: true, bubbles: true}))"
    )
    expect(page.locator('input[name="unit"][data-key="1"]')).to_be_checked()


def test_marked_rows_go_together_after_one_question(page: Page, site: str, office: SetOffice) -> None:  # noqa: F811
    nos = [unclear(office) for _ in range(3)]
    page.goto(f"{site}/dispatch/?queue=accept")
    bound(page)
    for key in ("j", "x", "a"):
        page.keyboard.press(key)
    expect(page.locator("[data-told]")).to_contain_text("已选 3 件")
    page.keyboard.press("x")
    expect(page.locator("[data-told]")).to_contain_text("已选 2 件")
    page.get_by_role("button", name="一起派单").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("已派出 2 件")).to_be_visible()
    assert [seen(office, no).at for no in nos] == [State.SUBMITTED, State.PENDING_SIGN, State.PENDING_SIGN]


def test_a_double_press_sends_once(page: Page, site: str, office: SetOffice) -> None:  # noqa: F811
    no = unclear(office)
    page.goto(f"{site}/dispatch/{no}")
    bound(page)
    page.get_by_role("button", name="受理并派单").dblclick()
    expect(page.locator(".empty")).to_be_visible()
    assert len(assignments(office, no)) == 1


def test_what_is_newer_stands_beside_what_was_typed(page: Page, site: str, office: SetOffice) -> None:  # noqa: F811
    no = a_ticket(office, State.REPLY_REVIEW)
    page.goto(f"{site}/review/{no}")
    bound(page)
    page.get_by_label("退回意见").fill("没有写清运时间")
    act(office, no, Action.SUPPLEMENT, text="又倒了一车垃圾")
    page.keyboard.press("F8")
    expect(page.locator(".newer")).to_contain_text("又倒了一车垃圾")
    expect(page.get_by_label("退回意见")).to_have_value("没有写清运时间")
    page.keyboard.press("F8")
    expect(page.locator(".empty")).to_be_visible()
    assert seen(office, no).at is State.PROCESSING


def test_a_reply_is_checked_and_passed_by_keys(page: Page, site: str, office: SetOffice) -> None:  # noqa: F811
    no = a_ticket(office, State.REPLY_REVIEW)
    page.goto(f"{site}/review/{no}")
    bound(page)
    for key in ("1", "2", "3", "F9"):
        page.keyboard.press(key)
    expect(page.locator('[data-error-for="checked"]')).to_contain_text("语言得体")
    page.keyboard.press("4")
    page.keyboard.press("F9")
    expect(page.locator(".empty")).to_be_visible()
    assert seen(office, no).at is State.CALLBACK


def test_two_questions_are_answered_by_digits_one_after_the_other(page: Page, site: str, office: SetOffice) -> None:  # noqa: F811
    no = a_ticket(office, State.CALLBACK, reply_by="phone")
    page.goto(f"{site}/callback/{no}")
    bound(page)
    page.keyboard.press("3")
    expect(page.locator('input[name="solved"][value="U"]')).to_be_checked()
    page.keyboard.press("Backspace")
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(page.locator('input[name="solved"][value="S"]')).to_be_checked()
    expect(page.locator('input[name="score"][value="2"]')).to_be_checked()
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_be_visible()
    rated = seen(office, no)
    assert (rated.result, rated.score, rated.rework_wanted) == ("S", 2, True)


@pytest.mark.parametrize("width", [1440, 390])
def test_no_desk_scrolls_sideways(page: Page, site: str, office: SetOffice, width: int) -> None:  # noqa: F811
    waiting, reply, call = unclear(office), a_ticket(office, State.REPLY_REVIEW), a_ticket(office, State.CALLBACK)
    page.set_viewport_size({"width": width, "height": 844})
    for path in (
        f"/dispatch/{waiting}",
        "/dispatch/",
        f"/review/{reply}",
        "/review/",
        f"/callback/{call}",
        f"/supervision/{reply}",
        "/supervision/",
    ):
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
