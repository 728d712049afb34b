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
