"""What the pages of this room share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from custodes.law.grounds.ground import Unmet
from custodes.people.said import said

INVALID = 422


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


def crumbs_of(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of this room."""
    return [(_("联网共享"), reverse("sharing:directories")), *more]


def first_error(form: Any) -> str:
    """What is wrong with a form that is shown without its fields' errors."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
