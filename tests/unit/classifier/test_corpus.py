"""The written corpus covers the taxonomy with appeals that really differ."""

from collections import Counter, defaultdict
from itertools import combinations

import pytest

from classifier import seed
from classifier.words import clean

FEWEST = 8
HANDED_ON = "移交与不受理"
"""Records of this level 2 are never dispatched: nothing is suggested for them from words alone."""

ENTRIES = seed.taxonomy()
APPEALS = seed.corpus()
CODES = {entry.code for entry in ENTRIES}


def test_every_category_has_appeals_enough():
    count = Counter(code for code, _ in APPEALS)
    short = {
        entry.code: count[entry.code] for entry in ENTRIES if entry.names[1] != HANDED_ON and count[entry.code] < FEWEST
    }
    assert not short, f"categories with fewer than {FEWEST} appeals: {short}"


def test_every_appeal_belongs_to_a_category_of_the_taxonomy():
    assert {code for code, _ in APPEALS} <= CODES


@pytest.mark.parametrize("path", sorted(seed.CORPUS.glob("*.csv")), ids=lambda path: path.stem)
def test_a_file_holds_the_categories_of_its_level_one(path):
    assert all(code.startswith(path.stem) for code, _ in seed.corpus_file(path))


def test_no_appeal_is_blank_or_said_twice():
    said = [clean(text) for _, text in APPEALS]
    assert all(len(text) >= 5 for text in said)
    assert [text for text, times in Counter(said).items() if times > 1] == []


def test_no_appeal_is_nearly_another():
    """Two appeals alike in more than six of ten character triples teach one thing twice, or two things wrongly."""
    grams = [{text[k : k + 3] for k in range(len(text) - 2)} for text in (clean(text) for _, text in APPEALS)]
    having: dict[str, list[int]] = defaultdict(list)
    for place, found in enumerate(grams):
        for gram in found:
            having[gram].append(place)
    shared: Counter[tuple[int, int]] = Counter()
    for places in having.values():
        if len(places) <= 40:  # a triple that everybody uses says nothing about likeness
            shared.update(combinations(places, 2))
    near = [
        (APPEALS[one], APPEALS[two])
        for (one, two), both in shared.items()
        if both > 0.6 * min(len(grams[one]), len(grams[two]))
    ]
    assert near == []
