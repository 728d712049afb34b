"""The written list of kinds (kinds.csv), read without a category: what is said is right, much is not said.

Without any sign the kind is HELP, so HELP is the kind of what was not heard: its precision is low and no claim.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from classifier import Text, kind

with (Path(__file__).parent / "kinds.csv").open(encoding="utf-8", newline="") as _lines:
    ROWS = list(csv.DictReader(_lines))
READ = Counter((row["kind"], kind.read(Text(body=row["text"])).code) for row in ROWS)
RECALL = {"CONSULT": 0.9, "HELP": 0.95, "COMPLAINT": 0.8, "REPORT": 0.6, "SUGGEST": 0.65, "PRAISE": 0.75}


def test_the_list_has_thirty_of_each_kind() -> None:
    assert len({row["text"] for row in ROWS}) == len(ROWS)
    assert min(Counter(row["kind"] for row in ROWS if row["hand"] == "a").values()) >= 30


@pytest.mark.parametrize("code", [code for code in kind.NAMES if code != "HELP"])
def test_a_kind_that_is_heard_is_the_right_one(code: str) -> None:
    said = sum(count for (_, read), count in READ.items() if read == code)
    assert READ[code, code] >= 0.95 * said


@pytest.mark.parametrize("code", list(kind.NAMES))
def test_a_kind_is_heard_as_often_as_it_was_measured(code: str) -> None:
    meant = sum(count for (wanted, _), count in READ.items() if wanted == code)
    assert READ[code, code] >= RECALL[code] * meant
