"""Three administrators, three people: nobody holds two of their roles, nor any other role beside one (handbook §2).

Who keeps accounts can't give rights, who gives rights can't hide it, and none of them sees an appellant.
"""

from __future__ import annotations

from collections.abc import Iterable

from hotline.domain.permissions import ROLE_LABELS, Role

THREE = (Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDITOR)
NEVER = (Role.CITIZEN, Role.SYSTEM)
"""Roles that no account holds."""


def fault_of(roles: Iterable[Role]) -> str:
    """Why one person may not hold these roles together, in a sentence; empty when it is fine."""
    held = set(roles)
    if wrong := [ROLE_LABELS[role] for role in NEVER if role in held]:
        return f"“{wrong[0]}”不是可以授予的角色，请去掉"
    administrators = [role for role in THREE if role in held]
    if len(administrators) > 1:
        names = "和".join(ROLE_LABELS[role] for role in administrators)
        return f"{names}必须由不同的人担任，请分别建立账号"
    if administrators and len(held) > 1:
        return f"{ROLE_LABELS[administrators[0]]}不能兼任其他岗位，请为业务岗位另建账号"
    return ""
