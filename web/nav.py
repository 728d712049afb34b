"""What stands in the header of the staff pages: the desks, in the order of a ticket's way."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.domain.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Desk:
    """One entry of the staff header."""

    name: str
    endpoint: str
    any_of: tuple[Permission, ...]
    beside: bool = False
    """Looked at beside one's work: nobody is led there by signing in."""
    also: tuple[str, ...] = ()
    """Further blueprints that belong to it."""

    def open_to(self, who: Actor) -> bool:
        """Whether the person may work there."""
        return any(who.may(permission) for permission in self.any_of)


P = Permission
DESKS: tuple[Desk, ...] = (
    Desk("话务受理", "operator.index", (P.TICKET_REGISTER,)),
    Desk("派单", "dispatch.index", (P.TICKET_DISPATCH, P.TICKET_ACCEPT)),
    Desk("短信", "messages.index", (P.TICKET_REGISTER, P.TICKET_ACCEPT), beside=True),
    Desk("待办", "department.index", (P.TICKET_SIGN, P.TICKET_HANDLE, P.TICKET_REPLY)),
    Desk("审核", "review.index", (P.TICKET_REVIEW,)),
    Desk("回访", "callback.index", (P.TICKET_CALLBACK,)),
    Desk("转达", "privacy.index", (P.TICKET_CALLBACK, P.TICKET_REGISTER), beside=True),
    Desk(
        "督办",
        "supervision.index",
        (P.TICKET_SUPERVISE, P.SUPERVISION, P.INSTRUCT),
        also=("orders", "cards", "foresight"),
    ),
    Desk("应急", "surge.index", (P.SURGE, P.INSTRUCT), beside=True),
    Desk("协调", "coordination.index", (P.TICKET_SUPERVISE,), beside=True),
    Desk("延期挂起", "timing.index", (P.TICKET_DISPATCH, P.TICKET_SUPERVISE), beside=True),
    Desk("系统管理", "configuration.index", (P.CONFIGURE,)),
    Desk("骚扰来电", "nuisance.index", (P.CALLER_LIMIT,), beside=True),
    Desk("事件", "incidents.index", (P.TICKET_DISPATCH, P.TICKET_SUPERVISE), beside=True),
    Desk("质检", "quality.index", (P.EXCLUSION_DECIDE,)),
    Desk("统计", "analysis.index", (P.BOARD_VIEW,), beside=True, also=("scores",)),
    Desk("知识库", "knowledge.index", (P.KNOWLEDGE_READ,), beside=True),
    Desk("账号与权限", "administration.index", (P.ACCOUNTS, P.GRANTS_AND_KEYS)),
    Desk("审计日志", "auditing.index", (P.AUDIT_READ,)),
    Desk("看板", "board.index", (P.BOARD_VIEW,), beside=True),
)
"""In the order of a ticket's way. A desk whose endpoint is not there yet is left out."""


def desks_of(who: Actor, endpoints: set[str]) -> list[Desk]:
    """The desks this person may work at, in order; the first is where signing in leads."""
    return [desk for desk in DESKS if desk.endpoint in endpoints and desk.open_to(who)]
