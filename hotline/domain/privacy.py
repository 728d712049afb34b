"""Masks, and redaction of free text (handbook §12). Who sees what is :mod:`hotline.domain.masking`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_PLAIN = str.maketrans("０１２３４５６７８９＠－＋　", "0123456789@-+ ")
_GAP = r"[\s.·-]{0,2}"
_NUMERALS = "零〇一二三四五六七八九幺两"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SURNAMES = (
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庄"
)
_COUNTED = r"(?!\d|\s*(?:元|块|万|平|㎡|米|公里|吨|户|人|度|次|件|张|个|辆|斤|年))"


def mask_name(name: str) -> str:
    """``张**``: the first character stays."""
    return name[:1] + "**" if name else ""


def mask_phone(phone: str) -> str:
    """``138****5678``: three and four digits stay; a short number keeps its last two."""
    if len(phone) >= 8:
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:] if phone else ""


def mask_identity(identity: str) -> str:
    """``350***********1234``."""
    return f"{identity[:3]}***********{identity[-4:]}" if len(identity) >= 8 else ""


def street_level(address: str) -> str:
    """The address down to its street or road, without house and room."""
    found = re.match(r".*?(?:街道|镇|乡|路|街|巷|大道|弄|村|社区)", address)
    if found and found.group(0) != address:
        return found.group(0) + "…"
    if found:
        return address
    known = re.match(r"[^\d０-９A-Za-z]{0,10}", address)
    start = known.group(0) if known else ""
    return start if start == address else start + "…"


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of a bank card."""
    return sum(sum(divmod(int(d) * (1 + at % 2), 10)) for at, d in enumerate(reversed(digits))) % 10 == 0


def _identity(found: re.Match[str]) -> str:
    return mask_identity(_solid(found.group(0)))


def _mobile(found: re.Match[str]) -> str:
    digits = _solid(found.group("mobile"))
    return f"{found.group('country') or ''}{digits[:3]}****{digits[-4:]}"


def _card(found: re.Match[str]) -> str:
    said, number = found.group("said") or "", found.group("card")
    digits = _solid(number)
    if not 12 <= len(digits) <= 19 or not (said or (len(digits) >= 13 and luhn(digits))):
        return found.group(0)
    return f"{said}{digits[:4]}****{digits[-4:]}"


def _solid(number: str) -> str:
    return re.sub(r"[\s.·-]", "", number)


_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), "***@***"),
    (re.compile(r"(?<!\d)\d{6}[\s-]?\d{8}[\s-]?\d{3}[\dXx](?!\d)"), _identity),
    (re.compile(r"(?<!\d)[1-9]\d{14}(?!\d)"), _identity),
    (
        re.compile(
            r"(?<!\d)(?P<country>(?:\+|00)86[\s-]?|86[\s-]?|0)?"
            rf"(?P<mobile>1{_GAP}[3-9](?:{_GAP}\d){{9}})(?!\d)"
        ),
        _mobile,
    ),
    (
        re.compile(
            r"(?P<said>(?:卡号|银行卡号?|账号|账户|帐号|储蓄卡|信用卡)(?:是|为)?[:：\s]{0,2})?"
            r"(?<![\d*])(?<![A-Z][A-Z])(?P<card>\d{4}(?:[\s-]?\d){8,15})(?!\d)"
        ),
        _card,
    ),
    (
        re.compile(
            r"(?<![\dA-Za-z*.])(?!(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))"
            rf"((?:\(?0\d{{2,3}}\)?[\s-]{{0,2}})?)[2-9]\d{{2,3}}[\s-]?(\d{{4}}){_COUNTED}"
        ),
        r"\1****\2",
    ),
    (
        re.compile(
            rf"([{_PROVINCES}][A-Za-z])[·.\s]?[A-Za-z0-9]{{2,3}}([A-Za-z0-9]{{3}}|[A-Za-z0-9]{{2}}[学警挂港澳使领])"
        ),
        r"\1**\2",
    ),
    (re.compile(r"((?:微信号?|QQ号?|qq号?)(?:是|为)?[:：\s]{0,2})[A-Za-z0-9][A-Za-z0-9_-]{4,19}"), r"\1***"),
    (re.compile(rf"[{_NUMERALS}](?:[\s-]?[{_NUMERALS}]){{6,}}"), "***"),
    (re.compile(rf"(?<![\d*])(?:[A-Za-z]?\d{{3,4}}|[{_NUMERALS}]{{3,4}})\s*(?=室|号房|房(?![间屋产租源价]))"), "***"),
    (re.compile(rf"((?:单元|栋|幢|号楼|座|梯)[\s-]?)\d{{3,4}}{_COUNTED}(?!号)"), r"\1***"),
    (re.compile(r"(?<![\d-])(\d{1,3}[-#]\d{1,2}[-#])\d{3,4}(?![\d-])"), r"\1***"),
    (re.compile(rf"((?:我叫|名叫|姓名|联系人|诉求人)[:：\s]?)([{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}"), r"\1\2**"),
)
"""In this order: what a longer number would swallow comes first."""


def hide(text: str, known: Iterable[str]) -> str:
    """The text with these names and numbers masked wherever they stand; everything else as it is."""
    for each in known:
        if len(each) >= 2:
            text = text.replace(each, mask_phone(each) if each.isdigit() else mask_name(each))
    return text


def redact(text: str, known: Iterable[str] = ()) -> str:
    """Free text without phones, identity and card numbers, plates, e-mails, accounts, exact rooms and stated names.

    Args:
        known: names and numbers that are known to be the appellant's; they go wherever they stand.
    """
    text = hide(text.translate(_PLAIN), known)
    for pattern, shown in _RULES:
        text = pattern.sub(shown, text)
    return text
