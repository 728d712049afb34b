"""Masks and redaction: what stays, what goes, and that nothing of a person is left in free text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.privacy import luhn, mask_identity, mask_name, mask_phone, redact, street_level


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打+8613800005678", "打+86138****5678"),
        ("打8613800005678", "打86138****5678"),
        ("打013800005678", "打0138****5678"),
        ("打138-0000-5678", "打138****5678"),
        ("打１３８００００５６７８", "打138****5678"),
        ("打一三八零零零零五六七八", "打***"),
        ("身份证350102900101123", "身份证350***********1123"),
        ("身份证350102 19900101 1234", "身份证350***********1234"),
        ("(0591)87654321转8", "(0591)****4321转8"),
        ("刷4111 1111 1111 1111", "刷4111****1111"),
        ("卡号4111111111111112", "卡号4111****1112"),
        ("闽A·12345", "闽A**345"),
        ("闽a1234警", "闽a**34警"),
        ("微信号lin_xiao88", "微信号***"),
        ("5栋1203漏水", "5栋***漏水"),
        ("A501室", "***室"),
        ("12-3-501", "12-3-***"),
        ("五零一室", "***室"),
        ("我叫林晓，姓名：王小明", "我叫林**，姓名：王**"),
    ],
)
def test_the_ways_people_write_numbers_are_known(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    ["流水号4111111111111112", "赔偿2800000元", "20260311停水", "2800000平方米", "12345转3", "楼高120米", "3栋1500人"],
)
def test_what_only_looks_like_a_person_stays(text: str) -> None:
    assert redact(text) == text


def with_check_digit(digits: str) -> str:
    return next(f"{digits}{last}" for last in range(10) if luhn(f"{digits}{last}"))


AROUND = st.text("，。路灯坏了 x、：", max_size=6)


@given(AROUND, st.text("0123456789", min_size=12, max_size=18), AROUND)
def test_no_number_of_a_bank_card_survives(before: str, digits: str, after: str) -> None:
    card = with_check_digit("6" + digits[1:])
    assert card not in redact(f"{before}{card}{after}")


@given(AROUND, st.integers(11, 65), st.dates(), st.integers(0, 9999), AROUND)
def test_no_identity_number_survives(before: str, place: int, born: date, serial: int, after: str) -> None:
    identity = f"{place}0102{born:%Y%m%d}".zfill(14) + f"{serial:04d}"
    assert identity not in redact(f"{before}{identity}{after}")


@given(
    AROUND, st.sampled_from("闽浙沪京"), st.sampled_from("ABCD"), st.text("ABCDEF0123456789", min_size=5, max_size=6)
)
def test_no_plate_survives(before: str, province: str, city: str, rest: str) -> None:
    assert f"{province}{city}{rest}" not in redact(f"{before}{province}{city}{rest}。")


@given(AROUND, st.from_regex(r"[a-z][a-z0-9._]{1,8}@[a-z]{2,6}\.(?:com|cn)", fullmatch=True))
def test_no_mail_address_survives(before: str, mail: str) -> None:
    assert mail not in redact(f"{before}{mail}，谢谢")


@given(AROUND, st.sampled_from(["3栋", "2单元", "5号楼"]), st.integers(101, 3210), st.sampled_from(["室", "", "号房"]))
def test_no_exact_room_survives(before: str, house: str, room: int, ending: str) -> None:
    assert str(room) not in redact(f"{before}{house}{room}{ending}，漏水")


@given(st.text(max_size=40))
def test_a_masked_number_is_never_longer_known(text: str) -> None:
    assert len(mask_name(text)) <= 3
    assert mask_identity(text)[3:-4].strip("*") == "" or len(text) < 8


def test_an_address_without_a_street_stops_before_its_first_number() -> None:
    assert street_level("幸福小区3栋501室") == "幸福小区…"
    assert street_level("示范路") == "示范路"
