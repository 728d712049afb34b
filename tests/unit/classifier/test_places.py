"""Places in sentences as people say them, on the names of the demo city."""

from pathlib import Path
from time import perf_counter

import pytest

from classifier.places import Found, Gazetteer, Kind, Place, Strength, read_places
from hotline.settings.city import read_city
from hotline.settings.places import read_gazetteer, short

CONFIG = Path(__file__).parents[3] / "config"
CITY, _ = read_city(CONFIG)
NAMES, FAULTS = read_gazetteer(CONFIG / "places", CITY)


def test_the_names_of_the_demo_city_are_free_of_faults() -> None:
    assert FAULTS == ()
    assert sum(p.kind is Kind.SPOT for p in read_places(CONFIG / "places" / "landmarks.csv")) >= 300


@pytest.mark.parametrize(
    ("text", "region"),
    [
        # counties, by full and short name
        ("鼓楼区的路灯不亮", "350102"),
        ("我住台江,小区停水了", "350103"),
        ("仓山区某小区电梯坏了", "350104"),
        ("马尾这边公交太少", "350105"),
        ("晋安区的垃圾没人收", "350111"),
        ("长乐区自来水发黄", "350112"),
        ("闽侯县农村公路破损", "350121"),
        ("连江的渔船", "350122"),
        ("罗源县某村道塌方", "350123"),
        ("闽清陶瓷厂冒黑烟", "350124"),
        ("永泰山里没有信号", "350125"),
        ("福清市某厂拖欠工资", "350181"),
        ("平潭的渡轮什么时候开", "350128"),
        # streets and townships
        ("鼓楼区五凤街道某小区漏水", "350102009"),
        ("五凤那边有人占道", "350102009"),
        ("洪山镇的井盖坏了", "350102100"),
        ("洪山附近晚上施工", "350102100"),
        ("台江区上海街道卫生差", "350103005"),
        ("台江瀛洲街道噪音", "350103001"),
        ("仓山区金山街道油烟", "350104008"),
        ("盖山镇道路破损", "350104102"),
        ("马尾琅岐的路灯", "350105102"),
        ("晋安区新店镇夜市扰民", "350111101"),
        ("鼓山镇有违建", "350111100"),
        ("长乐漳港街道积水", "350112004"),
        ("长乐区湖南镇停电", "350112110"),
        ("长乐梅花有人填海", "350112113"),
        ("闽侯上街有人烧垃圾", "350121107"),
        ("闽侯县南通镇的工厂", "350121106"),
        ("闽侯南通有人倒渣土", "350121106"),
        ("连江县丹阳镇停水", "350122106"),
        ("连江琯头的码头", "350122103"),
        ("罗源县起步镇公路塌方", "350123102"),
        ("罗源霍口乡路坏了", "350123203"),
        ("闽清县坂东镇", "350124106"),
        ("永泰县嵩口镇民宿退款", "350125101"),
        ("永泰同安停电三小时", "350125107"),
        ("福清海口镇污水", "350181103"),
        ("福清海口有臭味", "350181103"),
        ("福清市江阴镇工业区废气", "350181116"),
        ("福清高山镇供水问题", "350181109"),
        ("宏路街道违停", "350181005"),
        # a weak name and what makes it strong
        ("新店派出所办身份证排队", "350111101"),
        ("城门派出所电话打不通", "350104101"),
        ("东升社区没有路灯,仓山区的", "350104002"),
        ("仓山东升有人乱倒垃圾", "350104002"),
        ("晋安区王庄一带停水", "350111002"),
        # landmarks, roads, communities
        ("东街口天桥扶手坏了", "350102"),
        ("三坊七巷里面商家宰客", "350102005"),
        ("五一广场有人放音响", "350102"),
        ("西湖公园厕所脏", "350102"),
        ("屏山公园的树倒了", "350102"),
        ("南门兜地铁口共享单车乱放", "350102"),
        ("杨桥西路井盖响", "350102"),
        ("福州软件园门口违停", "350102009"),
        ("宝龙广场门口烧烤", "350103"),
        ("福州万象城停车费贵", "350103"),
        ("上下杭酒吧晚上太吵", "350103"),
        ("中亭街流动摊贩", "350103"),
        ("烟台山景区垃圾多", "350104"),
        ("金山公园健身器材坏", "350104"),
        ("浦上大道堵车", "350104"),
        ("福州南站出租车拒载", "350104101"),
        ("海峡奥体中心开放时间", "350104"),
        ("马尾港货车压坏路面", "350105"),
        ("罗星塔公园路灯", "350105001"),
        ("福州火车站北广场拉客", "350111"),
        ("世欧广场油烟大", "350111002"),
        ("鼓岭民宿退订", "350111"),
        ("鼓山涌泉寺门票", "350111100"),
        ("长乐国际机场停车收费", "350112004"),
        ("滨海新城学校学位", "350112"),
        ("大学城外卖小哥闯红灯", "350121107"),
        ("闽江学院门口夜市", "350121107"),
        ("贵安新天地退票", "350122116"),
        ("罗源湾滨海新城的房子", "350123"),
        ("嵩口古镇停车", "350125101"),
        ("石竹山游客太多", "350181006"),
        # a name spanning several counties, told by the county beside it
        ("台江区五一路路面破损", "350103"),
        ("五一路路面破损,靠近台江这一段", "350103"),
        ("鼓楼区六一北路施工", "350102"),
        ("仓山万达广场油烟", "350104"),
        ("晋安区长乐路积水", "350111"),
        # people and roads from elsewhere
        ("我是福清人,住在鼓楼区", "350102"),
        ("福清的,孩子在福清读书", "350181"),
        ("沙县小吃店油烟,在仓山区", "350104"),
        ("从厦门回来,在晋安区租房押金不退", "350111"),
        ("上海大众的4S店不退定金,店在台江区", "350103"),
    ],
)
def test_a_place_is_found(text: str, region: str) -> None:
    found = NAMES.find(text)
    assert (found.region, found.outside) == (region, ""), found


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("五一路路面破损", {"350102", "350103"}),
        ("六一路堵车", {"350102", "350103", "350111"}),
        ("长乐路积水", {"350103", "350111"}),
        ("万达广场楼下扰民", {"350103", "350104", "350181"}),
        ("福州大学门口摆摊", {"350102", "350121"}),
        ("东升那边有人乱倒垃圾", {"350104002"}),
        ("火车站拉客", {"350111"}),
        ("鼓楼区和台江区交界的路口", {"350102", "350103"}),
        ("鼓楼区烟台山的酒吧", {"350102", "350104"}),
        ("解放大桥护栏坏了", {"350103", "350104"}),
    ],
)
def test_what_fits_several_places_is_never_guessed(text: str, among: set[str]) -> None:
    found = NAMES.find(text)
    assert (found.region, set(found.ambiguous), found.certain) == (None, among, False)


def test_two_streets_of_one_county_leave_the_county_certain() -> None:
    found = NAMES.find("鼓楼区五凤街道到洪山镇的公交")
    assert (found.region, found.ambiguous) == ("350102", ("350102009", "350102100"))


@pytest.mark.parametrize(
    "text",
    [
        "新店开业放鞭炮",
        "排水部门不管",
        "请尽快安排人来修",
        "由于山体滑坡道路不通",
        "我要建新房子怎么审批",
        "经营前要办什么证",
        "太阳下暴晒没有高温补贴",
        "超市排长龙",
        "吃了三明治拉肚子",
        "绿水青山就是金山银山",
        "时尚干洗店不退卡",
        "泡温泉办卡不退",
        "孩子扎马尾辫被同学欺负",
        "买了江南风格的家具",
        "我是厦门人",
        "湖南来的务工人员",
        "兴业银行南京路支行",
        "坚持走群众路线",
        "北京市某某科技公司拖欠货款",
        "广东省条例怎么规定的",
        "",
        "电梯坏了没人修",
    ],
)
def test_everyday_words_are_no_places(text: str) -> None:
    assert NAMES.find(text) == Found()


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("厦门市湖里区的饭店不退钱", "厦门市"),
        ("事情发生在泉州,能不能受理", "泉州"),
        ("南京市鼓楼区的房子漏水", "南京市"),
        ("南京鼓楼的房子漏水", "南京"),
        ("地点在莆田,我要投诉", "莆田"),
        ("位于宁德市的工厂拖欠工资", "宁德市"),
    ],
)
def test_another_city_as_the_place_is_told(text: str, outside: str) -> None:
    found = NAMES.find(text)
    assert (found.outside, found.region) == (outside, None)


@pytest.mark.parametrize("text", ["福州的公积金怎么转厦门市", "公积金从厦门市转回福州", "我要去泉州市,动车票怎么退"])
def test_another_city_that_is_not_the_place_is_passed_over(text: str) -> None:
    assert NAMES.find(text).outside == ""


def test_the_spans_mark_the_names_in_the_text() -> None:
    text = "我在鼓楼区五凤街道"
    assert [text[s.start : s.end] for s in NAMES.find(text).spans] == ["鼓楼区", "五凤街道"]


def test_five_hundred_characters_take_at_most_a_millisecond() -> None:
    text = ("我住在鼓楼区五凤街道软件园附近,楼下水管爆了三天没有人来修,排水部门说不归他们管。" * 20)[:500]
    best = min(_taken(text) for _ in range(20))
    assert best <= 0.001, f"{best * 1000:.2f} ms"


def _taken(text: str) -> float:
    start = perf_counter()
    NAMES.find(text)
    return perf_counter() - start


def test_every_county_and_township_is_found_by_its_full_name() -> None:
    lost = {}
    for region in (*CITY.counties, *CITY.townships):
        name = CITY.region_name(region)
        if NAMES.find(f"地点在{name}的一条路").region != region:
            lost[name] = NAMES.find(f"地点在{name}的一条路")
    assert lost == {}


def test_a_name_in_two_counties_is_ambiguous_until_one_is_named() -> None:
    names = Gazetteer(
        [
            Place("甲县", ("990001",), Kind.COUNTY),
            Place("东风", ("990001001",)),
            Place("东风", ("990002001",)),
            Place("新桥", ("990002002",), Kind.TOWN, Strength.ORDINARY),
        ]
    )
    assert names.find("东风那里").ambiguous == ("990001", "990002")
    assert names.find("甲县东风").region == "990001001"
    assert names.find("甲县的新桥").region == "990001"


def test_short_names_lose_their_suffix_but_not_their_sense() -> None:
    assert [short(n) for n in ("五凤街道", "小沧畲族乡", "闽侯县", "城镇")] == ["五凤", "小沧", "闽侯", "城镇"]


def test_a_bad_row_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("name,regions,kind,strength\n好,350102,spot,\n坏,35010,spot,\n", encoding="utf-8")
    with pytest.raises(ValueError, match="第 3 行"):
        read_places(path)
