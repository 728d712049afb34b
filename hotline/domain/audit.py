"""What the audit log records: one word per kind (handbook §12)."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """A kind of line of the audit log."""

    LOGIN = "login"
    LOGIN_FAILED = "login_failed"
    LOGIN_LOCKED = "login_locked"
    LOGOUT = "logout"
    PASSWORD = "password"
    """A password or second factor was set, changed or reset."""
    SESSION = "session"
    """Sessions were ended by somebody's hand."""
    UNMASK = "unmask"
    PLAYBACK = "playback"
    SEARCH_PHONE = "search_phone"
    SEARCH_IDENTITY = "search_identity"
    FILE = "file"
    """An attachment was opened, or let through to the units of a sealed ticket."""
    EXPORT = "export"
    PRINT = "print"
    LONG_LIST = "long_list"
    """A list of more than 200 rows was shown."""
    IMPORT = "import"
    ACCOUNT = "account"
    """An account was made, locked, opened or moved."""
    GRANT = "grant"
    """Roles were given or taken."""
    KEY = "key"
    """A client's key or a gateway's secret was issued, shown, rotated or revoked."""
    CONFIGURATION = "configuration"
    EXCLUSION = "exclusion"
    """A rating was taken out of the score, or a request to do so refused."""
    DELETION = "deletion"
    ANONYMISED = "anonymised"
    SECOND_PERSON = "second_person"
    """A decision that needs two people was proposed or taken."""
    SURGE = "surge"
    FREEZE = "freeze"
    CALLER_LIMIT = "caller_limit"
    """A number was limited for calls without content, or let go."""
    MESSAGE_DISMISSED = "message_dismissed"
    DISCLOSED = "disclosed"
    """The appellant was shown who looked at the ticket's data."""
    AUDIT_READ = "audit_read"
    """Somebody exported or proved the audit log itself."""

    @property
    def label(self) -> str:
        """In words."""
        return _LABELS[self]


_LABELS: dict[Kind, str] = {
    Kind.LOGIN: "登录",
    Kind.CALLER_LIMIT: "限制来电",
    Kind.LOGIN_FAILED: "登录失败",
    Kind.LOGIN_LOCKED: "登录被锁定",
    Kind.LOGOUT: "退出登录",
    Kind.PASSWORD: "密码与动态码",
    Kind.SESSION: "结束会话",
    Kind.UNMASK: "查看完整信息",
    Kind.PLAYBACK: "播放录音",
    Kind.SEARCH_PHONE: "按电话查找",
    Kind.SEARCH_IDENTITY: "按证件号查找",
    Kind.FILE: "打开附件",
    Kind.EXPORT: "导出",
    Kind.PRINT: "打印",
    Kind.LONG_LIST: "长列表",
    Kind.IMPORT: "导入",
    Kind.ACCOUNT: "账号变更",
    Kind.GRANT: "权限变更",
    Kind.KEY: "密钥",
    Kind.CONFIGURATION: "配置变更",
    Kind.EXCLUSION: "剔除",
    Kind.DELETION: "删除",
    Kind.ANONYMISED: "匿名化",
    Kind.SECOND_PERSON: "双人决定",
    Kind.SURGE: "应急模式",
    Kind.FREEZE: "月度封账",
    Kind.MESSAGE_DISMISSED: "短信不予登记",
    Kind.DISCLOSED: "告知查看记录",
    Kind.AUDIT_READ: "审计日志导出与核对",
}


def label_of(kind: str) -> str:
    """The kind in words; an unknown one, from an older edition, as it is."""
    return Kind(kind).label if kind in Kind.__members__.values() else kind
