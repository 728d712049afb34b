"""Every route says who may enter."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.web.frame.paper import paper_app
from web.guard import access_of


@pytest.fixture(scope="module")
def app() -> Flask:
    return paper_app()


def test_every_route_carries_needs_or_public(app: Flask) -> None:
    ours = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("probe.")]
    bare = {rule.rule for rule in ours if access_of(app.view_functions[rule.endpoint]) is None}
    assert not bare, "put @needs(Permission.…) or @public under the route"


def test_no_route_that_changes_something_answers_to_get(app: Flask) -> None:
    ours = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("probe.")]
    both = {rule.rule for rule in ours if {"GET", "POST"} <= (rule.methods or set())}
    assert not both, "one function to show, one to do"
