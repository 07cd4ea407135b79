"""Ground *maintenance* (维护, S31, N15.2, N19): people of an entrusted firm see what they need to repair a camera.

Under a contract that has its terms and is running, by somebody on its list, for an open ticket, supervised by the using unit. They
keep, process and pass on nothing (N19), in N9's places too: N9 takes N15.2's agreement off, not the secrecy of S31.2a.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from custodes.law.assumptions import AS_SHIPPED
from custodes.law.calendar.days import day_of
from custodes.law.grounds.ground import NO_SEARCH, GroundEntry, Never, OtherWay, Unmet, Yield
from custodes.law.grounds.in_time import resting_on
from custodes.law.grounds.stating import identity, longest, says_something

NAME = "maintenance"
CLAUSES = ("S31.2a", "S31.2b", "N15.2", "N19", "S33.1")
NEVER = (
    Never(Yield.COPY, "N19", "不得擅自留存", "nothing is kept", "S33.1"),
    Never(Yield.EXPORT, "N19", "不得擅自留存、加工、泄露", "nothing is kept, processed or leaked", "S30.1"),
    Never(Yield.PASSING_ON, "N19", "不得泄露", "nothing is passed on", "S30.1"),
    NO_SEARCH,
)
WAYS = (OtherWay("S31.1", "由建设单位或者使用单位自行维护", "the building or using unit maintains it itself"),)

TERMS = {
    "matters": ("S31.2a", "维护管理具体事项", "what is done"),
    "response": ("S31.2a", "维护时效", "how soon"),
    "secrecy": ("S31.2a", "信息资料保密义务", "secrecy"),
    "security": ("N15.2", "安全保密协议", "agreement on security and secrecy"),
    "return": ("PIPL21", "到期返还或者删除数据", "return or deletion at the end"),
    "no_subcontract": ("PIPL21", "未经同意不得转委托", "no sub-processing without consent"),
}
"""Terms that a contract has to have: clause and words."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A maintenance contract.

    Attributes:
        begins, ends: its first and last day.
        terms: keys of `TERMS` that it has.
        people: who of the firm is on its list.
        cameras: covered by it, as named in it.
    """

    begins: date
    ends: date
    terms: frozenset[str]
    people: frozenset[str]
    cameras: frozenset[str]


@dataclass(frozen=True, slots=True)
class MaintenanceFacts:
    """All that the ground needs to know.

    Attributes:
        contract: the contract, None where there is none.
        person: who asks.
        cameras: what is asked for.
        ticket: number of the open ticket.
        trained: secrecy training and undertaking are valid.
        supervisor: somebody of the using unit who lets it happen, empty for nobody.
        back: how far back it is looked to check a recording.
        furthest: how far back one may look; more than any installation may set counts as that (`widest`).
        n9: all cameras that are asked for are of systems of N9's places: what N9 takes off is not asked, or under the city's regulation.
    """

    contract: Contract | None
    person: str
    cameras: frozenset[str]
    ticket: str
    trained: bool
    supervisor: str
    back: timedelta = timedelta()
    furthest: timedelta = timedelta(minutes=AS_SHIPPED.repair_back_minutes)
    n9: bool = False


def missing_terms(contract: Contract) -> tuple[Unmet, ...]:
    """Terms that the contract lacks, each with its clause; a contract that lacks one can't become active."""
    return tuple(
        Unmet(
            clause,
            f"合同缺少：{zh}",
            f"the contract lacks: {en}",
            "请补充该条款后生效",
            "add the term before it takes effect",
        )
        for key, (clause, zh, en) in TERMS.items()
        if key not in contract.terms
    )


@resting_on("S31.2a")
def unmet(facts: MaintenanceFacts, at: datetime) -> tuple[Unmet, ...]:
    """The conditions that are not met at `at`."""
    contract = facts.contract
    if contract is None:
        return (_NO_CONTRACT,)
    found = [*missing_terms(contract)]
    if not contract.begins <= day_of(at) <= contract.ends:
        found.append(_NOT_RUNNING)
    # Letter for letter, as the contract has it: sameness opens something here.
    if not says_something(facts.person) or facts.person not in contract.people:
        found.append(_NOT_LISTED)
    if not facts.cameras or not all(says_something(camera) for camera in facts.cameras):
        found.append(_NO_CAMERA)
    elif not facts.cameras <= contract.cameras:
        found.append(_NOT_COVERED)
    if not says_something(facts.ticket):
        found.append(_NO_TICKET)
    if not facts.trained:
        found.append(_NOT_TRAINED)
    of_the_firm = {identity(name) for name in (facts.person, *contract.people)}
    if not says_something(facts.supervisor) or identity(facts.supervisor) in of_the_firm:
        found.append(_NOT_SUPERVISED)
    if facts.back < timedelta():
        found.append(_BACK_TO_COME)
    if facts.back > longest("repair_back_minutes", facts.furthest):
        found.append(_TOO_FAR_BACK)
    return tuple(found)


_NO_CONTRACT = Unmet("S31.2a", "没有维护合同", "there is no contract", "请先签订合同", "make a contract first")
_NOT_RUNNING = Unmet(
    "S31.2a", "合同未生效或者已到期", "the contract does not run today", "请续签；到期账号自动停用", "renew it"
)
_NOT_LISTED = Unmet(
    "N15.2",
    "不在合同人员名单内",
    "not on the contract's list of people",
    "请先报备人员",
    "have the person listed first",
    otherwise="S33.1",
)
_NO_CAMERA = Unmet("S33.1", "没有指明点位", "no camera is named", "请选择点位", "choose the camera")
_NOT_COVERED = Unmet(
    "S33.1", "点位不在合同范围内", "a camera is not covered by the contract", "请核对合同范围", "check what it covers"
)
_NO_TICKET = Unmet("S31.2b", "没有维护工单", "there is no open ticket", "请先开具工单", "open a ticket")
_NOT_TRAINED = Unmet(
    "S34(5)",
    "保密培训或者承诺已失效",
    "training or undertaking has lapsed",
    "请完成培训并签署承诺",
    "complete and sign",
)
_NOT_SUPERVISED = Unmet(
    "S31.2b",
    "使用单位没有人监督",
    "nobody of the using unit supervises",
    "请使用单位指定人员",
    "the using unit names somebody",
)
_BACK_TO_COME = Unmet(
    "S33.1", "回看时长不能为负", "it looks back by less than nothing", "请核对回看时长", "give zero or more"
)
_TOO_FAR_BACK = Unmet(
    "S33.1",
    "回看超过检修所需",
    "it looks further back than a repair needs",
    "请缩短；需要更多的，由使用单位人员核对",
    "shorten it; the using unit's staff may check more",
)


GROUND = GroundEntry(
    name=NAME,
    zh="维护",
    en="maintenance",
    clauses=CLAUSES,
    facts=MaintenanceFacts,
    unmet=unmet,
    never=NEVER,
    ways=WAYS,
    filled=(("furthest", "repair_back_minutes"),),
)
