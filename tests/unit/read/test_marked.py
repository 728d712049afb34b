"""Marking what was looked for."""

from __future__ import annotations

from hotline.read.marked import excerpt, marked
from hotline.reader import WordFinder

plain = WordFinder().plain


def test_words_are_marked_and_the_text_stays_whole() -> None:
    pieces = marked("小区路灯坏了，路灯不亮", ["路灯"], plain)
    assert "".join(piece.text for piece in pieces) == "小区路灯坏了，路灯不亮"
    assert [piece.text for piece in pieces if piece.hit] == ["路灯", "路灯"]


def test_traditional_writing_is_marked_by_simplified_words() -> None:
    assert [piece.text for piece in marked("門口路燈壞了", ["路灯"], plain) if piece.hit] == ["路燈"]


def test_neighbouring_words_are_one_mark() -> None:
    assert [piece.text for piece in marked("装修垃圾堆放", ["装修", "垃圾"], plain) if piece.hit] == ["装修垃圾"]


def test_an_excerpt_begins_near_the_first_word() -> None:
    text = "很长的开头。" * 30 + "这里的井盖松动了" + "后面还有。" * 30
    shown = "".join(piece.text for piece in excerpt(text, ["井盖"], plain))
    assert "井盖" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 100
