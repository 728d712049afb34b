"""All pages of 系统管理, gathered: the blueprint is whole once this has been imported."""

from __future__ import annotations

from web.configuration import calendar, organisation, precedents, rates, routing, succession, tables, views
from web.configuration.blueprint import bp

__all__ = ["bp", "calendar", "organisation", "precedents", "rates", "routing", "succession", "tables", "views"]
