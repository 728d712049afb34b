"""``docs/rates.md`` as text, drawn from the declarations; ``python -m hotline.domain.rates_page`` writes it out."""

from __future__ import annotations

import sys

from hotline.domain.board import FIGURES
from hotline.domain.rates import RATES

_HEAD = """# Rates and figures

Drawn from `hotline/domain/rates.py` and `hotline/domain/board.py`; a test keeps it equal. To draw it anew:
`python -m hotline.domain.rates_page > docs/rates.md`.

## Rates

A rate is a pair of hits and total; pairs are added, divided when shown (2 decimals, half up), and “—” without a total.
The window is the date that places a ticket in a period.

| Key | Label | Formula | Window | Judges | Source |
|---|---|---|---|---|---|
"""
_FIGURES = """
## Figures

A key that ends in `.*` is a family: one figure per code. `此刻` counts the state of things now, `当日` what happened on
a day.

| Key | Label | Counts | Kind |
|---|---|---|---|
"""


def rates_page() -> str:
    """The whole page, with a line feed at its end."""
    rates = [
        f"| `{rate.key}` | {rate.label} | {rate.formula} | {rate.window} | {rate.audience} | {rate.source} |\n"
        for rate in RATES.values()
    ]
    figures = [
        f"| `{figure.key}{'.*' if figure.family else ''}` | {figure.label} | {figure.explanation} | {figure.kind} |\n"
        for figure in FIGURES.values()
    ]
    return "".join([_HEAD, *rates, _FIGURES, *figures])


if __name__ == "__main__":
    sys.stdout.write(rates_page())
