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
    about: str = ""
    """What one finds there, for a desk whose card on the first page has no figures."""

    def open_to(self, who: Actor) -> bool:
        """Whether the person may work there."""
        return any(who.may(permission) for permission in self.any_of)


P = Permission
DESKS: tuple[Desk, ...] = (
    Desk("话务受理", "operator.index", (P.TICKET_REGISTER,)),
    Desk("派单", "dispatch.index", (P.TICKET_DISPATCH, P.TICKET_ACCEPT)),
    Desk("短信", "messages.index", (P.TICKET_REGISTER, P.TICKET_ACCEPT), beside=True, about="没有读懂的短信，由人处理"),
    Desk(
        "待办",
        "department.index",
        (P.TICKET_SIGN, P.TICKET_HANDLE, P.TICKET_REPLY),
        about="本单位承办、协办和下派来的工单",
    ),
    Desk("审核", "review.index", (P.TICKET_REVIEW,)),
    Desk("回访", "callback.index", (P.TICKET_CALLBACK,)),
    Desk(
        "转达",
        "privacy.index",
        (P.TICKET_CALLBACK, P.TICKET_REGISTER),
        beside=True,
        about="替承办单位联系保密和举报的诉求人",
    ),
    Desk(
        "督办",
        "supervision.index",
        (P.TICKET_SUPERVISE, P.SUPERVISION, P.INSTRUCT),
        also=("orders", "cards", "foresight"),
    ),
    Desk("应急", "surge.index", (P.SURGE, P.INSTRUCT), beside=True, about="启动、调整和结束应急模式"),
    Desk("协调", "coordination.index", (P.TICKET_SUPERVISE,), beside=True),
    Desk(
        "延期挂起",
        "timing.index",
        (P.TICKET_DISPATCH, P.TICKET_SUPERVISE),
        beside=True,
        about="审核承办单位的延期和挂起申请",
    ),
    Desk("系统管理", "configuration.index", (P.CONFIGURE,), about="时限、派单规则、日历和分值"),
    Desk("骚扰来电", "nuisance.index", (P.CALLER_LIMIT,), beside=True, about="核对骚扰来电，限制和解除限制"),
    Desk(
        "事件",
        "incidents.index",
        (P.TICKET_DISPATCH, P.TICKET_SUPERVISE),
        beside=True,
        about="把同一事件的工单归到一起办理",
    ),
    Desk(
        "质检",
        "quality.index",
        (P.EXCLUSION_DECIDE, P.QUALITY_SCORE),
        also=("scoring",),
        about="给通话和工单评分，审定剔除申请",
    ),
    Desk("统计", "analysis.index", (P.BOARD_VIEW,), beside=True, also=("scores",), about="各项指标、单位得分和通报"),
    Desk("知识库", "knowledge.index", (P.KNOWLEDGE_READ,), beside=True, about="查政策和办事指南"),
    Desk("账号与权限", "administration.index", (P.ACCOUNTS, P.GRANTS_AND_KEYS), about="开通账号，分配岗位和权限"),
    Desk("审计日志", "auditing.index", (P.AUDIT_READ,), about="谁在何时看过、改过什么"),
    Desk("看板", "board.index", (P.BOARD_VIEW,), beside=True),
)
"""In the order of a ticket's way. A desk whose endpoint is not there yet is left out."""


def desks_of(who: Actor, endpoints: set[str]) -> list[Desk]:
    """The desks this person may work at, in order; the first is where signing in leads."""
    return [desk for desk in DESKS if desk.endpoint in endpoints and desk.open_to(who)]
