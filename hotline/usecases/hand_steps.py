"""Co-ordination, co-operation, grading and joint decisions by their codes; ``usecases/steps`` takes them in."""

from __future__ import annotations

from collections.abc import Callable

from hotline.domain.lifecycle import Action
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import cooperation, coordination, dispatch, grading, releasing, second_person, terminating
from hotline.usecases.fields import Fields, text, units

HANDLERS: dict[Action, Callable[[Work, Ticket, Fields], object]] = {
    Action.COORDINATE: lambda w, t, f: coordination.submit(w, t, why=text(f, "why"), invited=units(f, "invited")),
    Action.SUB_DISPATCH: lambda w, t, f: cooperation.sub_dispatch(w, t, units(f, "units"), words=text(f, "words")),
    Action.ADD_UNIT: lambda w, t, f: cooperation.add_units(w, t, units(f, "units"), words=text(f, "words")),
    Action.DROP_UNIT: lambda w, t, f: cooperation.drop_unit(w, t, text(f, "unit"), cause=text(f, "cause")),
    Action.REQ_RELEASE: lambda w, t, f: releasing.request(
        w, t, why=text(f, "why"), suggested=text(f, "suggested") or None
    ),
    Action.OK_RELEASE: lambda w, t, f: releasing.grant(w, t, text(f, "unit"), opinion=text(f, "opinion")),
    Action.NO_RELEASE: lambda w, t, f: releasing.refuse(w, t, text(f, "unit"), opinion=text(f, "opinion")),
    Action.ASSIGN: lambda w, t, f: cooperation.assign_handler(w, t, text(f, "handler")),
    Action.GRADE: lambda w, t, f: grading.change(w, t, text(f, "urgency"), words=text(f, "words")),
    Action.COMPLEX: lambda w, t, f: grading.declare_complex(w, t, words=text(f, "words")),
    Action.TERMINATE: lambda w, t, f: terminating.terminate(
        w, t, words=text(f, "words"), earlier=text(f, "earlier"), public=text(f, "public")
    ),
    Action.DECLINE: lambda w, t, f: second_person.decline(w, t, opinion=text(f, "opinion")),
}
HIDDEN: dict[Action, Callable[[Work, Ticket], bool]] = {
    Action.DISPATCH: dispatch.must_coordinate,
    Action.DECLINE: lambda w, t: second_person.waiting(w, t) is None,
    Action.GRADE: lambda w, t: not grading.open_to(w, t),
    Action.COMPLEX: lambda w, t: bool(grading.why_not_complex(w, t)),
}
"""When one of them is not offered for a reason beyond the state."""
