"""One alphabet out of what arrives, and words as jieba cuts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import words

CUTTER = words.Cutter()


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("馬路邊的燈壞了", "马路边的灯坏了"),
        ("ＡＢＣ１２３（路灯）", "abc123(路灯)"),
        ("<p>停水<br/>两天</p><script>alert(1)</script>", "停水 两天"),
        ("路灯\x00\u200b\u202e不亮", "路灯不亮"),
        ("路灯😀坏了&nbsp;&amp;没人修", "路灯 坏了 &没人修"),
        ("&#128512;停电", " 停电"),
        ("", ""),
    ],
)
def test_a_text_is_brought_into_one_alphabet(raw, cleaned):
    assert words.clean(raw) == cleaned


def test_a_megabyte_is_cut_before_anything_costly_happens():
    assert len(words.clean("路灯坏了。" * 250_000)) <= words.LIMIT


def test_encoded_rubbish_is_no_word():
    assert words.clean("附件：" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=" * 20).strip() == "附件:"


@given(st.text(max_size=200))
def test_cleaning_any_text_leaves_only_what_fits_sixteen_bits(text):
    assert all(ord(char) < 0x10000 for char in words.clean(text))


def test_numbers_and_masked_places_teach_nothing():
    assert words.neutral("a7县b3区12栋2019-08-01欠3,000.5元") == "某县某区0栋0欠0元"


@given(st.text(alphabet="路灯坏了没人修在小区门口 0a,", max_size=60))
def test_the_words_joined_are_the_text(text):
    assert "".join(CUTTER.cut(text)) == text


def test_a_word_of_the_taxonomy_is_cut_as_one():
    assert "飞线充电" in words.Cutter(["飞线充电"]).cut("有人飞线充电很危险")


def test_the_compiled_cutter_agrees_with_jieba():
    said = "小区门口的路灯坏了半个月了，物业推给城管，城管推给供电局，老人晚上出门摔了一跤，请有关部门尽快派人维修。"
    jieba = pytest.importorskip("jieba")
    tokenizer = jieba.Tokenizer()
    tokenizer.cache_file = None
    assert CUTTER.cut(said) == list(tokenizer.cut(said))
