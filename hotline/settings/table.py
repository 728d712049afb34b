"""The table of settings as ``docs/settings.md`` shows it: ``python -m hotline.settings.table > docs/settings.md``."""

import ast
import dataclasses
import inspect
import sys
import tomllib
from typing import Any, get_type_hints

from hotline import settings

HEAD = """# Settings

Made by `python -m hotline.settings.table > docs/settings.md`; a test compares this page with the code.

Later wins: `config/default.toml`, in a demo `config/demo.toml`, then the environment: `HOTLINE__SECTION__KEY`
(`DATABASE_URL` and `REDIS_URL` under these usual names too). A span of time is written `30s`, `15min`, `8h` or `7d`; in
the environment a list is separated by commas. An unknown key, a missing key or a value of the wrong kind stops the
start, and all faults are told at once.

The data folder is `--data DIR` or `HOTLINE_DATA` (default `var`). It holds two secrets of mode 0600, made at the first
start: `secret.key` (keep a copy apart from the backups: without it sealed names and phones can't be read) and
`gateways.toml` (one secret per gateway).

## What is a file and what is a page

This page lists what a *deployment* sets: addresses, processes, security, which profile of limits to begin with. It is
read at the start; a change needs a restart.

What a *city* sets stands in further files of `config/` and is edition 0 of its name; the centre's administrator
changes it under 系统管理 while the house runs, from a moment on, with the effect shown before and the history kept
after (ADR 8). Once an edition has been saved, its file only fills in what the edition doesn't say.

| Name | File | Page |
|---|---|---|
| limits 时限 | `sla/PROFILE.toml` | a form; another city's profile can be filled in |
| calendar 工作日历 | `calendar/YEAR.toml` | by year; the State Council's notice as text; `hotline import calendar` |
| office_hours 办公时间 | `calendar/office.toml` | a form; seasons can be added and taken out |
| routing 派单规则 | `routing.toml` | a form per rule, tried on last month's tickets; the rest as text |
| sms 短信文本 | handbook §14, in `domain/sms.py` | a form; fields and length are kept |
| rates 统计口径 | `rates.toml` | a form per rate, tried on last month; else text; counted again from its first day |
| score 考核规则 | `score.toml` | a form; the units whose score would change |
| review 审核清单 | `review.toml` | a form; items are added and taken out |
| quality 质检评分 | `quality.toml` | a form; the points add up to 100 |
| every other name of `settings/editions.py` | a file of `config/` | a form where it is flat, else text |
| precedents 派单先例 | decided in co-ordination | a form, tried on last month's tickets |
| units, categories | `departments.csv`, `taxonomy.csv`, only at first | one by one, or a table; `hotline import` |

Every name can also be edited as TOML text, as the file would have it. A form, a text and a file are judged by the same
readers in `hotline/settings`, in the same sentences.
"""


def markdown() -> str:
    """The whole page."""
    default, demo = (
        tomllib.loads((settings.CONFIG / f"{name}.toml").read_text(encoding="utf-8")) for name in ("default", "demo")
    )
    parts = [HEAD]
    for section, shape in settings.SECTIONS.items():
        hints, meanings = get_type_hints(shape), _meanings(shape)
        parts += [
            f"\n## {section}\n",
            f"{inspect.getdoc(shape)}\n",
            "| Key | Kind | Default | Demo | Meaning |",
            "|" + "---|" * 5,
        ]
        for item in dataclasses.fields(shape):
            low, high = item.metadata.get("between", (None, None))
            kind = _kind(hints[item.name]) + (f", {low} to {high}" if low is not None else "")
            usual, shown = default[section][item.name], demo.get(section, {}).get(item.name)
            parts.append(f"| `{item.name}` | {kind} | {_cell(usual)} | {_cell(shown)} | {meanings[item.name]} |")
    return "\n".join(parts) + "\n"


def _meanings(shape: type[Any]) -> dict[str, str]:
    """The docstring under each field."""
    tree = ast.parse(inspect.getsource(shape)).body[0]
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for line, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and isinstance(after, ast.Expr):
            assert isinstance(after.value, ast.Constant)
            found[line.target.id] = " ".join(str(after.value.value).split())
    return found


def _kind(hint: Any) -> str:
    named = {str: "text", int: "whole number", float: "number", bool: "yes or no"}
    return named.get(hint) or {"Path": "path", "timedelta": "span"}.get(getattr(hint, "__name__", ""), "list of texts")


def _cell(value: Any) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{', '.join(value)}`" if isinstance(value, list) else f"`{value}`"


if __name__ == "__main__":
    sys.stdout.write(markdown())
