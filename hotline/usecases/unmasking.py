"""Seeing in full what is masked: for a reason, on one ticket, for a while, and on record (handbook §12 ²)."""

from __future__ import annotations

from collections.abc import Iterable

from hotline.domain.appeal import clean
from hotline.domain.audit import Kind
from hotline.domain.errors import Invalid, NotYours
from hotline.domain.masking import Datum
from hotline.store.assignment import of_ticket
from hotline.store.contact import Contact
from hotline.store.ticket import Ticket
from hotline.store.unmasking import Unmasking
from hotline.store.work import Work
from hotline.usecases import audit_log, seeing

REASON_LEAST, REASON_MOST = 4, 200


def unmask(work: Work, ticket: Ticket, reason: str, data: Iterable[str] = ()) -> Unmasking:
    """Let the person of ``work`` see these data of the ticket for ``privacy.unmask_min`` minutes.

    Args:
        data: which; empty: all that this person may unmask on it.

    Raises:
        NotYours: nothing of the ticket may be unmasked by this person, or not what was asked for.
        Invalid: no reason worth the name, or a datum that does not exist.
    """
    reason = clean(reason)
    wanted = list(data)
    faults = {}
    if not REASON_LEAST <= len(reason) <= REASON_MOST:
        faults["reason"] = f"请写明查看理由，{REASON_LEAST} 到 {REASON_MOST} 个字"
    if unknown := [name for name in wanted if name not in list(Datum)]:
        faults["data"] = f"没有“{unknown[0][:20]}”这一项，应为：{'、'.join(Datum)}"
    if faults:
        raise Invalid(faults, rule="§12")
    sight = seeing.sight(work, ticket, of_ticket(work.session, ticket.id), work.session.get(Contact, ticket.id))
    chosen = [Datum(name) for name in wanted] or list(sight.view.unmask)
    if work.by.id is None or not chosen or not set(chosen) <= sight.view.unmask:
        raise NotYours("按您的岗位，这项信息不能查看完整内容；确有需要请联系班长或督办员", rule="§12")
    kept = sorted(chosen, key=list(Datum).index)
    until = work.now + work.rules.privacy.unmask_for
    made = Unmasking(
        ticket_id=ticket.id,
        person_id=work.by.id,
        data=[datum.value for datum in kept],
        reason=reason,
        at=work.now,
        until=until,
    )
    work.session.add(made)
    work.session.flush()
    audit_log.write(
        work,
        Kind.UNMASK,
        ticket,
        about="、".join(datum.label for datum in kept),
        reason=reason,
        until=until.isoformat(),
        viewer=sight.viewer.value,
    )
    return made
