"""What the house can refuse, as one tree.

A refusal carries one clear Chinese sentence for the person who asked; only ``web/refusals.py`` knows which HTTP status
each becomes.
"""


class Refused(Exception):  # noqa: N818 - refusals are outcomes that the desk names, not failures of the program
    """The house declines what was asked; nothing was written."""

    def __init__(self, message: str, *, rule: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.rule = rule
        """The handbook paragraph that says so, e.g. ``§5 Return``; empty when none does."""


class NotFound(Refused):
    """No such thing, or none that this person may know of."""


class NotNow(Refused):
    """Legal elsewhere or later, but not in the present state."""


class NotYours(Refused):
    """This person lacks the permission or the scope."""


class Stale(Refused):
    """Somebody changed it since it was read; the newer version must be seen first."""


class Invalid(Refused):
    """The input can't be taken as it is; ``fields`` maps each field to one sentence that says what to do."""

    def __init__(self, fields: dict[str, str], message: str = "请检查填写的内容", *, rule: str = "") -> None:
        super().__init__(message, rule=rule)
        self.fields = fields


class Conflict(Refused):
    """The same key was used before with another content."""
