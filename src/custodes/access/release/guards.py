"""The guard of each event of a release: what is unmet, each with clause and remedy. Empty means: may be taken. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from custodes.law.grounds import release
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.release import PROTECTED, ReleaseFacts
from custodes.law.grounds.stating import says_something

COVERED_BY = {
    "faces": ("face", "body"),
    "plates": ("plate",),
    "minors": ("face", "body"),
    "organisations": ("sign", "licence"),
}
"""Which tracks hide each kind that is protected."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What was said of the tracks, counted.

    Attributes:
        open: nobody has decided them.
        unasked: accepted, and the question about acquaintances was not answered.
        told: accepted, somebody who knows the person could still tell, and nothing is said of it or a face's body is shown.
        unsaid: rejected without a reason.
        hidden, accepted: kinds of the tracks that are filled; of those that a person has accepted.
        samples: that were not looked at.
    """

    open: int = 0
    unasked: int = 0
    told: int = 0
    unsaid: int = 0
    hidden: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a guard looks at.

    Attributes:
        facts: of the ground.
        at: aware.
        words: the reason as it was written.
        proposer, reviewer: whoever acts is that person, or has ever proposed it.
        worked: whoever acts has done some of what is approved.
        end: of the span, aware; `length` how long it is, `longest` how long one may be.
        by_rule: it rests on a rule, not on consent.
        papers: how many lie there.
        assessment: its three parts.
        marks: of the tracks.
        findings: kind that is protected → answer.
        laws: kind → the article of its exemption, with somebody who has read it.
        written: a copy lies there that was written with the tracks as they stand.
        leaks: what a detector still finds in it that nobody has let stand.
        where, takedown: as written.
    """

    facts: ReleaseFacts
    at: datetime
    words: str = ""
    proposer: bool = False
    reviewer: bool = False
    worked: bool = False
    end: datetime | None = None
    length: timedelta = timedelta()
    longest: timedelta = timedelta(minutes=15)
    by_rule: bool = True
    papers: int = 0
    assessment: tuple[str, ...] = ()
    marks: Marks = field(default_factory=Marks)
    findings: dict[str, str] = field(default_factory=dict)
    laws: dict[str, tuple[str, bool]] = field(default_factory=dict)
    written: bool = False
    leaks: int = 0
    where: str = ""
    takedown: str = ""


Guard = Callable[[Asked], tuple[Unmet, ...]]


def propose(asked: Asked) -> tuple[Unmet, ...]:
    """A basis that is one, a purpose, a span that is over and can be reviewed by a person."""
    found: list[Unmet] = []
    if asked.by_rule and not release.names_a_norm(asked.facts.basis):
        found.append(NO_RULE)
    if not asked.by_rule and not (says_something(asked.facts.basis) and asked.papers):
        found.append(NO_CONSENT)
    if not says_something(asked.facts.purpose):
        found.append(release.NO_PURPOSE)
    if asked.end is not None and asked.end > asked.at:
        found.append(TO_COME)
    if not timedelta() < asked.length <= asked.longest:
        found.append(_too_long(asked.longest))
    return tuple(found)


def assess(asked: Asked) -> tuple[Unmet, ...]:
    """Necessity, risks and measures, by another person than the proposer."""
    found = [] if asked.assessment and all(map(says_something, asked.assessment)) else [NO_ASSESSMENT]
    return (*found, *((OWN,) if asked.proposer else ()), *propose(asked))


def decline(asked: Asked) -> tuple[Unmet, ...]:
    """With a reason, by another person than who proposed it, and than who reviewed it."""
    found = [] if says_something(asked.words) else [NO_WORDS]
    return (*found, *((OWN,) if asked.proposer or asked.reviewer else ()))


def with_words(asked: Asked) -> tuple[Unmet, ...]:
    """With a reason."""
    return () if says_something(asked.words) else (NO_WORDS,)


def nothing(asked: Asked) -> tuple[Unmet, ...]:
    """Whether the node has found tracks was asked before."""
    return ()


def review(asked: Asked) -> tuple[Unmet, ...]:
    """Every track decided, every sample looked at, every protected kind answered, and the copy is the one with these tracks."""
    marks = asked.marks
    found = [
        one
        for one, there in (
            (OPEN_TRACKS, marks.open),
            (UNASKED, marks.unasked),
            (STILL_TOLD, marks.told),
            (NO_REMARK, marks.unsaid),
            (SAMPLES, marks.samples),
        )
        if there
    ]
    found += release.unmasked(asked.facts)
    found += contradictions(asked)
    if not asked.written:
        found.append(NOT_WRITTEN)
    elif asked.leaks and not says_something(asked.words):
        found.append(LEAKS)
    return tuple(found)


def contradictions(asked: Asked) -> tuple[Unmet, ...]:
    """Answers that the tracks, or the law, speak against."""
    found: list[Unmet] = []
    for key, answer in asked.findings.items():
        clause, zh, en = PROTECTED[key]
        kinds = COVERED_BY[key]
        if answer == "masked" and not any(kind in asked.marks.hidden for kind in kinds):
            found.append(_nothing_drawn(clause, zh, en))
        if answer == "absent" and key != "minors" and any(kind in asked.marks.accepted for kind in kinds):
            found.append(_there(clause, zh, en))
        if answer == "exempt":
            found += exempting(key, *asked.laws.get(key, ("", False)))
    return tuple(found)


def exempting(key: str, law: str, read: bool) -> tuple[Unmet, ...]:
    """What keeps this kind from being let stand by `law`; `read`: somebody has read its article."""
    if key == "minors":
        return (MINORS,)
    return () if release.names_a_norm(law) and read else (NO_LAW,)


def second_review(asked: Asked) -> tuple[Unmet, ...]:
    """By another person than who proposed, masked or reviewed it, of the copy that was reviewed."""
    found: list[Unmet] = []
    if asked.proposer:
        found.append(PROPOSED_IT)
    if asked.reviewer:
        found.append(release.NO_SECOND)
    elif asked.worked and not asked.proposer:
        found.append(WORKED_ON_IT)
    mine = {release.NO_SECOND}
    return (*found, *(one for one in release.unmet(asked.facts, asked.at) if one not in mine))


def publish(asked: Asked) -> tuple[Unmet, ...]:
    """All that the ground asks for, and where it is published."""
    found = release.unmet(asked.facts, asked.at)
    return found if says_something(asked.where) else (*found, NO_PLACE)


def withdraw(asked: Asked) -> tuple[Unmet, ...]:
    """With the reason, and what was done to take it down."""
    found = list(with_words(asked))
    if not says_something(asked.takedown):
        found.append(NO_TAKEDOWN)
    return tuple(found)


def same_copy(seen: str, copy: str) -> tuple[Unmet, ...]:
    """What is decided is of the copy that the person was shown."""
    return () if seen and seen == copy else (COPY_CHANGED,)


GUARDS: dict[str, Guard] = {
    "propose": propose,
    "propose_again": propose,
    "give_back": decline,
    "assess": assess,
    "refuse": decline,
    "mask": nothing,
    "review": review,
    "second_review": second_review,
    "remask": with_words,
    "publish": publish,
    "withdraw": withdraw,
    "drop": with_words,
}


def _nothing_drawn(clause: str, zh: str, en: str) -> Unmet:
    return Unmet(
        clause, f"写明已遮蔽，但没有遮蔽的轨迹：{zh}", f"said to be masked, and no track hides it: {en}",
        "请在画面中画出并遮蔽，或者改答画面中没有", "draw and mask it, or answer that it is absent",
    )  # fmt: skip


def _there(clause: str, zh: str, en: str) -> Unmet:
    return Unmet(
        clause, f"写明画面中没有，但有已确认的轨迹：{zh}", f"said to be absent, and accepted tracks hide it: {en}",
        "请改答已遮蔽，或者把误认的轨迹改为不遮蔽并写明理由", "answer that it is masked, or reject what is none, with the reason",
    )  # fmt: skip


def _too_long(longest: timedelta) -> Unmet:
    minutes = f"{longest.total_seconds() / 60:g}"
    return Unmet(
        "S30.2", f"时段为空，或者超过 {minutes} 分钟（这是本系统的上限，不是法律的规定）",
        f"the span is empty, or longer than {minutes} minutes (this system's limit, not the law's)",
        "请只选必要的时段；需要更长的，分件办理", "choose what is needed; longer ones one by one",
    )  # fmt: skip


NO_WORDS = Unmet("PIPL56", "未写明理由", "no reason is stated", "请写明后再办理", "state it")
NO_RULE = Unmet(
    "PIPL25", "依据没有写明法律、法规的名称和条款", "the basis names no law with its article",
    "请写成“××法第×条”；没有规定的，应当取得单独同意", "name law and article, or obtain separate consent",
)  # fmt: skip
NO_CONSENT = Unmet(
    "PIPL25", "没有被拍摄的人的单独同意书", "the separate consent of who is seen is missing",
    "请写明是谁同意，并加入同意书", "say whose it is and add the paper",
)  # fmt: skip
TO_COME = Unmet(
    "S30.2", "时段还没有过去", "the span is not over yet", "请选择已有录像的时段", "choose a span of recordings"
)
ELSEWHERE = Unmet(
    "S30.2", "该点位不属于本件的办理单位", "the camera is not of the unit that handles the release",
    "请选择办理单位负责或者管理的点位；其他单位的点位，由该单位另行提出", "choose one that the unit answers for or runs; others are proposed there",
)  # fmt: skip
OWN = Unmet(
    "S33.1", "提出人、复核人不能决定自己办理的件", "nobody decides what they proposed or reviewed",
    "请由另一人办理", "another has to",
)  # fmt: skip
NO_ASSESSMENT = Unmet(
    "PIPL55", "影响评估没有写全必要性、风险和保护措施", "the assessment lacks necessity, risks or measures",
    "请逐项写明", "write each",
)  # fmt: skip
OPEN_TRACKS = Unmet(
    "S30.2",
    "还有轨迹没有逐条确认",
    "tracks are not decided yet",
    "请在遮蔽页面逐条确认",
    "decide each on the page of masks",
)
UNASKED = Unmet(
    "S30.2", "有遮蔽的轨迹没有回答“认识的人能否认出”", "the question about acquaintances is not answered for each hidden track",
    "请在遮蔽页面回答", "answer it on the page of masks",
)  # fmt: skip
STILL_TOLD = Unmet(
    "S30.2", "有轨迹答为认识的人仍能认出，但没有遮蔽全身或者没有写明理由",
    "of some tracks acquaintances could still tell, and the body is shown or nothing is said of it",
    "请遮蔽全身或者扩大范围，并写明理由", "hide the whole body or more, and say why it may stand",
)  # fmt: skip
NO_REMARK = Unmet(
    "S30.2",
    "有不遮蔽的轨迹没有写明理由",
    "tracks are shown without a reason",
    "请写明为什么可以不遮蔽",
    "say why each may be shown",
)
SAMPLES = Unmet(
    "S30.2",
    "还有抽查画面没有看过",
    "samples were not looked at yet",
    "请在遮蔽页面逐张查看",
    "look at each on the page of masks",
)
NOT_WRITTEN = Unmet(
    "S30.2", "还没有按现在的轨迹生成成品", "no copy was written with the tracks as they stand",
    "请生成成品，看过后再复核", "have it written and look at it",
)  # fmt: skip
LEAKS = Unmet(
    "S30.2", "成品中仍检出没有遮住的目标，复核意见没有说明", "the detector still finds something in the copy, and nothing is said of it",
    "请查看检出报告，补画后重新生成；误检的，在复核意见中逐处说明", "look at the report and draw what is missing; say of each why it is none",
)  # fmt: skip
MINORS = Unmet(
    "PIPL28",
    "未成年人一律遮蔽（不满十四周岁的依第二十八条，其他为本系统的要求）",
    "minors are always masked (under fourteen by PIPL 28, others by this system's rule)",
    "请遮蔽，或者确认画面中没有",
    "mask them, or find none",
)
NO_LAW = Unmet(
    "S30.2", "不遮蔽的，没有写明法律、法规的条款，或者没有人核对条款", "an exemption names no article, or nobody has read it",
    "请写明“××法第×条”并勾选已核对原文；否则应当遮蔽", "name law and article and say that it was read; else mask it",
)  # fmt: skip
PROPOSED_IT = Unmet(
    "S30.2", "提出人不能审批", "who proposed it does not approve it", "请由提出人、复核人以外的人审批", "another has to"
)
WORKED_ON_IT = Unmet(
    "S30.2", "参与遮蔽、复核的人不能审批", "who had a part in masking or review does not approve it",
    "请由没有参与办理的审批人审批", "an approver who had no part in it",
)  # fmt: skip
COPY_CHANGED = Unmet(
    "S30.2",
    "成品已变",
    "the copy is another than the one you were shown",
    "请重新查看后再办理",
    "look at it anew first",
)
ALTERED = Unmet(
    "S33.2a", "媒体节点上的成品与复核时的校验值不符，没有登记", "the copy at the node has another hash than the reviewed one; nothing was entered",
    "请重新生成成品，重新复核和审批", "have it written, reviewed and approved anew",
)  # fmt: skip
NO_PLACE = Unmet(
    "S30.2",
    "未写明在哪里公开",
    "where it is published is not stated",
    "请写明媒体名称和地址",
    "name the medium and the address",
)
NO_TAKEDOWN = Unmet(
    "S30.2", "未写明已采取的下架措施", "what was done to take it down is not stated",
    "请写明已从哪里删除、何时、由谁办理", "say from where, when and by whom it was removed",
)  # fmt: skip
