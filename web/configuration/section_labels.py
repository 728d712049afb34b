"""What the sections and keys of each name are called on its form; a key without a line shows as the file has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.domain.sms import NAMES

Labels = dict[str, tuple[str, dict[str, tuple[str, str]]]]
"""Section → its name, and its keys: what each is called, and its key in handbook §17 where it has one."""

LIMITS: Labels = {
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
    "exclusions": ("剔除", {"ask": ("申请", ""), "decide": ("决定", "")}),
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

SMS: Labels = {"texts": ("短信", {str(number): (f"{number} {words}", "") for number, words in NAMES.items()})}

OFFICE_HOURS: Labels = {
    "": ("到期时刻", {"due_at": ("按工作日计的时限止于", "due.at")}),
}
PRIVACY: Labels = {
    "": (
        "查看",
        {
            "unmask_min": ("一次查看完整信息有效（分钟）", "privacy.unmask_min"),
            "long_list": ("列表超过多少行即记入审计", ""),
            "sessions": ("一人同时登录最多", ""),
        },
    ),
    "keep": (
        "保存期限（天）",
        {
            "audit": ("审计日志", "audit.keep"),
            "recording": ("录音", "record.keep"),
            "sms": ("短信内容", ""),
            "ticket": ("工单，之后匿名化", "ticket.keep"),
        },
    ),
}
FILES: Labels = {
    "": (
        "附件",
        {
            "most": ("一次最多几个", ""),
            "megabytes": ("每个最大（MB）", ""),
            "ticket": ("一张工单最多几个", ""),
            "megapixels": ("图片最大（百万像素）", ""),
            "side": ("图片保存时长边不超过（像素）", ""),
            "hours": ("上传后等待提交（小时）", ""),
            "hourly": ("公众一个地址每小时最多上传几个", ""),
        },
    ),
}
TELEPHONY: Labels = {
    "": (
        "话务",
        {
            "short_abandon_s": ("短时放弃（秒）", "call.short_abandon_s"),
            "level_s": ("及时接听（秒）", "call.level_s"),
            "formula": ("及时接听率的算法", "service_level.formula"),
            "call_back_min": ("漏接回拨（分钟内）", ""),
            "once_days": ("一次解决（天内不再来电）", ""),
        },
    ),
    "targets": ("目标（%）", {"connected": ("接通率", ""), "called_back": ("漏接回拨率", "")}),
}
KNOWLEDGE: Labels = {
    "": (
        "知识库",
        {
            "policy": ("新政策入库", ""),
            "question": ("答复话务员提问", ""),
            "feedback": ("核对纠错", ""),
            "months": ("条目最长有效（月）", ""),
            "expiring_days": ("到期前提醒（天）", ""),
            "offered": ("话务受理时最多推荐（条）", ""),
            "pinned_hours": ("置顶最长（小时）", ""),
        },
    )
}
MATTERS: Labels = {
    "merge": (
        "并单",
        {"similarity": ("相似度不低于", "merge.similarity"), "metres": ("相距不超过（米）", "merge.metres")},
    ),
    "event": (
        "事件",
        {
            "metres": ("相距不超过（米）", "event.metres"),
            "within": ("时间不超过", "event.hours"),
            "least": ("至少（件）", "event.min"),
            "outage": ("停供类（按供应区域看）", ""),
        },
    ),
    "group": (
        "群体诉求",
        {
            "day": ("24 小时内（人）", "group.24h"),
            "week": ("7 天内（人）", "group.7d"),
            "brief": ("专报（人）", "group.brief"),
        },
    ),
    "repeat": ("重复诉求", {"supervise": ("第几次起督办", "")}),
    "nuisance": ("骚扰", {"calls": ("一天无内容来电超过（次）", ""), "limit_most": ("限制最长", "")}),
    "asking": ("回访", {"sms_first": ("短信后多久打电话", ""), "claim_for": ("认领有效", "")}),
}
SUPERVISION: Labels = {
    "triggers": (
        "督办触发",
        {
            f"{code}.{key}": (f"{words}{what}", "")
            for code, words in {
                "OVERDUE": "超期未办",
                "DISSATISFIED": "重办后仍不满意",
                "REPEAT": "第三次重复",
                "GROUP": "群体诉求",
                "MEDIA": "媒体网络问政",
                "LEADER": "领导信箱",
                "SUSPENDED": "挂起过久",
            }.items()
            for key, what in {"how": "", "level": "：级别"}.items()
        },
    ),
    "channels": ("来源与触发", {"media": ("媒体网络问政", ""), "mailbox": ("领导信箱", "")}),
    "signing": ("上一级签发", {"reply": ("重办和督办工单的结果", "")}),
    "escalation": ("上报", {"county": ("超期多久报县级并督办", "")}),
    "digests": (
        "汇总提醒",
        {"every": ("每人最多一次的间隔", ""), "collect": ("首条等候合并", ""), "quiet": ("不打扰", "")},
    ),
}
SURGE: Labels = {
    "": (
        "应急模式",
        {
            "factor": ("半小时量达到同期均值的倍数", "surge.factor"),
            "minimum": ("且不少于（件）", "surge.min"),
            "weeks": ("同期取前几周", ""),
            "longest": ("一次最长", ""),
            "batch": ("向企业、三防成批送达", ""),
            "brief": ("领导简报", ""),
            "proposal": ("提议多久不处理即失效", ""),
        },
    ),
    "typhoon": (
        "台风工单",
        {"response": ("首次响应", ""), "categories": ("分类", ""), "words": ("关键词", "")},
    ),
    "batches": ("成批送达", {"lines": ("公共服务企业以外的条线", "")}),
}
SCORE: Labels = {
    "": (
        "通则",
        {
            "rank": ("组内排名", "score.rank"),
            "objection_days": ("通报后异议期（工作日）", ""),
            "freeze_day": ("次月几日封账", ""),
            "min_items": ("分母不足多少不计该项", "score.min_items"),
            "min_tickets": ("承办不足多少不排名", "score.min_tickets"),
        },
    ),
}

FORESIGHT: Labels = {
    "": (
        "热点",
        {
            "top": ("每周列前几类", ""),
            "change": ("环比增减达到", ""),
            "hot": ("同一社区同一分类达到（件）", ""),
            "days": ("多少天内", ""),
            "ahead": ("季节提前多久提示", ""),
            "least": ("前后两周都少于多少件不比较", ""),
        },
    ),
}

QUALITY: Labels = {
    "": ("抽样", {"days": ("抽取几天内登记的工单", ""), "sample": ("每天抽取（件）", "")}),
}

SECTIONS: dict[str, Labels] = {
    "limits": LIMITS,
    "sms": SMS,
    "office_hours": OFFICE_HOURS,
    "privacy": PRIVACY,
    "files": FILES,
    "telephony": TELEPHONY,
    "knowledge": KNOWLEDGE,
    "quality": QUALITY,
    "matters": MATTERS,
    "supervision": SUPERVISION,
    "surge": SURGE,
    "score": SCORE,
    "foresight": FORESIGHT,
}
"""Per name."""


@dataclass(frozen=True, slots=True)
class Entries:
    """A list that grows and shrinks on its form: what it is called, and the fields of each entry."""

    title: str
    keys: Mapping[str, str]
    """Field → what it is called."""
    lists: tuple[str, ...]
    """Fields that are lists of words."""
    named: str
    """The field that an entry is called by; ``%s`` stands for it in ``called``."""
    called: str = "%s"
    flags: tuple[str, ...] = ()
    """Fields that are ticked."""


LISTS: dict[tuple[str, str], Entries] = {
    ("office_hours", "seasons"): Entries(
        "时节", {"from": "起（月-日）", "spans": "办公时段"}, ("spans",), "from", "自 %s 起，至下一时节"
    ),
    ("foresight", "season"): Entries(
        "季节",
        {"name": "名称", "from": "起（月-日）", "to": "止（月-日）", "categories": "分类编码", "words": "提示"},
        ("categories",),
        "name",
    ),
    ("review", "item"): Entries(
        "检查项",
        {"words": "要确认的事", "help": "怎样算符合", "required": "必须确认"},
        (),
        "words",
        flags=("required",),
    ),
    ("quality", "item"): Entries(
        "评分项目", {"words": "名称", "help": "怎样得满分", "points": "分值（合计 100）"}, (), "words"
    ),
    ("foresight", "risk"): Entries("风险词", {"name": "名称", "words": "词"}, ("words",), "name"),
}
"""(name, key of the list) → how it is shown."""

CHOICES: dict[tuple[str, str], dict[str, str]] = {
    ("office_hours", "due_at"): {"office_close": "当日下班", "24:00": "当日 24:00", "same_time": "派单的同一钟点"},
    ("supervision", "*.how"): {"open": "自动督办", "propose": "提请督办员", "off": "不触发"},
    ("supervision", "reply"): {"shown": "未签发时提示审核员", "required": "未签发不能提交"},
    ("telephony", "formula"): {name: f"算法 {name}" for name in "ABCD"},
}
"""(name, key) → what may be chosen; ``*.how`` for the last part of any key."""
