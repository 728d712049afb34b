"""Forms of the steps that join tickets, promise a call-back, and take an ended ticket up again."""

from __future__ import annotations

from typing import ClassVar

from wtforms import SelectField, StringField, TextAreaField

from hotline.domain.lifecycle import Action
from hotline.store.matter import Tie
from web.forms import stripped
from web.tickets.form_base import LONG, SHORT, StepForm


class MergeForm(StepForm):
    """The same matter once more."""

    NEEDED = frozenset({"master", "ground"})
    HELP: ClassVar = {"master": "先收到的那一张；本单并入后计作它的一次催办，诉求人会收到它的全部短信"}
    master = StringField("并入的主单编号", SHORT, filters=[stripped])
    ground = TextAreaField("为什么是同一事项", LONG)


class UnmergeForm(StepForm):
    """Not the same after all."""

    NEEDED = frozenset({"ground"})
    HELP: ClassVar = {"ground": "拆开后回到待派单，重新计派单时限"}
    ground = TextAreaField("为什么不是同一事项", LONG)


class LinkForm(StepForm):
    """Two tickets that stand together."""

    NEEDED = frozenset({"other"})
    other = StringField("另一张工单的编号", SHORT, filters=[stripped])
    tie = SelectField("怎样相关", choices={tie.value: tie.label for tie in (Tie.RELATED, Tie.CALL, Tie.REPEAT)})


class JoinForm(StepForm):
    """One of many about one happening."""

    HELP: ClassVar = {"event": "已有的事件", "beside": "还没有事件时，填同一事件里最早的那张工单，它就是主单"}
    event = StringField("事件编号", SHORT, filters=[stripped])
    beside = StringField("或同一事件的工单编号", SHORT, filters=[stripped])


class LeaveForm(StepForm):
    """Not part of it after all."""

    NEEDED = frozenset({"ground"})
    ground = TextAreaField("为什么移出", LONG)


class TimedForm(StepForm):
    """Answered by a call within a working day."""

    NEEDED = frozenset({"question"})
    HELP: ClassVar = {"question": "1 个工作日内由中心查清并回电答复，不派给单位"}
    question = TextAreaField("要查清什么", LONG)


class ReopenForm(StepForm):
    """Once more from dispatch."""

    NEEDED = frozenset({"ground"})
    HELP: ClassVar = {"ground": "工单回到待派单，诉求人会知道结果"}
    ground = TextAreaField("恢复办理的理由", LONG)


MATTER_FORMS: dict[Action, type[StepForm]] = {
    Action.MERGE: MergeForm,
    Action.UNMERGE: UnmergeForm,
    Action.LINK: LinkForm,
    Action.JOIN_EVENT: JoinForm,
    Action.LEAVE_EVENT: LeaveForm,
    Action.TIMED_CALLBACK: TimedForm,
    Action.REOPEN: ReopenForm,
}
"""Part of ``forms.FORMS``."""
