"""What the city's people say, how they reach the house, and who they are: invented, or the texts of a file."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier import seed
from hotline.domain.errors import Invalid

CHANNELS = {"phone": 0.6, "web": 0.25, "sms": 0.15}
"""Channel → share. Real lines see more calls; here every door is to be used."""
TEXT_COLUMNS = ("text", "body", "content", "诉求内容", "留言详情")
TITLE_COLUMNS = ("title", "标题", "留言主题")
LONGEST = 20_000
_SURNAMES = "林陈黄郑王张李吴刘叶杨许何江郭"
_CALLED = ("先生", "女士", "师傅", "阿姨", "依伯")


@dataclass(frozen=True, slots=True)
class Voice:
    """One appeal of one person."""

    key: str
    """Names this appeal in every attempt to deliver it."""
    channel: str
    title: str
    content: str
    name: str
    phone: str


def voices(texts: Iterator[tuple[str, str]], rng: random.Random) -> Iterator[Voice]:
    """An endless crowd (as long as the texts last): each text by some channel from some person."""
    run = f"{rng.getrandbits(48):012x}"
    for number, (title, content) in enumerate(texts):
        yield Voice(
            key=f"sim-{run}-{number}",
            channel=rng.choices(list(CHANNELS), list(CHANNELS.values()))[0],
            title=title[:50],
            content=content[:LONGEST],
            name=rng.choice(_SURNAMES) + rng.choice(_CALLED),
            # 190 0000 xxxx … are not given out; nobody's telephone rings.
            phone=f"1900{rng.randrange(10_000_000):07d}",
        )


def invented(rng: random.Random) -> Iterator[tuple[str, str]]:
    """Texts of the written corpus, in no order, without end."""
    texts = [text for _, text in seed.corpus()]
    while True:
        rng.shuffle(texts)
        yield from (("", text) for text in texts)


def from_file(path: Path, text: str | None, title: str | None, rng: random.Random) -> Iterator[tuple[str, str]]:
    """The texts of a CSV file, gzipped or not, in an order of the seed's choice, once each.

    Raises:
        Invalid: the file can't be read or has no such column.
    """
    rows = _rows(path)
    columns = list(rows[0]) if rows else []
    text_column = text or next((name for name in TEXT_COLUMNS if name in columns), "")
    title_column = title or next((name for name in TITLE_COLUMNS if name in columns), "")
    missing = [name for name in (text_column or "text", title_column) if name and name not in columns]
    if missing:
        raise Invalid({}, f"文件 {path.name} 里没有列 {'、'.join(missing)}，请用 --text 和 --title 指明列名")
    rng.shuffle(rows)
    for row in rows:
        content = (row[text_column] or "").strip()
        if content:
            yield (row[title_column] or "").strip() if title_column else "", content


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid({}, f"文件 {path} 打不开，请检查路径和编码（UTF-8）：{type(error).__name__}") from None


def parts(voice: Voice, rng: random.Random) -> list[dict[str, Any]]:
    """The voice as SMS parts of 67 characters, in any order, now and then one of them twice."""
    text = f"{voice.title}。{voice.content}" if voice.title else voice.content
    text = text[: 67 * 40]
    pieces = [text[i : i + 67] for i in range(0, len(text), 67)] or [text]
    if len(pieces) == 1:
        return [{"id": voice.key, "from": voice.phone, "text": text}]
    sent = [
        {
            "id": f"{voice.key}-{n}",
            "from": voice.phone,
            "text": piece,
            "ref": voice.key[-20:],
            "part": n,
            "parts": len(pieces),
        }
        for n, piece in enumerate(pieces, start=1)
    ]
    rng.shuffle(sent)
    if rng.random() < 0.3:
        sent.append(rng.choice(sent))
    return sent
