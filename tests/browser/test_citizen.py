"""A citizen with a small screen says something, follows it, and loses nothing on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from hotline import settings
from hotline.office import Office
from tests.factories.files import NO_PICTURE, a_picture
from tests.factories.live import served
from web.app import create_app

VENDOR = Path(__file__).parents[2] / "web" / "static" / "vendor" / "htmx.min.js"
pytestmark = [
    pytest.mark.skipif(not VENDOR.exists(), reason="the front-end libraries are not laid in yet: make setup"),
    # A page that is left while a file of it is on its way leaves that file to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

CONTENT = "五一北路路灯坏了三天，晚上很黑"
LAMP = FilePayload(name="路灯.jpg", mimeType="image/jpeg", buffer=a_picture())


@pytest.fixture(scope="module")
def site(new_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    office = Office(settings.load({}, data_dir=tmp_path_factory.mktemp("office")), new_database(), redis_url)
    with served(create_app(office)) as address:
        yield address
    office.close()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", java_script_enabled=request.param
    )
    yield context.new_page()
    context.close()


def say(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="我要反映").click()
    page.get_by_label("您要反映什么事").fill(CONTENT)
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("具体地点").fill("五一北路 12 号")
    page.get_by_role("button", name="下一步").click()


def fits(page: Page) -> bool:
    width = page.locator("body").bounding_box()
    return bool(width and width["width"] <= 390)


def test_a_photograph_goes_along_even_when_one_is_faster_than_it(
    phone: Page, site: str, request: pytest.FixtureRequest
) -> None:
    scripts = request.node.callspec.params["phone"]
    phone.goto(f"{site}/report")
    phone.get_by_label("您要反映什么事").fill(CONTENT)
    wrong = FilePayload(name="假的.jpg", mimeType="image/jpeg", buffer=NO_PICTURE)
    phone.locator("input[type=file]").set_input_files([wrong, LAMP])
    if scripts:
        expect(phone.locator(".file-failed")).to_contain_text("“假的.jpg”不是能接收的文件")
        phone.get_by_role("button", name="移除 假的.jpg").click()
    else:
        phone.get_by_role("button", name="下一步").click()
        expect(phone.locator("[data-field=files]")).to_contain_text("“假的.jpg”不是能接收的文件")
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("具体地点").fill("五一北路 12 号")
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("手机号").fill("13800005678")
    phone.get_by_role("button", name="下一步").click()
    expect(phone.locator(".file")).to_contain_text("路灯.jpg")
    phone.get_by_role("button", name="提交").click()
    phone.get_by_role("link", name="查看进度").click()
    expect(phone.get_by_role("link", name="路灯.jpg")).to_be_visible()
    assert fits(phone)


def test_a_citizen_says_something_and_follows_it(phone: Page, site: str) -> None:
    say(phone, site)
    phone.get_by_label("手机号").fill("13800005678")
    phone.get_by_role("button", name="下一步").click()
    expect(phone.locator(".checked")).to_contain_text(CONTENT)
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("heading", name="已收到您的诉求")).to_be_visible()
    assert fits(phone)
    no, code = (line.get_attribute("aria-label") for line in phone.locator(".read-aloud").all())
    assert re.fullmatch(r"[A-Z]{2}\d{12,}", no or "")
    phone.get_by_role("link", name="查看进度").click()
    expect(phone.get_by_role("heading", name="已收到，等待受理")).to_be_visible()
    assert (code or "x") not in phone.url
    phone.get_by_text("补充情况").click()
    phone.get_by_label("补充什么").fill("又坏了一盏")
    phone.get_by_role("button", name="提交补充").click()
    expect(phone.get_by_text("又坏了一盏")).to_be_visible()
    assert fits(phone)


def test_the_back_button_shows_what_was_answered(phone: Page, site: str) -> None:
    say(phone, site)
    phone.get_by_label("手机号").fill("13800005678")
    phone.get_by_role("button", name="下一步").click()
    phone.go_back()
    expect(phone.get_by_label("手机号")).to_be_visible()
    phone.go_back()
    expect(phone.get_by_label("具体地点")).to_be_visible()
    phone.go_back()
    expect(phone.get_by_label("您要反映什么事")).to_be_visible()


def test_the_back_button_after_sending_shows_the_page_and_a_second_sending_is_the_same_appeal(
    phone: Page, site: str
) -> None:
    say(phone, site)
    phone.get_by_label("手机号").fill("13800005678")
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_role("button", name="提交").click()
    no = phone.locator(".read-aloud").first.get_attribute("aria-label")
    phone.go_back()
    expect(phone.locator(".checked")).to_contain_text(CONTENT)
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator(".read-aloud").first).to_have_attribute("aria-label", no or "")


def test_a_wrong_number_is_said_and_stays(phone: Page, site: str) -> None:
    say(phone, site)
    phone.get_by_label("手机号").fill("1380000")
    phone.get_by_role("button", name="下一步").click()
    expect(phone.get_by_text("手机号应为 11 位，固定电话请带区号")).to_be_visible()
    expect(phone.get_by_label("手机号")).to_have_value("1380000")


def test_the_large_print_stays_from_page_to_page(phone: Page, site: str) -> None:
    phone.goto(site)
    phone.get_by_role("button", name="适老版").click()
    phone.get_by_role("link", name="我要反映").click()
    expect(phone.locator("html")).to_have_attribute("data-theme", "elder")
    assert fits(phone)


@pytest.mark.parametrize("phone", [True], indirect=True, ids=["with scripts"])
def test_the_large_print_may_be_chosen_in_the_middle_of_a_form(phone: Page, site: str) -> None:
    say(phone, site)
    expect(phone.locator("html")).to_have_attribute("data-ready", "")
    phone.get_by_label("手机号").fill("13800001234")
    phone.get_by_role("button", name="适老版").click()
    expect(phone.locator("html")).to_have_attribute("data-theme", "elder")
    expect(phone.get_by_role("button", name="标准版")).to_be_focused()
    expect(phone.get_by_label("手机号")).to_have_value("13800001234")
    assert fits(phone)
