"""The simulation as a whole: who starts when, how fast, and what is told at the end."""

from __future__ import annotations

import csv
import itertools
import queue
import random
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hotline.domain.errors import NotFound
from hotline.simulate.line import Silent
from hotline.simulate.town import Tally, Town
from hotline.simulate.voices import Voice, voices

CALLERS = 4
"""How many appeals are on their way at once."""
AFTERWARDS = 15.0
"""Seconds the desks go on after the last appeal."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much, how fast, against which house."""

    url: str
    data: Path
    per_minute: float
    minutes: float | None
    count: int | None
    seed: int
    afterwards: float = AFTERWARDS


def run(plan: Plan, texts: Iterator[tuple[str, str]], say: Callable[[str], None]) -> Tally:
    """Let the town live as planned; returns what happened.

    Raises:
        NotFound: the data folder holds no demonstration accounts or no gateway secret.
    """
    rng = random.Random(plan.seed)
    stop = threading.Event()
    town = Town(plan.url, accounts(plan.data), _secret(plan.data), rng, stop)
    desks = [town.dispatcher, town.units, town.reviewer, town.citizens]
    threads = [threading.Thread(target=town.guarded, args=(desk,), daemon=True) for desk in desks]
    waiting: queue.Queue[Voice | None] = queue.Queue(maxsize=CALLERS)
    callers = [threading.Thread(target=_caller, args=(town, waiting, n), daemon=True) for n in range(CALLERS)]
    for thread in (*threads, *callers):
        thread.start()
    try:
        _speak(plan, town, itertools.islice(voices(texts, rng), plan.count), waiting, say)
        for _ in callers:
            waiting.put(None)
        for caller in callers:
            caller.join()
        stop.wait(plan.afterwards)
    finally:
        stop.set()
    for thread in threads:
        thread.join(timeout=10)
    town.line.close()
    return town.tally


def _speak(
    plan: Plan, town: Town, crowd: Iterator[Voice], waiting: queue.Queue[Voice | None], say: Callable[[str], None]
) -> None:
    start = time.monotonic()
    told = start
    for spoken, voice in enumerate(crowd):
        if plan.minutes is not None and time.monotonic() - start > plan.minutes * 60:
            return
        due = start + spoken * 60 / plan.per_minute
        if (early := due - time.monotonic()) > 0:
            time.sleep(early)
        waiting.put(voice)
        if time.monotonic() - told > 5:
            told = time.monotonic()
            say(progress(town.tally))


def _caller(town: Town, waiting: queue.Queue[Voice | None], number: int) -> None:
    agent = town.seat(f"agent{number % 3 + 1}")
    while (voice := waiting.get()) is not None:
        try:
            town.speak(voice, agent)
        except Silent as silent:
            town.tally.add("silent")
            with town.tally.lock:
                town.tally.refused.append(str(silent))


def progress(tally: Tally) -> str:
    """One line about how it goes."""
    return (
        f"已收 {tally['accepted']}（电话 {tally['channel.phone']}，网站 {tally['channel.web']}，"
        f"短信 {tally['channel.sms']}），派单 {tally['DISPATCH']}，签收 {tally['SIGN']}，答复 {tally['REPLY']}，"
        f"审核 {tally['PASS']}，评价 {tally['RATE']}，退单 {tally['REQ_RETURN']}，未被接受 {tally['refused']}"
    )


def accounts(data: Path) -> dict[str, tuple[str, str]]:
    path = data / "demo-accounts.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["username"]: (row["password"], row["unit"]) for row in csv.DictReader(file)}
    except OSError:
        raise NotFound(f"没有找到演示账户 {path}，请先运行 hotline up --demo，或用 --data 指明数据目录") from None


def _secret(data: Path) -> str:
    path = data / "gateways.toml"
    try:
        return str(tomllib.loads(path.read_text(encoding="utf-8"))["sms/generic"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        raise NotFound(f"{path} 里没有短信网关 sms/generic 的密钥，请先运行 hotline up --demo") from None
