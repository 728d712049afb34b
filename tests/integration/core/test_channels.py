"""One contract over every channel: one delivery is one ticket; any writing is understood or refused in words."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hotline.channels.outgoing import GATEWAYS
from hotline.domain import appeal as appeals
from hotline.domain.appeal import clean
from hotline.domain.errors import Conflict, Invalid, NotFound
from hotline.domain.permissions import Actor, Role
from hotline.store.ticket import Receipt, Ticket
from hotline.usecases import access, intake, people, routing
from tests.factories.actors import AGENT, CITIZEN
from tests.factories.appeals import PHONE
from tests.factories.offices import SetOffice
from tests.factories.texts import text_in

Deliver = Callable[[SetOffice, str, str], None]
"""(office, words, delivery id)."""


def by_form(channel: str, by: Actor) -> Deliver:
    """A channel whose posts are fields with a key."""

    def deliver(office: SetOffice, words: str, key: str) -> None:
        raw = {"content": words, "phone": PHONE}
        with office.begin(by) as work:
            appeal = appeals.read(raw, channel=channel, city=work.rules.city, now=work.now)
            intake.take(work, appeal, key=key, body=intake.body_hash(raw))

    return deliver


def by_text(office: SetOffice, words: str, key: str) -> None:
    text_in(office, words, id=key)


INBOUND: dict[str, Deliver] = {
    "web": by_form("web", CITIZEN),
    "phone": by_form("phone", AGENT),
    "open311": by_form("open311", CITIZEN),
    "sms": by_text,
}
channels = pytest.mark.parametrize("channel", INBOUND)


def rows(office: SetOffice) -> list[Ticket]:
    with office.begin() as work:
        return list(work.session.scalars(sa.select(Ticket).order_by(Ticket.id)))


@channels
def test_the_same_delivery_twice_is_one_ticket(office: SetOffice, channel: str) -> None:
    for _ in range(2):
        INBOUND[channel](office, "鼓楼区示范路装修垃圾没人清", "k1")
    (ticket,) = rows(office)
    assert ticket.channel == channel


@channels
def test_the_same_words_in_two_deliveries_are_two_tickets(office: SetOffice, channel: str) -> None:
    for key in ("k1", "k2"):
        INBOUND[channel](office, "鼓楼区示范路装修垃圾没人清", key)
    assert len({ticket.no for ticket in rows(office)}) == 2


@pytest.mark.parametrize("channel", ["web", "phone", "open311"])
def test_other_words_under_a_used_key_are_refused(office: SetOffice, channel: str) -> None:
    INBOUND[channel](office, "装修垃圾没人清", "k1")
    with pytest.raises(Conflict):
        INBOUND[channel](office, "另一件事情", "k1")
    assert len(rows(office)) == 1


def test_one_key_in_two_channels_is_two_deliveries(office: SetOffice) -> None:
    for channel in INBOUND:
        INBOUND[channel](office, "装修垃圾没人清", "k1")
    assert len(rows(office)) == len(INBOUND)


@channels
def test_a_delivery_that_failed_may_come_again(office: SetOffice, channel: str) -> None:
    if channel != "sms":
        with pytest.raises(Invalid):
            INBOUND[channel](office, "", "k1")
    assert office.value(sa.select(sa.func.count()).select_from(Receipt)) == 0
    INBOUND[channel](office, "装修垃圾没人清", "k1")
    assert len(rows(office)) == 1


@channels
def test_traditional_characters_are_understood_and_kept_as_written(office: SetOffice, channel: str) -> None:
    words = "鼓樓區示範路裝修垃圾沒人清運"
    office.plain = None
    INBOUND[channel](office, words, "k1")
    with office.begin() as work:
        routing.route_batch(work)
    (ticket,) = rows(office)
    assert (ticket.content, ticket.region) == (words, "350102")


@channels
@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("😀装修垃圾👨‍👩‍👧没人清", "😀装修垃圾👨‍👩‍👧没人清"),
        ("مرحبا 装修垃圾", "مرحبا 装修垃圾"),
        ("装修\u202e垃圾\u2066没人清", "装修垃圾没人清"),
        ("装修\x00垃圾\x1b[31m没人清\x7f", "装修垃圾[31m没人清"),
        ("<script>alert(1)</script>装修垃圾", "<script>alert(1)</script>装修垃圾"),
        ("'; DROP TABLE ticket; -- 装修垃圾", "'; DROP TABLE ticket; -- 装修垃圾"),
        ("%s {no} {{ 7*7 }} 装修垃圾", "%s {no} {{ 7*7 }} 装修垃圾"),
        ("\ud83d装修垃圾", "装修垃圾"),
    ],
    ids=["emoji", "right-to-left", "direction", "control", "html", "sql", "templates", "half a character"],
)
def test_any_writing_is_kept_as_words(office: SetOffice, channel: str, words: str, kept: str) -> None:
    INBOUND[channel](office, words, "k1")
    assert [ticket.content for ticket in rows(office)] == [kept]


@channels
@pytest.mark.parametrize("words", ["", " \n ", "😀😀", "\x00\x01\x02", "？！……", "\u202e\u200b"])
def test_what_has_no_words_makes_no_ticket_and_no_error_page(office: SetOffice, channel: str, words: str) -> None:
    refused = None
    try:
        INBOUND[channel](office, words, "k1")
    except Invalid as fault:
        refused = fault.fields
    assert rows(office) == []
    assert refused is None if channel == "sms" else refused and "content" in refused


@channels
def test_a_very_long_letter_is_kept_whole(office: SetOffice, channel: str) -> None:
    letter = "装修垃圾" * 1000
    INBOUND[channel](office, letter, "k1")
    (ticket,) = rows(office)
    rest = office.value(sa.text("select text from supplement"))  # type: ignore[arg-type]
    assert f"{ticket.content}{rest}" == letter


@channels
def test_two_deliveries_at_once_are_one_ticket(office: SetOffice, channel: str) -> None:
    together, faults = threading.Barrier(2), []

    def deliver() -> None:
        together.wait(timeout=10)
        try:
            INBOUND[channel](office, "鼓楼区示范路装修垃圾没人清", "k1")
        except Exception as fault:  # noqa: BLE001 - whatever a thread meets is told below
            faults.append(fault)

    both = [threading.Thread(target=deliver) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=20)
    assert faults == []
    assert len(rows(office)) == 1


@pytest.mark.parametrize("name", GATEWAYS)
@pytest.mark.parametrize("words", ["已受理", "😀", "长" * 70, ""])
def test_an_outgoing_gateway_gives_one_receipt_for_one_key(name: str, words: str) -> None:
    send = GATEWAYS[name]
    first = send(PHONE, words, "7")
    assert first == send(PHONE, words, "7")
    assert first != send(PHONE, words, "8")
    assert 0 < len(first) <= 80
    assert PHONE not in first


ODD = ["\x00", "\ud83d", "FZ260311\x00000123", "编号", "😀" * 50, "' or 1=1 --"]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_number_or_code_finds_nothing(office: SetOffice, odd: str) -> None:
    INBOUND["web"](office, "装修垃圾没人清", "k1")
    (ticket,) = rows(office)
    for no, code in ((odd, "123456"), (ticket.no, odd)):
        with pytest.raises(NotFound), office.begin(CITIZEN) as work:
            access.citizens(work, no, code)
    with pytest.raises(NotFound), office.begin(AGENT) as work:
        access.staff(work, odd)


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_name_password_or_code_signs_nobody_in(office: SetOffice, odd: str) -> None:
    with office.begin() as work:
        people.add(work, username="lin", name="林晓", password="correct-horse", roles=[Role.AGENT], unit="")
    for username, password, otp in ((odd, "x", ""), ("lin", odd, ""), ("lin", "correct-horse", odd)):
        with office.begin() as work:
            answer = people.check(work, username, password, otp)
        assert isinstance(answer, str) or not clean(otp)


@pytest.mark.parametrize("odd", ["\x00", "m\x001", "\ud83d1"])
def test_an_odd_message_id_is_refused_or_taken_but_never_breaks(office: SetOffice, odd: str) -> None:
    if not clean(odd):
        with pytest.raises(Invalid):
            text_in(office, "装修垃圾没人清", id=odd)
        return
    for _ in range(2):
        text_in(office, "装修垃圾没人清", id=odd, ref=odd, phone=f"{PHONE}\x00")
    assert len(rows(office)) == 1
