"""A real Chromium for the journeys. On a machine that builds (``CI`` is set) a missing browser is a failure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys of this process."""
    found = os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine: install it, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page at desk size; an error in a script fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    yield opened
    context.close()
    assert not faults


SCRIPTED = """() => document.querySelector("script[type=module]") !== null
  && matchMedia("(scripting: enabled)").matches"""
READY = "() => document.documentElement.dataset.ready !== undefined"


@pytest.fixture(autouse=True)
def _hears(monkeypatch: pytest.MonkeyPatch) -> None:
    """Going to a page waits until its scripts listen, as a person does without knowing: they come within a blink."""
    plain = Page.goto

    def goto(self: Page, *args: Any, **kwargs: Any) -> Response | None:
        answer = plain(self, *args, **kwargs)
        if self.evaluate(SCRIPTED):
            self.wait_for_function(READY)
        return answer

    monkeypatch.setattr(Page, "goto", goto)
