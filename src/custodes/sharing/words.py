"""What happened, in words: of a step, or of its record in the log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

_VERBS = {
    "directory": {
        "begin": pgettext_lazy("接入目录", "开始编制"),
        "refresh": pgettext_lazy("接入目录", "按登记核对"),
        "add": pgettext_lazy("接入目录", "增列系统"),
        "take_out": pgettext_lazy("接入目录", "撤销增列"),
        "decide": pgettext_lazy("接入目录", "修改条目"),
        "submit": pgettext_lazy("接入目录", "报请批准"),
        "send_back": pgettext_lazy("接入目录", "退回修改"),
        "publish": pgettext_lazy("接入目录", "批准并公布"),
        "supersede": pgettext_lazy("接入目录", "由新版取代"),
        "withdraw": pgettext_lazy("接入目录", "撤下条目"),
    },
}


def step_words(kind: str, event: str) -> Any:
    """In words; the event itself where nobody has words for it."""
    return _VERBS.get(kind, {}).get(event, event)
