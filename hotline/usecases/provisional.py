"""A year without a list of days off: nothing is refused, due times are 暂定, and somebody is told to load the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from hotline.domain.calendar import day_of, local
from hotline.domain.permissions import Role
from hotline.store.clock import Clock
from hotline.store.memo import Memo
from hotline.store.person import Person
from hotline.store.work import Work

TOPIC = "calendar"
AGAIN = timedelta(days=7)
"""How long an administrator is left in peace after a reminder."""
EXPECTED_FROM = 11
"""The month in which the next year's notice usually comes."""


def missing_years(work: Work) -> list[int]:
    """Years that open clocks count on, or that begin soon, and whose list is not loaded."""
    known = work.rules.calendar.years_known
    today = local(work.now).date()
    wanted = {today.year} | ({today.year + 1} if today.month >= EXPECTED_FROM else set())
    last = work.session.scalar(select(func.max(Clock.due_at)).where(Clock.stopped_at.is_(None), Clock.provisional))
    if last is not None:
        wanted |= set(range(today.year, day_of(last).year + 1))
    return sorted(wanted - known)


def waiting(work: Work) -> int:
    """How many open clocks are provisional."""
    query = select(func.count()).select_from(Clock).where(Clock.stopped_at.is_(None), Clock.provisional)
    return work.session.scalar(query) or 0


def words(years: Sequence[int], clocks: int) -> str:
    """What is missing and what to do about it."""
    names = "、".join(f"{year} 年" for year in years)
    counted = f"，{clocks} 个在办时限暂定" if clocks else ""
    return f"{names}的放假安排还没有录入{counted}；请在“系统管理·工作日历”录入通知，或用 hotline import calendar 导入"


def remind(work: Work) -> int:
    """Tell the administrators of the centre, at most once a week each; returns how many were told."""
    years = missing_years(work)
    if not years:
        return 0
    told = select(Memo.person_id).where(Memo.topic == TOPIC, Memo.at > work.now - AGAIN)
    query = select(Person.id).where(
        Person.active, Person.roles.overlap([Role.CENTER_ADMIN.value]), Person.id.not_in(told)
    )
    people = work.session.scalars(query).all()
    text = words(years, waiting(work))
    for person in people:
        work.session.add(Memo(person_id=person, topic=TOPIC, text=text, link="/configuration/calendar", at=work.now))
    return len(people)
