"""Bytes of attachments that nobody needs any more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from hotline.office import Office
from hotline.store.attachment import with_keys

GRACE = timedelta(hours=1)
"""Bytes are written before their row: younger ones may be on their way."""


def sweep_bytes(office: Office) -> int:
    """Delete files of the vault that no row names; how many."""

    def known(keys: Collection[str]) -> Collection[str]:
        with office.begin() as work:
            return with_keys(work.session, keys)

    return office.vault.sweep(known, (office.now() - GRACE).timestamp())
