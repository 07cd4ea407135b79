"""A refusal in the language of the page, as the front end takes it (wire.md §4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from custodes.law.grounds.ground import Unmet
from custodes.people.said import in_english


def spoken(unmet: Iterable[Unmet]) -> list[dict[str, str]]:
    """``[{clause, reason, remedy}]``."""
    english = in_english()
    return [
        {
            "clause": item.clause,
            "reason": item.reason_en if english else item.reason_zh,
            "remedy": item.remedy_en if english else item.remedy_zh,
        }
        for item in unmet
    ]


def refusal(unmet: Iterable[Unmet], index: int | None) -> dict[str, Any]:
    """A refusal with its place in the ledger."""
    return {"refusal": spoken(unmet), "index": index}


def plain_refusal(reason: str, remedy: str = "") -> dict[str, Any]:
    """A refusal that no clause asks for: not found, a service that is down."""
    return {"refusal": [{"clause": "", "reason": reason, "remedy": remedy}], "index": None}


def notary_down() -> dict[str, Any]:
    """Grants fail closed."""
    return plain_refusal(
        gettext("存证服务不可用，查看无法登记，因此不能显示画面"),
        gettext("录像不受影响。请稍后再试，或者联系系统管理员。"),
    )
