"""An agent logs a call without a mouse: typed, read, sent, read aloud, and the next desk stands ready."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hotline.domain.permissions import Role
from hotline.usecases import people
from tests.factories.live import served
from tests.factories.offices import SetOffice, open_office
from web.app import create_app

VENDOR = Path(__file__).parents[2] / "web" / "static" / "vendor" / "htmx.min.js"
pytestmark = [
    pytest.mark.skipif(not VENDOR.exists(), reason="the front-end libraries are not laid in yet: make setup"),
    # A page that is left while a file of it is on its way leaves that file to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PASSWORD = "correct-horse-12"
CONTENT = "五一北路路灯坏了三天，晚上很黑"


@pytest.fixture(scope="module")
def house(
    new_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SetOffice]:
    opened = open_office(new_database(), redis_url, tmp_path_factory.mktemp("office"))
    with opened.begin() as work:
        people.add(work, username="lin", name="林晓", password=PASSWORD, roles=[Role.AGENT], unit="")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def site(house: SetOffice) -> Iterator[str]:
    with served(create_app(house)) as address:
        yield address


@pytest.fixture
def desk(page: Page, site: str) -> Page:
    page.goto(f"{site}/login?next=/operator")
    page.get_by_label("用户名").fill("lin")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("诉求内容")).to_be_focused()
    expect(page.locator("[data-counter]").first).to_have_text("还可以写 2000 字")
    expect(page.locator("html[data-ready]")).to_be_attached()  # all the scripts are bound, the desk's own as well
    return page


def log_one(desk: Page, phone: str = "13800005678") -> str:
    desk.keyboard.type(CONTENT)
    desk.keyboard.press("Tab")
    desk.keyboard.type("鼓楼区五一北路 12 号")
    desk.keyboard.press("F3")
    desk.keyboard.type(phone)
    expect(desk.locator("#caller .call-head")).to_be_visible()
    desk.keyboard.press("F9")
    slip = desk.get_by_role("dialog")
    expect(slip).to_contain_text("已提交派单")
    expect(slip.get_by_role("link", name="接下一个电话")).to_be_focused()
    return slip.locator(".read-aloud").first.get_attribute("aria-label") or ""


def test_a_call_is_logged_by_keys_alone_and_the_next_desk_is_ready(desk: Page) -> None:
    assert re.fullmatch(r"FZ\d{12,}", log_one(desk))
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(desk.get_by_label("诉求内容")).to_be_focused()
    expect(desk.get_by_label("诉求内容")).to_have_value("")
    assert "done" not in desk.url


def test_the_suggestion_comes_while_one_types_and_is_picked_by_key_without_leaving_the_text(desk: Page) -> None:
    desk.keyboard.type(CONTENT)
    kinds = desk.locator("input[name=picked]")
    expect(kinds.first).to_be_attached()
    desk.keyboard.press("Alt+1")
    expect(kinds.first).to_be_checked()
    expect(desk.get_by_label("诉求内容")).to_be_focused()
    expect(desk.get_by_label("诉求内容")).to_have_value(CONTENT)


def test_a_second_call_is_appended_to_the_open_ticket(desk: Page) -> None:
    no = log_one(desk, "13900001234")
    desk.keyboard.press("Escape")
    desk.keyboard.type("又坏了一盏")
    desk.keyboard.press("F3")
    desk.keyboard.type("139 0000 1234")
    expect(desk.locator("#caller")).to_contain_text(no)
    desk.keyboard.press("F4")
    expect(desk.get_by_text(f"已追加到 {no}")).to_be_visible()


def test_a_direct_answer_opens_a_panel_and_goes_by_keys(desk: Page) -> None:
    desk.keyboard.type("请问补办社保卡去哪里")
    desk.keyboard.press("F3")
    desk.keyboard.type("13800005678")
    desk.keyboard.press("F8")
    expect(desk.get_by_label("答复内容")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.get_by_label("答复内容")).to_be_hidden()
    desk.keyboard.press("F8")
    desk.keyboard.type("请到就近的社保服务窗口办理")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_role("dialog")).to_contain_text("已直接答复")


def test_handing_over_is_two_keys(desk: Page) -> None:
    desk.keyboard.type("楼下正在打架")
    desk.keyboard.press("F3")
    desk.keyboard.type("13800005678")
    desk.keyboard.press("F2")
    expect(desk.get_by_role("radio", name="110", exact=True)).to_be_focused()
    desk.keyboard.press("Space")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_role("dialog")).to_contain_text("已移交")


def test_a_refusal_leaves_the_proposed_line_chosen(desk: Page) -> None:
    desk.keyboard.type("两辆车撞了，有人受伤")
    expect(desk.locator("[data-handover]")).to_contain_text("移交 122")
    desk.keyboard.press("F3")
    desk.keyboard.type("1380000")
    desk.keyboard.press("F2")
    expect(desk.get_by_role("radio", name="122", exact=True)).to_be_focused()
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#phone-error")).to_contain_text("手机号应为 11 位")
    expect(desk.get_by_role("radio", name="122", exact=True)).to_be_checked()


def test_a_reload_loses_no_word(desk: Page) -> None:
    desk.keyboard.type(CONTENT)
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.reload()
    expect(desk.get_by_label("诉求内容")).to_have_value(CONTENT)


def test_enter_in_a_line_sends_nothing(desk: Page) -> None:
    desk.keyboard.type(CONTENT)
    desk.get_by_label("何处").focus()
    desk.keyboard.type("五一北路")
    desk.keyboard.press("Enter")
    expect(desk.get_by_label("何处")).to_be_focused()
    expect(desk.get_by_role("dialog")).to_have_count(0)


def test_the_whole_desk_stands_on_one_screen_and_does_not_move_when_suggestions_come(desk: Page) -> None:
    button = desk.get_by_role("button", name="提交派单")
    before = button.bounding_box()
    desk.keyboard.type(CONTENT)
    expect(desk.locator("input[name=picked]").first).to_be_attached()
    assert button.bounding_box() == before
    tall = desk.evaluate("document.documentElement.scrollHeight")
    inner = desk.evaluate(
        "(() => { const m = document.querySelector('main'); return m.scrollHeight - m.clientHeight })()"
    )
    assert tall <= 900
    assert inner == 0


def test_without_scripts_a_call_is_logged_all_the_same(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/login?next=/operator")
    page.get_by_label("用户名").fill("lin")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("来电号码").fill("13800009999")
    page.get_by_label("诉求内容").fill(CONTENT)
    page.get_by_role("button", name="查历史").click()
    expect(page.get_by_label("诉求内容")).to_have_value(CONTENT)
    expect(page.locator("#suggestion input[name=picked]").first).to_be_attached()
    page.get_by_role("button", name="提交派单").click()
    expect(page.get_by_role("dialog")).to_contain_text("已提交派单")
    context.close()


def test_after_a_refusal_and_a_second_try_no_old_word_is_left_on_the_next_desk(desk: Page) -> None:
    desk.keyboard.type(CONTENT)
    desk.keyboard.press("F3")
    desk.keyboard.type("138000")
    desk.keyboard.press("F9")
    expect(desk.locator("#caller")).to_contain_text("手机号应为 11 位，固定电话请带区号")
    expect(desk.get_by_label("诉求内容")).to_have_value(CONTENT)
    desk.get_by_label("来电号码").fill("13800007777")
    desk.keyboard.press("F9")
    expect(desk.get_by_role("dialog")).to_contain_text("已提交派单")
    expect(desk.get_by_role("dialog").get_by_role("link", name="接下一个电话")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.get_by_label("诉求内容")).to_have_value("")
