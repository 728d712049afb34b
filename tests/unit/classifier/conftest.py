"""A tiny model of four classes, learnt from invented appeals in well under a second."""

from pathlib import Path

import pytest

from classifier import Classifier, Text
from classifier.train import Lesson, train

SAID = {
    "灯": [
        "路灯不亮了晚上很黑",
        "门口的路灯坏了三天没人修",
        "整条街路灯全灭走路害怕",
        "路灯一闪一闪的晃眼睛",
        "新装的路灯从来没亮过",
    ],
    "水": [
        "自来水发黄有异味",
        "家里停水一整天没有通知",
        "水压太小热水器打不着",
        "水管爆裂自来水流了一路",
        "水费突然涨了好几倍水表有问题",
    ],
    "薪": [
        "老板拖欠工资三个月",
        "工地包工头不发工资跑了",
        "离职以后公司扣着工资不给",
        "农民工工资年底还没结清",
        "加班没有加班费工资也少发",
    ],
    "噪": [
        "楼下烧烤摊半夜吵得睡不着",
        "工地夜里施工噪音很大",
        "广场舞音响太吵孩子没法写作业",
        "隔壁装修噪音周末也不停",
        "酒吧的噪声吵到凌晨两点",
    ],
}


def lessons() -> tuple[list[Text], list[str]]:
    pairs = [
        (Text(title=said[:4], body=f"您好，{said}，请尽快处理。"), code)
        for code, all_said in SAID.items()
        for said in all_said
    ]
    return [text for text, _ in pairs], [code for _, code in pairs]


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("model") / "tiny"
    train(Lesson(*lessons(), own_words=["包工头", "烧烤摊"]), out)
    return out


@pytest.fixture(scope="session")
def classifier(model_folder: Path) -> Classifier:
    return Classifier.load(model_folder)
