"""Classified systems (S20): entered only where this installation itself is connected to nothing.

A networked installation stores nothing of one: no row, no preview, no paper, no place, and in its log that something was
refused (R2). So whoever takes something in asks here before it keeps anything.

Words by which a text says of itself that it is classified are looked for before anything typed is kept. The page that answers shows
nothing of what was handed in again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from custodes.settings import get_settings

#: Marks of the three grades, and plain statements. 保密 alone is no mark: every unit has a 保密 office.
_MARKS = re.compile(r"绝密|机密|秘密[★☆]|秘密级|国家秘密|涉密|top secret|classified", re.IGNORECASE)
#: Before a mark, within one clause, they turn it round: 不涉及国家秘密, 非涉密, 周边没有涉密单位.
_DENIED = re.compile(r"(非|不|无|没有|未|否|\bnot\b|\bno\b|\bun|\bnon-?)[^，。；;,.!！？?\n]{0,8}$", re.IGNORECASE)


def says_classified(text: str) -> bool:
    """Whether a text says that what it tells of is classified; denials don't."""
    flat = unicodedata.normalize("NFKC", text)
    return any(not _DENIED.search(flat[: mark.start()]) for mark in _MARKS.finditer(flat))


def any_classified(texts: Iterable[str]) -> bool:
    """Whether one of them does."""
    return any(says_classified(text) for text in texts)


log = structlog.get_logger("custodes.places.network")

ISOLATED = "isolated"
CLAUSES = ("S20", "SSL30")

REFUSED = _("涉及国家安全、国家秘密的系统不得登记在联网的装置上（第二十条）。所填内容未予保存，也未写入日志。")
REMEDY = _("请在物理隔离的装置上登记，并先征求保密行政管理部门的意见。")


class ClassifiedRefused(Exception):
    """Something classified was handed to a networked installation. It says nothing of what it was."""

    def __init__(self) -> None:
        super().__init__("refused, S20")


def takes_classified() -> bool:
    """Whether this installation may hold what is classified."""
    return get_settings().network == ISOLATED


def refuse_classified(classified: bool) -> None:
    """Ask before anything is kept.

    Raises:
        ClassifiedRefused: it is classified and this installation is connected to a network.
    """
    if classified and not takes_classified():
        log.warning("refused", clause="S20")
        raise ClassifiedRefused


def keeps_nothing_classified(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that takes something in: what is classified comes to a refusal, and no error report holds what was sent."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ClassifiedRefused:
            context = {"words": REFUSED, "remedy": REMEDY, "clauses": CLAUSES, "crumbs": [(_("不予登记"), "")]}
            return render(request, "places/classified.html", context, status=403)

    guarded_view: Callable[..., HttpResponseBase] = sensitive_post_parameters()(guarded)
    return guarded_view
