"""``docs/rates.md`` as text, drawn from the declarations; ``python -m hotline.settings.rates_page`` writes it out."""

from __future__ import annotations

import sys

from hotline.domain.board import FIGURES
from hotline.domain.conditions import CONDITIONS, MOMENTS, Each
from hotline.domain.rates import Count, RateBook, RateDeclaration
from hotline.settings import CONFIG
from hotline.settings.rates import read_rates
from hotline.settings.reading import SettingsFaulty

_HEAD = """# Rates and figures

Drawn from `config/rates.toml`, `hotline/domain/conditions.py` and `hotline/domain/board.py`; a test keeps it equal. To
draw it anew: `python -m hotline.settings.rates_page > docs/rates.md`.

## Rates

A rate is a pair of hits and total; pairs are added, divided when shown (2 decimals, half up), and “—” without a total.
The window is the date that places a ticket in a period. A changed formula is a further version with its first day.

| Key | Label | Formula | Window | Judges | Target % | Version | Source |
|---|---|---|---|---|---|---|---|
"""
_COUNTS = """
## How each is counted

All conditions of the denominator must be so and none of the exclusions; of these, a hit fulfils the further conditions
of the numerator, too. 非 is "not so".

| Key | Version | Object | Placed by | Denominator | Left out | Numerator | Partly | Answers |
|---|---|---|---|---|---|---|---|---|
"""
_CONDITIONS = """
## Conditions

The words that a declaration may use. A formula compares facts of the ticket and of the lead; what is missing is not
true and compares with nothing.

| Name | Words | Formula |
|---|---|---|
"""
_FIGURES = """
## Figures

A key that ends in `.*` is a family: one figure per code. `此刻` counts the state of things now, `当日` what happened on
a day.

| Key | Label | Counts | Kind |
|---|---|---|---|
"""


def rates_page(rates: RateBook) -> str:
    """The whole page, with a line feed at its end."""
    declared = [version for key in rates for version in rates.versions(key)]
    objects = "、".join(f"`{each.value}` {each.label}" for each in Each)
    conditions = [f"| `{c.name}` | {c.words} | `{c.formula.text}` |\n" for c in CONDITIONS.values()]
    figures = [
        f"| `{figure.key}{'.*' if figure.family else ''}` | {figure.label} | {figure.explanation} | {figure.kind} |\n"
        for figure in FIGURES.values()
    ]
    return "".join(
        [
            _HEAD,
            *map(_rate, declared),
            _COUNTS,
            *(_count(each, count) for each in declared for count in each.counts),
            f"\nObjects: {objects}. Moments: {', '.join(f'`{name}`' for name in MOMENTS)}.\n",
            _CONDITIONS,
            *conditions,
            _FIGURES,
            *figures,
        ]
    )


def _rate(rate: RateDeclaration) -> str:
    target = "" if rate.target is None else f"{'≥' if rate.aim.name == 'AT_LEAST' else '≤'} {rate.target}"
    return (
        f"| `{rate.key}` | {rate.label} | {rate.formula} | {rate.window} | {rate.audience} | {target} "
        f"| {rate.version}, from {rate.since} | {rate.source} |\n"
    )


def _count(rate: RateDeclaration, count: Count) -> str:
    def words(names: tuple[str, ...]) -> str:
        return "、".join(f"非“{_words(name[1:])}”" if name.startswith("!") else _words(name) for name in names)

    partly = f"{words(count.partly)} × {rate.partial_weight}" if count.partly else ""
    answers = "热线中心" if count.centre else "承办单位"
    return (
        f"| `{rate.key}` | {rate.version} | {count.each} | `{count.at}` | {words(count.total) or '全部'} "
        f"| {words(count.unless)} | {words(count.hits) or '全部'} | {partly} | {answers} |\n"
    )


def _words(name: str) -> str:
    return CONDITIONS[name].words


def main() -> int:
    """Write the page."""
    rates, faults = read_rates(CONFIG / "rates.toml")
    if rates is None:
        raise SettingsFaulty(faults)
    sys.stdout.write(rates_page(rates))
    return 0


if __name__ == "__main__":
    sys.exit(main())
