"""From the parts of a request to files that wait for their form."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import IO, cast

from flask import request
from gevent import get_hub, monkey
from werkzeug.datastructures import FileStorage

from hotline.domain.appeal import clean
from hotline.domain.attachment import FileLimits, Unfit, too_large
from hotline.domain.permissions import Actor
from hotline.store.attachment import Attachment
from hotline.store.vault import Kept, Vault
from hotline.usecases import attachments
from web.files.parts import Part, limits
from web.guard import office
from web.guessing import once_more

_AT_ONCE = threading.BoundedSemaphore(2)
"""Pictures that one process unpacks at a time: each may need a few hundred megabytes."""
TOO_MANY = "这个网络地址一小时内上传的附件太多，请过一会儿再添加，文字可以先提交"


def received(parts: Sequence[FileStorage], by: Actor, *, once: str = "") -> tuple[list[Attachment], list[str]]:
    """The files that were taken, and a sentence for each that was not; empty file fields are passed over.

    Args:
        once: names this upload among those of its sender, where it may be sent again.
    """
    taken: list[Attachment] = []
    faults: list[str] = []
    may = limits()
    given = [part for part in parts if part.filename]
    if len(given) > may.most:
        faults.append(f"一次最多 {may.most} 个附件，只收下了前 {may.most} 个，其余请分几次补充")
    for part in given[: may.most]:
        name, sent = _short(part.filename or ""), cast(Part, part.stream)
        if sent.over:
            faults.append(too_large(name, sent.size, may))
            continue
        if by.id is None and not once_more("upload", may.hourly, 3600):
            faults.append(TOO_MANY)
            break
        with office().begin(by=by) as work:
            known = attachments.before(work, once)
        if known is not None:
            taken.append(known)
            continue
        kept = _kept(office().vault, sent.file, part.filename or "", may)
        if isinstance(kept, Unfit):
            faults.append(f"“{name}”{kept}")
            continue
        with office().begin(by=by) as work:
            taken.append(attachments.keep(work, kept, once))
    return taken, faults


def parts_of(name: str) -> list[FileStorage]:
    """The files that came under this name."""
    return request.files.getlist(name) if request.mimetype == "multipart/form-data" else []


def _short(name: str) -> str:
    last = clean(name).replace("\\", "/").split("/")[-1]
    return last if len(last) <= 30 else f"{last[:18]}…{last[-10:]}"


def _kept(vault: Vault, given: IO[bytes], name: str, may: FileLimits) -> Kept | Unfit:
    """Written, or why not. Where requests share one thread it is done beside it: unpacking a picture must hold up
    nobody else."""

    def write() -> Kept | Unfit:
        try:
            return vault.keep(given, name, may)
        except Unfit as unfit:
            return unfit

    with _AT_ONCE:
        if monkey.is_module_patched("threading"):
            return cast("Kept | Unfit", get_hub().threadpool.apply(write))
        return write()
