"""Where nothing may be installed: S10 and N8.1 together, by the day, and zones that exist for a day.

What a place was declared as decides. How it is described only raises a doubt, which names the words that raised it and which a
person settles; `describing` says what words can't tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from custodes.law.bad_input import BadInput
from custodes.law.building.describing import Mention, Where, comparable, mentions
from custodes.law.building.zones import BY_KEY, PRIVATE, ZONES, Zone
from custodes.law.clauses.registry import holds
from custodes.law.grounds.stating import says_something


class Verdict(StrEnum):
    """What a place comes to."""

    FORBIDDEN = "forbidden"
    DOUBTFUL = "doubtful"
    """A person has to judge (S10(4), N8.1(4))."""
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What comes of a place as declared.

    Attributes:
        verdict: forbidden is refused, doubtful goes to a person, clear may go on.
        zones: those that it may be.
        clauses: by which.
        zh, en: what is said to the person.
        words: of the description, that raised a doubt.
        outside: all of them speak of what lies before or beside such a place.
    """

    verdict: Verdict
    zones: tuple[Zone, ...]
    clauses: tuple[str, ...]
    zh: str
    en: str
    words: tuple[str, ...] = ()
    outside: bool = False


def judge(day: date, *, kind: str = "", words: str = "") -> Judgement:
    """Whether a camera may stand in a place on `day`.

    Args:
        kind: key of a zone when the place was declared as one; empty when it was declared as none.
        words: how people describe it; words of a zone make it doubtful, never clear or forbidden by themselves.

    Raises:
        BadInput: no such kind.
    """
    if kind:
        zone = BY_KEY.get(kind)
        if zone is None:
            raise BadInput("kind", f"there is no kind of place {kind!r}", f"one of {', '.join(BY_KEY)}")
        clauses = zone.clauses_on(day)
        if clauses:
            return Judgement(
                Verdict.FORBIDDEN,
                (zone,),
                clauses,
                f"{zone.zh}禁止安装（{'、'.join(clauses)}）",
                f"nothing may be installed in a {zone.en} ({', '.join(clauses)})",
            )
    text = comparable(words)
    found = {zone: said for zone in ZONES if zone.clauses_on(day) and (said := _named(zone, text))}
    if found:
        return _doubt(day, found)
    private = mentions(text, PRIVATE)
    clauses = tuple(clause for clause in ("S10(4)", "N8.1(4)") if holds(clause, day))
    if private and clauses:
        named = tuple(dict.fromkeys(one.word for one in private))
        zh = f"描述中的“{'”“'.join(named)}”可能泄露个人隐私，请由人核对"
        en = f"“{'”, “'.join(named)}” in the description may expose privacy: a person has to look"
        return Judgement(Verdict.DOUBTFUL, (), clauses, zh, en, named, _all_outside(private))
    return Judgement(Verdict.CLEAR, (), (), "未见禁止情形", "nothing forbids it")


def _named(zone: Zone, text: str) -> tuple[Mention, ...]:
    if zone.beside and not any(word in text for word in zone.beside):
        return ()
    return mentions(text, zone.words)


def _all_outside(said: tuple[Mention, ...]) -> bool:
    return all(one.where is Where.OUTSIDE for one in said)


def _doubt(day: date, found: dict[Zone, tuple[Mention, ...]]) -> Judgement:
    clauses = tuple(dict.fromkeys(clause for zone in found for clause in zone.clauses_on(day)))
    said = tuple(one for each in found.values() for one in each)
    named = tuple(dict.fromkeys(one.word for one in said))
    outside = _all_outside(said)
    zones_zh, zones_en = "、".join(zone.zh for zone in found), ", ".join(zone.en for zone in found)
    zh = f"描述中的“{'”“'.join(named)}”提到{zones_zh}，"
    zh += "所述位置在其外部：请核对采集范围不含其内部" if outside else "请由人核对是否在其内部"
    en = f"“{'”, “'.join(named)}” in the description names a {zones_en}: "
    en += "it stands outside, its inside must not be in view" if outside else "a person has to see whether it is inside"
    return Judgement(Verdict.DOUBTFUL, tuple(found), clauses, zh, en, named, outside)


@dataclass(frozen=True, slots=True)
class DatedZone:
    """A place that is forbidden for a time: a vote (S10(3)).

    Attributes:
        key: of the zone.
        begins, ends: UTC; the end itself is free again.
        approved_by: who planned it, empty while nobody has.
    """

    key: str
    begins: datetime
    ends: datetime
    approved_by: str


def closed_at(zones: tuple[DatedZone, ...], at: datetime) -> DatedZone | None:
    """The approved dated zone that closes a camera at `at`: recording stops with the reason ``vote``."""
    for zone in zones:
        if says_something(zone.approved_by) and zone.begins <= at < zone.ends:
            return zone
    return None
