"""The data folder: its layout and rights, the lock that lets one ``hotline up`` in, what a killed one left behind."""

import fcntl
import os
import shutil
import signal
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from hotline.stack.account import CannotStart

LARGEST_LOG = 10_000_000
"""Bytes after which a log is put aside."""
LOGS_KEPT = 3
"""Older parts of each log that are kept."""


class DataFolder:
    """``DATA`` of one house."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.logs = self.root / "log"
        self.records = self.root / "run"
        self._lock: int | None = None

    def prepare(self) -> None:
        """The folders exist and nobody else can look into them."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            # As root the database runs under an account of its own that must be able to pass through.
            self.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for folder in (self.logs, self.records):
                folder.mkdir(exist_ok=True)
                folder.chmod(0o700)
        except OSError as error:
            raise CannotStart(
                f"数据目录 {self.root} 不能使用（{error.strerror}）:请检查权限，或用 --data 换一个目录"
            ) from None

    def lock(self) -> None:
        """This process alone works in the folder until it ends, however it ends."""
        lock = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, 20).decode().strip()
            os.close(lock)
            raise CannotStart(
                f"数据目录 {self.root} 正由另一个 hotline up(进程 {holder})使用：请先停止它，或用 --data 换一个目录"
            ) from None
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        self._lock = lock

    def busy(self) -> bool:
        """Whether a house is up in this folder."""
        try:
            self.lock()
        except CannotStart:
            return True
        except FileNotFoundError:
            return False
        self.unlock()
        return False

    def unlock(self) -> None:
        """Another may come in."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def log(self, name: str) -> Path:
        """Where the process of that name writes."""
        return self.logs / f"{name}.log"

    def remember(self, name: str, pid: int) -> None:
        """Notes a running process, so that the next start finds it should we be killed."""
        (self.records / name).write_text(f"{pid} {born(pid)}")

    def forget(self, name: str) -> None:
        """The process of that name has ended."""
        (self.records / name).unlink(missing_ok=True)

    def stop_leftovers(self, patience: timedelta = timedelta(seconds=4)) -> None:
        """Nothing of a killed predecessor runs any more."""
        left: list[tuple[int, str]] = []
        for record in self.records.iterdir():
            number, _, birth = record.read_text().partition(" ")
            if number.isdigit() and birth and born(int(number)) == birth:
                left.append((int(number), birth))
            record.unlink()
        for request in (signal.SIGTERM, signal.SIGKILL):
            for pid, birth in left:
                if born(pid) == birth:
                    with suppress(ProcessLookupError):
                        os.killpg(pid, request)
            deadline = time.monotonic() + patience.total_seconds()
            while any(born(pid) == birth for pid, birth in left) and time.monotonic() < deadline:
                time.sleep(0.05)

    def rotate_logs(self) -> None:
        """Logs that have grown too large are put aside; the writers keep their file, which starts anew."""
        for log in self.logs.glob("*.log"):
            if log.stat().st_size < LARGEST_LOG:
                continue
            for number in range(LOGS_KEPT, 1, -1):
                with suppress(FileNotFoundError):
                    Path(f"{log}.{number - 1}").replace(f"{log}.{number}")
            shutil.copyfile(log, f"{log}.1")
            Path(f"{log}.1").chmod(0o600)
            os.truncate(log, 0)


def born(pid: int) -> str:
    """When that process was started, in the kernel's ticks; empty when there is none (a zombie counts as none).

    Together with the process id it names one process for ever: ids are used again. Where the kernel doesn't tell
    (not Linux) it is always empty, and leftovers are found by the port or the lock they hold.
    """
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if after_name[0] == "Z" else after_name[19]
