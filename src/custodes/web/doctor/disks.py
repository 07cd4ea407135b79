"""Volumes: are they the ones they say, is there room, and do they stand apart from the database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from custodes.video.archive.volume import VolumeRefused, read_identity
from custodes.web.doctor.finding import Finding, Patient, attention, fault, ok

SUBJECT = "disks"
#: A file system with fewer free inodes than this soon takes no new segment, however many bytes are free.
LOW_INODES = 10_000
DATA_FREE_BYTES = 1 << 30


def check(patient: Patient) -> Iterator[Finding]:
    """The disks of this machine; the web's own user can't look into the volumes."""
    yield from _data(patient)
    if patient.on_server:
        for path in patient.settings.volume_paths:
            yield from _volume(patient, path)


def _data(patient: Patient) -> Iterator[Finding]:
    data = patient.settings.data
    free = shutil.disk_usage(data).free
    if free < DATA_FREE_BYTES:
        yield fault(
            SUBJECT,
            _("数据目录所在磁盘只剩 {free} MiB，数据库和存证日志即将无法写入。"),
            f"df -h {data}",
            free=free >> 20,
        )
    else:
        yield ok(SUBJECT, _("数据目录所在磁盘可用 {free} GiB。"), free=free >> 30)


def _volume(patient: Patient, path: Path) -> Iterator[Finding]:
    settings = patient.settings
    if not path.exists():
        yield attention(SUBJECT, _("存储卷 {path} 还没有建立：媒体节点第一次启动时建立。"), "custodes up", path=path)
        return
    try:
        read_identity(path)
        room = os.statvfs(path)
    except (VolumeRefused, OSError):
        yield fault(
            SUBJECT, _("存储卷 {path} 没有身份文件，或者不可读：可能没有挂载。"), f"findmnt -T {path}", path=path
        )
        return
    free = room.f_bavail * room.f_frsize
    if free <= settings.volume_reserve_bytes:
        yield fault(
            SUBJECT, _("存储卷 {path} 已满，录像已停止；未到期的录像不会删除。"), "custodes volumes list", path=path
        )
    elif room.f_files > 0 and room.f_favail < LOW_INODES:
        yield attention(SUBJECT, _("存储卷 {path} 的文件数即将用尽。"), f"df -i {path}", path=path)
    else:
        yield ok(SUBJECT, _("存储卷 {path} 身份相符，可用 {free} GiB。"), path=path, free=free >> 30)
    if not settings.training and path.stat().st_dev == settings.data.stat().st_dev:
        yield attention(
            SUBJECT,
            _("存储卷 {path} 与数据库在同一块磁盘：磁盘损坏时录像和记录会一起丢失。"),
            "CUSTODES_VOLUMES=/mnt/footage",
            path=path,
        )
