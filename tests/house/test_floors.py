"""Who may import whom, who writes what, who reads a clock: promises about our own code."""

from __future__ import annotations

import ast
import io
import re
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from hotline.settings import ROOT

SOURCES = sorted(path for folder in ("hotline", "classifier", "web") for path in (ROOT / folder).rglob("*.py"))
LONGEST = 400
STRANGERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
LARGEST = 1_000_000
"""Bytes of a tracked file: what is larger is data, and data of others never come in."""

CLOCKS = {
    "hotline/office.py": "the one place that tells the present moment",
    "hotline/stack/address.py": "compares the database's clock with the machine's",
    "hotline/jobs/timetable.py": "RQ's scheduler notes when it last woke a job, by RQ's own clock",
}
"""Files that may read the time of day, and why. Waiting by ``time.monotonic`` is measuring, not telling the time."""
COMMITS = {"migrations/env.py": "sets the lock timeout before the migrations begin their own transactions"}
INNER = ("hotline/usecases", "hotline/domain", "hotline/read")
PATIENT = (
    "hotline/stack",
    "hotline/cli",
    "hotline/simulate",
    "tests/integration/stack",
    "tests/browser",
    "tests/faults",
)
"""Where processes of their own are waited for."""
STATE_WRITERS = {"hotline/usecases/progress.py"}


def inside(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked() -> list[Path]:
    """Our own files; outside a clone (a source archive) whatever lies in our folders."""
    if not (ROOT / ".git").exists():
        folders = ("hotline", "classifier", "web", "tests", "config", "migrations", "docs", "bench", "deploy")
        made = {"vendor", "__pycache__", "model"}
        found = (path for folder in folders for path in (ROOT / folder).rglob("*") if not made & set(path.parts))
        return sorted(path for path in found if path.is_file())
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def nodes(path: Path, kind: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, kind))


def test_every_floor_imports_only_downwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    # The linter would silence every logger of this process that exists already, and with it other tests.
    monkeypatch.setattr("logging.config.dictConfig", lambda _: None)
    said = io.StringIO()
    with redirect_stdout(said):
        broken = lint_imports(no_cache=True, no_logo=True)
    assert not broken, said.getvalue()


def test_no_file_of_ours_is_longer_than_can_be_read_at_once() -> None:
    ours = [path for path in tracked() if path.suffix in (".py", ".css", ".mjs", ".js", ".html")]
    lengths = {inside(path): len(path.read_text(encoding="utf-8").splitlines()) for path in ours}
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST}
    assert not long, f"over {LONGEST} lines hold two subjects: find the second noun"


def test_no_file_has_a_name_that_lets_anything_in() -> None:
    named = {inside(path) for path in tracked() if {part.lower() for part in (path.stem, path.parent.name)} & STRANGERS}
    assert not named, "a noun of the domain says what may not come in"


def test_only_progress_writes_the_state_of_a_ticket() -> None:
    writers = {
        inside(path)
        for path in SOURCES
        for node in nodes(path, ast.Assign)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr == "state"
    }
    assert writers == STATE_WRITERS, "move a ticket by usecases/progress.advance"


def test_nobody_updates_a_state_by_a_query() -> None:
    found = {inside(path) for path in SOURCES if re.search(r"\.values\([^)]*\bstate=", path.read_text())}
    assert not found, "move a ticket by usecases/progress.advance"


def test_nobody_commits_by_hand() -> None:
    where = [*SOURCES, ROOT / "wsgi.py", *sorted((ROOT / "migrations").rglob("*.py"))]
    found = {inside(path) for path in where if re.search(r"\.commit\(\)", path.read_text(encoding="utf-8"))}
    assert found == set(COMMITS), "leaving office.begin() commits"


def test_only_the_office_reads_a_clock() -> None:
    clock = re.compile(r"datetime\.now\(|\.utcnow\(|date\.today\(|time\.time\(|from rq\.utils import now|func\.now\(")
    found = {inside(path) for path in SOURCES if clock.search(path.read_text(encoding="utf-8"))}
    assert found <= set(CLOCKS), "take the moment as an argument: work.now"


def test_transactions_begin_at_the_edges_only() -> None:
    inner = [path for path in SOURCES if inside(path).startswith(("hotline/usecases", "hotline/read", "hotline/store"))]
    begins = {inside(path) for path in inner if re.search(r"\boffice\.begin\(|session\.begin\(", path.read_text())}
    assert begins == {"hotline/store/work.py"}


def test_everything_is_caught_by_name_outside_the_edges() -> None:
    inner = [
        path for path in SOURCES if inside(path).startswith(("hotline/usecases", "hotline/domain", "hotline/read"))
    ]
    bare = {
        inside(path)
        for path in inner
        for node in nodes(path, ast.ExceptHandler)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
    }
    assert not bare


def test_every_module_says_what_it_knows() -> None:
    silent = {
        inside(path) for path in SOURCES if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text()))
    }
    assert not silent


def test_no_tracked_file_is_large_enough_to_be_somebody_elses_data() -> None:
    large = {inside(path): path.stat().st_size for path in tracked() if path.stat().st_size > LARGEST}
    assert not large


@pytest.mark.parametrize("folder", ["tests", "hotline", "classifier", "web"])
def test_nobody_sleeps_in_a_test_or_a_use_case(folder: str) -> None:
    sleeps = re.compile(r"\btime\.sleep\(")
    found = {
        inside(path)
        for path in tracked()
        if path.suffix == ".py" and inside(path).startswith(f"{folder}/") and sleeps.search(path.read_text())
    }
    assert not {name for name in found if not name.startswith(PATIENT)}, "wait for what you wait for"
