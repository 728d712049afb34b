"""The SMS texts of handbook §14: at most 70 characters with the signature; long values are cut so that this holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter

LIMIT = 70
SIGNATURE_ROOM = 12
"""Characters kept for the signature, e.g. 【福州12345】."""

TEXTS = {
    1: "您的诉求已受理,编号{no},查询码{code}。办理时限至{due}。",
    2: "您的诉求不属于热线受理范围({reason}),建议{path}。编号{no}。",
    3: "编号{no}请补充:{what},{due}前点{url}",
    4: "编号{no}已交{unit}办理,预计{due}前答复。",
    5: "编号{no}已改由{unit}办理,预计{due}前答复。",
    6: "编号{no}因{reason}延期至{due},敬请谅解。",
    7: "编号{no}因{reason}暂缓办理,恢复后另行告知。",
    8: "编号{no}已办理,结果请点{url}查看并评价,15日内有效。",
    9: "编号{no}的问题解决了吗?回复1已解决 2部分解决 3未解决。",
    10: "您反映编号{no}未解决,已要求{unit}重办,{due}前答复。",
    11: "编号{no}已办结。如有异议可于15日内申请复核:{url}",
    12: "编号{no}与{master}为同一事项,已合并办理,结果一并告知。",
    13: "编号{no}复核结果:{result}。感谢您的监督。",
    14: "工单{no}将于{due}到期,请及时办理。",
}
"""Edition 0 of the texts; a city words them anew on a page, with the same fields."""
_CUT = ("what", "reason", "path", "unit", "result")
"""Fields that may be cut; numbers, codes, dates and addresses never are."""
LONGEST = {
    "no": "FZ261231000123",
    "master": "FZ261231000124",
    "code": "123456",
    "due": "12月31日",
    "url": "12345.example.gov.cn/t",
    "unit": "福州市鼓楼区城市管理和综合执法局",
    "reason": "诉讼、仲裁、行政复议等法定途径",
    "path": "向有管辖权的人民法院提起诉讼",
    "what": "请补充事发的具体地点、时间和现场照片",
    "result": "经复核，原办理结果维持不变",
}
"""The longest value that each field usually has: what a text is measured with before it is saved."""
NAMES = {
    1: "受理",
    2: "不予受理",
    3: "待补充",
    4: "派单",
    5: "改派",
    6: "延期",
    7: "挂起",
    8: "答复",
    9: "回访",
    10: "重办",
    11: "办结",
    12: "并单",
    13: "复核",
    14: "单位预警",
}


def fields_of(words: str) -> tuple[str, ...]:
    """The fields of a text in their order; ValueError where its braces are no fields."""
    parts = list(Formatter().parse(words))
    if any(name is not None and (not name.isidentifier() or spec or how) for _, name, spec, how in parts):
        raise ValueError("a field is a name in braces and nothing else")
    return tuple(name for _, name, _, _ in parts if name is not None)


HELP = "回复CX+编号查进度,BC+编号+内容补充,CB+编号催办,CH+编号撤回;直接发文字可提交诉求。"


@dataclass(frozen=True, slots=True)
class Text:
    """One text, without its signature."""

    number: int
    """Number in handbook §14; 0 for free words."""
    words: str
    fields: Mapping[str, str] = field(default_factory=dict)
    """What stands in its places, uncut."""

    def by(self, texts: Mapping[int, str]) -> Text:
        """The same text as the city words it; free words stay."""
        return text(self.number, texts, **self.fields) if self.number in texts and self.fields else self


def text(number: int, texts: Mapping[int, str] = TEXTS, /, **fields: str) -> Text:
    """The text with its fields; over-long ones are cut, the longest first, until it fits.

    An address that is too long gives up its last part: the page it then leads to asks for the number.
    """
    given = dict(fields)
    words = texts[number].format(**fields)
    if len(words) > LIMIT - SIGNATURE_ROOM and "/" in fields.get("url", ""):
        fields["url"] = fields["url"].rpartition("/")[0]
        words = texts[number].format(**fields)
    while len(words) > LIMIT - SIGNATURE_ROOM:
        longest = max((name for name in _CUT if name in fields), key=lambda name: len(fields[name]), default=None)
        if longest is None or len(fields[longest]) <= 2:
            break
        fields[longest] = fields[longest].rstrip("…")[:-1] + "…"
        words = texts[number].format(**fields)
    return Text(number, words, given)


def free(words: str) -> Text:
    """Other words, cut to fit."""
    room = LIMIT - SIGNATURE_ROOM
    return Text(0, words if len(words) <= room else words[: room - 1] + "…")


def warning(no: str, due: str, texts: Mapping[int, str] = TEXTS) -> str:
    """Text 14 for a yellow lamp."""
    return texts[14].format(no=no, due=due)


def overdue(no: str, days: int) -> str:
    """Text 14 for a red lamp."""
    return f"工单{no}已超期{days}天,请及时办理。" if days else f"工单{no}已超期,请及时办理。"
