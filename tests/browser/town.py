"""A whole town for a journey: pages of the real application, people who sign in, a relay that runs, jobs in between."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, WebSocket, expect
from playwright.sync_api import Request as PageRequest

from hotline import relay
from hotline.domain.permissions import Role
from hotline.jobs import tasks
from hotline.usecases import people
from tests.factories.offices import MORNING, SetOffice
from tests.factories.texts import sent

PASSWORD = "paper-and-pen-12"
PATIENCE = 10.0
"""Seconds."""
CITY, CENTRE = "350100-GOV", "350100-HOT"
UNIT, OTHER = "350102-CGW", "350103-CGW"
_AT_UNIT = [Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER]
STAFF = {
    "agent1": ([Role.AGENT], CENTRE),
    "dispatcher": ([Role.DISPATCHER], CENTRE),
    "reviewer": ([Role.REVIEWER], CENTRE),
    "leader": ([Role.LEADER], CITY),
    "unit": (_AT_UNIT, UNIT),
    "other": (_AT_UNIT, OTHER),
}


def populate(office: SetOffice) -> None:
    """Give everybody an account."""
    with office.begin() as work:
        for username, (roles, unit) in STAFF.items():
            people.add(work, username=username, name="陈新", password=PASSWORD, roles=roles, unit=unit)


@contextmanager
def relaying(office: SetOffice) -> Iterator[None]:
    """The relay of this office, as long as the block runs."""
    stop = threading.Event()
    thread = threading.Thread(target=relay.Relay(office).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        office.ring()
        thread.join()


class Town:
    """Who comes to the application, and what went wrong on anybody's screen."""

    def __init__(self, browser: Browser, site: str, office: SetOffice) -> None:
        self.site, self.office = site, office
        self.faults: list[str] = []
        """Errors in scripts and consoles, and requests to other hosts."""
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def visitor(self, *, width: int = 1440, height: int = 900) -> Page:
        """A browser of somebody's own."""
        context = self._browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        # The board watches for midnight: both clocks must agree on the day.
        context.clock.set_fixed_time(MORNING)
        context.on("console", self._console)
        context.on("weberror", lambda fault: self.faults.append(str(fault.error)))
        context.on("request", self._request)
        context.on("page", lambda page: page.on("websocket", self._socket))
        self._contexts.append(context)
        return context.new_page()

    def enters(self, username: str, desk: str) -> Page:
        """Somebody of the staff signs in and goes on to a desk, with the line up."""
        page = self.visitor()
        page.goto(f"{self.site}/login?next={desk}")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        return ready(page)

    def jobs(self) -> None:
        """What the worker would do now: route what waits, and send what the relay has written by then."""
        tasks.serve(self.office)
        tasks.route()
        self.until(lambda: self._waiting() == 0, "the relay never comes to rest")
        tasks.send()

    def until(self, holds: Callable[[], bool], otherwise: str) -> None:
        """Look again and again for a while."""
        end, pause = time.monotonic() + PATIENCE, threading.Event()
        while not holds():
            assert time.monotonic() < end, otherwise
            pause.wait(0.02)

    def texts(self, phone_of: str) -> list[str]:
        """The SMS that went out about this ticket, oldest first, each short enough."""
        self.jobs()
        found = sent(self.office, phone_of)
        assert all(len(each.text) <= 70 for each in found)
        assert all(each.sent_at for each in found)
        return [each.text for each in found]

    def sms(self, **part: object) -> str:
        """One part of a message at the gateway; what became of it."""
        request = Request(
            f"{self.site}/gateway/sms/generic",
            json.dumps(part).encode(),
            {
                "Content-Type": "application/json",
                "X-Gateway-Secret": self.office.settings.secrets.gateways["sms/generic"],
            },
        )
        with urlopen(request, timeout=PATIENCE) as answer:
            return str(json.load(answer)["outcome"])

    def leave(self) -> None:
        """Everybody goes home."""
        for context in self._contexts:
            context.close()

    def _waiting(self) -> int:
        with self.office.begin() as work:
            return relay.waiting(work)

    def _console(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.faults.append(said.text)

    def _request(self, request: PageRequest) -> None:
        if not request.url.startswith((f"{self.site}/", "data:", "blob:")):
            self.faults.append(request.url)

    def _socket(self, socket: WebSocket) -> None:
        if not socket.url.startswith(self.site.replace("http:", "ws:")):
            self.faults.append(socket.url)


def ready(page: Page) -> Page:
    """The page once its scripts are bound and its line is up."""
    expect(page.locator(".line-state")).to_have_attribute("data-state", "live")
    return page


def aloud(place: Locator) -> tuple[str, str]:
    """Number and code as they are read over the phone."""
    no, code = (line.get_attribute("aria-label") or "" for line in place.locator(".read-aloud").all())
    assert re.fullmatch(r"FZ\d{12,}", no)
    assert re.fullmatch(r"\d{6}", code)
    return no, code
