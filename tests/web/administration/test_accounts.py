"""Three administrators: accounts, roles and keys, the log; each does the own part, on record."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.domain.audit import Kind
from hotline.domain.errors import NotNow
from hotline.domain.permissions import Permission, Role
from hotline.store.audit import AuditLine
from hotline.store.person import Person
from hotline.usecases import access, accounts, audit_log, people
from tests.factories.actors import SUPERVISOR, a_person
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket
from tests.web.administration.conftest import CENTRE, PASSWORD
from web.administration.labels import PERMISSION_WORDS

Enter = Callable[..., FlaskClient]
Staff = dict[str, int]


def recorded(office: SetOffice, kind: Kind) -> list[tuple[str, dict[str, object]]]:
    with office.begin() as work:
        lines = work.session.scalars(select(AuditLine).where(AuditLine.kind == kind).order_by(AuditLine.seq))
        return [(line.about, line.words) for line in lines]


def secret_in(page: str) -> str:
    found = re.search(r'class="once lead">([^<]+)<', page)
    assert found, "the secret is shown once"
    return found.group(1)


# -- accounts ----------------------------------------------------------------------------------------------------------


def test_an_account_is_made_without_roles_and_its_password_is_shown_once(
    office: SetOffice, enter: Enter, app: object
) -> None:
    browser = enter("sys")
    made = browser.post("/accounts/new", data={"username": "chen", "name": "陈新", "unit": CENTRE})
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    password = secret_in(made.text)
    with office.begin() as work:
        person = work.session.scalars(select(Person).where(Person.username == "chen")).one()
    assert person.roles == []
    assert password not in browser.get(f"/accounts/{person.id}").text
    assert recorded(office, Kind.ACCOUNT)[-1] == ("chen", {"step": "create", "unit": CENTRE})


def test_the_first_sign_in_leads_to_an_own_password_and_to_the_second_factor_before_anything_else(
    office: SetOffice, enter: Enter, staff: Staff
) -> None:
    password = secret_in(enter("sys").post(f"/accounts/{staff['lin']}/password").text)
    with office.begin() as work:
        work.session.get_one(Person, staff["lin"]).must_enrol = True
    browser = enter("lin", password)
    for path in ("/desk", "/operator", "/accounts/"):
        assert browser.get(path).headers["Location"] == "/me/", path
    assert browser.get("/me/").status_code == 200
    wrong = browser.post("/me/password", data={"old": "no", "new": "short", "again": "other"})
    assert [words in wrong.text for words in ("原密码不对", "至少 10 位", "两次输入的新密码不同")] == [True] * 3
    browser.post("/me/password", data={"old": password, "new": "a-new-password", "again": "a-new-password"})
    assert browser.get("/desk").headers["Location"] == "/me/factor"
    page = browser.get("/me/factor").text
    assert "<svg" in page
    found = re.search(r'class="once">([A-Z2-7 ]+)<', page)
    assert found
    code = pyotp.TOTP(found.group(1).replace(" ", "")).at(office.now())
    assert "动态码不对" in browser.post("/me/factor", data={"code": "000000"}).text
    browser.post("/me/factor", data={"code": code})
    assert browser.get("/operator").status_code == 200
    refused = browser.get("/me/factor")
    assert refused.status_code == 403


def test_a_program_can_do_nothing_with_a_password_that_was_set_by_somebody_else(
    enter: Enter, staff: Staff, app: object
) -> None:
    browser = enter("sys")
    password = secret_in(browser.post(f"/accounts/{staff['lin']}/password").text)
    token = browser.post("/api/v1/tokens", json={"username": "lin", "password": password}).json["token"]
    answer = browser.get("/api/v1/tickets", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert "更换密码" in answer.json["detail"]


def test_a_locked_account_loses_its_sessions_at_once(enter: Enter, staff: Staff) -> None:
    browser, agent = enter("sys"), enter("lin")
    assert agent.get("/operator").status_code == 200
    browser.post(f"/accounts/{staff['lin']}/lock")
    assert agent.get("/operator").headers["Location"].startswith("/login")
    browser.post(f"/accounts/{staff['lin']}/unlock")
    assert enter("lin").get("/operator").status_code == 200


def test_nobody_locks_resets_or_moves_himself(enter: Enter, staff: Staff) -> None:
    browser = enter("sys")
    for step in ("lock", "unlock", "password", "factor"):
        assert browser.post(f"/accounts/{staff['sys']}/{step}").status_code == 403, step
    assert browser.post(f"/accounts/{staff['sys']}/unit", data={"unit": CENTRE}).status_code == 403


def test_the_last_administrator_of_accounts_can_not_be_locked(office: SetOffice, staff: Staff) -> None:
    with office.begin(a_person(Role.SYS_ADMIN, number=staff["sys"])) as work:
        accounts.lock(work, staff["sys2"])
    with office.begin(a_person(Role.SYS_ADMIN, number=staff["sys2"])) as work, pytest.raises(NotNow):
        accounts.lock(work, staff["sys"])


def test_somebody_moved_works_for_the_new_unit_from_then_on(office: SetOffice, enter: Enter, staff: Staff) -> None:
    browser = enter("sys")
    assert "没有这个单位" in browser.post(f"/accounts/{staff['lin']}/unit", data={"unit": "nowhere"}).text
    browser.post(f"/accounts/{staff['lin']}/unit", data={"unit": "350102-CGW"})
    with office.begin() as work:
        assert work.session.get_one(Person, staff["lin"]).unit == "350102-CGW"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"username": "lin", "name": "林", "unit": CENTRE}, "用户名已被使用"),
        ({"username": "wu", "name": "", "unit": CENTRE}, "请填写姓名"),
        ({"username": "wu", "name": "吴", "unit": "nowhere"}, "没有这个单位"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said_at_its_field(enter: Enter, given: dict[str, str], said: str) -> None:
    answer = enter("sys").post("/accounts/new", data=given)
    assert answer.status_code == 422
    assert said in answer.text


def test_accounts_are_found_by_name_unit_and_role(enter: Enter) -> None:
    browser = enter("sys")
    assert "1 个账号" in browser.get("/accounts/?q=lin").text
    assert "5 个账号" in browser.get(f"/accounts/?q={CENTRE}").text
    assert "2 个账号" in browser.get("/accounts/?role=SYS_ADMIN").text
    assert "没有找到" in browser.get("/accounts/?q=nobody").text


# -- roles -------------------------------------------------------------------------------------------------------------


def test_other_roles_show_their_effect_first_and_are_given_only_when_confirmed(
    office: SetOffice, enter: Enter, staff: Staff
) -> None:
    browser, path = enter("sec"), f"/accounts/{staff['lin']}/roles"
    shown = browser.post(path, data={"roles": ["SUPERVISOR"], "seen": ["AGENT"]})
    assert "督办" in shown.text
    assert "登记诉求" in shown.text
    with office.begin() as work:
        assert work.session.get_one(Person, staff["lin"]).roles == ["AGENT"]
    sure = {"roles": ["SUPERVISOR"], "seen": ["AGENT"], "sure": "yes"}
    assert browser.post(path, data=sure).status_code == 303
    assert recorded(office, Kind.GRANT) == [("lin", {"before": ["AGENT"], "after": ["SUPERVISOR"]})]
    assert browser.post(path, data=sure).status_code == 409, "somebody has changed them since"


@pytest.mark.parametrize(
    "roles", [["SYS_ADMIN", "SEC_ADMIN"], ["SEC_ADMIN", "AUDITOR"], ["SYS_ADMIN", "AGENT"], ["AUDITOR", "INSPECTOR"]]
)
def test_no_person_holds_two_of_the_three_nor_another_role_beside_one(
    enter: Enter, staff: Staff, roles: list[str]
) -> None:
    sure = {"roles": roles, "seen": ["AGENT"], "sure": "yes"}
    answer = enter("sec").post(f"/accounts/{staff['lin']}/roles", data=sure)
    assert answer.status_code == 422
    assert "账号" in answer.text


def test_a_security_administrator_gives_himself_nothing(enter: Enter, staff: Staff) -> None:
    given = {"roles": ["SEC_ADMIN", "AGENT"], "seen": ["SEC_ADMIN"], "sure": "yes"}
    answer = enter("sec").post(f"/accounts/{staff['sec']}/roles", data=given)
    assert answer.status_code == 403


def test_each_administrator_keeps_to_the_own_part(enter: Enter, staff: Staff) -> None:
    lin = staff["lin"]
    parts = {
        "sys": [f"/accounts/{lin}/lock", f"/accounts/{lin}/password"],
        "sec": [f"/accounts/{lin}/roles", "/accounts/keys"],
        "aud": ["/audit/prove", "/audit/export"],
    }
    for who in parts:
        browser = enter(who)
        for owner, paths in parts.items():
            for path in paths if owner != who else ():
                assert browser.post(path, data={}).status_code == 403, (who, path)


def test_none_of_the_three_opens_a_ticket_or_a_list(enter: Enter) -> None:
    for who in ("sys", "sec", "aud"):
        browser = enter(who)
        for path in ("/tickets/FZ260311000001", "/operator", "/relay", "/callback/"):
            assert browser.get(path).status_code == 403, (who, path)


# -- keys --------------------------------------------------------------------------------------------------------------


def test_a_key_is_shown_once_opens_the_channel_and_closes_when_revoked(office: SetOffice, enter: Enter) -> None:
    browser = enter("sec")
    key = secret_in(browser.post("/accounts/keys", data={"name": "网格平台", "channel": "grid"}).text)
    assert key not in browser.get("/accounts/keys").text
    post = {"json": {"content": "路灯不亮，请修"}, "headers": {"X-Api-Key": key}}
    assert browser.post("/api/v1/appeals", **post).status_code == 201
    with office.begin() as work:
        client = people.client(work, "api", key)
        assert client
        number = client.id
    fresh = secret_in(browser.post(f"/accounts/keys/{number}/rotate").text)
    assert browser.post("/api/v1/appeals", **post).status_code in (401, 403), "the old key is void"
    post["headers"] = {"X-Api-Key": fresh}
    browser.post(f"/accounts/keys/{number}/revoke")
    assert "重新启用" in browser.get("/accounts/keys").text, "a new key would bring it back, and the button says so"
    assert browser.post("/api/v1/appeals", **post).status_code in (401, 403)
    assert [words["step"] for _, words in recorded(office, Kind.KEY)] == ["issue", "rotate", "revoke"]


def test_a_gateways_secret_is_rotated_and_the_one_in_the_file_is_void(office: SetOffice, enter: Enter) -> None:
    browser = enter("sec")
    old = office.settings.secrets.gateways["sms/generic"]
    fresh = secret_in(browser.post("/accounts/keys/gateways/sms/generic").text)
    for secret, expected in ((old, 403), (fresh, 200)):
        given = {"id": "m1", "from": "13800005678", "text": "路灯不亮"}
        answer = browser.post("/gateway/sms/generic", json=given, headers={"X-Gateway-Secret": secret})
        assert (answer.status_code == 403) == (expected == 403), answer.text
    assert browser.post("/accounts/keys/gateways/sms/unknown").status_code == 404


def test_a_taken_name_and_an_unknown_channel_are_said(enter: Enter) -> None:
    browser = enter("sec")
    browser.post("/accounts/keys", data={"name": "网格平台", "channel": "grid"})
    again = browser.post("/accounts/keys", data={"name": "网格平台", "channel": "grid"})
    assert again.status_code == 422
    assert "名称已被使用" in again.text


# -- the log -----------------------------------------------------------------------------------------------------------


def test_the_auditor_reads_the_log_filters_it_and_takes_it_away_with_a_watermark(
    office: SetOffice, enter: Enter
) -> None:
    browser = enter("aud")
    with office.begin(SUPERVISOR) as work:
        audit_log.write(work, Kind.UNMASK, about="电话", reason="核对回访电话")
    page = browser.get("/audit/?kind=unmask")
    assert "1 条" in page.text
    assert "核对回访电话" in page.text
    table = browser.post("/audit/export", data={"kind": "unmask"})
    assert table.headers["Content-Type"].startswith("text/csv")
    first, _, *lines = table.text.splitlines()
    assert "aud员" in first
    assert len(lines) == 1
    assert recorded(office, Kind.AUDIT_READ) == [("导出审计日志", {"rows": 1})]
    assert browser.get("/audit/?first=nonsense").status_code == 422


def test_the_log_is_searched_by_what_an_auditor_knows_and_says_it_in_words(office: SetOffice, enter: Enter) -> None:
    browser = enter("aud")
    no = a_ticket(office)
    with office.begin(SUPERVISOR) as work:
        audit_log.write(work, Kind.EXCLUSION, access.staff(work, no), "驳回剔除申请", reason="UNTRUE")
        audit_log.write(work, Kind.GRANT, about="aud", before=["AGENT"], after=["AUDITOR"])
        audit_log.write(work, Kind.KEY, about="网格平台", step="issue", channel="grid")
    assert "反映不属实" in browser.get(f"/audit/?ticket={no[-6:]}").text
    assert "UNTRUE" not in browser.get("/audit/").text
    assert "来源：网格上报" in browser.get("/audit/?kind=key").text
    for who in ("aud", "aud员"):
        assert "现在：审计管理员" in browser.get("/audit/", query_string={"who": who}).text


def test_the_auditor_proves_the_chains_with_one_button(office: SetOffice, enter: Enter) -> None:
    browser = enter("aud")
    assert "全部完整" in browser.post("/audit/prove").text
    with office.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit SET about = 'x' WHERE seq = 1")
    broken = browser.post("/audit/prove").text
    assert "第 1 条被改动" in broken


def test_the_log_is_for_auditors_only(enter: Enter) -> None:
    for who in ("sys", "sec", "lin"):
        browser = enter(who)
        assert browser.get("/audit/").status_code == 403
        assert browser.post("/audit/prove").status_code == 403


def test_a_units_auditor_sees_what_concerns_the_unit_only(office: SetOffice, enter: Enter, staff: Staff) -> None:
    with office.begin() as work:
        work.session.get_one(Person, staff["aud"]).unit = "350102-CGW"
    with office.begin(a_person(Role.UNIT_HANDLER, number=77, unit="350102-CGW", name="鼓楼城管")) as work:
        audit_log.write(work, Kind.UNMASK, about="证件号", reason="核对身份信息")
    page = enter("aud").get("/audit/").text
    assert "核对身份信息" in page
    assert "sys" not in page


# -- sessions ----------------------------------------------------------------------------------------------------------


def test_one_sees_where_one_is_signed_in_and_can_leave_everywhere(enter: Enter) -> None:
    here, there = enter("lin"), enter("lin")
    page = here.get("/me/")
    assert page.text.count("浏览器</span>") == 2
    key = re.search(r"/me/sessions/([0-9a-f]{16})/end", page.text)
    assert key
    here.post(key.group(0))
    assert there.get("/operator").headers["Location"].startswith("/login")
    assert here.post("/me/sessions/end").status_code == 303
    assert here.get("/operator").headers["Location"].startswith("/login")


def test_a_session_too_many_ends_the_oldest(office: SetOffice, enter: Enter) -> None:
    first = enter("lin")
    most = office.rules.privacy.sessions
    for _ in range(most):
        office.later(seconds=1)
        enter("lin")
    assert first.get("/operator").headers["Location"].startswith("/login")
    with office.begin() as work:
        assert work.session.scalar(select(Person.id).where(Person.username == "lin"))


def test_an_own_session_of_somebody_else_can_not_be_ended(enter: Enter) -> None:
    page = enter("lin").get("/me/").text
    other = enter("sys")
    assert "/me/sessions/" in page
    assert other.post("/me/sessions/0123456789abcdef/end").status_code == 404


def test_a_code_opens_only_once(office: SetOffice, enter: Enter, staff: Staff, app: object) -> None:
    secret = pyotp.random_base32()
    with office.begin() as work:
        work.session.get_one(Person, staff["lin"]).totp_secret = work.sealer.seal(secret)
    code = pyotp.TOTP(secret).at(office.now())
    with office.begin() as work:
        assert isinstance(people.check(work, "lin", PASSWORD, code), Person)
        again = people.check(work, "lin", PASSWORD, code)
    assert isinstance(again, str) == office.rules.two_factor


def test_every_permission_has_a_word_for_who_gives_it() -> None:
    assert set(PERMISSION_WORDS) == set(Permission)
