"""Backup and restore: what comes back is what was there, and nothing is overwritten or trusted unasked."""

import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from hotline import settings
from hotline.settings import Settings
from hotline.stack import backup
from hotline.stack.account import CannotStart

Ask = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def deployment(tmp_path: Path) -> Settings:
    """Settings with a data folder and a key of its own."""
    return settings.load({}, data_dir=tmp_path / "data")


def said(url: str, statement: str) -> list[tuple[object, ...]]:
    """What the database answers."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        answer = connection.exec_driver_sql(statement)
        return [tuple(row) for row in answer] if answer.returns_rows else []


@pytest.fixture
def filled(empty_database: Callable[[], str]) -> str:
    """A database with a word in it."""
    url = empty_database()
    said(url, "CREATE TABLE word (id int PRIMARY KEY, text text)")
    said(url, "INSERT INTO word VALUES (1, '楼道灯不亮'), (2, E'a\\n\\tb')")
    return url


def test_what_comes_back_is_what_was_there(
    deployment: Settings, filled: str, empty_database: Callable[[], str], tmp_path: Path
) -> None:
    (deployment.data / "attachments").mkdir()
    (deployment.data / "attachments" / "1.jpg").write_bytes(b"\xff\xd8")
    written = backup.write(deployment, filled, tmp_path / "backup")
    assert {path.stat().st_mode & 0o077 for path in written.folder.iterdir()} == {0}
    (deployment.data / "attachments" / "1.jpg").unlink()
    elsewhere = empty_database()
    backup.restore(deployment, elsewhere, written.folder, replace=False)
    question = "SELECT * FROM word ORDER BY id"
    assert said(elsewhere, question) == said(filled, question)
    assert (deployment.data / "attachments" / "1.jpg").read_bytes() == b"\xff\xd8"


def test_a_filled_database_is_replaced_only_when_told_so(deployment: Settings, filled: str, tmp_path: Path) -> None:
    backup.write(deployment, filled, tmp_path / "backup")
    said(filled, "INSERT INTO word VALUES (3, 'later')")
    with pytest.raises(CannotStart, match="--force"):
        backup.restore(deployment, filled, tmp_path / "backup", replace=False)
    assert said(filled, "SELECT count(*) FROM word") == [(3,)]
    backup.restore(deployment, filled, tmp_path / "backup", replace=True)
    assert said(filled, "SELECT count(*) FROM word") == [(2,)]


def test_a_changed_file_is_noticed(deployment: Settings, filled: str, tmp_path: Path) -> None:
    backup.write(deployment, filled, tmp_path / "backup")
    dump = tmp_path / "backup" / backup.DUMP
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)
    with pytest.raises(CannotStart, match="校验值不符"):
        backup.restore(deployment, filled, tmp_path / "backup", replace=True)


def test_another_key_is_refused_before_anything_is_touched(deployment: Settings, filled: str, tmp_path: Path) -> None:
    backup.write(deployment, filled, tmp_path / "backup")
    stranger = replace(deployment, secrets=replace(deployment.secrets, key=secrets.token_bytes(32)))
    with pytest.raises(CannotStart, match="密钥不符"):
        backup.restore(stranger, filled, tmp_path / "backup", replace=True)


def test_a_failed_restore_leaves_the_database_as_it_was(deployment: Settings, filled: str, tmp_path: Path) -> None:
    backup.write(deployment, filled, tmp_path / "backup")
    dump, manifest = tmp_path / "backup" / backup.DUMP, tmp_path / "backup" / backup.MANIFEST
    dump.write_bytes(dump.read_bytes()[:-200])
    told = json.loads(manifest.read_text())
    told["files"][backup.DUMP] = {"bytes": dump.stat().st_size, "sha256": backup._digest(dump)}
    manifest.write_text(json.dumps(told))
    with pytest.raises(CannotStart, match="保持原样"):
        backup.restore(deployment, filled, tmp_path / "backup", replace=True)
    assert said(filled, "SELECT count(*) FROM word") == [(2,)]


def test_a_folder_with_something_in_it_is_not_written_to(deployment: Settings, filled: str, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "mine").touch()
    with pytest.raises(CannotStart, match="已有内容"):
        backup.write(deployment, filled, tmp_path / "backup")


def test_a_folder_that_is_no_backup_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="不是一个完整的备份"):
        backup.verify(tmp_path)
