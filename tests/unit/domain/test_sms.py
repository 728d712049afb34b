"""Every text fits into one message, whatever its fields, and keeps its number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.sms import HELP, LIMIT, SIGNATURE_ROOM, TEXTS, free, overdue, text, warning

NO = "FZ260311000123"
FIXED = {
    "no": NO,
    "code": "123456",
    "due": "12月31日",
    "master": NO,
    "url": f"hot.example.gov.cn/t/{NO}",
}
ROOM = LIMIT - SIGNATURE_ROOM


@pytest.mark.parametrize("number", TEXTS)
@given(words=st.text("福州市城市管理", max_size=60))
def test_a_text_fits_with_its_signature(number: int, words: str) -> None:
    names = set(re.findall(r"\{(\w+)\}", TEXTS[number]))
    made = text(number, **{name: FIXED.get(name, words) for name in names})
    assert len(made.words) <= ROOM
    assert made.number == number
    assert NO in made.words


def test_an_address_that_is_too_long_leads_to_the_page_that_asks_for_the_number() -> None:
    assert text(8, no=NO, url=FIXED["url"]).words.count(NO) == 1
    assert "hot.example.gov.cn/t查看" in text(8, no=NO, url=FIXED["url"]).words


def test_what_fits_is_not_cut() -> None:
    assert (
        text(4, no=NO, unit="鼓楼区城管局", due="3月25日").words == f"编号{NO}已交鼓楼区城管局办理,预计3月25日前答复。"
    )
    assert free("已收到。").words == "已收到。"


@given(st.text(max_size=200))
def test_free_words_fit(words: str) -> None:
    assert len(free(words).words) <= ROOM


@pytest.mark.parametrize("words", [HELP, warning(NO, "12月31日"), overdue(NO, 0), overdue(NO, 120)])
def test_other_sentences_fit(words: str) -> None:
    assert len(words) <= ROOM
