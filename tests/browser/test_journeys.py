"""Whole ways of an appeal through the pages, each hand at a desk of its own, and three moments that go wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from hotline.domain.lifecycle import Action, State
from hotline.store.journal import Entry
from hotline.store.ticket import Ticket
from tests.browser.town import CITY, OTHER, Town, aloud, populate, ready, relaying
from tests.factories.live import served
from tests.factories.offices import MORNING, SetOffice, local, open_office
from tests.factories.tickets import a_ticket, act, seen
from web.app import create_app

VENDOR = Path(__file__).parents[2] / "web" / "static" / "vendor" / "htmx.min.js"
pytestmark = [
    pytest.mark.skipif(not VENDOR.exists(), reason="the front-end libraries are not laid in yet: make setup"),
    # A page that is left while a file of it is on its way leaves that file to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

CONTENT = "鼓楼区示范路菜市场门口的垃圾没人扫，已经三天了，气味很大"
REPLY = "已于今天上午清扫完毕，并安排专人每天清扫两次。"
A = Action


@pytest.fixture(scope="module")
def office(
    new_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SetOffice]:
    made = open_office(new_database(), redis_url, tmp_path_factory.mktemp("office"))
    populate(made)
    made.at(local("2026-03-10 10:00"))
    with_a_low_rating = a_ticket(made, State.CALLBACK)
    act(made, with_a_low_rating, A.RATE, solved="U", score=1, reason="result")
    act(made, with_a_low_rating, A.KEEP)
    made.at(MORNING)
    made.let_run()
    with relaying(made):
        yield made
    made.close()


@pytest.fixture(scope="module")
def site(office: SetOffice) -> Iterator[str]:
    with served(create_app(office)) as address:
        yield address


@pytest.fixture
def town(browser: Browser, site: str, office: SetOffice) -> Iterator[Town]:
    opened = Town(browser, site, office)
    opened.jobs()
    yield opened
    opened.leave()


def open_first(page: Page, no: str) -> None:
    """Walk to the row of this ticket by key and open it."""
    row = page.locator(f"#row-{no}")
    expect(row).to_be_visible()
    while not row.evaluate("row => row === document.activeElement"):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#detail")).to_contain_text(no)
    ready(page)


def step(page: Page, name: str) -> None:
    """Open one of the steps that can be taken, unless it is open."""
    folded = page.locator(f"details[data-step={name}]")
    more = page.locator("details.steps-more:not([open])").filter(has=folded)
    if more.count():
        more.locator("summary").first.click()
    if folded.get_attribute("open") is None:
        folded.locator("summary").click()


def answer(page: Page, no: str) -> None:
    """The unit's part: sign, talk, reply."""
    open_first(page, no)
    page.locator("#detail").get_by_role("button", name="签收").click()
    expect(page.get_by_text("已签收", exact=True)).to_be_visible()
    step(page, "CONTACT")
    page.get_by_label("联系结果").fill("已电话联系，约定今天清扫")
    page.get_by_role("button", name="记录联系").click()
    expect(page.get_by_text("已记录联系")).to_be_visible()
    step(page, "REPLY")
    page.get_by_label("公开答复").fill(REPLY)
    page.get_by_label("办理情况").fill("环卫一队到场，内部派工 17 号")
    page.get_by_role("button", name="提交结果").click()
    expect(page.get_by_text("已提交，等待审核")).to_be_visible()


def passes(page: Page, no: str) -> None:
    """The reviewer's part, by key."""
    open_first(page, no)
    expect(page.get_by_label("公开答复")).to_have_value(REPLY)
    for key in "1234":
        page.keyboard.press(key)
    page.keyboard.press("F9")
    expect(page.get_by_text("已通过，答复已转给诉求人")).to_be_visible()


def count(office: SetOffice, statement: str) -> tuple[int, ...]:
    with office.begin() as work:
        return tuple(work.session.execute(sa.text(statement)).one())


def test_an_appeal_from_the_agents_keyboard_to_a_satisfied_citizen(town: Town) -> None:
    board, heard = town.enters("leader", "/board"), []
    board.on("websocket", lambda line: line.on("framereceived", lambda said: heard.append(str(said))))
    board.goto(f"{town.site}/board")
    ready(board)
    board.evaluate("window.opened = true")
    satisfied = board.locator("[data-rate=satisfied] [data-percent]")
    expect(board.get_by_label("今日受理 0", exact=True)).to_be_visible()
    expect(board.get_by_label("在办 0", exact=True)).to_be_visible()
    expect(satisfied).to_have_text("0")

    agent = town.enters("agent1", "/operator")
    expect(agent.get_by_label("诉求内容")).to_be_focused()
    agent.keyboard.type(CONTENT)
    agent.keyboard.press("Tab")
    agent.keyboard.type("鼓楼区示范路 1 号")
    agent.keyboard.press("F3")
    agent.keyboard.type("13800005678")
    expect(agent.locator("#caller")).to_contain_text("近一年")
    agent.keyboard.press("F9")
    expect(agent.get_by_role("dialog")).to_contain_text("已提交派单")
    no, code = aloud(agent.get_by_role("dialog"))
    town.jobs()
    expect(board.get_by_label("今日受理 1", exact=True)).to_be_visible()
    expect(board.get_by_label("在办 1", exact=True)).to_be_visible()

    dispatcher = town.enters("dispatcher", "/dispatch/")
    open_first(dispatcher, no)
    expect(dispatcher.locator("input[name=unit]").first).to_be_checked()
    dispatcher.keyboard.press("Enter")
    expect(dispatcher.get_by_text("已派给鼓楼区城市管理局")).to_be_visible()

    answer(town.enters("unit", "/department"), no)
    passes(town.enters("reviewer", "/review/"), no)

    phone = town.visitor(width=390, height=844)
    phone.goto(f"{town.site}/t/{no}")
    phone.get_by_label("查询码").fill(code)
    phone.get_by_role("button", name="查看", exact=True).click()
    expect(phone.get_by_text(REPLY)).to_be_visible()
    assert "内部派工" not in phone.content()
    phone.get_by_role("radio", name="已解决", exact=True).check()
    phone.get_by_role("radio", name="非常满意").check()
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.get_by_role("heading", name="已办结")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert seen(town.office, no).at is State.CLOSED

    expect(board.get_by_label("在办 0", exact=True)).to_be_visible()
    expect(satisfied).to_have_text("50")
    assert board.evaluate("window.opened")
    for key in ("accepted", "open", "satisfied"):
        assert any(f'"key":"{key}","unit":"{CITY}"' in said for said in heard), f"{key} did not come by the line"
    accepted, still_open = count(
        town.office,
        "select count(*) filter (where (accepted_at at time zone 'Asia/Shanghai')::date = '2026-03-11'),"
        " count(*) filter (where state not in ('DRAFT','CLOSED','REJECTED','WITHDRAWN','MERGED','HANDED_OVER'))"
        " from ticket",
    )
    hits, total = count(town.office, "select count(*) filter (where score >= 3), count(score) from ticket")
    expect(board.get_by_label(f"今日受理 {accepted}", exact=True)).to_be_visible()
    expect(board.get_by_label(f"在办 {still_open}", exact=True)).to_be_visible()
    expect(board.locator("[data-rate=satisfied] [data-pair]")).to_have_text(re.compile(rf"^{hits} / {total}"))
    assert town.faults == []


def test_an_appeal_by_sms_to_a_return_and_a_re_dispatch(town: Town) -> None:
    whole = "示范路夜市收摊以后，地上的垃圾没人扫，" + "附近的住户早上出门都要绕路走，" * 5 + "请派人来看看。"
    parts = [whole[at : at + 40] for at in range(0, len(whole), 40)]
    phone, told = "13900006789", {"ref": "77", "parts": len(parts)}
    backwards = [*range(len(parts) - 1, -1, -1)]
    doubled = [backwards[0], *backwards]
    came = [town.sms(id=f"p{n}", **{"from": phone}, text=parts[n], part=n + 1, **told) for n in doubled]
    assert came == [*["waiting"] * len(parts), "appeal"]
    town.jobs()
    with town.office.begin() as work:
        found = work.session.scalars(sa.select(Ticket).where(Ticket.channel == "sms")).one()
    assert found.content == whole
    no = found.no

    dispatcher = town.enters("dispatcher", "/dispatch/")
    open_first(dispatcher, no)
    dispatcher.locator("#send").get_by_label("所在区划").fill("鼓楼区")
    dispatcher.keyboard.press("Enter")
    expect(dispatcher.get_by_role("radio", name="鼓楼区城市管理局")).to_be_checked()
    dispatcher.get_by_role("button", name="受理并派单").click()
    expect(dispatcher.get_by_text("已派给鼓楼区城市管理局")).to_be_visible()

    unit = town.enters("unit", "/department")
    open_first(unit, no)
    step(unit, "REQ_RETURN")
    unit.get_by_label("退单理由").select_option("不在本辖区")
    unit.get_by_label("依据").fill("示范路夜市在台江区界内，见行政区划图")
    unit.get_by_label("建议单位").fill("台江区城市管理局")
    unit.keyboard.press("Enter")
    unit.get_by_role("button", name="申请退单").click()
    expect(unit.get_by_text("已申请退单")).to_be_visible()

    dispatcher.get_by_role("navigation", name="队列").get_by_role("link", name="退单待审").click()
    open_first(dispatcher, no)
    expect(dispatcher.locator("#decide")).to_contain_text("示范路夜市在台江区界内")
    expect(dispatcher.get_by_role("radio", name="台江区城市管理局")).to_be_checked()
    dispatcher.keyboard.press("F9")
    expect(dispatcher.get_by_text("已同意退单，改派给台江区城市管理局")).to_be_visible()
    assert seen(town.office, no).lead_unit == OTHER

    answer(town.enters("other", "/department"), no)
    passes(town.enters("reviewer", "/review/"), no)
    town.jobs()
    assert town.sms(id="answer", **{"from": phone}, text="1") == "command"
    ticket = seen(town.office, no)
    assert (ticket.at, ticket.result) == (State.CLOSED, "S")

    due = r"\d{1,2}月\d{1,2}日"
    wanted = [
        rf"您的诉求已受理,编号{no},查询码{ticket.query_code}。办理时限至{due}。",
        rf"编号{no}已交鼓楼区城市管理局办理,预计{due}前答复。",
        rf"编号{no}已交台江区城市管理局办理,预计{due}前答复。",
        rf"编号{no}已办理,结果请点\S+/t(/{no})?查看并评价,15日内有效。",
        rf"编号{no}的问题解决了吗\?回复1已解决 2部分解决 3未解决。",
        rf"编号{no}已办结。如有异议可于15日内申请复核:\S+/t(/{no})?",
    ]
    texts = town.texts(no)
    assert len(texts) == len(wanted), texts
    for text, form in zip(texts, wanted, strict=True):
        assert re.fullmatch(town.office.rules.signature + form, text), text
    assert town.faults == []


def test_a_second_tab_that_comes_too_late_keeps_the_words_and_shows_what_is_newer(town: Town) -> None:
    no = a_ticket(town.office, State.PROCESSING)
    first = town.enters("unit", "/department")
    first.goto(f"{town.site}/department/{no}")
    second = first.context.new_page()
    second.goto(first.url)
    for tab, words in ((first, "约好下午上门"), (second, "电话无人接听")):
        ready(tab)
        step(tab, "CONTACT")
        tab.get_by_label("联系结果").fill(words)
    first.get_by_role("button", name="记录联系").click()
    expect(first.get_by_text("已记录联系")).to_be_visible()
    second.get_by_role("button", name="记录联系").click()
    expect(second.get_by_role("alert")).to_contain_text("工单在您填写时有了新进展")
    expect(second.get_by_role("alert")).to_contain_text("约好下午上门")
    expect(second.get_by_label("联系结果")).to_be_visible()
    expect(second.get_by_label("联系结果")).to_have_value("电话无人接听")
    second.get_by_role("button", name="记录联系").click()
    expect(second.get_by_text("已记录联系")).to_be_visible()
    assert taken(town, no, A.CONTACT) == ["约好下午上门", "电话无人接听"]


def test_a_double_click_is_one_action(town: Town) -> None:
    no = a_ticket(town.office, State.PROCESSING)
    page = town.enters("unit", "/department")
    page.goto(f"{town.site}/department/{no}")
    ready(page)
    step(page, "CONTACT")
    page.get_by_label("联系结果").fill("已电话联系")
    page.get_by_role("button", name="记录联系").dblclick()
    expect(page.get_by_text("已记录联系")).to_be_visible()
    assert taken(town, no, A.CONTACT) == ["已电话联系"]
    assert town.faults == []


def test_a_wrong_code_is_told_kindly_and_the_number_stays(town: Town) -> None:
    no = a_ticket(town.office, State.PROCESSING)
    right = seen(town.office, no).query_code
    phone = town.visitor(width=390, height=844)
    phone.goto(f"{town.site}/t/{no}")
    phone.get_by_label("查询码").fill("111111" if right != "111111" else "222222")
    phone.get_by_role("button", name="查看", exact=True).click()
    expect(phone.locator('[data-error-for="code"]')).to_contain_text("请核对")
    expect(phone.get_by_label("工单号")).to_have_value(no)
    phone.get_by_label("查询码").fill(right)
    phone.get_by_role("button", name="查看", exact=True).click()
    expect(phone.get_by_role("heading", name="正在办理")).to_be_visible()


def taken(town: Town, no: str, action: Action) -> list[str]:
    """The words with which this step was taken, oldest first."""
    query = sa.select(Entry.payload).join(Ticket, Ticket.id == Entry.ticket_id).order_by(Entry.seq)
    with town.office.begin() as work:
        return [p["result"] for p in work.session.scalars(query.where(Ticket.no == no, Entry.action == action))]
