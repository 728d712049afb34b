"""Faults in routing rules are told one by one; a rule that would send what must not go there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.settings import CONFIG
from hotline.settings.city import read_city
from hotline.settings.routing import read_rules

CITY = read_city(CONFIG)[0]


def test_the_rules_of_the_demo_city_are_free_of_faults() -> None:
    assert read_rules(CONFIG / "routing.toml", CITY)[1] == ()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('[[rule]]\nid = "X"\nunit = "350100-T110"', "不是可派单的单位编码"),
        ('[[rule]]\nid = "X"\nunit = "350100-CGW"\nhours = ["25:00", "06:00"]', "hours 应为"),
        ('[[rule]]\nid = "X"\nunit = "350100-CGW"\ncolour = "red"', "未知的配置项 colour"),
        ('[[rule]]\nid = "X"\nunit = "350100-CGW"\nkeywords = "摊"', "keywords 应为文字列表"),
        ('[[rule]]\nid = "X"\nunit = "350100-CGW"\ncategory = "99"', "不在分类表中"),
        ('[[rule]]\nid = "X"\nunit = "350100-CGW"\nvalid_to = 2026-07-01T00:00:00', "带时区的时刻"),
        ('[[rule]]\nid = "X"\nunit = "{county}-NONE"', "在任何区县都没有对应的单位"),
        ('[[rule]]\nid = "X"\nunit = "350100-CGW"\nregion = "110101"', "不是本市的区划代码"),
        ('[[rule]]\nid = "X"\nunit = "350100-CGW"\npriority = "高"', "priority 应为整数"),
        ('[[rule]]\nid = "X"\nunit = "350100-CGW"\nauto = "是"', "auto 应为true 或 false"),
        ('rule = "X"', "每条规则一节"),
        ("rule = [1]", "应为一节，逐项填写"),
        ("duty_lists = 3", "[duty_lists]"),
        ("substitute = [1]", "[substitute] 应写成"),
        ('unclear_below = "低"', "应为 0 到 1 之间的数"),
        ('[[handover]]\nid = "X"\ntarget = "350100-T110"', "至少写一项"),
        ('[substitute]\n"没有" = "城管"', "条线“没有”不存在"),
        ("colour = 1", "未知的配置项 colour"),
        ("province = ", "不是正确的 TOML"),
        ("", "文件不存在或为空"),
    ],
)
def test_a_fault_in_the_rules_is_told_and_the_rest_is_kept(tmp_path: Path, entry: str, said: str) -> None:
    path = tmp_path / "routing.toml"
    path.write_text(entry, encoding="utf-8")
    rules, faults = read_rules(path, CITY)
    assert len(faults) == 1
    assert said in str(faults[0])
    assert rules.explicit == ()


POLICE = "100201"
"""打架斗殴: never a township's."""


@pytest.mark.parametrize("unit", ["350102009", "{township}"])
@pytest.mark.parametrize("category", [POLICE, "1002", ""])
def test_a_rule_that_would_send_a_departments_duty_to_a_township_is_a_fault(
    tmp_path: Path, unit: str, category: str
) -> None:
    forbidden = next(c for c in CITY.categories.values() if c.is_dispatched and not c.grassroots_ok)
    category = category if category != POLICE else forbidden.code
    path = tmp_path / "routing.toml"
    path.write_text(f'[[rule]]\nid = "X"\nunit = "{unit}"\ncategory = "{category}"', encoding="utf-8")
    rules, faults = read_rules(path, CITY)
    assert "不得由街道（乡镇）主办" in str(faults[0])
    assert rules.explicit == ()


def test_a_rule_may_send_to_a_township_what_its_duty_list_names(tmp_path: Path) -> None:
    forbidden = next(c for c in CITY.categories.values() if c.is_dispatched and not c.grassroots_ok)
    path = tmp_path / "routing.toml"
    path.write_text(
        f'[duty_lists]\n"350102009" = ["{forbidden.code}"]\n'
        f'[[rule]]\nid = "X"\nunit = "350102009"\ncategory = "{forbidden.code}"',
        encoding="utf-8",
    )
    assert read_rules(path, CITY)[1] == ()
