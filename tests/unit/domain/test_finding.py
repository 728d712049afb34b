"""Lexemes: what is filed and what is looked for."""

from __future__ import annotations

import pytest

from hotline.domain import finding
from hotline.domain.finding import What


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("13800005678", What.PHONE),
        ("+86 138-0000-5678", What.PHONE),
        ("0591-87654321", What.PHONE),
        ("350102199001011234", What.IDENTITY),
        ("35010219900101123x", What.IDENTITY),
        ("路灯", What.WORDS),
        ("0311", What.WORDS),
        ("", What.NOTHING),
    ],
)
def test_what_was_typed_is_told_by_its_form(typed: str, what: What) -> None:
    assert finding.read(typed, [typed] if typed else []).what is what


def test_eight_digits_may_be_a_phone_or_a_part_of_a_number() -> None:
    asked = finding.read("87654321", ["87654321"])
    assert (asked.what, asked.perhaps_phone) == (What.WORDS, "87654321")


def test_every_lexeme_is_quoted() -> None:
    assert finding.quoted("a'b\\") == "'a''b\\\\'"
    assert finding.of_ticket(["a&b|!'c"], places=False) == "'a&b|!''c'"


def test_a_word_is_looked_for_in_the_exact_place_only_by_those_who_may() -> None:
    assert finding.of_ticket(["路灯"], places=True) == "('路灯' | '@路灯')"
    assert finding.of_ticket(["路灯"], places=False) == "'路灯'"


def test_letters_are_also_looked_for_as_pinyin_written_out_or_by_initials() -> None:
    assert finding.of_ticket(["ldbl"], places=False) == "('ldbl' | '~ldbl':*)"
    assert finding.of_ticket(["ldblxyz"], places=False) == "('ldblxyz' | '~ldblxyz':* | '~ldblxy')"
    assert finding.of_ticket(["ludengbuliang"], places=False) == "('ludengbuliang' | '~ludengbulian':* | '~ludeng')"


def test_pinyin_is_filed_from_each_syllable_on() -> None:
    sounds = [["lu", "deng"], ["bu", "liang"]]
    assert finding.spoken(sounds) == ["~ludengbulian", "~dengbuliang", "~buliang", "~liang"]


def test_initials_are_filed_from_each_syllable_on() -> None:
    assert finding.initials([["lu", "deng"], ["bu", "liang"]]) == ["~ldbl", "~dbl", "~bl"]


def test_a_vector_names_each_lexeme_once_with_its_places() -> None:
    assert finding.filed(("A", ["路灯", "坏"]), ("B", ["路灯"])) == "'路灯':1A,3B '坏':2A"
