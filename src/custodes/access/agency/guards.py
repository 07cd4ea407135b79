"""The guard of each event of a request: what is unmet, each with clause and remedy. Empty means: may be taken. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from custodes.law.grounds.agency import AgencyFacts, Verb, unmet
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something


@dataclass(frozen=True, slots=True)
class Asked:
    """What a guard looks at.

    Attributes:
        facts: of the ground; with `registered` as the event would leave it.
        at: aware.
        words: the reason as it was written.
        requester: whoever acts is of those who ask.
        approved: whoever acts has approved already.
        hurried: whoever acts granted it in a hurry.
        looked: it was looked at under a grant.
    """

    facts: AgencyFacts
    at: datetime
    words: str = ""
    requester: bool = False
    approved: bool = False
    hurried: bool = False
    looked: bool = False


Guard = Callable[[Asked], tuple[Unmet, ...]]


def nothing(asked: Asked) -> tuple[Unmet, ...]:
    """It is always taken: what is missing is said, and checked at the desk."""
    return ()


def with_words(asked: Asked) -> tuple[Unmet, ...]:
    """With a reason."""
    return () if says_something(asked.words) else (_NO_WORDS,)


def register(asked: Asked) -> tuple[Unmet, ...]:
    """Nothing that the law asks for is missing."""
    return unmet(asked.facts, asked.at)


def refuse(asked: Asked) -> tuple[Unmet, ...]:
    """Something is missing: S28.2 knows no other refusal."""
    return () if unmet(asked.facts, asked.at) else (_NOTHING_MISSING,)


def approve(asked: Asked) -> tuple[Unmet, ...]:
    """By somebody who does not ask and has not approved yet, while nothing is missing."""
    found = list(unmet(asked.facts, asked.at))
    if asked.requester:
        found.append(_ASKS)
    if asked.approved:
        found.append(_TWICE)
    return tuple(found)


def grant_urgent(asked: Asked) -> tuple[Unmet, ...]:
    """All that the law asks for, and why it can't wait for the approvals."""
    found = [*unmet(asked.facts, asked.at), *with_words(asked)]
    if asked.requester:
        found.append(_ASKS)
    return tuple(found)


def review(asked: Asked) -> tuple[Unmet, ...]:
    """By another person than who granted it in a hurry."""
    found = list(approve(asked))
    if asked.hurried:
        found.append(_OWN_HURRY)
    return tuple(found)


def serve(asked: Asked) -> tuple[Unmet, ...]:
    """It was looked at, or with words: what was handed over, on what."""
    if asked.facts.verb is Verb.CONSULT and not asked.facts.base_data and not asked.looked:
        return (_NOT_LOOKED,)
    return () if asked.facts.verb is Verb.CONSULT and not asked.facts.base_data else with_words(asked)


GUARDS: dict[str, Guard] = {
    "submit": nothing,
    "give_back": with_words,
    "register": register,
    "refuse": refuse,
    "send_back": with_words,
    "approve": approve,
    "grant_urgent": grant_urgent,
    "review": review,
    "serve": serve,
    "close": with_words,
    "take_back": with_words,
    "lapse": nothing,
}

_NO_WORDS = Unmet("S33.1", "未写明理由或者情况", "no reason is stated", "请写明后再办理", "state it")
_NOTHING_MISSING = Unmet(
    "S28.2",
    "没有缺少的条件，不能拒绝",
    "nothing is missing: it can't be refused",
    "请登记；本单位审批有疑问的，提请上级",
    "register it; put doubts of your own to the unit above",
)
_ASKS = Unmet(
    "S33.1", "申请人不能审批本人的申请", "nobody approves a request of their own", "请由另一名审批人办理", "another has to"
)  # fmt: skip
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
