"""``hotline doctor`` names what is wrong, and changes nothing."""

import socket
from pathlib import Path

import pytest

from hotline import cli


def test_a_taken_port_and_a_broken_database_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/x")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert cli.run(["doctor", "--data", str(tmp_path / "data"), "--port", str(port)]) == 1
    said = capsys.readouterr().out
    assert f"✗ 端口:端口 {port} 已被占用" in said
    assert "✗ PostgreSQL:连不上" in said
    assert "hush" not in said


def test_looking_leaves_no_trace(tmp_path: Path) -> None:
    cli.run(["doctor", "--data", str(tmp_path / "data")])
    assert list(tmp_path.iterdir()) == []


def test_wrong_settings_are_all_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE__SERVER__PROT", "1")
    monkeypatch.setenv("HOTLINE__SERVER__WEB", "none")
    assert cli.run(["doctor", "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "HOTLINE__SERVER__PROT" in said
    assert "HOTLINE__SERVER__WEB" in said
