"""What a trained model says, and how sure it is of it."""

import base64
import json
import shutil

import numpy as np
import pytest

from classifier import Classifier, NoModel, Text
from classifier.explain import word_shares
from classifier.features import read
from classifier.model import load_parts

NO_CLASS = {
    "nothing": "",
    "blank": " \n\t ",
    "one character": "灯",
    "emoji": "😀😡🙏" * 30,
    "english": "The street lamp in front of my house has been broken for a week, please send someone.",
    "russian": "Фонарь на улице не горит уже неделю",
    "arabic": "\u202eمصباح الشارع لا يعمل",
    "base64": base64.b64encode(bytes(range(256)) * 8).decode(),
    "control characters": "\x00\x01\x02\x7f\x9f" * 100,
    "digits": "13800000000 " * 50,
    "lone surrogates": "\ud800\udfff" * 10,
    "markup only": "<div><img src=x onerror=alert(1)></div>" * 50,
}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("巷子里路灯又不亮了", "灯"),
        ("今天又停水，水龙头没有一滴水", "水"),
        ("老闆拖欠工資不給", "薪"),
        ("楼下半夜噪音吵死人", "噪"),
    ],
)
def test_the_likeliest_class_comes_first(classifier, said, code):
    (prediction,) = classifier.predict([Text(body=said)])
    assert prediction.labels[0].code == code


def test_three_labels_likeliest_first_and_no_more_than_certain(classifier):
    (prediction,) = classifier.predict([Text("路灯", "路灯不亮，还停水")])
    scores = [label.score for label in prediction.labels]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert 0.0 <= sum(scores) <= 1.0 + 1e-3
    assert prediction.labels[0].score == pytest.approx(prediction.confidence, abs=2e-3)


@pytest.mark.parametrize("body", NO_CLASS.values(), ids=NO_CLASS.keys())
def test_a_text_of_no_class_gets_a_low_confidence_and_a_reason(classifier, body):
    (prediction,) = classifier.predict([Text(body=body)])
    assert prediction.confidence <= 0.2
    assert prediction.doubt
    assert len(prediction.labels) == 3


def test_a_megabyte_is_answered(classifier):
    (prediction,) = classifier.predict([Text("路灯", "路灯坏了。" * 200_000)])
    assert prediction.labels[0].code == "灯"


def test_many_texts_are_answered_as_each_alone(classifier):
    texts = [Text(body=f"路灯坏了{'，停水' * (n % 5)}") for n in range(600)]
    alone = classifier.predict([texts[599]])
    assert classifier.predict(texts)[599] == alone[0]
    assert classifier.predict([]) == []


def test_the_words_that_spoke_are_words_of_the_text(classifier):
    (prediction,) = classifier.predict([Text(body="包工头拖欠工资")])
    assert "拖欠工资" in {word.word for word in prediction.words if word.weight > 0}
    for label in prediction.labels:
        assert all(word.word in "包工头拖欠工资" for word in label.words)


def test_the_shares_of_all_words_are_the_score(model_folder):
    parts = load_parts(model_folder)
    text = read(Text("路灯坏了", "路灯坏了没人修，路灯坏了很黑"), parts.cutter)
    row = parts.features.transform([text])
    labels = np.arange(len(parts.labels))
    shares = word_shares(parts, text, row.indices, row.data, labels)
    bare = Classifier(parts).scores(row)[0] - parts.bias
    assert shares.sum(axis=0) == pytest.approx(bare - bare.mean(), abs=1e-5)


def test_a_prediction_without_reasons_is_the_same_prediction(classifier):
    text = Text(body="工资没发")
    with_words, without = classifier.predict([text])[0], classifier.predict([text], why=False)[0]
    assert [(one.code, one.score) for one in with_words.labels] == [(one.code, one.score) for one in without.labels]
    assert without.words == ()


def test_a_folder_without_a_model_is_refused_in_words(tmp_path):
    with pytest.raises(NoModel, match="请先训练"):
        Classifier.load(tmp_path)


def test_a_broken_model_is_refused_in_words(tmp_path, model_folder):
    broken = shutil.copytree(model_folder, tmp_path / "broken")
    (broken / "weights.npy").write_bytes(b"\x80\x04not an array")
    with pytest.raises(NoModel, match="请先训练"):
        Classifier.load(broken)


def test_the_model_tells_what_it_was_made_from(model_folder):
    told = json.loads((model_folder / "model.json").read_text(encoding="utf-8"))["fingerprint"]
    assert told["texts"] == 20
    assert len(told["data"]) == 16
    assert told["code"]["numpy"] == np.__version__


def test_for_a_full_text_index_the_words_keep_their_numbers(classifier):
    assert classifier.cut("３号楼 路燈壞了") == ["3", "号楼", "路灯", "坏", "了"]


def test_the_chances_of_all_labels_are_those_that_are_told(classifier):
    texts = [Text(body="拖欠工资"), Text(body="x")]
    chances = classifier.chances(texts)
    assert chances.shape == (2, len(classifier.labels))
    for row, prediction in zip(chances, classifier.predict(texts), strict=True):
        first = prediction.labels[0]
        assert row[classifier.labels.index(first.code)] == pytest.approx(first.score, abs=1e-3)
        assert row.sum() <= 1.0 + 1e-4
    assert classifier.chances([]).shape == (0, len(classifier.labels))
