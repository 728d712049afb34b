"""The wording of an SMS is the city's; its fields and its length are not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from hotline.store.journal import Entry
from hotline.store.notice import Notice
from hotline.usecases import notices
from tests.factories.actors import LEAD_UNIT
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act
from tests.web.configuration.conftest import filled

AT = "/configuration/sms"


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("已交{unit}办理。", "缺少 {no}、{due}"),
        ("{no}已交{unit}办理,{due}前答复{name}", "没有 {name} 这个字段"),
        ("{no}已交{unit}办理,{due}前答复{", "花括号不成对"),
        ("{no!r}已交{unit}办理,{due}前答复", "花括号不成对"),
        ("{no}已交{unit}办理,{due}前答复。" + "请" * 60, "含签名最多 70 字"),
        (" ", "缺少文字"),
    ],
)
def test_a_text_that_cannot_be_sent_is_not_saved(admin: FlaskClient, words: str, fault: str) -> None:
    answer = admin.post(f"{AT}/form", data=filled(admin.get(AT).text, f"{AT}/form") | {"texts.4": words})
    assert answer.status_code == 422
    assert fault in answer.text
    assert words.strip() in answer.text


def test_a_new_wording_is_what_people_get(office: SetOffice, admin: FlaskClient) -> None:
    typed = filled(admin.get(AT).text, f"{AT}/form") | {"texts.4": "您好!{no}由{unit}办理,{due}前回复您。"}
    page = admin.post(f"{AT}/form", data=typed).text
    given = filled(page, f"{AT}/save") | {"words": "更亲切"}
    assert admin.post(f"{AT}/save", data=given).status_code == 303
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, Action.DISPATCH, unit=LEAD_UNIT)
    with office.begin() as work:
        entries = list(work.session.scalars(sa.select(Entry.id).order_by(Entry.id)))
        notices.compose(work, entries)
    with office.begin() as work:
        sent = work.session.scalars(sa.select(Notice.text).where(Notice.template == 4)).all()
    assert any("您好!" in text and "前回复您。" in text for text in sent)
