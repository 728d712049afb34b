"""What the keys of settings are called on pages. A key without a name of its own shows as it is written in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotline.domain.allowances import allowance_of
from hotline.domain.conditions import CONDITIONS, Each
from web.configuration.section_labels import LISTS, SECTIONS

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
    "target": "目标",
    "substitute": "替代条线",
    "company_words": "公司字样",
    "duty_lists": "乡镇职责清单",
    "province": "省级平台",
    "unclear_below": "类别不明的把握",
    "texts": "短信",
    "item": "项目",
    "band": "分档",
    "points": "加减分",
    "key": "代码",
    "weight": "分值",
    "slope": "每差 1 点扣",
    "floor": "保底",
    "over": "高于目标才扣",
    "optional": "分母不足可略",
    "required": "必须确认",
    "help": "提示",
    "least": "不低于",
    "words": "名称",
    "most": "合计最多",
    "zero": "总分归零",
    "targets": "目标",
    "rate": "指标",
    "label": "名称",
    "version": "版本",
    "since": "起始日",
    "numerator": "分子",
    "denominator": "分母",
    "count": "计数",
    "hits": "分子条件",
    "total": "分母条件",
    "unless": "除外",
    "at": "按何时计入",
    "praise": "表扬",
    "false_reply": "虚假回复",
    "supervision_missed": "督办逾期",
    "data_leak": "泄露信息",
    "sign_on_time": "签收及时率",
    "response": "响应率",
    "on_time": "按期办结率",
    "resolved": "解决率",
    "satisfied": "满意率",
    "first_time": "一次办结率",
    "invalid_return": "无效退单率",
    "knowledge_update": "知识更新及时率",
    "year": "年份",
    "row": "行号",
    "window": "窗口",
    "judges": "考核谁",
    "aim": "方向",
    "each": "每次",
    "partial_weight": "部分解决折算",
    "satisfied_min": "满意起点",
    "partly": "部分计入条件",
}


def label_of(name: str, path: tuple[str, ...], called: Mapping[tuple[str, str], str] | None = None) -> str:
    """The place of a value in words: 办理 · 投诉, 规则 · METRO-NIGHT · 优先级; ``called``: see :func:`called_in`."""
    for section, (title, keys) in SECTIONS.get(name, {}).items():
        rest = path[1:] if section and path[0] == section else path if not section else None
        if rest is not None and (found := keys.get(".".join(rest))):
            return f"{title} · {found[0]}" if title != found[0] else title
    if name == "rates" and len(path) > 1:
        return " · ".join(
            [(called or {}).get((path[0], path[1]), path[1]), *(KEYS.get(part, part) for part in path[2:])]
        )
    listed = LISTS.get((name, path[0]))
    if listed is not None and len(path) > 1:
        own = [(called or {}).get((path[0], path[1]), path[1]), *(listed.keys.get(part, part) for part in path[2:])]
        return " · ".join([listed.title, *own])
    return " · ".join(KEYS.get(part, part) for part in path)


def comparable(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Both tables so that their differences read well: a further version of a rate beside the version before it."""
    if name != "rates":
        return before, after
    old = {(each["key"], each.get("since")): each for each in before.get("rate", ())}
    beside = dict(old)
    for each in after.get("rate", ()):
        key, since = each["key"], each.get("since") or ""
        earlier = [day or "" for known, day in old if known == key and (day or "") < since]
        if (key, each.get("since")) not in old and earlier:
            beside[key, since] = {**old[key, max(earlier)], "since": since}
    rates = (beside.values(), after.get("rate", ()))
    both = zip((before, after), rates, strict=True)
    return tuple({**table, "rate": [_opened(each) for each in versions]} for table, versions in both)


def _opened(rate: Mapping[str, Any]) -> dict[str, Any]:
    """A rate with what it counts as values of its own, not in a list."""
    counts = rate.get("count", [])
    rest = {key: value for key, value in rate.items() if key != "count"}
    return rest | (counts[0] if len(counts) == 1 else {f"第 {n} 项计数": each for n, each in enumerate(counts, 1)})


def called_in(*tables: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """What the entries of the tables' lists are called, by the list and what tells an entry apart."""
    found: dict[tuple[str, str], str] = {}
    for table in tables:
        for key, value in table.items():
            for entry in value if isinstance(value, list) else ():
                if isinstance(entry, Mapping) and (words := entry.get("label") or entry.get("name")):
                    found |= {(key, str(entry[by])): str(words) for by in ("id", "key", "code", "from") if by in entry}
                    since = entry.get("since")
                    found[key, f"{entry.get('key')} {since}"] = f"{words}（{since} 起）" if since else str(words)
    return found


def value_of(value: Any, name: str = "", within: str = "", units: Mapping[str, str] | None = None) -> str:
    """A value in words; an em dash where there is none.

    Args:
        within: the list (of the table ``name``) it stands in.
        units: short names of units by their codes.
    """
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return _rate_word(value) if name == "rates" else (units or {}).get(value) or span_of(value)
    if isinstance(value, list):
        return "、".join(value_of(each, name, within, units) for each in value)
    if isinstance(value, dict) and within == "rate" and "version" in value:
        return f"口径 {value['version']}"
    if isinstance(value, dict):
        listed = LISTS.get((name, within))
        keys = {**KEYS, **(listed.keys if listed else {"each": "对象"} if name == "rates" else {})}
        places = {key: n for n, key in enumerate(keys)}  # the database keeps entries, but not the order of their keys
        shown = [(key, each) for key, each in value.items() if not (listed and key == "id")]
        shown.sort(key=lambda pair: places.get(pair[0], len(places)))
        return "；".join(f"{keys.get(key, key)} {value_of(each, name, units=units)}" for key, each in shown)
    return str(value)


_WINDOWS = {
    "created_at": "登记时间",
    "taken_in_at": "受理时间（含直接答复）",
    "accepted_at": "受理时间",
    "sent_at": "派单时间",
    "contact_due_at": "联系到期时间",
    "due_at": "到期时间",
    "rated_at": "评价时间",
    "closed_at": "办结时间",
    "return_decided_at": "退单审定时间",
}
_RATE_WORDS = {
    "unit": "承办单位",
    "lead": "主办单位",
    "centre": "热线中心",
    "at_least": "不低于",
    "at_most": "不高于",
    **_WINDOWS,
    **{each.value: each.label for each in Each},
    **{condition.name: condition.words for condition in CONDITIONS.values()},
}


def _rate_word(value: str) -> str:
    """A word of a rate's declaration: a condition (``!``: not so), a moment, an object."""
    if value.startswith("!"):
        return f"非“{_rate_word(value[1:])}”"
    return _RATE_WORDS.get(value, value)


def span_of(value: str) -> str:
    """A limit in words (2wd: 2 个工作日); any other text as it is."""
    if value == "none":
        return "不设"
    try:
        return allowance_of(value).words.strip()
    except ValueError:
        return value
