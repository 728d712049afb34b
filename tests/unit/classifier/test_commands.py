"""`python -m classifier …` as outsiders use it: files and lines in, JSON out, one sentence when it can't."""

import io
import json
import sys
from types import SimpleNamespace

import pytest

from classifier.__main__ import main

TABLE = "title,text,label\n" + "".join(
    f"{code}的事,{said},{code}\n"
    for code, all_said in {
        "灯": ["路灯不亮", "路灯坏了", "灯一直闪", "路灯全灭了"],
        "水": ["停水一天", "自来水发黄", "水压太小", "水管爆了"],
    }.items()
    for said in all_said
)


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_training_then_evaluating_gives_the_promised_figures(data, tmp_path, capsys):
    columns = ["--text", "text", "--title", "title", "--label", "label"]
    model = str(tmp_path / "model")
    assert main(["train", str(data), *columns, "--out", model, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n"] == 8
    assert main(["evaluate", model, str(data), *columns, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"n", "accuracy", "macro_f1", "top3_accuracy", "per_class", "coverage", "ece", "texts_per_second"} <= set(
        told
    )
    assert set(told["per_class"]["灯"]) == {"precision", "recall", "f1", "n"}
    assert set(told["coverage"][0]) == {"threshold", "coverage", "precision"}
    assert told["accuracy"] == 1.0


def ask(monkeypatch, model_folder, lines, *more):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(lines)))
    return main(["predict", str(model_folder), *more])


def test_each_line_is_answered_in_order_under_its_id(monkeypatch, model_folder, capsys):
    lines = '{"id": 7, "title": "路灯", "text": "路灯坏了"}\n\n{"id": "b", "text": null}\n'.encode()
    assert ask(monkeypatch, model_folder, lines) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["id"], first["labels"][0]["code"], first["words"]) == (7, "灯", [])
    assert (second["id"], second["doubt"]) == ("b", "没有可读的文字")


def test_on_request_the_words_that_spoke_are_told(monkeypatch, model_folder, capsys):
    ask(monkeypatch, model_folder, '{"id": 1, "text": "拖欠工资"}\n'.encode(), "--explain")
    told = json.loads(capsys.readouterr().out)
    assert "拖欠工资" in told["words"]
    assert set(told["labels"][0]["words"][0]) == {"word", "weight"}


def test_a_line_that_is_no_object_is_named_and_the_rest_answered(monkeypatch, model_folder, capsys):
    assert ask(monkeypatch, model_folder, b'{"id": 1, "text": "x"}\n[1]\n\xff\xfe\n{"id": 2}\n') == 1
    said = capsys.readouterr()
    assert [json.loads(line)["id"] for line in said.out.splitlines()] == [1, 2]
    assert said.err.splitlines() == ["第 2 行：不是 JSON 对象，已略过。", "第 3 行：不是 JSON 对象，已略过。"]


def test_failures_are_one_sentence_and_exit_one(tmp_path, capsys):
    assert main(["predict", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["train", str(tmp_path / "no.csv"), "--text", "t", "--label", "l", "--out", str(tmp_path / "m")]) == 1
    assert "打不开" in capsys.readouterr().err


def test_wrong_use_is_exit_two():
    with pytest.raises(SystemExit) as left:
        main(["train"])
    assert left.value.code == 2
