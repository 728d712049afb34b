"""The first administrator: a house in which nobody has an account asks for one, or says how to add one."""

import getpass
import os
import signal
import sys

from hotline.domain.errors import Invalid
from hotline.domain.permissions import Role
from hotline.office import Office
from hotline.settings import Settings
from hotline.stack.redis_server import RedisServer
from hotline.usecases import people

ROLES = (Role.SYS_ADMIN,)


def administrator(settings: Settings, url: str) -> None:
    """See to it that somebody can sign in."""
    office = Office(settings, url, settings.storage.redis_url or RedisServer.at(settings.data).url())
    try:
        with office.begin() as work:
            if people.anybody(work):
                return
        if sys.stdin.isatty() and sys.stdout.isatty() and _ask(office):
            return
    finally:
        office.close()
    roles = "|".join(ROLES)
    print(
        "还没有任何账号：请在另一个终端添加管理员，"
        f"执行 hotline user add 用户名 --roles '{roles}' --data {settings.data}",
        flush=True,
    )


def _ask(office: Office) -> bool:
    """Ask on the terminal until an account is made; False when the person leaves the name empty."""
    # The watcher only notes Ctrl-C for later; here it must end the question.
    noted = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        print("还没有任何账号，请添加一位管理员（用户名留空则跳过）。")
        while username := input("用户名:").strip():
            password = getpass.getpass(f"密码（至少 {people.PASSWORD_MIN} 位）:")
            if password != getpass.getpass("再输入一次密码:"):
                print("两次输入的密码不同，请重新输入。")
                continue
            try:
                with office.begin() as work:
                    centre = work.rules.city.centre
                    people.add(
                        work, username=username, name=username, password=password, roles=list(ROLES), unit=centre
                    )
            except Invalid as refused:
                print("\n".join(refused.fields.values()))
                continue
            print(f"已添加管理员 {username}。")
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
