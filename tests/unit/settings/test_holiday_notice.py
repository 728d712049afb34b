"""The notice as people paste it says the same as our files, and its own weekdays and counts are held against it."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from hotline.settings import CONFIG
from hotline.settings.calendar import calendar_in
from hotline.settings.editions import plain
from hotline.settings.holiday_notice import read_notice, year_of

NOTICE_2026 = """关于2026年部分节假日安排的通知
经批准，现将2026年元旦、春节等节假日的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。
2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
办公厅
2025年11月4日
"""


def shipped(year: int) -> dict[str, Any]:
    found = plain(tomllib.loads((CONFIG / "calendar" / f"{year}.toml").read_text(encoding="utf-8")))
    assert isinstance(found, dict)
    return found


def test_the_pasted_notice_says_what_our_file_says() -> None:
    table, faults = read_notice(NOTICE_2026, 2026)
    assert faults == []
    assert table == shipped(2026)
    assert len(calendar_in({"2026": table}, None)[0].working_days(2026)) == 248


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        (
            "一、元旦：1月1日（周三）放假1天，不调休。",
            {"name": "元旦", "from": "2025-01-01", "to": "2025-01-01"},
        ),
        (
            "六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。",
            {
                "name": "国庆节、中秋节",
                "from": "2025-10-01",
                "to": "2025-10-08",
                "makeup": ["2025-09-28", "2025-10-11"],
            },
        ),
        (
            "1. 元旦: 2024年12月31日至2025年1月2日放假，共3天",
            {"name": "元旦", "from": "2024-12-31", "to": "2025-01-02"},
        ),
        ("台风停工：7月8日放假", {"name": "台风停工", "from": "2025-07-08", "to": "2025-07-08"}),
    ],
)
def test_the_ways_in_which_a_feast_is_written(line: str, entry: dict[str, Any]) -> None:
    assert read_notice(line, 2025) == ({"year": 2025, "holidays": [entry]}, [])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("一、元旦：1月1日（周四）至3日放假，共3天。", "2025-01-01 不是周四"),
        ("一、元旦：1月1日至3日放假，共4天。", "是 3 天，通知写的是 4 天"),
        ("一、元旦：2月30日放假。", "没有 2 月 30 日"),
        ("一、元旦：1月3日至1日放假。", "早于"),
        ("一、元旦：放假。1月4日上班。", "没有读到放假的日期"),
        ("祝大家节日快乐", "没有读到任何节日"),
        ("关于2026年部分节假日安排的通知", "这是 2026 年的通知"),
    ],
)
def test_a_slip_of_the_pen_is_told(line: str, words: str) -> None:
    table, faults = read_notice(line, 2025)
    assert table["holidays"] == []
    assert words in faults[0]


def test_one_bad_feast_costs_only_itself() -> None:
    table, faults = read_notice(NOTICE_2026.replace("共9天", "共8天"), 2026)
    assert len(table["holidays"]) == 6
    assert len(faults) == 1


def test_the_notice_names_its_year() -> None:
    assert year_of(NOTICE_2026) == 2026
    assert year_of("元旦：1月1日放假") is None
