"""Ticket numbers survive being read aloud, typed with blanks, and followed by other words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.number import check_digit, is_number, normal, number, query_code, spoken

days = st.dates(date(2025, 1, 1), date(2040, 12, 31))
serials = st.integers(1, 2_000_000)


@given(days, serials)
def test_what_is_made_is_a_number(on: date, serial: int) -> None:
    made = number("FZ", on, serial)
    assert is_number(made)
    assert normal(spoken(made).lower()) == made


@given(days, serials, st.data())
def test_one_wrong_digit_is_always_found(on: date, serial: int, data: st.DataObject) -> None:
    made = number("FZ", on, serial)
    at = data.draw(st.integers(2, len(made) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != made[at]]))
    assert not is_number(made[:at] + other + made[at + 1 :])


@given(st.text("0123456789", min_size=1, max_size=20))
def test_the_check_digit_satisfies_iso_7064(digits: str) -> None:
    product = 10
    for digit in digits + check_digit(digits):
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    assert total == 1, "the sum with the check digit is one"


def test_an_ordinary_number_has_the_handbooks_length_and_a_great_day_one_digit_more() -> None:
    assert len(number("FZ", date(2026, 3, 11), 1)) == 14
    assert len(number("FZ", date(2026, 3, 11), 100_000)) == 15
    numbers = {number("FZ", date(2026, 3, 11), n) for n in range(99_990, 100_010)}
    assert len(numbers) == 20


@given(days, serials)
def test_typed_with_blanks_dashes_full_width_and_small_letters_it_is_the_same(on: date, serial: int) -> None:
    made = number("FZ", on, serial)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in made.lower())
    assert normal(wide) == normal(f" {made[:2]}-{made[2:8]} {made[8:]} ") == made


@pytest.mark.parametrize("wrong", ["", "FZ", "FZ26031100001", "fz260311000013", "FZ2603110000١٣", "FZ26031100001x"])
def test_what_is_no_number_is_none(wrong: str) -> None:
    assert not is_number(wrong)


def test_a_query_code_has_six_digits() -> None:
    codes = {query_code() for _ in range(200)}
    assert len(codes) > 190
    assert all(len(code) == 6 and code.isdigit() for code in codes)
