"""The command line: one module per verb, and the table that finds it.

A verb's module has ``arguments(parser)`` and ``run(args) -> int``, and is imported only when it is asked for. To add a
verb, write the module and a line in ``VERBS``.
"""

import argparse
import importlib
import keyword
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from hotline.domain.errors import Invalid, Refused

DONE, FAILED, WRONG_USE = 0, 1, 2

VERBS = {
    "up": "启动整个系统（内置 PostgreSQL 与 Redis）,Ctrl-C 停止",
    "doctor": "检查运行条件，逐条说明如何处理",
    "migrate": "升级数据库结构并载入配置",
    "user": "添加或重置账号",
    "import": "从 CSV 或 Excel 导入诉求、单位、人员、知识或放假安排",
    "export": "导出工单、数字或工单记录",
    "figures": "生成或核对一个数字的证明文件",
    "report": "生成月度通报或一个单位的办理情况（.xlsx、.docx、.pdf）",
    "recount": "按工单重新统计看板数字并核对",
    "verify-journal": "核对工单记录和审计日志没有被改动",
    "retention": "处理到期数据：短信、来电、工单匿名化、审计日志",
    "simulate": "从外部模拟一座城市的诉求与各岗位",
    "backup": "把全部数据备份到一个新目录",
    "restore": "用备份恢复全部数据",
    "relay": "传递已提交的变化（由 up 启动）",
    "worker": "执行后台任务（由 up 启动）",
    "timetable": "按时唤醒后台任务（由 up 启动）",
}
"""Verb → what it does, in the order people meet them. The verb ``a-b`` lives in ``hotline/cli/a_b.py``.

``import``, a word of Python's own, lives in ``import_.py``.
"""


def module_of(verb: str) -> str:
    """The module that holds the verb."""
    name = verb.replace("-", "_")
    return f"hotline.cli.{name}_" if keyword.iskeyword(name) else f"hotline.cli.{name}"


_ARGPARSE = {
    "unrecognized arguments: ": "无法识别 ",
    "the following arguments are required: ": "缺少 ",
    "expected one argument": "后面应有一个值",
    "expected at least one argument": "后面应至少有一个值",
    "invalid choice: ": "没有这个选择 ",
    "not allowed with argument ": "不能同时使用 ",
    "argument ": "",
}
"""What argparse says, as people here say it."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        for said, meant in _ARGPARSE.items():
            message = message.replace(said, meant)
        print(f"用法有误：{message}。查看用法：{self.prog} --help", file=sys.stderr)
        self.exit(WRONG_USE)


def run(argv: Sequence[str]) -> int:
    """Does what the command line says; the exit code. What goes wrong is one sentence on stderr."""
    if not argv or argv[0] in ("-h", "--help"):
        print(_overview(), file=sys.stdout if argv else sys.stderr)
        return DONE if argv else WRONG_USE
    verb, *rest = argv
    if verb not in VERBS:
        print(f"没有 {verb} 这个命令。\n\n{_overview()}", file=sys.stderr)
        return WRONG_USE
    module = importlib.import_module(module_of(verb))
    parser = _Parser(prog=f"hotline {verb}", description=VERBS[verb])
    parser.add_argument("--debug", action="store_true", help="出错时显示完整的调用过程")
    module.arguments(parser)
    try:
        args = parser.parse_args(rest)
    except SystemExit as end:
        return int(end.code or 0)
    try:
        return int(module.run(args))
    except KeyboardInterrupt:
        return FAILED
    except BrokenPipeError:
        # The reader of our output has gone (`hotline … | head`); nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # noqa: BLE001 - the edge: people get a sentence, --debug gets the rest
        if args.debug:
            traceback.print_exc()
        print(_sentence(error), file=sys.stderr)
        return FAILED


def whole(text: str) -> int:
    """A whole number, as the type of an option."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError("应为整数") from None


def _sentence(error: Exception) -> str:
    if isinstance(error, Invalid):
        return "\n".join([error.message, *(f"  · {field}:{text}" for field, text in error.fields.items())])
    if isinstance(error, Refused):
        return error.message
    # Only the kind: the text of an unexpected error may quote a caller's words.
    return f"出现意外错误（{type(error).__name__}）:加上 --debug 再运行一次可看到详情"


def _overview() -> str:
    width = max(map(len, VERBS))
    lines = [f"  {verb:<{width}}  {what}" for verb, what in VERBS.items()]
    return "\n".join(["用法:hotline <命令> [选项]", "", *lines, "", "hotline <命令> --help 查看该命令的选项"])
