"""One process under the watcher: how it is started, that it dies with its parent, and how it is stopped."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hotline.stack.account import Account

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Program:
    """What is to run: a command, its surroundings and the signal that asks it to stop."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_by: signal.Signals = signal.SIGTERM
    patience: timedelta = timedelta(seconds=4)
    """How long it may take to stop when asked, before it is killed."""
    handed: tuple[int, ...] = ()
    """File descriptors that the process inherits, such as the listening socket."""


class Child:
    """A running program. Its process group goes with it."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program = program
        who = program.account
        identity = {"user": who.uid, "group": who.gid, "extra_groups": []} if who else {}
        with log.open("ab") as sink:
            self.process: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]
                program.command,
                env={**os.environ, **program.environ},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the terminal must reach the watcher alone: it knows the order.
                start_new_session=True,
                pass_fds=program.handed,
                # PostgreSQL may not be able to enter the folder we were started in.
                cwd="/" if who else None,
                preexec_fn=_die_with_parent(program.stop_by),
                **identity,
            )
        self.started = time.monotonic()

    @property
    def pid(self) -> int:
        """The process id, which is also the id of the process group."""
        return self.process.pid

    def alive(self) -> bool:
        """Whether it still runs; reaps it when it does not."""
        return self.process.poll() is None

    def age(self) -> timedelta:
        """How long ago it was started."""
        return timedelta(seconds=time.monotonic() - self.started)

    def ask_to_stop(self) -> None:
        """Sends the signal that asks it to stop."""
        with suppress(ProcessLookupError):
            self.process.send_signal(self.program.stop_by)

    def wait(self, deadline: float) -> bool:
        """Whether it has ended by ``deadline`` (monotonic seconds)."""
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """Ends what is left of its process group at once."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()


def stop_together(children: list[Child]) -> None:
    """All are asked at once and waited for together; who does not go in time is killed."""
    for child in children:
        child.ask_to_stop()
    asked = time.monotonic()
    for child in children:
        child.wait(asked + child.program.patience.total_seconds())
        child.kill()


def _die_with_parent(request: signal.Signals) -> Callable[[], None] | None:
    """Lets the kernel pass ``request`` to the child when the watcher is killed; elsewhere the next start tidies up."""
    if _LIBC is None:
        return None
    libc, parent = _LIBC, os.getpid()

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(request), 0, 0, 0)
        if os.getppid() != parent:  # it died before we were tied to it
            os.kill(os.getpid(), signal.SIGKILL)

    return tie
