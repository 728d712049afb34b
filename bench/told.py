"""One line of the table: what was measured, the figure, and what it stands beside."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Line:
    """What, how much, and compared to what in the same run."""

    what: str
    figure: str
    ratio: str = ""


def machine() -> str:
    """What it ran on."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def show(lines: Sequence[Line]) -> None:
    """The lines as rows of a Markdown table, as `bench/README.md` keeps them."""
    for line in lines:
        print(f"| {line.what} | {line.figure} | {line.ratio} | {machine()} |", flush=True)


def percentile(values: Sequence[float], part: float) -> float:
    """The value that ``part`` of all values don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(part * (len(ordered) - 1)))]


def milliseconds(seconds: Sequence[float], *parts: float) -> str:
    """p50, p95 … in words."""
    named = [f"p{part * 100:.0f} {percentile(seconds, part) * 1000:.1f} ms" for part in parts or (0.5, 0.95, 0.99)]
    return ", ".join(named)


def middle(seconds: Sequence[float]) -> float:
    """The median."""
    return median(seconds)
