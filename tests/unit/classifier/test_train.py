"""Training is whole or not at all, and its faults are told by row."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import Classifier, Text, ridge, samples
from classifier.calibrate import coverage_at, expected_error
from classifier.samples import BadData
from classifier.train import Lesson, train


def lessons():
    return [Text(body="路灯坏了"), Text(body="路灯不亮"), Text(body="停水了"), Text(body="没有水")], [
        "灯",
        "灯",
        "水",
        "水",
    ]


def test_the_same_texts_give_the_same_model_byte_for_byte(tmp_path):
    for name in ("one", "two"):
        train(Lesson(*lessons()), tmp_path / name)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_a_new_model_replaces_the_old_one_whole(tmp_path):
    train(Lesson(*lessons()), tmp_path / "model")
    texts, _ = lessons()
    train(Lesson(texts, ["a", "a", "b", "b"]), tmp_path / "model")
    assert Classifier.load(tmp_path / "model").labels == ("a", "b")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_folder_with_something_else_in_it_is_not_overwritten(tmp_path):
    (tmp_path / "letters.txt").write_text("keep me")
    with pytest.raises(BadData, match="请换一个位置"):
        train(Lesson(*lessons()), tmp_path)
    assert (tmp_path / "letters.txt").read_text() == "keep me"


def test_one_class_teaches_nothing(tmp_path):
    with pytest.raises(BadData, match="不足两个类别"):
        train(Lesson([Text(body="路灯"), Text(body="灯")], ["灯", "灯"]), tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",路灯坏了", "第 6 行：标签为空，请补上。"),
        ("灯,", "第 6 行：没有文字，请补上或删去这一行。"),
        ("孤,只有一条", "第 6 行：标签“孤”的例子不足 2 条，请再补充。"),
        ("灯", "第 6 行：应有 2 列，实有 1 列，请检查引号和逗号。"),
        ("外,别的", "第 6 行：标签“外”不在分类表中，请改正。"),
    ],
)
def test_a_faulty_row_is_told_by_its_number(tmp_path, row, fault):
    path = tmp_path / "data.csv"
    path.write_text(f"label,text\n灯,路灯坏了\n灯,灯不亮\n水,停水了\n水,水黄\n{row}\n", encoding="utf-8")
    known = {"灯", "水", "孤"}
    with pytest.raises(BadData) as told:
        samples.read(path, text="text", label="label", known=known)
    assert told.value.faults == (fault,)
    kept = samples.read(path, text="text", label="label", known=known, skip_bad=True)
    assert (kept.labels, kept.faults) == (("灯", "灯", "水", "水"), (fault,))


def test_a_wrong_encoding_is_told_by_row(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes("label,text\n灯,路灯坏了\n".encode() + "灯,路灯不亮\n".encode("gbk"))
    with pytest.raises(BadData, match=r"第 3 行：.*UTF-8"):
        samples.read(path, text="text", label="label", fewest=1)


def test_a_missing_column_names_those_there_are(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(BadData, match="没有“text、label”列，现有列：a、b"):
        samples.read(path, text="text", label="label")


def test_a_gzipped_table_is_read_and_a_broken_one_refused(tmp_path):
    whole, broken = tmp_path / "whole.csv.gz", tmp_path / "broken.csv.gz"
    packed = gzip.compress("label,text\n灯,路灯坏了\n灯,不亮\n".encode())
    whole.write_bytes(packed)
    broken.write_bytes(packed[:-12])
    assert samples.read(whole, text="text", label="label").rows == (2, 3)
    with pytest.raises(BadData, match="已损坏"):
        samples.read(broken, text="text", label="label")


def test_held_out_scores_are_those_of_a_model_without_that_text():
    from scipy.sparse import csr_matrix

    chance = np.random.default_rng(1)
    rows = csr_matrix(np.abs(chance.normal(size=(12, 30))).astype(np.float32) * (chance.random((12, 30)) > 0.6))
    targets = np.where(np.arange(12)[:, None] % 3 == np.arange(3), 1.0, -1.0).astype(np.float32)
    whole = ridge.fit(rows, targets, 0.5)
    (group,) = [g for g in ridge.alike(np.asarray((rows @ rows.T).toarray())) if 0 in g]
    rest = np.setdiff1d(np.arange(12), group)
    without = ridge.fit(rows[rest], targets[rest], 0.5)
    assert whole.held_out[group] == pytest.approx(rows[group] @ without.weights + without.bias, abs=1e-3)


def test_the_iterated_solution_is_the_closed_one(monkeypatch):
    from scipy.sparse import random

    rows = random(80, 200, density=0.1, format="csr", dtype=np.float32, random_state=2)
    targets = np.where(np.arange(80)[:, None] % 4 == np.arange(4), 1.0, -1.0).astype(np.float32)
    closed = ridge.fit(rows, targets, 0.5)
    monkeypatch.setattr(ridge, "EXACT", 10)
    iterated = ridge.fit(rows, targets, 0.5)
    assert iterated.weights == pytest.approx(closed.weights, abs=5e-3)
    assert len(iterated.held_rows) == 16


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80))
def test_the_calibration_error_lies_between_none_and_all(pairs):
    sure, right = (np.asarray(column) for column in zip(*pairs, strict=True))
    assert 0.0 <= expected_error(sure, right) <= 1.0
    assert 0.0 <= coverage_at(sure, right, 0.98) <= 1.0


def test_confidence_that_is_kept_has_no_error():
    sure = np.full(100, 0.8)
    assert expected_error(sure, np.arange(100) < 80) == pytest.approx(0.0, abs=1e-9)
    assert coverage_at(np.linspace(1, 0, 100), np.arange(100) < 50, 1.0) == 0.5


def test_kin_are_suggested_before_strangers(tmp_path):
    texts = [Text(body=said) for said in ("路灯坏了", "路灯不亮", "井盖丢了", "井盖破了", "拖欠工资", "不发工资")]
    labels = ["0101", "0101", "0102", "0102", "0701", "0701"]
    parents = {label: (label[:2],) for label in labels}
    train(Lesson(texts, labels, parents=parents), tmp_path / "model")
    (prediction,) = Classifier.load(tmp_path / "model").predict([Text(body="路灯坏了好久")])
    assert [label.code for label in prediction.labels] == ["0101", "0102", "0701"]


def test_what_weighs_more_speaks_louder(tmp_path):
    texts = [Text(body=said) for said in ("灯坏了", "灯坏了", "停水", "没水")]
    train(Lesson(texts, ["甲", "乙", "甲", "乙"], weights=[1.0, 9.0, 1.0, 1.0]), tmp_path / "model")
    (prediction,) = Classifier.load(tmp_path / "model").predict([Text(body="灯坏了")])
    assert prediction.labels[0].code == "乙"
