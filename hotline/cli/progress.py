"""How far long work has come: a bar on a terminal, a plain line now and then elsewhere."""

import sys
import time
from typing import TextIO

WIDTH = 30
REPAINT = 0.2
"""Seconds between two repaints of the bar."""
LINE_EVERY = 10.0
"""Seconds between two plain lines."""


class Progress:
    """Told often, it speaks seldom; on stderr, so that output can be piped."""

    def __init__(self, what: str, stream: TextIO | None = None) -> None:
        self._what = what
        self._stream = stream or sys.stderr
        self._bar = self._stream.isatty()
        self._spoke = time.monotonic()
        self._begun = self._spoke

    def tell(self, done: float, count: int) -> None:
        """``done`` of the whole, 0 to 1, and how many rows that was."""
        now = time.monotonic()
        if now - self._spoke < (REPAINT if self._bar else LINE_EVERY):
            return
        self._spoke = now
        rate = count / max(now - self._begun, 0.001)
        said = f"{self._what} {done:4.0%} {count} 行，每秒 {rate:.0f} 行"
        if self._bar:
            filled = round(WIDTH * done)
            self._stream.write(f"\r[{'█' * filled}{'·' * (WIDTH - filled)}] {said}\x1b[K")
        else:
            self._stream.write(f"{said}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Leave the terminal clean for what is said next."""
        if self._bar:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
