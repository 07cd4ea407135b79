"""The log: does it grow, and are its checkpoints copied to another disk."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from custodes.web.doctor.finding import Finding, Patient, attention, fault, ok

SUBJECT = "checkpoints"
CHECKPOINT = "checkpoint"
STATUS = "systemctl status custodes-notary"


def check(patient: Patient) -> Iterator[Finding]:
    """The age of the last checkpoint, which a heartbeat renews even while nothing happens, and the copy."""
    yield from _growing(patient)
    yield from _copy(patient)


def _growing(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    age = _age(settings.ledger_folder / CHECKPOINT, patient.at)
    limit = datetime.timedelta(seconds=2 * settings.heartbeat_seconds + settings.checkpoint_seconds)
    if age is None:
        yield attention(SUBJECT, _("存证日志还没有检查点。"), STATUS)
    elif age > limit:
        yield fault(SUBJECT, _("存证日志已有 {minutes} 分钟没有增长。"), STATUS, minutes=int(age.total_seconds() // 60))
    else:
        yield ok(SUBJECT, _("存证日志在增长，最近的检查点在 {seconds} 秒前。"), seconds=int(age.total_seconds()))


def _copy(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    folder = settings.checkpoint_copy
    if folder is None:
        if not settings.training:
            yield attention(
                SUBJECT,
                _("检查点没有另存到其他磁盘：掌握本机的人可以另造一份日志而不被发现。"),
                "CUSTODES_CHECKPOINT_COPY=/mnt/elsewhere",
            )
        return
    try:
        same = folder.stat().st_dev == settings.ledger_folder.stat().st_dev
        newest = max((path.stat().st_mtime for path in folder.iterdir()), default=None)
    except OSError:
        if patient.on_server:
            yield fault(SUBJECT, _("检查点副本目录 {path} 不可用。"), f"ls -ld {folder}", path=folder)
        return
    if same:
        yield attention(
            SUBJECT,
            _("检查点副本与存证日志在同一块磁盘。"),
            "CUSTODES_CHECKPOINT_COPY=/mnt/elsewhere",
        )
    elif newest is None or patient.at.timestamp() - newest > 4 * settings.heartbeat_seconds:
        yield fault(SUBJECT, _("检查点副本目录 {path} 没有新的副本。"), f"ls -l {folder}", path=folder)
    else:
        yield ok(SUBJECT, _("检查点副本在另一块磁盘上，是新的。"))


def _age(path: Path, at: datetime.datetime) -> datetime.timedelta | None:
    try:
        return at - datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
    except OSError:
        return None
