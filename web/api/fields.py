"""The fields of every action, as ``usecases/steps`` reads them."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.attachment import ANSWERS, TAKES
from hotline.domain.callback import REASONS
from hotline.domain.exclusions import Reason as ExclusionReason
from hotline.domain.lifecycle import Action
from hotline.store.matter import Tie
from hotline.usecases import extensions, suspensions
from hotline.usecases.desk import Refusal
from hotline.usecases.handling import WAYS
from hotline.usecases.returns import Reason
from web.api.declaration import Field, Kind

ABOUT = (
    Field("type", "诉求类型", choices=tuple(AppealType)),
    Field("category", "类别代码，6 位"),
    Field("region", "区划代码"),
    Field("urgency", "紧急程度", choices=tuple(Urgency)),
    Field("complained_unit", "被反映的单位代码；反映该单位工作人员作风时填写，该单位不得主办", most=40),
)
FILES = Field("files", "附件：先上传得到的 key", Kind.TEXTS)
PUBLIC = Field("files_public", "其中随公开答复给诉求人看的", Kind.TEXTS)
A = Action
_ACTIONS: Mapping[Action, tuple[Field, ...]] = {
    A.SUBMIT: ABOUT,
    A.ACCEPT: ABOUT,
    A.REJECT: (
        Field(
            "reason",
            "不予受理的理由；FINISHED 和 ILLEGAL 由一人提请、另一人再办一次才生效",
            required=True,
            choices=tuple(Refusal),
        ),
        Field("words", "说明"),
    ),
    A.ASK_INFO: (Field("what", "需要补充什么", required=True, most=500),),
    A.SUPPLEMENT: (
        Field("text", "补充的内容", required=True),
        Field("content", "同 text"),
    ),
    A.ANSWER: (
        Field("text", "答复内容；引用知识时可不填"),
        Field("knowledge", "所引用的知识：编号，或 编号@版本；引用时可不填 text，正文即为答复", most=40),
    ),
    A.HANDOVER: (
        Field("target", "移交对象：单位代码或名称", required=True, most=100),
        Field("their_no", "对方编号", most=100),
    ),
    A.DISPATCH: (
        Field("unit", "主办单位代码", required=True, most=40),
        Field("co_units", "协办单位代码", Kind.TEXTS),
        Field("reason", "派单理由", most=500),
        *ABOUT,
    ),
    A.SIGN: (),
    A.CONTACT: (
        Field("way", "联系方式", choices=tuple(WAYS)),
        Field("result", "联系结果", required=True),
        Field("at", "联系时间，不填为现在", Kind.MOMENT),
    ),
    A.PROGRESS: (Field("text", "目前的进展，诉求人会看到", required=True),),
    A.RELAY: (
        Field("words", "要转达给诉求人的话", required=True, most=500),
        Field("call", "请中心致电转达，默认是", Kind.FLAG),
    ),
    A.REQ_RETURN: (
        Field("reason", "退单理由", required=True, choices=tuple(Reason)),
        Field("basis", "依据", required=True),
        Field("suggested", "建议单位代码；理由为 OTHER_LEAD 时须填", most=40),
        Field("partly", "诉求中有属于本单位的部分；有则不能退单", Kind.FLAG),
        Field("phoned", "已电话告知派单员；紧急、特急工单须为 true", Kind.FLAG),
    ),
    A.OK_RETURN: (Field("opinion", "意见"),),
    A.NO_RETURN: (Field("opinion", "驳回理由", required=True),),
    A.REDISPATCH: (
        Field("unit", "改派到的单位代码", required=True, most=40),
        Field("cause", "改派原因", required=True, most=500),
        Field("co_units", "协办单位代码", Kind.TEXTS),
    ),
    A.COORDINATE: (
        Field("why", "提交协调的原因", required=True),
        Field("invited", "参加协调的单位代码", Kind.TEXTS),
    ),
    A.DESIGNATE: (
        Field("unit", "主办单位代码", required=True, most=40),
        Field("minutes_no", "会议纪要编号", required=True, most=60),
        Field("minutes", "协调结论和依据", required=True),
        Field("co_units", "协办单位代码", Kind.TEXTS),
        Field("keywords", "先例关键词；填了就立为派单先例", Kind.TEXTS),
        *ABOUT,
    ),
    A.SUB_DISPATCH: (
        Field("units", "下派的单位代码", Kind.TEXTS, required=True),
        Field("words", "要求", most=500),
    ),
    A.ADD_UNIT: (
        Field("units", "协办单位代码", Kind.TEXTS, required=True),
        Field("words", "需要协办什么", required=True, most=500),
    ),
    A.DROP_UNIT: (
        Field("unit", "取消的协办或下派单位代码", required=True, most=40),
        Field("cause", "取消的原因", required=True, most=500),
    ),
    A.REQ_RELEASE: (
        Field("why", "交回的理由；由交办它的单位决定", required=True, most=500),
        Field("suggested", "建议单位代码", most=40),
    ),
    A.OK_RELEASE: (
        Field("unit", "申请交回的单位代码；只有一个申请时可不填", most=40),
        Field("opinion", "意见", most=500),
    ),
    A.NO_RELEASE: (
        Field("unit", "申请交回的单位代码；只有一个申请时可不填", most=40),
        Field("opinion", "不同意的理由", required=True, most=500),
    ),
    A.ASSIGN: (Field("handler", "承办人的用户名", required=True, most=40),),
    A.GRADE: (
        Field("urgency", "改为的等级；降低限派单班长", required=True, choices=tuple(Urgency)),
        Field("words", "理由；降低时必填", most=500),
    ),
    A.COMPLEX: (Field("words", "认定复杂的理由", required=True, most=500),),
    A.TERMINATE: (
        Field(
            "words", "核对了什么、为什么没有新的事实；由一人提请、另一人再办一次才生效，其中一人为督办员", required=True
        ),
        Field("earlier", "已依法答复的原工单编号", most=24),
        Field("public", "告知诉求人的话，不填则用通用答复"),
    ),
    A.DECLINE: (Field("opinion", "不同意提请的理由", required=True),),
    A.DRAFT_REPLY: (
        Field("public", "拟写的公开答复"),
        Field("internal", "拟写的办理情况；协办和下派单位只填这一项", most=20_000),
    ),
    A.REPLY: (
        Field("public", "公开答复，诉求人会看到", required=True),
        Field("internal", "办理情况，仅内部可见", most=20_000),
        Field("solved", "是否解决", Kind.FLAG),
        Field("facts_true", "反映是否属实", Kind.FLAG),
        Field("why_not", "未能解决的原因"),
        Field("signer", "重办和督办工单：上一级签发人的姓名和职务", most=60),
    ),
    A.PASS: (
        Field("public", "改定的公开答复，不填则用承办单位的"),
        Field("publish", "收入公开选登，须诉求人同意", Kind.FLAG),
        Field("files_public", "承办单位的附件中随答复公开的，不填则按单位的标注", Kind.TEXTS),
        Field(
            "checked",
            "审核清单中确认符合的各项的代码，见工单的 checklist；给出时必选项不能缺，不给则记为未逐项检查",
            Kind.TEXTS,
        ),
    ),
    A.FAIL: (Field("opinion", "退回的原因", required=True),),
    A.TRY: (),
    A.RATE: (
        Field("solved", "是否解决：true、false、partly", Kind.ANSWER),
        Field("score", "满意度 1 到 5", Kind.NUMBER),
        Field("reason", "不满意的原因，满意度 2 及以下必填", choices=tuple(REASONS)),
        Field("words", "原话", most=500),
        Field("way", "方式", choices=("phone", "sms", "link")),
    ),
    A.JOIN_EVENT: (
        Field("event", "事件编号", most=40),
        Field("beside", "或同一事件的工单编号；还没有事件时以它为主单", most=40),
    ),
    A.LEAVE_EVENT: (Field("ground", "为什么移出", required=True),),
    A.CONSENT: (Field("agreed", "是否同意公开", Kind.FLAG),),
    A.TIMED_CALLBACK: (Field("question", "要查清什么", required=True),),
    A.MERGE: (
        Field("master", "主单编号", required=True, most=40),
        Field("ground", "为什么是同一事项", required=True),
    ),
    A.UNMERGE: (Field("ground", "为什么不是同一事项", required=True),),
    A.LINK: (
        Field("other", "另一张工单的编号", required=True, most=40),
        Field("tie", "怎样相关", choices=tuple(Tie)),
    ),
    A.REOPEN: (Field("ground", "恢复办理的理由", required=True),),
    A.KEEP: (Field("opinion", "维持办结的理由", required=True),),
    A.REWORK: (Field("ground", "重办的理由", required=True),),
    A.URGE: (Field("words", "催办的话", most=500),),
    A.SUPERVISE: (Field("words", "督办要求", required=True),),
    A.INSTRUCT: (Field("words", "批示内容", required=True),),
    A.ANSWER_SUPERVISION: (
        Field("text", "督办事项办理情况", required=True),
        Field("signer", "签发领导的姓名和职务，由上级单位审核人提交时可不填", most=60),
    ),
    A.FAIL_SUPERVISION: (Field("opinion", "退回的理由", required=True),),
    A.END_SUPERVISION: (Field("opinion", "意见，单位未答复就解除时须填"),),
    A.REQ_EXCLUDE: (
        Field("reason", "剔除理由", required=True, choices=tuple(ExclusionReason)),
        Field("evidence", "证据", required=True, most=2000),
    ),
    A.OK_EXCLUDE: (Field("opinion", "审定意见", required=True),),
    A.NO_EXCLUDE: (Field("opinion", "驳回理由", required=True),),
    A.REVIEW_REQUEST: (Field("words", "异议", required=True),),
    A.REQ_EXTEND: (
        Field("reason", "延期理由，诉求人会收到", required=True, choices=tuple(extensions.Reason)),
        Field("days", "延长的工作日数", Kind.NUMBER),
        Field("hours", "延长的小时数，只用于紧急工单", Kind.NUMBER),
        Field("words", "说明，仅内部可见"),
    ),
    A.OK_EXTEND: (
        Field("opinion", "意见"),
        Field("days", "同意的工作日数，不填则为申请的全部", Kind.NUMBER),
        Field("hours", "同意的小时数", Kind.NUMBER),
    ),
    A.NO_EXTEND: (Field("opinion", "驳回理由", required=True),),
    A.REQ_SUSPEND: (
        Field("reason", "挂起理由", required=True, choices=tuple(suspensions.Reason)),
        Field("until", "计划恢复日期，如 2026-04-07", required=True, most=10),
        Field("words", "依据", required=True),
    ),
    A.SUSPEND: (
        Field("reason", "挂起理由，不填则按单位的申请", choices=tuple(suspensions.Reason)),
        Field("until", "计划恢复日期，不填则按单位的申请", most=10),
        Field("words", "意见"),
    ),
    A.PROLONG: (
        Field("until", "计划恢复日期，如 2026-04-07", required=True, most=10),
        Field("words", "复核意见", required=True),
    ),
    A.NO_SUSPEND: (Field("opinion", "驳回理由", required=True),),
    A.RESUME: (Field("why", "恢复的原因", most=500),),
}
ACTIONS: Mapping[Action, tuple[Field, ...]] = {
    action: fields + ((FILES,) if action in TAKES else ()) + ((PUBLIC,) if action in ANSWERS else ())
    for action, fields in _ACTIONS.items()
}
"""Only what stands here reaches the use case. A test holds it against ``steps.HANDLERS``."""
