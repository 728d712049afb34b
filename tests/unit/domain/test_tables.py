"""Comparing two tables of settings, and joining two changes of the same one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.tables import Change, changes, joined

KEYS = st.sampled_from("abc")
VALUES = st.one_of(st.integers(0, 2), st.sampled_from(["x", "y"]), st.lists(st.integers(0, 2), max_size=2))
ENTRIES = st.lists(
    st.fixed_dictionaries({"id": KEYS, "n": st.integers(0, 2)}), max_size=3, unique_by=lambda each: each["id"]
)
TABLES = st.dictionaries(KEYS, st.one_of(VALUES, st.dictionaries(KEYS, VALUES, max_size=2), ENTRIES), max_size=3)

RULES = {"rule": [{"id": "A", "unit": "X"}, {"id": "B", "unit": "Y"}], "province": "P"}


def test_two_versions_of_one_thing_are_known_by_their_first_days() -> None:
    first = {"key": "response", "since": "2020-01-01", "target": 98}
    before, after = {"rate": [first]}, {"rate": [first, first | {"since": "2026-07-01", "target": 95}]}
    assert [change.path for change in changes(before, after)] == [("rate", "response 2026-07-01")]
    both, disputed = joined(before, after, {"rate": [first | {"target": 97}]})
    assert [each["target"] for each in both["rate"]] == [97, 95]
    assert disputed == []


def test_a_changed_entry_is_known_by_its_name() -> None:
    other = {"rule": [{"id": "A", "unit": "Z"}, {"id": "C", "unit": "Y"}], "province": "P"}
    assert changes(RULES, other) == [
        Change(("rule", "A", "unit"), "X", "Z"),
        Change(("rule", "C"), None, {"id": "C", "unit": "Y"}),
        Change(("rule", "B"), {"id": "B", "unit": "Y"}, None),
    ]


def test_another_order_of_the_same_entries_is_a_change() -> None:
    other = {**RULES, "rule": list(reversed(RULES["rule"]))}
    assert [change.key for change in changes(RULES, other)] == ["rule"]


def test_two_changes_in_different_places_are_joined() -> None:
    mine = {**RULES, "rule": [{"id": "A", "unit": "Z"}, {"id": "B", "unit": "Y"}]}
    theirs = {"rule": [*RULES["rule"], {"id": "C", "unit": "Q"}], "province": "R"}
    both, disputed = joined(RULES, mine, theirs)
    assert both == {
        "rule": [{"id": "A", "unit": "Z"}, {"id": "B", "unit": "Y"}, {"id": "C", "unit": "Q"}],
        "province": "R",
    }
    assert disputed == []


def test_where_both_changed_the_same_value_mine_holds_and_is_told() -> None:
    both, disputed = joined({"a": {"b": 1}}, {"a": {"b": 2}}, {"a": {"b": 3}})
    assert both == {"a": {"b": 2}}
    assert disputed == [Change(("a", "b"), 3, 2)]


def test_what_one_took_out_stays_out_unless_the_other_changed_it() -> None:
    base: dict[str, Any] = {"rule": [{"id": "A", "n": 1}, {"id": "B", "n": 1}]}
    without = {"rule": [{"id": "B", "n": 1}]}
    assert joined(base, without, base)[0] == without
    assert joined(base, base, without)[0] == without
    changed = {"rule": [{"id": "A", "n": 2}, {"id": "B", "n": 1}]}
    assert joined(base, without, changed)[1], "taken out by one, changed by the other: told"


@given(TABLES, TABLES)
def test_only_equal_tables_have_no_changes(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (changes(one, other) == []) == (one == other)


@given(TABLES, TABLES)
def test_joining_with_no_change_gives_the_other(base: dict[str, Any], other: dict[str, Any]) -> None:
    assert joined(base, other, base) == (other, [])
    assert joined(base, base, other) == (other, [])
    assert joined(base, other, other) == (other, [])
