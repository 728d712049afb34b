"""What the keys of settings are called on pages. A key without a name of its own shows as it is written in the file."""

from __future__ import annotations

from typing import Any

from hotline.domain.allowances import allowance_of
from hotline.domain.sms import NAMES

LIMITS: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "": (
        "受理与督办",
        {
            "accept": ("受理", "accept.hours"),
            "timed_callback": ("限时回访", "sla.timed_callback.wd"),
            "coordinate": ("协调", "coordinate.wd"),
            "supervise": ("督办答复", "supervise.wd"),
            "urge_every": ("诉求人再次催办的间隔", ""),
        },
    ),
    "dispatch": (
        "派单",
        {k: (v, "dispatch.minutes") for k, v in {"critical": "特急", "urgent": "紧急", "normal": "一般"}.items()},
    ),
    "sign": (
        "签收",
        {k: (v, "sign.limit") for k, v in {"critical": "特急", "urgent": "紧急", "normal": "一般"}.items()},
    ),
    "contact": (
        "首次联系",
        {k: (v, "contact.limit") for k, v in {"critical": "特急", "urgent": "紧急", "normal": "一般"}.items()},
    ),
    "handling": (
        "办理",
        {
            "normal.consult": ("咨询", "sla.consult.wd"),
            "normal.help": ("求助", "sla.help.wd"),
            "normal.complaint": ("投诉", "sla.complaint.wd"),
            "normal.report": ("举报", "sla.report.wd"),
            "normal.suggest": ("建议", "sla.suggest.wd"),
            "normal.praise": ("表扬", "sla.praise.wd"),
            "quick": ("便民事项的投诉", "sla.quick.wd"),
            "complex": ("复杂", "sla.complex.wd"),
            "complex_within": ("派单后多久内可定为复杂", ""),
            "critical": ("特急", "handle.urgent.hours"),
            "urgent": ("紧急", "handle.urgent.hours"),
            "interim": ("特急的首次阶段反馈", "handle.urgent.hours"),
        },
    ),
    "returns": (
        "退单",
        {
            "window": ("申请期限", "return.wd"),
            "urgent_window": ("特急、紧急的申请期限", "return.wd"),
            "per_unit": ("每个单位每件最多申请", "return.per_unit"),
            "per_ticket": ("每件最多同意，之后进入协调", "return.per_ticket"),
            "notice": ("同一单位同类别一月内驳回几次起通报", "return.notice"),
            "decide": ("审批", "return.decide_hours"),
        },
    ),
    "extensions": (
        "延期",
        {
            "most": ("最多次数", "extend.max"),
            "first": ("第一次最长", "extend.first"),
            "second": ("第二次最长", "extend.second"),
            "total": ("合计最长", "extend.total"),
            "urgent": ("紧急最长（只一次）", ""),
            "decide": ("审批", ""),
        },
    ),
    "suspensions": (
        "挂起",
        {
            "wait_citizen": ("等候诉求人补充最长", ""),
            "most": ("合计最长，之后转督办", "suspend.max_days"),
            "project_review": ("挂账复查间隔", ""),
            "decide": ("审批", ""),
        },
    ),
    "reviews": (
        "审核与复核",
        {
            "limit": ("审核", "review.hours"),
            "grace": ("审核退回后的补正时间", "review.grace"),
            "grace_times": ("给补正时间的次数", "review.grace"),
            "request_within": ("办结后可申请复核", "review_request.days"),
            "request": ("复核答复", "review_request.wd"),
        },
    ),
    "callbacks": (
        "回访与评价",
        {
            "limit": ("回访", "callback.wd"),
            "tries": ("电话回访次数", "callback.tries"),
            "rate_within": ("评价链接有效", "rate.days"),
        },
    ),
    "rework": (
        "重办",
        {
            "limit": ("重办", "rework.wd"),
            "natural": ("按自然时间计的工单", ""),
            "most": ("最多轮数", "rework.max"),
        },
    ),
    "info": ("补充", {"wait": ("等候补充", "info.wait_wd"), "most": ("最多要求次数", "info.max")}),
    "repeats": (
        "重复诉求",
        {
            "reopen": ("办结后多久内重提按原工单办", "repeat.reopen_days"),
            "link": ("办结后多久内重提关联原工单", "repeat.link_days"),
        },
    ),
    "warnings": (
        "亮灯",
        {
            "yellow": ("黄灯：剩余", "warn.yellow"),
            "yellow_share": ("黄灯：按时间计的期限剩余", "warn.yellow"),
            "sign_share": ("签收黄灯：已用去", "warn.yellow"),
            "severe": ("严重超期：超过", "warn.severe_wd"),
        },
    ),
}
"""Section → its name, and its keys: what each is called, and its key in handbook §17 where it has one."""

SMS: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "texts": ("短信", {str(number): (f"{number} {words}", "") for number, words in NAMES.items()})
}

SECTIONS: dict[str, dict[str, tuple[str, dict[str, tuple[str, str]]]]] = {"limits": LIMITS, "sms": SMS}
"""Per name."""

KEYS = {
    "id": "编号",
    "name": "名称",
    "from": "起",
    "to": "止",
    "makeup": "调休上班",
    "holidays": "放假",
    "spans": "时段",
    "seasons": "时节",
    "due_at": "到期时刻",
    "rule": "规则",
    "handover": "移交规则",
    "unit": "主办单位",
    "co_units": "协办单位",
    "category": "分类",
    "categories": "分类",
    "region": "区划",
    "keywords": "关键词",
    "hours": "时段",
    "urgencies": "紧急程度",
    "priority": "优先级",
    "auto": "自动派单",
    "valid_from": "生效",
    "valid_to": "失效",
    "stage": "次序",
    "reason": "理由",
    "target": "移交对象",
    "substitute": "替代条线",
    "company_words": "公司字样",
    "duty_lists": "乡镇职责清单",
    "province": "省级平台",
    "unclear_below": "类别不明的把握",
    "texts": "短信",
    "year": "年份",
}


def label_of(name: str, path: tuple[str, ...]) -> str:
    """The place of a value in words: 办理 · 投诉, 规则 · METRO-NIGHT · 优先级."""
    for section, (title, keys) in SECTIONS.get(name, {}).items():
        rest = path[1:] if section and path[0] == section else path if not section else None
        if rest is not None and (found := keys.get(".".join(rest))):
            return f"{title} · {found[0]}" if title != found[0] else title
    return " · ".join(KEYS.get(part, part) for part in path)


def value_of(value: Any) -> str:
    """A value in words; an em dash where there is none."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return span_of(value)
    if isinstance(value, list):
        return "、".join(value_of(each) for each in value)
    if isinstance(value, dict):
        return "；".join(f"{KEYS.get(key, key)} {value_of(each)}" for key, each in value.items())
    return str(value)


def span_of(value: str) -> str:
    """A limit in words (2wd: 2 个工作日); any other text as it is."""
    if value == "none":
        return "不设"
    try:
        return allowance_of(value).words.strip()
    except ValueError:
        return value
