"""`python -m classifier …`: train, evaluate, predict, build, events, replies."""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from classifier.features import Text
from classifier.model import BATCH, Classifier, NoModel, Prediction
from classifier.samples import BadData

LONGEST_CELL = 64 * 1024 * 1024
"""Characters of one cell of a table; the csv module's own limit is shorter than a long letter."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 done, 1 failed, 2 wrong use."""
    given = _parser().parse_args(arguments)
    usual = csv.field_size_limit(LONGEST_CELL)
    try:
        return int(given.run(given))
    except (BadData, NoModel) as fault:
        if given.debug:
            raise
        print(fault, file=sys.stderr)
    except (OSError, MemoryError) as fault:
        if given.debug:
            raise
        print(f"没有完成：{fault}。", file=sys.stderr)
    finally:
        csv.field_size_limit(usual)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m classifier", description="诉求文本分类")
    parser.add_argument("--debug", action="store_true", help="出错时给出完整的调用过程")
    verbs = parser.add_subparsers(required=True, metavar="命令")

    train = verbs.add_parser("train", help="用带标签的表格训练模型")
    _table(train)
    train.add_argument("--out", type=Path, required=True, help="模型文件夹")
    train.add_argument("--skip-bad", action="store_true", help="略过有问题的行（逐行列出），而不是停下")
    train.add_argument("--json", action="store_true", help="用 JSON 报告")
    train.set_defaults(run=_train)

    evaluate = verbs.add_parser("evaluate", help="用带标签的表格检验模型")
    evaluate.add_argument("model", type=Path)
    _table(evaluate)
    evaluate.add_argument("--json", action="store_true", help="用 JSON 报告")
    evaluate.set_defaults(run=_evaluate)

    predict = verbs.add_parser("predict", help="从标准输入逐行读 JSON，逐行给出分类")
    predict.add_argument("model", type=Path)
    predict.add_argument("--explain", action="store_true", help="给出每个分类的依据词语")
    predict.set_defaults(run=_predict)

    events = verbs.add_parser("events", help="从表格中找出热点事件，最热的在前")
    events.add_argument("data", type=Path, help="CSV 文件，可为 .gz")
    events.add_argument("--id", required=True, help="编号列名")
    events.add_argument("--text", required=True, help="正文列名")
    events.add_argument("--title", default="", help="标题列名")
    events.add_argument("--time", default="", help="时间列名")
    events.add_argument("--person", default="", help="反映人列名，用来数有多少人")
    events.add_argument("--json", action="store_true", help="用 JSON 报告")
    events.set_defaults(run=_events)

    replies = verbs.add_parser("replies", help="逐条检查答复是否针对诉求、有无问题")
    replies.add_argument("data", type=Path, help="CSV 文件，可为 .gz")
    replies.add_argument("--appeal", required=True, help="诉求列名")
    replies.add_argument("--reply", required=True, help="答复列名")
    replies.add_argument("--json", action="store_true", help="每条一行 JSON")
    replies.set_defaults(run=_replies)

    build = verbs.add_parser("build", help="用自带语料和分类表建立首个模型")
    build.add_argument("--out", type=Path, required=True, help="模型文件夹")
    build.add_argument("--taxonomy", type=Path, help="分类表（默认 config/taxonomy.csv）")
    build.add_argument("--json", action="store_true", help="用 JSON 报告")
    build.set_defaults(run=_build)
    return parser


def _table(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("data", type=Path, help="CSV 文件，可为 .gz")
    verb.add_argument("--text", required=True, help="正文列名")
    verb.add_argument("--title", help="标题列名")
    verb.add_argument("--label", required=True, help="标签列名")


def _train(given: argparse.Namespace) -> int:
    from classifier import samples
    from classifier.train import Lesson, train

    data = samples.read(given.data, text=given.text, label=given.label, title=given.title, skip_bad=given.skip_bad)
    for fault in data.faults:
        print(fault, file=sys.stderr)
    _report(train(Lesson(data.texts, data.labels), given.out), given.json)
    return 0


def _evaluate(given: argparse.Namespace) -> int:
    from classifier import samples
    from classifier.evaluate import evaluate

    model = Classifier.load(given.model)
    data = samples.read(given.data, text=given.text, label=given.label, title=given.title, fewest=1)
    _report(evaluate(model, data.texts, data.labels), given.json)
    return 0


def _build(given: argparse.Namespace) -> int:
    from classifier import seed
    from classifier.train import train

    entries = seed.taxonomy(given.taxonomy or seed.TAXONOMY)
    _report(train(seed.lesson(entries, seed.corpus()), given.out), given.json)
    return 0


def _events(given: argparse.Namespace) -> int:
    from classifier import event_table, events

    columns = event_table.Columns(given.id, given.text, given.title, given.time, given.person)
    table = event_table.read(given.data, columns)
    for fault in table.faults:
        print(fault, file=sys.stderr)
    found: list[dict[str, Any]] = [
        {
            "ids": list(event.ids),
            "title": event.title,
            "first": str(event.first) if event.first else None,
            "last": str(event.last) if event.last else None,
            "places": list(event.places),
            "heat": event.heat,
            "days": {str(day): count for day, count in event.days.items()},
        }
        for event in events.find(table.texts)
    ]
    if given.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for event in found:
        print(
            event["heat"],
            f"{len(event['ids'])} 件",
            event["first"] or "",
            event["last"] or "",
            event["title"],
            sep="\t",
        )
    return 0


def _replies(given: argparse.Namespace) -> int:
    from classifier import replies, samples

    faults: list[str] = []
    appeals, answers = [], []
    for row, cells in samples.rows_of(given.data, [given.appeal, given.reply], faults):
        appeals.append(cells[given.appeal])
        answers.append(cells[given.reply])
        for name in (given.appeal, given.reply):
            if not cells[name].strip():
                faults.append(f"第 {row} 行：“{name}”为空，按不相关计。")
    for fault in faults:
        print(fault, file=sys.stderr)
    for one in replies.judge(appeals, answers):
        if given.json:
            print(json.dumps(asdict(one), ensure_ascii=False))
            continue
        said = "；".join(f"{replies.KINDS[flag.kind]}：{flag.sentence}" for flag in one.flags)
        print(one.score, "相关" if one.relevant else "不相关", "完整" if one.complete else "不完整", said, sep="\t")
    return 0


def _report(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for key, value in found.items():
        print(f"{key}: {json.dumps(value, ensure_ascii=False)}")


def _predict(given: argparse.Namespace) -> int:
    model = Classifier.load(given.model)
    faulty = 0
    lines = enumerate(sys.stdin.buffer, start=1)
    while batch := list(islice(lines, BATCH)):
        asked = list(_asked(batch))
        found = iter(model.predict([text for _, text in asked if text], why=given.explain))
        for name, text in asked:
            if text is None:
                faulty += 1
                print(name, file=sys.stderr)
            else:
                print(json.dumps({"id": name, **_told(next(found), given.explain)}, ensure_ascii=False))
        sys.stdout.flush()
    return 1 if faulty else 0


def _asked(batch: list[tuple[int, bytes]]) -> Iterator[tuple[Any, Text | None]]:
    """The id and text of each line, or a sentence and nothing for a line that cannot be read."""
    for number, line in batch:
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8", "replace"))
            yield row.get("id"), Text(str(row.get("title") or ""), str(row.get("text") or ""))
        except (ValueError, AttributeError, RecursionError):
            yield f"第 {number} 行：不是 JSON 对象，已略过。", None


def _told(prediction: Prediction, explain: bool) -> dict[str, Any]:
    labels: list[dict[str, Any]] = [{"code": label.code, "score": label.score} for label in prediction.labels]
    told: dict[str, Any] = {"labels": labels, "words": [], "confidence": prediction.confidence}
    if prediction.doubt:
        told["doubt"] = prediction.doubt
    if explain:
        told["words"] = [word.word for word in prediction.words if word.weight > 0]
        for row, label in zip(labels, prediction.labels, strict=True):
            row["words"] = [{"word": word.word, "weight": word.weight} for word in label.words]
    return told


if __name__ == "__main__":
    sys.exit(main())
