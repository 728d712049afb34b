"""Who may do what: one enumeration, one table of grants, two questions.

*May this role do it?* is :meth:`Actor.may`; *on this ticket?* is the scope, asked by ``usecases/access``. Source:
handbook §2. A person may hold several roles; permissions add up and the widest scope counts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum


class Permission(StrEnum):
    """One thing a person may do; every route and every legal step names exactly one."""

    TICKET_REGISTER = "ticket.register"
    """Take a call: register an appeal, save a draft, submit it for dispatch, add a supplement."""
    TICKET_ANSWER = "ticket.answer"
    """Answer an appeal on the spot, without dispatch."""
    TICKET_ACCEPT = "ticket.accept"
    """Accept or refuse an appeal that came by web or SMS; hand it over; ask for more."""
    TICKET_DISPATCH = "ticket.dispatch"
    """Send a ticket to its lead unit, take it back, send it elsewhere."""
    RETURN_DECIDE = "return.decide"
    """Grant or refuse a unit's request to return a ticket."""
    TICKET_SIGN = "ticket.sign"
    """Sign in for a ticket on behalf of the unit; ask to return it; ask the appellant for more."""
    TICKET_HANDLE = "ticket.handle"
    """Record contact and progress."""
    TICKET_REPLY = "ticket.reply"
    """Submit the unit's result."""
    TICKET_REVIEW = "ticket.review"
    """Pass a reply or send it back; order rework."""
    TICKET_CALLBACK = "ticket.callback"
    """Ask the appellant and record the rating."""
    TICKET_SUPERVISE = "ticket.supervise"
    """Urge and supervise, decide extensions, suspensions and co-ordination."""
    SUPERVISION = "supervision"
    """Open, judge and end supervision (督办)."""
    SURGE = "surge"
    """Switch surge mode (应急模式) on and off."""
    INSTRUCT = "instruct"
    """A leader's instruction on a ticket (批示)."""
    EXCLUSION_DECIDE = "exclusion.decide"
    """Decide whether a rating is taken out of the score (剔除)."""
    QUALITY_SCORE = "quality.score"
    """Score how callers were served (质检评分)."""
    GRADE_LOWER = "grade.lower"
    """Lower a ticket's urgency; anybody who handles it may raise it (handbook §5)."""
    CALLER_LIMIT = "caller.limit"
    """Limit a number that holds the lines without content (handbook §7)."""
    TICKET_VIEW = "ticket.view"
    """Read tickets within one's scope, as far as privacy allows."""
    BOARD_VIEW = "board.view"
    """See the live board of one's scope."""
    FIGURE_OPEN = "figure.open"
    """List the tickets behind a figure."""
    CLASSIFY = "classify"
    """Ask the classifier about a text."""
    KNOWLEDGE_READ = "knowledge.read"
    """Look things up in the knowledge base, ask for what is missing, report what is wrong."""
    KNOWLEDGE_SUPPLY = "knowledge.supply"
    """Hand in items and new versions for the own unit, and answer its questions."""
    KNOWLEDGE_EDIT = "knowledge.edit"
    """Publish, decline, pin and take down items."""
    CONFIGURE = "configure"
    """Change limits, rules, weights, calendar."""
    ACCOUNTS = "accounts"
    """Create and lock accounts; technical settings."""
    GRANTS_AND_KEYS = "grants"
    """Give roles, rotate keys."""
    AUDIT_READ = "audit.read"
    """Read the audit log."""


class Scope(StrEnum):
    """On which tickets: the widest of a person's roles counts."""

    NONE = "none"
    UNIT = "unit"
    """Tickets with an assignment of the own unit or of a unit below it."""
    REGION = "region"
    """As UNIT, for the whole county of the own unit."""
    ALL = "all"


class Role(StrEnum):
    """The roles of handbook §2, with their UI labels in :data:`ROLE_LABELS`."""

    CITIZEN = "CITIZEN"
    AGENT = "AGENT"
    LEAD = "LEAD"
    DISPATCHER = "DISPATCHER"
    REVIEWER = "REVIEWER"
    CALLBACK = "CALLBACK"
    QA = "QA"
    KB_EDITOR = "KB_EDITOR"
    SUPERVISOR = "SUPERVISOR"
    CENTER_ADMIN = "CENTER_ADMIN"
    COUNTY_DISPATCH = "COUNTY_DISPATCH"
    UNIT_COORD = "UNIT_COORD"
    UNIT_HANDLER = "UNIT_HANDLER"
    UNIT_APPROVER = "UNIT_APPROVER"
    LEADER = "LEADER"
    INSPECTOR = "INSPECTOR"
    ANALYST = "ANALYST"
    SYS_ADMIN = "SYS_ADMIN"
    SEC_ADMIN = "SEC_ADMIN"
    AUDITOR = "AUDITOR"
    SYSTEM = "SYSTEM"
    """The house itself: rule engine, sweeps, automatic closing. No person holds it."""


ROLE_LABELS: dict[Role, str] = {
    Role.CITIZEN: "诉求人",
    Role.AGENT: "话务员",
    Role.LEAD: "班长",
    Role.DISPATCHER: "派单员",
    Role.REVIEWER: "审核员",
    Role.CALLBACK: "回访员",
    Role.QA: "质检员",
    Role.KB_EDITOR: "知识采编员",
    Role.SUPERVISOR: "督办员",
    Role.CENTER_ADMIN: "中心管理员",
    Role.COUNTY_DISPATCH: "县级转办员",
    Role.UNIT_COORD: "单位联络员",
    Role.UNIT_HANDLER: "承办人",
    Role.UNIT_APPROVER: "单位审核人",
    Role.LEADER: "领导",
    Role.INSPECTOR: "效能监察",
    Role.ANALYST: "统计分析员",
    Role.SYS_ADMIN: "系统管理员",
    Role.SEC_ADMIN: "安全管理员",
    Role.AUDITOR: "审计管理员",
    Role.SYSTEM: "系统",
}

P = Permission
_AGENT = {P.TICKET_REGISTER, P.TICKET_ANSWER, P.TICKET_VIEW, P.KNOWLEDGE_READ, P.CLASSIFY}

GRANTS: dict[Role, tuple[Scope, frozenset[Permission]]] = {
    Role.CITIZEN: (Scope.NONE, frozenset()),
    Role.AGENT: (Scope.ALL, frozenset(_AGENT)),
    Role.LEAD: (Scope.ALL, frozenset(_AGENT | {P.GRADE_LOWER, P.CALLER_LIMIT, P.SURGE, P.BOARD_VIEW, P.FIGURE_OPEN})),
    Role.DISPATCHER: (
        Scope.ALL,
        frozenset(
            {
                P.TICKET_ACCEPT,
                P.TICKET_DISPATCH,
                P.RETURN_DECIDE,
                P.TICKET_VIEW,
                P.KNOWLEDGE_READ,
                P.CLASSIFY,
                P.BOARD_VIEW,
            }
            | {P.FIGURE_OPEN}
        ),
    ),
    Role.REVIEWER: (
        Scope.ALL,
        frozenset({P.TICKET_REVIEW, P.TICKET_VIEW, P.KNOWLEDGE_READ, P.BOARD_VIEW, P.FIGURE_OPEN}),
    ),
    Role.CALLBACK: (Scope.ALL, frozenset({P.TICKET_CALLBACK, P.TICKET_VIEW, P.KNOWLEDGE_READ})),
    Role.QA: (
        Scope.ALL,
        frozenset({P.EXCLUSION_DECIDE, P.QUALITY_SCORE, P.TICKET_VIEW, P.KNOWLEDGE_READ, P.BOARD_VIEW, P.FIGURE_OPEN}),
    ),
    Role.KB_EDITOR: (Scope.NONE, frozenset({P.KNOWLEDGE_READ, P.KNOWLEDGE_EDIT, P.CLASSIFY})),
    Role.SUPERVISOR: (
        Scope.ALL,
        frozenset(
            {
                P.TICKET_SUPERVISE,
                P.SUPERVISION,
                P.TICKET_REVIEW,
                P.TICKET_VIEW,
                P.KNOWLEDGE_READ,
                P.BOARD_VIEW,
                P.FIGURE_OPEN,
            }
        ),
    ),
    Role.CENTER_ADMIN: (
        Scope.ALL,
        frozenset({P.CONFIGURE, P.SURGE, P.TICKET_VIEW, P.KNOWLEDGE_READ, P.BOARD_VIEW, P.FIGURE_OPEN, P.CLASSIFY}),
    ),
    Role.COUNTY_DISPATCH: (
        Scope.REGION,
        frozenset(
            {
                P.TICKET_SIGN,
                P.TICKET_HANDLE,
                P.TICKET_REPLY,
                P.TICKET_VIEW,
                P.KNOWLEDGE_READ,
                P.KNOWLEDGE_SUPPLY,
                P.BOARD_VIEW,
                P.FIGURE_OPEN,
            }
        ),
    ),
    Role.UNIT_COORD: (
        Scope.UNIT,
        frozenset(
            {
                P.TICKET_SIGN,
                P.TICKET_HANDLE,
                P.TICKET_VIEW,
                P.KNOWLEDGE_READ,
                P.KNOWLEDGE_SUPPLY,
                P.BOARD_VIEW,
                P.FIGURE_OPEN,
            }
        ),
    ),
    Role.UNIT_HANDLER: (Scope.UNIT, frozenset({P.TICKET_HANDLE, P.TICKET_VIEW, P.KNOWLEDGE_READ})),
    Role.UNIT_APPROVER: (
        Scope.UNIT,
        frozenset({P.TICKET_REPLY, P.TICKET_VIEW, P.KNOWLEDGE_READ, P.BOARD_VIEW, P.FIGURE_OPEN}),
    ),
    Role.LEADER: (Scope.REGION, frozenset({P.INSTRUCT, P.BOARD_VIEW, P.FIGURE_OPEN, P.TICKET_VIEW, P.KNOWLEDGE_READ})),
    Role.INSPECTOR: (
        Scope.ALL,
        frozenset({P.SUPERVISION, P.TICKET_VIEW, P.KNOWLEDGE_READ, P.BOARD_VIEW, P.FIGURE_OPEN}),
    ),
    Role.ANALYST: (Scope.NONE, frozenset({P.BOARD_VIEW})),
    Role.SYS_ADMIN: (Scope.NONE, frozenset({P.ACCOUNTS})),
    Role.SEC_ADMIN: (Scope.NONE, frozenset({P.GRANTS_AND_KEYS})),
    Role.AUDITOR: (Scope.NONE, frozenset({P.AUDIT_READ})),
    Role.SYSTEM: (
        Scope.ALL,
        frozenset(
            {P.TICKET_ACCEPT, P.TICKET_DISPATCH, P.TICKET_CALLBACK, P.TICKET_REVIEW, P.TICKET_SUPERVISE}
            | {P.SUPERVISION, P.TICKET_VIEW, P.KNOWLEDGE_READ, P.KNOWLEDGE_EDIT}
        ),
    ),
}
"""Role → scope and permissions. ``docs/permissions.md`` is drawn from it."""

_WIDTH = [Scope.NONE, Scope.UNIT, Scope.REGION, Scope.ALL]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person signed in, a citizen with a ticket's code, or the house itself."""

    id: int | None
    name: str
    roles: frozenset[Role]
    unit: str = ""
    """Code of the person's unit; empty for citizens and the house."""
    source: str = ""
    """Network address the request came from; kept in the journal."""
    held: str = ""
    """What the person must do before anything else: ``password`` or ``factor``; the roles are withheld until then."""
    permissions: frozenset[Permission] = field(init=False)
    scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        grants = [GRANTS[role] for role in self.roles]
        object.__setattr__(self, "permissions", frozenset().union(*(p for _, p in grants)))
        object.__setattr__(self, "scope", max((s for s, _ in grants), key=_WIDTH.index, default=Scope.NONE))

    def may(self, permission: Permission) -> bool:
        """Whether one of the person's roles grants ``permission`` (scope is another question)."""
        return permission in self.permissions

    @property
    def role_label(self) -> str:
        """The roles in words, for the journal and the page header."""
        return role_words(self.roles)


def role_words(roles: Collection[str]) -> str:
    """Roles in words, in the order of the handbook."""
    return "、".join(ROLE_LABELS[role] for role in Role if role in roles)


HOUSE = Actor(id=None, name="系统", roles=frozenset({Role.SYSTEM}))
"""The rule engine and the sweeps."""


def citizen(source: str = "") -> Actor:
    """The appellant, known by the ticket's query code or by the phone that the message came from."""
    return Actor(id=None, name="诉求人", roles=frozenset({Role.CITIZEN}), source=source)
