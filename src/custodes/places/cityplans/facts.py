"""What the guards of a plan or a norm are asked about, read from its rows; among it sentences that may prescribe a brand, a seller or a firm (S13.2).

A person mends such a sentence or answers for it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from custodes.law.building.describing import prescribing
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Unit, UnitKind
from custodes.places.cityplans.guards import Partner, TextFacts
from custodes.places.makers import MAKERS
from custodes.places.models import PlanningPartner, PlanningState, PlanningText

_SENTENCE = re.compile(r"[^。；;！!]+[。；;！!]?")


@dataclass(frozen=True, slots=True)
class BrandSentence:
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


def found_in(text: str, names: Iterable[str]) -> tuple[BrandSentence, ...]:
    """The sentences of `text` that name one of `names`, or prescribe with words, in order; each once.

    Args:
        names: brands, sellers and firms that are known.
    """
    known = tuple(names)
    found: dict[str, BrandSentence] = {}
    for line, sentence in _sentences(text):
        if words := prescribing(sentence, known):
            key = hashlib.sha256(sentence.encode()).hexdigest()
            found.setdefault(key, BrandSentence(line, sentence, words, key))
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


def partners_of(row: PlanningText) -> list[PlanningPartner]:
    """Those of this round, in order."""
    return list(row.partners.filter(round=row.round).select_related("paper"))


def findings_of(row: PlanningText) -> list[tuple[BrandSentence, str]]:
    """What the check of S13.2 finds in its text, each with the words of a person's answer, or none."""
    answers = dict(row.answers.values_list("sentence", "words"))
    return [(found, answers.get(found.key, "")) for found in found_in(row.text, known_names())]


def facts_of(row: PlanningText, today: date, terms: LegalTerms) -> TextFacts:
    """The facts of a row as it stands."""
    return TextFacts(
        clause=row.clause,
        version=row.version,
        written=bool(row.text.strip()),
        partners=tuple(Partner(one.key, str(one), one.settled) for one in partners_of(row)),
        city_plan=row.city_plan.version if row.city_plan else "",
        city_plan_in_force=bool(row.city_plan and row.city_plan.state == PlanningState.IN_FORCE),
        unanswered=tuple(found.sentence for found, words in findings_of(row) if not words),
    )
