"""What the keys of settings are called on pages. A key without a name of its own shows as it is written in the file."""

from __future__ import annotations

from typing import Any

from hotline.domain.allowances import allowance_of
from web.configuration.section_labels import SECTIONS

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
    "least": "不低于",
    "words": "名称",
    "each": "每次",
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
