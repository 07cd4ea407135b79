"""Classified systems (S20): entered only where this installation itself is connected to nothing.

A networked installation stores nothing of one: no row, no preview, no paper, no place, and in its log that something was
refused (R2). So whoever takes something in asks here before it keeps anything.
"""

from __future__ import annotations

import structlog
from django.utils.translation import gettext_lazy as _

from custodes.settings import get_settings

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
