"""What ties texts to one event: names that few texts share, words of the matter, and the topic the words stand for.

Nothing comes from a list of places. A name is found by how it is written: characters that the dictionary leaves
alone (丽|园|里), or what names of places and bodies end in (苑, 路, 学院). From such runs triples of neighbouring
characters are taken, so that 云水苑 is still found in 青山云水苑小区. What is left of a text when names and empty words
are out is its matter. Topics (latent semantic analysis of the very texts that are looked at) bring together those who
speak of one matter in other words: 油烟, 烧烤, 夜宵摊.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix, csr_matrix, hstack
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import normalize

from classifier.features import Text
from classifier.words import Cutter, clean, stop_words

Floats = npt.NDArray[np.float32]

OPENING = 40
"""Characters of the body that stand for the title where there is none."""
TITLE_WEIGHT = 3
"""How often a word of the title counts: people put place and matter there."""
TOPICS = 120
"""Topics at most."""
TEXTS_PER_TOPIC = 10
"""Fewer texts than this for each topic, and the topics are only the texts again."""
FEWEST_TOPICS = 30
"""With fewer topics all texts of a kind look the same."""
PRIOR = 200
"""Texts imagined beside the given ones: among six texts, a word of three is not therefore common."""

_HOMES = "小区 花园 苑 园 城 新城 府 广场 大厦 公寓 家园 公馆 湾 郡 都 里 庭 居 院 山庄 楼盘 大楼"
_ROADS = "路 街 巷 大道 东路 西路 南路 北路 中路 路口 桥 大桥 线 站 车站"
_AREAS = "村 组 村组 新村 社区 街道 镇 乡 新区 片区 园区 工业园 公园 水库 中心"
_BODIES = "学校 中学 小学 幼儿园 大学 学院 校区 学 医院 公司 集团 物业 国际 酒店 会所 超市 商场 商城 市场 厂 店"
_ENDS = frozenset(f"{_HOMES} {_ROADS} {_AREAS} {_BODIES}".split())
"""Words that names of places and bodies end in."""
_LAST = frozenset("路村镇街巷苑园城站湖")
"""Last characters that make a longer dictionary word a name."""
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}[组期区栋段]")
"""Numbered parts of a place: they say where, not what."""
_TROUBLED = "学生 家长 孩子 老人 居民 业主 村民 市民 群众 住户 员工 职工"
_ASKED = "领导 部门 政府 相关 有关 影响 严重 解决 生活 希望 投诉"
_WHO = frozenset(f"{_TROUBLED} {_ASKED}".split())
"""Who is troubled, who should help, and that it is bad: said in every matter."""
_BETWEEN = frozenset(
    "的了在是和与及等被把对从向有就也我你他您吗呢吧啊为请问将要不没无让给使说而且或因于以到能会可该这那其此每各又再很太最更还已正"
    "只年月日时点元号第个多少"
)
"""Single characters that end a name. Others that a list of empty words has may stand in one (江畔之星, 云都)."""
_TOWN = re.compile(r"(?:[a-z]\d{0,2}|[\u3400-\u9fff]{2,3})[市县]")
_NO_TOWN = ("超市", "城市", "夜市", "门市", "上市", "股市", "菜市")
LEVELS = "市县"
"""Last characters of the regions that set two events apart. Districts do not: people often name the wrong one."""
_MASKED = re.compile(r"(?<![a-z0-9])[a-z]\d{0,2}[市区县]")
_WORD = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
_HAN = re.compile(r"[\u3400-\u9fff]")

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One text, cut: runs of words of its title (or opening) and of its body, broken where a sentence is."""

    head: tuple[Tokens, ...]
    body: tuple[Tokens, ...]
    towns: frozenset[str] = frozenset()
    """Cities and counties named in the title (or opening)."""


def said(text: Text) -> Said:
    """The text as runs of words; both parts are empty when nothing can be read in it."""
    title, body = clean(text.title), clean(text.body)
    head = title or body[:OPENING]
    return Said(_runs(head), _runs(body), towns(head))


def towns(text: str) -> frozenset[str]:
    """Cities and counties that the dictionary knows, or that are masked by a letter, in a clean text."""
    masked = [found.group() for found in _MASKED.finditer(text)]
    known = _cutter().cut_known(text)
    return frozenset(word for word in [*masked, *known] if _TOWN.fullmatch(word) and not word.endswith(_NO_TOWN))


@cache
def _cutter() -> Cutter:
    return Cutter()


def _runs(text: str) -> tuple[Tokens, ...]:
    runs: list[list[str]] = [[]]
    for word in _cutter().cut_known(_MASKED.sub(" ", text)):
        empty = word in _BETWEEN or (len(word) > 1 and word in stop_words()) or (word.isdigit() and len(word) == 1)
        if empty or not _WORD.fullmatch(word):
            runs.append([])
        else:
            runs[-1].append(word)
    return tuple(tuple(run) for run in runs if run)


def is_name_part(word: str) -> bool:
    """Whether a word of a run belongs to a name: a single character, Latin letters, or what names end in."""
    return len(word) == 1 or not _HAN.match(word) or is_name_end(word)


def is_name_end(word: str) -> bool:
    """Whether names of places and bodies end in this word."""
    return word in _ENDS or (len(word) >= 3 and word[-1] in _LAST) or bool(_NUMBERED.fullmatch(word))


def names(runs: Iterable[Tokens]) -> list[str]:
    """Triples of neighbouring characters that end in a name."""
    found: list[str] = []
    for run in runs:
        text = "".join(run)
        ends = [part for word in run for part in [is_name_part(word)] * len(word)]
        found += [text[at : at + 3] for at in range(len(text) - 2) if ends[at + 2]]
    return found


def matter(runs: Iterable[Tokens]) -> list[str]:
    """Words of the dictionary that are neither empty nor what a name ends in, and the shorter words within them."""
    telling = [word for run in runs for word in run if len(word) > 1 and _HAN.match(word) and _tells(word)]
    return telling + [part for word in telling if len(word) > 2 for part in _parts(word)]


@cache
def _tells(word: str) -> bool:
    return not (word in _ENDS or word in _WHO or word in stop_words() or _NUMBERED.fullmatch(word))


@cache
def _parts(word: str) -> tuple[str, ...]:
    return tuple(part for part in _cutter().cut_all(word) if len(part) == 2)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The texts as rows of numbers, each row of length one (or nothing, where a text has none of the kind)."""

    names: csr_matrix
    matter: csr_matrix
    topics: Floats | None
    """None where there are too few texts to learn topics from."""
    head_names: csr_matrix
    """Shares of the names in the title, adding up to 1; common names are left out."""
    spoken: csr_matrix
    """1 for every uncommon name anywhere in the text."""
    towns: tuple[csr_matrix, ...]
    """1 for every city and county in the title, by `LEVELS`."""
    rare: csr_matrix
    """1 for every name and word that is rare enough to look for company by; names in the title twice."""


def gathered(texts: Sequence[Said], name_limit: int, word_limit: int) -> Evidence:
    """The evidence of all texts. What more texts than the limits share is no reason to compare two of them."""
    named = [(names(one.head), names(one.body)) for one in texts]
    matters = [(matter(one.head), matter(one.body)) for one in texts]
    name_rows, name_df = _weighted(named)
    word_rows, word_df = _weighted(matters)
    of_name = _columns(name_df, name_limit)
    idf = _idf(name_df, len(texts))
    head_names = _marked([set(head) for head, _ in named], of_name, lambda key: idf[key])
    spoken = _marked([{*head, *body} for head, body in named], of_name, lambda _: 1.0)
    words = _marked([{*head, *body} for head, body in matters], _columns(word_df, word_limit), lambda _: 1.0)
    shares = normalize(head_names, "l1") if head_names.nnz else head_names
    levels = tuple(_towns(texts, level) for level in LEVELS)
    in_head = _marked([set(head) for head, _ in named], of_name, lambda _: 1.0)
    rare = csr_matrix(_side_by_side(spoken, words, in_head))
    return Evidence(name_rows, word_rows, _topics(word_rows), shares, spoken, levels, rare)


def _towns(texts: Sequence[Said], level: str) -> csr_matrix:
    told = [{town for town in one.towns if town[-1] == level} for one in texts]
    column = {town: at for at, town in enumerate(sorted(set().union(*told)))}
    return _marked(told, column, lambda _: 1.0)


def _side_by_side(*blocks: csr_matrix) -> csr_matrix:
    return hstack(blocks, format="csr")


def _idf(df: Counter[str], texts: int) -> dict[str, float]:
    return {key: float(np.log((texts + PRIOR) / n)) for key, n in df.items()}


def _columns(df: Counter[str], limit: int) -> dict[str, int]:
    return {key: at for at, key in enumerate(key for key, n in df.items() if 2 <= n <= limit)}


def _weighted(texts: Sequence[tuple[list[str], list[str]]]) -> tuple[csr_matrix, Counter[str]]:
    """TF-IDF rows of length one, and in how many texts each key occurs."""
    counts = []
    df: Counter[str] = Counter()
    for head, body in texts:
        count = Counter(body)
        for key in head:
            count[key] += TITLE_WEIGHT
        counts.append(count)
        df.update(count.keys())
    column, idf = _columns(df, len(texts)), _idf(df, len(texts))
    cells = [
        (row, column[key], (1 + np.log(n)) * idf[key])
        for row, count in enumerate(counts)
        for key, n in count.items()
        if key in column
    ]
    made = _matrix(cells, len(texts), len(column))
    return (normalize(made) if made.nnz else made), df


def _marked(texts: Sequence[set[str]], column: dict[str, int], value: Callable[[str], float]) -> csr_matrix:
    cells = [(row, column[key], value(key)) for row, keys in enumerate(texts) for key in keys if key in column]
    return _matrix(cells, len(texts), len(column))


def _matrix(cells: list[tuple[int, int, float]], rows: int, columns: int) -> csr_matrix:
    row, column, value = zip(*cells, strict=True) if cells else ((), (), ())
    return coo_matrix((np.asarray(value, dtype=np.float32), (row, column)), shape=(rows, max(columns, 1))).tocsr()


def _topics(words: csr_matrix) -> Floats | None:
    many = min(TOPICS, words.shape[0] // TEXTS_PER_TOPIC, words.shape[1] - 1)
    if many < FEWEST_TOPICS:
        return None
    found = TruncatedSVD(many, n_iter=3, random_state=0).fit_transform(words)
    return np.asarray(normalize(found), dtype=np.float32)
