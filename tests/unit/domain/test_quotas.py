"""How often and how far a return or an extension may be asked for (handbook §5)."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hotline.domain.allowances import NaturalHours, WorkingDays
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.calendar import ZONE
from hotline.domain.quotas import Approver, extension_approver, extension_refusal, return_refusal, to_coordination
from hotline.settings.sla import read_limits

LIMITS = read_limits(Path(__file__).parents[3] / "config" / "sla", "fuzhou")[0]
NOW = datetime(2026, 3, 11, 10, 0, tzinfo=ZONE)
LATER = NOW + timedelta(hours=1)


def why_no_return(**given) -> str:
    fine = {
        "returnable": True,
        "asked_by_unit": 0,
        "approved_on_ticket": 0,
        "urgency": Urgency.NORMAL,
        "contacted": False,
        "until": LATER,
        "now": NOW,
    }
    refusal = return_refusal(**(fine | given), limits=LIMITS)
    return refusal.message if refusal else ""


def why_no_extension(more, *granted, **given) -> str:
    fine = {"appeal_type": AppealType.COMPLAINT, "urgency": Urgency.NORMAL, "due_at": LATER, "now": NOW}
    refusal = extension_refusal(more, granted, **(fine | given), limits=LIMITS)
    return refusal.message if refusal else ""


def wd(days: int) -> WorkingDays:
    return WorkingDays(days)


def hours(number: int) -> NaturalHours:
    return NaturalHours(timedelta(hours=number))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"now": LATER},
        {"approved_on_ticket": 1},
        {"urgency": Urgency.URGENT, "contacted": True},
    ],
)
def test_a_return_may_be_asked_for(given):
    assert why_no_return(**given) == ""


@pytest.mark.parametrize(
    ("given", "because"),
    [
        ({"returnable": False}, "协调会"),
        ({"asked_by_unit": 1}, "申请过"),
        ({"approved_on_ticket": 2}, "提交协调"),
        ({"now": LATER + timedelta(seconds=1)}, "已过退单申请时限"),
        ({"urgency": Urgency.CRITICAL}, "先联系诉求人"),
    ],
)
def test_a_return_is_refused_with_the_reason(given, because):
    assert because in why_no_return(**given)


def test_two_approved_returns_lead_to_coordination():
    assert [to_coordination(times, LIMITS) for times in (1, 2, 3)] == [False, True, True]


@pytest.mark.parametrize(
    ("more", "granted", "given"),
    [
        (wd(7), (), {}),
        (wd(8), (wd(7),), {}),
        (wd(10), (wd(5),), {}),
        (wd(1), (), {"now": LATER}),
        (hours(24), (), {"urgency": Urgency.URGENT}),
    ],
)
def test_an_extension_may_be_asked_for(more, granted, given):
    assert why_no_extension(more, *granted, **given) == ""


@pytest.mark.parametrize(
    ("more", "granted", "given", "because"),
    [
        (wd(8), (), {}, "第 1 次延期不能超过 7 个工作日"),
        (wd(11), (wd(1),), {}, "第 2 次延期不能超过 10 个工作日"),
        (wd(9), (wd(7),), {}, "还可延期 8 个工作日"),
        (wd(1), (wd(1), wd(1)), {}, "已延期 2 次"),
        (hours(5), (), {}, "按工作日"),
        (wd(1), (), {"now": LATER + timedelta(seconds=1)}, "到期前申请"),
        (wd(1), (), {"appeal_type": AppealType.CONSULT}, "咨询类工单不能延期"),
        (wd(1), (), {"appeal_type": AppealType.PRAISE}, "表扬类工单不能延期"),
        (hours(1), (), {"urgency": Urgency.CRITICAL}, "特急工单不能延期"),
        (hours(25), (), {"urgency": Urgency.URGENT}, "不能超过 24 小时"),
        (wd(1), (), {"urgency": Urgency.URGENT}, "不能超过 24 小时"),
        (hours(1), (hours(1),), {"urgency": Urgency.URGENT}, "只能延期一次"),
    ],
)
def test_an_extension_is_refused_with_the_reason(more, granted, given, because):
    assert because in why_no_extension(more, *granted, **given)


def test_the_second_extension_is_the_supervisors():
    assert extension_approver(()) is Approver.DISPATCHER
    assert extension_approver((wd(7),)) is Approver.SUPERVISOR
