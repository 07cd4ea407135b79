"""How a clause is cited in an official's paper: 第二十八条第一款第一项."""

from __future__ import annotations

import re

from custodes.law.clauses.clause import Clause
from custodes.law.clauses.lhasa.text import numeral
from custodes.law.clauses.registry import norm_of

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
