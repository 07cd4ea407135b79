"""Conditions that are not met as a page lists them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from custodes.law.grounds.ground import Unmet
from custodes.people.said import said


def tasks_of(unmet: Iterable[Unmet]) -> list[dict[str, Any]]:
    """What is unmet as tasks, each with its remedy and clause."""
    return [
        {
            "label": said(one.reason_zh, capfirst(one.reason_en)),
            "hint": str(said(f"{one.remedy_zh}（{one.clause}）", capfirst(f"{one.remedy_en} ({one.clause})"))),
            "state": "attention",
            "state_label": _("尚缺"),
        }
        for one in unmet
    ]
