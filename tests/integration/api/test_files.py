"""Files through the API: uploaded, named, opened, and once although sent twice."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from flask.testing import FlaskClient

from tests.factories.files import A_PDF, NO_PICTURE, a_picture
from tests.integration.api.conftest import Desk, Submit
from tests.integration.api.shape import faults
from web.api.schemas import SCHEMAS


def upload(client: FlaskClient, data: bytes = A_PDF, name: str = "凭证.pdf", **headers: str) -> str:
    given = client.post("/api/v1/files", data={"file": (BytesIO(data), name)}, headers=headers)
    assert given.status_code == 201, given.text
    assert given.json is not None
    assert not faults(given.json, SCHEMAS["Uploaded"])
    return str(given.json["key"])


def test_a_citizen_submits_an_appeal_with_a_file_once(client: FlaskClient) -> None:
    once = {"Idempotency-Key": "4b1f6f9c-0b7e-4c59-9f35-1c3d2e5a7b90"}
    keys = [upload(client, **once), upload(client, **once)]
    assert keys[0] == keys[1]
    body = {"content": "楼道灯不亮，老人夜里下楼不便。", "files": keys[:1]}
    answers = [client.post("/api/v1/appeals", json=body, headers=once) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 200]
    assert answers[0].json is not None
    no, code = answers[0].json["no"], answers[0].json["query_code"]
    shown = client.get(f"/api/v1/appeals/{no}", headers={"X-Query-Code": code})
    assert shown.json is not None
    assert not faults(shown.json, SCHEMAS["Tracked"])
    assert [(file["name"], file["own"]) for file in shown.json["files"]] == [("凭证.pdf", True)]
    assert (
        client.get(f"/api/v1/appeals/{no}/files/{keys[0]}", buffered=True, headers={"X-Query-Code": code}).data == A_PDF
    )
    assert (
        client.get(
            f"/api/v1/appeals/{no}/files/{keys[0]}", buffered=True, headers={"X-Query-Code": "000000"}
        ).status_code
        == 404
    )


def test_staff_see_and_open_the_files_of_a_ticket(
    client: FlaskClient, submit: Submit, desks: Callable[[str], Desk]
) -> None:
    sent, desk = submit(files=[upload(client, a_picture(), "路灯.jpg")]), desks("dispatcher")
    page = desk.get(f"/tickets/{sent.no}")
    assert page.json is not None
    assert not faults(page.json, SCHEMAS["Ticket"])
    (file,) = page.json["files"]
    assert (file["name"], file["event"], file["closed"]) == ("路灯.jpg", "CREATE", None)
    assert desk.get(f"/tickets/{sent.no}/files/{file['key']}", buffered=True).mimetype == "image/jpeg"
    assert client.get(f"/api/v1/tickets/{sent.no}/files/{file['key']}", buffered=True).status_code == 401


def test_what_cannot_be_taken_is_told_and_what_is_gone_too(client: FlaskClient) -> None:
    refused = client.post("/api/v1/files", data={"file": (BytesIO(NO_PICTURE), "照片.jpg")})
    assert refused.status_code == 422
    assert refused.json is not None
    assert "“照片.jpg”不是能接收的文件" in refused.json["detail"]
    assert client.post("/api/v1/files", json={"file": "x"}).status_code == 422
    gone = client.post("/api/v1/appeals", json={"content": "楼道灯不亮，请派人修。", "files": ["0" * 32]})
    assert gone.status_code == 422
    assert gone.json is not None
    assert gone.json["errors"][0]["field"] == "files"
