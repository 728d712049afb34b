"""Numbers for Prometheus: what this process answered, and how the house as a whole is doing.

Requests are counted per process (each web process answers ``/metrics`` for itself); the rest is read from the database
and from Redis at the moment of asking, so every process tells the same.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from time import perf_counter

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from hotline.domain.errors import NotYours
from hotline.domain.permissions import HOUSE, Role
from hotline.jobs.queue import queue
from hotline.office import Office
from hotline.read import pulse
from web.assets import is_asset
from web.guard import office, public, visitor

bp = Blueprint("metrics", __name__)


class _House(Collector):
    """What the database and Redis say."""

    def __init__(self, house: Office) -> None:
        self._office = house

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: it would open the database when the application is made."""
        return []

    def collect(self) -> Iterable[Metric]:
        """Read it now."""
        with self._office.begin(HOUSE) as work:
            seen, moment = pulse.now(work), work.now
        yield _labelled("hotline_appeals_today", "Appeals taken since local midnight.", ["channel"], seen.appeals_today)
        yield _labelled("hotline_dispatches_today", "Dispatches since midnight.", ["by"], seen.dispatches_today)
        yield _labelled("hotline_tickets_open", "Open tickets.", ["state"], seen.open_tickets)
        yield GaugeMetricFamily("hotline_tickets_unrouted", "Tickets the rules have not looked at.", seen.unrouted)
        outbox = GaugeMetricFamily("hotline_outbox_lines", "Lines to deliver.", labels=["subscriber", "state"])
        for (subscriber, state), n in seen.outbox.items():
            outbox.add_metric([subscriber, state], n)
        yield outbox
        late = (moment - seen.oldest_line_at).total_seconds() if seen.oldest_line_at else 0
        yield GaugeMetricFamily("hotline_outbox_oldest_seconds", "How long the oldest due line has waited.", late)
        yield _labelled("hotline_texts_unsent", "Short messages not sent.", ["state"], seen.texts)
        yield _labelled("hotline_messages_open", "Short messages not understood.", ["state"], seen.messages)
        yield GaugeMetricFamily("hotline_clocks_unswept", "Clocks past due without a red card.", seen.unswept)
        yield from self._jobs()

    def _jobs(self) -> Iterable[Metric]:
        jobs: dict[str, int] = {}
        try:
            line = queue(self._office.redis)
            jobs = {
                "queued": line.count,
                "started": line.started_job_registry.count,
                "failed": line.failed_job_registry.count,
            }
        except RedisError:
            pass
        yield GaugeMetricFamily("hotline_redis_up", "Whether Redis answers.", 1 if jobs else 0)
        yield _labelled("hotline_jobs", "Jobs in Redis.", ["state"], jobs)


def _labelled(name: str, words: str, labels: list[str], values: Mapping[str, int]) -> Metric:
    metric = GaugeMetricFamily(name, words, labels=labels)
    for label, n in values.items():
        metric.add_metric([label], n)
    return metric


def install(app: Flask) -> None:
    """Count this process's requests. Rules stand for paths, which may hold what people typed."""
    registry = CollectorRegistry()
    answered = Counter("hotline_requests", "Answers.", ["method", "rule", "status"], registry=registry)
    took = Histogram("hotline_request_seconds", "Time to answer.", ["rule"], registry=registry)
    registry.register(_House(app.extensions["office"]))
    app.extensions["metrics"] = registry

    @app.after_request
    def count(response: Response) -> Response:
        if not is_asset():
            rule = request.url_rule.rule if request.url_rule else "-"
            answered.labels(request.method if rule != "-" else "-", rule, str(response.status_code)).inc()
            if "began" in g:
                took.labels(rule).observe(perf_counter() - g.began)
        return response


@bp.get("/metrics")
@public
def metrics() -> Response:
    """For who sits at this machine, or brings a system administrator's token."""
    if not _at_this_machine():
        who = visitor()
        if who is None or Role.SYS_ADMIN not in who.roles:
            raise NotYours("运行指标只在本机查看，或使用系统管理员的令牌")
    body = generate_latest(current_app.extensions["metrics"])
    return Response(body, mimetype="text/plain", headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


def _at_this_machine() -> bool:
    """Asked from here, and not handed on by a proxy that is not among those the settings trust."""
    handed_on = any(request.headers.get(name) for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    if handed_on and not office().settings.server.trusted_proxies:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
