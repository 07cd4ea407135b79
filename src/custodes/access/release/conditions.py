"""What a step of a release, or a look at its film, may be refused for: each with its clause, in both languages, and what to do about it."""

from __future__ import annotations

from datetime import timedelta

from custodes.law.grounds.ground import Unmet

NO_WORDS = Unmet("PIPL56", "未写明理由", "no reason is stated", "请写明后再办理", "state it")
NO_RULE = Unmet(
    "PIPL25", "依据没有写明法律、法规的名称和条款", "the basis names no law with its article",
    "请写成“××法第×条”；没有规定的，应当取得单独同意", "name law and article, or obtain separate consent",
)  # fmt: skip
UNREAD = Unmet(
    "PIPL25", "您还没有打开单独同意书", "you have not opened the paper of the separate consent",
    "请先在本页“材料”中逐件打开，核对由谁同意、同意公开什么", "open each under “Papers” on its page: who consents, and to what",
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
UNSORTED = Unmet(
    "S30.2", "有不遮蔽的轨迹没有答复是本来不用遮蔽，还是应遮蔽而保留可见", "of tracks that are shown nobody said whether they are nothing to hide, or left in sight",
    "请在遮蔽页面逐条答复", "answer it of each on the page of masks",
)  # fmt: skip
SAMPLES = Unmet(
    "S30.2", "还有抽查画面没有答复", "sample pictures are not answered yet",
    "请在遮蔽页面逐张答复：应遮蔽的都已遮蔽、没有应遮蔽的，或者有保留可见的", "answer each on the page of masks: all hidden, nothing to hide, or something left in sight",
)  # fmt: skip
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
NOT_SHOWN = Unmet(
    "S30.2", "没有您看过要公开的成品的记录", "there is no record that you were shown the copy that is to be published",
    "请在“检出报告和成品画面”中把成品从头放到尾，再审批", "play the copy to its end under “report and copy”, then approve",
)  # fmt: skip
APPROVED_UNSEEN = Unmet(
    "S30.2", "没有审批人看过成品的记录", "there is no record that who approved it was shown the copy",
    "请审批人退回遮蔽，重新复核，看过成品后再审批", "the approver sends it back; it is reviewed, looked at and approved anew",
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
NOT_OF_IT = Unmet(
    "S33.1", "您不是该件的复核人、审批人", "you neither review nor approve this release",
    "请由办理单位的复核人或者审批人查看", "its reviewers and approvers look",
)  # fmt: skip
NOT_OPEN = Unmet(
    "S30.2", "该件不在遮蔽、复核或者审批中", "it is not being masked, reviewed or approved",
    "请在办理页面查看下一步", "see its page",
)  # fmt: skip
FOR_ONE = Unmet(
    "PIPL25", "本件是交画面中本人的复制件，不公开，也不退回补正", "it is a copy for the person in the picture: never published, nor given back to be completed",
    "请在本人影像申请的页面办理；不同意的，选不予提供并写明理由", "go on from the page of the request; or refuse it with the reason",
)  # fmt: skip
NOT_YET = Unmet(
    "S30.2", "该件仍在办理，或者没有工作文件", "it still goes on, or there is no file of it",
    "办结后再删除工作文件", "delete them when it is over",
)  # fmt: skip
NO_ACCOUNT = Unmet(
    "S33.1", "账号已停用", "the account is closed", "请由账号有效的人员办理", "somebody whose account is open does it"
)


def nothing_drawn(clause: str, zh: str, en: str) -> Unmet:
    """A kind of what is protected is answered as masked, and no track hides it.

    Args:
        clause: the clause that protects it.
        zh, en: what it is, in both languages.
    """
    return Unmet(
        clause, f"写明已遮蔽，但没有遮蔽的轨迹：{zh}", f"said to be masked, and no track hides it: {en}",
        "请在画面中画出并遮蔽，或者改答画面中没有", "draw and mask it, or answer that it is absent",
    )  # fmt: skip


def drawn_though_absent(clause: str, zh: str, en: str) -> Unmet:
    """A kind of what is protected is answered as absent, and accepted tracks hide it; arguments as of `nothing_drawn`."""
    return Unmet(
        clause, f"写明画面中没有，但有已确认的轨迹：{zh}", f"said to be absent, and accepted tracks hide it: {en}",
        "请改答已遮蔽，或者把误认的轨迹改为不遮蔽并写明理由", "answer that it is masked, or reject what is none, with the reason",
    )  # fmt: skip


def only_left(clause: str, zh: str, en: str, of_whom: bool) -> Unmet:
    """A kind of what is protected is answered as masked or absent, nothing of it is masked and something is left in sight.

    Args:
        clause, zh, en: as of `nothing_drawn`.
        of_whom: that may be the person who consented, or for whom the copy is; else only an article lets it stand.
    """
    if of_whom:
        remedy = (
            "请改答“只有保留可见的”；另有其他人的，先画出并遮蔽，再答已遮蔽",
            "answer that there is only what is left in sight; mask others first, if there are any",
        )
    else:
        remedy = (
            "请遮蔽；法律、法规规定可以不遮蔽的，改答该项，写明条款并核对原文",
            "mask it; where a law lets it stand, answer so, with the article that you have read",
        )
    return Unmet(clause, f"没有遮蔽，只有保留可见的：{zh}", f"nothing is masked, and something is left in sight: {en}", *remedy)  # fmt: skip


def nothing_left(clause: str, zh: str, en: str) -> Unmet:
    """A kind is answered as left in sight alone, and nothing of it is; arguments as of `nothing_drawn`."""
    return Unmet(
        clause, f"写明只有保留可见的，但轨迹、抽查画面中没有：{zh}", f"said to be left in sight, and no track and no sample picture says so: {en}",
        "请改答画面中没有；确有保留可见的，先在遮蔽页面写明是什么、为什么", "answer that it is absent; what is left in sight is named on the page of masks first",
    )  # fmt: skip


def masked_too(clause: str, zh: str, en: str) -> Unmet:
    """A kind is answered as left in sight alone, and accepted tracks hide some of it; arguments as of `nothing_drawn`."""
    return Unmet(
        clause, f"写明只有保留可见的，但有已确认的轨迹：{zh}", f"said to be only left in sight, and accepted tracks hide it: {en}",
        "请改答已遮蔽；保留可见的另外列明", "answer that it is masked; what is left in sight is named besides",
    )  # fmt: skip


def too_long(longest: timedelta) -> Unmet:
    """The span is empty, or longer than a film may be in this system."""
    minutes = f"{longest.total_seconds() / 60:g}"
    return Unmet(
        "S30.2", f"时段为空，或者超过 {minutes} 分钟（本系统设定的上限，并非法律规定）",
        f"the span is empty, or longer than {minutes} minutes (this system's limit, not the law's)",
        "请只选必要的时段；需要更长的，分件办理", "choose what is needed; longer ones one by one",
    )  # fmt: skip
