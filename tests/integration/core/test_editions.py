"""Changing the rules while the house runs: from a moment on, seen by every process, undone without losing anything."""

from __future__ import annotations

import threading
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from hotline.domain.allowances import WorkingDays
from hotline.domain.appeal import AppealType
from hotline.domain.errors import Invalid, NotNow, Refused, Stale
from hotline.domain.permissions import Role
from hotline.settings.editions import UNFIT
from hotline.settings.sla import limits_in
from hotline.store.edition import Edition
from hotline.usecases import editions, setup
from hotline.usecases.editions import Planned
from tests.factories.actors import a_person
from tests.factories.offices import SetOffice

ADMIN = a_person(Role.CENTER_ADMIN, number=9)


def complaint_days(office: SetOffice) -> int:
    limit = office.rules.limits.handling.normal[AppealType.COMPLAINT]
    assert isinstance(limit, WorkingDays)
    return limit.days


def limits_with(office: SetOffice, **normal: str) -> dict[str, Any]:
    table = deepcopy(dict(office.rules.shipped["limits"]))
    table["handling"]["normal"] |= normal
    return table


def save(office: SetOffice, name: str, body: dict[str, Any], **given: Any) -> int:
    with office.begin(ADMIN) as work:
        given.setdefault("seen", editions.seen(work, name))
        given.setdefault("words", "市政府新规定")
        revision = editions.save(work, name, body, **given).revision
    office.look_again()
    return revision


def test_a_saved_limit_holds_at_once_and_what_was_before_can_be_asked_for(office: SetOffice) -> None:
    before = office.now()
    office.later(hours=1)
    save(office, "limits", limits_with(office, complaint="7wd"))
    assert complaint_days(office) == 7
    then = office.rules.at(before).limits.handling.normal[AppealType.COMPLAINT]
    assert then == WorkingDays(10)


def test_a_planned_edition_comes_into_force_by_itself(office: SetOffice) -> None:
    save(office, "limits", limits_with(office, complaint="8wd"), since=office.now() + timedelta(days=2))
    assert complaint_days(office) == 10
    office.later(days=2)
    office.look_again()
    assert complaint_days(office) == 8


def test_another_process_sees_the_change(office: SetOffice) -> None:
    other = SetOffice(office.settings, office.engine.url.render_as_string(hide_password=False), office.redis_url)
    other.at(office.now())
    assert complaint_days(other) == 10
    save(office, "limits", limits_with(office, complaint="9wd"))
    other.look_again()
    assert complaint_days(other) == 9
    other.close()


def test_undoing_is_a_new_edition_equal_to_the_older_one(office: SetOffice) -> None:
    save(office, "limits", limits_with(office, complaint="7wd"))
    office.later(hours=1)
    with office.begin(ADMIN) as work:
        back = editions.revert(work, "limits", 0, words="改错了", seen=editions.seen(work, "limits"))
        assert (back.revision, back.words) == (2, "改错了")
        assert work.session.query(Edition).count() == 2
    office.look_again()
    assert complaint_days(office) == 10


def test_the_second_of_two_administrators_is_told_who_was_first(office: SetOffice) -> None:
    with office.begin(ADMIN) as work:
        seen = editions.seen(work, "limits")
    save(office, "limits", limits_with(office, complaint="7wd"), seen=seen)
    with pytest.raises(Stale, match="刚刚修改了时限"):
        save(office, "limits", limits_with(office, help="4wd"), seen=seen)
    assert complaint_days(office) == 7


def test_two_who_save_in_the_same_instant_do_not_both_win(office: SetOffice) -> None:
    with office.begin(ADMIN) as work:
        seen = editions.seen(work, "limits")
    bodies = [limits_with(office, complaint="7wd"), limits_with(office, complaint="6wd")]
    refused: list[Refused] = []

    def try_to(body: dict[str, Any]) -> None:
        try:
            save(office, "limits", body, seen=seen)
        except Refused as refusal:
            refused.append(refusal)

    threads = [threading.Thread(target=try_to, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(refusal) for refusal in refused] == [Stale]


def test_a_planned_edition_is_replaced_before_it_comes(office: SetOffice) -> None:
    tomorrow = office.now() + timedelta(days=1)
    save(office, "limits", limits_with(office, complaint="8wd"), since=tomorrow)
    save(office, "limits", limits_with(office, complaint="6wd"), since=tomorrow)
    office.later(days=1, hours=1)
    office.look_again()
    assert complaint_days(office) == 6


def test_a_planned_edition_can_be_taken_back_and_never_comes(office: SetOffice) -> None:
    revision = save(office, "limits", limits_with(office, complaint="8wd"), since=office.now() + timedelta(days=1))
    with office.begin(ADMIN) as work:
        editions.withdraw(work, "limits", revision, seen=editions.seen(work, "limits"))
    office.later(days=2)
    office.look_again()
    assert complaint_days(office) == 10


def test_what_is_in_force_is_not_taken_back_but_undone(office: SetOffice) -> None:
    revision = save(office, "limits", limits_with(office, complaint="8wd"))
    with office.begin(ADMIN) as work, pytest.raises(NotNow, match="恢复这一版"):
        editions.withdraw(work, "limits", revision, seen=editions.seen(work, "limits"))


def test_saving_before_a_planned_edition_asks_what_shall_become_of_it(office: SetOffice) -> None:
    save(office, "limits", limits_with(office, complaint="8wd"), since=office.now() + timedelta(days=1))
    with pytest.raises(Invalid) as refused:
        save(office, "limits", limits_with(office, complaint="7wd"))
    assert list(refused.value.fields) == ["later"]
    save(office, "limits", limits_with(office, complaint="7wd"), later=Planned.WITHDRAW)
    office.later(days=2)
    office.look_again()
    assert complaint_days(office) == 7


def test_a_form_gets_the_sentences_that_a_file_gets(office: SetOffice) -> None:
    with pytest.raises(Invalid) as refused:
        save(office, "limits", limits_with(office, complaint="soon"))
    _, from_file = limits_in(limits_with(office, complaint="soon"), "fuzhou.toml:")
    assert from_file == [f"fuzhou.toml:{key}:{words}" for key, words in refused.value.fields.items()]


@pytest.mark.parametrize(
    ("given", "field"), [({"words": " "}, "words"), ({"words": "长" * 201}, "words"), ({"since": "past"}, "since")]
)
def test_a_change_needs_a_reason_and_a_moment_to_come(office: SetOffice, given: dict[str, Any], field: str) -> None:
    if given.get("since"):
        given = {"since": office.now() - timedelta(minutes=1)}
    with pytest.raises(Invalid) as refused:
        save(office, "limits", limits_with(office, complaint="7wd"), **given)
    assert list(refused.value.fields) == [field]


def test_saving_nothing_new_is_refused(office: SetOffice) -> None:
    with pytest.raises(NotNow, match="没有需要保存的改动"):
        save(office, "limits", limits_with(office))


def test_a_holiday_added_changes_the_next_due_moment(office: SetOffice) -> None:
    years = deepcopy(dict(office.rules.shipped["calendar"]))
    tomorrow = (office.now() + timedelta(hours=8, days=1)).date()
    years[str(tomorrow.year)]["holidays"].append(
        {"name": "台风停工", "from": tomorrow.isoformat(), "to": tomorrow.isoformat()}
    )
    assert office.rules.calendar.is_working_day(tomorrow)
    save(office, "calendar", years)
    assert not office.rules.calendar.is_working_day(tomorrow)


def test_a_dissolved_unit_costs_only_its_own_rules_and_is_told(office: SetOffice) -> None:
    rule = office.rules.routing.explicit[0]
    unit = office.rules.city.unit(rule.unit)
    try:
        with office.begin(ADMIN) as work:
            setup.load_organisation(work, [type(unit)(**{**_fields(unit), "dispatchable": False})], [])
        office.look_again()
        assert rule.id not in {each.id for each in office.rules.routing.explicit}
        assert len(office.rules.routing.explicit) > 3
        assert any(rule.unit in words for words in office.rules.faults["routing"])
    finally:
        with office.begin(ADMIN) as work:
            setup.load_organisation(work, [unit], [])
        office.look_again()
    assert not office.rules.faults


def test_an_edition_that_a_later_release_cannot_read_gives_way_to_the_shipped_one(office: SetOffice) -> None:
    revision = save(office, "limits", limits_with(office, complaint="7wd"))
    with office.begin(ADMIN) as work:
        edition = work.session.query(Edition).filter_by(name="limits", revision=revision).one()
        edition.body = edition.body | {"accept": "a while", "key_of_old": "1"}
    office._books.clear()
    office.look_again()
    assert complaint_days(office) == 10
    assert UNFIT in office.rules.faults["limits"]


def _fields(unit: Any) -> dict[str, Any]:
    return {name: getattr(unit, name) for name in unit.__dataclass_fields__}
