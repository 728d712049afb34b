"""A rate that is declared anew counts the past from its first day on, without anybody's hand; frozen months stay."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from hotline.domain.lifecycle import State
from hotline.domain.permissions import Role
from hotline.read import rule_effects
from hotline.store.figure import MarkRow, Remark
from hotline.usecases import board, counting_again, editions
from tests.factories.actors import a_person
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket

ADMIN = a_person(Role.CENTER_ADMIN, number=9)


def counted(office: SetOffice) -> None:
    """Count every ticket there is."""
    with office.begin() as work:
        board.remark(work, list(work.session.scalars(sa.text("select id from ticket"))))


def changed(office: SetOffice) -> dict[str, Any]:
    """The rates, the first of them with what should not be as its numerator."""
    table = deepcopy(dict(office.rules.shipped["rates"]))
    for count in table["rate"][0]["count"]:
        count["hits"] = [f"!{count['hits'][0]}"]
    return table


def save(office: SetOffice, table: dict[str, Any]) -> None:
    with office.begin(ADMIN) as work:
        editions.save(work, "rates", table, words="口径调整", seen=editions.seen(work, "rates"))
    office.look_again()


def follow(office: SetOffice) -> int:
    with office.begin() as work:
        return counting_again.follow(work)


def test_the_effect_of_another_rate_on_last_month_is_told(office: SetOffice) -> None:
    a_ticket(office, State.PENDING_SIGN)
    office.later(days=31)
    counted(office)
    with office.begin(ADMIN) as work:
        effect = rule_effects.of(work, "rates", editions.after(work, "rates", changed(office)))
    assert "1 件工单试算" in effect.lines[0]
    label = office.rules.counting.rates[office.rules.shipped["rates"]["rate"][0]["key"]].label
    assert [row[0] for row in effect.listings[0].rows] == [label]
    assert effect.listings[0].rows[0][1] != effect.listings[0].rows[0][3]


def test_what_a_changed_rate_counts_is_counted_again(office: SetOffice) -> None:
    follow(office)
    a_ticket(office, State.PENDING_SIGN)
    office.later(days=31)
    counted(office)
    key = office.rules.shipped["rates"]["rate"][0]["key"]
    hits = sa.select(sa.func.sum(MarkRow.hits)).where(MarkRow.key == key)
    before = office.value(hits)
    save(office, changed(office))
    assert follow(office) == 1
    assert follow(office) == 0
    with office.begin() as work:
        assert board.tick(work) == 1
    counted(office)
    assert office.value(hits) != before


def test_nothing_is_counted_again_for_rates_that_say_the_same(office: SetOffice) -> None:
    follow(office)
    a_ticket(office, State.PENDING_SIGN)
    counted(office)
    table = deepcopy(dict(office.rules.shipped["rates"]))
    table["rate"] = list(reversed(table["rate"]))
    save(office, table)
    with office.begin() as work:
        work.session.execute(sa.delete(Remark))
    assert follow(office) == 0


def test_the_effect_of_another_score_names_the_units(office: SetOffice) -> None:
    for _ in range(10):
        a_ticket(office, State.PENDING_SIGN)
    office.later(days=31)
    counted(office)
    table = deepcopy(dict(office.rules.shipped["score"]))
    table["item"][0]["floor"] = "3"
    with office.begin(ADMIN) as work:
        effect = rule_effects.of(work, "score", editions.after(work, "score", table))
    assert "1 个单位的得分" in effect.lines[0]
    assert len(effect.listings[0].rows) == 1


def test_a_planned_rate_is_counted_when_it_comes(office: SetOffice) -> None:
    follow(office)
    a_ticket(office, State.PENDING_SIGN)
    counted(office)
    with office.begin(ADMIN) as work:
        since = work.now + timedelta(days=1)
        seen = editions.seen(work, "rates")
        editions.save(work, "rates", changed(office), words="明天起", seen=seen, since=since)
    assert follow(office) == 0
    office.later(days=1, hours=1)
    assert follow(office) == 1
