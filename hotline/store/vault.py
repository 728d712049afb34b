"""Where the bytes of attachments lie: one file each in the data folder, beside the database and in its backup.

Bytes are written whole before the row that names them is committed, so a row never lacks its bytes; bytes without a row
(a request that died, a row that retention deleted) are swept. Nothing is ever changed in place.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import IO

from hotline.domain.attachment import (
    HEAD,
    OLE,
    WRONG,
    ZIP,
    FileLimits,
    Format,
    Kind,
    Unfit,
    clean_name,
    in_ole,
    in_zip,
    recognise,
)
from hotline.store import picture

KEY = 32
"""Characters of a key: 128 bits that nobody guesses."""
SPARE = 512 * 1024 * 1024
"""Bytes that stay free on the disk: the database needs them more."""
THUMB = ".thumb"


class Full(Unfit):
    """The disk has no room; the words are for people."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that were written."""

    key: str
    name: str
    format: Format
    size: int
    sha256: str
    """Of the file as it was given, in hex: tells doubles, also after a picture was drawn anew."""
    thumb: bool


class Vault:
    """The folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, given: IO[bytes], name: str, limits: FileLimits) -> Kept:
        """Look what it is, and write it; a picture is drawn anew.

        Raises:
            Unfit: nothing we take, broken, or no room, in words that go on from the file's name.
        """
        size = given.seek(0, os.SEEK_END)
        known = _known(given, size)
        if shutil.disk_usage(_existing(self.folder)).free < size + SPARE:
            raise Full("暂时存不下，请先提交文字，附件稍后补充")
        key = token_hex(KEY // 2)
        path, thumb = self.path(key), self.path(key + THUMB)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft, small = path.with_suffix(".new"), path.with_suffix(".small")
        given.seek(0)
        digest = sha256()
        while block := given.read(1 << 20):
            digest.update(block)
        given.seek(0)
        try:
            pictured = known.kind is Kind.PHOTO
            if pictured:
                known = picture.redraw(given, draft, small, limits)
                _settle(small, thumb)
            else:
                with draft.open("wb") as target:
                    shutil.copyfileobj(given, target, 1 << 20)
            size = draft.stat().st_size
            _settle(draft, path)
            _flush(path.parent)
        except OSError as fault:
            thumb.unlink(missing_ok=True)
            raise Full("没有存成，请稍后再试，文字可以先提交") from fault
        finally:
            draft.unlink(missing_ok=True)
            small.unlink(missing_ok=True)
        return Kept(key, clean_name(name, known), known, size, digest.hexdigest(), pictured)

    def path(self, key: str) -> Path:
        """Where the bytes of this key lie, or would."""
        return self.folder / key[:2] / key

    def thumb(self, key: str) -> Path:
        """Where its thumbnail lies, or would."""
        return self.path(key + THUMB)

    def sweep(self, known: Callable[[Collection[str]], Collection[str]], before: float) -> int:
        """Delete bytes that no row names and that were written before a moment (seconds since 1970); how many files.

        Args:
            known: of some keys those that have a row.
        """
        gone = 0
        for files in self._shelves(before):
            kept = set(known({path.name[:KEY] for path in files}))
            for path in files:
                if path.name[:KEY] not in kept:
                    path.unlink(missing_ok=True)
                    gone += 1
        return gone

    def _shelves(self, before: float) -> Iterator[list[Path]]:
        for shelf in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            old = []
            for path in shelf.iterdir():
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < before:
                        old.append(path)
            if old:
                yield old


def _known(given: IO[bytes], size: int) -> Format:
    if not size:
        raise Unfit("是空的，请重新选择")
    given.seek(0)
    head = given.read(HEAD)
    known = recognise(head)
    if head.startswith(ZIP):
        try:
            with zipfile.ZipFile(given) as archive:
                known = in_zip(archive.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as broken:
            raise Unfit(picture.BROKEN) from broken
    elif head.startswith(OLE):
        given.seek(0)
        known = in_ole(given.read())
    if known is None:
        raise Unfit(WRONG)
    return known


def _settle(draft: Path, path: Path) -> None:
    """Whole on the disk before it bears its name."""
    with draft.open("rb+") as written:
        os.fsync(written.fileno())
    draft.chmod(0o600)
    draft.rename(path)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
