"""What somebody wants is read from phrasing, within what the category allows."""

import pytest

from classifier import Text, kind

SAID = {
    "CONSULT": [
        "请问外地户口怎么申请居住证，需要带什么材料",
        "我想咨询一下公积金可以提取几次",
        "新生儿医保多久能办好？",
        "退休年龄是多少岁，去哪里办",
        "想了解一下创业贷款有什么条件",
        "二手房过户要交哪些税呢？",
        "你好，福州人才落户政策是什么流程",
    ],
    "HELP": [
        "家里停水了，请尽快派人来修",
        "我一个人带孩子，实在没办法了，帮帮我",
        "路灯坏了好几天，麻烦安排维修",
        "下水道堵了，求你们来疏通一下",
        "求助，老人轮椅上不去楼",
        "生活困难，恳请政府帮忙协调",
    ],
    "COMPLAINT": [
        "我要投诉小区物业，电梯坏了不管",
        "窗口人员态度恶劣，爱理不理",
        "开发商拒绝退定金，太过分了，要求退款",
        "工地半夜施工严重扰民，吵得睡不着",
        "商家欺骗消费者，不给退，必须给个说法",
        "反映过好几次了都没人管，互相推诿",
    ],
    "REPORT": [
        "我要举报楼下黑诊所无证行医",
        "举报工厂晚上偷排污水，请对我的身份保密",
        "有人私自搭建违章建筑，请查处",
        "这家店卖假酒，请严查",
        "村里有人聚众赌博，匿名举报",
        "涉嫌骗保，望彻查",
    ],
    "SUGGEST": [
        "建议在路口增设红绿灯",
        "希望能延长地铁运营时间",
        "能不能在公园里加装几盏灯",
        "提个意见，公交站最好设个雨棚",
        "我有个建议，夜间公交可以优化线路",
    ],
    "PRAISE": [
        "我要表扬社区的小陈，热心帮老人办卡",
        "给窗口工作人员点赞，服务非常好",
        "特别感谢出租车司机林师傅把钱包还给我",
        "想给派出所民警送一面锦旗",
        "昨天的问题已经解决了，非常感谢，效率真高",
    ],
}


@pytest.mark.parametrize(("code", "said"), [(code, said) for code, all_said in SAID.items() for said in all_said])
def test_the_wording_tells_what_is_wanted(code, said):
    assert kind.read(Text(body=said)).code == code


def test_only_what_the_category_allows_is_chosen():
    said = Text(body="我要举报物业涉嫌违规收费，态度差")
    assert kind.read(said).code == "REPORT"
    assert kind.read(said, ["COMPLAINT", "CONSULT"]).code == "COMPLAINT"


def test_without_any_sign_the_usual_kind_of_the_category_is_taken():
    assert kind.read(Text(body="六一路的灯"), ["SUGGEST", "COMPLAINT"]).code == "SUGGEST"
    assert kind.read(Text(body="")).code == "HELP"


def test_politeness_is_no_praise():
    assert kind.read(Text(body="请尽快派人来修，谢谢，辛苦了")).code == "HELP"


def test_what_is_asked_for_at_the_end_decides():
    assert kind.read(Text(body="之前投诉过停车费，今天想问一下公租房怎么申请，需要什么材料")).code == "CONSULT"


def test_the_phrases_and_the_name_are_told():
    heard = kind.read(Text(body="建议增设路灯"))
    assert heard.name == "建议"
    assert "建议" in heard.phrases
