"""What others may hold or have broken: our port, and the database and Redis that the environment names."""

import errno
import socket
import time
from datetime import timedelta

import psycopg
import redis
import sqlalchemy as sa

from hotline.stack.account import CannotStart

OLDEST_POSTGRES = 140000
PATIENCE = timedelta(seconds=5)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, to be handed to the web process: the port stays ours while that process is replaced."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except PermissionError:
        reason = f"没有权限使用端口 {port}:请换用 1024 以上的端口（--port）,由反向代理转发"
    except socket.gaierror:
        reason = f"地址 {host} 无法识别：请检查 --host"
    except OSError as error:
        reason = f"地址 {host} 不属于本机：请检查 --host"
        if error.errno == errno.EADDRINUSE:
            reason = f"端口 {port} 已被占用：请先停止占用它的程序，或用 --port 换一个端口"
    else:
        return listening
    listening.close()
    raise CannotStart(reason)


def check_database(url: str) -> None:
    """The PostgreSQL at ``url`` can be reached and is new enough."""
    try:
        address = sa.make_url(url)
        where = f"{address.host or address.query.get('host') or '本机'}/{address.database}"
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        seconds = int(PATIENCE.total_seconds())
        with psycopg.connect(plain, connect_timeout=seconds, autocommit=True) as connection:
            version = connection.info.server_version
            encoding = connection.execute("SHOW server_encoding").fetchone()
    except (sa.exc.ArgumentError, psycopg.ProgrammingError, ValueError):
        raise CannotStart("DATABASE_URL 写法不正确：应如 postgresql://用户：密码@主机:5432/数据库") from None
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise CannotStart(
            f"连不上 DATABASE_URL 指定的数据库 {where}:请检查地址、账户、密码和网络（{reason}）"
        ) from None
    if version < OLDEST_POSTGRES:
        raise CannotStart(f"数据库版本过旧（{version // 10000}）:需要 PostgreSQL 14 或更新版本")
    if encoding != ("UTF8",):
        raise CannotStart(f"数据库 {where} 的编码不是 UTF8:请用 CREATE DATABASE … ENCODING 'UTF8' 重建")


def check_redis(url: str) -> None:
    """The Redis at ``url`` can be reached."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=PATIENCE.total_seconds(), socket_timeout=5) as client:
            client.ping()
    except (ValueError, redis.AuthenticationError, redis.ResponseError):
        raise CannotStart("REDIS_URL 写法或密码不正确：应如 redis://:密码@主机:6379/0") from None
    except redis.RedisError:
        raise CannotStart("连不上 REDIS_URL 指定的 Redis:请检查地址和网络") from None


def others_on(url: str) -> int:
    """Sessions of others on that very database."""
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def clock_drift(url: str) -> timedelta:
    """How far this machine's clock and the database's are apart."""
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    assert row is not None
    return timedelta(seconds=abs(time.time() - row[0]))
