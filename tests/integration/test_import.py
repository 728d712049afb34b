"""``hotline import``: good rows stay, bad rows come back with a reason, and a second run changes nothing."""

import csv
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from hotline import cli

APPEALS = """编号,诉求内容,电话,姓名,登记时间,承办单位
1,路灯不亮了三天没人修,13800138000,林某,2026/3/5 9:07,
2,小区垃圾没有人清运,123,陈某,,
3,井盖丢失,,,2026-13-45,
4,,,,,
5,"引号没有结束,13800138001,某,,
6,下水道堵塞污水横流,13900139000,王某,2026年3月6日,
7,少一列,1
8,噪音扰民,13900139001,李某,,不存在局
,,,,,
9,"多行
内容，楼道堆物",13900139002,李某,,福州市城市管理委员会
"""


@pytest.fixture
def ask(
    new_database: Callable[[], str], redis_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[str], list[tuple[object, ...]]]:
    """A house of its own for the command line; asks its database."""
    url = new_database()
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path / "data"))

    def answer(statement: str) -> list[tuple[object, ...]]:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    return answer


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


Ask = Callable[[str], list[tuple[object, ...]]]


def test_good_rows_are_taken_bad_rows_come_back_and_twice_is_once(
    ask: Ask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(APPEALS, encoding="utf-8")
    assert cli.run(["import", "appeals", str(file)]) == 0
    assert "收入 3，重复 0，退回 7" in capsys.readouterr().out
    back = tmp_path / "a.rejected.csv"
    assert stat.S_IMODE(back.stat().st_mode) == 0o600
    reasons = {row["编号"]: row["reason"] for row in rows_of(back)}
    assert {key: reason.split("：")[0] for key, reason in reasons.items() if key in tuple("2348")} == {
        "2": "电话",
        "3": "登记时间",
        "4": "诉求内容",
        "8": "承办单位",
    }
    assert ask("SELECT count(*) FROM ticket WHERE channel = 'import'") == [(3,)]
    assert ask("SELECT state FROM ticket WHERE lead_unit IS NOT NULL") == [("PENDING_SIGN",)]
    assert ask("SELECT to_char(created_at, 'YYYY-MM-DD HH24:MI') FROM ticket ORDER BY id LIMIT 1") == [
        ("2026-03-05 01:07",)
    ]
    assert cli.run(["import", "appeals", str(file)]) == 0
    assert "收入 0，重复 3，退回 7" in capsys.readouterr().out
    assert ask("SELECT count(*) FROM ticket") == [(3,)]


def test_the_mended_rows_go_in_as_they_came_back(ask: Ask, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.csv"
    file.write_text("content,phone\n公园长椅坏了,12\n", encoding="utf-8")
    cli.run(["import", "appeals", str(file)])
    back = tmp_path / "a.rejected.csv"
    mended = tmp_path / "mended.csv"
    mended.write_text(back.read_text(encoding="utf-8-sig").replace(",12,", ",13800138000,"), encoding="utf-8")
    assert cli.run(["import", "appeals", str(mended)]) == 0
    assert "收入 1，重复 0，退回 0" in capsys.readouterr().out
    file.write_text("content,phone\n公园长椅坏了,13800138000\n", encoding="utf-8")
    assert cli.run(["import", "appeals", str(file)]) == 0
    assert "收入 0，重复 1，退回 0" in capsys.readouterr().out
    assert not back.exists()


def test_the_same_number_with_another_content_comes_back(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    for content in ("公园长椅坏了", "路口信号灯坏了"):
        file.write_text(f"external_id,text\nX-1,{content}\n", encoding="utf-8")
        assert cli.run(["import", "appeals", str(file)]) == 0
    assert "内容不同" in rows_of(tmp_path / "a.rejected.csv")[0]["reason"]
    assert ask("SELECT title FROM ticket") == [("公园长椅坏了",)]


def test_an_imported_appeal_is_not_acknowledged_again(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("text,phone\n公园长椅坏了,13800138000\n", encoding="utf-8")
    cli.run(["import", "appeals", str(file)])
    assert cli.run(["recount"]) == 0
    assert ask("SELECT count(*) FROM notice") == [(0,)]


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (["import", "tickets", "x.csv"], 2, "没有这个选择"),
        (["import", "appeals", "x.pdf"], 2, ".csv 或 .xlsx"),
        (["import", "appeals", "missing.csv"], 1, "没有找到文件"),
    ],
)
def test_wrong_use_and_failure_are_told_apart(
    argv: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(argv) == code
    assert said in capsys.readouterr().err


def test_a_table_without_the_needed_column_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    assert cli.run(["import", "appeals", str(file)]) == 1
    assert "缺少列 content" in capsys.readouterr().err


HEAD = "code,name,short_name,parent_code,level,region_code,region_name,line,kind,dispatchable,fallback"
UNITS = f"""{HEAD},service_regions,duties
350100-NEW-1,福州市新设下属中心,新设中心,350100-NEW,市,350100,福州市,城管,事业单位,Y,N,,路灯
350100-NEW,福州市新设局,市新设局,350100-GOV,市,350100,福州市,城管,工作部门,Y,N,,市容
350100-BAD,福州市无上级局,,350100-NONE,市,350100,福州市,城管,工作部门,Y,N,,
350100-LVL,福州市错层级局,,350100-GOV,国,350100,福州市,城管,工作部门,Y,N,,
350100-R1,环一,,350100-R2,市,350100,福州市,城管,工作部门,Y,N,,
350100-R2,环二,,350100-R1,市,350100,福州市,城管,工作部门,Y,N,,
"""


def test_units_come_in_any_order_and_bad_ones_come_back(
    ask: Ask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "u.csv"
    file.write_text(UNITS, encoding="utf-8")
    assert cli.run(["import", "units", str(file)]) == 0
    assert "收入 2，重复 0，退回 4" in capsys.readouterr().out
    reasons = {row["code"]: row["reason"] for row in rows_of(tmp_path / "u.rejected.csv")}
    assert "上级单位 350100-NONE 不存在" in reasons["350100-BAD"]
    assert "level 只能是" in reasons["350100-LVL"]
    assert "成环" in reasons["350100-R1"]
    cli.run(["import", "units", str(file)])
    assert "收入 0，重复 2，退回 4" in capsys.readouterr().out
    assert ask("SELECT count(*) FROM unit WHERE code LIKE '350100-NEW%%'") == [(2,)]


def test_people_without_a_password_get_one_that_only_the_owner_can_read(
    ask: Ask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.csv"
    file.write_text(
        "用户名,姓名,角色,单位,密码\n"
        "lin,林晓,派单员|班长,,\n"
        f"chen,陈强,UNIT_COORD,350100-CGW,{secrets.token_urlsafe()}\n"
        "wang,王五,皇帝,,\n"
        "zhao,赵六,AGENT,没有这个局,\n"
        "qian,钱七,AGENT,,short\n",
        encoding="utf-8",
    )
    assert cli.run(["import", "people", str(file)]) == 0
    assert "收入 2，重复 0，退回 3" in capsys.readouterr().out
    keys = tmp_path / "p.passwords.csv"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert [row["username"] for row in rows_of(keys)] == ["lin"]
    assert [row["reason"].split("：")[0] for row in rows_of(tmp_path / "p.rejected.csv")] == ["角色", "单位", "密码"]
    assert cli.run(["import", "people", str(file)]) == 0
    assert "收入 0，重复 2，退回 3" in capsys.readouterr().out
    assert len(rows_of(keys)) == 1


CALENDAR = """日期,结束日期,类型,节日
2027-01-01,2027-01-03,放假,元旦
2027-02-06,2027-02-12,放假,春节
2027-02-20,,上班,春节
2027-05-08,,上班,劳动节
"""


def test_a_years_days_off_are_loaded_once_and_bad_rows_come_back(
    ask: Callable[[str], list[tuple[object, ...]]], tmp_path: Path
) -> None:
    file = tmp_path / "放假安排.csv"
    file.write_text(CALENDAR, encoding="utf-8")
    assert cli.run(["import", "calendar", str(file)]) == 0
    assert cli.run(["import", "calendar", str(file)]) == 0
    assert ask("select name, revision, body ? '2026', body -> '2027' ->> 'year' from edition") == [
        ("calendar", 1, True, "2027")
    ]
    with file.with_name("放假安排.rejected.csv").open(encoding="utf-8-sig") as rejected:
        (row,) = csv.DictReader(rejected)
    assert row["日期"] == "2027-05-08"
    assert "劳动节" in row["reason"]


def test_knowledge_is_published_once_and_a_bad_row_says_what_is_wrong(
    ask: Ask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "k.csv"
    rows = ["标题,类别,正文,发布单位,关键词", "路灯归谁管,010304,归城市照明管理单位,350100-CGW,路灯、照明"]
    file.write_text("\n".join([*rows, "没有单位的,010304,正文,不存在的单位,", ""]), encoding="utf-8")
    assert cli.run(["import", "knowledge", str(file)]) == 0
    assert "收入 1，重复 0，退回 1" in capsys.readouterr().out
    assert "发布单位" in rows_of(tmp_path / "k.rejected.csv")[0]["reason"]
    assert cli.run(["import", "knowledge", str(file)]) == 0
    assert "收入 0，重复 1，退回 1" in capsys.readouterr().out
    assert ask("SELECT title, status, version FROM knowledge_item") == [("路灯归谁管", "PUBLISHED", 1)]
