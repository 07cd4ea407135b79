"""The guard of each step of the holder's: what is unmet, each with clause and remedy. Empty means: may be taken. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from custodes.law.grounds.agency import AgencyFacts, AgencyVerb, refusable, returnable, unmet
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.independence import BOUND


@dataclass(frozen=True, slots=True)
class AgencyQuestion:
    """What a guard looks at.

    Attributes:
        facts: of the ground; with `registered` as the event would leave it.
        at: aware.
        words: the reason as it was written.
        requester: whoever acts is of those who ask.
        began, registered: whoever acts began it at the counter, or gave it its line in the register.
        approved: whoever acts has approved already.
        hurried: whoever acts granted it in a hurry.
        looked: it was looked at under a grant.
        handed: an evidence package was handed over.
        originals: letter and cards lie there as scans, or whoever registers says that the originals were seen; or it came in online.
        no_power: whoever acts says that the article gives no such power.
        bound: whoever acts is no other person than one from whom this step has to be independent.
    """

    facts: AgencyFacts
    at: datetime
    words: str = ""
    requester: bool = False
    began: bool = False
    registered: bool = False
    approved: bool = False
    hurried: bool = False
    looked: bool = False
    handed: bool = False
    originals: bool = False
    no_power: bool = False
    bound: bool = False


Guard = Callable[[AgencyQuestion], tuple[Unmet, ...]]


def with_words(asked: AgencyQuestion) -> tuple[Unmet, ...]:
    """With a reason."""
    return () if says_something(asked.words) else (_NO_WORDS,)


def give_back(asked: AgencyQuestion) -> tuple[Unmet, ...]:
    """With a reason, for something that whoever asks can complete: what is complete is registered."""
    return with_words(asked) if returnable(asked.facts, asked.at) else (_COMPLETE,)


def register(asked: AgencyQuestion) -> tuple[Unmet, ...]:
    """Nothing that the law asks for is missing, and somebody has seen the originals."""
    return unmet(asked.facts, asked.at) or (() if asked.originals else (ORIGINALS_UNSEEN,))


def refuse(asked: AgencyQuestion) -> tuple[Unmet, ...]:
    """Something is missing of what whoever asks has to bring: S28.2 knows no other refusal."""
    return () if refusable(asked.facts, asked.at, asked.no_power) else (_NOTHING_MISSING,)


def approve(asked: AgencyQuestion) -> tuple[Unmet, ...]:
    """By somebody who has neither registered nor approved it yet, while nothing is missing."""
    found = list(unmet(asked.facts, asked.at))
    if asked.registered:
        found.append(_REGISTERED_IT)
    if asked.approved:
        found.append(_TWICE)
    return tuple(found)


def grant_urgent(asked: AgencyQuestion) -> tuple[Unmet, ...]:
    """All that the law asks for, and why it can't wait; by who has not taken it in."""
    found = [*unmet(asked.facts, asked.at), *with_words(asked)]
    if asked.began or asked.registered:
        found.append(_TOOK_IT_IN)
    return tuple(found)


def review(asked: AgencyQuestion) -> tuple[Unmet, ...]:
    """By another person than who granted it in a hurry."""
    found = list(approve(asked))
    if asked.hurried:
        found.append(_OWN_HURRY)
    return tuple(found)


def serve(asked: AgencyQuestion) -> tuple[Unmet, ...]:
    """It was looked at, or a package was handed over; of basic information with words: what was given, on what."""
    if asked.facts.base_data:
        return with_words(asked)
    if asked.facts.verb is AgencyVerb.CONSULT:
        return () if asked.looked else (_NOT_LOOKED,)
    return () if asked.handed else (_NOT_HANDED,)


def by_the_holder(guard: Guard) -> Guard:
    """Whoever asks decides nothing of the own request (Q2)."""

    def asked_of(asked: AgencyQuestion) -> tuple[Unmet, ...]:
        found = guard(asked)
        found = (*found, ASKS) if asked.requester else found
        return (*found, BOUND) if asked.bound else found

    return asked_of


GUARDS: dict[str, Guard] = {
    "give_back": by_the_holder(give_back),
    "register": by_the_holder(register),
    "refuse": by_the_holder(refuse),
    "send_back": by_the_holder(with_words),
    "approve": by_the_holder(approve),
    "grant_urgent": by_the_holder(grant_urgent),
    "review": by_the_holder(review),
    "serve": by_the_holder(serve),
    "close": by_the_holder(with_words),
    "take_back": by_the_holder(with_words),
}

_NO_WORDS = Unmet("S33.1", "未写明理由或者情况", "no reason is stated", "请写明后再办理", "state it")
_NOTHING_MISSING = Unmet(
    "S28.2",
    "没有缺少的条件，不能拒绝",
    "nothing is missing: it can't be refused",
    "请登记；本单位审批有疑问的，提请上级",
    "register it; put doubts of your own to the unit above",
)
_COMPLETE = Unmet(
    "S28.1(3)",
    "申请人需要补充的都已齐全，不能退回",
    "who asks has nothing more to complete: it is not given back",
    "请本单位核对后登记",
    "check and register it",
)
ORIGINALS_UNSEEN = Unmet(
    "S28.1(2)",
    "没有介绍信函和每名工作人员证件的扫描件，也没有写明已核对原件",
    "neither scans of the letter and of each card nor a word that the originals were seen",
    "请核对原件并勾选“已核对原件”，或者加入扫描件",
    "look at the originals and say so, or add the scans",
)
ASKS = Unmet(
    "S33.1", "申请人不能办理本人的申请", "nobody decides a request of their own", "请由其他人员办理", "another has to"
)  # fmt: skip
_REGISTERED_IT = Unmet(
    "S33.1", "登记的人员不能再审批同一申请", "who registered it does not approve it", "请由另一名审批人办理",
    "another has to",
)  # fmt: skip
_TOOK_IT_IN = Unmet(
    "S33.1",
    "受理或者登记的人员不能紧急准予同一申请",
    "who began or registered it does not grant it in a hurry",
    "请由另一人决定",
    "another has to",
)
_TWICE = Unmet("S33.1", "已经审批过", "has approved already", "请由另一名审批人办理", "another has to")
_OWN_HURRY = Unmet(
    "S33.1", "紧急准予的人员不能自行补审", "who granted it in a hurry does not review it", "请由另一名审批人办理",
    "another has to",
)  # fmt: skip
_NOT_LOOKED = Unmet(
    "S28.1(3)",
    "尚未查阅",
    "it was not looked at yet",
    "请两名工作人员在场或者同时登录后查阅",
    "both officers look at it first",
)
_NOT_HANDED = Unmet(
    "S28.1(4)",
    "尚未交付证据包",
    "no evidence package was handed over",
    "请制作证据包，在两名工作人员面前交付",
    "make one and hand it over before both officers",
)
