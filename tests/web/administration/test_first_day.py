"""The first day of a house: without somebody who gives roles every account would stay without one."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from hotline.domain.permissions import Role
from hotline.store.person import Person
from hotline.usecases import people
from tests.factories.offices import SetOffice


def add(office: SetOffice, role: Role) -> None:
    with office.begin() as work:
        centre = work.rules.city.centre
        people.add(work, username=f"first-{role}", name="甲", password="Abcd-1234-xyz", roles=[role], unit=centre)


def test_a_house_asks_for_who_keeps_accounts_and_for_who_gives_roles(office: SetOffice) -> None:
    def missing() -> list[Role]:
        with office.begin() as work:
            return people.missing(work, Role.SYS_ADMIN, Role.SEC_ADMIN)

    assert missing() == [Role.SYS_ADMIN, Role.SEC_ADMIN]
    add(office, Role.SYS_ADMIN)
    assert missing() == [Role.SEC_ADMIN]
    add(office, Role.SEC_ADMIN)
    assert missing() == []


def test_the_accounts_page_says_when_nobody_gives_roles(
    office: SetOffice, staff: dict[str, int], enter: Callable[..., FlaskClient]
) -> None:
    browser = enter("sys")
    assert "还没有安全管理员" not in browser.get("/accounts/").text
    with office.begin() as work:
        work.session.get_one(Person, staff["sec"]).active = False
    assert "还没有安全管理员" in browser.get("/accounts/").text
