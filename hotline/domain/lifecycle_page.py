"""``docs/lifecycle.md`` and ``docs/permissions.md`` as text, drawn from the tables; run the module to write them out.

``python -m hotline.domain.lifecycle_page lifecycle > docs/lifecycle.md``, and the same with ``permissions``.
"""

from __future__ import annotations

import sys

from hotline.domain.events import TOLD
from hotline.domain.lifecycle import ENDED, RULES, Action, Rule, State
from hotline.domain.masking import masking_page
from hotline.domain.permissions import GRANTS, ROLE_LABELS, Permission, Role, Scope

_LIFECYCLE = """# The life of a ticket

Drawn from `hotline/domain/lifecycle.py`; a test keeps it equal. To draw it anew:
`python -m hotline.domain.lifecycle_page lifecycle > docs/lifecycle.md`.

Guards that need more than the state (limits, reasons, whose ticket it is) live in the use case of the action. What is
not in this table is refused, and nothing is written.

## States

| Code | Label | |
|---|---|---|
"""
_STEPS = """
## Steps

“stays” leaves the state as it is. Where several targets stand, the use case chooses. “told” means that the appellant
or the unit may hear of it.

| Action | Label | From | To | Who | |
|---|---|---|---|---|---|
"""
_DIAGRAM = """
## Diagram

Only steps that move a ticket; its ends are drawn with a double line.

```mermaid
stateDiagram-v2
"""
_PERMISSIONS = """# Who may do what

Drawn from `hotline/domain/permissions.py`; a test keeps it equal. To draw it anew:
`python -m hotline.domain.lifecycle_page permissions > docs/permissions.md`.

Two questions are asked: *may this role do it* (this table), and *on this ticket* (the scope: `unit` is the own unit and
those below it, `region` the whole county, `all` every ticket). Roles of one person add up; the widest scope counts.
Appellants act by their own ticket's number and code; the house acts by itself.

## Roles

| Role | Label | Scope | Permissions |
|---|---|---|---|
"""
_MEANINGS = """
## Permissions

| Permission | Roles | Steps |
|---|---|---|
"""
_MASKING = """
## Who sees how much of a person

Drawn from `hotline/domain/masking.py` (handbook §12). `masked` keeps the first character of a name and 3+4 digits of a
number, `street` ends at the street, `redacted` is free text without phones, identity and card numbers, plates, e-mails,
rooms and stated names, `request` is not on the page but may be asked for, each time recorded. ² can be unmasked with a
reason, on one ticket, for `privacy.unmask_min` minutes; it is recorded and shown to the auditor.

Which viewer somebody is: the appellant by number and code; staff of the unit complained about (and of units below it)
before anything else; then the centre's desks, the units, oversight, leaders; everybody else sees nothing.

"""


def lifecycle_page() -> str:
    """The page on the life of a ticket, with a line feed at its end."""
    states = [f"| `{state}` | {state.label} | {'end' if state in ENDED else ''} |\n" for state in State]
    steps = [_step(rule) for rule in RULES]
    return "".join([_LIFECYCLE, *states, _STEPS, *steps, _DIAGRAM, *_arrows(), "```\n"])


def permissions_page() -> str:
    """The page on roles and permissions, with a line feed at its end."""
    roles = [_role(role, *GRANTS[role]) for role in Role]
    return "".join([_PERMISSIONS, *roles, _MEANINGS, *map(_permission, Permission), _MASKING, masking_page()])


def _in_order(states: frozenset[State]) -> list[State]:
    return [state for state in State if state in states]


def _step(rule: Rule) -> str:
    sources = "、".join(state.label for state in _in_order(rule.sources))
    targets = "、".join(state.label for state in _in_order(rule.targets)) or "stays"
    who = [f"`{permission}`" for permission in Permission if permission in rule.needs]
    who += ["appellant"] * rule.citizen + ["the house"] * rule.house
    told = "told" if rule.action in TOLD else ""
    return f"| `{rule.action}` | {rule.action.label} | {sources} | {targets} | {', '.join(who)} | {told} |\n"


def _arrows() -> list[str]:
    lines = [f"    {state}: {state.label}\n" for state in State]
    lines += [f"    [*] --> {state}: {Action.CREATE.label}\n" for state in (State.DRAFT, State.SUBMITTED)]
    for rule in RULES:
        for source in _in_order(rule.sources):
            lines += [f"    {source} --> {target}: {rule.action.label}\n" for target in _in_order(rule.targets)]
    return [*lines, *(f"    {state} --> [*]\n" for state in _in_order(ENDED))]


def _role(role: Role, scope: Scope, permissions: frozenset[Permission]) -> str:
    granted = ", ".join(f"`{permission}`" for permission in Permission if permission in permissions) or "—"
    return f"| `{role}` | {ROLE_LABELS[role]} | {scope} | {granted} |\n"


def _permission(permission: Permission) -> str:
    roles = "、".join(ROLE_LABELS[role] for role in Role if permission in GRANTS[role][1])
    steps = dict.fromkeys(rule.action.label for rule in RULES if permission in rule.needs)
    return f"| `{permission}` | {roles} | {'、'.join(steps) or '—'} |\n"


PAGES = {"lifecycle": lifecycle_page, "permissions": permissions_page}

if __name__ == "__main__":
    sys.stdout.write(PAGES[sys.argv[1]]())
