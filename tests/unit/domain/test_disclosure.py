"""Small cells are hidden, and nothing that is shown gives them away."""

from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.disclosure import hidden

cells = st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), st.integers(0, 12))


def test_a_small_cell_is_hidden_and_none_and_five_are_not() -> None:
    table = {("a", "x"): 4, ("a", "y"): 1, ("b", "x"): 1, ("b", "y"): 3, ("c", "x"): 5, ("c", "y"): 0}
    assert hidden(table) == {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}


def test_one_hidden_cell_alone_in_its_row_takes_the_next_smallest_along() -> None:
    table = {("a", "x"): 3, ("a", "y"): 10, ("a", "z"): 20, ("b", "x"): 30, ("b", "y"): 7}
    assert {("a", "x"), ("a", "y")} <= hidden(table)
    assert ("b", "y") in hidden(table), "its column would tell of (a, y)"


@given(cells)
def test_no_small_cell_is_shown_and_none_can_be_computed_from_a_total(table) -> None:
    dark = hidden(table)
    assert {cell for cell, n in table.items() if 0 < n < 5} <= dark
    for side in (0, 1):
        for line in {cell[side] for cell in dark}:
            shown = [cell for cell in table if cell[side] == line and table[cell] and cell not in dark]
            assert len([cell for cell in dark if cell[side] == line]) != 1 or not shown


def test_a_table_without_small_cells_is_shown_whole() -> None:
    assert hidden({("a", "x"): 5, ("b", "x"): 0, ("b", "y"): 99}) == frozenset()
