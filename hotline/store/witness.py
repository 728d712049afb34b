"""What was told of the anchors outside the database: ``anchors.jsonl`` in the data folder, one line per anchor.

Copy it to another machine, or let the system log go there: it is the witness against who could change the database
*and* wait until nobody looks.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from pathlib import Path

from hotline.store.anchor import Anchor

NAME = "anchors.jsonl"
log = logging.getLogger(__name__)


def tell(data: Path, anchors: Iterable[Anchor]) -> None:
    """Write the anchors to the file, readable by the owner only, and to the log."""
    lines = [
        json.dumps({"chain": a.chain, "n": a.n, "at": a.at.isoformat(), "upto": a.upto, "mac": a.mac}) for a in anchors
    ]
    if not lines:
        return
    opened = os.open(data / NAME, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(opened, "a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    for line in lines:
        log.info("anchor %s", line)


def told(data: Path) -> dict[tuple[str, int], str]:
    """(chain, n) → signature, as the file has them; a line that can't be read is passed over."""
    path = data / NAME
    found: dict[tuple[str, int], str] = {}
    if not path.exists():
        return found
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            each = json.loads(line)
            found[str(each["chain"]), int(each["n"])] = str(each["mac"])
        except (ValueError, KeyError, TypeError):
            continue
    return found
