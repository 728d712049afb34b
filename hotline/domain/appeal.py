"""The appeal 诉求: what a person says, cleaned and checked, before it becomes a ticket."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from hotline.domain.calendar import ZONE
from hotline.domain.city import City
from hotline.domain.errors import Invalid

CONTENT_MAX = 2_000
"""Characters of one ticket's content (handbook §4)."""
LETTER_MAX = 20_000
"""Characters of a long letter: what exceeds :data:`CONTENT_MAX` is kept as its first supplement."""
TITLE_MAX = 50
ADDRESS_MAX = 200
EARLIEST = 1900
"""Year before which nothing happened that anybody calls about; databases and calendars fail on year 1."""
NAME_MAX = 60


class AppealType(StrEnum):
    """Ticket types (handbook §3)."""

    CONSULT = "CONSULT"
    HELP = "HELP"
    COMPLAINT = "COMPLAINT"
    REPORT = "REPORT"
    SUGGEST = "SUGGEST"
    PRAISE = "PRAISE"

    @property
    def label(self) -> str:
        """The word on the page."""
        return TYPE_LABELS[self]


TYPE_LABELS = {
    AppealType.CONSULT: "咨询",
    AppealType.HELP: "求助",
    AppealType.COMPLAINT: "投诉",
    AppealType.REPORT: "举报",
    AppealType.SUGGEST: "建议",
    AppealType.PRAISE: "表扬",
}


class Urgency(StrEnum):
    """Grades of urgency (handbook §5), lowest first."""

    NORMAL = "NORMAL"
    URGENT = "URGENT"
    CRITICAL = "CRITICAL"

    @property
    def label(self) -> str:
        """The word on the page."""
        return URGENCY_LABELS[self]

    def is_below(self, other: Urgency) -> bool:
        """Whether it is a lower grade than the other."""
        grades = list(Urgency)
        return grades.index(self) < grades.index(other)


URGENCY_LABELS = {Urgency.NORMAL: "一般", Urgency.URGENT: "紧急", Urgency.CRITICAL: "特急"}

CHANNEL_LABELS = {
    "phone": "电话",
    "web": "网站",
    "miniprogram": "微信小程序",
    "app": "APP",
    "sms": "短信",
    "email": "邮件",
    "mailbox": "领导信箱",
    "kiosk": "自助终端",
    "window": "窗口",
    "110": "110转办",
    "superior": "上级交办",
    "media": "媒体/网络问政",
    "grid": "网格上报",
    "open311": "Open311",
    "line": "并入热线",
    "import": "导入",
}
"""Channels 来源 (handbook §3)."""

REPLY_WAYS = {"sms": "短信", "phone": "电话"}
"""How an appellant can be answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """One matter that one person brings, ready for ``usecases/intake.take``."""

    channel: str
    content: str
    rest: str = ""
    """What a long letter says beyond :data:`CONTENT_MAX`."""
    title: str = ""
    name: str = ""
    phone: str = ""
    identity: str = ""
    address: str = ""
    region: str | None = None
    lon: float | None = None
    lat: float | None = None
    type: AppealType | None = None
    category: str | None = None
    urgency: Urgency | None = None
    confidential: bool = False
    anonymous: bool = False
    publish_consent: bool = False
    occurred_at: datetime | None = None
    source_line: str | None = None
    call_id: str | None = None
    reply_by: str = "sms"
    """How the person wants to be answered: a key of :data:`REPLY_WAYS`."""
    files: tuple[str, ...] = ()
    """Keys of the attachments that were uploaded for it."""
    created_at: datetime | None = None
    """Only for imports: when it was taken elsewhere."""


T = TypeVar("T", bound=StrEnum)

_BIDI = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LANDLINE = re.compile(r"^(0\d{2,3})?[2-9]\d{6,7}$")
_IDENTITY = re.compile(r"^\d{17}[\dX]$")


def clean(text: object) -> str:
    """The text as it may be stored: composed, without control, direction and surrogate characters."""
    raw = unicodedata.normalize("NFC", str(text)).replace("\r\n", "\n").replace("\r", "\n")
    raw = _BIDI.sub("", raw)
    return "".join(c for c in raw if c in "\n\t" or unicodedata.category(c) != "Cc").strip()


def normal_phone(typed: str) -> str:
    """A phone number as digits, without blanks, dashes and the country code; may still be wrong."""
    half = unicodedata.normalize("NFKC", typed)
    digits = re.sub(r"[\s\-—()（）.]", "", half)
    return re.sub(r"^(\+|00)?86(?=1\d{10}$|0\d{9,11}$)", "", digits)


def is_phone(number: str) -> bool:
    """Whether it is a mobile number of 11 digits or a landline number."""
    return bool(_MOBILE.match(number) or _LANDLINE.match(number))


def is_identity(text: str) -> bool:
    """Whether it has the form of an identity number."""
    return bool(_IDENTITY.match(text))


def title_of(content: str) -> str:
    """A title for a text without one: its first sentence, at most 30 characters."""
    first = re.split(r"[\n。！？!?;；]", content, maxsplit=1)[0].strip() or content.strip()
    return first if len(first) <= 30 else first[:29] + "…"


def read(raw: Mapping[str, Any], *, channel: str, city: City, now: datetime) -> Appeal:
    """Check and clean what a person or a program gave.

    Raises:
        Invalid: with one sentence for each wrong field; nothing is stored.
    """
    faults: dict[str, str] = {}
    content = clean(_text(raw, "content"))
    if not content:
        faults["content"] = "请填写诉求内容"
    elif not any(c.isalnum() for c in content):
        faults["content"] = "请用文字说明是什么事"
    elif len(content) > LETTER_MAX:
        faults["content"] = f"诉求内容最多 {LETTER_MAX} 字，现有 {len(content)} 字，请删减或分次提交"
    title = clean(_text(raw, "title")).replace("\n", " ")
    if len(title) > TITLE_MAX:
        title, content = title[: TITLE_MAX - 1] + "…", f"{title}\n{content}"
    name = clean(_text(raw, "name"))
    if len(name) > NAME_MAX:
        faults["name"] = f"姓名最多 {NAME_MAX} 字"
    phone = normal_phone(_text(raw, "phone"))
    if phone and not is_phone(phone):
        faults["phone"] = "手机号应为 11 位，固定电话请带区号"
    identity = clean(_text(raw, "identity")).upper()
    if identity and not is_identity(identity):
        faults["identity"] = "身份证号应为 18 位"
    address = clean(_text(raw, "address")).replace("\n", " ")
    if len(address) > ADDRESS_MAX:
        faults["address"] = f"地址最多 {ADDRESS_MAX} 字"
    region = clean(_text(raw, "region")) or None
    if region and not city.region_name(region):
        faults["region"] = "没有这个区划，请从列表中选择"
    category = clean(_text(raw, "category")) or None
    if category and category not in city.categories:
        faults["category"] = "没有这个类别，请从列表中选择"
    kind = _choice(raw, "type", AppealType, TYPE_LABELS, "诉求类型", faults)
    urgency = _choice(raw, "urgency", Urgency, URGENCY_LABELS, "紧急程度", faults)
    lon, lat = _number(raw, "lon", 180, faults), _number(raw, "lat", 90, faults)
    if (lon is None) != (lat is None) and not {"lon", "lat"} & faults.keys():
        faults["lon" if lon is None else "lat"] = "经度和纬度要一起填写"
    occurred_at = _moment(raw, "occurred_at", now, faults)
    created_at = _moment(raw, "created_at", now, faults) if channel == "import" else None
    confidential, anonymous = _flag(raw, "confidential", faults), _flag(raw, "anonymous", faults)
    publish_consent = _flag(raw, "publish_consent", faults)
    call_id = clean(_text(raw, "call_id"))[:80] or None
    reply_by = clean(_text(raw, "reply_by")) or "sms"
    if reply_by not in REPLY_WAYS:
        faults["reply_by"] = f"回复方式应为：{'、'.join(REPLY_WAYS.values())}"
    if faults:
        raise Invalid(faults)
    return Appeal(
        channel=channel,
        content=content[:CONTENT_MAX],
        rest=content[CONTENT_MAX:],
        title=title or title_of(content),
        name="" if anonymous else name,
        phone=phone,
        identity="" if anonymous else identity,
        address=address,
        region=region,
        lon=lon,
        lat=lat,
        type=kind,
        category=category,
        urgency=urgency,
        occurred_at=occurred_at,
        call_id=call_id,
        reply_by=reply_by,
        confidential=confidential,
        anonymous=anonymous,
        publish_consent=publish_consent,
        created_at=created_at,
        files=_keys(raw.get("files")),
    )


def _keys(given: object) -> tuple[str, ...]:
    listed = given if isinstance(given, list | tuple) else str(given or "").split(",")
    return tuple(key for key in dict.fromkeys(str(each).strip() for each in listed) if key)


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return "" if value is None else str(value)


def _choice(
    raw: Mapping[str, Any],
    name: str,
    kind: type[T],
    labels: Mapping[T, str],
    what: str,
    faults: dict[str, str],
) -> T | None:
    typed = clean(_text(raw, name))
    if not typed:
        return None
    for member in kind:
        if typed in (member.value, labels[member]):
            return member
    faults[name] = f"{what}应为：{'、'.join(labels.values())}"
    return None


def _number(raw: Mapping[str, Any], name: str, limit: int, faults: dict[str, str]) -> float | None:
    typed = clean(_text(raw, name))
    if not typed:
        return None
    try:
        value = float(typed)
    except ValueError:
        value = float("nan")
    if not abs(value) <= limit:
        faults[name] = f"应为 -{limit} 到 {limit} 之间的数"
        return None
    return value


def _moment(raw: Mapping[str, Any], name: str, now: datetime, faults: dict[str, str]) -> datetime | None:
    typed = clean(_text(raw, name))
    if not typed:
        return None
    try:
        value = datetime.fromisoformat(typed)
    except ValueError:
        faults[name] = "时间写法应如 2026-03-11 14:30"
        return None
    if value.year < EARLIEST:
        faults[name] = f"发生时间不能早于 {EARLIEST} 年"
        return None
    value = value if value.tzinfo else value.replace(tzinfo=ZONE)
    if value > now + timedelta(minutes=10):
        faults[name] = "时间不能晚于现在"
        return None
    return value


def _flag(raw: Mapping[str, Any], name: str, faults: dict[str, str]) -> bool:
    value = raw.get(name)
    if isinstance(value, bool):
        return value
    typed = clean("" if value is None else str(value)).lower()
    if typed in ("", "0", "false", "no", "off", "否"):
        return False
    if typed in ("1", "true", "yes", "on", "是", "y"):
        return True
    faults[name] = "请填 是 或 否"
    return False


def day_typed(typed: str) -> date | None:
    """The date that was typed as ``2026-03-11``; None when it is none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
