"""Obligations of building and accepting: S10, S12 to S17, S19, S20, N8, N10 to N13."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from custodes.law.building.prohibited import PlaceVerdict, judge
from custodes.law.building.simultaneous import Pair, lagging
from custodes.law.clauses.registry import binds
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms, Thing, not_applicable, present
from custodes.law.duties.registry import done_by, obligation
from custodes.law.duties.routines import Routine, interval, recurring, valid_until
from custodes.law.grounds.stating import says_something

PAPERS = (
    ("design", "设计资料", "design", "S17"),
    ("construction", "施工资料", "building", "S17"),
    ("inspection", "检验资料", "inspection", "N11"),
    ("acceptance", "验收资料", "acceptance", "S17"),
    ("maintenance", "维护资料", "maintenance", "S17"),
)
PEOPLE = (("firms", "单位基本信息", "firms", "S17"), ("technicians", "专业技术人员基本信息", "technicians", "S17"))
_STEPS = ("design", "construction", "acceptance", "maintenance")


@dataclass(frozen=True, slots=True)
class FileGap:
    """Something that the file lacks."""

    key: str
    clause: str
    zh: str
    en: str


def gaps(
    papers: frozenset[str],
    firms: frozenset[str],
    technicians: frozenset[str],
    *,
    maintained: bool,
    national: bool = True,
) -> tuple[FileGap, ...]:
    """What the file of a system lacks.

    Args:
        papers: keys of `PAPERS` that it holds.
        firms, technicians: for which steps (design, construction, acceptance, maintenance) they are named.
        maintained: maintenance has begun; before, its papers are not missing.
        national: N11 binds (not where N9 governs): inspection papers belong in.
    """
    found = []
    for key, zh, en, clause in PAPERS:
        if key in papers or (key == "maintenance" and not maintained) or (clause == "N11" and not national):
            continue
        found.append(FileGap(key, clause, f"缺少{zh}", f"the papers on {en} are missing"))
    names = {key: (zh, en) for key, zh, en, _ in PAPERS}
    for key, zh, en, clause in PEOPLE:
        named = firms if key == "firms" else technicians
        for step in _STEPS:
            if step in named or (step == "maintenance" and not maintained):
                continue
            found.append(
                FileGap(
                    f"{key}.{step}", clause, f"{names[step][0]}未载明{zh}", f"{en} of {names[step][1]} are not named"
                )
            )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class SpotFacts:
    """Where a camera stands: the declared kind of place (a key of `building.prohibited`), and how people describe it."""

    kind: str = ""
    words: str = ""
    cleared_by: str = ""


@obligation("S10", "S10(1)", "S10(2)", "S10(3)", "S10(4)", "N8.1", "N8.1(1)", "N8.1(2)", "N8.1(3)", "N8.1(4)")
def s10_spot(facts: SpotFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Nothing is installed where it is forbidden on the day of conduct; a doubt is a person's to settle."""
    judged = judge(conduct, kind=facts.kind, words=facts.words)
    if judged.verdict is PlaceVerdict.FORBIDDEN:
        return DutyFinding(DutyStatus.BREACH, judged.clauses, judged.zh, judged.en)
    if judged.verdict is PlaceVerdict.DOUBTFUL and not says_something(facts.cleared_by):
        return DutyFinding(DutyStatus.REVIEW, judged.clauses, judged.zh, judged.en)
    return DutyFinding(
        DutyStatus.MET,
        judged.clauses or ("S10", "N8.1"),
        "不属于禁止安装的场所和部位",
        "it stands in no forbidden place",
    )


@dataclass(frozen=True, slots=True)
class SelfCheckFacts:
    """The routine look for forbidden devices by who runs a place.

    Attributes:
        last: of the last look.
        every_days: the unit's own interval; None: as assumed.
        found, reported: days on which a device was found and reported, None for nothing found or not reported.
    """

    last: date | None
    every_days: int | None = None
    found: date | None = None
    reported: date | None = None


@obligation("N8.2")
def n8_2_self_check(facts: SelfCheckFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """The place is inspected routinely; what is found is reported at once."""
    done_by("found", facts.found, today)
    done_by("reported", facts.reported, today, facts.found)
    if facts.found is not None and facts.reported is None:
        return DutyFinding(
            DutyStatus.LATE,
            ("N8.2", "N27.2"),
            "发现违规设备尚未报告公安机关（应当立即报告）",
            "a forbidden device was found and is not reported: it has to be at once",
            facts.found,
            max(0, (today - facts.found).days),
        )
    return recurring(
        ("N8.2",),
        facts.last,
        interval(facts.every_days, terms.assumed, "self_check_days"),
        today,
        Routine("禁装部位检查", "look for forbidden devices"),
    )


@dataclass(frozen=True, slots=True)
class DesignFacts:
    """What a design has to show: keys of `DESIGN`; `n9` for a system of N9's places."""

    held: frozenset[str]
    n9: bool = False


DESIGN = (
    Thing("standards", "标准符合性清单", "the list of standards"),
    Thing("technical_norm", "适用的建设技术规范版本", "the version of the city's technical norm"),
    Thing("mlps", "网络安全等级保护定级", "the level of network protection"),
    Thing("interface", "预留的联网接口", "the interface for the platform"),
)


@obligation("S12.1", "N11")
def s12_1_design(facts: DesignFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Standards, protection level and an interface for the platform."""
    return present(("S12.1", "N11"), DESIGN, facts.held, conduct)


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """A product's certificate or a firm's credentials: the last day of validity."""

    until: date | None


@obligation("S13.1", "N12")
def s13_1_credentials(facts: CredentialFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Products and firms are qualified, and still are."""
    return valid_until(
        ("S13.1", "N12"),
        facts.until,
        today,
        terms.assumed.expiry_warn_days,
        "合格证明或者资质",
        "certificate or credentials",
        "没有合格证明或者资质证书",
    )


@dataclass(frozen=True, slots=True)
class WorksFacts:
    """Steps of the main works beside those of the system; empty when there are no works."""

    pairs: Mapping[str, Pair] = field(default_factory=dict)


@obligation("S14")
def s14_simultaneous(facts: WorksFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Designed, built, accepted and put to use together with the works."""
    if not facts.pairs:
        return not_applicable(("S14",), "不是建设工程的配套系统", "there are no works beside it")
    behind = lagging(dict(facts.pairs), today)
    if not behind:
        return DutyFinding(DutyStatus.MET, ("S14",), "与主体工程同时设计、施工、验收、使用", "together with the works")
    return DutyFinding(
        DutyStatus.LATE,
        ("S14",),
        "；".join(lag.zh for lag in behind),
        "; ".join(lag.en for lag in behind),
        days_late=max((lag.days or 0) for lag in behind),
        missing=tuple(lag.step for lag in behind if lag.days is None),
    )


@dataclass(frozen=True, slots=True)
class SignFacts:
    """What shows that a camera is reasonably placed, looks one way and is signed: keys of `SIGNS`; drift found or not.

    Attributes:
        n9: the system is one of N9's places, which changes nothing here: N9 does not take N13 off it.
    """

    held: frozenset[str]
    drifted: bool = False
    n9: bool = False


SIGNS = (
    Thing("sign_photo", "标志照片", "a picture of the sign"),
    Thing("field", "采集范围示意", "the declared field of view"),
    Thing("place_reason", "位置合理性说明", "why it stands there"),
)


@obligation("S15", "N13", "S34(7)")
def s15_sign_and_field(facts: SignFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """A reasonable place, a fixed field, a clear sign."""
    if facts.drifted:
        return DutyFinding(
            DutyStatus.REVIEW,
            ("S15", "S34(7)"),
            "画面已偏离申报的采集范围，须由人核对",
            "the picture has left the declared field: a person has to look",
        )
    return present(("S15", "N13"), SIGNS, facts.held, conduct)


@dataclass(frozen=True, slots=True)
class AcceptanceFacts:
    """Completion, acceptance and first use.

    Attributes:
        used: first day of use, or on which streams were seen outside of a trial; None while it is not in use.
        accepted: the day on which it passed.
        legacy: built before the regulation.
    """

    used: date | None
    accepted: date | None
    legacy: bool = False


@obligation("S16.1")
def s16_1_acceptance(facts: AcceptanceFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Used only after it passed acceptance."""
    if facts.used is None:
        return not_applicable(("S16.1",), "尚未投入使用", "it is not in use")
    if facts.accepted is not None and facts.accepted <= facts.used:
        return DutyFinding(DutyStatus.MET, ("S16.1",), "验收合格后投入使用", "it passed before it was used")
    if facts.legacy:
        return DutyFinding(
            DutyStatus.MISSING,
            ("S16.1",),
            "本办法施行前建成，验收资料有待补齐，其间不停止录像",
            "built before: papers are to be completed, recording goes on",
            missing=("accepted",),
        )
    return DutyFinding(
        DutyStatus.BREACH,
        ("S16.1", "S39(1)"),
        "未经验收合格即投入使用",
        "it was put to use without having passed",
        missing=() if facts.accepted else ("accepted",),
    )


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """A system's file: papers, and for which steps firms and technicians are named (keys of `PAPERS`).

    Attributes:
        maintained: it has been in use long enough to have papers of maintenance.
        n9: the system is one of N9's places.
    """

    papers: frozenset[str]
    firms: frozenset[str]
    technicians: frozenset[str]
    maintained: bool
    n9: bool = False


@obligation("S17", "N11")
def s17_dossier(facts: DossierFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Four kinds of papers, the firms and the technicians are on file."""
    national = binds("N11", conduct, facts.n9)
    lacking = gaps(facts.papers, facts.firms, facts.technicians, maintained=facts.maintained, national=national)
    if not lacking:
        return DutyFinding(
            DutyStatus.MET, ("S17", "N11"), "案卷资料和单位、人员信息齐全", "papers, firms and people are on file"
        )
    return DutyFinding(
        DutyStatus.MISSING,
        ("S17", "N11"),
        "；".join(gap.zh for gap in lacking),
        "; ".join(gap.en for gap in lacking),
        missing=tuple(gap.key for gap in lacking),
    )


@dataclass(frozen=True, slots=True)
class ObstructionFacts:
    """Something that hinders a camera: found, and cleared."""

    found: date | None
    cleared: date | None = None


@obligation("S19")
def s19_obstruction(facts: ObstructionFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Greenery, lines and advertising do not hinder devices."""
    if facts.found is None:
        return DutyFinding(DutyStatus.MET, ("S19",), "未发现妨碍设备运行和图像采集的情形", "nothing hinders it")
    done_by("found", facts.found, today)
    done_by("cleared", facts.cleared, today, facts.found)
    if facts.cleared is not None:
        return DutyFinding(
            DutyStatus.MET, ("S19",), f"妨碍已于{facts.cleared:%Y-%m-%d}排除", f"cleared on {facts.cleared:%Y-%m-%d}"
        )
    days = max(0, (today - facts.found).days)
    return DutyFinding(
        DutyStatus.BREACH,
        ("S19", "S39(3)"),
        f"{facts.found:%Y-%m-%d}发现妨碍图像采集，{days}日未排除",
        f"hindered for {days} days",
    )


@dataclass(frozen=True, slots=True)
class ClassifiedFacts:
    """A system in an area of state security or secrets; `networks` are those that it is joined to."""

    classified: bool
    networks: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()


_NETWORKS = {"video": "公安视频专网", "local": "单位内部网络", "internet": "互联网"}
"""Networks in Chinese, by the keys of the register; others are told as they are entered."""
SECRECY = (
    Thing("opinion", "保密审查意见", "the secrecy opinion"),
    Thing("entry", "安全准入机制", "entry control"),
    Thing("products", "安全可控产品说明", "trusted products"),
    Thing("crew", "专业队伍资质", "a fit crew"),
)


@obligation("S20", "S33.2b")
def s20_classified(facts: ClassifiedFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """No public network; secrecy opinion, entry control, trusted products, a fit crew."""
    if not facts.classified:
        return not_applicable(("S20",), "不涉及国家安全、国家秘密", "it is not classified")
    public = facts.networks - {"isolated"}
    if public:
        return DutyFinding(
            DutyStatus.BREACH,
            ("S20", "SSL30"),
            f"涉密系统接入了{'、'.join(_NETWORKS.get(one, one) for one in sorted(public))}",
            f"a classified system is joined to a public network ({', '.join(sorted(public))})",
        )
    return present(("S20",), SECRECY, facts.held, conduct)


@dataclass(frozen=True, slots=True)
class NeighbourFacts:
    """Whether a military zone or secret unit is near, and the number of its consent."""

    near_secret_unit: bool
    consent: str = ""


@obligation("N10")
def n10_consent(facts: NeighbourFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Prior consent of the secret unit next door."""
    if not facts.near_secret_unit:
        return not_applicable(("N10",), "周边没有军事禁区、军事管理区和涉密单位", "no secret unit is near")
    if says_something(facts.consent):
        return DutyFinding(DutyStatus.MET, ("N10",), "已事先征得该单位同意", "it has agreed")
    return DutyFinding(
        DutyStatus.MISSING,
        ("N10", "N28"),
        "未事先征得周边军事单位或者涉密单位同意",
        "its consent is missing",
        missing=("consent",),
    )
