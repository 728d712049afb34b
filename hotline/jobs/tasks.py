"""The jobs: each opens the transaction, calls one use case, and goes on while there is more to do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from hotline.channels import outgoing
from hotline.domain.permissions import HOUSE
from hotline.jobs import files
from hotline.jobs.queue import started, wake
from hotline.live import Live
from hotline.office import Office
from hotline.read import knowledge_duty
from hotline.store import witness
from hotline.store.work import Work
from hotline.usecases import (
    attachments,
    audit,
    board,
    counting_again,
    foresight,
    incidents,
    knowledge_limits,
    notices,
    organisation,
    people,
    provisional,
    recompute,
    retention,
    routing,
    staff,
    supervision_sweeps,
    surge,
    sweeps,
    telephony,
    texting,
    units,
)
from hotline.usecases import freeze as freezing

log = logging.getLogger(__name__)

MOST_BATCHES = 40
"""Batches in one run; then the rest gets a run of its own, so that other kinds of work come in between."""
PATIENCE = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))
"""Pauses before an SMS is tried again; after the last one it is parked."""

_office: Office | None = None


def serve(office: Office) -> None:
    """The office of this worker process."""
    global _office
    _office = office


def _batches(name: str, use_case: Callable[[Work, int], int], size: int) -> int:
    assert _office is not None, "a worker calls serve() before it takes jobs"
    started(_office.redis, name)
    done = 0
    for _ in range(MOST_BATCHES):
        with _office.begin(HOUSE) as work:
            seen = use_case(work, size)
        done += seen
        if seen < size:
            return done
    wake(_office.redis, name)
    return done


def route() -> int:
    """Classify and route what waits for it."""
    return _batches("route", routing.route_batch, 25)


def sweep() -> int:
    """Give the cards whose time has come."""
    return _batches("sweep", sweeps.sweep, 200)


def supervise() -> int:
    """Raise supervisions whose limit was missed; order or propose those that red clocks call for."""
    looks = (supervision_sweeps.sweep, supervision_sweeps.look, supervision_sweeps.look_above)
    return sum(_batches("supervise", each, 200) for each in looks)


def surge_watch() -> int:
    """Propose surge mode when the volume calls for it; end it, tell of possible events, send batches and briefs."""
    assert _office is not None, "a worker calls serve() before it takes jobs"
    started(_office.redis, "surge_watch")
    with _office.begin(HOUSE) as work:
        told, lines = surge.tick(work)
        told += surge.detect(work) + incidents.announce(work)
    live = Live(_office)
    live.people(told)
    live.units(lines, _office.now())
    return len(told) + len(lines)


def foresee() -> int:
    """Notice what the week brought, where it gathers, and which season comes."""
    return _batches("foresee", lambda work, _: foresight.look(work), 1_000_000)


def digests() -> int:
    """Write the digests whose time has come, and tell whoever is signed in."""
    assert _office is not None, "a worker calls serve() before it takes jobs"
    started(_office.redis, "digests")
    with _office.begin(HOUSE) as work:
        told = staff.flush_digests(work)
    Live(_office).people(told)
    return len(told)


def tick() -> int:
    """Count anew the tickets that time alone has moved."""
    return _batches("tick", board.tick, 500)


def count_calls() -> int:
    """Count the calls and seats that something was heard of."""
    return _batches("count_calls", telephony.count, 500) + _batches("count_calls", telephony.count_seats, 100)


def follow_rules() -> int:
    """Bring the open clocks in step with the calendar and the limits in force; nothing to do while they are."""
    assert _office is not None, "a worker calls serve() before it takes jobs"
    _office.look_again()  # it is woken by who has just changed them
    return _batches("follow_rules", lambda work, _: recompute.apply(work), 1)


def look_ahead() -> int:
    """Remind the administrators of a year whose days off nobody has loaded, and units of knowledge that ends."""
    assert _office is not None, "a worker calls serve() before it takes jobs"
    started(_office.redis, "look_ahead")
    with _office.begin(HOUSE) as work:
        reminded = provisional.remind(work)
        told = knowledge_limits.remind(work)
    Live(_office).people(told)
    return reminded + len(told)


def freeze() -> int:
    """Freeze the months whose day has come."""
    assert _office is not None, "a worker calls serve() before it takes jobs"
    started(_office.redis, "freeze")
    with _office.begin(HOUSE) as work:
        months = freezing.due(work)
    for month in months:
        freezing.freeze(_office.begin, month, knowledge=knowledge_duty.rates, by=HOUSE)
    return len(months)


def organise() -> int:
    """Bring changes of units and categories into force whose moment has come, and count by new rates."""
    done = _batches("organise", organisation.apply_due, 50)
    assert _office is not None, "asked above"
    with _office.begin(HOUSE) as work:
        return done + counting_again.follow(work)


def hand_over() -> int:
    """Let successors take over the open tickets of units that were merged into them."""
    return _batches("hand_over", units.hand_over, 20)


def join_texts() -> int:
    """Take the long SMS of which a part never came."""
    return _batches("join_texts", texting.give_up_waiting, 100)


def forget_sessions() -> int:
    """Drop sessions that are over."""
    assert _office is not None, "a worker calls serve() before it takes jobs"
    started(_office.redis, "forget_sessions")
    with _office.begin(HOUSE) as work:
        return people.sweep_sessions(work)


def anchor() -> int:
    """Sign how far journal and audit log have come, and tell it outside the database."""
    assert _office is not None, "a worker calls serve() before it takes jobs"
    started(_office.redis, "anchor")
    with _office.begin(HOUSE) as work:
        made = audit.anchor(work)
    witness.tell(_office.settings.data, made)
    return len(made)


def retain() -> int:
    """Let go of what has been kept long enough (handbook §12)."""
    assert _office is not None, "a worker calls serve() before it takes jobs"
    done = _batches("retain", retention.anonymise, retention.BATCH)
    files.sweep_bytes(_office)
    with _office.begin(HOUSE) as work:
        done += retention.forget_texts(work)
    with _office.begin(HOUSE) as work:
        cut = retention.cut_audit(work)
    witness.tell(_office.settings.data, [cut] if cut else [])
    return done


def sweep_files() -> int:
    """Forget files for which nobody sent a form, and bytes that no row names."""
    assert _office is not None, "a worker calls serve() before it takes jobs"
    started(_office.redis, "sweep_files")
    with _office.begin(HOUSE) as work:
        attachments.sweep(work)
    return files.sweep_bytes(_office)


def send() -> int:
    """Send the SMS that may go. Claimed in one transaction, sent outside any, marked in another: at least once."""
    assert _office is not None, "a worker calls serve() before it takes jobs"
    started(_office.redis, "send")
    gateway = outgoing.gateway(_office.settings.sms.channel)
    done = 0
    while True:
        with _office.begin(HOUSE) as work:
            waiting = [(n.id, work.sealer.open(n.phone), n.text) for n in notices.due_to_send(work, 100)]
        if not waiting:
            return done
        results: list[tuple[int, str | None]] = []
        for notice_id, phone, words in waiting:
            try:
                results.append((notice_id, gateway(phone, words, str(notice_id))))
            except outgoing.NotSent as fault:
                log.warning("notice %s was not sent: %s", notice_id, fault)
                results.append((notice_id, None))
        with _office.begin(HOUSE) as work:
            for notice_id, receipt in results:
                if receipt is None:
                    notices.mark_failed(work, notice_id, PATIENCE)
                else:
                    notices.mark_sent(work, notice_id, receipt)
        done += len(results)
