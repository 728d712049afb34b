"""The shipped words for 110, 119, 120 and 122: heard while it happens, silent on what is past, feared or sold."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifier import Text, urgency
from hotline.domain.routing import Case, route
from hotline.settings.city import URGENCIES, read_city
from hotline.settings.routing import read_rules

CONFIG = Path(__file__).parents[3] / "config"
CITY = read_city(CONFIG)[0]
RULES, FAULTS = read_rules(CONFIG / "routing.toml", CITY)
NOON = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)

ALARMS = {
    "122": """
两辆车撞了，有人受伤
路口发生车祸，人还躺在地上
我妈在斑马线上被车撞伤了，司机还在
电动车撞倒老人，流了好多血，有人受伤
货车侧翻压住了一辆小车
刚刚追尾了，要报警
三车相撞，司机困在车里出不来
""",
    "119": """
楼下店里着火了，烟很大
厨房起火，火苗窜到窗外
充电的电动车自燃了
楼道里全是浓烟
我被困在电梯里快一个小时了
小孩掉进没盖的井里了
有人掉到内河里了，快来救人
有个男孩溺水了
车子开进涵洞，人被困在水里
老房子塌了一半，里面还有人
工厂氨气泄漏，刺鼻得睁不开眼
""",
    "120": """
公交站有个老人晕倒了，叫不醒
我爸昏迷了，没有呼吸
煤气中毒，人已经昏过去了
宝宝误食老鼠药了
工地上有人触电了
广告牌砸到人了，一直流血
我老婆要生了，羊水破了
""",
    "110": """
他拿着菜刀在楼下喊要砍人
再不解决我就跳楼
我不想活了
我老公正在打我，救命
奶奶走失三个小时了，有老年痴呆
房东把我们反锁在屋里了
""",
}

QUIET = """
去年我在这里出过车祸，想问伤残鉴定去哪里做
以前发生过车祸，建议加装红绿灯
这个路口容易发生交通事故，希望增设减速带
担心老人会晕倒，请问哪里有急救培训
消防通道被堵，万一着火消防车进不来
小区充电棚存在火灾隐患
请问交通事故认定书在哪里复印
跳楼价清仓都是骗人的，买了不给退
电脑中毒了修了两次还收我钱
车祸险怎么理赔
工伤受伤后单位不给报工伤
防止孩子溺水，河边要装护栏
餐馆烟囱冒黑烟，窗户不敢开
医院外科看摔伤要不要预约
车撞坏了护栏一直没人修
演练时说有人被困，其实没有
楼道里闻到一点煤气味
"""


def proposed(said: str) -> str:
    """Short name of who should get it, when nothing but the words is known; empty for nobody."""
    heard = urgency.read(Text(body=said))
    found = route(Case(None, text=said, urgency=URGENCIES[heard.degree]), CITY, RULES, NOON).handover
    return CITY.unit(found).short_name if found else ""


def test_the_shipped_rules_have_no_fault() -> None:
    assert FAULTS == ()


@pytest.mark.parametrize(("who", "said"), [(who, said) for who, lines in ALARMS.items() for said in lines.split()])
def test_what_happens_now_is_proposed_to_the_emergency_line(who: str, said: str) -> None:
    assert proposed(said) == who


@pytest.mark.parametrize("said", QUIET.split())
def test_what_is_past_feared_or_harmless_raises_no_alarm(said: str) -> None:
    assert proposed(said) == ""
