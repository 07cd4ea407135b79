"""Obligations of planning: S8, S9's gap list, S11, S12.2, S13.2."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from custodes.law.building.builder import PlaceFacts, responsible_builder
from custodes.law.building.categories import PlaceKind, category
from custodes.law.building.departments import PLANNING
from custodes.law.building.describing import prescribing
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms, Thing, not_applicable, present
from custodes.law.duties.registry import obligation
from custodes.law.grounds.stating import says_something

PARTNERS = tuple(Thing(one.key, f"{one.zh}部门的意见", f"the opinion of {one.en}") for one in PLANNING)
"""The nine that S8.1 names; it says 等部门, so the list is open."""


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A building plan.

    Attributes:
        opinions: keys of the partners that answered, or were waived with a reason.
        approval: number of the government's approval.
        carried_out: it is carried out already.
        city_plan: version of the city's plan that a county's points to; not of the city's own.
    """

    opinions: frozenset[str]
    approval: str
    carried_out: bool
    city_plan: str = ""


@obligation("S8.1")
def s8_1_city_plan(facts: PlanFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """The city's plan: nine partners asked, approved by the government before it is carried out."""
    return _plan(("S8.1",), facts, [thing for thing in PARTNERS if thing.key not in facts.opinions], conduct)


@obligation("S8.2")
def s8_2_county_plan(facts: PlanFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """A county's plan: on the ground of the city's, with its own partners, approved by the county's government."""
    lacking = (
        []
        if says_something(facts.city_plan)
        else [Thing("city_plan", "所依据的全市规划", "the city's plan it rests on")]
    )
    if not facts.opinions:
        lacking.append(Thing("opinions", "相关部门意见", "the opinion of the departments concerned"))
    return _plan(("S8.2",), facts, lacking, conduct)


def _plan(clauses: tuple[str, ...], facts: PlanFacts, lacking: list[Thing], conduct: date) -> DutyFinding:
    if facts.carried_out and not says_something(facts.approval):
        return DutyFinding(
            DutyStatus.BREACH,
            clauses,
            "规划未经人民政府批准即组织实施",
            "it is carried out without approval",
            missing=("approval",),
        )
    if not says_something(facts.approval):
        lacking = [*lacking, Thing("approval", "人民政府批准文号", "the number of the approval")]
    return present(clauses, lacking, frozenset(), conduct)


@dataclass(frozen=True, slots=True)
class OverlapFacts:
    """A camera beside those that are there: the share of its field that others see (0 to 1), and the reason for it."""

    share: float
    reason: str


@obligation("S8.3", "N6")
def s8_3_overlap(facts: OverlapFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """What others see already is not built again without a reason."""
    if facts.share < terms.assumed.overlap_share:
        return DutyFinding(
            DutyStatus.MET,
            ("S8.3", "N6"),
            "与现有点位的采集范围重叠较少",
            "it overlaps little with what is there",
            internal=True,
        )
    if says_something(facts.reason):
        return DutyFinding(DutyStatus.MET, ("S8.3", "N6"), "与现有点位重叠，已说明理由", "the overlap has its reason")
    return DutyFinding(
        DutyStatus.MISSING,
        ("S8.3", "N6"),
        f"{facts.share:.0%}的采集范围已有点位覆盖，未说明理由",
        f"{facts.share:.0%} of the field is seen by others and no reason is given",
        missing=("reason",),
        internal=True,
    )


@dataclass(frozen=True, slots=True)
class GapFacts:
    """A place of the inventory: its category of S9, whether a system covers it, and for category 14 who said that it must."""

    category: int
    covered: bool
    decision: str = ""


@obligation("S9", *(f"S9({number})" for number in range(1, 15)), "N7.1", "N7.2")
def s9_gap(facts: GapFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """A place that must have a system and has none. The clause gives no term: an order sets one (S37)."""
    found = category(facts.category)
    if facts.covered:
        return DutyFinding(DutyStatus.MET, (found.clause,), "已经建设", "a system is there")
    if found.number == 14 and not says_something(facts.decision):
        return DutyFinding(
            DutyStatus.REVIEW,
            (found.clause,),
            "按第十四项应当建设的，须有写明该场所的书面决定",
            "item 14 needs a decision that names the place",
            missing=("decision",),
        )
    return DutyFinding(
        DutyStatus.MISSING,
        (found.clause, "S37"),
        f"应当建设而未建设（{found.zh}）；建设期限以责令限期建设的通知为准",
        f"a system is missing ({found.en}); an order sets the term",
        missing=("system",),
    )


@obligation("S11.1", "S11.2")
def s11_builder(facts: PlaceFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Somebody is responsible for building, and it is known who."""
    builder = responsible_builder(facts)
    if builder.name and builder.review:
        return DutyFinding(
            DutyStatus.REVIEW, builder.clauses, "；".join(builder.zh), "; ".join(builder.en), missing=builder.missing
        )
    if builder.name and not builder.missing:
        return DutyFinding(
            DutyStatus.MET, builder.clauses, f"建设主体：{builder.name}", f"the builder is {builder.name}"
        )
    return DutyFinding(
        DutyStatus.MISSING, builder.clauses, "；".join(builder.zh), "; ".join(builder.en), missing=builder.missing
    )


@dataclass(frozen=True, slots=True)
class NormFacts:
    """The city's technical norm: its version, and who made it together with the police."""

    version: str
    partners: frozenset[str]


@obligation("S12.2")
def s12_2_norm(facts: NormFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """The city police have made a technical norm with the departments for big data and state security."""
    wanted = (
        Thing("version", "技术规范版本", "a version of the norm"),
        *(Thing(one.key, f"{one.zh}部门会同制定的记录", f"the part of {one.en} in it") for one in PLANNING[:2]),
    )
    held = facts.partners | ({"version"} if says_something(facts.version) else frozenset())
    return present(("S12.2",), wanted, frozenset(held), conduct)


@dataclass(frozen=True, slots=True)
class DesignationFacts:
    """The text of a plan, a norm or a notice, and the names of brands, sellers and firms that are known."""

    text: str
    names: frozenset[str]


@obligation("S13.2")
def s13_2_designation(facts: DesignationFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """No brand, seller or firm is prescribed: words that may do so are looked at by a person (`building.describing`)."""
    named = prescribing(facts.text, sorted(facts.names))
    if not named:
        return DutyFinding(
            DutyStatus.MET,
            ("S13.2",),
            "文本未见指定品牌、销售单位或者设计、施工、维护单位",
            "nothing in the text prescribes a brand, a seller or a firm",
        )
    return DutyFinding(
        DutyStatus.REVIEW,
        ("S13.2",),
        f"文本中的“{'”“'.join(named)}”，请核对是否构成指定",
        f"“{'”, “'.join(named)}” in the text: a person has to see whether it prescribes anybody",
    )


class Installer(StrEnum):
    """Who installs."""

    DEPARTMENT = "department"
    MANAGING_UNIT = "managing_unit"
    SECURITY_DUTY = "security_duty"
    OTHER = "other"


_NECESSARY = ("安装主体符合规定，已说明必要性", "whoever installs may, and has said why")
_MAY = {
    PlaceKind.N7_1: ("N7.3", frozenset({Installer.DEPARTMENT})),
    PlaceKind.N7_2: ("N7.3", frozenset({Installer.DEPARTMENT, Installer.MANAGING_UNIT})),
    PlaceKind.OTHER_PUBLIC: ("N9", frozenset({Installer.DEPARTMENT, Installer.MANAGING_UNIT, Installer.SECURITY_DUTY})),
}


@dataclass(frozen=True, slots=True)
class InstallerFacts:
    """Who installs in what kind of place, and why public safety needs it."""

    place: PlaceKind
    installer: Installer
    necessity: str


@obligation("N7.3", "N9")
def n7_3_installer(facts: InstallerFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Only who may installs, and only what public safety needs."""
    if facts.place is PlaceKind.NOT_PUBLIC:
        return not_applicable(("N7.3", "N33"), "不属于条例第七条、第九条的场所", "no place of N7 or N9")
    clause, may = _MAY[facts.place]
    if facts.installer not in may:
        return DutyFinding(
            DutyStatus.BREACH, (clause, "N26"), "该安装主体无权在此类场所安装", "whoever this is may not install here"
        )
    wanted = (Thing("necessity", "为维护公共安全所必需的说明", "why public safety needs it"),)
    return present(
        (clause,), wanted, frozenset({"necessity"} if says_something(facts.necessity) else ()), conduct, met=_NECESSARY
    )
