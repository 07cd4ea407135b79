"""The clause chip: a clause's name that opens its text and gloss. One part, on every page; also found in words of records; and which clauses a text cites."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from custodes.law.clauses.clause import Clause
from custodes.law.clauses.lhasa.text import numeral
from custodes.law.clauses.registry import LHASA, NATIONAL, UnknownClause, find, norm_of
from custodes.people.lawful import in_english

_WRITTEN = re.compile(r"[A-Z]+(?P<number>\d+)(?:\.(?P<paragraph>\d+))?(?P<sentence>[a-z])?(?:\((?P<item>\d+)\))?")
_HUNDRED, _THOUSAND = 100, 1000


def citation(clause: Clause) -> str:
    """The clause as a Chinese paper cites it, without the norm's name; empty where we know no article of it.

    A standard is cited as a whole: its clauses' numbers are not known here.
    """
    found = _WRITTEN.fullmatch(clause.id)
    if found is None or norm_of(clause).id == clause.id:
        return ""
    words = f"第{_numeral(int(found['number']))}条"
    if found["paragraph"]:
        words += f"第{_numeral(int(found['paragraph']))}款"
    if found["item"]:
        words += f"第{_numeral(int(found['item']))}项"
    if found["sentence"]:
        words += f"第{_numeral(ord(found['sentence']) - ord('a') + 1)}句"
    return words


def cited(clause: Clause) -> str:
    """The same with the norm's name before it: 《…办法》第三十四条第一项."""
    return f"《{norm_of(clause).zh}》{citation(clause)}"


def _numeral(number: int) -> str:
    """A number below 10,000 as articles are numbered: 123 一百二十三, 1045 一千零四十五."""
    if number < _HUNDRED:
        return numeral(number)
    unit, word = (_THOUSAND, "千") if number >= _THOUSAND else (_HUNDRED, "百")
    head, rest = divmod(number, unit)
    if not rest:
        return numeral(head) + word
    gap = "零" if rest < unit // 10 else ""
    # Inside a larger number ten is 一十.
    tail = _numeral(rest)
    return numeral(head) + word + gap + (f"一{tail}" if tail.startswith("十") else tail)


_serial = itertools.count(1)
_ID = r"[A-Z]{1,4}\d+(?:\.\d+)?[a-z]?(?:\(\d+\))?"
_CITED = r"(?:条例)?第[一二三四五六七八九十百零]+条(?:第[一二三四五六七八九十]+[款项句])*"
_IN_BRACKETS = re.compile(
    rf"(?P<open>（| \()(?P<names>{_ID}(?:(?:、|, ){_ID})*|{_CITED}(?:、{_CITED})*)(?P<close>）|\))"
)
_EACH = re.compile(rf"{_ID}|{_CITED}")


@dataclass(frozen=True)
class Chip:
    """What the part shows.

    Attributes:
        name: as it was written.
        clause: which, None when there is no such clause: the name alone is shown.
        card: id of the card on this page; no two chips of a process have the same.
        cited: as an official's paper cites it.
        english: the page is in English, so that the gloss belongs to it.
    """

    name: str
    clause: Clause | None
    card: str
    cited: str
    english: bool

    @property
    def url(self) -> str:
        """The clause's page."""
        assert self.clause is not None
        return reverse("lawbook:clause", args=[self.clause.id])


def chip(name: str) -> Chip:
    """The chip of the clause that `name` means: ``S28(1)``, ``第三十四条第一项``."""
    clause = _meant(name)
    english = in_english()
    return Chip(name, clause, f"clause-{next(_serial)}", cited(clause) if clause else "", english)


def _meant(name: str) -> Clause | None:
    if not name:
        return None
    try:
        cited_as = _by_citation()
        # A paragraph that is registered by its sentences opens with the first of them.
        return cited_as.get(name) or cited_as.get(f"{name}第一句") or find(name)
    except UnknownClause:
        return None


@cache
def _by_citation() -> dict[str, Clause]:
    """Clauses of the two regulations by how our pages cite them: 第三十四条第一项, 条例第十四条."""
    return {citation(one): one for one in LHASA} | {f"条例{citation(one)}": one for one in NATIONAL}


def split_at_clauses(words: str) -> Iterator[str | list[str]]:
    """Words cut where they name clauses in brackets: strings, and between them lists of names."""
    last = 0
    for found in _IN_BRACKETS.finditer(words):
        names = _EACH.findall(found["names"])
        if all(_meant(name) for name in names):
            yield words[last : found.start()]
            yield names
            last = found.end()
    yield words[last:]
