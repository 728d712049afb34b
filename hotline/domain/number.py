"""Ticket numbers that survive being read over the phone.

``FZ`` + ``yyMMdd`` + at least five serial digits + one check digit (ISO 7064, MOD 11,10), so an ordinary day's number
has the six digits of handbook §1; a day beyond 99,999 appeals grows by a digit instead of refusing one.
"""

from __future__ import annotations

import re
import secrets
from datetime import date

_FORM = re.compile(r"^[A-Z]{2}\d{6}\d{5,}\d$")


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10 over ``digits``: finds every single wrong digit and nearly every swapped pair."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def number(prefix: str, on: date, serial: int) -> str:
    """The number of the ``serial``-th ticket of the day ``on``."""
    body = f"{on:%y%m%d}{serial:05d}"
    return f"{prefix}{body}{check_digit(body)}"


def normal(typed: str) -> str:
    """What somebody typed or said, as a number should stand: no blanks or dashes, half width, upper case."""
    half = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in typed)
    return re.sub(r"[\s\-—_.]", "", half).upper()


def is_number(text: str) -> bool:
    """Whether ``text`` has the form and the check digit of a ticket number."""
    return bool(_FORM.match(text)) and check_digit(text[2:-1]) == text[-1]


def spoken(no: str) -> str:
    """In groups of four, to be read aloud: ``FZ26 0311 0001 23``."""
    return " ".join(no[i : i + 4] for i in range(0, len(no), 4))


def query_code() -> str:
    """Six random digits that the appellant needs beside the number."""
    return f"{secrets.randbelow(1_000_000):06d}"
