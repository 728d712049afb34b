"""``hotline user add``: an account from the command line, for the first administrator and for emergencies."""

import argparse
import getpass
import sys

from hotline.cli.office import data_argument, office
from hotline.domain.errors import Invalid
from hotline.domain.permissions import ROLE_LABELS, Role
from hotline.usecases import people


def arguments(parser: argparse.ArgumentParser) -> None:
    """What an account needs; the password is asked for, or read from standard input."""
    parser.add_argument("what", choices=["add"], help="add:添加账号")
    parser.add_argument("username", help="用户名")
    parser.add_argument("--name", default="", help="姓名")
    parser.add_argument(
        "--roles", required=True, help=f"角色，用 | 或逗号分隔：{'、'.join(r for r in Role if r != 'SYSTEM')}"
    )
    parser.add_argument("--unit", default="", help="单位编码，中心人员可省略")
    data_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Adds the account."""
    names = [name for name in args.roles.replace(",", "|").split("|") if name]
    unknown = [name for name in names if name not in Role.__members__ or name == Role.SYSTEM]
    if unknown:
        raise Invalid({"roles": f"没有这个角色：{'、'.join(unknown)}"})
    password = getpass.getpass("密码:") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    with office(args.data) as opened, opened.begin() as work:
        people.add(
            work,
            username=args.username,
            name=args.name or args.username,
            password=password,
            roles=[Role(name) for name in names],
            unit=args.unit or work.rules.city.centre,
        )
    print(f"已添加账号 {args.username}({'、'.join(ROLE_LABELS[Role(n)] for n in names)})。", file=sys.stdout)
    return 0
