"""Danger is never missed, supply and hazard are pressing, and daily trouble stays daily trouble."""

import pytest

from classifier import Text, urgency

DANGER = """
楼道里煤气味很重，我头都晕了
厨房闻到燃气味，一直嘶嘶响
隔壁着火了，浓烟滚滚，消防车还没来
充电的电动车自燃了，火苗窜到二楼
电箱冒火花，噼里啪啦的
路边电线掉在积水里，有人触电了
我被困在电梯里快一个小时了，喘不过气
老人和小孩困在电梯，按铃没有人应
小孩掉进没盖的井里了
有人掉到内河里去了，快来救人
后山滑坡了，石头滚到屋里
老房子塌了一半，里面还有人
马路突然塌陷，一辆车陷进去
我不想活了，欠的工资再不给我就从塔吊上跳下去
再不解决我就跳楼
有个姑娘站在天台边上要跳
他拿着菜刀在楼下喊要砍人
邻居持刀威胁，说要同归于尽
我老公正在打我，救命
奶奶走失三个小时了，有老年痴呆
孩子放学到现在找不到，手机关机
学生吃完午饭集体呕吐，已经送医院
工厂氨气泄漏，刺鼻得睁不开眼
水已经漫到胸口，一楼的老人出不来
电梯突然从十楼往下掉，有人摔倒了
工地脚手架倒了，压到人
我爸晕倒了，叫不醒，没有呼吸
隔壁独居老人好几天没动静，敲门没反应
路口发生车祸，人还躺在地上，有人受伤
被关在里面不让我出来，手机也被收走
家里進水了，淹到膝蓋，快來救人
房東把我們反鎖在屋里了
有人扬言要放火烧掉售楼部
想喝农药一了百了
野猪进了村子，追着人跑
隔壁邻居把自己锁在家里开煤气，喊着要点煤气
""".strip().splitlines()

PRESSING = """
整栋楼停水两天了，没有水用
今早开始停电，冰箱里东西全坏了
停气了，做不了饭
水管爆裂，马路上喷水三米高
路中间井盖不见了，晚上很危险
人行道边上的电线杆歪了快倒了
大树被风吹断，横在路上
外墙瓷砖往下掉，差点砸到人
红绿灯不亮，路口乱成一团
业主聚集在售楼部门口拉横幅
几十个工人堵在大门讨薪
化粪池污水倒灌到一楼
孩子在学校被殴打
被流浪狗咬了
担心房子会倒塌，墙上裂缝两指宽
台风要来了，广告牌还没加固
飞线充电容易引起火灾
去年那里发生过火灾，通道还是堵着
""".strip().splitlines()

DAILY = """
请问公租房怎么申请，需要什么材料
楼下广场舞太吵，晚上睡不着
跳楼价清仓都是骗人的，买了不给退
新房贷款利率怎么算
餐馆烟囱冒黑烟，窗户不敢开
停水费多收了，水费单不对
物业费涨价没通知业主
小区垃圾两天没清了，臭死了
办身份证排队太久，窗口只开一个
建议增加公交班次，早高峰挤不上
老师布置作业太多
谢谢社区小林，服务态度很好
健身房跑路，会员卡退不了
电脑中毒了修了两次还收我钱
火车站打车难
灭火器在哪里买正规的
热死了，公交车不开空调
共享单车乱停乱放
""".strip().splitlines()


@pytest.mark.parametrize("said", DANGER)
def test_danger_now_is_never_missed(said):
    heard = urgency.read(Text(body=said))
    assert (heard.degree, heard.danger) == ("特急", True), heard


@pytest.mark.parametrize("said", PRESSING)
def test_what_cannot_wait_is_urgent(said):
    assert urgency.read(Text(body=said)).degree == "紧急"


@pytest.mark.parametrize("said", DAILY)
def test_daily_trouble_is_no_emergency(said):
    assert urgency.read(Text(body=said)).degree == "一般"


def test_a_title_counts_and_the_phrases_are_told():
    heard = urgency.read(Text("三楼着火了", "快来人"))
    assert heard.degree == "特急"
    assert heard.phrases == ("着火", "快来人")


def test_the_usual_urgency_of_a_category_is_kept_without_any_phrase():
    assert urgency.read(Text(body="边坡看着不对"), usual="紧急").degree == "紧急"
    assert urgency.read(Text(body="停水了"), usual="特急").degree == "特急"


@pytest.mark.parametrize("body", ["", "\x00", "😀", "a" * 1_000_000, "水" * 1_000_000])
def test_a_strange_text_is_no_emergency_and_no_error(body):
    assert urgency.read(Text(body=body)).danger is False
