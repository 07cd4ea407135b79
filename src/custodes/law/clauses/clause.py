"""What a clause is: text, gloss, rank and dates, and what kind of rule it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Rank(IntEnum):
    """Which norm prevails: the higher one (立法法 99). Interpretations and standards bind through the norms above them."""

    DOCUMENT = -1
    """规范性文件: how an organ orders its own work; it binds through the norms above it, as standards do."""
    STANDARD = 0
    RULE = 1
    INTERPRETATION = 2
    LOCAL_REGULATION = 3
    ADMINISTRATIVE_REGULATION = 4
    LAW = 5

    @property
    def zh(self) -> str:
        """Its Chinese name."""
        return _RANKS[self]


_RANKS = {
    Rank.DOCUMENT: "规范性文件",
    Rank.STANDARD: "标准",
    Rank.RULE: "规章",
    Rank.INTERPRETATION: "司法解释",
    Rank.LOCAL_REGULATION: "地方性法规",
    Rank.ADMINISTRATIVE_REGULATION: "行政法规",
    Rank.LAW: "法律",
}


class ClauseKind(StrEnum):
    """What a clause does."""

    DUTY = "duty"
    PROHIBITION = "prohibition"
    RIGHT = "right"
    POWER = "power"
    PRINCIPLE = "principle"
    """Also definitions, scope and dates: what binds nobody by itself."""


class LegalActor(StrEnum):
    """Who is bound or entitled. Place roles (S11) and system roles are kept apart; one unit may hold several."""

    ANYONE = "anyone"
    CITY_GOVERNMENT = "city_government"
    COUNTY_GOVERNMENT = "county_government"
    CITY_POLICE = "city_police"
    COUNTY_POLICE = "county_police"
    DEPARTMENT = "department"
    PARK = "park"
    SECTOR_UNIT = "sector_unit"
    OWNER = "owner"
    USER_OF_PLACE = "user_of_place"
    MANAGER_OF_PLACE = "manager_of_place"
    BUILDING_UNIT = "building_unit"
    USING_UNIT = "using_unit"
    MANAGING_UNIT = "managing_unit"
    MAINTAINING_UNIT = "maintaining_unit"
    ENTRUSTED_UNIT = "entrusted_unit"
    REQUESTER = "requester"
    PERSON_SHOWN = "person_shown"
    """本人: whoever the footage shows, about their own."""
    RELATIVE = "relative"
    SYSTEM_MANAGER = "system_manager"
    """系统管理人员: the person at the system who is asked (S28.2)."""
    PUBLISHER = "publisher"
    THIRD_PARTY = "third_party"


class Object(StrEnum):
    """What a clause is about."""

    SYSTEM = "system"
    EQUIPMENT = "equipment"
    FOOTAGE = "footage"
    BASE_DATA = "base_data"
    """基础信息: design, device type, place, address code."""
    PLAN = "plan"
    PLACE = "place"
    DOSSIER = "dossier"
    FILING = "filing"
    PLATFORM = "platform"
    NETWORK = "network"
    STAFF = "staff"
    CONTRACT = "contract"
    LOG = "log"
    PENALTY = "penalty"
    RULES = "rules"
    """Rules, plans and budgets that somebody has to make."""


@dataclass(frozen=True, slots=True)
class Norm:
    """A law, regulation, rule or standard.

    Attributes:
        id: short name that its clauses' ids begin with.
        zh, en: title.
        in_force: from this day on.
        until: the last day, None while it is in force.
        issued: by whom and as what, in Chinese.
    """

    id: str
    zh: str
    en: str
    rank: Rank
    in_force: date
    until: date | None
    issued: str

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on `day`."""
        return self.in_force <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Clause:
    """One article, paragraph, sentence or numbered item.

    Attributes:
        id: ``S16.2a`` is the first sentence of paragraph 2 of article 16 of the Lhasa regulation, ``S28.1(3)`` item (三) of
            paragraph 1 of article 28.
        zh: of S the exact words without article and item number; of other norms our own summary.
        en: what it means, in plain English.
        actors, objects: who and what it is about.
        penalties: clauses that say what follows a breach; ``S41`` where only other norms do.
        requires: of norms other than S and N, what the program has to do about it, Chinese and English.
        since, until: days of force where they differ from the norm's.
        unconfirmed: what could not be checked in the source, in Chinese; shown wherever a person relies on it.
    """

    id: str
    zh: str
    en: str
    kind: ClauseKind
    actors: tuple[LegalActor, ...] = ()
    objects: tuple[Object, ...] = ()
    penalties: tuple[str, ...] = ()
    requires: tuple[str, str] | None = None
    since: date | None = None
    until: date | None = None
    unconfirmed: str = ""


def says(
    clause: str,
    zh: str,
    en: str,
    requires: tuple[str, str],
    kind: ClauseKind = ClauseKind.DUTY,
    actors: tuple[LegalActor, ...] = (),
    objects: tuple[Object, ...] = (),
    unconfirmed: str = "",
) -> Clause:
    return Clause(clause, zh, en, kind, actors, objects, (), requires, unconfirmed=unconfirmed)
