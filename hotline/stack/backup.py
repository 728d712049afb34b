"""Backups: the whole database at one moment, the files beside it, and a manifest that proves them.

A backup is a folder with ``database.dump`` (PostgreSQL's own format), ``attachments.tar`` if there are any, and
``manifest.json`` with the size and SHA-256 of each. It holds no key: ``secret.key`` must be kept elsewhere, and the
manifest only says by a fingerprint which key the sealed columns need.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from hotline.settings import Settings
from hotline.stack import schema
from hotline.stack.account import CannotStart
from hotline.stack.postgres import binaries

DUMP, ATTACHMENTS, MANIFEST = "database.dump", "attachments.tar", "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Written:
    """What a backup came to."""

    folder: Path
    size: int
    """Bytes."""


def fingerprint(key: bytes) -> str:
    """Tells whether two keys are the same without telling either."""
    return hashlib.sha256(b"hotline backup" + key).hexdigest()[:16]


def write(settings: Settings, url: str, target: Path) -> Written:
    """A complete backup in the new folder ``target``, or no folder at all."""
    target = target.resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CannotStart(f"{target} 已有内容：请换一个新的目录存放备份")
    draft = target.with_name(f".{target.name}.unfinished")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        moment, server = _ask(url, "SELECT now()::text, current_setting('server_version')")
        _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={draft / DUMP}")
        attachments = settings.data / "attachments"
        if attachments.is_dir():
            with tarfile.open(draft / ATTACHMENTS, "w") as archive:
                for path in sorted(attachments.glob("**/*")):
                    with suppress(FileNotFoundError):  # swept meanwhile: no row of the dump names it
                        archive.add(path, arcname=path.relative_to(settings.data), recursive=False)
        sizes = {path.name: path.stat().st_size for path in sorted(draft.iterdir())}
        files = {name: {"bytes": size, "sha256": _digest(draft / name)} for name, size in sizes.items()}
        manifest = {
            "format": FORMAT,
            "taken_at": moment,
            "postgresql": server,
            "revisions": schema.heads(url),
            "key": fingerprint(settings.secrets.key),
            "files": files,
        }
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        for path in draft.iterdir():
            path.chmod(0o600)
            _flush(path)
        if target.exists():
            target.rmdir()
        draft.rename(target)
    except OSError as error:
        raise CannotStart(f"备份没有写成（{error.strerror}）:请检查 {target.parent} 的权限和剩余空间") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Written(target, sum(sizes.values()))


def verify(source: Path) -> dict[str, Any]:
    """The manifest of a backup whose files are all there and unchanged."""
    try:
        manifest = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        files = manifest["files"]
        right_format = bool(manifest["format"] == FORMAT and DUMP in files)
    except (OSError, ValueError, KeyError, TypeError):
        raise CannotStart(f"{source} 不是一个完整的备份：缺少可读的 {MANIFEST}") from None
    if not right_format:
        raise CannotStart(f"{source} 的备份格式不是本版本所能恢复的")
    for name, expected in files.items():
        path = source / Path(name).name
        if not path.is_file() or path.stat().st_size != expected["bytes"] or _digest(path) != expected["sha256"]:
            raise CannotStart(f"备份文件 {path} 缺失或已损坏（校验值不符）:请换一份备份")
    return dict(manifest)


def restore(settings: Settings, url: str, source: Path, *, replace: bool) -> None:
    """The database and the attachments as the backup has them: all of it, or the database as it was.

    A database that already holds something is refused unless ``replace``.
    """
    manifest = verify(source)
    if manifest["key"] != fingerprint(settings.secrets.key):
        raise CannotStart(
            f"密钥不符：请先把备份时所用的 secret.key 放到 {settings.data}，否则姓名、电话等加密内容无法读出"
        )
    unknown = schema.unknown(manifest["revisions"])
    if unknown:
        raise CannotStart("备份来自更新的版本：请先升级本系统，再恢复")
    (tables,) = _ask(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    if tables and not replace:
        raise CannotStart("数据库里已有内容：确实要用备份覆盖时，请加上 --force")
    _refill(url, source / DUMP)
    if ATTACHMENTS in manifest["files"]:
        shutil.rmtree(settings.data / "attachments", ignore_errors=True)
        with tarfile.open(source / ATTACHMENTS) as archive:
            archive.extractall(settings.data, filter="data")


def _refill(url: str, dump: Path) -> None:
    """One transaction empties the database and fills it from the dump."""
    programs = binaries()
    arguments, environ = _address(url)
    unpack = [str(programs / "pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)]
    fill = [str(programs / "psql"), "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "--output", os.devnull]
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(unpack, stdout=subprocess.PIPE, stderr=complaints) as reader,
        subprocess.Popen([*fill, *arguments], stdin=subprocess.PIPE, stderr=complaints, env=environ) as writer,
    ):
        assert reader.stdout is not None
        assert writer.stdin is not None
        # psql takes the end of its input for a good end. So we commit ourselves, once the dump was read to its end.
        with suppress(BrokenPipeError), writer.stdin as script:
            script.write(b"BEGIN; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
            shutil.copyfileobj(reader.stdout, script)
            if reader.wait() == 0:
                script.write(b"\nCOMMIT;\n")
        reader.stdout.close()
        if reader.wait() or writer.wait():
            complaints.seek(0)
            raise CannotStart(f"恢复没有成功，数据库保持原样：{_reason(complaints.read())}")


def _run(url: str, program: str, *options: str) -> None:
    arguments, environ = _address(url)
    command = [str(binaries() / program), *options, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    if done.returncode:
        raise CannotStart(f"{program} 没有成功：{_reason(done.stderr)}")


def _address(url: str) -> tuple[list[str], dict[str, str]]:
    """Options and environment for PostgreSQL's own programs: a password never stands on a command line."""
    address = sa.make_url(url)
    password = str(address.password) if address.password else ""
    plain = address.set(drivername="postgresql", password=None).render_as_string()
    return ["--dbname", plain], {**os.environ, **({"PGPASSWORD": password} if password else {})}


def _reason(said: str) -> str:
    """The line that matters; a line that quotes data never is among the errors' first."""
    errors = [line for line in said.splitlines() if "error" in line.lower()]
    return errors[0].strip() if errors else "原因不明"


def _ask(url: str, question: str) -> tuple[Any, ...]:
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
