"""What ``hotline doctor`` looks at. Each check is a sentence about what is, or about what to do."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotline import settings as deployment
from hotline.domain.errors import Refused
from hotline.office import Office
from hotline.settings import ROOT, Settings
from hotline.settings.calendar import read_calendar
from hotline.stack import address, schema
from hotline.stack.account import CannotStart
from hotline.stack.postgres import Postgres, binaries
from hotline.stack.redis_server import RedisServer
from hotline.stack.redis_server import binary as redis_binary
from hotline.usecases import provisional

ENOUGH_DISK = 2_000_000_000
"""Bytes; below that a busy day of journal and write-ahead log can fill the disk."""
VENDOR = ("htmx.min.js", "socket.io.min.js", "echarts.min.js")
LARGEST_DRIFT = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's outcome."""

    subject: str
    fine: bool
    text: str


def examine(environ: Mapping[str, str], data: Path) -> list[Finding]:
    """All findings. Nothing is started and nothing is changed."""
    data = data.resolve()
    findings = [
        _look("Python", _python),
        _look("磁盘空间", lambda: _disk(data)),
        _look("数据目录", lambda: _rights(data)),
    ]
    try:
        settings = deployment.look(environ, data_dir=data)
    except Refused as refusal:
        return [*findings, Finding("配置", False, refusal.message)]
    findings.append(Finding("配置", True, f"正确，城市配置 {settings.city.profile}"))
    running = Postgres.at(data).running() is not None
    url = settings.storage.database_url or (Postgres.at(data).url() if running else "")
    database = _look("PostgreSQL", lambda: _database(settings, url))
    # What can't be reached is said once; the checks that would ask it say what they can without it.
    reached = url if database.fine else ""
    return [
        *findings,
        _look("端口", lambda: _port(settings, running)),
        database,
        _look("数据库结构", lambda: _schema(reached)),
        _look("Redis", lambda: _redis(settings, data, running)),
        _look("前端库", _vendor),
        _look("分类模型", lambda: _model(settings)),
        _look("时钟与时区", lambda: _clock(reached)),
        _look("放假安排", lambda: _calendar(settings, reached)),
    ]


def _look(subject: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, True, check())
    except Refused as refusal:
        return Finding(subject, False, refusal.message)


def _python() -> str:
    # An older one could not even have read this file.
    return ".".join(map(str, sys.version_info[:3]))


def _disk(data: Path) -> str:
    place = next(folder for folder in (data, *data.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    if free < ENOUGH_DISK:
        raise CannotStart(f"{place} 只剩 {free / 1e9:.1f} GB,请清理出至少 {ENOUGH_DISK / 1e9:.0f} GB")
    return f"剩余 {free / 1e9:.0f} GB"


def _rights(data: Path) -> str:
    place = next(folder for folder in (data, *data.parents) if folder.exists())
    if not os.access(place, os.R_OK | os.W_OK | os.X_OK):
        raise CannotStart(f"{place} 不能读写，请把它交给运行本系统的账户，或用 --data 换一个目录")
    open_to = data.stat().st_mode & 0o066 if data.exists() else 0
    if open_to:
        raise CannotStart(f"{data} 可被其他账户读写，请执行 chmod 700 {data}")
    return f"{data} 可用" if data.exists() else f"{data} 将在首次启动时建立"


def _port(settings: Settings, running: bool) -> str:
    try:
        address.listen(settings.server.host, settings.server.port).close()
    except CannotStart:
        if running:
            return f"{settings.server.port} 正由本系统使用"
        raise
    return f"{settings.server.port} 空闲"


def _database(settings: Settings, url: str) -> str:
    if settings.storage.database_url:
        address.check_database(url)
        return "DATABASE_URL 可以连接"
    if url:
        address.check_database(url)
        return "内置数据库正在运行"
    if not (binaries() / "postgres").exists():
        raise CannotStart("内置 PostgreSQL 不完整，请重新运行 make setup")
    return "将使用内置数据库（现在没有运行）"


def _schema(url: str) -> str:
    if not url:
        return "启动时自动检查并升级"
    if not schema.at_head(url):
        raise CannotStart("不是最新，请执行 hotline migrate(使用内置数据库时重新启动即可)")
    return "已是最新"


def _redis(settings: Settings, data: Path, running: bool) -> str:
    if settings.storage.redis_url:
        address.check_redis(settings.storage.redis_url)
        return "REDIS_URL 可以连接"
    binary = redis_binary()
    server = RedisServer.at(data)
    if running and not server.port:
        address.check_redis(server.url())
        return "内置 Redis 正在运行"
    return f"将使用 {binary.name}"


def _vendor() -> str:
    missing = [name for name in VENDOR if not (ROOT / "web" / "static" / "vendor" / name).exists()]
    if missing:
        raise CannotStart(f"缺少 {'、'.join(missing)}，请运行 make setup")
    return "齐全"


def _model(settings: Settings) -> str:
    folder = settings.classifier.model
    if not folder.is_dir() or not any(path for path in folder.iterdir() if not path.name.startswith(".")):
        raise CannotStart(f"{folder} 中没有模型，请运行 make setup,或 python -m classifier build --out {folder}")
    return "已就绪"


def _calendar(settings: Settings, url: str) -> str:
    """Whether the lists of days off are loaded that due times count on (暂定 otherwise)."""
    if not url:
        known, faults = read_calendar(deployment.CONFIG / "calendar")
        if faults:
            raise CannotStart(faults[0])
        return f"随系统发布 {min(known.years_known)} 至 {max(known.years_known)} 年"
    house = Office(settings, url, settings.storage.redis_url)
    try:
        with house.begin() as work:
            years, clocks = provisional.missing_years(work), provisional.waiting(work)
            last = max(work.rules.calendar.years_known, default=0)
    finally:
        house.close()
    if years:
        raise CannotStart(provisional.words(years, clocks))
    return f"已录入到 {last} 年"


def _clock(url: str) -> str:
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        raise CannotStart("系统没有 Asia/Shanghai 时区数据，请安装 tzdata") from None
    if not url:
        return "时区数据可用"
    drift = address.clock_drift(url)
    if drift > LARGEST_DRIFT:
        raise CannotStart(f"本机与数据库的时钟相差 {drift.total_seconds():.0f} 秒，请开启时间同步（NTP）")
    return "时区数据可用，与数据库时钟一致"
