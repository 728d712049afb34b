"""A table written as TOML and read again is the same table."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.settings import CONFIG
from hotline.settings.editions import KINDS, shipped
from hotline.settings.toml_text import read, written

SHIPPED, _ = shipped(CONFIG, "fuzhou")
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
VALUES = st.one_of(WORDS, st.integers(-(2**40), 2**40), st.booleans(), st.lists(WORDS, max_size=3))
TABLES = st.recursive(
    st.dictionaries(WORDS, VALUES, max_size=3),
    lambda inner: st.dictionaries(WORDS, st.one_of(VALUES, inner, st.lists(inner, min_size=1, max_size=2)), max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("name", list(KINDS))
def test_every_shipped_table_reads_back_the_same(name: str) -> None:
    assert read(written(SHIPPED[name])) == (SHIPPED[name], "")


@given(TABLES)
def test_any_table_reads_back_the_same(table: dict[str, Any]) -> None:
    assert read(written(table)) == (table, "")


@pytest.mark.parametrize("text", ["a = ", "a = 1\na = 2", "[[a", "a = " + "[" * 2000])
def test_what_is_no_toml_is_told_in_a_sentence(text: str) -> None:
    table, fault = read(text)
    assert table == {}
    assert fault.endswith("请改正")
