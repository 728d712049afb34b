"""Profiles of time limits: six are ours, and a wrong one is told in full."""

from pathlib import Path

import pytest

from hotline.domain.allowances import WorkingDays
from hotline.domain.appeal import AppealType
from hotline.settings.sla import profiles, read_limits

OURS = Path(__file__).parents[3] / "config" / "sla"
FUZHOU = (OURS / "fuzhou.toml").read_text(encoding="utf-8")


def read(folder: Path, text: str, name: str = "city"):
    (folder / "fuzhou.toml").write_text(FUZHOU, encoding="utf-8")
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return read_limits(folder, name)


def test_six_profiles_are_ours():
    assert profiles(OURS) == ("anhui", "beijing", "fuzhou", "guangdong", "shandong", "shanghai")


@pytest.mark.parametrize("name", profiles(OURS))
def test_our_own_profiles_have_no_fault(name):
    limits, faults = read_limits(OURS, name)
    assert faults == []
    assert limits is not None
    assert set(limits.handling.normal) == set(AppealType)


def test_a_profile_says_only_what_differs_from_its_base(tmp_path):
    limits, faults = read(tmp_path, 'base = "fuzhou"\n[handling.normal]\nhelp = "4wd"\n')
    assert faults == []
    assert limits.handling.normal[AppealType.HELP] == WorkingDays(4)
    assert limits.handling.normal[AppealType.CONSULT] == WorkingDays(2)


def test_all_faults_are_told_at_once(tmp_path):
    text = """
        base = "fuzhou"
        accept = "soon"
        unknown = 1
        supervise = "3h"
        urge_every = "1wd"
        [sign]
        normal = "0h"
        asap = "1h"
        [returns]
        per_unit = "one"
        per_ticket = 0
        [handling]
        quick = "tomorrow"
        [warnings]
        yellow_share = "125%"
    """
    limits, faults = read(tmp_path, text)
    assert limits is None
    expected = [
        "accept:应写成 2wd（工作日）、4wh（工作小时）、24h（小时）这样的时限，现为“soon”",
        "没有“unknown”这一项",
        "supervise:应写成 2wd（工作日）这样的时限",
        "urge_every:应写成 24h（小时）这样的时限",
        "sign.normal:",
        "没有“asap”这一项",
        "returns.per_unit:应为正整数",
        "returns.per_ticket:应为正整数",
        "handling.quick:",
        "warnings.yellow_share:应为百分比",
    ]
    assert len(faults) == len(expected)
    for part in expected:
        assert any(part in fault for fault in faults), part


def test_a_missing_key_is_told(tmp_path):
    _, faults = read(tmp_path, FUZHOU.replace('supervise = "3wd"\n', "").replace('critical = "5min"\n', ""))
    assert ["supervise:缺少这一项" in fault or "dispatch.critical:缺少这一项" in fault for fault in faults] == [
        True
    ] * 2


@pytest.mark.parametrize("text", ['base = "fuzhou"\nsign = 3\n', 'base = "fuzhou"\nreturns = "x"\n'])
def test_a_value_in_place_of_a_table_is_told(tmp_path, text):
    assert [fault.endswith(("逐项填写", "应为一节")) for fault in read(tmp_path, text)[1]] == [True]


def test_kinds_of_time_that_cannot_be_compared_are_told(tmp_path):
    assert "都用工作日" in read(tmp_path, 'base = "fuzhou"\n[handling]\ncomplex = "15d"\n')[1][0]


@pytest.mark.parametrize(
    ("text", "fault"),
    [('base = "city"\n', "绕回"), ('base = "../fuzhou"\n', "没有名为"), ("=", "TOML")],
)
def test_a_base_that_leads_nowhere_is_told(tmp_path, text, fault):
    limits, faults = read(tmp_path, text)
    assert limits is None
    assert [fault in told for told in faults] == [True]


def test_an_unknown_profile_is_told_with_those_there_are():
    assert "fuzhou" in read_limits(OURS, "atlantis")[1][0]
