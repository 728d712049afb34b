"""How long personal data may be seen, and how long they are kept (handbook §12, §17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

AUDIT_LEAST = timedelta(days=183)
"""Six months: what the law asks of logs."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """The limits of one city."""

    unmask_for: timedelta = timedelta(minutes=30)
    """For how long one unmasking of one ticket holds."""
    long_list: int = 200
    """Rows above which showing a list is recorded."""
    sessions: int = 5
    """Sessions one person may have at once."""
    keep_audit: timedelta = timedelta(days=1096)
    keep_recording: timedelta = timedelta(days=366)
    keep_sms: timedelta = timedelta(days=366)
    keep_ticket: timedelta = timedelta(days=3653)
