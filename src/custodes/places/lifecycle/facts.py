"""What the guards of a system's life ask about: plain data, gathered from the register by `gathering`.

An acceptance file has five parts: design, building, inspection, acceptance, archive (N11; law.md 1, row 58).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from custodes.law.building.simultaneous import Pair
from custodes.law.duties.building import ClassifiedFacts, SpotFacts
from custodes.law.duties.finding import DutyFinding
from custodes.law.duties.planning import OverlapFacts


@dataclass(frozen=True, slots=True)
class LifecyclePart:
    """One part: its key in data, its words, and what is looked at."""

    key: str
    zh: str
    en: str
    look_zh: str
    look_en: str


PARTS = (
    LifecyclePart("design", "设计", "design", "设计方案与建设内容一致", "what was built is what was designed"),
    LifecyclePart("build", "施工", "building", "施工质量和隐蔽工程记录", "the work and the log of what is covered up"),
    LifecyclePart(
        "inspection", "检验", "inspection", "系统功能、性能检验合格", "functions and performance were inspected"
    ),
    LifecyclePart(
        "acceptance",
        "验收",
        "acceptance",
        "点位、采集范围、标志与设计相符",
        "places, fields and signs are as designed",
    ),
    LifecyclePart("archive", "档案", "archive", "资料立卷归档齐全", "papers are filed and complete"),
)
KEYS = frozenset(part.key for part in PARTS)
BY_KEY = {part.key: part for part in PARTS}


_OPEN = ClassifiedFacts(classified=False)


@dataclass(frozen=True, slots=True)
class DeclaredSpot:
    """One camera as it is declared.

    Attributes:
        name: as people call it.
        place: what law asks about where it stands.
        overlap: how much of its field others see, and why; None while its field is not drawn, or for a step that does not ask.
        forbidden: a person found that nothing may be installed there.
        doubted: a person has still to say whether it may be there.
        mask_missing: its view touches a zone that only a mask in the camera lets it have in view, and no picture shows the mask.
        connected: a node can take it in.
        signed: there is a picture of its sign (S15).
        field: its field of view is declared.
        reasoned: it is said why it stands there (S15).
        product: maker and model; empty when they are not entered.
        certified: the last day of that model's certificates with their paper; None when there is none (S13.1).
    """

    name: str
    place: SpotFacts
    overlap: OverlapFacts | None = None
    forbidden: bool = False
    doubted: bool = False
    mask_missing: bool = False
    connected: bool = False
    signed: bool = False
    field: bool = False
    reasoned: bool = False
    product: str = ""
    certified: date | None = None


@dataclass(frozen=True, slots=True)
class LastAcceptance:
    """The last acceptance.

    Attributes:
        on: its day.
        passed: its conclusion.
        parts: keys of `parts.PARTS` that were looked at.
        report: its report is in the file.
    """

    on: date
    passed: bool
    parts: frozenset[str]
    report: bool


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm that does one step of the system.

    Attributes:
        step: of `models.FirmStep`.
        name: as people call it.
        until: the last day of its credentials for that step; None when it shows none (S13.1).
    """

    step: str
    name: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Leaving:
    """The removal of the whole system that is on its way: the day of its report, None before."""

    reported: date | None


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """All that any guard needs to know of one system.

    Attributes:
        spots: its cameras, those out of use left out.
        site: what the law says of the place itself: who installs where and why, a secret unit near (N7.2, N7.3, N9, N10).
        classified: whether it is, and its networks (S20).
        papers: sorts of papers in its file (`models.PaperSort`).
        protection: its level of network protection is entered (S12.1).
        norm: the version of the city's technical norm is entered (S12.2).
        firms: each firm of each step; one that is qualified hides no other (S13.1).
        works: steps of the main works beside its own (S14); empty without main works.
        trial_began: first day of the trial run.
        acceptance: the last one, None before.
        interface_tested: day of the last live try of its interface that passed.
        leaving: its removal, None when none is planned.
        n9: it is one of N9's places.
    """

    spots: tuple[DeclaredSpot, ...] = ()
    site: tuple[DutyFinding, ...] = ()
    classified: ClassifiedFacts = _OPEN
    papers: frozenset[str] = frozenset()
    protection: bool = False
    norm: bool = False
    firms: tuple[Firm, ...] = ()
    works: Mapping[str, Pair] = field(default_factory=dict)
    trial_began: date | None = None
    acceptance: LastAcceptance | None = None
    interface_tested: date | None = None
    leaving: Leaving | None = None
    n9: bool = False
