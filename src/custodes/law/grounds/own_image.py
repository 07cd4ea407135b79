"""Ground *own image* (本人影像, PIPL 45): a person looks at, or gets a copy of, what shows themselves.

Parents and guardians ask for who is under fourteen (PIPL 31), guardians for other wards (Civil Code 23, 34), near relatives for the dead
in an interest of their own where the dead arranged nothing else (PIPL 49), and whoever the person has given authority. A right of its own beside S29 and N21: it is about the person who asks, and may yield a copy in which everybody else is masked.
Exceptions: those that PIPL 45 names: secrecy that a law orders (18(1)), and state organs whose duty it would hinder (35).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from custodes.law.assumptions import Assumptions
from custodes.law.calendar.terms import Term, TermUnit
from custodes.law.grounds.ground import NO_SEARCH, GroundEntry, Never, OtherWay, Unmet, Yield
from custodes.law.grounds.in_time import resting_on
from custodes.law.grounds.stating import SPAN_ASSUMED, StatedScope, says_something, scope_unmet

NAME = "own_image"
CLAUSES = ("PIPL45", "N16.2(3)")
NEVER = (
    Never(Yield.LIVE, "PIPL45", "只涉及已有录像", "recorded footage only"),
    Never(Yield.BASE_DATA, "S30.1", "不提供系统基础信息", "no basic information of the system"),
    NO_SEARCH,
)
WAYS = (
    OtherWay("PIPL50", "对不予提供不服的，可以依法向人民法院提起诉讼", "a suit in court against the refusal"),
    OtherWay("N21", "为保护生命健康、财产安全，可经管理单位同意查阅", "to protect life, health or property: N21"),
    OtherWay("S27", "诉讼需要的，可以申请人民法院调取", "in a suit the court may retrieve it"),
)


class OwnClaim(StrEnum):
    """Who asks."""

    SELF = "self"
    GUARDIAN = "guardian"
    AGENT = "agent"
    RELATIVE = "relative"
    """A near relative of somebody who is dead."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class OwnImageFacts:
    """All that the ground needs to know.

    Attributes:
        claim: who asks; `standing_shown`: who asks for another has shown that they may, and names whom the footage shows.
        identity_shown: the person's papers were seen.
        shows_requester: staff have found that the footage shows the person who asks, by the place and time stated.
        scope: which footage.
        exception: the exception that the holder states (secrecy, hindered duty), with its law; empty for none.
        exceptions_checked: the holder has looked whether there is one.
        content: what is looked for.
        copy: a copy is asked for.
        others_masked: in the copy everybody else, plates and shop signs are masked and a person has reviewed it.
        n9: all cameras that are asked for are of systems of N9's places: what N9 takes off is not asked, or under the city's regulation.
    """

    identity_shown: bool
    shows_requester: bool
    scope: StatedScope
    content: str
    exception: str = ""
    copy: bool = False
    others_masked: bool = False
    exceptions_checked: bool = False
    n9: bool = False
    claim: OwnClaim = OwnClaim.SELF
    standing_shown: bool = False


def answer_term(assumed: Assumptions) -> Term:
    """How long an answer may take: the law says 及时 (PIPL45) and no number; how many working days that is the installation says."""
    return Term(assumed.own_image_working_days, TermUnit.WORKING_DAY, False, ("PIPL45",))


@resting_on("PIPL45")
def unmet(facts: OwnImageFacts, at: datetime) -> tuple[Unmet, ...]:
    """The conditions that are not met at `at`."""
    found: list[Unmet] = []
    if not facts.identity_shown:
        found.append(_NO_IDENTITY)
    found += _standing(facts)
    found += scope_unmet(facts.scope, at, "PIPL6")
    if not says_something(facts.content):
        found.append(_NO_CONTENT)
    if not facts.shows_requester:
        found.append(NOT_FOUND)
    if facts.exception and not says_something(facts.exception):
        found.append(_EXCEPTION_UNCLEAR)
    elif facts.exception:
        found.append(
            Unmet(
                "PIPL45",
                f"存在法定例外（第十八条第一款、第三十五条）：{facts.exception.strip()}",
                f"a lawful exception applies (articles 18(1), 35): {facts.exception.strip()}",
                "不服的，可以依法申请行政复议或者向人民法院起诉",
                "who does not accept it may apply for administrative review or bring a suit in court",
            )
        )
    elif not facts.exceptions_checked:
        found.append(_EXCEPTION_UNKNOWN)
    if facts.copy and not facts.others_masked:
        found.append(NOT_MASKED)
    return tuple(found)


def _standing(facts: OwnImageFacts) -> tuple[Unmet, ...]:
    if facts.claim is OwnClaim.SELF:
        return ()
    if facts.claim is OwnClaim.OTHER:
        return (_NOT_ENTITLED,)
    return () if facts.standing_shown else (_NO_STANDING[facts.claim],)


_NOT_ENTITLED = Unmet(
    "PIPL45",
    "申请人不是画面中的本人，也不是可以代为申请的人",
    "who asks is neither the person shown nor somebody who may ask for them",
    "请由本人申请，或者由监护人、受委托的人、死者的近亲属申请",
    "the person asks; or a guardian, an agent, a near relative of who is dead",
)
_NO_STANDING = {
    OwnClaim.GUARDIAN: Unmet(
        "PIPL31",
        "未写明被监护人姓名，或者未出示监护关系证明",
        "the ward is not named, or guardianship was not shown",
        "请写明姓名并出示户口簿、出生医学证明或者监护证明：不满十四周岁的依第三十一条，其他被监护人依民法典第二十三条、第三十四条",
        "name the ward and show a household register, birth certificate or proof of guardianship: under fourteen by PIPL 31, others by articles 23 and 34 of the Civil Code",
    ),
    OwnClaim.AGENT: Unmet(
        "PIPL45",
        "未写明委托人姓名，或者未出示授权委托书",
        "the principal is not named, or no authority was shown",
        "请写明姓名并出示本人签名的授权委托书",
        "name the principal and show the signed authority",
    ),
    OwnClaim.RELATIVE: Unmet(
        "PIPL49",
        "未写明死者姓名，或者未出示死亡和近亲属关系证明",
        "the dead person is not named, or death and kinship were not shown",
        "请写明姓名并出示证明，说明为了自身的何种合法、正当利益，以及死者生前有无另行安排；死者生前另有安排的，从其安排",
        "name the person, show the proofs, and say which lawful interest of your own it is for and whether the dead arranged otherwise in life, which prevails",
        otherwise="PIPL45",
    ),
}
_NO_IDENTITY = Unmet(
    "PIPL45", "未核对本人身份", "identity was not shown", "请出示身份证件", "show an identity document"
)
_NO_CONTENT = Unmet(
    "N16.2(3)", "未写明内容", "no content is stated", "请填写内容", "state what is looked for", otherwise="PIPL45"
)
NOT_FOUND = Unmet(
    "PIPL45",
    "工作人员尚未确认画面中有申请人本人",
    "staff have not found that it shows the person who asks",
    "请按申请人说明的地点、时间核对，不得跨点位检索",
    "look at the place and time stated; no search across cameras",
)
_EXCEPTION_UNCLEAR = Unmet(
    "PIPL45",
    "登记了法定例外，但未写明内容",
    "an exception is entered that says nothing",
    "请写明例外及其依据；没有例外的请留空",
    "state it with its law, or leave it empty where there is none",
)
_EXCEPTION_UNKNOWN = Unmet(
    "PIPL45",
    "本单位尚未核对有无法定例外",
    "the holder has not looked whether an exception applies",
    "请核对并登记",
    "look, and enter the answer",
)
NOT_MASKED = Unmet(
    "PIPL25",
    "复制件尚未遮蔽他人、号牌和店名并复核",
    "others, plates and signs in the copy are not masked and reviewed",
    "请在本申请的页面制作复制件：一人遮蔽、复核，另一人审批",
    "have the copy made from the request's page: one masks and reviews it, another approves",
)


GROUND = GroundEntry(
    name=NAME,
    zh="本人影像",
    en="own image",
    clauses=CLAUSES,
    facts=OwnImageFacts,
    unmet=unmet,
    never=NEVER,
    ways=WAYS,
    filled=(SPAN_ASSUMED,),
    granted=("本人影像", "Own image"),
)
