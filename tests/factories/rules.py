"""The rules as they are shipped, for tests without a database."""

from __future__ import annotations

from functools import cache

from hotline.domain.facts import Counting
from hotline.domain.rates import RateBook
from hotline.settings import CONFIG
from hotline.settings.rates import read_rates

CENTRE = "350100-HOT"


@cache
def shipped_rates() -> RateBook:
    """``config/rates.toml``."""
    rates, faults = read_rates(CONFIG / "rates.toml")
    assert rates is not None, faults
    return rates


def shipped_counting(centre: str = CENTRE) -> Counting:
    """How the shipped profile counts."""
    return Counting(centre=centre, rates=shipped_rates())
