"""The system account that PostgreSQL runs under when we are root, and the paths that account must be able to walk.

PostgreSQL refuses to run as root. An ordinary user needs none of this: the database then runs as that user.
"""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hotline.domain.errors import Refused

NAME = "hotline_postgres"


class CannotStart(Refused):
    """The house can't be started as things are; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """A system account by its numbers, ready for ``subprocess``."""

    uid: int
    gid: int


def for_postgres() -> Account | None:
    """The account PostgreSQL must run under: None for an ordinary user, our own system account for root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
        try:
            made = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise CannotStart(
                f"PostgreSQL 不能以 root 运行，本机又没有 useradd:请先建立系统账户 {NAME}，再启动"
            ) from None
        # 9: another start made it in the same moment.
        if made.returncode not in (0, 9):
            raise CannotStart(f"建立系统账户 {NAME} 失败，请手工建立后再启动：{made.stderr.strip()}") from None
        entry = pwd.getpwnam(NAME)
    return Account(entry.pw_uid, entry.pw_gid)


def let_through(path: Path) -> None:
    """Every folder above ``path`` lets other accounts pass (not list): adds ``o+x`` where it is missing."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def let_read(tree: Path) -> None:
    """Other accounts can read and execute what lies in ``tree`` (an installation under a strict umask)."""
    for path in (tree, *tree.rglob("*")):
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        wanted = mode | stat.S_IROTH
        if path.is_dir() or mode & stat.S_IXUSR:
            wanted |= stat.S_IXOTH
        if wanted != mode:
            path.chmod(stat.S_IMODE(wanted))
