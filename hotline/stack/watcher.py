"""The watcher: one process that starts the others in order, starts again what dies, and stops all in reverse order."""

import logging
import os
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from types import FrameType
from typing import Self

from hotline.stack.account import CannotStart
from hotline.stack.child import Child, Program, stop_together
from hotline.stack.folder import DataFolder

log = logging.getLogger("hotline.stack")

FIRST_PAUSE = timedelta(seconds=0.2)
LONGEST_PAUSE = timedelta(seconds=3)
STEADY = timedelta(seconds=20)
"""A process that has run this long has recovered: its next death counts as the first."""
ROTATE_EVERY = timedelta(seconds=30)


@dataclass(slots=True)
class _Place:
    """A program's place in the house: who holds it now, and when it is to be filled again."""

    program: Program
    stage: int
    before: Callable[[], None] | None
    child: Child | None = None
    deaths: int = 0
    again_at: float = 0.0


class Watcher:
    """Starts, watches and stops programs. Used as a context: leaving it stops everything that still runs."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._places: list[_Place] = []
        self.stopping = False
        """Whether somebody asked us to stop."""
        self._bell, self._rope = os.pipe()
        self._handlers: dict[int, object] = {}

    def __enter__(self) -> Self:
        os.set_blocking(self._rope, False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # started by nohup: it shall outlive its terminal
            self._handlers[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        os.close(self._bell)
        os.close(self._rope)

    def start(self, program: Program, *, stage: int, before: Callable[[], None] | None = None) -> Callable[[], bool]:
        """Starts the program and watches it from now on; stops come by ``stage``, highest first.

        ``before`` is called before each start. The answer tells whether the program's present process lives and nobody
        asked us to stop: what somebody who waits for it wants to know.
        """
        place = _Place(program, stage, before)
        self._places.append(place)
        self._fill(place)
        return lambda: not self.stopping and place.child is not None and place.child.alive()

    def run_once(self, program: Program) -> int | None:
        """The exit code of a program that ends by itself; None when we were asked to stop meanwhile."""
        child = Child(program, self._folder.log(program.name))
        self._folder.remember(program.name, child.pid)
        while child.alive() and not self.stopping:
            self.pause(1.0)
        code = child.process.returncode
        stop_together([child])
        self._folder.forget(program.name)
        return code

    def tend(self) -> None:
        """One round: buries who died and starts who is due."""
        now = time.monotonic()
        for place in self._places:
            if place.child is not None and not place.child.alive():
                self._bury(place, now)
            if place.child is None and now >= place.again_at:
                try:
                    self._fill(place)
                except (OSError, CannotStart) as error:
                    place.deaths += 1
                    place.again_at = now + _pause(place.deaths)
                    log.error("%s 没能启动:%s", place.program.name, error)

    def watch(self) -> None:
        """Tends the house until somebody asks us to stop."""
        rotate_at = time.monotonic()
        while not self.stopping:
            self.tend()
            if time.monotonic() >= rotate_at:
                self._folder.rotate_logs()
                rotate_at = time.monotonic() + ROTATE_EVERY.total_seconds()
            due = [place.again_at for place in self._places if place.child is None]
            self.pause(min([1.0, *(max(0.0, moment - time.monotonic()) for moment in due)]))

    def deaths(self, name: str) -> int:
        """How often the program of that name died without recovering."""
        return next(place.deaths for place in self._places if place.program.name == name)

    def stop(self) -> None:
        """Stops everything, highest stage first, each stage together."""
        by_stage = sorted(self._places, key=lambda place: -place.stage)
        for _, places in groupby(by_stage, key=lambda place: place.stage):
            running = [place for place in places if place.child is not None]
            children = [place.child for place in running if place.child is not None]
            stop_together(children)
            for place in running:
                place.child = None
                self._folder.forget(place.program.name)
        self._places.clear()

    def pause(self, seconds: float) -> None:
        """Waits, but no longer than until a child dies or somebody asks us to stop."""
        ready, _, _ = select.select([self._bell], [], [], seconds)
        if ready:
            os.read(self._bell, 1024)

    def _fill(self, place: _Place) -> None:
        if place.before:
            place.before()
        place.child = Child(place.program, self._folder.log(place.program.name))
        self._folder.remember(place.program.name, place.child.pid)

    def _bury(self, place: _Place, now: float) -> None:
        child, place.child = place.child, None
        assert child is not None
        place.deaths = 1 if child.age() > STEADY else place.deaths + 1
        wait = _pause(place.deaths)
        place.again_at = now + wait
        code = child.process.returncode
        how = f"信号 {-code}" if code < 0 else f"退出码 {code}"
        log.warning("%s 意外停止（%s）,%.1f 秒后重新启动", place.program.name, how, wait)
        child.kill()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self.stopping = True
        with suppress(BlockingIOError):
            os.write(self._rope, b"!")


def _pause(deaths: int) -> float:
    """Seconds to wait after that many deaths in a row."""
    return float(min(FIRST_PAUSE.total_seconds() * 2.0 ** (deaths - 1), LONGEST_PAUSE.total_seconds()))
