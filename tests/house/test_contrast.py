"""The colour roles reach WCAG AA against every surface they may stand on, in each theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "web" / "static" / "css" / "tokens.css").read_text()

PAIRS = [
    *[
        (word, ground)
        for word in ("text", "text-muted", "text-faint", "accent")
        for ground in ("surface", "surface-sunk")
    ],
    *[("text", ground) for ground in ("surface-hover", "surface-selected", "surface-raised", "accent-soft")],
    *[("text-muted", ground) for ground in ("surface-hover", "surface-selected", "signal-none-soft")],
    *[(f"signal-{name}", f"signal-{name}-soft") for name in ("green", "amber", "red")],
    *[
        (f"signal-{name}", ground)
        for name in ("green", "amber", "red", "none")
        for ground in ("surface", "surface-sunk")
    ],
    *[(f"signal-{name}", "surface-selected") for name in ("green", "amber", "red", "none")],
    ("accent", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
]


def roles(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r" \{(.*?)\n\}", TOKENS, re.DOTALL)
    assert block, selector
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block.group(1)))


LIGHT = roles(":root")
THEMES = {name: LIGHT | roles(f':root[data-theme="{name}"]') for name in ("dark", "board", "elder")} | {"light": LIGHT}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("word", "ground"), PAIRS)
def test_words_can_be_read_on_their_ground(theme: str, word: str, ground: str) -> None:
    reached = contrast(THEMES[theme][word], THEMES[theme][ground])
    assert reached >= 4.5, f"{theme}: --{word} on --{ground} reaches {reached:.2f}, AA asks 4.5"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("edge", ["line-strong", "focus"])
def test_the_edges_of_what_can_be_acted_on_are_seen(theme: str, edge: str) -> None:
    assert contrast(THEMES[theme][edge], THEMES[theme]["surface"]) >= 3
