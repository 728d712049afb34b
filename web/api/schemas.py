"""The shapes of the API's answers, as JSON Schema. A test holds them against what is really answered."""

from __future__ import annotations

from typing import Any

from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.deadlines import ClockKind, Hand, Light
from hotline.domain.lifecycle import Action, State

Schema = dict[str, Any]


def _text(words: str = "", **more: Any) -> Schema:
    return {"type": "string"} | ({"description": words} if words else {}) | more


def _moment(words: str = "") -> Schema:
    return _text(words, format="date-time")


def _whole(words: str = "") -> Schema:
    return {"type": "integer"} | ({"description": words} if words else {})


def _number(words: str = "") -> Schema:
    return {"type": "number"} | ({"description": words} if words else {})


def _flag(words: str = "") -> Schema:
    return {"type": "boolean"} | ({"description": words} if words else {})


def _one_of(kind: Any, words: str = "") -> Schema:
    return _text(words, enum=[member.value for member in kind])


def _list(of: Schema, words: str = "") -> Schema:
    return {"type": "array", "items": of} | ({"description": words} if words else {})


def _maybe(schema: Schema) -> Schema:
    if "enum" in schema:
        schema = schema | {"enum": [*schema["enum"], None]}
    return schema | {"type": [schema["type"], "null"]}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _map(of: Schema, words: str = "") -> Schema:
    return {"type": "object", "additionalProperties": of} | ({"description": words} if words else {})


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _maybe_ref(name: str) -> Schema:
    return {"anyOf": [_ref(name), {"type": "null"}]}


_DUE = _object(
    clock=_one_of(ClockKind, "哪一项时限"),
    label=_text("时限名称"),
    due_at=_moment("到期时间"),
    light=_one_of(Light, "亮灯"),
    words=_text("还剩多少，或超期多久"),
    provisional=_flag("节假日安排未公布，时限暂定"),
)
_PROPOSAL = _object(
    unit=_text("单位代码"),
    name=_text("单位名称"),
    short_name=_text("单位简称"),
    score=_number("把握"),
    reason=_text("理由"),
    rule=_text("规则"),
    co_units=_list(_text(), "建议的协办单位"),
)
_ROW = _object(
    no=_text("编号"),
    version=_whole("版本"),
    title=_text("标题"),
    state=_one_of(State, "状态"),
    state_words=_text("状态名称"),
    type=_maybe(_text("诉求类型")),
    urgency=_one_of(Urgency, "紧急程度"),
    category=_maybe(_text("类别名称")),
    region=_maybe(_text("区划名称")),
    unit=_maybe(_text("主办单位代码")),
    unit_name=_maybe(_text("主办单位简称")),
    channel=_text("来源"),
    round=_whole("第几轮办理"),
    created_at=_moment("登记时间"),
    due=_maybe_ref("Due"),
    proposals=_list(_ref("Proposal"), "规则推荐的承办单位，最合适的在前"),
    why_waiting=_maybe(_text("为什么等人决定")),
    rework_wanted=_flag("诉求人不满意，等审核员决定是否重办"),
)
_TRACKED = _object(
    no=_text("编号"),
    state=_one_of(State, "状态"),
    state_words=_text("状态名称"),
    created_at=_moment("提交时间"),
    closed_at=_maybe(_moment("办结时间")),
    unit=_maybe(_text("承办单位")),
    next_due_at=_maybe(_moment("下一个时限")),
    next_due_words=_maybe(_text("下一步是什么、在什么时候之前")),
    late=_flag("下一个时限已过"),
    public_reply=_maybe(_text("公开答复，审核通过之后才有")),
    replied_at=_maybe(_moment("答复时间")),
    asked=_maybe(_text("请诉求人补充什么")),
    solved=_maybe(_text("是否解决")),
    score=_maybe(_text("满意度")),
    rate_until=_maybe(_moment("评价截止时间")),
    review_until=_maybe(_moment("申请复核截止时间")),
    actions=_list(_text(), "现在可以做的：supplement、urge、withdraw、rate、review"),
    states=_list(
        _object(
            at=_moment("时间"),
            event=_text("操作代码"),
            title=_text("做了什么"),
            state=_one_of(State, "之后的状态"),
            state_words=_text("状态名称"),
            unit=_maybe(_text("有关的单位")),
            words=_maybe(_text("说明")),
        ),
        "经过，最早的在前",
    ),
)
_TASK = _object(
    unit=_text("单位代码"),
    unit_name=_text("单位简称"),
    kind=_text("主办、协办或下派"),
    parent=_maybe(_text("交办它的单位代码；主办单位没有")),
    handler=_text("承办人姓名，未指派为空"),
    minutes_no=_text("指定承办的会议纪要编号，未经协调为空"),
    stage=_text("阶段代码"),
    stage_words=_text("阶段"),
    round=_whole("第几轮"),
    sent_at=_moment("派出时间"),
    sign_due_at=_maybe(_moment("签收时限")),
    signed_at=_maybe(_moment("签收时间")),
    contacted_at=_maybe(_moment("首次联系时间")),
    due_at=_moment("办理时限"),
    replied_at=_maybe(_moment("提交结果时间")),
    public_reply=_text("公开答复"),
    internal_reply=_text("办理情况"),
    solved=_maybe(_flag("是否解决")),
    return_reason=_maybe(_text("退单理由代码")),
    return_basis=_text("退单依据"),
    return_suggested=_maybe(_text("建议单位代码")),
    fails=_whole("答复被退回次数"),
    mine=_flag("属于本人所在单位"),
)
_CLOCK = _object(
    kind=_one_of(ClockKind, "哪一项时限"),
    label=_text("时限名称"),
    hand=_text("谁的时间"),
    unit=_maybe(_text("单位简称")),
    started_at=_moment("开始时间"),
    stopped_at=_maybe(_moment("停止时间")),
    due_at=_moment("到期时间"),
    light=_one_of(Light, "亮灯"),
    words=_text("还剩多少，或超期多久"),
    provisional=_flag("暂定"),
    explain=_list(_text(), "怎样算出来的，逐日说明"),
    limit=_maybe(_text("时限，含已同意的延期")),
    used=_text("已用，按该时限的计时方式"),
    left=_text("剩余，或超出多少"),
    share=_whole("已用百分比，超期为 100"),
    paused=_flag("暂停计时"),
)
_HOP = _object(
    hand=_one_of(Hand, "谁的时间"),
    name=_text("名称"),
    began_at=_moment("开始时间"),
    ended_at=_moment("结束时间"),
    seconds=_whole("秒数"),
)
_REQUEST = _object(
    wish=_text("申请什么：EXTEND 延期，SUSPEND 挂起"),
    level=_whole("审核级别：1 派单员，2 督办员"),
    reason=_text("理由代码"),
    words=_text("说明"),
    more=_maybe(_text("延长多久")),
    until=_maybe(_text("计划恢复日期", format="date")),
    asked_at=_moment("申请时间"),
    due_at=_moment("申请时的到期时间"),
    new_due_at=_maybe(_moment("全部同意后的到期时间")),
)
_ENTRY = _object(
    seq=_whole("第几条"),
    at=_moment("时间"),
    event=_one_of(Action, "操作代码"),
    title=_text("操作"),
    who=_text("办理人"),
    role=_text("岗位"),
    unit=_maybe(_text("单位")),
    state=_one_of(State, "之后的状态"),
    words=_text("说明"),
)
_TICKET = _object(
    no=_text("编号"),
    version=_whole("版本，办理时带上"),
    state=_one_of(State, "状态"),
    state_words=_text("状态名称"),
    round=_whole("第几轮办理"),
    close_mode=_maybe(_text("办结方式")),
    channel=_text("来源"),
    type=_maybe(_one_of(AppealType, "诉求类型")),
    type_words=_maybe(_text("诉求类型名称")),
    urgency=_one_of(Urgency, "紧急程度"),
    confidential=_flag("保密"),
    anonymous=_flag("匿名"),
    category=_maybe(_text("类别代码")),
    category_path=_maybe(_text("三级类别")),
    title=_text("标题"),
    content=_text("内容"),
    supplements=_list(_object(at=_moment(), by=_text(), text=_text()), "补充"),
    region=_maybe(_text("区划代码")),
    region_name=_maybe(_text("区划名称")),
    occurred_at=_maybe(_moment("发生时间")),
    created_at=_moment("登记时间"),
    accepted_at=_maybe(_moment("受理时间")),
    dispatched_at=_maybe(_moment("派单时间")),
    closed_at=_maybe(_moment("办结时间")),
    unit=_maybe(_text("主办单位代码")),
    unit_name=_maybe(_text("主办单位名称")),
    due=_maybe_ref("Due"),
    due_at=_maybe(_moment("下一个时限")),
    promise_due_at=_maybe(_moment("最初承诺的时限")),
    appellant=_object(
        name=_text("姓名，按权限隐去"),
        phone=_text("电话，按权限隐去"),
        identity=_text("身份证号，按权限隐去"),
        address=_text("地址，按权限隐去"),
        sealed=_flag("要求保密或举报"),
        note=_text("为什么隐去"),
    ),
    suggested=_map({}, "从文字里识别出的类别、类型、紧急程度"),
    proposals=_list(_ref("Proposal"), "规则推荐的承办单位"),
    why_waiting=_maybe(_text("为什么等人决定")),
    public_reply=_maybe(_text("公开答复")),
    solved=_maybe(_text("是否解决")),
    score=_maybe(_text("满意度")),
    rework_wanted=_flag("等审核员决定是否重办"),
    callback_tries=_whole("未接通次数"),
    repeat_of=_maybe(_text("重复于")),
    urged=_whole("催办次数"),
    info_asked=_whole("要求补充次数"),
    actions=_list(_one_of(Action), "本人现在可以办理的操作"),
    checklist=_list(_object(code=_text(), words=_text(), required=_flag()), "审核清单，本人可以审核通过时才有"),
    assignments=_list(_ref("Assignment"), "承办任务"),
    clocks=_list(_ref("Clock"), "时限"),
    time_used=_list(_ref("Hop"), "谁用了时间，按先后"),
    requests=_list(_ref("Request"), "等待审核的延期、挂起申请"),
    journal=_list(_ref("Entry"), "经过"),
)
_PAIR = {"hits": _number("分子"), "total": _number("分母"), "percent": _maybe(_number("百分比，分母为 0 时为空"))}
_SPAN = {"from": _text("开始日期", format="date"), "to": _text("结束日期，不含当天", format="date")}

SCHEMAS: dict[str, Schema] = {
    "Problem": _object(
        type=_text("错误种类"),
        title=_text("发生了什么"),
        status=_whole("HTTP 状态"),
        detail=_text("怎么办"),
        errors=_list(_object(field=_text("字段"), detail=_text("怎么改"))),
    ),
    "Token": _object(
        token=_text("令牌"),
        expires_at=_moment("到期时间"),
        roles=_list(_text(), "角色"),
        unit=_maybe(_text("单位代码")),
        name=_text("姓名"),
    ),
    "Taken": _object(
        no=_text("编号"),
        query_code=_text("查询码，6 位数字"),
        state=_one_of(State, "状态"),
        created_at=_moment("提交时间"),
        track_url=_text("查询进度的网页", format="uri"),
    ),
    "Tracked": _TRACKED,
    "Reading": _object(
        categories=_list(
            _object(
                code=_text("类别代码"),
                name=_text("类别名称"),
                path=_text("三级类别"),
                score=_number("把握"),
                words=_list(_text(), "依据的词"),
            ),
            "可能的类别，最可能的在前",
        ),
        type=_one_of(AppealType, "诉求类型"),
        type_words=_text(),
        urgency=_one_of(Urgency, "紧急程度"),
        urgency_words=_text(),
        urgency_phrases=_list(_text(), "依据的词"),
        region=_maybe(_text("区划代码")),
        region_name=_maybe(_text("区划名称")),
        units=_list(
            _object(
                code=_text("单位代码"),
                name=_text("单位名称"),
                score=_number("把握"),
                reason=_text("理由"),
                rule=_text("规则"),
                co_units=_list(_text(), "建议的协办单位"),
            ),
            "推荐的承办单位",
        ),
        confidence=_number("类别的把握，0 到 1"),
        automatic=_flag("把握够大，可不经人工派出"),
        why_not=_text("为什么须由人决定"),
        handover=_maybe(_text("应移交的单位代码")),
    ),
    "Due": _DUE,
    "Proposal": _PROPOSAL,
    "Row": _ROW,
    "TicketList": _object(items=_list(_ref("Row")), next=_maybe(_text("下一页的 cursor"))),
    "Assignment": _TASK,
    "Clock": _CLOCK,
    "Hop": _HOP,
    "Request": _REQUEST,
    "Entry": _ENTRY,
    "Ticket": _TICKET,
    "KnowledgeList": _object(
        items=_list(
            _object(
                id=_whole("编号"),
                version=_whole("版本"),
                title=_text(),
                kind=_text("种类"),
                path=_text("类别"),
                unit=_text("发布单位"),
                standing=_text("状态"),
                usable=_flag("可以用于直接答复"),
                valid_to=_text("有效期的最后一天", format="date"),
            )
        ),
        more=_flag("还有更多，请缩小范围"),
        every_word=_flag("都含有所有的词"),
    ),
    "KnowledgeItem": _object(
        id=_whole("编号"),
        version=_whole("版本"),
        title=_text(),
        body=_text("正文"),
        kind=_text("种类"),
        path=_text("类别"),
        unit=_text("发布单位"),
        standing=_text("状态"),
        usable=_flag("可以用于直接答复"),
        valid_from=_text("有效期的第一天", format="date"),
        valid_to=_text("有效期的最后一天", format="date"),
        keywords=_list(_text()),
        source=_text("来源"),
    ),
    "Board": _object(
        as_of=_moment("截至时间"),
        revision=_whole("版本"),
        unit=_text("单位代码"),
        windows=_object(figures=_object(**_SPAN), rates=_object(**_SPAN)),
        figures=_map(_number(), "数量"),
        rates=_map(_object(**_PAIR), "比率"),
    ),
    "Behind": _object(
        key=_text("统计项"),
        label=_text("名称"),
        explain=_text("口径"),
        unit=_text("单位代码"),
        part=_text("哪一部分"),
        **_PAIR,
        items=_list(_ref("Row")),
        next=_maybe(_text("下一页的 cursor")),
    ),
    "Proof": _object(
        format=_text("文件格式"),
        key=_text("统计项"),
        label=_text("名称"),
        words=_text("口径与结果"),
        unit=_text("单位代码"),
        unit_name=_text("单位"),
        units=_list(_text(), "统计范围内的单位"),
        centre=_text("热线中心的单位代码"),
        **{"from": _text("开始日期"), "to": _text("结束日期，不含")},
        statistic_at=_moment("统计时间"),
        declarations=_list({"type": "object"}, "适用的口径，含条件和公式"),
        objects=_list({"type": "object"}, "每件计入的工单：所用事实、计入分子的值"),
        hits=_text("分子"),
        total=_text("分母"),
        percent=_maybe(_text("百分比")),
        digest=_text("SHA-256"),
    ),
    "Described": {"type": "object", "description": "OpenAPI 3.1 文档"},
}
