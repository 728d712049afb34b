"""Hot events in invented texts: seven events, each with look-alikes that must stay out."""

# ruff: noqa: DTZ001 - the tables carry local times without a zone
import json
from datetime import datetime, timedelta

import pytest

from classifier import events
from classifier.__main__ import main
from classifier.event_table import moment
from classifier.events import Told, find, heat
from classifier.features import Text
from classifier.wording import Called

ONE_PLACE = Called(("枫澜苑",), "枫澜苑", 1.0)
START = datetime(2026, 3, 1, 9)

EVENTS = {
    "枫澜苑 parking": [
        ("枫澜苑强制捆绑销售车位", "我在枫澜苑买房，开发商说不买车位就不签合同，捆绑销售合法吗？"),
        ("投诉枫澜苑开发商捆绑车位", "枫澜苑售楼部要求购房必须同时购买车位，每个车位十二万，属于捆绑销售。"),
        ("枫澜苑买房必须买车位？", "枫澜苑楼盘的销售人员说车位和房子一起卖，不要车位就不给房号，强买强卖。"),
        ("车位捆绑销售何时能管", "枫澜苑小区开发商捆绑销售车位，很多购房者不需要车位，请查处。"),
    ],
    "鹭屿府 parking": [
        ("鹭屿府强制捆绑销售车位", "我在鹭屿府买房，开发商说不买车位就不签合同，捆绑销售合法吗？"),
        ("投诉鹭屿府开发商捆绑车位", "鹭屿府售楼部要求购房必须同时购买车位，每个车位十五万，属于捆绑销售。"),
        ("鹭屿府购房搭售车位", "鹭屿府开发商捆绑销售车位，不要车位就不给房号，请住建部门查处。"),
    ],
    "枫澜苑 leak": [
        ("枫澜苑外墙渗水多年无人维修", "枫澜苑七栋外墙渗水，下雨天客厅墙面发霉，物业一直不维修。"),
        ("枫澜苑七栋渗水墙面发霉", "枫澜苑外墙防水层老化，雨天渗水严重，卧室墙面发霉，求维修。"),
        ("请督促枫澜苑物业维修外墙渗水", "枫澜苑外墙渗水，物业推给开发商，墙面发霉脱落，维修遥遥无期。"),
    ],
    "瑶溪村 renewal": [
        ("瑶溪村三组何时征地拆迁", "瑶溪村三组说要拆迁已经五年，征地公告一直没有，房子不准翻建。"),
        ("咨询瑶溪村三组拆迁规划", "请问瑶溪村三组的征地拆迁规划什么时候启动？村民房屋破旧。"),
        ("瑶溪村三组什么时候能启动拆迁", "我们瑶溪村三组周边都征地拆迁了，只剩三组，请问规划如何？"),
    ],
    "榕桥中学 noise": [
        ("榕桥中学旁工地夜间施工噪音", "榕桥中学旁边的工地夜里十二点还在打桩，噪音太大，学生无法休息。"),
        ("榕桥中学宿舍旁通宵施工", "榕桥中学宿舍旁工地通宵施工，打桩噪音扰民，高三学生睡不着。"),
        ("请制止榕桥中学旁夜间打桩", "榕桥中学围墙外工地夜间施工打桩，噪音严重影响学生休息。"),
    ],
    "博睿英语 refund": [
        ("博睿英语培训学校拖延退费", "去年给孩子报了博睿英语培训班，校区关门，学费一直拖延不退费。"),
        ("投诉博睿英语不退学费", "博睿英语承诺一个月退费，现在三个月了学费还不退，电话没人接。"),
        ("博睿英语校区关门退费难", "博睿英语校区关门，家长要求退费，学费拖延不退。"),
    ],
    "青禾路 bus": [
        ("青禾路站315路公交车等候太久", "315路公交车在青禾路站高峰期要等四十分钟，建议增加班次。"),
        ("建议315路公交增加班次", "315路公交车班次太少，青禾路站早高峰等候时间长，经常挤不上去。"),
        ("315路公交车早高峰班次少", "青禾路站315路早高峰公交车间隔太长，上班总迟到，请增加班次。"),
    ],
}
OTHERS = [
    ("枫澜苑幼儿园何时开园", "枫澜苑配套幼儿园建好两年没有开园，孩子无处就读。"),
    ("瑶溪村三组自来水浑浊", "瑶溪村三组自来水发黄有沉淀，请水务部门检测水质。"),
    ("榕桥中学食堂价格偏高", "榕桥中学食堂一份菜卖到二十元，学生反映饭菜质量差。"),
    ("松陵里下水道堵塞", "松陵里下水道堵塞，污水漫到路面，臭气熏天。"),
    ("咨询居住证办理", "请问外地户口办理居住证需要哪些材料？"),
    ("青禾路路灯不亮", "青禾路从桥头到菜市场的路灯坏了半个月，晚上漆黑一片。"),
    ("", ""),
    ("!!!", "😀😀"),
    ("求助", "a"),
]


def told() -> list[Told]:
    texts = [(f"{name}/{n}", *text) for name, all_texts in EVENTS.items() for n, text in enumerate(all_texts)]
    texts += [(f"other/{n}", *text) for n, text in enumerate(OTHERS)]
    return [
        Told(name, Text(title, body), START + timedelta(days=at % 9, hours=at), f"p{at}")
        for at, (name, title, body) in enumerate(texts)
    ]


@pytest.fixture(scope="module")
def found() -> list[events.Event]:
    return find(told())


def members(event):
    return {name.split("/")[0] for name in event.ids}


@pytest.mark.parametrize("name", EVENTS)
def test_each_event_is_found_whole_and_alone(found, name):
    [event] = [event for event in found if name in members(event)]
    assert members(event) == {name}
    assert len(event.ids) == len(EVENTS[name])


def test_nothing_else_becomes_an_event(found):
    assert len(found) == len(EVENTS)


def test_the_same_words_from_another_estate_stay_another_event(found):
    texts = told()
    groups = [members(event) for event in find([one for one in texts if "parking" in one.id])]
    assert sorted(map(sorted, groups)) == [["枫澜苑 parking"], ["鹭屿府 parking"]]


def test_the_same_matter_in_another_county_is_another_event():
    titles = ["闽侯县农村水泥路何时修到户", "闽清县农村水泥路何时修到户"]
    body = "我们村民小组的水泥路只修到村口，下雨天泥泞，何时修到户？"
    texts = [Told(f"{title[:3]}/{n}", Text(title, body)) for title in titles for n in range(3)]
    assert sorted(sorted(members(event)) for event in find(texts)) == [["闽侯县"], ["闽清县"]]


def test_an_event_of_most_of_the_texts_is_still_found():
    crowd = [
        Told(f"crowd/{n}", Text(f"第{n}次反映霞浦里停水", f"霞浦里停水第{n}天，全楼没有自来水。")) for n in range(300)
    ]
    [event] = [event for event in find([*crowd, *told()]) if "crowd" in members(event)]
    assert len(event.ids) == 300


def test_the_order_of_the_rows_does_not_matter(found):
    again = find(told()[::-1])
    assert {frozenset(event.ids) for event in again} == {frozenset(event.ids) for event in found}


def test_an_event_is_called_by_its_place_and_matter(found):
    [event] = [event for event in found if "枫澜苑 parking" in members(event)]
    assert event.places[0] == "枫澜苑"
    assert event.title.startswith("枫澜苑：")
    assert "车位" in event.title or "捆绑" in event.title


def test_the_life_line_counts_every_text_of_the_event_once(found):
    for event in found:
        assert sum(event.days.values()) == len(event.ids)
        assert [event.first.date(), event.last.date()] == [min(event.days), max(event.days)]


def test_the_hottest_come_first(found):
    heats = [event.heat for event in found]
    assert heats == sorted(heats, reverse=True)
    assert members(found[0]) == {"枫澜苑 parking"}


def test_many_people_are_hotter_than_one_who_repeats():
    days = [START + timedelta(days=n) for n in range(5)]
    assert heat(list("abcde"), days, ONE_PLACE) > heat(list("aaaaa"), days, ONE_PLACE)


def test_a_week_is_hotter_than_a_year():
    near, far = ([START + timedelta(days=n * step) for n in range(5)] for step in (1, 90))
    assert heat(list("abcde"), near, ONE_PLACE) > heat(list("abcde"), far, ONE_PLACE)


def test_one_place_is_hotter_than_a_topic_of_the_whole_city():
    days = [START + timedelta(days=n) for n in range(3)]
    assert heat(list("abc"), days, ONE_PLACE) > heat(list("abc"), days, Called((), "公积金", 0.0))


def test_an_event_without_any_time_has_no_life_line():
    texts = [Told(one.id, one.text) for one in told()[:4]]
    [event] = find(texts)
    assert (event.first, event.last, event.days) == (None, None, {})


def test_the_last_day_of_the_calendar_is_a_time_like_others():
    end = datetime(9999, 12, 31, 23, 59)
    assert heat(["a", "b"], [end, end], ONE_PLACE) == 4.0


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_texts_make_no_event(count):
    assert find(told()[:count]) == []


def test_a_text_told_three_times_word_for_word_is_an_event():
    assert len(find([Told(str(n), Text("", "路灯坏了，天黑看不见路")) for n in range(3)])) == 1


def test_nothing_but_empty_texts_is_no_event():
    assert find([Told(str(n), Text()) for n in range(5)]) == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-01 09:05:00", datetime(2026, 3, 1, 9, 5)),
        ("2026/3/1 9:05", datetime(2026, 3, 1, 9, 5)),
        ("2026年3月1日", datetime(2026, 3, 1)),
        ("2026-03-01T09:05:00+08:00", datetime(2026, 3, 1, 9, 5)),
        ("昨天", None),
        ("", None),
    ],
)
def test_a_time_is_read_as_it_is_written(written, read):
    assert moment(written) == read


def table(path, rows):
    path.write_text("\n".join(["no,title,body,at", *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return str(path)


COLUMNS = ["--id", "no", "--text", "body", "--json"]
RENEWAL = [(str(n), title, body, "2026-03-01 09:00:00") for n, (title, body) in enumerate(EVENTS["瑶溪村 renewal"])]


def test_the_command_gives_the_promised_fields(tmp_path, capsys):
    data = table(tmp_path / "data.csv", RENEWAL)
    assert main(["events", data, *COLUMNS, "--title", "title", "--time", "at"]) == 0
    [event] = json.loads(capsys.readouterr().out)
    assert {"ids", "title", "first", "last", "places", "heat"} <= set(event)
    assert (event["ids"], event["first"]) == (["0", "1", "2"], "2026-03-01 09:00:00")


def test_title_and_time_may_be_missing(tmp_path, capsys):
    assert main(["events", table(tmp_path / "data.csv", RENEWAL), *COLUMNS]) == 0
    [event] = json.loads(capsys.readouterr().out)
    assert event["first"] is None


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("9", "题", "路灯坏了", "前天下午"), "第 5 行：时间“前天下午”读不出来"),
        (("9", "", "", ""), "第 5 行：没有文字"),
        (("1", "题", "路灯坏了", ""), "第 5 行：编号“1”与第 3 行重复"),
        (("", "题", "路灯坏了", ""), "第 5 行：编号为空"),
    ],
)
def test_a_faulty_row_is_named_and_the_others_are_answered(tmp_path, capsys, row, sentence):
    data = table(tmp_path / "data.csv", [*RENEWAL, row])
    assert main(["events", data, *COLUMNS, "--title", "title", "--time", "at"]) == 0
    answer = capsys.readouterr()
    assert sentence in answer.err
    assert [event["ids"] for event in json.loads(answer.out)] == [["0", "1", "2"]]


def test_one_row_is_answered_with_no_event(tmp_path, capsys):
    assert main(["events", table(tmp_path / "data.csv", RENEWAL[:1]), *COLUMNS]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_column_that_is_not_there_is_named(tmp_path, capsys):
    data = table(tmp_path / "data.csv", RENEWAL)
    assert main(["events", data, *COLUMNS, "--time", "when"]) == 1
    assert "没有“when”列" in capsys.readouterr().err
