"""The whole house: what runs in it, in which order it comes up, and what its people are told."""

import http.client
import logging
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from logging.handlers import RotatingFileHandler

from hotline import settings as deployment
from hotline.settings import ROOT, Settings
from hotline.stack import address
from hotline.stack.account import CannotStart
from hotline.stack.child import Program
from hotline.stack.folder import LARGEST_LOG, LOGS_KEPT, DataFolder
from hotline.stack.postgres import STOP, Postgres
from hotline.stack.redis_server import RedisServer
from hotline.stack.watcher import Watcher

log = logging.getLogger("hotline.stack")

STORAGE, CARRIER, WORK, RELAY, WEB = range(5)
"""The stages: each needs those before it, and they stop in reverse."""

PATIENCE = timedelta(seconds=60)
"""How long one part of the house may take to come up."""
TRIES = 3
"""Deaths of the web process during the start after which we say so instead of trying on."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Our own programs, each with the stage it belongs to, and what must be done before they start."""

    before: tuple[Program, ...]
    """Run to their end, one after the other; one that fails stops the start."""
    programs: tuple[tuple[int, Program], ...]


def staff(settings: Settings, environ: Mapping[str, str], web_socket: int) -> Staff:
    """Migration first, then workers, timetable and relay, and the web at last."""

    def verb(name: str, *, called: str = "", patience: float = 3) -> Program:
        command = (sys.executable, "-m", "hotline", name)
        return Program(called or name, command, environ, patience=timedelta(seconds=patience))

    gunicorn = (
        *(sys.executable, "-m", "gunicorn", "wsgi:app", "--chdir", str(ROOT), "--bind", f"fd://{web_socket}"),
        *("--worker-class", "gevent", "--workers", str(settings.server.web), "--worker-connections", "5000"),
        # A board keeps its connection for ever: it can't be waited for.
        *("--graceful-timeout", "2", "--timeout", "60", "--no-control-socket", "--log-level", "warning"),
    )
    workers = [(WORK, verb("worker", called=f"worker-{number + 1}")) for number in range(settings.server.workers)]
    return Staff(
        before=(verb("migrate"),),
        programs=(
            *workers,
            (WORK, verb("timetable")),
            (RELAY, verb("relay")),
            (WEB, Program("web", gunicorn, environ, handed=(web_socket,))),
        ),
    )


def up(
    environ: Mapping[str, str],
    *,
    data: DataFolder,
    demo: bool,
    staffed: Callable[[Settings, Mapping[str, str], int], Staff] = staff,
    say: Callable[[str], None],
    newcomer: Callable[[Settings, str], None] | None = None,
) -> None:
    """Brings the house up and keeps it up until SIGTERM or Ctrl-C; ``CannotStart`` says why it can't.

    ``newcomer`` is called once the database is ready and before anybody can come in.
    """
    settings = deployment.load(environ, data_dir=data.root, demo=demo)
    data.prepare()
    data.lock()
    try:
        _keep_a_log(data)
        data.stop_leftovers()
        if settings.storage.database_url:
            address.check_database(settings.storage.database_url)
        if settings.storage.redis_url:
            address.check_redis(settings.storage.redis_url)
        with address.listen(settings.server.host, settings.server.port) as listening, Watcher(data) as watcher:
            handed = {**environ, "HOTLINE_DATA": str(data.root), "HOTLINE_DEMO": "1" if demo else "0"}
            handed["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), environ.get("PYTHONPATH"))))
            handed["DATABASE_URL"] = settings.storage.database_url or _start_postgres(watcher, data, say)
            handed["REDIS_URL"] = settings.storage.redis_url or _start_redis(watcher, data)
            members = staffed(settings, handed, listening.fileno())
            for program in members.before:
                _finish(watcher, data, program)
            if not watcher.stopping and newcomer:
                newcomer(settings, handed["DATABASE_URL"])
            for stage, program in members.programs:
                if not watcher.stopping:
                    watcher.start(program, stage=stage)
            _await_web(watcher, data, listening)
            if not watcher.stopping:
                say(_welcome(settings, data))
                watcher.watch()
            say("正在停止……")
        say("已停止。")
    finally:
        data.unlock()


def _start_postgres(watcher: Watcher, data: DataFolder, say: Callable[[str], None]) -> str:
    server = Postgres.at(data.root)
    if not (server.data / "PG_VERSION").exists():
        say("首次启动，正在建立数据库……")
    server.stop_leftover()
    server.prepare()
    program = Program("postgres", server.command(), account=server.account, stop_by=STOP, patience=timedelta(seconds=5))
    alive = watcher.start(program, stage=STORAGE)
    if not server.wait(PATIENCE, alive=alive) and not watcher.stopping:
        raise CannotStart(f"内置数据库没有启动成功，原因见 {data.log('postgres')}")
    if not watcher.stopping:
        server.ensure_database()
    return server.url()


def _start_redis(watcher: Watcher, data: DataFolder) -> str:
    server = RedisServer.at(data.root)
    server.prepare()
    program = Program("redis", server.command(), patience=timedelta(seconds=2))
    alive = watcher.start(program, stage=CARRIER, before=server.prepare)
    if not server.wait(PATIENCE, alive=alive) and not watcher.stopping:
        raise CannotStart(f"内置 Redis 没有启动成功，原因见 {data.log('redis')}")
    return server.url()


def _finish(watcher: Watcher, data: DataFolder, program: Program) -> None:
    if watcher.stopping:
        return
    code = watcher.run_once(program)
    if code and not watcher.stopping:
        said = data.log(program.name).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise CannotStart(f"{program.name} 没有成功：{said[-1] if said else ''}（详见 {data.log(program.name)}）")


def _await_web(watcher: Watcher, data: DataFolder, listening: socket.socket) -> None:
    """The web process answers."""
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while not watcher.stopping and not _answers(listening):
        watcher.tend()
        if watcher.deaths("web") >= TRIES or time.monotonic() > deadline:
            raise CannotStart(f"网页服务没有启动成功，原因见 {data.log('web')}")
        watcher.pause(0.05)


def _answers(listening: socket.socket) -> bool:
    host, port = listening.getsockname()[:2]
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}
    connection = http.client.HTTPConnection(anywhere.get(host, host), port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _welcome(settings: Settings, data: DataFolder) -> str:
    host = settings.server.host
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    lines = ["", f"12345 热线已启动:http://{shown}:{settings.server.port}"]
    accounts = data.root / "demo-accounts.csv"
    if settings.demo and accounts.exists():
        lines.append(f"演示账户：{accounts}")
    lines += [f"数据目录：{data.root}    日志：{data.logs}", "按 Ctrl-C 停止。", ""]
    return "\n".join(lines)


def _keep_a_log(data: DataFolder) -> None:
    if log.handlers:
        return
    kept = RotatingFileHandler(data.log("watcher"), maxBytes=LARGEST_LOG, backupCount=LOGS_KEPT, encoding="utf-8")
    kept.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    shown = logging.StreamHandler()
    shown.setFormatter(logging.Formatter("· %(message)s"))
    log.handlers = [kept, shown]
    log.setLevel(logging.INFO)
    log.propagate = False
