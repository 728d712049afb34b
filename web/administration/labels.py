"""Permissions in words, for who gives them."""

from __future__ import annotations

from hotline.domain.permissions import Permission

P = Permission

PERMISSION_WORDS: dict[Permission, str] = {
    P.TICKET_REGISTER: "登记诉求",
    P.TICKET_ANSWER: "直接答复",
    P.TICKET_ACCEPT: "受理网上诉求",
    P.TICKET_DISPATCH: "派单",
    P.RETURN_DECIDE: "审批退单",
    P.TICKET_SIGN: "签收",
    P.TICKET_HANDLE: "办理",
    P.TICKET_REPLY: "提交结果",
    P.TICKET_REVIEW: "审核答复",
    P.TICKET_CALLBACK: "回访",
    P.TICKET_SUPERVISE: "催办与审批",
    P.SUPERVISION: "督办",
    P.INSTRUCT: "批示",
    P.EXCLUSION_DECIDE: "审批剔除",
    P.QUALITY_SCORE: "质检评分",
    P.GRADE_LOWER: "降低等级",
    P.TICKET_VIEW: "查看工单",
    P.BOARD_VIEW: "查看看板",
    P.FIGURE_OPEN: "查看数字背后的工单",
    P.CLASSIFY: "智能分类",
    P.SURGE: "开启应急模式",
    P.KNOWLEDGE_READ: "查看知识库",
    P.KNOWLEDGE_SUPPLY: "提供知识",
    P.KNOWLEDGE_EDIT: "编辑知识",
    P.CALLER_LIMIT: "限制滥用热线的号码",
    P.CONFIGURE: "业务配置",
    P.ACCOUNTS: "管理账号",
    P.GRANTS_AND_KEYS: "管理岗位和密钥",
    P.AUDIT_READ: "查看审计日志",
}


def words_of(permission: Permission) -> str:
    """The permission in words; its code where a newer one has none yet."""
    return PERMISSION_WORDS.get(permission, permission.value)
