"""The blueprint of 系统管理, and what all of its pages show beside their own matter."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from hotline.settings.editions import KINDS
from web import replies

bp = Blueprint("configuration", __name__, template_folder="templates", url_prefix="/configuration")


def page(template: str, *, here: str, status: int = 200, **values: Any) -> Response:
    """A page of the desk; ``here`` is the entry of its menu."""
    return replies.page(f"configuration/{template}", status=status, here=here, kinds=KINDS, **values)
