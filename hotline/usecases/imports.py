"""Taking over what others kept in tables: appeals, units, people. A second run changes nothing.

One call per row, each in a savepoint of its own: a row that is refused leaves nothing behind, and the others stand.
"""

from __future__ import annotations

import csv
import io
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from hotline.domain import appeal as appeals
from hotline.domain.city import City, Level, Unit
from hotline.domain.errors import Conflict, Invalid, Refused
from hotline.domain.permissions import ROLE_LABELS, Role
from hotline.settings.city import UNIT_COLUMNS, units_in
from hotline.store.person import Person
from hotline.store.work import Work
from hotline.usecases import dispatch, intake, people, setup

CHANNEL = "import"
BY_TABLE = "import"
"""The rule that stands in the journal when the table itself names the unit."""

Row = Mapping[str, str]

APPEAL_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("编号", "external_id", "外部编号", "原工单号", "留言编号", "序号"),
    "content": ("诉求内容", "内容", "留言详情", "详情", "正文", "text", "body", "description"),
    "title": ("标题", "诉求标题", "主题", "留言主题", "subject"),
    "name": ("姓名", "诉求人", "诉求人姓名", "联系人", "留言用户"),
    "phone": ("电话", "手机号", "联系电话", "手机", "诉求电话", "tel", "mobile"),
    "identity": ("身份证号", "证件号码", "身份证"),
    "address": ("地址", "诉求地址", "事发地址", "发生地址", "地点"),
    "region": ("区划代码", "区划", "区域代码"),
    "lon": ("经度", "longitude", "lng", "long"),
    "lat": ("纬度", "latitude"),
    "type": ("诉求类型", "类型"),
    "category": ("类别代码", "分类代码", "分类编码", "事项代码"),
    "urgency": ("紧急程度", "等级"),
    "confidential": ("保密", "是否保密"),
    "anonymous": ("匿名", "是否匿名"),
    "publish_consent": ("同意公开", "是否公开"),
    "occurred_at": ("发生时间", "事发时间"),
    "created_at": ("登记时间", "时间", "留言时间", "受理时间", "来电时间", "提交时间", "created", "time"),
    "unit": ("承办单位", "主办单位", "单位", "unit_code", "lead_unit"),
}
"""Column → what else its head may be called."""
PEOPLE_COLUMNS: dict[str, tuple[str, ...]] = {
    "username": ("用户名", "账号", "登录名", "account", "login"),
    "name": ("姓名", "名字"),
    "roles": ("角色", "role"),
    "unit": ("单位", "单位编码", "所属单位", "unit_code"),
    "password": ("密码", "初始密码"),
}
UNITS_COLUMNS: dict[str, tuple[str, ...]] = dict.fromkeys(UNIT_COLUMNS, ()) | {
    "code": ("编码", "单位编码"),
    "name": ("名称", "单位名称"),
    "short_name": ("简称",),
    "parent_code": ("上级编码", "上级单位编码"),
    "level": ("层级", "级别"),
    "region_code": ("区划代码",),
    "region_name": ("区划名称",),
    "line": ("条线",),
    "kind": ("单位类型", "类型"),
    "dispatchable": ("可派单", "是否可派单"),
    "fallback": ("兜底", "是否兜底"),
    "service_regions": ("服务区划",),
    "duties": ("职责", "主要职责"),
}
CATEGORIES_COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("编码", "分类编码", "代码"),
    "level1": ("一级", "一级分类"),
    "level2": ("二级", "二级分类"),
    "level3": ("三级", "三级分类"),
    "department": ("市级主管部门", "主管部门", "部门"),
    "line": ("条线",),
    "handling_level": ("办理层级", "层级"),
    "appeal_types": ("诉求类型", "类型"),
    "urgency": ("紧急程度",),
    "quick_list": ("便民事项",),
    "grassroots_ok": ("乡镇可主办", "可由乡镇主办"),
    "sensitive": ("敏感",),
    "keywords": ("关键词",),
}

_MOMENT = re.compile(
    r"^\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[\sT]*(?:(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})(?:\.\d+)?秒?)?分?)?\s*$"
)


class Result(StrEnum):
    """What became of a row."""

    TAKEN = "taken"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row, and for a refused one what to do about it."""

    result: Result
    reason: str = ""


def tried(work: Work, take: Callable[[Work, Row], bool], row: Row, names: Mapping[str, tuple[str, ...]]) -> Outcome:
    """Take one row in a savepoint of its own."""
    try:
        with work.session.begin_nested():
            return Outcome(Result.TAKEN if take(work, row) else Result.KNOWN)
    except Invalid as refused:
        said = [f"{(names.get(field) or (field,))[0]}：{text}" for field, text in refused.fields.items()]
        return Outcome(Result.REFUSED, "；".join(said) or refused.message)
    except Refused as refused:
        return Outcome(Result.REFUSED, refused.message)
    except (DataError, IntegrityError):
        return Outcome(Result.REFUSED, "这一行的内容不能保存；请检查有无过长或异常的字符")


def appeal(work: Work, row: Row) -> bool:
    """Take one appeal; whether it is new. Its key is the column ``id``, else the content of the whole row.

    Raises:
        Invalid: what is wrong, field by field.
        Conflict: the ``id`` was imported before with another content.
    """
    given = {name: value for name, value in row.items() if value}
    for name in ("occurred_at", "created_at"):
        if name in given:
            given[name] = _iso(given[name])
    unit = _unit_of(work.rules.city, given.get("unit", ""))
    read = appeals.read(given, channel=CHANNEL, city=work.rules.city, now=work.now)
    body = intake.body_hash(given)
    key = f"id:{given['id']}" if given.get("id") else f"row:{body}"
    if len(key) > 200:
        raise Invalid({"id": "编号最多 190 个字符"})
    try:
        taken = intake.take(work, read, key=key, body=body)
    except Conflict:
        raise Conflict("这个编号已导入过，而内容不同；如果是另一件诉求，请换一个编号再导入") from None
    if taken.fresh and unit is not None:
        intake.accept(work, taken.ticket)
        dispatch.dispatch(work, taken.ticket, unit.code, rule=BY_TABLE, reason="导入的表格指定")
        taken.ticket.routed_at = work.now
    return taken.fresh


def person(work: Work, row: Row) -> bool:
    """Create one account; whether it is new. An account that stands already exactly so is left alone.

    Raises:
        Invalid: what is wrong; also an account of that name with another name, unit or other roles.
    """
    roles = _roles(row.get("roles", ""))
    unit = row.get("unit", "")
    found = _unit_of(work.rules.city, unit)
    code = found.code if found else work.rules.city.centre
    name = row.get("name") or row.get("username", "")
    if len(name) > 40:
        raise Invalid({"name": "姓名最多 40 个字"})
    known = work.session.scalar(select(Person).where(Person.username == row.get("username", "")))
    if known is not None:
        if (known.name, known.unit, set(known.roles)) == (name, code, {role.value for role in roles}):
            return False
        raise Invalid({"username": "已有这个用户名的账号，而姓名、单位或角色不同；请换一个用户名，或在账号管理中修改"})
    people.add(work, username=row.get("username", ""), name=name, password=row["password"], roles=roles, unit=code)
    return True


def password() -> str:
    """A random first password."""
    return secrets.token_urlsafe(12)


def unit_read(row: Row) -> Unit:
    """The unit of one row of ``departments.csv``.

    Raises:
        Invalid: what is wrong with it.
    """
    text = io.StringIO()
    written = csv.DictWriter(text, UNIT_COLUMNS)
    written.writeheader()
    written.writerow({column: row.get(column, "") for column in UNIT_COLUMNS})
    made, faults = units_in(text.getvalue(), "units")
    if faults or not made:
        raise Invalid({}, faults[0].message if faults else "整行为空；请填写或删去这一行")
    return made[0]


def unit_faults(city: City, units: Mapping[str, Unit]) -> dict[str, str]:
    """What is wrong with these units beside each other and those in force: code → what to do."""
    faults: dict[str, str] = {}
    while True:
        parents = {code: unit.parent_code for code, unit in {**city.units, **units}.items() if code not in faults}
        parents |= {code: unit.parent_code for code, unit in city.units.items() if code in faults}
        new = {code: why for code, unit in units.items() if code not in faults and (why := _why(city, unit, parents))}
        if not new:
            return faults
        faults |= new


def _why(city: City, unit: Unit, parents: Mapping[str, str | None]) -> str:
    if unit.parent_code is not None and unit.parent_code not in parents:
        return f"上级单位 {unit.parent_code} 不存在；请改正 parent_code，或把上级单位一起导入"
    if unit.fallback and unit.level is Level.CITY and unit.code != city.centre:
        return "市级热线中心只能有一个；请把 fallback 改为 N"
    if unit.code in (city.centre, city.root) and unit.parent_code != city.units[unit.code].parent_code:
        return "热线中心和市政府的上级不能改变；请改回 parent_code"
    seen: set[str] = set()
    at = unit.parent_code
    while at is not None and at not in seen:
        if at == unit.code:
            return "上级关系成环；请改正 parent_code"
        seen.add(at)
        at = parents.get(at)
    return ""


def put_units(work: Work, units: Iterable[Unit]) -> tuple[set[str], set[str]]:
    """Put these units into force; the codes that are new or changed, and those that stood already exactly so."""
    wanted = {unit.code: unit for unit in units}
    stored = {unit.code: unit for unit in setup.organisation(work.session)[0]}
    changed = {code for code, unit in wanted.items() if stored.get(code) != unit}
    if changed:
        setup.load_organisation(work, [wanted[code] for code in sorted(changed)], ())
    return changed, wanted.keys() - changed


def _unit_of(city: City, typed: str) -> Unit | None:
    if not typed:
        return None
    found = city.units.get(typed) or city.unit_named(typed)
    if found is None:
        raise Invalid({"unit": f"没有“{typed[:40]}”这个单位；请填写单位编码或全称"})
    return found


_ROLE_NAMES = {label: role for role, label in ROLE_LABELS.items()} | {role.value: role for role in Role}


def _roles(typed: str) -> list[Role]:
    names = [part for part in re.split(r"[|,，、;；\s]+", typed) if part]
    unknown = [name for name in names if _ROLE_NAMES.get(name) in (None, Role.SYSTEM, Role.CITIZEN)]
    if unknown:
        raise Invalid({"roles": f"没有“{'、'.join(unknown)[:60]}”这个角色；请填写角色代码或名称，多个用 | 分隔"})
    return list(dict.fromkeys(_ROLE_NAMES[name] for name in names))


def _iso(typed: str) -> str:
    """2026/3/5 9:07 and 2026年3月5日 as programs write them; anything else as it is, to be judged by the reader."""
    found = _MOMENT.match(typed)
    if not found:
        return typed
    year, month, day, *clock = found.groups()
    hour, minute, second = (int(part or 0) for part in clock)
    return f"{year}-{int(month):02}-{int(day):02} {hour:02}:{minute:02}:{second:02}"
