"""The data folder: rights, the lock, logs that don't grow for ever, leftovers that are really ours."""

import os
import stat
from pathlib import Path

import pytest

from hotline.stack import folder as folders
from hotline.stack.account import CannotStart, let_through
from hotline.stack.folder import DataFolder, born


def test_nobody_else_can_look_into_the_folder(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    assert stat.S_IMODE(folder.root.stat().st_mode) & 0o066 == 0
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder.logs, folder.records)} == {0o700}


def test_one_at_a_time(tmp_path: Path) -> None:
    first, second = DataFolder(tmp_path), DataFolder(tmp_path)
    first.lock()
    assert second.busy()
    with pytest.raises(CannotStart, match=f"进程 {os.getpid()}"):
        second.lock()
    first.unlock()
    assert not second.busy()


def test_a_place_that_can_not_be_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(CannotStart, match="--data"):
        DataFolder(tmp_path / "data").prepare()


def test_a_large_log_is_put_aside_and_the_oldest_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "LARGEST_LOG", 3)
    folder = DataFolder(tmp_path)
    folder.prepare()
    log = folder.log("web")
    with log.open("a") as writer:
        for text in ("one\n", "two\n", "three\n", "four\n", "five\n"):
            writer.write(text)
            writer.flush()
            folder.rotate_logs()
        writer.write("6\n")
    assert log.read_text() == "6\n"
    assert [Path(f"{log}.{number}").read_text() for number in (1, 2, 3)] == ["five\n", "four\n", "three\n"]
    assert not Path(f"{log}.4").exists()


def test_a_stranger_with_the_same_number_is_left_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.prepare()
    (folder.records / "web").write_text(f"{os.getpid()} 1")
    folder.stop_leftovers()
    assert born(os.getpid())
    assert list(folder.records.iterdir()) == []


def test_letting_through_gives_passage_and_nothing_more(tmp_path: Path) -> None:
    inner = tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    inner.parent.chmod(0o700)
    let_through(inner)
    assert stat.S_IMODE(inner.parent.stat().st_mode) == 0o701
