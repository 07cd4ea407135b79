"""Which sentences of a plan or a norm may prescribe a brand, a seller or a firm (S13.2): for a person to mend or to answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from custodes.law.building.designation import prescribing
from custodes.people.models import Unit, UnitKind
from custodes.places.makers import MAKERS

_SENTENCE = re.compile(r"[^。；;！!]+[。；;！!]?")


@dataclass(frozen=True, slots=True)
class Found:
    """One sentence.

    Attributes:
        line: counted from 1.
        sentence: as it stands in the text.
        words: what in it was noticed.
        key: SHA-256 of the sentence; an answer holds for this sentence and for no other.
    """

    line: int
    sentence: str
    words: tuple[str, ...]
    key: str


def found_in(text: str, names: Iterable[str]) -> tuple[Found, ...]:
    """The sentences of `text` that name one of `names`, or prescribe with words, in order; each once.

    Args:
        names: brands, sellers and firms that are known.
    """
    known = tuple(names)
    found: dict[str, Found] = {}
    for line, sentence in _sentences(text):
        if words := prescribing(sentence, known):
            key = hashlib.sha256(sentence.encode()).hexdigest()
            found.setdefault(key, Found(line, sentence, words, key))
    return tuple(found.values())


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    for line, words in enumerate(text.splitlines(), start=1):
        for sentence in _SENTENCE.findall(words):
            if stripped := sentence.strip():
                yield line, stripped


def known_names() -> frozenset[str]:
    """Makers whose address templates we hold, by their Chinese and their Latin name, and firms of the register."""
    makers = {part for maker in MAKERS for part in (maker.zh.split()[0], maker.en.partition(" (")[0])}
    firms = Unit.objects.filter(kind=UnitKind.ENTERPRISE).values_list("name", flat=True)
    return frozenset(makers | set(firms))
