"""What the scripts of the frame promise: nothing typed is lost, nothing is sent twice, no key fires by mistake."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask, Response, render_template_string, request
from playwright.sync_api import Page, expect

from hotline.domain.errors import Invalid
from tests.factories.live import served
from tests.web.frame.paper import paper_app
from web import replies
from web.guard import public
from web.styleguide.views import Sample

pytestmark = pytest.mark.skipif(
    not (Path(__file__).parents[2] / "web" / "static" / "vendor" / "htmx.min.js").exists(),
    reason="the front-end libraries are not laid in yet: make setup",
)

DESK = """{% extends "base_staff.html" %}{% block title %}probe{% endblock %}{% block content %}
{% call ui.form("/probe/take", draft="probe", htmx=in_place) %}
{{ ui.field(form.phone) }}{{ ui.textarea(form.content, limit=10) }}{{ ui.button("go", key="F9") }}
{% endcall %}
{{ ui.button("press", type="button", key="p", id="press") }}
<div data-module="rows">{% for n in range(3) %}
{% call ui.list_row("#r" ~ n, id="row" ~ n) %}{{ n }}{% endcall %}
{% endfor %}</div>
{{ ui.action_button("close it", "/probe/take", confirm="sure", fields={"content": "ok"}) }}
{% endblock %}"""


class Taken:
    """What arrived."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.gate = threading.Event()


@pytest.fixture(scope="module")
def taken() -> Taken:
    return Taken()


@pytest.fixture(scope="module")
def site(taken: Taken) -> Iterator[str]:
    app: Flask = paper_app()
    bp = Blueprint("probe_desk", __name__)

    @bp.get("/probe/desk")
    @public
    def desk() -> Response:
        in_place = "in_place" in request.args
        return Response(render_template_string(DESK, form=Sample(formdata=None), in_place=in_place))

    @bp.post("/probe/take")
    @public
    def take() -> Response:
        if request.form["content"] == "bad":
            raise Invalid({"phone": "手机号应为 11 位"})
        taken.gate.wait(5)
        taken.texts.append(request.form["content"])
        return replies.to("public.index")

    app.register_blueprint(bp)
    with served(app) as url:
        yield url


@pytest.fixture(autouse=True)
def fresh(taken: Taken) -> None:
    taken.texts.clear()
    taken.gate.set()


def at_desk(page: Page, site: str, query: str = "") -> None:
    page.goto(f"{site}/probe/desk{query}")
    expect(page.locator("[data-counter]")).to_have_text("还可以写 10 字")  # the scripts are bound


def test_what_was_typed_is_there_after_a_reload_and_gone_once_taken(page: Page, site: str, taken: Taken) -> None:
    at_desk(page, site)
    page.fill("textarea", "half a word")
    page.reload()
    expect(page.locator("textarea")).to_have_value("half a word")
    expect(page.get_by_text("已恢复上次没有提交的内容")).to_be_visible()
    page.get_by_role("button", name="go").click()
    page.wait_for_url(f"{site}/")
    at_desk(page, site)
    expect(page.locator("textarea")).to_have_value("")
    assert taken.texts == ["half a word"]


def test_a_double_press_is_sent_once(page: Page, site: str, taken: Taken) -> None:
    at_desk(page, site)
    page.fill("textarea", "once")
    taken.gate.clear()
    page.evaluate("() => { const b = document.querySelector('[data-key=F9]'); b.click(); b.click(); b.click() }")
    taken.gate.set()
    page.wait_for_url(f"{site}/")
    assert taken.texts == ["once"]


def test_a_refusal_stands_under_its_field_and_the_text_stays(page: Page, site: str) -> None:
    at_desk(page, site, "?in_place")
    page.fill("textarea", "bad")
    page.keyboard.press("F9")
    expect(page.locator('[data-error-for="phone"]')).to_have_text("手机号应为 11 位")
    expect(page.locator('[name="phone"]')).to_be_focused()
    expect(page.locator("textarea")).to_have_value("bad")
    expect(page.locator(".toast-error")).to_be_visible()


def test_in_place_the_server_leads_on(page: Page, site: str, taken: Taken) -> None:
    at_desk(page, site, "?in_place")
    page.fill("textarea", "good")
    page.keyboard.press("F9")
    page.wait_for_url(f"{site}/")
    assert taken.texts == ["good"]


def test_keys_are_dead_while_an_input_method_composes(page: Page, site: str) -> None:
    at_desk(page, site)
    page.evaluate("() => { window.presses = 0; document.getElementById('press').onclick = () => window.presses++ }")
    compose = """(given) => document.body.dispatchEvent(
        new KeyboardEvent('keydown', {key: 'p', bubbles: true, ...given}))"""
    page.evaluate(compose, {"isComposing": True})
    page.evaluate(compose, {"keyCode": 229})
    assert page.evaluate("window.presses") == 0
    page.evaluate(compose, {})
    assert page.evaluate("window.presses") == 1


def test_a_letter_is_a_letter_while_one_types(page: Page, site: str) -> None:
    at_desk(page, site)
    page.evaluate("() => { window.presses = 0; document.getElementById('press').onclick = () => window.presses++ }")
    page.locator("textarea").press_sequentially("p?p")
    expect(page.locator("textarea")).to_have_value("p?p")
    assert page.evaluate("window.presses") == 0
    assert page.locator("dialog[open]").count() == 0


def test_the_question_mark_lists_the_keys(page: Page, site: str) -> None:
    at_desk(page, site)
    page.locator("h1, body").first.press("?")
    expect(page.locator("dialog[open]")).to_contain_text("F9")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_j_and_k_walk_the_rows_and_enter_opens(page: Page, site: str) -> None:
    at_desk(page, site)
    for key in ("j", "j", "j", "j", "k"):
        page.keyboard.press(key)
    expect(page.locator("#row1")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#r1")


def test_a_step_that_asks_is_not_done_before_yes(page: Page, site: str, taken: Taken) -> None:
    at_desk(page, site)
    page.get_by_role("button", name="close it").click()
    page.get_by_role("button", name="取消").click()
    assert taken.texts == []
    page.get_by_role("button", name="close it").click()
    page.get_by_role("button", name="确定").click()
    page.wait_for_url(f"{site}/")
    assert taken.texts == ["ok"]


def test_what_is_too_long_is_told_and_not_cut(page: Page, site: str) -> None:
    at_desk(page, site)
    page.fill("textarea", "路" * 9 + "🚧" + "灯")
    expect(page.locator("[data-counter]")).to_have_text("超出 1 字")
    assert len(page.input_value("textarea")) == 11


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(
    "path", ["/", "/login", "/styleguide/", "/styleguide/panes", "/styleguide/public", "/styleguide/board", "/none"]
)
def test_no_page_of_the_frame_scrolls_sideways(page: Page, site: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(site + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_citizen_needs_no_script_to_change_the_look(page: Page, site: str) -> None:
    assert page.context.browser
    bare = page.context.browser.new_context(java_script_enabled=False)
    plain = bare.new_page()
    plain.goto(f"{site}/")
    plain.get_by_role("button", name="适老版").click()
    expect(plain.locator("html")).to_have_attribute("data-theme", "elder")
    bare.close()
