"""The steps of a release as pages offer them: who takes which in which state, with which form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from custodes.access.forms.release import (
    AssessForm,
    PublishForm,
    ReasonForm,
    SeenForm,
    WithdrawForm,
    WordsForm,
    WriteForm,
    finding_forms,
)
from custodes.access.models import Release, ReleaseState
from custodes.access.models.release import LOOKED_AT
from custodes.access.release import deciding, forgetting, masking, proposing
from custodes.access.release.stepping import Taken
from custodes.access.views.release import common

_S = ReleaseState
#: Who takes each step, in words of `common.Part`, and in which states its form is offered.
TAKES: dict[str, tuple[tuple[str, ...], tuple[ReleaseState, ...]]] = {
    "give_back": (("reviews", "approves"), (_S.PROPOSED,)),
    "assess": (("reviews", "approves"), (_S.PROPOSED,)),
    "refuse": (("reviews", "approves"), (_S.PROPOSED, _S.REVIEWED)),
    "begin": (("reviews",), LOOKED_AT),
    "mask": (("reviews",), (_S.ASSESSED,)),
    "find": (("reviews",), (_S.MASKED, _S.REVIEWED, _S.APPROVED)),
    "write": (("reviews",), (_S.MASKED, _S.REVIEWED, _S.APPROVED)),
    "review": (("reviews",), (_S.MASKED,)),
    "remask": (("approves",), (_S.REVIEWED, _S.APPROVED)),
    "second_review": (("approves",), (_S.REVIEWED,)),
    "publish": (("proposes",), (_S.APPROVED,)),
    "withdraw": (("proposes", "reviews", "approves"), (_S.PUBLISHED,)),
    "drop": (("proposes",), (_S.PROPOSED, _S.RETURNED, *LOOKED_AT)),
    "forget": (("proposes", "reviews", "approves"), (_S.PUBLISHED, _S.WITHDRAWN, _S.REFUSED, _S.DROPPED)),
}
DONE = {
    "give_back": _("已退回提出人补正。"),
    "assess": _("已登记影响评估，可以开始检测。"),
    "refuse": _("已登记不予公开。"),
    "begin": _("已开始检测，完成后本页自动更新。"),
    "mask": _("检测结果已载入，请逐条复核。"),
    "find": _("已登记结论。"),
    "write": _("已开始生成成品，完成后本页自动更新。"),
    "review": _("已复核，等待另一人审批。"),
    "remask": _("已退回遮蔽。"),
    "second_review": _("已审批，可以公开。"),
    "publish": _("已登记公开。"),
    "withdraw": _("已登记撤回。"),
    "drop": _("已登记不再办理。"),
    "forget": _("媒体节点已删除工作文件。"),
}
FORMS: dict[str, type[Any]] = {
    **dict.fromkeys(("give_back", "refuse", "remask", "drop"), ReasonForm), "assess": AssessForm, "write": WriteForm, "review": SeenForm, "second_review": SeenForm, "publish": PublishForm,
    "withdraw": WithdrawForm,
}  # fmt: skip

Step = Callable[[Release, Any, Taken], Release]
STEPS: dict[str, Step] = {
    "give_back": lambda row, form, taken: deciding.give_back(row, taken),
    "assess": lambda row, form, taken: deciding.assess(
        row, form.cleaned_data["necessity"], form.cleaned_data["risks"], form.cleaned_data["measures"], taken
    ),
    "refuse": lambda row, form, taken: deciding.refuse(row, taken),
    "begin": lambda row, form, taken: masking.begin(row, taken),
    "mask": lambda row, form, taken: masking.take_tracks(row, taken),
    "write": lambda row, form, taken: masking.write(row, form.cleaned_data["way"], taken),
    "review": lambda row, form, taken: masking.review(row, form.cleaned_data["copy"], taken),
    "remask": lambda row, form, taken: deciding.send_back(row, taken),
    "second_review": lambda row, form, taken: deciding.second_review(row, form.cleaned_data["copy"], taken),
    "publish": lambda row, form, taken: deciding.publish(
        row, form.cleaned_data["where"], form.cleaned_data["copy"], taken
    ),
    "withdraw": lambda row, form, taken: deciding.withdraw(row, form.cleaned_data["takedown"], taken),
    "drop": lambda row, form, taken: proposing.drop(row, taken),
    "forget": lambda row, form, taken: forgetting.forget(row, taken),
}


def may(event: str, row: Release, part: common.Part) -> bool:
    """Whether this viewer takes this step, whatever state it is in; what was reviewed is refused by who approves alone."""
    takers, _states = TAKES.get(event, ((), ()))
    if event == "refuse" and row.state == _S.REVIEWED:
        return part.approves
    return any(getattr(part, name) for name in takers)


def forms_of(row: Release, part: common.Part, bound: dict[str, Any], copy: str = "") -> dict[str, Any]:
    """The forms of the steps that this viewer may take in this state, as they were sent or empty.

    Args:
        copy: SHA-256 of the copy at the node that the page tells of; of one that was reviewed it is the row that says it.
    """
    shown = {"copy": row.output or copy}
    found: dict[str, Any] = {}
    for event, (_takers, states) in TAKES.items():
        if row.state not in states or not may(event, row, part):
            continue
        if event == "find":
            found[event] = bound.get(event) or finding_forms(row)
        else:
            found[event] = bound.get(event) or FORMS.get(event, WordsForm)(prefix=event, initial=shown)
    return found
