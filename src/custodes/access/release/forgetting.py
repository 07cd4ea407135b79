"""The node deletes working film, tracks and copy: asked for by a person, or by the house itself once a release is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from custodes.access.models import Release
from custodes.access.release.desk import TROUBLES, Desk
from custodes.access.release.stepping import Taken, keep, locked
from custodes.places.lifecycle.stepping import StepRefused
from custodes.settings import get_settings

log = structlog.get_logger(__name__)


def forget(row: Release, taken: Taken) -> Release:
    """Have the node delete working film, tracks and copy, and note that it has.

    Raises:
        StepRefused: the node that is asked now has nothing, and another may have it still.
        Errors of `Desk`: also where some of it could not be removed.
    """
    removed = Desk(taken.by, row).forget()
    if not removed and _may_lie_elsewhere(row, taken.at):
        raise StepRefused(
            _(
                "现在的媒体节点上没有这件的工作文件，不能确认已经删除：点位可能改接了媒体节点。"
                "请系统管理员核对原来的媒体节点；工作文件最迟在开始检测 %(days)s 日后自动清除。"
            )
            % {"days": f"{get_settings().mask_term_days:g}"}
        )
    with transaction.atomic():
        row = locked(row)
        row.forgotten_at = taken.at
        keep(row, "forget", str(row.state), taken, ("S30.2",))
    return row


def forget_when_over(row: Release, taken: Taken) -> None:
    """Behind the transaction that ends it; where that fails the files stay on the work list (`upkeep.dates.waits.releases`)."""
    if row.works:
        transaction.on_commit(partial(try_to_forget, row, taken), robust=True)


def try_to_forget(row: Release, taken: Taken) -> None:
    """What fails is told in the log, and `works` stays true."""
    row = Release.objects.select_related("unit", "camera__node", "camera__system").get(pk=row.pk)
    try:
        forget(row, taken)
    except (*TROUBLES, StepRefused) as error:
        log.warning("release.not_forgotten", release=str(row.pk), why=type(error).__name__)


def _may_lie_elsewhere(row: Release, at: datetime) -> bool:
    """Some node has begun it, and its own term is not over."""
    begun = row.begun_at is not None and row.steps.filter(event="begin").exists()
    return begun and row.begun_at is not None and at < row.begun_at + _term()


def _term() -> timedelta:
    return timedelta(days=get_settings().mask_term_days)
