"""A table of units or categories is looked at row by row before any of it is taken."""

from __future__ import annotations

import io
from collections.abc import Iterator

import openpyxl
import pytest
from flask.testing import FlaskClient

from hotline.domain.city import City
from tests.factories.actors import LEAD_UNIT
from tests.factories.offices import SetOffice
from tests.web.configuration.conftest import filled
from web.configuration.uploads import packed, unpacked

UNITS = "/configuration/import/units"
HEAD = "编码,名称,简称,上级编码,层级,区划代码,区划名称,条线,类型,可派单,兜底,服务区划,职责"
pytestmark = pytest.mark.usefixtures("as_shipped")


@pytest.fixture
def city(office: SetOffice) -> Iterator[City]:
    """The organisation as it is shipped."""
    return office.rules.city  # type: ignore[return-value]


def a_row(city: City, code: str, name: str) -> str:
    like = city.unit(LEAD_UNIT)
    place = f"{like.parent_code},县,{like.region_code},{like.region_name},{like.line},{like.kind}"
    return f"{code},{name},{name},{place},Y,N,,"


def sent(client: FlaskClient, text: str, name: str = "单位.csv") -> str:
    answer = client.post(UNITS, data={"file": (io.BytesIO(text.encode()), name)})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_page_says_which_columns_are_read(admin: FlaskClient) -> None:
    assert "service_regions" in admin.get(UNITS).text
    assert "grassroots_ok" in admin.get("/configuration/import/taxonomy").text
    assert admin.get("/configuration/import/rivers").status_code == 404


def test_good_rows_are_taken_after_a_reason_and_bad_ones_say_why(
    office: SetOffice, city: City, admin: FlaskClient
) -> None:
    rows = [
        a_row(city, "350102-XIN", "鼓楼区新设局"),
        a_row(city, LEAD_UNIT, "鼓楼区城市治理局"),
        a_row(city, "350102-HUAI", "坏行").replace(",县,", ",村,"),
        a_row(city, "350102-XIN", "重复的"),
        "只有一格",
    ]
    page = sent(admin, "\n".join([HEAD, *rows]))
    assert "新增 1 行，修改 1 行，没有变化 0 行，退回 3 行" in page
    assert "level 只能是" in page
    assert "列数不符" in page
    given = filled(page, f"{UNITS}/take")
    again = admin.post(f"{UNITS}/take", data=given)
    assert again.status_code == 422
    assert admin.post(f"{UNITS}/take", data=given | {"words": "机构改革"}).status_code == 303
    now = office.rules.city
    assert now.unit("350102-XIN").name == "鼓楼区新设局"
    assert now.unit(LEAD_UNIT).name == "鼓楼区城市治理局"
    assert "机构改革" in admin.get("/configuration/organisation/unit/history").text


def test_the_same_table_again_changes_nothing(city: City, admin: FlaskClient) -> None:
    table = "\n".join([HEAD, a_row(city, "350102-XIN", "鼓楼区新设局")])
    admin.post(f"{UNITS}/take", data=filled(sent(admin, table), f"{UNITS}/take") | {"words": "机构改革"})
    assert "没有变化 1 行" in sent(admin, table)


def test_an_excel_file_is_read_too(city: City, admin: FlaskClient) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEAD.split(","))
    book.active.append(a_row(city, "350102-XIN", "鼓楼区新设局").split(","))
    raw = io.BytesIO()
    book.save(raw)
    raw.seek(0)
    assert "新增 1 行" in admin.post(UNITS, data={"file": (raw, "单位.xlsx")}).text


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("a,b\n1,2", "x.csv", "缺少列"),
        (HEAD, "x.doc", "只能导入"),
        ("", "x.csv", "没有表头"),
        ("不是压缩包", "x.xlsx", "不是正确的 Excel"),
    ],
)
def test_what_is_no_table_is_told_on_the_form(admin: FlaskClient, text: str, name: str, said: str) -> None:
    answer = admin.post(UNITS, data={"file": (io.BytesIO(text.encode()), name)})
    assert answer.status_code == 422
    assert said in answer.text
    assert admin.post(UNITS).status_code == 422


def test_a_category_on_a_line_that_nobody_bears_comes_back(admin: FlaskClient) -> None:
    table = (
        "编码,一级,二级,三级,主管部门,条线,办理层级,诉求类型,紧急程度,便民事项,乡镇可主办,敏感,关键词\n"
        "990101,新,新,新事项,新局,航天,县,投诉,一般,N,N,N,火箭\n"
        "990102,新,新,另一事项,新局,城管,县,投诉,一般,N,N,N,\n"
    )
    answer = admin.post("/configuration/import/taxonomy", data={"file": (io.BytesIO(table.encode()), "t.csv")})
    assert "新增 1 行" in answer.text
    assert "没有任何单位承办" in answer.text


def test_rows_that_were_tampered_with_are_refused(admin: FlaskClient) -> None:
    assert unpacked(packed(({"code": "1"},))) == [{"code": "1"}]
    for broken in ("", "!!", packed(({"code": "1"},))[:-8], "eJwDAAAAAAE="):
        assert admin.post(f"{UNITS}/take", data={"rows": broken, "words": "试"}).status_code == 400
