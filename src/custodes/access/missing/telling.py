"""A case in words: its story, its steps, how long it took until a picture was there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from custodes.access import telling
from custodes.access.models import IndividualRequest, MissingCase, OwnImageRequest
from custodes.access.telling import Happening

_VERBS = {
    "open": pgettext_lazy("走失人员", "受理"),
    "admit": pgettext_lazy("走失人员", "核实完毕"),
    "complete": pgettext_lazy("走失人员", "补充登记"),
    "narrow": pgettext_lazy("走失人员", "选定点位和时段"),
    "session": pgettext_lazy("走失人员", "开始查看"),
    "session_end": pgettext_lazy("走失人员", "结束查看"),
    "preview": pgettext_lazy("走失人员", "已先行查看"),
    "find": pgettext_lazy("走失人员", "画面中发现"),
    "not_found": pgettext_lazy("走失人员", "撤回发现登记"),
    "found": pgettext_lazy("走失人员", "已通知处警民警，办结"),
    "stop": pgettext_lazy("走失人员", "停止"),
    "review": pgettext_lazy("走失人员", "复核归档"),
    "paper": pgettext_lazy("走失人员", "加入材料"),
    "ask": pgettext_lazy("个人查阅", "登记申请"),
    "consent": pgettext_lazy("个人查阅", "同意查阅"),
    "refuse": pgettext_lazy("个人查阅", "不同意"),
    "close": pgettext_lazy("个人查阅", "办结"),
    "look_up": pgettext_lazy("本人影像", "核对登记"),
    "correct": pgettext_lazy("本人影像", "核对画面后更正点位、时段"),
    "answer": pgettext_lazy("本人影像", "答复"),
    "withdraw": pgettext_lazy("本人影像", "申请人撤回"),
    "provisional_over": pgettext_lazy("走失人员", "临时证明超过时限"),
}


def step_words(event: str) -> Any:
    """What happened, in words: of a step, or of its record in the log."""
    return _VERBS.get(event, event)


def story_of(row: MissingCase | IndividualRequest | OwnImageRequest) -> Iterator[Happening]:
    """Its steps, the newest first."""
    return telling.story_of(row, step_words, "case")


def lasted(length: timedelta | None) -> str:
    """Minutes and seconds in words; empty for none."""
    if length is None:
        return ""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    if not minutes:
        return _("%(seconds)d 秒") % {"seconds": seconds}
    return _("%(minutes)d 分 %(seconds)d 秒") % {"minutes": minutes, "seconds": seconds}


def waited(row: MissingCase, at: datetime) -> str:
    """How long who asks waits already, while no picture was there."""
    return lasted(at - row.opened_at)
