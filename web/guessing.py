"""Against guessing query codes: who gave too many wrong ones waits.

The counts lie in Redis, which only carries: while it is away nobody is held up, and the code still has to be right.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from flask import request
from redis.exceptions import RedisError
from werkzeug.exceptions import TooManyRequests

from hotline.domain.errors import NotFound
from hotline.domain.number import normal
from web.guard import office

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Bound:
    """So many wrong codes within so many seconds, counted together under one name."""

    name: str
    most: int
    seconds: int


ADDRESS = (Bound("minute", 20, 60), Bound("hour", 100, 3600))
NUMBER = (Bound("number", 30, 3600),)


def unless_guessing(no: str, look: Callable[[], Found]) -> Found:
    """What ``look`` finds; a number with a wrong code is counted against the caller and against the number.

    Raises:
        TooManyRequests: too many wrong codes already, whatever this one is.
        NotFound: the code is wrong, or the number is unknown.
    """
    keys = _keys(no)
    _check(keys)
    try:
        return look()
    except NotFound:
        _count(keys)
        raise


def once_more(name: str, most: int, seconds: int) -> bool:
    """Count one more of what the caller's address does; whether it is not too many yet."""
    who = _neighbourhood(request.remote_addr or "")
    keys = [(f"hotline:{name}:{sha256(who.encode()).hexdigest()[:24]}", Bound(name, most, seconds))]
    try:
        _check(keys)
    except TooManyRequests:
        return False
    _count(keys)
    return True


def _keys(no: str) -> list[tuple[str, Bound]]:
    who, number = _neighbourhood(request.remote_addr or ""), normal(no)[:40]
    named = [(who, bound) for bound in ADDRESS] + [(number, bound) for bound in NUMBER]
    return [(f"hotline:wrong:{b.name}:{sha256(name.encode()).hexdigest()[:24]}", b) for name, b in named]


def _neighbourhood(address: str) -> str:
    """The address; of IPv6 the /64 that one caller has to itself."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else address


def _check(keys: list[tuple[str, Bound]]) -> None:
    try:
        pipe = office().redis.pipeline(transaction=False)
        for key, _ in keys:
            pipe.get(key)
            pipe.ttl(key)
        found = pipe.execute()
    except RedisError:
        return
    for n, (_, bound) in enumerate(keys):
        if int(found[2 * n] or 0) >= bound.most:
            raise TooManyRequests(retry_after=max(int(found[2 * n + 1]), 1))


def _count(keys: list[tuple[str, Bound]]) -> None:
    try:
        pipe = office().redis.pipeline(transaction=False)
        for key, bound in keys:
            pipe.set(key, 0, ex=bound.seconds, nx=True)
            pipe.incr(key)
        pipe.execute()
    except RedisError:
        return
