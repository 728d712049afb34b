"""Folded figures = recount = proof: what a proof file says follows from its own facts, and from nothing else."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from hotline.cli import figures as verb
from hotline.cli import run
from hotline.domain import proof_check
from hotline.domain.errors import Invalid, NotFound
from hotline.domain.rates import Period
from hotline.read import board, proof
from hotline.relay import Relay
from hotline.usecases import board as keeping
from tests.integration.board.conftest import ROADS, House, settle
from tests.integration.board.test_figures import CITY, a_day

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))


@pytest.fixture
def after_a_day(house: House, relay: Relay) -> House:
    a_day(house, lambda: settle(house, relay))
    settle(house, relay)
    return house


def test_folded_figures_equal_the_recount_and_the_proof_of_every_rate(after_a_day: House) -> None:
    assert keeping.recount(after_a_day.begin)[1] == []
    with after_a_day.begin() as work:
        for unit in (CITY, ROADS):
            shown = board.of(work, unit, MARCH.since, MARCH.until)
            for key, rate in shown.rates.items():
                found = json.loads(json.dumps(proof.prove(work, key, unit, MARCH)))
                assert proof_check.check(found) == [], key
                assert (found["hits"], found["total"]) == (
                    f"{rate.hits.normalize():f}",
                    f"{rate.total.normalize():f}",
                ), key
            for key in ("intake", "dispatched", "closed", "direct"):
                found = proof.prove(work, key, unit, MARCH)
                assert proof_check.check(found) == [], key
                assert int(found["total"]) == shown.figures[key], key


def test_a_proof_holds_for_who_has_nothing_but_the_file_and_the_standard_library(
    after_a_day: House, tmp_path: Path
) -> None:
    with after_a_day.begin() as work:
        found = proof.prove(work, "on_time", CITY, MARCH)
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    program = Path(proof_check.__file__).read_text(encoding="utf-8")
    (tmp_path / "check.py").write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "check.py"), str(file)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "按期办结率 1 ÷ 6 = 16.67%" in done.stdout


def altered(found: dict, *path: object, to: object, signed: bool = True) -> list[str]:
    other = copy.deepcopy(found)
    place = other
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    if signed:
        other["digest"] = proof_check.digest(other)
    return proof_check.check(other)


def test_what_was_altered_is_found_even_when_the_hash_was_made_anew(after_a_day: House) -> None:
    with after_a_day.begin() as work:
        found = json.loads(json.dumps(proof.prove(work, "on_time", CITY, MARCH)))
    missed = next(n for n, each in enumerate(found["objects"]) if each["worth"] == "0")
    assert "改动过" in altered(found, "hits", to="2", signed=False)[0]
    assert "分子" in altered(found, "hits", to="2")[0]
    assert "计入分子应为" in altered(found, "objects", missed, "worth", to="1")[0]
    assert "不在统计时段内" in altered(found, "objects", missed, "on", to="2026-04-01")[0]
    assert "不在统计范围内" in altered(found, "objects", missed, "unit", to="350100-XXX")[0]
    assert "应当排除" in altered(found, "objects", missed, "facts", "type", to="PRAISE")[0]
    assert altered(found, "objects", to=[*found["objects"], found["objects"][0]])
    assert altered(found, "percent", to="99.99")
    assert altered(found, "format", to="something else")
    assert altered(found, "declarations", 0, "counts", 0, "hits", to=["!kept"])


def test_a_proof_names_no_person(after_a_day: House) -> None:
    with after_a_day.begin() as work:
        text = json.dumps(proof.prove(work, "intake", CITY, MARCH), ensure_ascii=False)
    assert "138" not in text
    assert "路灯" not in text


def test_a_figure_of_the_present_moment_and_an_unknown_one_have_no_proof(house: House) -> None:
    with house.begin() as work:
        with pytest.raises(Invalid):
            proof.prove(work, "red", CITY, MARCH)
        with pytest.raises(NotFound):
            proof.prove(work, "luck", CITY, MARCH)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "hotline-proof/1"}', '{"format": "x"}'])
def test_what_is_no_proof_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    file = tmp_path / "x.json"
    file.write_text(text, encoding="utf-8")
    assert run(["figures", "check", str(file)]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert verb.run
