"""The written list of places (places.csv): how often the region is found, right, and left open where it must be.

`place` is the county, street or township that is meant, `ask` where the name fits several, `外` and a name for another
city, `none` where no place is named.
"""

import csv
from pathlib import Path

from classifier.places import Found
from hotline.settings.city import read_city
from hotline.settings.places import read_gazetteer

CONFIG = Path(__file__).parents[3] / "config"
CITY, _ = read_city(CONFIG)
NAMES, _ = read_gazetteer(CONFIG / "places", CITY)
with (Path(__file__).parent / "places.csv").open(encoding="utf-8", newline="") as _lines:
    ROWS = list(csv.DictReader(_lines))
NAMED = [row for row in ROWS if row["place"] not in ("ask", "none") and not row["place"].startswith("外")]
CODES = {CITY.region_name(county): county for county in CITY.counties}
CODES |= {CITY.region_name(town).removeprefix(CITY.region_name(town[:6])): town for town in CITY.townships}


def test_the_list_is_long_and_names_every_county_street_and_township() -> None:
    assert len(ROWS) >= 500
    assert len({row["text"] for row in ROWS}) == len(ROWS)
    assert {row["place"] for row in NAMED} == set(CODES)


def test_what_is_said_to_be_the_region_is_right() -> None:
    told = [(row["text"], found.region, CODES[row["place"]]) for row in NAMED if (found := _find(row)).region]
    wrong = [one for one in told if one[1] != one[2]]
    assert len(wrong) <= 0.01 * len(told), wrong


def test_the_region_is_found_in_nineteen_of_twenty_texts_that_name_one() -> None:
    missed = [row["text"] for row in NAMED if _find(row).region != CODES[row["place"]]]
    assert len(missed) <= 0.05 * len(NAMED), missed


def test_a_name_of_several_counties_is_asked_about_and_never_guessed() -> None:
    several = [row for row in ROWS if row["place"] == "ask"]
    assert [row["text"] for row in several if (found := _find(row)).certain or not found.ambiguous] == []


def test_everyday_words_are_no_place() -> None:
    assert [row["text"] for row in ROWS if row["place"] == "none" and _find(row) != Found()] == []


def test_another_city_is_never_taken_for_our_own() -> None:
    elsewhere = [row for row in ROWS if row["place"].startswith("外")]
    assert [row["text"] for row in elsewhere if _find(row).region] == []
    silent = [row["text"] for row in elsewhere if _find(row).outside != row["place"].removeprefix("外 ")]
    assert len(silent) <= 1, silent


def _find(row: dict[str, str]) -> Found:
    return NAMES.find(row["text"])
