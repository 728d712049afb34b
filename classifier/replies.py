"""What is wrong with a reply, with the sentence that shows it (handbook §4: on the point, lawful, complete, polite).

Rules, not a model: a reviewer must be able to see at once why something was flagged. A flag is a hint and decides
nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer

from classifier import pairing
from classifier.words import LIMIT, Cutter, clean, neutral, stop_words

KINDS = {
    "no_reply": "没有答复",
    "off_point": "答非所问",
    "empty": "空话套话",
    "passed_on": "只说已转办",
    "evasive": "推诿",
    "no_ground": "没有依据",
    "no_step": "没有结果和下一步",
    "no_contact": "没有联系诉求人",
    "open_promise": "承诺没有期限",
    "incomplete": "有诉求点没有答",
    "copied": "与其他答复雷同",
    "rude": "语气不当",
}
"""Every flag, in words for people."""
COPIES = 2
"""Other replies of the batch that must be near-identical before one is called copied."""
ALIKE = 0.9
"""Cosine of character bigrams, names, numbers and dates taken out, from which two replies are near-identical."""
_LONGEST = 200
_END = re.compile(r"(?<=[。!?;!?;\n])")
_POINT = re.compile(
    r"[。!?;\n]|(?:第?[一二三四五六七八九]|\d)[、.:,)]|[①-⑨]|[一二]是|,(?=还有|另外|并|同时|此外|也|再|以及|还|为什么|要不要)"
)
_ASKS = re.compile(
    r"[?]|请|希望|要求|建议|能不能|能否|怎么|多久|多少|什么|为什么|吗|哪|几|可以|要不要|会不会|另外|还有|也|此外"
)
_NUMBERED = re.compile(r"(?:第?[一二三四五六七八九]|\d)[、.:,)]|[①-⑨]|[一二]是")
_NAMED = re.compile(r"[一-龥]{1,3}(?:先生|女士|警官|同志)|[年月日时]")


@dataclass(frozen=True, slots=True)
class Flag:
    """A fault (a key of `KINDS`) and the sentence of the reply that shows it; of the appeal for `incomplete`."""

    kind: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """`score` 0…1 how surely the reply belongs to the appeal; whether it does; whether all that was asked is met."""

    score: float
    relevant: bool
    complete: bool
    flags: tuple[Flag, ...]


def judge(appeals: Sequence[str], replies: Sequence[str]) -> list[Judgement]:
    """Judge pairs of any number together; relevance and copies are read within the batch. Never fails on a text."""
    asked, told = [clean(text) for text in appeals], [clean(text) for text in replies]
    scores = pairing.scores(asked, told)
    copied = _copied(told)
    found = []
    for k, score in enumerate(scores):
        flags = read(appeals[k], replies[k])
        relevant = bool(score >= 0.5)
        first = sentences(replies[k])[:1] or [""]
        if asked[k] and told[k] and not relevant and not any(f.kind in _SAYS_NOTHING for f in flags):
            flags.append(Flag("off_point", first[0]))
        if copied[k]:
            flags.append(Flag("copied", max(sentences(replies[k]), key=len, default="")))
        complete = relevant and not any(flag.kind in _LACKS for flag in flags)
        found.append(Judgement(round(float(score), 4), relevant, complete, tuple(flags)))
    return found


_SAYS_NOTHING = frozenset({"empty", "passed_on", "evasive", "rude"})
_LACKS = frozenset({"no_reply", "incomplete", "empty", "passed_on", "evasive", "no_step"})


def read(appeal: str, reply: str) -> list[Flag]:
    """The flags that one pair alone shows; neither `off_point` nor `copied`, which need company."""
    said = [(sentence, clean(sentence)) for sentence in sentences(reply)]
    if not any(plain for _, plain in said):
        return [Flag("no_reply")]
    flags = [Flag(kind, hit) for kind in ("rude", "evasive") if (hit := _first(kind, said))]
    whole = "".join(plain for _, plain in said)
    rule = _patterns()
    for kind in ("passed_on", "empty"):
        rest = [plain for _, plain in said if not rule[kind].search(plain)]
        if (hit := _first(kind, said)) and not any(rule["done"].search(plain) for plain in rest):
            flags.append(Flag(kind, hit))
    if (hit := _first("refusal", said)) and not rule["ground"].search(whole):
        flags.append(Flag("no_ground", hit))
    if (hit := _first("unreached", said)) and not rule["contact"].search(rule["unreached"].sub("", whole)):
        flags.append(Flag("no_contact", hit))
    promised = next((sentence for sentence, plain in said if _open(plain)), "")
    if promised:
        flags.append(Flag("open_promise", promised))
    elif not any(rule[name].search(whole) for name in ("promise", "done", "passed_on", "evasive", "rude")):
        flags.append(Flag("no_step", said[0][0]))
    flags += [Flag("incomplete", point) for point in unanswered(appeal, whole)[:3]]
    return flags


def _open(sentence: str) -> bool:
    """A promise without a day; the day of what is done already stands well before it."""
    found = _patterns()["promise"].search(sentence)
    return found is not None and not _patterns()["dated"].search(sentence[max(0, found.start() - 8) :])


def sentences(text: str) -> list[str]:
    """The sentences as they stand in the text, each at most 200 characters."""
    parts = _END.split(re.sub(r"<[^<>]{1,300}>", " ", text[: 2 * LIMIT]))
    return [part.strip()[:_LONGEST] for part in parts if part.strip()]


def unanswered(appeal: str, reply: str) -> list[str]:
    """Points of an appeal that asks several things, of which the reply has no word. `reply` is clean."""
    text = clean(appeal)
    marks = len(_NUMBERED.findall(text))
    points = [point.strip(" ,") for point in _POINT.split(text)]
    points = [point for point in points if len(point) > 3 and (marks > 1 or _ASKS.search(point))]
    if len(points) < 2 or len(_NUMBERED.findall(reply)) >= len(points):
        return []
    return [point[:_LONGEST] for point in points if (words := _words(point)) and not any(w in reply for w in words)]


@cache
def _cutter() -> Cutter:
    return Cutter()


def _words(text: str) -> set[str]:
    return {word for word in _cutter().cut(neutral(text)) if len(word) > 1} - stop_words()


def _first(kind: str, said: list[tuple[str, str]]) -> str:
    return next((sentence for sentence, plain in said if _patterns()[kind].search(plain)), "")


def _copied(replies: list[str]) -> list[bool]:
    bare = [_NAMED.sub("", neutral(reply)).strip() for reply in replies]
    if not any(len(text) > 1 for text in bare):
        return [False] * len(bare)
    grams = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), use_idf=False, sublinear_tf=True).fit_transform(bare)
    others = pairing.near(grams, ALIKE).sum(axis=1).A1 - 1
    return [bool(count >= COPIES) for count in others]


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """The sections of `replies.txt`, each as one expression."""
    sections: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "replies.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            sections[line[1 : line.index("]")]] = section = []
        elif line and not line.startswith("#"):
            section.append(line)
    return {name: re.compile("|".join(lines)) for name, lines in sections.items()}
