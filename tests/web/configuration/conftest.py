"""系统管理 over a set office, and an administrator who has signed in."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from hotline.domain.permissions import Actor, Role
from tests.factories.actors import a_person
from tests.factories.offices import as_shipped, office, shared_office  # noqa: F401
from tests.web.centre.conftest import counted  # noqa: F401
from tests.web.tickets.conftest import app, as_  # noqa: F401

ADMIN = a_person(Role.CENTER_ADMIN, number=20, name="陈管理")
SECOND = a_person(Role.CENTER_ADMIN, number=21, name="林管理")


@pytest.fixture
def admin(as_: Callable[[Actor], FlaskClient]) -> FlaskClient:  # noqa: F811
    """The browser of the centre's administrator."""
    return as_(ADMIN)


@pytest.fixture
def second(as_: Callable[[Actor], FlaskClient]) -> FlaskClient:  # noqa: F811
    """The browser of another one."""
    return as_(SECOND)


def filled(page: str, action: str) -> dict[str, str]:
    """What the form that goes to ``action`` would send if its button were pressed at once."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert form, f"no form goes to {action}"
    values: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", form[0]):
        said = {key: html.unescape(value) for key, value in re.findall(r'\b([\w-]+)="([^"]*)"', tag)}
        if "name" in said and (said.get("type") not in ("checkbox", "radio") or " checked" in tag):
            values[said["name"]] = said.get("value", "")
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        options = re.findall(r"<option[^>]*>", inner)
        chosen = next((option for option in options if " selected" in option), options[0] if options else "")
        found = re.search(r'value="([^"]*)"', chosen)
        values[name] = html.unescape(found[1]) if found else ""
    for name, value in re.findall(r'<input type="checkbox" name="([^"]+)" value="([^"]*)"[^>]* checked', form[0]):
        values[name] = html.unescape(value)
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form[0], re.DOTALL):
        values[name] = html.unescape(inner).removeprefix("\r\n").removeprefix("\n")
    return values
