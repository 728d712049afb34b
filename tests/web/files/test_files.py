"""Files through the pages: with and without scripts, good and bad, and handed out only to whom the rules let."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from hotline.domain.attachment import FileLimits
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from hotline.read import ticket_page
from hotline.store.attachment import Attachment
from hotline.store.ticket import Ticket
from tests.factories.actors import AGENT, CITIZEN, DISPATCHER, LEAD_UNIT, OTHER, REVIEWER, UNIT, a_person
from tests.factories.files import A_PDF, NO_PICTURE, a_bomb, a_picture, uploaded
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, seen, take
from tests.web.public.saying import carried
from web.tickets.forms import FORMS

As = Callable[[Actor], FlaskClient]
LARGE = b"\0\0\0\x18ftypmp42" + b"\0" * (21 * 1024 * 1024)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def part(data: bytes, name: str) -> tuple[BytesIO, str]:
    return BytesIO(data), name


def form(**values: object) -> dict[str, Any]:
    """A large form of parts; the client's own way leaves a temporary file open."""
    boundary, body = encode_multipart({name: _as_files(value) for name, value in values.items()})
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def _as_files(value: object) -> object:
    if isinstance(value, list):
        return [_as_files(each) for each in value]
    return FileStorage(value[0], filename=value[1]) if isinstance(value, tuple) else value


def keys_on(page: str) -> list[str]:
    return re.findall(r'name="files" value="([0-9a-f]{32})"', page)


def known(client: FlaskClient, office: SetOffice, no: str) -> None:
    """The browser gives number and code."""
    client.post("/t", data={"no": no, "code": seen(office, no).query_code})


def waiting(office: SetOffice) -> int:
    return int(str(office.value(sa.select(sa.func.count()).select_from(Attachment))))


def test_without_scripts_files_travel_with_the_form_to_the_ticket(client: FlaskClient, office: SetOffice) -> None:
    page = client.get("/report")
    given = {"carried": carried(page), "content": "南门路灯不亮", "files_new": [part(a_picture(), "路灯.jpg")]}
    page = client.post("/report/what", data=given, content_type="multipart/form-data")
    page = client.post("/report/where", data={"carried": carried(page), "address": "示例路 8 号"})
    page = client.post("/report/who", data={"carried": carried(page), "phone": "13800001234"})
    assert "路灯.jpg" in page.text
    again = client.post("/report/confirm", data={"carried": carried(page), "edit": "what"})
    assert len(keys_on(again.text)) == 1
    for _ in range(2):
        done = client.post("/report/confirm", data={"carried": carried(page)})
    no = done.headers["Location"].rsplit("/", 1)[1]
    assert waiting(office) == 1
    shown = client.get(f"/t/{no}")
    assert "路灯.jpg" in shown.text
    key = re.search(rf"/t/{no}/files/([0-9a-f]{{32}})\"", shown.text)
    assert key
    handed = client.get(f"/t/{no}/files/{key[1]}", buffered=True)
    assert handed.mimetype == "image/jpeg"
    assert handed.headers["X-Content-Type-Options"] == "nosniff"
    assert handed.headers["Cache-Control"] == "private, no-store"
    assert client.get(f"/t/{no}/files/{key[1]}/thumb", buffered=True).status_code == 200


def test_what_is_wrong_with_one_file_costs_neither_the_text_nor_the_others(
    client: FlaskClient, office: SetOffice
) -> None:
    parts = [
        part(a_picture(), "好的.jpg"),
        part(LARGE, "大视频.mp4"),
        part(NO_PICTURE, "假图片.jpg"),
        part(b"", "空的.pdf"),
        part(a_bomb(), "炸弹.png"),
        part(a_picture()[:90], "坏了.jpg"),
    ]
    given = form(carried=carried(client.get("/report")), content="南门路灯不亮", files_new=parts)
    page = client.post("/report/what", **given)
    assert page.status_code == 422
    assert "南门路灯不亮" in page.text
    assert len(keys_on(page.text)) == 1
    for said in (
        "“大视频.mp4”有 21.0 MB，每个文件不能超过 20 MB",
        "“假图片.jpg”不是能接收的文件",
        "“空的.pdf”是空的",
        "“炸弹.png”有 60000×60000 像素，太大了",
        "“坏了.jpg”已经损坏",
    ):
        assert said in page.text
    dropped = {"carried": carried(page), "content": "南门路灯不亮", "files": keys_on(page.text)}
    page = client.post("/report/what", data=dropped | {"files_drop": keys_on(page.text)})
    assert page.status_code == 200


def test_of_ten_files_nine_are_taken_and_the_tenth_is_told(client: FlaskClient) -> None:
    parts = [part(a_picture(size=(20 + n, 20)), f"{n}.jpg") for n in range(10)]
    given = {"carried": carried(client.get("/report")), "content": "南门路灯不亮", "files_new": parts}
    page = client.post("/report/what", data=given, content_type="multipart/form-data")
    assert len(keys_on(page.text)) == 9
    assert "一次最多 9 个附件" in page.text


def test_a_script_uploads_one_file_and_an_upload_sent_again_is_the_same(client: FlaskClient, office: SetOffice) -> None:
    told = [
        client.post(
            "/files",
            data={"file": part(a_picture(turned=True), "../..\\路灯.PNG")},
            headers={"Idempotency-Key": "one", "Accept": "application/json"},
        )
        for _ in range(2)
    ]
    assert [each.status_code for each in told] == [201, 201]
    assert told[0].json is not None
    assert told[0].json == told[1].json
    assert told[0].json["name"] == "路灯.jpg"
    assert waiting(office) == 1
    assert client.get(f"/files/{told[0].json['key']}/thumb", buffered=True).mimetype == "image/jpeg"


def test_a_script_hears_one_sentence_why_not(client: FlaskClient) -> None:
    told = client.post("/files", headers={"Accept": "application/json"}, **form(file=part(LARGE, "大视频.mp4")))
    assert told.status_code == 422
    assert told.json is not None
    assert told.json["detail"].startswith("“大视频.mp4”有 21.0 MB")


def test_an_address_that_uploads_without_end_is_held_up(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.files.receive.limits", lambda: FileLimits(hourly=3))
    answers = [client.post("/files", data={"file": part(b"", "x.jpg")}).status_code for _ in range(3)]
    told = client.post("/files", data={"file": part(a_picture(), "x.jpg")}, headers={"Accept": "application/json"})
    assert set(answers) == {422}
    assert told.json is not None
    assert "太多" in told.json["detail"]


def test_a_view_that_takes_no_files_does_not_read_them(client: FlaskClient) -> None:
    assert client.post("/report/confirm", **form(carried="", x=part(b"0" * (2 << 20), "x.jpg"))).status_code == 413
    assert client.post("/files/staff", **form(file=part(LARGE, "x.mp4"))).status_code == 413


def test_a_unit_replies_with_files_and_the_appellant_sees_what_the_reviewer_let_out(
    as_: As, client: FlaskClient, office: SetOffice
) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, Action.CONTACT)
    unit = as_(UNIT)
    assert 'enctype="multipart/form-data"' in unit.get(f"/tickets/{no}").text
    given = {
        "version": str(seen(office, no).version),
        "public": "已经清运完毕，现场照片见附件，今后每天巡查。",
        "facts_true": "yes",
        "solved": "yes",
        "files_new": [part(a_picture(), "整改后.jpg"), part(NO_PICTURE, "假.jpg")],
        "files_public": "new",
    }
    refused = unit.post(f"/tickets/{no}/actions/REPLY", data=given, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "“假.jpg”不是能接收的文件" in refused.text
    (key,) = keys_on(refused.text)
    given |= {"files": key, "files_public": key}
    del given["files_new"]
    assert unit.post(f"/tickets/{no}/actions/REPLY", data=given).status_code == 303
    reviewer = as_(REVIEWER)
    page = reviewer.get(f"/review/{no}")
    assert f'value="{key}"' in page.text
    passed = {
        "version": str(seen(office, no).version),
        "public": given["public"],
        "checked": ["on_point", "lawful", "complete", "polite"],
        "files_public": key,
    }
    assert reviewer.post(f"/review/{no}/PASS", data=passed).status_code == 303
    known(client, office, no)
    assert "整改后.jpg" in client.get(f"/t/{no}").text
    assert client.get(f"/t/{no}/files/{key}", buffered=True).status_code == 200


def test_what_a_handler_drafts_with_goes_out_when_the_reviewer_lets_it(as_: As, office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, Action.CONTACT)
    handler = as_(a_person(Role.UNIT_HANDLER, number=41, unit=LEAD_UNIT))
    drafted = {
        "version": str(seen(office, no).version),
        "public": "已经清运完毕，今后每天巡查。",
        "files_new": [part(a_picture(), "整改后.jpg")],
        "files_public": "new",
    }
    answer = handler.post(f"/tickets/{no}/actions/DRAFT_REPLY", data=drafted, content_type="multipart/form-data")
    assert answer.status_code == 303
    approver = as_(a_person(Role.UNIT_APPROVER, number=42, unit=LEAD_UNIT))
    assert "整改后.jpg" in approver.get(f"/department/{no}").text
    act(office, no, Action.REPLY)
    of_it = sa.select(Attachment.key).join(Ticket, Ticket.id == Attachment.ticket_id).where(Ticket.no == no)
    key = str(office.value(of_it))
    page = as_(REVIEWER).get(f"/review/{no}").text
    assert re.search(rf'name="files_public"[^>]*value="{key}"[^>]*checked', page), (
        "marked, and the reviewer's to decide"
    )


def test_a_document_is_saved_under_its_name_and_never_run_in_the_page(as_: As, office: SetOffice) -> None:
    key = uploaded(office, CITIZEN, A_PDF, "张三 合同.pdf")
    no = take(office, files=(key,))
    answer = as_(DISPATCHER).get(f"/tickets/{no}/files/{key}", buffered=True)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert "%E5%BC%A0%E4%B8%89" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.data == A_PDF


def test_a_file_opens_neither_out_of_scope_nor_for_who_has_no_code(
    as_: As, client: FlaskClient, office: SetOffice
) -> None:
    key = uploaded(office, CITIZEN)
    no = take(office, files=(key,))
    assert as_(OTHER).get(f"/tickets/{no}/files/{key}", buffered=True).status_code == 404
    assert client.get(f"/t/{no}/files/{key}", buffered=True).status_code == 404
    assert client.get(f"/files/{key}/thumb", buffered=True).status_code == 404
    other = take(office, content="另一件事：河边灯不亮")
    known(client, office, other)
    assert client.get(f"/t/{other}/files/{key}", buffered=True).status_code == 404


def test_the_centre_lets_a_file_of_a_sealed_ticket_through(as_: As, office: SetOffice) -> None:
    key = uploaded(office, CITIZEN)
    no = take(office, confidential=True, files=(key,))
    for action in (Action.ACCEPT, Action.DISPATCH, Action.SIGN):
        act(office, no, action)
    unit, centre = as_(UNIT), as_(DISPATCHER)
    assert "诉求人要求保密，附件经热线中心看过" in unit.get(f"/tickets/{no}").text
    assert unit.get(f"/tickets/{no}/files/{key}", buffered=True).status_code == 403
    assert unit.get(f"/tickets/{no}/files/{key}/thumb", buffered=True).status_code == 403
    assert "给承办单位看" in centre.get(f"/tickets/{no}").text
    centre.post(f"/tickets/{no}/files/{key}/release", data={"through": "yes"})
    assert unit.get(f"/tickets/{no}/files/{key}", buffered=True).status_code == 200


def test_bytes_that_are_gone_are_told_in_words(as_: As, office: SetOffice) -> None:
    key = uploaded(office, CITIZEN, A_PDF, "凭证.pdf")
    no = take(office, files=(key,))
    office.vault.path(key).unlink()
    answer = as_(DISPATCHER).get(f"/tickets/{no}/files/{key}", buffered=True)
    assert answer.status_code == 404
    assert "从备份恢复" in answer.text


def test_an_agent_registers_a_call_with_a_file_and_appends_another(as_: As, office: SetOffice) -> None:
    agent = as_(AGENT)
    given = {"key": "k1", "content": "楼下装修垃圾堆了三天", "phone": "13800005678", "address": "鼓楼区示范路"}
    given |= {"files_new": [part(a_picture(), "短信照片.jpg")]}
    done = agent.post("/operator/submit", data=given, content_type="multipart/form-data")
    assert done.status_code == 303, done.text
    no = str(office.value(sa.select(Ticket.no)))
    agent.post(
        "/operator/append", data={"append": no, "content": "又发来一张", "files": uploaded(office, AGENT, A_PDF)}
    )
    with office.begin(AGENT) as work:
        assert [file.appellants for file in ticket_page.of(work, no).files] == [True, True]


def test_an_agent_goes_on_with_a_draft_and_finds_its_files(as_: As, office: SetOffice) -> None:
    agent = as_(AGENT)
    given = {"key": "k2", "content": "楼下装修垃圾堆了三天", "phone": "13800005678"}
    agent.post("/operator/draft", data=given | {"files": uploaded(office, AGENT)})
    no = str(office.value(sa.select(Ticket.no)))
    assert "照片.jpg" in agent.get(f"/operator/drafts/{no}").text
    agent.post("/operator/submit", data=given | {"draft": no, "files": uploaded(office, AGENT, A_PDF, "发票.pdf")})
    assert seen(office, no).at is State.PENDING_DISPATCH
    page = as_(DISPATCHER).get(f"/tickets/{no}").text
    assert "照片.jpg" in page
    assert "发票.pdf" in page


def test_every_step_with_files_says_so_in_its_form() -> None:
    assert {Action.REPLY, Action.PROGRESS, Action.CONTACT, Action.SUPPLEMENT, Action.FAIL} <= {
        action for action, form in FORMS.items() if hasattr(form, "files")
    }
