"""The watcher: what dies is started again, what is in the way is said in one sentence, and a stop leaves nothing."""

import os
import signal
import socket
import time
from collections.abc import Callable

import pytest

from hotline.stack.folder import born
from hotline.stack.postgres import Postgres
from tests.integration.stack.conftest import House, until

Start = Callable[..., House]


def test_each_process_that_is_killed_comes_back_and_a_stop_leaves_none(start: Start) -> None:
    house = start().came_up()
    for name in ("web", "worker-1", "redis", "postgres"):
        killed = house.pid(name)
        os.kill(killed, signal.SIGKILL)
        until(lambda name=name, killed=killed: house.pid(name) not in (0, killed), f"{name} is started again")
    until(house.answers, "the page answers again")
    database = Postgres.at(house.data)
    until(database.running, "PostgreSQL runs again")
    left = house.pids()
    asked = time.monotonic()
    code, said, complaints = house.stop(signal.SIGINT)
    assert code == 0, complaints
    assert time.monotonic() - asked < 10
    assert "已停止" in said
    assert len(left) == 4
    assert not [pid for pid in left if born(pid)]
    assert database.running() is None


def test_a_second_start_on_the_same_data_is_refused_and_the_first_goes_on(start: Start) -> None:
    first = start().came_up()
    code, _, complaint = start().end()
    assert code == 1
    assert complaint.count("\n") == 1
    assert f"进程 {first.process.pid}" in complaint
    assert first.answers()


def test_a_killed_watcher_takes_its_processes_with_it_and_the_next_start_recovers(start: Start) -> None:
    house = start().came_up()
    house.process.kill()
    house.process.communicate()
    again = start(house.port).came_up()
    until(lambda: len(again.pids()) == 4, "all processes run again")
    assert again.process.poll() is None


def test_a_taken_port_is_said_in_one_sentence(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, complaint = start(port).end()
    assert (code, complaint) == (1, f"端口 {port} 已被占用：请先停止占用它的程序，或用 --port 换一个端口\n")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/x", "连不上 DATABASE_URL"),
        ("DATABASE_URL", "postgresql://me:hush@127.0.0.1:port/x", "DATABASE_URL 写法不正确"),
        ("DATABASE_URL", "sqlite:///x", "postgresql://"),
        ("REDIS_URL", "redis://:hush@127.0.0.1:1/0", "连不上 REDIS_URL"),
        ("REDIS_URL", "nonsense", "REDIS_URL 写法"),
    ],
)
def test_a_broken_address_is_said_without_its_password(start: Start, name: str, value: str, expected: str) -> None:
    code, _, complaint = start(**{name: value}).end()
    assert code == 1
    assert expected in complaint
    assert "hush" not in complaint
    assert "Traceback" not in complaint


def test_a_web_process_that_never_comes_up_ends_the_start(start: Start, data: object) -> None:
    code, _, complaint = start(HOTLINE_STANDIN_BROKEN="1").end()
    assert code == 1
    assert "网页服务没有启动成功" in complaint
