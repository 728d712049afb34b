"""The first administrators: one keeps accounts, another gives roles (handbook §2: never the same person).

A house that lacks one of them asks for it, or says how to add it: without the second nobody could be given a role.
"""

import getpass
import os
import signal
import sys

from hotline.domain.errors import Invalid
from hotline.domain.permissions import ROLE_LABELS, Role
from hotline.office import Office
from hotline.settings import Settings
from hotline.stack.redis_server import RedisServer
from hotline.usecases import people

ROLES = (Role.SYS_ADMIN, Role.SEC_ADMIN)
TASKS = {Role.SYS_ADMIN: "建立账号", Role.SEC_ADMIN: "授予岗位，须是另一个人"}


def administrators(settings: Settings, url: str) -> None:
    """See to it that accounts can be made and given roles."""
    office = Office(settings, url, settings.storage.redis_url or RedisServer.at(settings.data).url())
    try:
        with office.begin() as work:
            missing = people.missing(work, *ROLES)
        while missing and sys.stdin.isatty() and sys.stdout.isatty() and _ask(office, missing[0]):
            missing = missing[1:]
    finally:
        office.close()
    for role in missing:
        print(
            f"还没有{ROLE_LABELS[role]}（{TASKS[role]}）：请在另一个终端执行 "
            f"hotline user add 用户名 --roles {role} --data {settings.data}",
            flush=True,
        )


def _ask(office: Office, role: Role) -> bool:
    """Ask on the terminal until an account is made; False when the person leaves the name empty."""
    # The watcher only notes Ctrl-C for later; here it must end the question.
    noted = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        print(f"还没有{ROLE_LABELS[role]}（{TASKS[role]}），请添加一位（用户名留空则跳过）。")
        while username := input("用户名:").strip():
            password = getpass.getpass(f"密码（至少 {people.PASSWORD_MIN} 位）:")
            if password != getpass.getpass("再输入一次密码:"):
                print("两次输入的密码不同，请重新输入。")
                continue
            try:
                with office.begin() as work:
                    centre = work.rules.city.centre
                    people.add(work, username=username, name=username, password=password, roles=[role], unit=centre)
            except Invalid as refused:
                print("\n".join(refused.fields.values()))
                continue
            print(f"已添加{ROLE_LABELS[role]} {username}。")
            return True
    except EOFError:
        print()
    except KeyboardInterrupt:
        print()
        signal.signal(signal.SIGINT, noted)
        os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, noted)
    return False
