"""What is said of a reply, and by which of its sentences."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

import classifier
from classifier import pairing, replies
from classifier.__main__ import main

LAMP = "仓山区首山路的路灯坏了三天，晚上看不见路，请派人修理。"


def kinds(appeal: str, reply: str) -> dict[str, str]:
    return {flag.kind: flag.sentence for flag in replies.read(appeal, reply)}


@pytest.mark.parametrize(
    ("reply", "kind", "sentence"),
    [
        ("感谢您的来信。我们高度重视。", "empty", "感谢您的来信。"),
        ("您好。您的诉求已转区城管局处理。", "passed_on", "您的诉求已转区城管局处理。"),
        ("路灯已修好。请不要无理取闹。", "rude", "请不要无理取闹。"),
        ("经查，路灯线路老化。我站将尽快更换。", "open_promise", "我站将尽快更换。"),
        ("经核实，您不符合条件。", "no_ground", "经核实，您不符合条件。"),
        ("经查，地址不详，未发现路灯。", "no_contact", "经查，地址不详，未发现路灯。"),
    ],
)
def test_a_fault_is_shown_by_its_own_sentence(reply: str, kind: str, sentence: str) -> None:
    assert kinds(LAMP, reply)[kind] == sentence


def test_a_promise_with_a_day_and_a_refusal_with_its_rule_are_in_order() -> None:
    found = kinds(LAMP, "依据《城市照明管理规定》不予增设。我站将于6月3日前更换灯管，已电话告知您。")
    assert found == {}


def test_the_point_without_an_answer_is_named() -> None:
    found = kinds("1.车库漏水怎么办？2.消防栓没有水。", "车库水管已于7月2日更换，现已不漏水。")
    assert found == {"incomplete": "消防栓没有水"}


def test_three_replies_alike_but_for_names_and_days_are_copied_and_two_are_not() -> None:
    told = [
        f"{name}女士：我所已于{day}月3日到场劝导清理，后续加强巡查。" for name, day in (("王", 3), ("林", 5), ("陈", 9))
    ]
    asked = ["共享单车乱停。", "小贩占道。", "店外摆桌。"]
    assert all("copied" in {f.kind for f in one.flags} for one in replies.judge(asked, told))
    assert not any("copied" in {f.kind for f in one.flags} for one in replies.judge(asked[:2], told[:2]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "。",
        "😀😀",
        "The lamp is broken.",
        "<p>路灯<b>坏了",
        "电梯" * 500_000,
        "QUJD" * 200_000,
        "\x00\x07\ud800",
        "1.2.3.",
    ],
)
def test_no_text_is_an_exception(text: str) -> None:
    for pair in ((text, text), (text, "已修好。"), (LAMP, text)):
        (one,) = replies.judge([pair[0]], [pair[1]])
        assert 0 <= one.score <= 1


def test_an_empty_reply_is_named_and_belongs_to_nothing() -> None:
    (one,) = replies.judge([LAMP], [" "])
    assert (one.score, one.relevant, one.complete) == (0, False, False)
    assert one.flags == (replies.Flag("no_reply"),)


def test_no_pairs_give_no_judgements() -> None:
    assert replies.judge([], []) == []


def test_a_batch_large_enough_to_learn_from_tells_own_replies_from_others() -> None:
    """Invented matters with words that the reply does not repeat: only the batch can know they go together."""
    matters = [("路灯不亮", "灯杆线路"), ("垃圾堆积", "环卫清运"), ("污水外溢", "管网疏通"), ("公交晚点", "运力调度")]
    place = ["".join(chr(0x5200 + 6 * k + j) for j in range(6)) for k in range(120)]
    asked = [f"{place[k % 41]}{matters[k % 4][0]}{place[41 + k % 37]}{place[78 + k % 31]}" for k in range(320)]
    told = [f"{matters[k % 4][1]}{place[109 + k % 11]}已办" for k in range(320)]
    wrong = told[1:161] + told[161:] + told[:1]
    right = pairing.scores(asked + asked[:80], told + wrong[:80])
    assert right[:320].min() > right[320:].max()
    assert (right == pairing.scores(asked + asked[:80], told + wrong[:80])).all()


def test_our_own_pairs_are_many_and_of_every_kind_by_both_hands() -> None:
    with (Path(classifier.__file__).parent / "pairs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["appeal"], row["reply"]) for row in rows}) >= 200
    counted = Counter((row["kind"], row["hand"]) for row in rows)
    wanted = ("good", "empty", "evasive", "off_point", "copied", "rude", "incomplete", "passed_on")
    assert all(counted[kind, hand] >= 8 for kind in wanted for hand in "ab")
    assert {flag for row in rows for flag in row["flags"].split()} <= replies.KINDS.keys()


def test_the_command_answers_every_row_and_names_the_empty_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "pairs.csv"
    table.write_text(f"q,a\n{LAMP},路灯已于6月3日修好。\n{LAMP},\n", encoding="utf-8")
    assert main(["replies", str(table), "--appeal", "q", "--reply", "a", "--json"]) == 0
    said = capsys.readouterr()
    first, second = (json.loads(line) for line in said.out.splitlines())
    assert first.keys() == {"score", "relevant", "complete", "flags"}
    assert second["flags"] == [{"kind": "no_reply", "sentence": ""}]
    assert said.err == "第 3 行：“a”为空，按不相关计。\n"
