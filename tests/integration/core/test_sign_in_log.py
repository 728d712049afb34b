"""What the audit log says of somebody who signs in: nobody is signed in yet, and still it is not an appellant."""

from __future__ import annotations

from sqlalchemy import select

from hotline.domain.audit import Kind
from hotline.domain.permissions import Role
from hotline.store.audit import AuditLine
from hotline.usecases import audit_log, people
from tests.factories.actors import CITIZEN
from tests.factories.offices import SetOffice


def test_a_sign_in_stands_under_the_roles_of_whom_it_lets_in(office: SetOffice) -> None:
    with office.begin() as work:
        roles = [Role.DISPATCHER, Role.LEAD]
        lin = people.add(work, username="lin", name="林晓", password="Lake-8-lantern", roles=roles, unit="350100-HOT")
    with office.begin(CITIZEN) as door:
        audit_log.write(door, Kind.LOGIN, about="lin", person=lin)
    with office.begin() as work:
        line = work.session.scalars(select(AuditLine).where(AuditLine.kind == Kind.LOGIN)).one()
    assert (line.actor, line.role, line.unit) == ("林晓", "班长、派单员", "350100-HOT")
