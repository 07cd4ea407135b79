"""Ground *missing person* (走失人员查看, S29): guardian or near relatives look at what the sharing platform recorded.

Opened in minutes: a declared relation and a provisional proof are enough for the first hour. Look only: no copy, no retrieval, no
live picture. The session runs under the officer; where a protection order or a dispute about custody exists, police look alone.
What is looked at is the sharing platform's, which police run: N16.2 binds that platform wherever the camera stands, so that N9,
which is about systems of other public places, takes nothing off here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from custodes.law.assumptions import AS_SHIPPED, BOUNDS
from custodes.law.grounds.ground import NO_SEARCH, GroundEntry, Never, OtherWay, Unmet, Yield
from custodes.law.grounds.in_time import resting_on
from custodes.law.grounds.stating import SPAN_ASSUMED, StatedScope, oldest, says_something, scope_unmet, youngest

NAME = "missing_person"
CLAUSES = ("S29", "N16.2(3)", "S33.1", "CC1045")
NEVER = (
    Never(Yield.LIVE, "S29", "只查看已有录像，不提供实时画面", "recorded footage only, no live picture"),
    Never(Yield.COPY, "S29", "不得复制", "no copy"),
    Never(Yield.EXPORT, "S29", "不得调取，不存在文件下载", "no retrieval, no file exists"),
    Never(Yield.BASE_DATA, "S30.1", "不提供点位地址等基础信息", "no addresses or other basic information"),
    NO_SEARCH,
)
WAYS = (
    OtherWay(
        "N21",
        "不在联网共享平台的点位，可经其管理单位同意查阅",
        "cameras that are not on the platform: with their unit's consent",
    ),
    OtherWay(
        "S27", "需要复制、调取的，由公安机关依第二十七条办理", "copies and retrieval are for the police under S27"
    ),
)


class LostPerson(StrEnum):
    """Who is lost (S29). 儿童 is not defined there: we take under 18 (MPL2)."""

    ELDERLY = "elderly"
    CHILD = "child"
    INTELLECTUALLY_DISABLED = "intellectually_disabled"


class Relation(StrEnum):
    """Who asks: a guardian, also a unit as one, or a near relative (CC1045, closed list)."""

    GUARDIAN = "guardian"
    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    OTHER = "other"


class RelationProof(StrEnum):
    """How the relation is shown."""

    NONE = "none"
    PROVISIONAL = "provisional"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class MissingPersonFacts:
    """All that the ground needs to know.

    Attributes:
        missing: who is lost; None when it is none of the three.
        age: in years, None when unknown.
        relation, proof: of who asks.
        on_platform: all footage that is asked for is the sharing platform's.
        scope: which footage.
        live, copy: whether a live picture or a copy is asked for.
        police_report: number of the police report (接警编号).
        protected: a protection order or a dispute about custody is known; None when nobody has asked.
        police_alone: police look without the family.
        supervisor: the officer under whom the session runs is there.
        previewed: the officer has looked at the span first.
        undertaking: the undertaking not to film or pass on is given.
        opened_at: when the application was opened, UTC; a provisional proof counts from then, and None counts as too long ago.
        provisional: how long a provisional proof is enough; more than `LONGEST_PROVISIONAL` counts as that. Police alone look on.
        elderly_from, child_below: ages in years (assumed); what is wider than any installation may set counts as the widest (`widest`).
    """

    missing: LostPerson | None
    relation: Relation
    proof: RelationProof
    on_platform: bool
    scope: StatedScope
    police_report: str
    protected: bool | None
    supervisor: bool
    previewed: bool
    undertaking: bool
    age: int | None = None
    police_alone: bool = False
    live: bool = False
    copy: bool = False
    opened_at: datetime | None = None
    provisional: timedelta = timedelta(minutes=AS_SHIPPED.provisional_minutes)
    elderly_from: int = AS_SHIPPED.elderly_from
    child_below: int = AS_SHIPPED.child_below


@resting_on("S29")
def unmet(facts: MissingPersonFacts, at: datetime) -> tuple[Unmet, ...]:
    """The conditions of the viewing that are not met at `at`."""
    found = [*_who(facts), *_provisional(facts, at), *_asked(facts), *scope_unmet(facts.scope, at, "S29")]
    if not says_something(facts.police_report):
        found.append(_NO_REPORT)
    if facts.protected is None:
        found.append(_NOT_ASKED)
    elif facts.protected and not facts.police_alone:
        found.append(_PROTECTED)
    if not facts.supervisor:
        found.append(_NO_SUPERVISOR)
    if not facts.previewed:
        found.append(_NOT_PREVIEWED)
    if not facts.undertaking and not facts.police_alone:
        found.append(_NO_UNDERTAKING)
    return tuple(found)


def rests_on(facts: MissingPersonFacts) -> tuple[str, ...]:
    """Names of the assumptions on which the answer rests: the age of a child decides wherever one is said to be lost."""
    return ("child_below",) if facts.missing is LostPerson.CHILD and facts.age is not None else ()


def _who(facts: MissingPersonFacts) -> list[Unmet]:
    found: list[Unmet] = []
    too_young = (
        facts.missing is LostPerson.ELDERLY
        and facts.age is not None
        and facts.age < youngest("elderly_from", facts.elderly_from)
    )
    child_below = oldest("child_below", facts.child_below)
    too_old = facts.missing is LostPerson.CHILD and facts.age is not None and facts.age >= child_below
    if facts.age is not None and not 0 <= facts.age <= _OLDEST:
        found.append(_NO_AGE)
    elif too_old:
        found.append(_too_old(child_below))
    elif facts.missing is None or too_young:
        found.append(_NOT_OF_THE_THREE)
    if facts.relation is Relation.OTHER:
        found.append(_NO_RELATIVE)
    elif facts.proof is RelationProof.NONE:
        found.append(_NO_PROOF)
    return found


def _provisional(facts: MissingPersonFacts, at: datetime) -> list[Unmet]:
    if facts.proof is not RelationProof.PROVISIONAL or facts.relation is Relation.OTHER:
        return []
    if facts.opened_at is None or facts.opened_at > at:
        return [_NOT_OPENED]
    # Nobody of the family is at the screen where police look alone: how long their declaration is enough is not asked.
    if at - facts.opened_at > min(facts.provisional, LONGEST_PROVISIONAL) and not facts.police_alone:
        return [PROVISIONAL_OVER]
    return []


def _asked(facts: MissingPersonFacts) -> list[Unmet]:
    found: list[Unmet] = []
    if not facts.on_platform:
        found.append(_NOT_ON_PLATFORM)
    if facts.live:
        found.append(_LIVE)
    if facts.copy:
        found.append(_COPY)
    return found


_NOT_OF_THE_THREE = Unmet(
    "S29",
    "走失人员不属于老人、儿童、智障人员",
    "who is lost is neither old, nor a child, nor mentally disabled",
    "请报警，由公安机关办理；或者按条例第二十一条经管理单位同意查阅",
    "call the police; or look with the managing unit's consent (N21)",
)


_OLDEST = 130
"""Nobody is older, in years: a greater number is a slip."""
_NO_AGE = replace(
    _NOT_OF_THE_THREE,
    reason_zh="年龄填写有误",
    reason_en="the age can't be right",
    remedy_zh="请核对年龄；不清楚的可以不填",
    remedy_en="check it; leave it out where it is not known",
)


def _too_old(child_below: int) -> Unmet:
    return replace(
        _NOT_OF_THE_THREE,
        reason_zh=f"走失人员已满{child_below}周岁，不按儿童办理（第二十九条未定义儿童，年龄界限未核实）",
        reason_en=f"who is lost is {child_below} or older and no child (article 29 defines none: the age is unconfirmed)",
    )


_NO_RELATIVE = Unmet(
    "CC1045",
    "申请人不是监护人或者近亲属",
    "who asks is neither guardian nor near relative",
    "请由监护人、近亲属申请，或者由公安机关查看；养父母、形成抚养教育关系的继父母按父母登记（民法典第一千零七十二条）",
    "guardian or near relatives have to apply, or police look; adoptive parents, and step-parents who brought the child up, are"
    " entered as parents (Civil Code 1072)",
)
_NO_PROOF = Unmet(
    "S29",
    "未说明与走失人员的关系",
    "the relation is not shown",
    "请出示证明；暂无证明的可先作声明，登记为临时",
    "show a proof; a declaration is entered as provisional",
)
LONGEST_PROVISIONAL = timedelta(minutes=BOUNDS["provisional_minutes"][1])
_NOT_OPENED = Unmet(
    "S29",
    "临时证明未登记受理时间，或者该时间尚未到来",
    "a provisional proof has no time from which it counts, or one to come",
    "请登记受理时间，或者出示证明",
    "enter when the application was opened, or show a proof",
)
PROVISIONAL_OVER = Unmet(
    "S29",
    "临时证明已超过时限",
    "the time for which a provisional proof is enough is over",
    "请出示关系证明并改登记为已出示；暂时不能出示的，由民警单独查看",
    "show a proof of the relation and have it entered; police look alone until then",
)
_NOT_ON_PLATFORM = Unmet(
    "S29",
    "所选点位不在联网共享平台",
    "a camera is not on the sharing platform",
    "请转为个人查阅（条例第二十一条），征得管理单位同意",
    "turn to the individual's look (N21) with the unit's consent",
)
_LIVE = Unmet("S29", "申请了实时画面", "a live picture is asked for", "请只选择录像时段", "choose a span of recordings")
_COPY = Unmet(
    "S29", "不得复制和调取", "copying and retrieving are excluded", "需要复制的，由公安机关办理", "police may (S27)"
)
_NO_REPORT = Unmet(
    "N16.2(3)",
    "未登记接警编号",
    "no police report number",
    "请先报警并登记接警编号",
    "call the police, enter the number",
    otherwise="S33.1",
)
_NOT_ASKED = Unmet(
    "S33.1",
    "尚未核实是否有人身安全保护令或者监护争议",
    "nobody has asked for a protection order or a dispute about custody",
    "请核实并登记",
    "ask, and enter the answer",
)
_PROTECTED = Unmet(
    "S33.1",
    "存在人身安全保护令或者监护争议",
    "there is a protection order or a dispute about custody",
    "由公安机关单独查看",
    "police look alone",
)
_NO_SUPERVISOR = Unmet("S33.1", "没有民警在场监督", "no officer supervises", "请民警在场", "an officer has to be there")
_NOT_PREVIEWED = Unmet(
    "S33.1", "民警尚未先行查看该时段", "the officer has not looked first", "请民警先行查看", "the officer looks first"
)
_NO_UNDERTAKING = Unmet(
    "S29",
    "尚未承诺不翻拍、不外传",
    "no undertaking not to film or pass on",
    "请朗读并确认承诺",
    "read it out and confirm",
)


GROUND = GroundEntry(
    name=NAME,
    zh="走失人员查看",
    en="missing person",
    clauses=CLAUSES,
    facts=MissingPersonFacts,
    unmet=unmet,
    never=NEVER,
    ways=WAYS,
    filled=(
        SPAN_ASSUMED,
        ("provisional", "provisional_minutes"),
        ("elderly_from", "elderly_from"),
        ("child_below", "child_below"),
    ),
    rests_on=rests_on,
    granted=("走失人员查看", "Missing persons"),
)
