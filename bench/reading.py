"""Reading one appeal (category, type, urgency, place) with the model warm, and routing a hundred tickets.

`python -m bench.reading` needs the model that the set-up builds.
"""

import sys
import time

from bench import house, told
from bench.told import Line
from hotline.domain import appeal as appeals
from hotline.domain.permissions import citizen
from hotline.usecases import intake, routing

TEXTS = (
    "鼓楼区东街口地铁站附近的人行道路灯连续三个晚上不亮，老人夜里出行很不方便，希望尽快维修。",
    "仓山区金山街道某小区物业两个月没有清运垃圾，楼道堆满杂物，多次反映没有人处理。",
    "工地夜里十二点还在打桩，孩子睡不着觉，白天打电话给项目部也没有人接。",
    "我在网上买的家电坏了，商家不肯退货也不肯维修，请问应该找哪个部门投诉？",
    "公司拖欠工资四个月，三十多个工友要不到钱，老板电话也打不通。",
    "想咨询一下灵活就业人员的医保怎么缴费，需要带什么材料到哪里办理。",
)
BATCH = 100


def main() -> list[Line]:
    """Both, on one process."""
    with house.office() as office:
        office.reader("", TEXTS[0], "")
        seconds = []
        for number in range(300):
            begun = time.perf_counter()
            read = office.reader("", TEXTS[number % len(TEXTS)], "")
            seconds.append(time.perf_counter() - begun)
        assert read.guesses, "no model: run make setup, or python -m classifier build --out classifier/model"
        for number in range(BATCH + 25):
            with office.begin(by=citizen()) as work:
                said = {"content": f"{TEXTS[number % len(TEXTS)]}（{number}）", "phone": f"139{number:08d}"}
                intake.take(work, appeals.read(said, channel="web", city=work.rules.city, now=work.now))
        with office.begin() as work:
            routing.route_batch(work, 25)
        begun = time.perf_counter()
        for _ in range(BATCH // 25):
            with office.begin() as work:
                assert routing.route_batch(work, 25) == 25
        took = time.perf_counter() - begun
    one = told.middle(seconds)
    return [
        Line("reading one appeal, warm", told.milliseconds(seconds, 0.5, 0.95), f"{1 / one:.0f} texts/s on one core"),
        Line(
            f"routing {BATCH} tickets (read, decide, dispatch or propose)",
            f"{took:.2f} s; {BATCH / took:.0f}/s",
            f"{took / BATCH / one:.1f} × reading alone",
        ),
    ]


if __name__ == "__main__":
    told.show(main())
    sys.exit(0)
