"""Files inside a request: each is written to the disk as it comes, and no further than it may be large.

A file that is too large is read to its end and thrown away, so that the other fields of its form arrive: a browser
without scripts loses neither text nor the other files, and is told how large the one was.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, request

from hotline.domain.attachment import FileLimits
from web import guard

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__files__"
PATIENCE = 3
"""How many times as much as may be given altogether is read before a request is cut off."""


def takes_files(view: View) -> View:
    """Mark a view: files may come with its form."""
    setattr(view, _MARK, True)
    return view


class Part:
    """One file of a request, as the parser writes it; ``size`` is what was sent, also where less was kept."""

    def __init__(self, limit: int) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the request, and closes with it
        self._limit = limit
        self.size = 0

    @property
    def over(self) -> bool:
        """More was sent than may be kept."""
        return self.size > self._limit

    def write(self, data: bytes) -> int:
        """Keep it, or only count it once it is too much."""
        self.size += len(data)
        if self.over:
            self._file.truncate(0)
        else:
            self._file.write(data)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As a file's."""
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """As a file's."""
        return self._file.read(size)

    def close(self) -> None:
        """As a file's."""
        self._file.close()

    @property
    def file(self) -> IO[bytes]:
        """What was kept."""
        return self._file


class FileRequest(Request):
    """A request whose files are :class:`Part`."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return Part(limits().size)  # type: ignore[return-value]


def limits() -> FileLimits:
    """What may be given, by the rules in force."""
    kept: FileLimits = current_app.extensions["office"].rules.files
    return kept


def install(app: Flask) -> None:
    """Before anything reads the body: how much of it may come."""
    app.request_class = FileRequest

    @app.before_request
    def widen() -> None:
        if request.endpoint is None or request.mimetype != "multipart/form-data":
            return
        view = app.view_functions[request.endpoint]
        access = guard.access_of(view)
        if getattr(view, _MARK, False) and access and (access.public or guard.visitor()):
            may = limits()
            request.max_content_length = PATIENCE * may.most * may.size
