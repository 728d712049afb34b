"""A citizen at the screens, as a browser would do it: hidden fields travel along."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

CONTENT = "五一北路路灯坏了三天，晚上很黑，请尽快修好"
WHERE = {"region": "350102", "address": "五一北路 12 号路口", "occurred_at": "2026-03-10"}
WHO = {"phone": "138 0000 5678", "name": "王小明"}


def carried(page: TestResponse) -> str:
    """The hidden field of the page."""
    found = re.search(r'name="carried" value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]


def upto_confirm(client: FlaskClient, *, content: str = CONTENT, **who: str) -> TestResponse:
    """The last screen before sending."""
    page = client.get("/report")
    page = client.post("/report/what", data={"carried": carried(page), "content": content})
    assert page.status_code == 200, page.text
    page = client.post("/report/where", data={"carried": carried(page), **WHERE})
    assert page.status_code == 200, page.text
    page = client.post("/report/who", data={"carried": carried(page), **(who or WHO)})
    assert page.status_code == 200, page.text
    return page


def sent(client: FlaskClient, **said: str) -> str:
    """A new ticket's number."""
    page = client.post("/report/confirm", data={"carried": carried(upto_confirm(client, **said))})
    assert page.status_code == 303, page.text
    return page.headers["Location"].rsplit("/", 1)[1]
