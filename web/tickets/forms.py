"""The form of every step: exactly the fields that its use case reads (hotline/usecases/steps.py)."""

from __future__ import annotations

from typing import Any, ClassVar

from wtforms import BooleanField, DateTimeLocalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from hotline.domain.appeal import TYPE_LABELS, URGENCY_LABELS, Urgency
from hotline.domain.callback import REASONS, RESULT_LABELS, SCORE_LABELS
from hotline.domain.city import City
from hotline.domain.lifecycle import Action
from hotline.read.ticket_page import TicketPage
from hotline.read.tree import Task
from hotline.usecases.desk import REFUSALS
from hotline.usecases.handling import BY_NUMBER, WAYS
from hotline.usecases.returns import REASON_LABELS
from web.files.field import FilesField
from web.forms import stripped
from web.tickets import time_forms
from web.tickets.choices import choices
from web.tickets.cooperation_forms import (
    AddUnitForm,
    AssignForm,
    ComplexForm,
    DropUnitForm,
    GradeForm,
    GrantReleaseForm,
    RefuseReleaseForm,
    ReleaseForm,
    SubDispatchForm,
)
from web.tickets.coordination_forms import CoordinateForm, DesignateForm
from web.tickets.exclusion_forms import RequestExclusionForm
from web.tickets.form_base import LONG, SHORT, FilesForm, Picker, PlainForm, StepForm
from web.tickets.matter_forms import MATTER_FORMS
from web.tickets.relay_forms import RelayForm
from web.tickets.review_forms import PassForm
from web.tickets.supervision_forms import (
    EndSupervisionForm,
    InstructForm,
    SendSupervisionBackForm,
    SuperviseForm,
    SupervisionAnswerForm,
)


class DescriptionForm(StepForm):
    """What the ticket is about."""

    NEEDED = frozenset({"type", "urgency", "category", "region"})
    HELP: ClassVar[dict[str, str]] = {"complained_unit": "反映单位工作人员作风时填写：该单位不得主办"}
    category = Picker("诉求类别", "categories")
    type = SelectField("诉求类型", choices=TYPE_LABELS, validators=[Optional()])
    urgency = SelectField("紧急程度", choices=URGENCY_LABELS, validators=[Optional()])
    region = Picker("所在区划", "regions")
    complained_unit = Picker("被反映的单位", "units")

    def begin(self, ticket: TicketPage, city: City) -> None:
        guesses = ticket.suggested.get("categories") or [{}]
        code = ticket.category or guesses[0].get("code")
        self.category.data = choices(city, "categories").words(code)
        self.region.data = choices(city, "regions").words(ticket.region or ticket.suggested.get("region"))
        self.type.data = ticket.type or ticket.suggested.get("type")
        self.urgency.data = ticket.urgency.value


class DispatchForm(DescriptionForm):
    """To which unit."""

    HELP: ClassVar = DescriptionForm.HELP | {"unit": "输入名称或简称查找", "co_units": "可选多个"}
    NEEDED = DescriptionForm.NEEDED | {"unit"}
    proposal = RadioField("建议单位", choices={}, validate_choice=False)
    unit = Picker("主办单位", "units")
    co_units = Picker("协办单位", "units", several=True)

    def begin(self, ticket: TicketPage, city: City) -> None:
        super().begin(ticket, city)
        if ticket.proposals:
            self.proposal.data = ticket.proposals[0]["unit"]

    def fields(self, city: City) -> dict[str, Any]:
        filled = super().fields(city)
        proposed = filled.pop("proposal") or ""
        return filled | {"unit": filled["unit"] or proposed}


class RedispatchForm(StepForm):
    """To another unit."""

    HELP: ClassVar = {"unit": "输入名称或简称查找", "co_units": "可选多个"}
    NEEDED = frozenset({"unit", "cause"})
    unit = Picker("改派给", "units")
    co_units = Picker("协办单位", "units", several=True)
    cause = TextAreaField("改派原因", LONG)


class RejectForm(StepForm):
    """Not accepted."""

    NEEDED = frozenset({"reason"})
    HELP: ClassVar = {"reason": "“已依法办结”和“违反法律”两种理由由一人提请、另一人确认后才生效"}
    reason = SelectField("理由", choices={"": "请选择"} | {code.value: words for code, (words, _) in REFUSALS.items()})
    words = TextAreaField("说明", LONG)


class AskInfoForm(StepForm):
    """Ask the appellant for more."""

    NEEDED = frozenset({"what"})
    HELP: ClassVar = {"what": "会用短信发给诉求人，请写得简短、具体"}
    what = TextAreaField("需要补充什么", SHORT)


class SupplementForm(FilesForm):
    """What the appellant added."""

    NEEDED = frozenset({"text"})
    HELP: ClassVar = {"text": "只有附件时可以不写"}
    text = TextAreaField("补充内容", [Length(max=2000)])


class AnswerForm(StepForm):
    """Answered on the spot."""

    NEEDED = frozenset({"text"})
    HELP: ClassVar = {
        "text": "诉求人会看到这段话；提交后直接办结",
        "knowledge": "引用知识时填它的编号，答复留空就用知识的正文",
    }
    text = TextAreaField("答复内容", LONG)
    knowledge = StringField("引用的知识编号", SHORT, filters=[stripped])


class HandoverForm(StepForm):
    """Handed to who is in charge."""

    NEEDED = frozenset({"target"})
    target = Picker("移交给", "handover")
    their_no = StringField("对方编号", SHORT, filters=[stripped])


class TerminateForm(StepForm):
    """Nothing new after a final answer."""

    NEEDED = frozenset({"words"})
    HELP: ClassVar = {
        "words": "由一人提请、另一人确认后才生效，两人中须有一名督办员",
        "earlier": "已依法答复的那一件",
        "public": "不填则用通用答复",
    }
    words = TextAreaField("核对了什么，为什么没有新的事实", LONG)
    earlier = StringField("原工单编号", SHORT, filters=[stripped])
    public = TextAreaField("告知诉求人的话", LONG)

    def begin(self, ticket: TicketPage, city: City) -> None:
        self.earlier.data = ticket.repeat_of or ""


class ContactForm(FilesForm):
    """The talk with the appellant."""

    NEEDED = frozenset({"way", "result"})
    HELP: ClassVar = {"at": "不填就是现在"}
    way = RadioField("联系方式", choices=WAYS, default="phone")
    at = DateTimeLocalField("联系时间", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])
    result = TextAreaField("联系结果", LONG)

    def offer(self, ticket: TicketPage, city: City) -> None:
        if ticket.appellant.sealed:
            # Neither name nor number is known to the unit: the centre talks for it.
            self.way.choices = {way: words for way, words in WAYS.items() if way not in BY_NUMBER}
            self.way.data = self.way.data if self.way.data in self.way.choices else "platform"


class ProgressForm(FilesForm):
    """An interim report."""

    files = FilesField("附件", publishable=True)
    NEEDED = frozenset({"text"})
    HELP: ClassVar = {"text": "诉求人会看到这段话；办理时限照常计算"}
    text = TextAreaField("目前进展", LONG)


class ReturnForm(FilesForm):
    """Not ours."""

    NEEDED = frozenset({"reason", "basis"})
    HELP: ClassVar = {
        "basis": "法规条文或职责文件的名称和条款",
        "suggested": "应当由谁办理",
        "partly": "有的，由本单位首接负责到底，其余部分加派协办单位",
        "phoned": "紧急、特急工单须先打电话",
    }
    reason = SelectField(
        "退单理由", choices={"": "请选择"} | {code.value: words for code, words in REASON_LABELS.items()}
    )
    basis = TextAreaField("依据", LONG)
    suggested = Picker("建议单位", "units")
    partly = RadioField("诉求里有没有属于本单位的部分", choices={"no": "没有", "yes": "有"}, default="no")
    phoned = BooleanField("已电话告知派单员")

    def offer(self, ticket: TicketPage, city: City) -> None:
        if ticket.urgency is Urgency.NORMAL:
            del self.phoned


class OpinionForm(StepForm):
    """A decision with its reason."""

    NEEDED = frozenset({"opinion"})
    opinion = TextAreaField("意见", LONG)


class SendBackForm(FilesForm, OpinionForm):
    """Back to the unit, perhaps with what shows why."""


class GrantForm(OpinionForm):
    """A decision that explains itself."""

    NEEDED = frozenset()


class ReplyForm(FilesForm):
    """The unit's result."""

    files = FilesField("附件", publishable=True)
    NEEDED = frozenset({"public"})
    HELP: ClassVar = {"public": "诉求人会看到这段话", "internal": "只有工作人员看得到"} | {
        "signer": "重办和督办工单由上一级签发：填姓名和职务；上级单位的审核人提交时不必填"
    }
    public = TextAreaField("公开答复", LONG)
    internal = TextAreaField("办理情况", LONG)
    facts_true = RadioField("反映的情况", choices={"yes": "属实", "no": "不属实"}, default="yes")
    solved = RadioField("办理结果", choices={"yes": "已解决", "no": "未能解决"}, default="yes")
    why_not = TextAreaField("未能解决的原因", LONG)
    signer = StringField("签发领导", [Length(max=60)], filters=[stripped])

    def begin(self, ticket: TicketPage, city: City) -> None:
        own = next((task for task in ticket.assignments if task.acting), None)
        if own and not own.replied_at:
            # A reply that was sent back is mended, not written anew; what the units asked have said stands ready.
            told = [f"【{task.unit_name}】{task.internal_reply or task.public_reply}" for task in _told(ticket, own)]
            self.public.data = own.public_reply
            self.internal.data = own.internal_reply or "\n".join(told)

    def offer(self, ticket: TicketPage, city: City) -> None:
        supervised = any(order.stage in ("OPEN", "ANSWERED") for order in ticket.orders)
        if ticket.replies_to is not None or (ticket.round == 1 and not supervised):
            del self.signer
        if ticket.replies_to is not None:
            # A co-unit or sub-unit answers whoever asked it, never the appellant.
            del self.public
            self.NEEDED = frozenset({"internal"})
            self.files.publishable = False
            self.internal.label.text = f"办理结果（交{ticket.replies_to}）"


class DraftReplyForm(ReplyForm):
    """The result as the handler writes it down; the approver decides the rest."""

    NEEDED = frozenset()
    HELP: ClassVar = ReplyForm.HELP | {"public": "由单位审核人提交，审核通过后诉求人会看到"}

    def offer(self, ticket: TicketPage, city: City) -> None:
        super().offer(ticket, city)
        for name in ("signer", "facts_true", "solved", "why_not"):
            if name in self:
                del self[name]


def _told(ticket: TicketPage, own: Task) -> list[Task]:
    """The units that answered this one."""
    return [task for task in ticket.assignments if task.parent == own.unit and task.replied_at and not task.over]


class RateForm(StepForm):
    """What the appellant answered."""

    NEEDED = frozenset({"solved"})
    solved = RadioField(
        "问题解决了吗", choices={code.value: words for code, words in RESULT_LABELS.items()}, validators=[Optional()]
    )
    score = RadioField("满意吗", choices={str(n): words for n, words in SCORE_LABELS.items()}, validators=[Optional()])
    reason = SelectField("不满意的原因", choices={"": "没有"} | REASONS, validators=[Optional()])
    words = TextAreaField("诉求人的话", [Length(max=500)])


class ReworkForm(StepForm):
    """Once more."""

    NEEDED = frozenset({"ground"})
    ground = TextAreaField("重办理由", LONG)


class UrgeForm(StepForm):
    """A reminder."""

    words = TextAreaField("要说的话", LONG)


class ReviewRequestForm(FilesForm):
    """The appellant contests the closing."""

    NEEDED = frozenset({"words"})
    words = TextAreaField("对办理结果的异议", LONG)


FORMS: dict[Action, type[StepForm]] = {
    Action.SUBMIT: DescriptionForm,
    Action.ACCEPT: DescriptionForm,
    Action.REJECT: RejectForm,
    Action.ASK_INFO: AskInfoForm,
    Action.SUPPLEMENT: SupplementForm,
    Action.ANSWER: AnswerForm,
    Action.HANDOVER: HandoverForm,
    Action.DISPATCH: DispatchForm,
    Action.SIGN: PlainForm,
    Action.CONTACT: ContactForm,
    Action.PROGRESS: ProgressForm,
    Action.RELAY: RelayForm,
    Action.REQ_RETURN: ReturnForm,
    Action.OK_RETURN: GrantForm,
    Action.NO_RETURN: OpinionForm,
    Action.REDISPATCH: RedispatchForm,
    Action.GRADE: GradeForm,
    Action.COMPLEX: ComplexForm,
    Action.TERMINATE: TerminateForm,
    Action.DECLINE: OpinionForm,
    Action.SUB_DISPATCH: SubDispatchForm,
    Action.ADD_UNIT: AddUnitForm,
    Action.DROP_UNIT: DropUnitForm,
    Action.REQ_RELEASE: ReleaseForm,
    Action.OK_RELEASE: GrantReleaseForm,
    Action.NO_RELEASE: RefuseReleaseForm,
    Action.ASSIGN: AssignForm,
    Action.COORDINATE: CoordinateForm,
    Action.DESIGNATE: DesignateForm,
    Action.DRAFT_REPLY: DraftReplyForm,
    Action.REPLY: ReplyForm,
    Action.PASS: PassForm,
    Action.FAIL: SendBackForm,
    Action.TRY: PlainForm,
    Action.RATE: RateForm,
    Action.KEEP: OpinionForm,
    Action.REWORK: ReworkForm,
    Action.URGE: UrgeForm,
    Action.SUPERVISE: SuperviseForm,
    Action.INSTRUCT: InstructForm,
    Action.ANSWER_SUPERVISION: SupervisionAnswerForm,
    Action.FAIL_SUPERVISION: SendSupervisionBackForm,
    Action.END_SUPERVISION: EndSupervisionForm,
    Action.REQ_EXCLUDE: RequestExclusionForm,
    Action.OK_EXCLUDE: OpinionForm,
    Action.NO_EXCLUDE: OpinionForm,
    Action.REVIEW_REQUEST: ReviewRequestForm,
    **time_forms.FORMS,
    **MATTER_FORMS,
}
"""The steps that staff take on the ticket page."""
