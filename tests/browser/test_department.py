"""A unit works its list by keys and by thumb: signs, contacts, answers, and is led to the next ticket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor
from tests.factories.actors import DISPATCHER, UNIT
from tests.factories.live import served
from tests.factories.offices import SetOffice, office, shared_office
from tests.factories.tickets import a_ticket, act, seen
from tests.web.tickets.conftest import OpenDoor
from web.app import create_app
from web.guard import SEAT

__all__ = ["office", "shared_office"]

VENDOR = Path(__file__).parents[2] / "web" / "static" / "vendor" / "htmx.min.js"
pytestmark = pytest.mark.skipif(not VENDOR.exists(), reason="the front-end libraries are not laid in yet: make setup")


@pytest.fixture
def site(office: SetOffice) -> Iterator[str]:
    door = OpenDoor()
    door.known = {"unit": UNIT, "dispatcher": DISPATCHER}
    with served(create_app(office, door=door)) as address:
        yield address


def as_(page: Page, site: str, who: Actor) -> Page:
    page.context.add_cookies([{"name": SEAT, "value": "unit" if who is UNIT else "dispatcher", "url": site}])
    return page


def to_first_row(page: Page) -> None:
    """Press j until the first row has the focus: the script that hears it may still be on its way."""
    page.wait_for_function(
        """() => {
          document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
          return document.activeElement?.matches("[data-row]");
        }"""
    )


def test_keys_mark_two_tickets_and_one_press_signs_both(page: Page, site: str, office: SetOffice) -> None:
    made = [a_ticket(office, State.PENDING_SIGN) for _ in range(3)]
    as_(page, site, UNIT).goto(f"{site}/department?queue=sign")
    expect(page.get_by_role("button", name="签收选中的")).to_be_disabled()
    to_first_row(page)
    for key in "xjx":
        page.keyboard.press(key)
    page.get_by_role("button", name="签收选中的 2 件").click()
    expect(page.locator(".toast")).to_contain_text("已签收 2 件")
    assert [seen(office, no).at for no in made].count(State.PROCESSING) == 2


def test_enter_opens_a_ticket_beside_the_list_and_a_reply_leads_to_the_next(
    page: Page,
    site: str,
    office: SetOffice,
) -> None:
    one, two = (a_ticket(office, State.PROCESSING, title=title) for title in ("装修垃圾甲", "装修垃圾乙"))
    act(office, one, Action.CONTACT)
    as_(page, site, UNIT).goto(f"{site}/department")
    to_first_row(page)
    page.keyboard.press("Enter")
    expect(page.locator("h1.ticket-title")).to_have_text("装修垃圾甲")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.get_by_label("公开答复").fill("垃圾已清运，请联系李工13812345678。")
    expect(page.locator(".check-line").filter(has_text="个人信息")).to_be_visible()
    page.get_by_role("button", name="按建议改").click()
    expect(page.get_by_label("公开答复")).to_have_value("垃圾已清运，请联系李工138****5678。")
    page.locator("[data-step=REPLY]").get_by_role("button", name="提交结果").dblclick()
    expect(page.locator("h1.ticket-title")).to_have_text("装修垃圾乙")
    assert seen(office, one).at is State.REPLY_REVIEW
    assert page.url.endswith(two)


def test_what_was_typed_stays_beside_the_news_when_the_ticket_moved_meanwhile(
    page: Page,
    site: str,
    office: SetOffice,
) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, Action.CONTACT)
    as_(page, site, UNIT).goto(f"{site}/department/{no}")
    page.get_by_label("公开答复").fill("垃圾已于今天上午全部清运。")
    act(office, no, Action.SUPPLEMENT, text="又堆了一车")
    page.locator("[data-step=REPLY]").get_by_role("button", name="提交结果").click()
    expect(page.get_by_role("alert")).to_contain_text("又堆了一车")
    expect(page.get_by_label("公开答复")).to_have_value("垃圾已于今天上午全部清运。")
    page.locator("[data-step=REPLY]").get_by_role("button", name="提交结果").click()
    expect(page.locator(".toast")).to_contain_text("等待审核")
    assert seen(office, no).at is State.REPLY_REVIEW


def test_a_unit_is_found_by_typing_parts_of_its_name(page: Page, site: str, office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    as_(page, site, DISPATCHER).goto(f"{site}/tickets/{no}")
    field = page.locator("[data-step=DISPATCH]").get_by_label("主办单位")
    field.click()
    page.keyboard.type("鼓楼城管局")
    expect(page.locator(".picker-choice").first).to_contain_text("鼓楼区城市管理局")
    page.keyboard.press("Enter")
    expect(field).to_have_value("福州市鼓楼区城市管理局")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_thumb_signs_contacts_and_answers_on_a_small_screen(
    browser: Browser,
    site: str,
    office: SetOffice,
    scripts: bool,
) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", java_script_enabled=scripts, has_touch=True
    )
    phone = as_(context.new_page(), site, UNIT)
    phone.goto(f"{site}/department")
    phone.locator("[data-row]").tap()
    phone.locator(".step-bare").get_by_role("button").tap()
    phone.get_by_label("联系结果").fill("已电话联系，说明了清运时间")
    phone.get_by_role("button", name="记录联系").tap()
    phone.get_by_role("textbox", name="公开答复").fill("垃圾已于今天上午全部清运完毕，感谢反映。")
    width = phone.locator("body").bounding_box()
    assert width
    assert width["width"] <= 390
    phone.locator("[data-step=REPLY]").get_by_role("button", name="提交结果").tap()
    expect(phone.locator("#toasts")).to_contain_text("等待审核")
    assert seen(office, no).at is State.REPLY_REVIEW
    context.close()
