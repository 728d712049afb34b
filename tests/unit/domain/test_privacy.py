"""Masks and redaction: what stays, what goes, and that nothing of a person is left in free text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.privacy import mask_identity, mask_name, mask_phone, redact, street_level


@pytest.mark.parametrize(
    ("mask", "full", "shown"),
    [
        (mask_name, "林晓", "林**"),
        (mask_name, "", ""),
        (mask_phone, "13800005678", "138****5678"),
        (mask_phone, "059187654321", "059****4321"),
        (mask_phone, "12345", "***45"),
        (mask_phone, "", ""),
        (mask_identity, "350102199001011234", "350***********1234"),
        (mask_identity, "", ""),
        (street_level, "鼓楼区示范路1号2栋501室", "鼓楼区示范路…"),
    ],
)
def test_a_mask_keeps_what_the_handbook_keeps(mask: object, full: str, shown: str) -> None:
    assert mask(full) == shown  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打13800005678联系", "请打138****5678联系"),
        ("请打138 0000 5678联系", "请打138****5678联系"),
        ("座机0591-87654321", "座机0591-****4321"),
        ("身份证350102199001011234。", "身份证350***********1234。"),
        ("身份证35010219900101123X", "身份证350***********123X"),
        ("卡号6222020200112233445", "卡号6222****3445"),
        ("车牌闽A12345违停", "车牌闽A**345违停"),
        ("车牌闽AD12345违停", "车牌闽A**345违停"),
        ("邮箱lin.xiao@example.com收", "邮箱***@***收"),
        ("住3号楼2单元501室", "住3号楼2单元***室"),
        ("示范路12号501室漏水", "示范路12号***室漏水"),
        ("1201房没人", "***房没人"),
    ],
)
def test_free_text_loses_what_names_a_person(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text", ["工单FZ260311000123", "3月11日停水", "一共200房间", "下午3点半", "12345热线", "价格1500元"]
)
def test_other_numbers_stay(text: str) -> None:
    assert redact(text) == text


@given(st.text(max_size=80))
def test_redacting_twice_is_redacting_once(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@given(st.text("，。路灯x ", max_size=6), st.integers(13_000_000_000, 19_999_999_999), st.text("，。号 x", max_size=6))
def test_no_mobile_number_survives(before: str, phone: int, after: str) -> None:
    assert str(phone) not in redact(f"{before}{phone}{after}")
