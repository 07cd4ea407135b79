"""What happened to a release, as its page and the log tell it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import pgettext_lazy

from custodes.access import telling
from custodes.access.models import Release
from custodes.access.telling import Happening

_VERBS = {
    "propose": pgettext_lazy("公共传播", "提出"),
    "give_back": pgettext_lazy("公共传播", "退回补正"),
    "propose_again": pgettext_lazy("公共传播", "补正后再次提出"),
    "assess": pgettext_lazy("公共传播", "影响评估"),
    "refuse": pgettext_lazy("公共传播", "不予公开"),
    "begin": pgettext_lazy("公共传播", "开始检测"),
    "mask": pgettext_lazy("公共传播", "载入检测结果，开始复核"),
    "find": pgettext_lazy("公共传播", "填写各类保护对象的结论"),
    "write": pgettext_lazy("公共传播", "生成成品"),
    "review": pgettext_lazy("公共传播", "复核通过"),
    "remask": pgettext_lazy("公共传播", "回到遮蔽"),
    "second_review": pgettext_lazy("公共传播", "审批同意"),
    "fetch": pgettext_lazy("公共传播", "下载成品"),
    "publish": pgettext_lazy("公共传播", "公开"),
    "withdraw": pgettext_lazy("公共传播", "撤回"),
    "drop": pgettext_lazy("公共传播", "不再办理"),
    "forget": pgettext_lazy("公共传播", "删除工作文件"),
}


def step_words(event: str) -> Any:
    """What happened, in words: of a step, or of its record in the log."""
    return _VERBS.get(event, event)


def story_of(row: Release) -> Iterator[Happening]:
    """Its steps, the newest first."""
    return telling.story_of(row, step_words, "release")
