"""What may be asked for within a limit, and how often: returns and extensions (handbook §5).

Each check gives the refusal to raise, or None; so a page can ask the same question to leave a button out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from hotline.domain.allowances import Allowance, NaturalHours, WorkingDays, span_words
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.errors import NotNow
from hotline.domain.limits import Limits

_RETURN = "§5 Return"
_EXTENSION = "§5 Extension"


class Approver(StrEnum):
    """Who decides an extension."""

    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"


def return_refusal(
    *,
    returnable: bool,
    asked_by_unit: int,
    approved_on_ticket: int,
    urgency: Urgency,
    contacted: bool,
    until: datetime,
    now: datetime,
    limits: Limits,
) -> NotNow | None:
    """Why a unit can't ask to return a ticket, if it can't.

    ``returnable`` is False after co-ordination; ``asked_by_unit`` counts the unit's earlier requests on this ticket;
    ``until`` is :func:`~hotline.domain.deadlines.return_until`.
    """
    if not returnable:
        return NotNow("本工单由协调会指定承办，不能退单，请按要求办理", rule=_RETURN)
    if asked_by_unit >= limits.returns.per_unit:
        return NotNow("本单位已就该工单申请过退单，请继续办理或联系派单员", rule=_RETURN)
    if to_coordination(approved_on_ticket, limits):
        return NotNow("该工单退单次数已满，请提交协调", rule=_RETURN)
    if now > until:
        return NotNow("已过退单申请时限，视为本单位职责，请继续办理", rule=_RETURN)
    if urgency is not Urgency.NORMAL and not contacted:
        return NotNow("紧急工单须先联系诉求人，再电话申请退单", rule=_RETURN)
    return None


def to_coordination(approved_on_ticket: int, limits: Limits) -> bool:
    """Whether the ticket has been returned so often that its lead must be fixed by co-ordination."""
    return approved_on_ticket >= limits.returns.per_ticket


def extension_refusal(
    more: Allowance,
    granted: Sequence[Allowance],
    *,
    appeal_type: AppealType,
    urgency: Urgency,
    due_at: datetime,
    now: datetime,
    limits: Limits,
) -> NotNow | None:
    """Why a due time can't be extended by ``more``, if it can't; ``granted`` are the earlier extensions."""
    own = limits.extensions
    if now > due_at:
        return NotNow("办理时限已过，延期须在到期前申请", rule=_EXTENSION)
    if appeal_type in (AppealType.CONSULT, AppealType.PRAISE):
        return NotNow(f"{appeal_type.label}类工单不能延期", rule=_EXTENSION)
    if urgency is Urgency.CRITICAL:
        return NotNow("特急工单不能延期", rule=_EXTENSION)
    if urgency is Urgency.URGENT:
        if granted:
            return NotNow("紧急工单只能延期一次", rule=_EXTENSION)
        if not isinstance(more, NaturalHours) or more.span > own.urgent.span:
            return NotNow(f"紧急工单延期不能超过 {span_words(own.urgent.span)}", rule=_EXTENSION)
        return None
    if len(granted) >= own.most:
        return NotNow(f"已延期 {len(granted)} 次，不能再延期", rule=_EXTENSION)
    if not isinstance(more, WorkingDays):
        return NotNow("请按工作日填写延期时间", rule=_EXTENSION)
    most = own.second if granted else own.first
    if more.days > most.days:
        return NotNow(f"第 {len(granted) + 1} 次延期不能超过 {most.days} 个工作日", rule=_EXTENSION)
    total = sum(each.days for each in granted if isinstance(each, WorkingDays))
    if total + more.days > own.total.days:
        left = own.total.days - total
        return NotNow(f"累计延期不能超过 {own.total.days} 个工作日，还可延期 {left} 个工作日", rule=_EXTENSION)
    return None


def extension_approver(granted: Sequence[Allowance]) -> Approver:
    """Who decides the next extension: the dispatcher the first, the supervisor the second."""
    return Approver.SUPERVISOR if granted else Approver.DISPATCHER
