"""Ground *individual* (个人查阅, N21): the person, near relatives, or who has custody, care or charge, with the unit's consent.

To protect life, health or property. To look, not to copy; what was seen must not be passed on unlawfully.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from custodes.law.grounds.ground import NO_SEARCH, GroundEntry, Never, OtherWay, Unmet, Yield
from custodes.law.grounds.in_time import resting_on
from custodes.law.grounds.stating import SPAN_ASSUMED, StatedScope, says_something, scope_unmet

NAME = "individual"
CLAUSES = ("N21", "N16.2(3)", "S33.1")
NEVER = (
    Never(Yield.LIVE, "N21", "只查阅已有录像", "recorded footage only"),
    Never(Yield.COPY, "N21", "条文只规定查阅，不产生复制件", "the clause speaks of looking: no copy"),
    Never(Yield.EXPORT, "N21", "不导出文件", "no file"),
    Never(Yield.PASSING_ON, "N21", "不得非法对外提供或者公开", "not to be passed on or published unlawfully"),
    NO_SEARCH,
)
WAYS = (
    OtherWay("PIPL45", "查阅、复制本人影像，可依个人信息保护法申请", "one's own image: an application under PIPL 45"),
    OtherWay("S27", "涉及案件的，可报警由公安机关办理", "in a case, the police may act (S27)"),
)


class IndividualClaim(StrEnum):
    """Who asks."""

    SELF = "self"
    NEAR_RELATIVE = "near_relative"
    CUSTODY = "custody"
    """监护、看护、代管责任."""
    OTHER = "other"


class Interest(StrEnum):
    """What is to be protected."""

    LIFE_OR_HEALTH = "life_or_health"
    PROPERTY = "property"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class IndividualFacts:
    """All that the ground needs to know.

    Attributes:
        claim, identity_shown: who asks, and whether papers were shown.
        interest: what is to be protected.
        consent: the managing unit has agreed, by whom; empty while it has not.
        scope: which footage.
        purpose, content: 事由 and 内容.
        undertaking: the undertaking not to pass on is signed.
        supervised: somebody of the unit is there.
        copy: a copy is asked for.
        n9: all cameras that are asked for are of systems of N9's places: what N9 takes off is not asked, or under the city's regulation.
    """

    claim: IndividualClaim
    identity_shown: bool
    interest: Interest
    consent: str
    scope: StatedScope
    purpose: str
    content: str
    undertaking: bool
    supervised: bool
    copy: bool = False
    n9: bool = False


@resting_on("N21")
def unmet(facts: IndividualFacts, at: datetime) -> tuple[Unmet, ...]:
    """The conditions of the look that are not met at `at`."""
    found: list[Unmet] = []
    if facts.claim is IndividualClaim.OTHER:
        found.append(_NO_CLAIM)
    if not facts.identity_shown:
        found.append(_NO_IDENTITY)
    if facts.interest is Interest.OTHER:
        found.append(_NO_INTEREST)
    if not says_something(facts.consent):
        found.append(_NO_CONSENT)
    found += scope_unmet(facts.scope, at, "N21")
    if not (says_something(facts.purpose) and says_something(facts.content)):
        found.append(_NOT_STATED)
    if not facts.undertaking:
        found.append(_NO_UNDERTAKING)
    if not facts.supervised:
        found.append(_NOT_SUPERVISED)
    if facts.copy:
        found.append(_COPY)
    return tuple(found)


_NO_CLAIM = Unmet(
    "N21",
    "申请人不是本人、近亲属或者负有监护、看护、代管责任的人",
    "who asks is neither the person, nor a near relative, nor has custody, care or charge",
    "请由有权的人申请",
    "somebody entitled has to apply",
)
_NO_IDENTITY = Unmet(
    "N21", "未出示身份和关系证明", "identity and relation are not shown", "请出示证明", "show the papers"
)
_NO_INTEREST = Unmet(
    "N21",
    "不是为保护生命健康或者财产安全",
    "it is not to protect life, health or property",
    "请写明需要保护的权益；其他用途不予办理",
    "state what is to be protected; nothing else opens it",
)
_NO_CONSENT = Unmet(
    "N21", "管理单位尚未同意", "the managing unit has not agreed", "请管理单位办理", "the unit has to decide"
)
_NOT_STATED = Unmet(
    "N16.2(3)",
    "未写明事由、内容",
    "reason and content are not stated",
    "请填写事由和内容",
    "state both",
    otherwise="S33.1",
)
_NO_UNDERTAKING = Unmet(
    "N21", "尚未承诺不非法外传", "no undertaking not to pass on", "请签署承诺", "sign the undertaking"
)
_NOT_SUPERVISED = Unmet(
    "S33.1", "无管理单位人员在场", "nobody of the unit is there", "请工作人员在场", "staff have to be there"
)
_COPY = Unmet(
    "N21", "该依据不产生复制件", "this ground yields no copy", "本人影像请依个人信息保护法申请", "see PIPL 45"
)


GROUND = GroundEntry(
    name=NAME,
    zh="个人查阅",
    en="individual",
    clauses=CLAUSES,
    facts=IndividualFacts,
    unmet=unmet,
    never=NEVER,
    ways=WAYS,
    filled=(SPAN_ASSUMED,),
    granted=("个人查阅", "Individual's look"),
)
