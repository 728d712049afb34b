"""Short messages through the gateway: let in, understood, joined, answered, and never lost."""

from __future__ import annotations

import hmac
import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hotline.domain.lifecycle import State
from hotline.store.notice import Message, Notice
from hotline.store.ticket import Supplement, Ticket
from hotline.usecases import texting
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, seen
from tests.integration.api.conftest import Submit

PHONE, STRANGER = "13800001111", "13900002222"


@pytest.fixture(autouse=True)
def _a_clean_desk(office: SetOffice) -> None:
    with office.begin() as work:
        for table in (Notice, Message):
            work.session.execute(table.__table__.delete())


@pytest.fixture
def secret(office: SetOffice) -> str:
    return office.settings.secrets.gateways["sms/generic"]


class Phone:
    """Somebody who writes to the hotline."""

    def __init__(self, client: FlaskClient, secret: str, office: SetOffice, number: str) -> None:
        self._client, self._secret, self._office, self.number = client, secret, office, number
        self._ids = itertools.count(1)

    def writes(self, text: str, **more: Any) -> TestResponse:
        body = {"id": f"{self.number}-{next(self._ids)}", "from": self.number, "text": text} | more
        return self._client.post("/gateway/sms/generic", json=body, headers={"X-Gateway-Secret": self._secret})

    def outcome(self, text: str, **more: Any) -> str:
        answer = self.writes(text, **more)
        assert answer.status_code == 200, answer.text
        return str(answer.json["outcome"])

    def reads(self) -> list[str]:
        """What was answered, oldest first."""
        with self._office.begin() as work:
            notices = work.session.scalars(select(Notice).where(Notice.way == "sms").order_by(Notice.id)).all()
            return [n.text for n in notices if work.sealer.open(n.phone) == self.number]


@pytest.fixture
def phone(client: FlaskClient, secret: str, office: SetOffice) -> Phone:
    return Phone(client, secret, office, PHONE)


@pytest.fixture
def stranger(client: FlaskClient, secret: str, office: SetOffice) -> Phone:
    return Phone(client, secret, office, STRANGER)


def tickets(office: SetOffice) -> int:
    return int(str(office.value(select(func.count()).select_from(Ticket))))


def ticket_of(office: SetOffice, external_id: str) -> Ticket:
    with office.begin() as work:
        message = work.session.scalars(select(Message).where(Message.external_id == external_id)).one()
        return work.session.get_one(Ticket, message.ticket_id)


# -- the door


def test_a_gateway_nobody_set_up_is_unknown(client: FlaskClient, secret: str) -> None:
    answer = client.post("/gateway/sms/other", json={"id": "1"}, headers={"X-Gateway-Secret": secret})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Gateway-Secret": "wrong"},
        {"X-Gateway-Secret": "错"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic wrong"},
        {"X-Signature": "sha256=00"},
        {"X-Signature": "字"},
    ],
)
def test_who_cannot_show_the_secret_is_refused_and_leaves_nothing(
    client: FlaskClient, office: SetOffice, headers: dict[str, str]
) -> None:
    body = {"id": "door-1", "from": PHONE, "text": "路灯不亮"}
    encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    assert client.post("/gateway/sms/generic", json=body, headers=encoded).status_code == 403
    assert office.value(select(func.count()).select_from(Message)) == 0


@pytest.mark.parametrize("way", ["bearer", "header", "signed json", "signed form"])
def test_every_way_of_showing_the_secret_opens_the_door(client: FlaskClient, secret: str, way: str) -> None:
    form = f"id=door-{way.replace(' ', '-')}&from={PHONE}&text=1"
    raw = json.dumps({"id": f"door-{way}", "from": PHONE, "text": "1"}).encode()
    match way:
        case "bearer":
            headers, body, kind = {"Authorization": f"Bearer {secret}"}, raw, "application/json"
        case "header":
            headers, body, kind = {"X-Gateway-Secret": secret}, raw, "application/json"
        case _:
            body = raw if "json" in way else form.encode()
            kind = "application/json" if "json" in way else "application/x-www-form-urlencoded"
            headers = {"X-Signature": "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()}
    answer = client.post("/gateway/sms/generic", data=body, content_type=kind, headers=headers)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "body", [{}, {"id": "", "from": PHONE}, {"id": "x"}, {"id": "x", "from": ""}, {"id": ["x"], "from": PHONE}]
    + [{"id": "x", "from": PHONE, "part": part, "parts": 2} for part in (0, 3, "x", -1, 10**30)],
)  # fmt: skip
def test_a_post_without_its_parts_is_told_which(client: FlaskClient, secret: str, body: dict[str, Any]) -> None:
    answer = client.post("/gateway/sms/generic", json=body, headers={"X-Gateway-Secret": secret})
    assert answer.status_code == 422, answer.text
    assert answer.json["errors"]


# -- appeals


def test_a_free_text_is_an_appeal_and_the_same_id_again_changes_nothing(phone: Phone, office: SetOffice) -> None:
    before = tickets(office)
    assert phone.outcome("示例路路口的路灯不亮", id="free-1") == "appeal"
    assert phone.outcome("示例路路口的路灯不亮", id="free-1") == "appeal"
    assert phone.outcome("别的话", id="free-1") == "appeal"
    assert tickets(office) == before + 1
    assert ticket_of(office, "free-1").channel == "sms"


PARTS = ("小区东门的垃圾桶三天没有清运，", "夏天气味很大，苍蝇很多，", "请安排清运并告知时间。")


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_long_message_is_one_appeal_in_any_order_of_its_parts_each_doubled(
    phone: Phone, office: SetOffice, order: tuple[int, ...]
) -> None:
    before, ref = tickets(office), "r" + "".join(map(str, order))
    for n in order:
        for _ in range(2):
            phone.writes(PARTS[n], id=f"{ref}-{n}", ref=ref, part=n + 1, parts=3)
    assert tickets(office) == before + 1
    assert ticket_of(office, f"{ref}-0").content == "".join(PARTS)


def test_a_long_message_sent_again_under_other_ids_is_the_same_appeal(phone: Phone, office: SetOffice) -> None:
    before = tickets(office)
    for attempt in "ab":
        for n, text in enumerate(PARTS):
            phone.writes(text, id=f"again-{attempt}{n}", ref="again", part=n + 1, parts=3)
    office.later(minutes=11)
    with office.begin() as work:
        texting.give_up_waiting(work, 10)
    assert tickets(office) == before + 1


def test_parts_that_arrive_at_the_same_moment_are_one_appeal(app: Flask, secret: str, office: SetOffice) -> None:
    before = tickets(office)

    def send(n: int) -> int:
        body = {
            "id": f"race-{n % 3}",
            "from": PHONE,
            "text": PARTS[n % 3],
            "ref": "race",
            "part": n % 3 + 1,
            "parts": 3,
        }
        posted = app.test_client().post("/gateway/sms/generic", json=body, headers={"X-Gateway-Secret": secret})
        return posted.status_code

    with ThreadPoolExecutor(9) as pool:
        assert set(pool.map(send, range(9))) == {200}
    assert tickets(office) == before + 1
    assert ticket_of(office, "race-0").content == "".join(PARTS)


def test_a_part_that_never_comes_is_given_up_and_one_that_comes_late_is_added(phone: Phone, office: SetOffice) -> None:
    before = tickets(office)
    for n in (0, 2):
        assert phone.outcome(PARTS[n], id=f"late-{n}", ref="late", part=n + 1, parts=3) == "waiting"
    office.later(minutes=11)
    with office.begin() as work:
        assert texting.give_up_waiting(work, 10) == 2
    ticket = ticket_of(office, "late-0")
    assert ticket.content == PARTS[0] + PARTS[2] + "（短信有缺失）"
    assert phone.outcome(PARTS[1], id="late-1", ref="late", part=2, parts=3) == "joined"
    assert tickets(office) == before + 1
    said = office.value(select(Supplement.text).where(Supplement.ticket_id == ticket.id))
    assert said == PARTS[1]


def test_a_reference_used_again_for_other_words_is_another_appeal(phone: Phone, office: SetOffice) -> None:
    before = tickets(office)
    for attempt in ("水压太低，", "公交站牌倒了，"):
        for n, text in enumerate((attempt, "请处理。" + attempt)):
            phone.writes(text, id=f"reuse-{attempt}{n}", ref="7", part=n + 1, parts=2)
    assert tickets(office) == before + 2


# -- the dialogue


def test_only_the_phone_on_the_ticket_is_told_its_progress_without_the_code(
    phone: Phone, stranger: Phone, submit: Submit
) -> None:
    mine = submit(phone=PHONE)
    assert phone.outcome(f"cx {mine.no}") == "command"
    assert "待受理" in phone.reads()[-1]
    stranger.writes(f"CX{mine.no}")
    assert "待受理" not in stranger.reads()[-1]
    stranger.writes(f"CX{mine.no} {mine.code}")
    assert "待受理" in stranger.reads()[-1]


def test_the_commands_do_what_their_letters_say(phone: Phone, office: SetOffice, submit: Submit) -> None:
    mine = submit(phone=PHONE)
    for words in (f"BC{mine.no}现在楼道也进水了", f"CB {mine.no}", f"CB {mine.no}", f"ＣＨ{mine.no}", f"CH{mine.no}"):
        phone.writes(words)
    with office.begin() as work:
        ticket = work.session.scalars(select(Ticket).where(Ticket.no == mine.no)).one()
        assert (ticket.state, ticket.urged) == ("WITHDRAWN", 1)
        assert (
            work.session.scalar(select(Supplement.text).where(Supplement.ticket_id == ticket.id)) == "现在楼道也进水了"
        )
    told = phone.reads()
    assert [word for word in ("补充已收到", "已催办", "24 小时", "已撤回") if any(word in one for one in told)] == [
        "补充已收到", "已催办", "24 小时", "已撤回",
    ]  # fmt: skip


def test_a_number_is_understood_as_people_write_it(phone: Phone, submit: Submit) -> None:
    no, code = (mine := submit(phone=PHONE)).no, mine.code
    spaced = " ".join(no[i : i + 4] for i in range(0, len(no), 4))
    full = "".join(chr(ord(c) + 0xFEE0) for c in no)
    for written in (no.lower(), spaced, f"：{no}", full, f"{no}{code}", f"{no} {code}"):
        assert phone.outcome(f"CX{written}") == "command"
        assert "待受理" in phone.reads()[-1], written


def test_a_supplement_keeps_its_words_but_not_the_code(stranger: Phone, office: SetOffice, submit: Submit) -> None:
    mine = submit(phone=PHONE)
    stranger.writes(f"BC{mine.no}{mine.code}，楼道１号灯也坏了")
    with office.begin() as work:
        ticket = work.session.scalars(select(Ticket).where(Ticket.no == mine.no)).one()
        said = work.session.scalar(select(Supplement.text).where(Supplement.ticket_id == ticket.id))
    assert said == "楼道１号灯也坏了"


@pytest.mark.parametrize("words", ["CX", "cb ", "ＣＸ", "CXFZ2603110000", "BC 260311"])
def test_a_command_without_its_number_is_no_appeal(phone: Phone, office: SetOffice, words: str) -> None:
    before = tickets(office)
    assert phone.outcome(words) == "unclear"
    assert tickets(office) == before
    assert "CX+编号" in phone.reads()[-1]


def test_a_command_about_no_ticket_is_told_so(phone: Phone) -> None:
    phone.writes("CXFZ000000000000")
    assert "编号不对" in phone.reads()[-1]


@pytest.mark.parametrize("words", ["2", "？？？", "", "…", "３。"])
def test_what_cannot_be_understood_is_kept_and_answered_once_a_day(phone: Phone, office: SetOffice, words: str) -> None:
    assert [phone.outcome(words) for _ in range(3)] == ["unclear"] * 3
    assert len(phone.reads()) == 1
    office.later(hours=25)
    phone.writes(words)
    assert len(phone.reads()) == 2
    assert office.value(select(func.count()).select_from(Message).where(Message.outcome == "unclear")) == 4


def test_the_answer_to_the_call_back_question_closes_the_ticket(phone: Phone, office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK, phone=PHONE)
    assert phone.outcome("１。") == "command"
    assert (seen(office, no).state, seen(office, no).result) == (State.CLOSED, "S")
