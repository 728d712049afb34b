"""What an operator's watch may ask."""

from __future__ import annotations

from flask.testing import FlaskClient


def test_a_living_process_says_so_without_asking_anything_else(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
