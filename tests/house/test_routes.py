"""Every route says who may enter."""

from __future__ import annotations

import pytest
from flask import Flask

from web.app import create_app
from web.guard import access_of


class _Shut:
    """The routes are looked at, not walked: no office is needed."""


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(_Shut(), development=True)


def test_every_route_carries_needs_or_public(app: Flask) -> None:
    bare = {rule.rule for rule in app.url_map.iter_rules() if access_of(app.view_functions[rule.endpoint]) is None}
    assert not bare, "put @needs(Permission.…) or @public under the route"


def test_no_route_that_changes_something_answers_to_get(app: Flask) -> None:
    both = {rule.rule for rule in app.url_map.iter_rules() if {"GET", "POST"} <= (rule.methods or set())}
    assert not both, "one function to show, one to do"
