"""What happened to a request, as its page and the log tell it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import pgettext_lazy

from custodes.access import telling
from custodes.access.models import AgencyRequest
from custodes.access.telling import Happening

_VERBS = {
    "begin": pgettext_lazy("查阅调取", "开始填写"),
    "submit": pgettext_lazy("查阅调取", "提交申请"),
    "confirm": pgettext_lazy("查阅调取", "第二名工作人员确认"),
    "correct": pgettext_lazy("查阅调取", "核对时更正"),
    "paper": pgettext_lazy("查阅调取", "加入材料"),
    "give_back": pgettext_lazy("查阅调取", "退回补充"),
    "review_law": pgettext_lazy("查阅调取", "核对法律条款"),
    "register": pgettext_lazy("查阅调取", "登记"),
    "refuse": pgettext_lazy("查阅调取", "拒绝"),
    "send_back": pgettext_lazy("查阅调取", "退回核对"),
    "approved": pgettext_lazy("查阅调取", "审批同意"),
    "approve": pgettext_lazy("查阅调取", "审批同意，准予"),
    "grant_urgent": pgettext_lazy("查阅调取", "紧急准予"),
    "reviewed": pgettext_lazy("查阅调取", "补审同意"),
    "review": pgettext_lazy("查阅调取", "补审完成"),
    "escalate": pgettext_lazy("查阅调取", "提请上级单位"),
    "overdue": pgettext_lazy("查阅调取", "逾期未补审"),
    "sit": pgettext_lazy("查阅调取", "两名工作人员到场"),
    "rise": pgettext_lazy("查阅调取", "结束窗口查阅"),
    "serve": pgettext_lazy("查阅调取", "登记已提供"),
    "extend": pgettext_lazy("查阅调取", "延长查看期限"),
    "take_back": pgettext_lazy("查阅调取", "收回"),
    "close": pgettext_lazy("查阅调取", "办结"),
    "narrow_ask": pgettext_lazy("查阅调取", "提议缩小范围"),
    "narrow_agree": pgettext_lazy("查阅调取", "同意缩小范围"),
    "narrow_decline": pgettext_lazy("查阅调取", "不同意缩小范围"),
    "narrow_withdraw": pgettext_lazy("查阅调取", "撤回缩小范围的提议"),
    "narrow": pgettext_lazy("查阅调取", "缩小范围"),
    "lapse": pgettext_lazy("查阅调取", "草稿失效"),
}


def step_words(event: str) -> Any:
    """What happened, in words: of a step, or of its record in the log."""
    return _VERBS.get(event, event)


def story_of(row: AgencyRequest) -> Iterator[Happening]:
    """Its steps, the newest first."""
    return telling.story_of(row, step_words, "request")
