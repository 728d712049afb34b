"""Recomputes a figure from its proof file alone, with nothing of the house that wrote it.

It imports only the standard library and can be taken away and run by itself: ``python proof_check.py FILE``. The file
says what is counted (objects with their facts), by which declaration (conditions as formulas over these facts), and
what came out; this program evaluates the formulas anew and adds up.
"""

from __future__ import annotations

import hashlib
import json
import operator
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

FORMAT = "hotline-proof/1"
_TERM = re.compile(r"(not )?([a-z_]+)(?: (=|<=|<|>=|>|in) ([A-Za-z_|]+))?")
_COMPARE = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def check(proof: dict[str, Any]) -> list[str]:
    """Every difference between what the proof says and what follows from its facts, as Chinese sentences."""
    if proof.get("format") != FORMAT:
        return [f"文件格式应为 {FORMAT}，现为 {proof.get('format')}"]
    faults = [] if proof.get("digest") == digest(proof) else ["校验值不符：文件在生成之后被改动过"]
    hits, total, seen = Decimal(0), Decimal(0), set()
    for n, each in enumerate(proof["objects"], 1):
        faults += [f"第 {n} 项（{each.get('no')}）：{fault}" for fault in _object(proof, each)]
        slot = (each["no"], each.get("declaration"), each.get("count"), json.dumps(each["facts"], sort_keys=True))
        if slot in seen:
            faults.append(f"第 {n} 项（{each['no']}）：重复计入")
        seen.add(slot)
        hits, total = hits + Decimal(each["worth"]), total + Decimal(each["weight"])
    percent = None if not total else str((hits * 100 / total).quantize(Decimal("0.01"), ROUND_HALF_UP))
    for name, said, found in (
        ("分子", Decimal(proof["hits"]), hits),
        ("分母", Decimal(proof["total"]), total),
        ("百分比", proof["percent"], percent if proof["declarations"] else proof["percent"]),
    ):
        if said != found:
            faults.append(f"{name}：文件写的是 {said}，按事实重新计算是 {found}")
    return faults


def digest(proof: dict[str, Any]) -> str:
    """SHA-256 over everything in the file but the digest itself."""
    rest = {key: value for key, value in proof.items() if key != "digest"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _object(proof: dict[str, Any], each: dict[str, Any]) -> Iterator[str]:
    if each["unit"] not in proof["units"]:
        yield f"单位 {each['unit']} 不在统计范围内"
    if not proof["from"] <= each["on"] < proof["to"]:
        yield f"日期 {each['on']} 不在统计时段内"
    if not proof["declarations"]:
        return
    declared = proof["declarations"][each["declaration"]]
    count = declared["counts"][each["count"]]
    facts = each["facts"] | {"now": proof["statistic_at"], "satisfied_min": declared["satisfied_min"]}

    def so(name: str) -> bool:
        if name.startswith("!"):
            return not so(name[1:])
        return holds(declared["conditions"][name]["formula"], facts)

    for name in count["unless"]:
        if so(name):
            yield f"应当排除（{declared['conditions'][name.removeprefix('!')]['words']}）"
    for name in count["total"]:
        if not so(name):
            yield f"不属于分母（{declared['conditions'][name.removeprefix('!')]['words']}）"
    worth = Decimal(0)
    if all(map(so, count["hits"])):
        worth = Decimal(1)
    elif count["partly"] and all(map(so, count["partly"])):
        worth = Decimal(declared["partial_weight"])
    if worth != Decimal(each["worth"]):
        yield f"计入分子应为 {worth}，文件写的是 {each['worth']}"
    if each["on"] != placed(facts[count["at"]], count["at"]):
        yield f"应计入 {placed(facts[count['at']], count['at'])}，文件写的是 {each['on']}"
    if not declared["since"] <= each["on"] < declared["until"]:
        yield "当日适用的不是这一版口径"
    answers = proof["centre"] if count["unit"] == "centre" else facts["unit"]
    if answers != each["unit"]:
        yield f"应归 {answers}，文件写的是 {each['unit']}"


def placed(at: str, name: str) -> str:
    """The local day of a moment; a due moment at 00:00 is the end (24:00) of the day before."""
    moment = datetime.fromisoformat(at)
    if name == "due_at" and (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0):
        moment -= timedelta(seconds=1)
    return date(moment.year, moment.month, moment.day).isoformat()


def holds(formula: str, facts: dict[str, Any]) -> bool:
    """Whether a formula is true of these facts; what is missing is not true and compares with nothing."""
    return any(all(_term(term, facts) for term in clause.split(" and ")) for clause in formula.split(" or "))


def _term(term: str, facts: dict[str, Any]) -> bool:
    found = _TERM.fullmatch(term)
    if found is None:
        raise ValueError(term)
    negated, left, op, right = found.groups()
    if op is None:
        return bool(facts[left]) is not bool(negated)
    if op == "in" or not right.islower():
        return facts[left] in right.split("|")
    a, b = _value(facts[left]), _value(facts[right])
    return a is not None and b is not None and bool(_COMPARE[op](a, b))


def _value(fact: Any) -> Any:
    return datetime.fromisoformat(fact) if isinstance(fact, str) and fact[4:5] == "-" else fact


def main() -> int:
    """0 when the proof holds."""
    if len(sys.argv) != 2:
        sys.stderr.write("用法：python proof_check.py FILE\n")
        return 2
    proof = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    faults = check(proof)
    sys.stdout.write(("\n".join(faults) or said(proof)) + "\n")
    return 1 if faults else 0


def said(proof: dict[str, Any]) -> str:
    """The result in a sentence."""
    percent = f" = {proof['percent']}%" if proof["percent"] is not None else ""
    pair = f"{proof['hits']} ÷ {proof['total']}{percent}" if proof["declarations"] else f"{proof['total']} 件"
    return f"已核对 {len(proof['objects'])} 项：{proof['label']} {pair}，与文件一致。"


if __name__ == "__main__":
    sys.exit(main())
